"""German sentences as spans of a text. Abbreviations, ordinals, dates and initials do not end a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABBREVIATIONS = frozenset(
    """abs abschn allg anl anm art aufl az bd begr bes betr bspw bzgl bzw ca d dez dgl dipl dr ders drs e etc ev evtl f ff
    fr ggf gem gez grds h hr hrsg i inkl insb insbes jan feb febr apr aug sept okt nov incl ing inh kath kap kfm lfd lit lt
    max mind mio mrd mwst n nachm nr o od p prof s sog st std str stv tel teilw tsd u ua u.a usw v verf vgl vorm vors wg z
    zb zt ziff zzgl""".split()
)
_END = re.compile(r"[.!?…]+[\"”“»«')\]]*(?=\s)")
_NEXT = re.compile(r"\S")
_LAST_WORD = re.compile(r"(\w+)$")
_ORDINAL_FOLLOWER = re.compile(
    r"\s+(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|sitzung|wahlperiode|"
    r"quartal|halbjahr|juristische|auflage|fortschreibung|änderung|klasse|lebensjahr|kreistag|tagung|jahrhundert)",
    re.IGNORECASE,
)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans (start, end) of the sentences of ``text[start:end]``, without surrounding white space.

    >>> text = "Der Ausschuss tagte am 4. Juli 2022, d. h. im Sommer. Nr. 5 entfällt."
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['Der Ausschuss tagte am 4. Juli 2022, d. h. im Sommer.', 'Nr. 5 entfällt.']
    """
    end = len(text) if end is None else end
    first = start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, match.start(), match.end(), end):
            yield from _trimmed(text, first, match.end())
            first = match.end()
    yield from _trimmed(text, first, end)


def _ends_sentence(text: str, mark: int, after: int, end: int) -> bool:
    following = _NEXT.search(text, after, end)
    if following is None or following.group().islower():
        return following is None
    if text[mark] != "." or text[mark : mark + 3] == "...":
        return True
    word = _LAST_WORD.search(text, max(0, mark - 30), mark)
    if word is None:
        return True
    last = word.group(1)
    if last.isdigit():  # "4. Juli", "1. Fortschreibung"; but "... im Jahr 2022. Der Kreistag ..."
        return not (len(last) <= 2 or _ORDINAL_FOLLOWER.match(text, after, end))
    return last.lower() not in _ABBREVIATIONS and not (len(last) == 1 and last.isupper())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
