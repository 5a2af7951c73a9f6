"""What became of a paper: only results say so, each for its Gremium."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.domain import Consultation, Paper
from indexer.status import outcome_of, status_of


@pytest.mark.parametrize(
    ("role", "result", "outcome"),
    [
        ("Entscheidung", "einstimmig beschlossen", "decided"),
        ("Entscheidung", "Zugestimmt zu geändertem Beschlusstext", "decided"),
        (None, "Bei 45 Ja-Stimmen einstimmig zugestimmt", "decided"),
        (None, "20 Ja-Stimmen, 5 Nein-Stimmen, zwei Enthaltungen", "decided"),
        (None, "Ja: 20, Nein: 5", "decided"),
        (None, "8 Ja-Stimmen / eine Nein-Stimme", "decided"),
        (None, "Änderungsantrag abgelehnt, Vorlage einstimmig beschlossen", "decided"),
        ("Entscheidung", "mehrheitlich abgelehnt (3 Ja, 38 Nein)", "rejected"),
        (None, "nicht zugestimmt", "rejected"),
        (None, "5 Ja, 5 Nein", "rejected"),
        (None, "2 Ja-Stimmen, 5 Nein-Stimmen", "rejected"),
        ("Vorberatung", "einstimmig", "recommended"),
        ("Beratung und Empfehlung", "8 Ja-Stimmen 1 Nein-Stimme", "recommended"),
        ("Beratung", "einverstanden", "recommended"),
        ("Beratung und Beschlussfassung", "einstimmig", "decided"),
        (None, "einstimmig empfohlen", "recommended"),
        (None, "Zur Kenntnis genommen", "noted"),
        (None, "einstimmig zur Kenntnis genommen", "noted"),
        (None, "Zustimmend zur Kenntnis genommen", "noted"),
        ("Kenntnisnahme", "einstimmig", "noted"),
        (None, "vertagt", "postponed"),
        (None, "verwiesen in den Sozialausschuss", "postponed"),
        (None, "Beratung im Planungsausschuss am 11. Mai 2023", "postponed"),
        (None, "vorberaten", "none"),
        (None, "erledigt, keine Abstimmung", "none"),
        ("Entscheidung", None, "none"),
    ],
)
def test_the_outcome_of_a_step(role: str | None, result: str | None, outcome: str) -> None:
    assert outcome_of(Consultation("Kreistag", role=role, result=result)) == outcome


def test_a_beschlussvorschlag_in_the_voice_of_a_decision_is_only_proposed() -> None:
    steps = (Consultation("Kreistag", date(2024, 6, 3)),)
    assert status_of(Paper(paper_type="Beschlussvorlage", consultations=steps)) == "proposed"
    assert status_of(Paper(paper_type="Mitteilungsvorlage", consultations=steps)) == "open"


def test_what_was_settled_without_a_vote_is_neither_proposed_nor_decided() -> None:
    settled = Consultation("Kreistag", date(2024, 6, 3), result="erledigt durch Änderungsantrag")
    assert status_of(Paper(paper_type="Antrag", consultations=(settled,))) == "open"
    discussed = Consultation("Sozialausschuss", date(2024, 5, 14), result="vorberaten")
    assert status_of(Paper(paper_type="Beschlussvorlage", consultations=(discussed,))) == "proposed"


def test_consent_of_a_committee_is_no_decision_while_the_council_is_awaited() -> None:
    committee = Consultation("Sozialausschuss", date(2024, 5, 14), result="einstimmig")
    awaited = Consultation("Kreistag", date(2024, 6, 3))
    assert status_of(Paper(consultations=(committee, awaited))) == "recommended"
    assert status_of(Paper(consultations=(awaited, committee))) == "recommended"
    assert status_of(Paper(consultations=(committee, Consultation("Rat")))) == "recommended"
    decided = Consultation("Kreistag", date(2024, 6, 3), result="einstimmig")
    assert status_of(Paper(consultations=(committee, decided))) == "decided"


def test_a_committee_that_decides_alone_has_decided() -> None:
    heard = Consultation("Ortsrat Oberdorf", date(2024, 5, 2))
    assert (
        status_of(Paper(consultations=(heard, Consultation("Bauausschuss", date(2024, 5, 14), result="zugestimmt")))) == "decided"
    )
