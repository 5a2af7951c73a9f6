"""What a sentence does with what it tells: deny it, propose it, or report a decision about it."""

from __future__ import annotations

import re
from typing import Literal

from indexer.domain import Consultation
from indexer.status import outcome_of

Decision = Literal["decided", "rejected", "noted", "recommended", "postponed", "withdrawn", "confirmed", "unanimous", "majority"]

_NO_DECISION = r"(?!svorschl|svorlage|sempfehl|sentwurf|sfähig|sfassung)"
_DECISIONS: dict[Decision, re.Pattern[str]] = {
    "decided": re.compile(
        rf"\bbeschl(?:oss|oß|ieß)\w*|\bbeschluss{_NO_DECISION}(?:es|e)?\b|\bbeschlüsse|\bgenehmig\w+|\bzugestimmt\w*"
        r"|\bzustimm\w+|\bstimm(?:t|te|ten)\b[^;]*\bzu\b|\bverabschied\w+|\bangenommen|\b(?:nimmt|nahm"
        r"|nehmen|nahmen)\b(?![^;]*kenntnis)"
        r"[^;]*\ban\b|\bgebillig\w+|\bbillig(?:t|te|ten)\b|\bbewillig\w+|\bfreigegeben|\bentschied\w*"
        r"|\bentscheidung getroffen\b"
        r"|\b(?:made|took|taken) (?:a|the) decision\b|\bdecide[ds]?\b|\bresolved\b|\badopt\w*|\bapprov\w+"
        r"|\bpassed\b|\bagreed\b|\bgranted\b|\bauthori[sz]ed\b"
        r"|\baccepted\b|\bvoted (?:for|in favou?r)|\bendorse\w*|\bgreenl\w+|\bgrünes licht|\babgesegnet",
        re.IGNORECASE,
    ),
    "rejected": re.compile(
        r"\babgelehn\w*|\bablehn\w*|\blehn\w*\b[^;]*\bab\b|\bzurückgewiesen|\bverworfen|\bkeine mehrheit"
        r"|\bdurchgefallen|\bgescheitert"
        r"|\breject\w*|\brefus\w+|\bdeclin\w+|\bturned down|\bvoted against|\bdenied\b|\bdismissed|\bvoted down|\bdefeated",
        re.IGNORECASE,
    ),
    "noted": re.compile(r"kenntnis(?:nahme|genommen)?\b|\bnoted\b|\bt[oa]\w+ note\b|\backnowledged", re.IGNORECASE),
    "recommended": re.compile(r"\bempf(?:ohlen|iehl|ehl|ahl)\w*|\brecommend\w*", re.IGNORECASE),
    "postponed": re.compile(
        r"\bvertag\w*|\bzurückgestell\w*|\bverschob\w*|\babgesetzt|\bpostpon\w*|\bdeferred|\badjourned", re.IGNORECASE
    ),
    "withdrawn": re.compile(r"\bzurückgezogen|\bzog\b[^;]*\bzurück\b|\bwithdr\w+|\berledigt\b", re.IGNORECASE),
    "confirmed": re.compile(r"\bbestätig\w*|\bconfirm\w*", re.IGNORECASE),
    "unanimous": re.compile(r"\beinstimmig\w*|\bunanimous\w*", re.IGNORECASE),
    "majority": re.compile(r"\bmehrheitlich\w*|\bmit (?:\w+ )?mehrheit|\b(?:by|with) an? (?:\w+ )?majority", re.IGNORECASE),
}
_NEGATION = re.compile(
    r"\b(?:nicht|nichts|kein\w{0,2}|keinerlei|ohne|nie|niemals|niemand\w*|weder|noch nicht|nirgends"
    r"|entf(?:ällt|allen|iel|ielen)"
    r"|fehl(?:t|en|te|ten|end\w*)|außer(?:halb)?|ausgenommen|ausgeschlossen|verzicht\w*|\w{3,}(?:los"
    r"|frei)(?:e[nrsm]?)?|unzulässig\w*|unmöglich\w*"
    r"|mangel\w*|lücken?"
    r"|not|no|none|never|without|neither|nor|nobody|cannot|\w+n['’]t|lacks?|lacking|short(?:age|fall)s?"
    r"|missing|except|outside|excluded|excluding|free|\w{4,}less)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:soll(?:en|te|ten)?|möge|möchten?|will|wollen|wollte|könnten?|würden?|dürften?"
    r"|voraussichtlich\w*|vorgesehen\w*|sieht\b.*\bvor|geplant\w*|plan(?:t|en)"
    r"|beabsichtig\w*|angestrebt|strebt|vorschl\w+|vorgeschlagen\w*|schl[aä]g(?:t|en)\b.*\bvor"
    r"|beantrag\w*|antrag\w*|\w*anträge|empf(?:a|e|ie|o)hl\w*|bitte[nt]?|bat(?:en)?|gebeten|forder[nt]\w*|gefordert\w*"
    r"|beschlussvorschl\w*|entwurf|ziel(?:e|wert\w*)?|prüf(?:en|t)|geprüft|regt an|angeregt|erwartet|"
    r"should|would|could|may|might|propos\w+|motion|plan(?:s|ned|ning)?|intend\w*|request\w*|recommend\w*"
    r"|asks?|asked|seeks?|draft\w*|aims?|target\w*"
    r"|expected|envisag\w+|suggest\w*|calls? for|(?:is|are) to|to be)\b",
    re.IGNORECASE,
)
_INTENDED = re.compile(  # of a source: the verbs alone, for "Auf Antrag wurde vertagt" tells what happened
    r"\b(?:soll(?:en|te|ten)?|möge|möchten?|will|wollen|könnten?|würden?|dürften?|voraussichtlich\w*"
    r"|vorgesehen|geplant\w*|plan(?:t|en)"
    r"|beabsichtig\w*|angestrebt|vorgeschlagen\w*|schl[aä]g(?:t|en)\b.*\bvor|beantrag(?:t|en)|empfiehlt"
    r"|bitte[nt]?|forder[nt]|regt an|erwartet)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(r"\bwill\b", re.IGNORECASE)  # English: tells a plan as much as a promise
# A decision told as not yet taken: "soll beschließen", "should be adopted".
_TO_DECIDE = re.compile(
    r"\b(?:soll(?:en|te|ten)?|möge|zu beschließen|zur beschlussfassung|should|would|asked to"
    r"|to (?:be )?(?:adopt|approve|decide)\w*)\b",
    re.IGNORECASE,
)
_PROPOSING = re.compile(
    r"\b(?:beschlussvorschl\w*|vorgeschlagen|schl[aä]g(?:t|en) .*vor|wird vorgeschlagen|beantragt\w*"
    r"|proposes?|proposed|proposal)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:beschlossen|beschloss|beschloß|beschlossene[nrs]?|genehmigt\w*|zugestimmt|stimmte[n]?"
    r"|verabschiedet\w*|angenommen|nahm(?:en)?|gebilligt\w*|billigte\w*"
    r"|bewilligt\w*|abgelehnt\w*|lehnte\w*|decided|adopted|approved|passed|agreed|rejected|resolved"
    r"|granted|accepted|refused)\b",
    re.IGNORECASE,
)
_WILL_BE = re.compile(r"\b(?:wird|werden)\b[^;]*?\b(?!\w*ge\w+en\b)[a-zäöüß]{2,}(?:en|eln|ern)(?=[.,;]|$|\s(?:und|sowie)\s)")
_HAS_BEEN = re.compile(r"\b(?:hat|haben|hatten?|wurden?|war(?:en)?|worden|has|have|was|were)\b")
_NO_DENIAL = re.compile(r"\b(?:nicht (?:nur|allein|zuletzt|mehr als)|not only)\b", re.IGNORECASE)
CLAUSE = re.compile(
    r"[,;:–()]\s|\s(?=(?:ohne|without)\s)|\s(?:und|sowie|sondern|aber|doch|während|and|but|while|whereas"
    r"|or|oder)\s|(?<=\n)|(?<=\w\w\w[.!?])\s(?=[A-ZÄÖÜ])"
    r"|(?<=\d\.)\s(?=(?:Der|Die|Das|Ein|Eine|Im|In|Am|Es|Er|Sie|Dies\w*|Für|The|It|In|A|An)\s)",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The pieces between commas and conjunctions, in order."""
    return [piece.strip() for piece in CLAUSE.split(text) if piece.strip()]


def denies(text: str) -> bool:
    return bool(_NEGATION.search(text))


def denials(clause: str) -> int:
    """How often: "nicht kostenlos" denies twice."""
    return len(_NEGATION.findall(clause))


def is_denial(clause: str) -> bool:
    """The same of a clause of a source, where "nicht nur" denies nothing."""
    return denies(_NO_DENIAL.sub(" ", clause))


def plans(text: str) -> bool:
    """Whether a text tells an intention, a proposal or an expectation."""
    return bool(_PLANNED.search(text))


def intends(clause: str) -> bool:
    """Whether a clause of a source tells what shall be, not what is."""
    return bool(_INTENDED.search(clause))


def foretold(sentence: str, source: str) -> bool:
    """Whether a sentence tells as past what its source tells as to come: "wird vorstellen", "hat vorgestellt"."""
    coming = any(_WILL_BE.search(clause) and not decisions(clause) for clause in clauses(source))
    return coming and bool(_HAS_BEEN.search(sentence)) and not _HAS_BEEN.search(source)


def told_as_plan(sentence: str) -> bool:
    return plans(sentence) or bool(_FUTURE.search(sentence))


def decisions(text: str, table_row: bool = False) -> set[Decision]:
    """The kinds of decision that a text names. A row of a Beratungsfolge or of minutes may tell one by its votes alone."""
    found = {kind for kind, pattern in _DECISIONS.items() if pattern.search(text)}
    if table_row:
        outcome = outcome_of(Consultation("", result=text))
        if outcome != "none":
            found.add(outcome)
    return found


def taken(clause: str) -> set[Decision]:
    """The decisions that a clause of a source tells as taken: not what a council shall decide or is asked to."""
    found = decisions(clause)
    return found & {"recommended"} if intends(clause) or _TO_DECIDE.search(clause) else found


def told_as_decided(sentence: str) -> bool:
    """Whether a sentence tells a decision as taken: the one thing that may never be said of a proposal."""
    taken = {"decided", "rejected", "unanimous", "majority", "confirmed", "noted", "postponed"}
    for clause in re.split(r"[;:]", sentence):
        if (
            decisions(clause) & taken
            and not _TO_DECIDE.search(clause)
            and (_DONE.search(clause) or not _PROPOSING.search(clause))
        ):
            return True
    return False
