"""What is asked: language, bodies as people name them, numbers, words that no paper holds."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.build import build
from indexer.filters import Filters
from indexer.settings import Settings
from indexer.store import Collection
from service.errors import QuestionEmpty, QuestionTooLong
from service.questions import LONGEST, Names, checked, language_of, preferred, understand

BODIES = ("Landkreis Wöhrsund", "Stadt Wöhrsund", "Landkreis Altmoor (Leine)", "Landkreis Tannberg-Auen", "Kreis Lindesee")
PAPERS = {
    "antrag.txt": "Drucksache 2362-2019/KLS\n\nAntrag\n\nDatum: 12.03.2021\n\nDer Radweg wird verlängert.",
    "vorlage.txt": "Drucksache 2363-2023/KLS\n\nBeschlussvorlage\n\nDatum: 20.06.2023\n\n"
    "Beratungsfolge: Gremium | Termin | Ö/N\n\nDer Radweg wird gebaut.",
}
STEPS = '[[consultation]]\norganization = "Ausschuss für Umwelt und Verkehr"\ndate = "2023-07-12"\n'


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    root = tmp_path_factory.mktemp("bodies")
    for body in BODIES:
        (root / "papiere" / body).mkdir(parents=True)
        text = f"{body}\n\nBericht\n\nDie Sozialplanung nennt acht Handlungsfelder. Der Kreistag berät im Herbst."
        (root / "papiere" / body / "bericht.txt").write_text(text, encoding="utf-8")
    for name, text in PAPERS.items():
        (root / "papiere" / "Kreis Lindesee" / name).write_text(text, encoding="utf-8")
    (root / "papiere" / "Kreis Lindesee" / "vorlage.toml").write_text(STEPS, encoding="utf-8")
    settings = Settings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return Names(Collection(settings.index, "public").open())


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Welche Handlungsfelder hat Altmoor?", ["Landkreis Altmoor (Leine)"]),
        ("Welche Handlungsfelder hat der Landkreis Altmoor (Leine)?", ["Landkreis Altmoor (Leine)"]),
        ("Was plant der Altmoorer Kreistag?", ["Landkreis Altmoor (Leine)"]),
        ("Altmoors Sozialplanung", ["Landkreis Altmoor (Leine)"]),
        ("sozialplanung altmoor", ["Landkreis Altmoor (Leine)"]),
        ("Was plant Tannberg-Auen?", ["Landkreis Tannberg-Auen"]),
        ("Was plant Tannberg Auen?", ["Landkreis Tannberg-Auen"]),
        ("Was plant der Landkreis Woehrsund?", ["Landkreis Wöhrsund"]),
        ("Was plant die Stadt Wöhrsund?", ["Stadt Wöhrsund"]),
        ("Was plant Wöhrsund?", ["Landkreis Wöhrsund", "Stadt Wöhrsund"]),
        ("Altmoor oder Tannberg-Auen: wer plant mehr?", ["Landkreis Altmoor (Leine)", "Landkreis Tannberg-Auen"]),
        ("Was plant Altmoorweiler?", []),
        ("Was plant der LK Altmoor?", ["Landkreis Altmoor (Leine)"]),
        ("Was plant Altmor?", ["Landkreis Altmoor (Leine)"]),
        ("Was plant Altomor?", ["Landkreis Altmoor (Leine)"]),
        ("Tanberg-Auenn Pflege", ["Landkreis Tannberg-Auen"]),
        ("Was plant Wöhrsnud?", ["Landkreis Wöhrsund", "Stadt Wöhrsund"]),
        ("Was plant TaAu?", ["Landkreis Tannberg-Auen"]),
        ("Was plant KLS?", []),  # three letters may mean anything
        ("Was plant der Landtag?", []),
        ("Das Altmodell", []),
        ("Welche Handlungsfelder gibt es?", []),
    ],
)
def test_a_named_body_becomes_the_filter(text: str, bodies: list[str], names: Names) -> None:
    assert sorted(understand(text, names).filters.body) == sorted(bodies)


def test_a_filter_that_the_reader_set_stays(names: Names) -> None:
    chosen = Filters(body=("Stadt Wöhrsund",))
    assert understand("Was plant Altmoor?", names, chosen).filters == chosen


def test_the_body_is_no_term_of_the_question(names: Names) -> None:
    with_body = understand("Welche Handlungsfelder hat der Landkreis Altmoor?", names)
    assert with_body.terms == understand("Welche Handlungsfelder?", names).terms


@pytest.mark.parametrize(
    ("text", "said", "start", "end"),
    [
        ("Welche Anträge gab es seit 2021?", "seit 2021", date(2021, 1, 1), None),
        ("Was wurde letztes Jahr beschlossen?", "letztes Jahr", date(2022, 1, 1), date(2022, 12, 31)),
        ("Beschlüsse im Juli 2022", "Juli 2022", date(2022, 7, 1), date(2022, 7, 31)),
        ("Beschlüsse im Februar 2024", "Februar 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("Ausgaben zwischen 2019 und 2021", "zwischen 2019 und 2021", date(2019, 1, 1), date(2021, 12, 31)),
        ("Ausgaben von 2019 bis 2021", "von 2019 bis 2021", date(2019, 1, 1), date(2021, 12, 31)),
        ("Was geschah am 13.06.2022?", "13.06.2022", date(2022, 6, 13), date(2022, 6, 13)),
        ("Was geschah am 13. Juni 2022?", "13. Juni 2022", date(2022, 6, 13), date(2022, 6, 13)),
        ("Anträge im letzten Monat", "letzten Monat", date(2023, 2, 1), date(2023, 2, 28)),
        ("Pläne vor 2020", "vor 2020", None, date(2019, 12, 31)),
        ("Which motions since 2021?", "since 2021", date(2021, 1, 1), None),
        ("What was decided in July 2022?", "July 2022", date(2022, 7, 1), date(2022, 7, 31)),
        ("vom 01.01.2022 bis 31.12.2022", "vom 01.01.2022 bis 31.12.2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("zwischen Januar und März 2022", "zwischen Januar und März 2022", date(2022, 1, 1), date(2022, 3, 31)),
        ("Beschlüsse seit März 2021", "seit März 2021", date(2021, 3, 1), None),
        ("Beschlüsse vor dem 1. März 2022", "vor dem 1. März 2022", None, date(2022, 2, 28)),
        ("Ausgaben 2021 bis 2023", "2021 bis 2023", date(2021, 1, 1), date(2023, 12, 31)),
        ("Ausgaben von 2023 bis 2019", "von 2023 bis 2019", date(2019, 1, 1), date(2023, 12, 31)),
        ("What was decided last year?", "last year", date(2022, 1, 1), date(2022, 12, 31)),
    ],
)
def test_a_time_is_understood(text: str, said: str, start: date | None, end: date | None, names: Names) -> None:
    period = understand(text, names, today=date(2023, 3, 31)).period
    assert period is not None
    assert (period.said, period.start, period.end) == (said, start, end)


@pytest.mark.parametrize(
    "text", ["Haushalt 2024", "Haushalt 2024/2025", "Drucksache 2022/200", "31.02.2022", "2022", "seit Langem"]
)
def test_a_bare_year_or_a_number_is_no_time(text: str, names: Names) -> None:
    assert understand(text, names).period is None


@pytest.mark.parametrize(
    ("text", "paper_types", "organizations"),
    [
        ("Welche Anträge gibt es?", ("Antrag",), ()),
        (
            "Beschlussvorlagen des Ausschusses für Umwelt und Verkehr",
            ("Beschlussvorlage",),
            ("Ausschuss für Umwelt und Verkehr",),
        ),
        ("Was tut der Ausschuss?", (), ()),
    ],
)
def test_kinds_and_gremien_of_the_index_are_recognised_inflected(text, paper_types, organizations, names: Names) -> None:
    question = understand(text, names)
    assert (question.paper_types, question.organizations) == (paper_types, organizations)
    assert question.filters == Filters()


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("Wie viele Plätze fehlen?", "number"),
        ("How many places are missing?", "number"),
        ("Wann tagt der Kreistag?", "date"),
        ("Wer hat das beschlossen?", "decision"),
        ("Which committee decides this?", "decision"),
        ("Wer leitet das Amt?", "person"),
        ("Welche Handlungsfelder gibt es?", "list"),
        ("Wurde der Radweg gebaut?", "yes_no"),
        ("Was beschloss der Kreistag?", None),
        ("Radweg Kosten", None),
    ],
)
def test_the_kind_of_answer(text: str, wants: str | None, names: Names) -> None:
    assert understand(text, names).wants == wants


def test_what_the_reader_takes_away_is_not_used(names: Names) -> None:
    question = understand("Was plant Altmoor seit 2021?", names, ignored=["body", "period"])
    assert (question.filters, question.bodies, question.period) == (Filters(), (), None)
    assert question.ignored == ("body", "period")


def test_a_time_puts_papers_of_that_time_and_of_sittings_then_in_front(names: Names) -> None:
    rows = preferred(understand("Radweg im Juli 2023", names), names.generation)
    assert rows is not None
    chosen = {names.generation.passage(int(row)).document.file.name for row in rows.nonzero()[0]}
    assert chosen == {"Kreis Lindesee/vorlage.txt"}
    assert preferred(understand("Radweg", names), names.generation) is None


def test_words_that_no_paper_holds_are_named_as_typed(names: Names) -> None:
    question = understand("Wie hoch ist die Hundesteuer in Altmoor?", names)
    assert question.terms_not_found == ("Hundesteuer",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welche Handlungsfelder gibt es?", "de"),
        ("Which Handlungsfelder are there?", "en"),
        ("Haushalt 2024", "de"),
        ("When did the Kreistag decide about the Haushalt?", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "???", "…"])
def test_an_empty_question_is_told(text: str) -> None:
    with pytest.raises(QuestionEmpty):
        checked(text)


def test_a_question_of_5000_characters_is_told_with_the_limit() -> None:
    with pytest.raises(QuestionTooLong, match=str(LONGEST)):
        checked("a" * 5000)
