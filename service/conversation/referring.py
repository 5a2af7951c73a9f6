"""How a question leans on the one before: "Und …", "davon", "Was kostet das?", "In Musterbach?", "Themenwechsel: …"."""

from __future__ import annotations

import re

from indexer.german import STOP_WORDS

_COURTESY = re.compile(
    r"^(?:(?:hallo|hi|hey|hello|moin|servus|grüß gott|grüezi|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening)"
    r"|(?:sehr |ganz |ja |ok(?:ay)? )?(?:vielen |herzlichen |besten )?dank(?:e(?: (?:schön|sehr))?| (?:ihnen|dir))?"
    r"|danke (?:ihnen|dir)|(?:many )?thanks(?: a lot)?|thank you(?: very much)?|ok(?:ay)?|alles klar|gut|schön|prima|super|great"
    r"|interessant|aha|ach so|verstehe|ja|yes|bitte|please)(?:\s+(?:zusammen|ratslotse|there))?\s*(?:[,;:.!–-]+\s*|$))+(?=\S)",
    re.IGNORECASE,
)
_NEW_TOPIC = re.compile(
    r"^(?:und\s+)?(?:(?:jetzt |nun )?(?:zu )?(?:et)?was (?:ganz )?ander(?:es|em)|(?:ein )?themenwechsel"
    r"|(?:eine )?(?:ganz )?(?:andere|neue) frage|(?:ein )?(?:anderes|neues) thema"
    r"|(?:now )?(?:to )?something (?:completely )?(?:else|different)|(?:a )?(?:new|different|another) (?:topic|question|subject)"
    r"|(?:a )?change of (?:topic|subject))\b\s*[,;:.!?–-]*\s*(?=\S)",
    re.IGNORECASE,
)
_LED = re.compile(
    r"^(?:(?:und|aber|oder|sowie|and|but|or)(?:\s+(?:dann|jetzt|nun|auch|sonst|außerdem|noch|then|now|also)\b)*"
    r"|(?:what|how) about"
    r"|wie (?:(?:sieht|steht|ist|war|sah) (?:es|das)|verhält es sich)(?:\s+(?:denn|dann|da|dort))?"
    r"(?=\s+(?:in|im|bei|beim|mit|für|seit|am|an|auf|\d{4}|letzte\w*|vergangene\w*|dieses)\b[^?]*\??$)"
    r")[\s,]+(?=\S)",
    re.IGNORECASE,
)
_AFTER_FRAGMENT = re.compile(r"\s+(?:denn|dann|aus|jetzt|genau|eigentlich)(?=\s*\??$)")
_ASKED = re.compile(
    r"^(?:(?:seit|bis|ab|für|von|mit|zu|in|an|auf|bei|über|um|nach|aus|vor|unter|at|by|until|since|for|from|to|with|of)\s+)?"
    r"(?:was|wer|wen|wem|wessen|wann|wo|wohin|woher|warum|weshalb|wieso|wie|wieviel\w*|welche[nmrs]?|wozu|wofür|womit|worum|woran"
    r"|wodurch|worüber|what|who|whom|whose|when|where|why|how|which)\b",
    re.IGNORECASE,
)
_ASKED_LATER = re.compile(
    r",?\s(?:in |an |auf |für |bei |seit |bis |mit )?(?:welche[nmrs]?|wann|wer|was|wie viele?)\b", re.IGNORECASE
)
_VERB = re.compile(
    r"^(?:ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|hatten|gibt|gab|gilt|gelten|galt|kann|können|konnte|konnten"
    r"|soll|sollen|sollte|sollten|darf|dürfen|durfte|muss|müssen|musste|mussten|will|wollen|wollte|wollten|kostet|kommt|kommen|kam"
    r"|steht|stehen|stand|liegt|liegen|lag|geht|gehen|ging|bleibt|bleiben|stimmt|stimmte|zahlt|zahlen|bekommt|bekommen|braucht"
    r"|hält|macht|machen|lässt|fehlt|fehlen|reicht|passiert|wären|wäre|würde|würden|hätte|könnte|nenn\w*|zeig\w*|erklär\w*|sag\w*"
    r"|liste\w*|is|are|was|were|has|have|had|did|does|do|can|could|will|would|should|must|may|name|list|tell|show|give|explain)\b",
    re.IGNORECASE,
)
# Pronominal adverbs and demonstratives: they always stand for something said before.
_REFERS = re.compile(
    r"\b(?:davon|dazu|dafür|dagegen|darüber|daran|darin|darauf|daraus|dabei|damit|danach|hierzu|hiervon|hierfür|hierüber|dort"
    r"|dortigen?|deren|dessen|denen|diese[rnms]?(?!\s+(?:jahr|monat|woche|wahlperiode)\w*)|dies|jene[rnms]?|ihm|ihn"
    r"|letztere[rnms]?|erstere[rnms]?|derselben?|dieselben?|dasselbe|sowas|so etwas|(?:der|die|den) beiden|them|those|these"
    r"|(?:of|about|for) it|(?<!is )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were|any))|this(?! (?:year|month|week)))\b",
    re.IGNORECASE,
)
# Pronouns that in a long question stand for something of its own; "das", "die", "dem" only where no noun follows them.
_MAY_REFER = re.compile(
    r"\b(?:it|they|he|him|she|her)\b|(?<!gibt )(?<!gab )(?<!geht )(?<!ging )(?<!handelt )\bes\b(?! (?:gibt|gab|geht))"
    r"|(?<![.?!] )(?<!^)\b(?:sie|er)\b"
    r"|(?<![,;]\s)(?<!, in )(?<!, für )(?<!, mit )(?<!, bei )(?:\b[Dd](?:as|ie|er|em|en)|\bthat)\b"
    r"(?=\s*[?!.,;]|\s*$|\s+(?!(?:[a-zäöüß-]+(?:e|en|er|es|em)\s+){0,3}[\"„A-ZÄÖÜ\d])[a-zäöüß])"
)
_POSSESSIVE = re.compile(r"\b(?:ihr|sein|its|their|his)(?:e[rnms]?)?\b")
_NOUN = re.compile(r"(?<!^)\b[A-ZÄÖÜ]\w{2,}")
_FORMAL = re.compile(r"\b(?:Sie|Ihr\w*|Ihnen|Ihm)\b")  # addresses us
_NEW_CLAUSE = re.compile(r"[,;:–]|\s(?:und|oder|and|or)\s")


def without_courtesy(text: str) -> str:
    """Without a greeting or thanks in front of a question.

    >>> without_courtesy("Danke, und wann wurde das beschlossen?")
    'und wann wurde das beschlossen?'
    """
    return _COURTESY.sub("", text)


def after_new_topic(text: str) -> str | None:
    """What follows words that change the topic; None if there are none.

    >>> after_new_topic("Was anderes: Wer leitet das Bauamt?")
    'Wer leitet das Bauamt?'
    """
    found = _NEW_TOPIC.match(text)
    return text[found.end() :] if found else None


def lead_of(text: str) -> str:
    """The words that only tie a question to the one before: "Und ", "What about "; "" if there are none."""
    found = _LED.match(text)
    return found.group() if found else ""


def is_fragment(text: str) -> bool:
    """Whether a text lacks both a question word and a verb at its beginning: "in Musterbach?", "die Fraktion B?"."""
    return not (_ASKED.match(text) or _VERB.match(text) or _ASKED_LATER.search(text) or not re.search(r"\w", text))


def fragment_of(text: str) -> str:
    """A fragment without its question mark and fillers."""
    return _AFTER_FRAGMENT.sub("", text.strip()).rstrip(" ?!.").strip()


def is_bare(text: str) -> bool:
    """Whether nothing but words of asking stands there: "Wann?", "Warum nicht?", "Und wie viele?"."""
    return all(word in STOP_WORDS or word in ("viele", "viel", "oft", "hoch", "lange", "genau") for word in _words(text))


def refers(text: str, long: bool = False) -> bool:
    """Whether a word of the text stands for something said before, not for something said in it.

    >>> refers("Was kostet das?"), refers("Was kostet das neue Haus?"), refers("Wer baut das Haus und was kostet es?")
    (True, False, False)
    """
    plain = _FORMAL.sub(lambda match: "_" * len(match.group()) if match.start() else match.group(), text)
    found = [match.start() for match in _REFERS.finditer(plain)]
    if not long:
        found += [match.start() for match in _MAY_REFER.finditer(plain)]
    found += [match.start() for match in _POSSESSIVE.finditer(plain) if not _NOUN.search(plain[: match.start()])]
    return any(not _said_in(text[:start]) for start in found)


def _said_in(before: str) -> bool:
    """Whether a clause that names something ends before the referring word: that is what it stands for."""
    return any(_NOUN.search(clause.strip()) for clause in _NEW_CLAUSE.split(before)[:-1])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
