"""A conversation, without a model: follow-up questions are read in the light of the turns before; small talk is told apart.

turns -> referring: does it lean on what was said? -> fragments, phrases, naming: what is filled in
      -> continuing: or is it a new topic?
"""
