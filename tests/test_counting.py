"""Counting and listing questions: all documents are asked, every paper counts once, and what was counted is told."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.encoders import HashEncoder
from indexer.generation import Generation
from service.answers import Answer, Answerer
from service.questions import Names, understand
from service.ways.counted import counted
from service.web.answering import answer_view
from service.web.texts import Texts

TODAY = date(2024, 9, 1)
MUSTERBACH, BEISPIELHEIM = "Landkreis Musterbach", "Stadt Beispielheim"


@pytest.fixture(scope="module")
def made(make_index, make_document) -> Generation:
    def paper(identifier: str, kind: str, title: str, text: str, /, **fields: object):
        number = fields.get("reference", "")
        head = f"{kind}\n\n{fields.pop('group', 'Verwaltung')}\n\nVorlage Nr.: {number}\n\n{title}\n\n"
        return make_document(identifier, head + text, **({"body": MUSTERBACH, "paper_type": kind, "name": title} | fields))

    return make_index(
        [
            paper(
                "a1",
                "Antrag",
                "Pflegeplanung im Kreisgebiet",
                "Die Planung der Pflege soll beginnen.",
                reference="2021/0101",
                date=date(2021, 2, 1),
                group="SPD-Kreistagsfraktion",
            ),
            paper(
                "a1-anlage",
                "Antrag",
                "Pflegeplanung im Kreisgebiet (Anlage)",
                "Eine Tabelle.",
                reference="2021/0101",
                date=date(2021, 2, 1),
            ),
            paper(
                "a2",
                "Antrag",
                "Zuschuss für die Tagespflege",
                "Der Zuschuss steigt.",
                reference="2023/0202",
                date=date(2023, 5, 2),
            ),
            paper("a3", "Antrag", "Neue Buslinie", "Die Linie hält am Pflegeheim.", reference="2023/0303", date=date(2023, 6, 3)),
            paper(
                "a4",
                "Antrag",
                "Pflege der Hecken",
                "Vor dem Stichtag. Die Planung der Pflege beginnt.",
                reference="2019/0404",
                date=date(2019, 6, 3),
            ),
            paper(
                "v1",
                "Beschlussvorlage",
                "Pflegebericht",
                "Er nennt Pflege bei Tage und im Heim, dazu die Planung.",
                reference="2022/0505",
                date=date(2022, 1, 1),
            ),
            paper(
                "v2",
                "Mitteilungsvorlage",
                "Neubau der Kindertagesstätte Sonnenhang",
                "Sie öffnet bald.",
                reference="2022/0606",
                date=date(2022, 1, 1),
                body=BEISPIELHEIM,
            ),
        ]
    )


@pytest.fixture(scope="module")
def answerer(made: Generation) -> Answerer:
    return Answerer(made, HashEncoder())


def ask(answerer: Answerer, question: str) -> Answer:
    return answerer.answer(question, today=TODAY)


def numbers(answer: Answer) -> list[str | None]:
    """Of the papers listed, in their order."""
    return list(dict.fromkeys(c.passage.document.paper.reference for c in answer.citations))


def test_papers_are_counted_over_all_documents_and_listed_newest_first(answerer: Answerer) -> None:
    answer = ask(answerer, "Wie viele Anträge zum Thema Pflege gab es seit 2021?")
    assert answer.outcome == "answered"
    assert answer.statements[0].text == "Gefunden: 3 Anträge mit „Pflege“, davon 2 im Titel und 1 nur im Text."
    assert numbers(answer) == ["2023/0202", "2021/0101", "2023/0303"]
    assert "Durchsucht: 7 Dokumente." in answer.text


def test_every_paper_listed_cites_its_number_and_title(answerer: Answerer) -> None:
    _, item = ask(answerer, "Welche Vorlagen gibt es zu Kitas?").statements
    assert item.text == "Vorlage Nr.: 2022/0606: Neubau der Kindertagesstätte Sonnenhang"
    assert item.support == "checked"


def test_where_only_the_text_names_the_topic_its_line_is_cited(answerer: Answerer) -> None:
    answer = ask(answerer, "Welche Anträge gibt es zum Pflegeheim?")
    assert "Die Linie hält am Pflegeheim." in [citation.quote for citation in answer.citations]


def test_a_fraktion_is_looked_for_in_the_head(answerer: Answerer) -> None:
    answer = ask(answerer, "Welche Anträge hat die SPD-Fraktion 2021 gestellt?")
    assert numbers(answer) == ["2021/0101"]
    assert "SPD-Kreistagsfraktion" in [citation.quote for citation in answer.citations]


def test_a_fraktion_that_only_the_record_names_counts(make_index, make_document) -> None:
    def motion(identifier: str, text: str, *originators: str):
        given = {"paper_type": "Antrag", "body": MUSTERBACH, "reference": identifier, "originators": originators}
        return make_document(identifier.replace("/", "-"), text, name="Mehr Radwege", **given)

    papers = [
        motion("2024/1", "Wir bitten um Radwege.", "SPD-Kreistagsfraktion"),
        motion("2024/2", f"Wir bitten um Wege. {'Ein Weg. ' * 90} Auch die SPD wünscht sie."),  # named, but not in the head
    ]
    answer = ask(Answerer(make_index(papers), HashEncoder()), "Wie viele Anträge der SPD gibt es?")
    assert answer.statements[0].text == "Gefunden: 1 Antrag."
    assert numbers(answer) == ["2024/1"]


def test_none_found_is_no_answer_and_says_what_was_counted(answerer: Answerer) -> None:
    answer = ask(answerer, "Wie viele Anträge zu Kitas gab es in Musterbach seit 2021?")
    assert answer.outcome == "not_in_documents"
    assert not answer.statements
    assert "Gesucht: Anträge · Landkreis Musterbach · seit 2021 · „Kitas“. Gefunden: nichts." in answer.text


def test_an_english_question_counts_german_papers_if_they_know_its_words(answerer: Answerer) -> None:
    answer = ask(answerer, "How many motions on Pflege since 2021?")
    assert answer.statements[0].text.startswith("Found: 3 motions")


@pytest.mark.parametrize(
    "question",
    [
        "Wie viele Kitaplätze fehlen?",
        "Welche Handlungsfelder gibt es?",
        "Welche Vorlage regelt die Tagespflege?",
        "Wie viele Anträge auf Wohngeld gab es 2022?",
        "Wie viele Bauanträge liegen vor?",
        "Wie viele Anträge gab es laut Pflegebericht?",
        "Welche früheren Vorlagen nennt 2022/0505?",
        "Welche Unterlagen muss ich für die Kita vorlegen?",
        "Wie viele der Anträge wurden abgelehnt?",
    ],
)
def test_a_number_or_list_inside_a_paper_is_not_counted(question: str, made: Generation) -> None:
    names = Names(made)
    assert counted(understand(question, names, today=TODAY), names, TODAY) is None


@pytest.mark.parametrize(
    ("question", "topic", "kinds"),
    [
        ("Welche Beschlussvorlagen von 2022 betreffen die Pflege?", ("Pflege",), ["Beschlussvorlage"]),
        (
            "Nennen Sie mir alle Vorlagen zur häuslichen Pflege",
            ("häuslichen", "Pflege"),
            ["Beschlussvorlage", "Mitteilungsvorlage"],
        ),
        ("welche anträge zu kitas gibt es", ("kitas",), ["Antrag"]),
        ("Wie viele Haushaltsanträge fordern neue Buslinien?", ("Haushalt", "neue", "Buslinien"), ["Antrag"]),
        ("List all motions about Buslinie", ("Buslinie",), ["Antrag"]),
    ],
)
def test_kind_and_topic_are_told_apart(question: str, topic: tuple[str, ...], kinds: list[str], made: Generation) -> None:
    names = Names(made)
    found = counted(understand(question, names, today=TODAY), names, TODAY)
    assert found
    assert (found.topic, found.kind.names(made.columns.names("paper_type"))) == (topic, kinds)


def test_the_page_does_not_repeat_the_heads_it_lists(answerer: Answerer, made: Generation) -> None:
    answer = ask(answerer, "Wie viele Anträge zur Pflege gibt es?")
    total, first, *_ = answer_view(answer, made, Texts("de")).statements
    assert not total.quotes
    assert [mark.number for mark in total.marks] == list(range(1, len(answer.statements)))
    assert first.marks[0].number == 1
    assert not [q for q in first.quotes if " ".join(answer.citations[q.number - 1].quote.split()) in first.text]
