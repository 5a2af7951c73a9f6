"""Sentences as a model writes them, against the papers in corpus/: honest ones pass, invented ones do not.

The sentences stand in tests/golden/model/: hand-written, German and English. More false ones are made of the honest ones by rule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from indexer.generation import Generation
from indexer.parsing.layout import RawBlock, lay_out
from indexer.store import Collection
from service.bodynames import BodyNames
from service.llm.claims import Borne, Checker, Fault
from service.llm.facts import facts_of
from service.questions import Language
from tests.conftest import Built, MakeDocument, MakeIndex

GOLDEN = Path(__file__).parent / "golden" / "model"
SEED = 20


@dataclass(frozen=True)
class Line:
    language: Language
    file: str
    sentence: str
    wrong: str = ""


def lines(name: str) -> list[Line]:
    rows = (row.split("|") for row in (GOLDEN / name).read_text("utf-8").splitlines() if row and row[0] != "#")
    return [Line(row[0], row[-2], row[-1], row[1] if len(row) == 4 else "") for row in rows]  # type: ignore[arg-type]


TRUTHS, LIES = lines("truths.txt"), lines("lies.txt")


class Desk:
    """A checker with the papers of corpus/ at hand."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.checker = Checker(generation.analyser, BodyNames(generation))
        self.sources = {
            document.file.name: [s for passage in generation.passages_of(document) for s in self.checker.sources(passage)]
            for document in generation.documents()
        }

    def judge(self, line: Line, asked: tuple[str, ...] = ()) -> Borne | Fault:
        found = next(sources for name, sources in self.sources.items() if line.file in name)
        return self.checker.borne(line.sentence, line.language, found, asked)


@pytest.fixture(scope="module")
def desk(sample_index: Path, e5) -> Desk:
    return Desk(Collection(sample_index, "public").open(e5.name))


def test_there_are_enough_of_both() -> None:
    assert len(TRUTHS) >= 100
    assert len(LIES) >= 100
    assert {line.language for line in TRUTHS} == {line.language for line in LIES} == {"de", "en"}


def test_honest_sentences_pass(desk: Desk) -> None:
    failed = [line.sentence for line in TRUTHS if not isinstance(desk.judge(line), Borne)]
    assert len(failed) <= len(TRUTHS) // 10, failed


@pytest.mark.parametrize("line", LIES, ids=[f"{line.wrong}: {line.sentence}" for line in LIES])
def test_an_invented_sentence_does_not(line: Line, desk: Desk) -> None:
    assert not isinstance(desk.judge(line), Borne)


def other_number(line: Line, dice: random.Random) -> str | None:
    """One figure of the sentence is another one."""
    facts = [fact for fact in facts_of(line.sentence) if re.search(r"\d", line.sentence[fact.start : fact.end])]
    if not facts:
        return None
    fact = dice.choice(facts)
    figure = line.sentence[fact.start : fact.end]
    digit = dice.choice(list(re.finditer(r"\d", figure)))
    new = str((int(digit.group()) + dice.randint(1, 8)) % 9 + 1)
    if new == digit.group():
        new = "9" if new != "9" else "8"
    changed = figure[: digit.start()] + new + figure[digit.end() :]
    return line.sentence[: fact.start] + changed + line.sentence[fact.end :]


def other_kind_of_number(line: Line, dice: random.Random) -> str | None:
    """Euro become per cent, per cent become thousands."""
    for old, new in (
        ("Millionen Euro", "Milliarden Euro"),
        (" Euro", " Prozent"),
        (" €", " %"),
        (" %", " Euro"),
        (" Prozent", " Euro"),
        (" percent", " euros"),
    ):
        if old in line.sentence:
            return line.sentence.replace(old, new, 1)
    return None


NAMES = "Wolkenhausen Rübezahlstiftung Quantenausschuss Borkenfeld Dünenverband Schattenkreis".split()


def other_name(line: Line, dice: random.Random) -> str | None:
    """A noun in the sentence is a name that stands in no paper."""
    nouns = list(re.finditer(r"(?<=\w )[A-ZÄÖÜ]\w{5,}", line.sentence))
    nouns = [noun for noun in nouns if not facts_of(noun.group())]
    if not nouns:
        return None
    noun = dice.choice(nouns)
    return line.sentence[: noun.start()] + dice.choice(NAMES) + line.sentence[noun.end() :]


DENIED = (
    (" nicht ", " "),
    (" noch nicht", ""),
    (" keinen ", " einen "),
    (" keine ", " eine "),
    (" kein ", " ein "),
    (" is not ", " is "),
    ("No fee", "A fee"),
    (" hat ", " hat nicht "),
    (" wurde ", " wurde nicht "),
    (" wurden ", " wurden nicht "),
    (" beträgt ", " beträgt nicht "),
    (" ist ", " ist nicht "),
    (" sind ", " sind nicht "),
    (" haben ", " haben nicht "),
    (" was ", " was not "),
    (" were ", " were not "),
    (" has ", " has not "),
    (" soll ", " soll nicht "),
    (" sollen ", " sollen nicht "),
)


def denied(line: Line, dice: random.Random) -> str | None:
    return next((line.sentence.replace(old, new, 1) for old, new in DENIED if old in line.sentence), None)


def decided(line: Line, dice: random.Random) -> str | None:
    """A proposal told as a decision, a decision told as another."""
    for old, new in (
        (r"zur Kenntnis genommen", "beschlossen"),
        (r"beschlossen|beschloss\b", "abgelehnt"),
        (r"abgelehnt", "angenommen"),
        (r"Vorgeschlagen (ist|wird)", "Beschlossen wurde"),
        (r"Laut Beschlussvorschlag sollen", "Beschlossen wurde: Es sollen"),
        (r"Beantragt sind", "Beschlossen sind"),
        (r"empfiehlt dem Kreistag", "beschließt für den Kreistag"),
        (r"vertagt", "beschlossen"),
        (r"(einstimmig )?adopted", "rejected"),
        (r"noted", "approved"),
        (r"It is proposed", "It was decided"),
    ):
        if re.search(old, line.sentence):
            return re.sub(old, new, line.sentence, count=1)
    return None


def of_another_body(line: Line, dice: random.Random) -> str | None:
    bodies = ["Landkreis Konstanz", "Landkreis Börde", "Landkreis Aurental", "Kreis Norderbrook", "Landkreis Lörrach"]
    own = {"sozialstrategie-sachstand": 0, "stabsstelle": 1, "sozialstrategie-mitteilung": 4}
    norderbrook = line.file[0].isupper() or line.file.startswith("24-0481")
    mine = next((n for name, n in own.items() if line.file.startswith(name)), 3 if norderbrook else 2)
    other = dice.choice([body for number, body in enumerate(bodies) if number != mine])
    said = f"Im {other} gilt: " if line.language == "de" else f"In {other}, "
    return said + line.sentence[0].lower() + line.sentence[1:]


def with_a_false_half(line: Line, dice: random.Random) -> str | None:
    more = {
        "de": (", und der Landrat trat deshalb zurück", ", und dafür wurden 75.000 Euro bezahlt", " und die Polizei ermittelt"),
        "en": (", and the mayor resigned over it", ", and 75,000 euros were paid for it"),
    }
    return line.sentence.rstrip(".") + dice.choice(more[line.language]) + "."


MAKERS: tuple[Callable[[Line, random.Random], str | None], ...] = (
    other_number,
    other_kind_of_number,
    other_name,
    denied,
    decided,
    of_another_body,
    with_a_false_half,
)


def made() -> Iterator[tuple[str, Line]]:
    dice = random.Random(SEED)
    for maker in MAKERS:
        for line in TRUTHS:
            false = maker(line, dice)
            if false is not None and false != line.sentence:
                yield maker.__name__, Line(line.language, line.file, false)


@pytest.mark.parametrize("kind", [maker.__name__ for maker in MAKERS])
def test_no_honest_sentence_passes_once_it_is_made_false(kind: str, desk: Desk) -> None:
    tried = [line for name, line in made() if name == kind]
    assert len(tried) >= 10
    assert [line.sentence for line in tried if isinstance(desk.judge(line), Borne)] == []


def test_an_honest_sentence_about_another_papers_subject_is_not_borne(desk: Desk) -> None:
    """Each is laid beside the paper of another county."""
    files = sorted({line.file for line in TRUTHS})
    strange = [Line(line.language, files[(files.index(line.file) + 9) % len(files)], line.sentence) for line in TRUTHS]
    passed = [line for line in strange if isinstance(desk.judge(line), Borne)]
    # Sentences that tell of no county in particular may be true of both: "Der Plan wurde beschlossen".
    assert len(passed) <= 2, passed


def test_a_question_about_one_county_is_not_answered_from_another(desk: Desk) -> None:
    line = next(line for line in TRUTHS if line.file == "sozialplanung-2022")
    assert isinstance(desk.judge(line, ("Landkreis Aurental",)), Borne)
    assert desk.judge(line, ("Landkreis Konstanz",)) == "body"


def test_the_words_that_bear_a_sentence_are_cited_not_the_whole_passage(desk: Desk) -> None:
    borne = desk.judge(
        Line("de", "sozialstrategie-sachstand", "Die Lenkungsgruppe hat die Priorisierung am 13.06.2022 bestätigt.")
    )
    assert isinstance(borne, Borne)
    (place,) = borne.places
    assert place.text == "Die Lenkungsgruppe besprach diese Priorisierung am 13. Juni 2022 und bestätigte sie."
    assert place.citation.quote == place.text


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Die Buslinie 7 fährt künftig alle 30 Minuten.", "Die Buslinie 7 fährt künftig alle 30 Minuten."),
        ("Die Buslinie 7 hält am Klinikum.", "Klinikum"),
        (
            "Die Buslinie 7 hält an Bahnhof, Marktplatz und Klinikum.",
            "Sie hält an folgenden Orten:\n\nBahnhof\nMarktplatz\nKlinikum",
        ),
    ],
)
def test_what_introduces_a_list_is_cited_itself_not_an_item_below_it(sentence: str, quote: str, built: Built) -> None:
    small = Desk(built.generation)
    borne = small.judge(Line("de", "bus.docx", sentence))
    assert isinstance(borne, Borne)
    assert [place.citation.quote for place in borne.places] == [quote]


def test_what_a_heading_alone_says_is_not_cited_from_the_words_below(make_document: MakeDocument, make_index: MakeIndex) -> None:
    raw = [RawBlock("heading", "Die Buslinie 7 fährt alle 30 Minuten"), RawBlock("paragraph", "Der Ausschuss tagt im Rathaus.")]
    laid_out = lay_out(raw)
    document = replace(make_document("bus.txt", "-"), text=laid_out.text, pages=laid_out.pages, blocks=laid_out.blocks)
    small = Desk(make_index([document]))
    assert small.judge(Line("de", "bus.txt", "Die Buslinie 7 fährt alle 30 Minuten.")) == "words"
