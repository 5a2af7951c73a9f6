"""From a published file to ranked passages.

file -> document -> passages -> index -> hits

    harvest/   from an OParl server to a folder of files
    sources/   which files there are, and what is known about them
    parsing/   file -> blocks of text, in a child process with limits
    papers/    what the head of a paper says
    passages.py, german.py, encoders.py       what is searched, as words and as vectors
    words.py, parts.py, postings.py, lexical.py   the ranking by words; numbering.py looks Drucksachen numbers up
    vectors.py, duplicates.py, filters.py     the ranking by meaning; passages alike; conditions on documents
    fusion.py, search.py, rerankers.py        both rankings as one
    build.py, writing.py, generation.py, store.py   the index on disk: made, written, read, published
    evaluate.py                               how good the ranking is
"""
