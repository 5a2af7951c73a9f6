"""From a published file to ranked passages.

file -> document -> passages -> index -> hits

    sources/   which files there are, and what is known about them
    parsing/   file -> blocks of text, in a child process with limits
    papers/    what the head of a paper says
    passages.py, german.py, encoders.py   what is searched, as words and as vectors
    vectors.py, lexical.py, fusion.py     the two rankings and their sum
    store.py, build.py, search.py         the index on disk: written, published, asked
"""
