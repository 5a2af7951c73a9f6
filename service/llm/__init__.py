"""Language models, optional: an OpenAI-compatible endpoint is asked, and each sentence it writes is checked before it is shown.

answer of quotations -> prompting -> generators (endpoints, breaker, eventlines) -> plain sentences -> claims -> writing

claims    whether the cited words bear a sentence: facts (figures), wordmatch (wording, glossary), stance, compared, places
rewriting a follow-up question as one that stands alone, where the rules of service/conversation are unsure
"""
