"""Which words of the passages answer, and whether they answer at all.

passages -> units -> signs, wanted -> finder (weights.json): the best units
         -> kinds, signals -> answerable (weights.py): enough?  -> refusing: what a refusal says
"""
