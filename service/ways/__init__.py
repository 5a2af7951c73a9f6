"""Ways of answering (see drafts.py): each knows one kind of question and returns None for any other; quoting.py knows them all.

counting      how many papers, which papers: over all documents (counted, topics, heads)
whichbodies   which counties have something: over the papers of each body
parts         several bodies or papers named: each for itself
decisions     what was decided, by whom, when, with which votes (meant, results, gremien, spots)
records       number, date, signatory, Anlagen … of a paper: from its record, with the place in the text
quoting       the common way: quotations chosen by evidence; onebody and versions then tell bodies and versions apart
"""
