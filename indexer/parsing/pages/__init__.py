"""Pages with words at places, as PDF files and text recognition give them, to blocks in reading order.

words.py       what a page holds: words, ruled lines, pictures
frames.py      page headers, footers and numbers, which are no text of the paper
grids.py       tables with ruled lines
columns.py     columns of running text and tables without ruled lines
paragraphs.py  lines to headings, paragraphs and list items
assembly.py    all of that for a document: blocks over page breaks
"""
