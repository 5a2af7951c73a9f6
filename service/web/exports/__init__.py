"""An answer as something to keep: as text, Markdown, Word or PDF file, behind a link, with a judgement.

answer -> record (signed; the page carries it) -> sheet (checked against the live index) -> plain, markdown, word, pdf, page

Nothing is stored but what a reader shares or judges, and only where the operator has switched that on (stored.py).
"""
