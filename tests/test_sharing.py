"""What is stored for readers, and only where the operator wants it: links to answers and judgements, until their day."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.build import build
from service.app import create_app
from service.kept.stores import open_stores
from service.runtime import Runtime
from service.settings import ServiceSettings
from service.web.exports.tools import AnswerTools

PASSWORD = "Schlüssel zum Rathaus"
SAME = {"Sec-Fetch-Site": "same-origin"}
QUESTION = "Wann wird die Brücke am Mühlbach erneuert?"
WORDS = "Die Brücke am Mühlbach wird 2025 erneuert."
STORED = ("shares", "judgements", "judged")
GONE = "[Diese Aussage fehlt: Ihre Quelle ist nicht mehr öffentlich oder hat sich geändert.]"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Service:
    """A running service with sharing and judging on, its clock, its papers and the folder of what it stores."""

    def __init__(self, root: Path, database: str | None = None) -> None:
        self.paper = root / "papiere" / "Landkreis Musterbach" / "bruecke.txt"
        self.paper.parent.mkdir(parents=True)
        self.paper.write_text(f"Landkreis Musterbach\n\nDrucksachen-Nr.: 2024/017\n\n{WORDS}")
        (self.paper.parent / "weg.txt").write_text("Landkreis Musterbach\n\nDer Weg am Weiher bleibt gesperrt.")
        self.settings = ServiceSettings(
            index=root / "index",
            database=database,
            encoder="hash",
            state=root / "ablage",
            share_days=7,
            feedback=True,
            feedback_days=10,
            operator_password=PASSWORD,
        )
        self.runtime: Runtime | None = None
        self.read_in()
        self.clock = Clock()
        app = create_app(self.settings)
        self.tools = app.state.tools = AnswerTools(self.settings, open_stores(self.settings), self.clock)
        self.runtime = app.state.runtime
        self.client = TestClient(app, headers={"Accept-Language": "de"}, follow_redirects=False)

    def read_in(self) -> None:
        build(self.settings, [self.paper.parents[1]])
        if self.settings.database and self.runtime:
            self.runtime.public._index._until = 0.0  # a second later

    def token(self, question: str = QUESTION) -> str:
        page = LexborHTMLParser(self.client.post("/", data={"question": question}).text)
        return page.css_first(".tools input[name=token]").attributes["value"] or ""

    def shared(self) -> tuple[str, str]:
        """Paths of a shared answer and of its revocation."""
        headers = SAME | {"Accept": "application/json"}
        told = self.client.post("/antwort/teilen", data={"token": self.token()}, headers=headers).json()
        return told["address"].removeprefix("http://testserver"), told["revoking"].removeprefix("http://testserver")

    def judge(self, token: str, **data: str) -> int:
        return self.client.post("/antwort/urteil", data={"token": token, "verdict": "up", **data}, headers=SAME).status_code

    def stored(self) -> bytes:
        """Byte by byte; on a server what it would tell anybody."""
        if self.settings.database:
            with psycopg.connect(self.settings.database.get_secret_value()) as connection:
                return str([connection.execute(f"SELECT * FROM ratslotse.{name}").fetchall() for name in STORED]).encode()  # noqa: S608
        return b"".join(path.read_bytes() for path in self.settings.state.rglob("*")) if self.settings.state else b""

    def sweep(self) -> None:
        self.tools._sweep(self.runtime)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


@pytest.fixture(params=["folder", "server"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    """Stores in a folder, or on a server."""
    return Service(tmp_path, request.getfixturevalue("server_of_hosts") if request.param == "server" else None)


def test_a_shared_answer_says_what_it_is_and_keeps_out_of_search_engines(service: Service) -> None:
    address, _ = service.shared()
    response = service.client.get(address)
    page = LexborHTMLParser(response.text)
    assert WORDS in page.text()
    assert "KI-Hinweis" in page.text()
    assert "Der Link gilt bis 11.03.2026" in page.text()
    assert "Stand" in page.text()
    assert response.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex, nofollow, noarchive"
    assert "Disallow: /geteilt/" in service.client.get("/robots.txt").text


def test_links_cannot_be_guessed_and_no_secret_is_stored(anywhere: Service) -> None:
    shares = [anywhere.shared() for _ in range(3)]
    assert len({address for address, _ in shares}) == 3
    assert all(len(address.rpartition("/")[2]) >= 22 for address, _ in shares)
    assert all(secret.rpartition("/")[2].encode() not in anywhere.stored() for _, secret in shares)
    if not anywhere.settings.database:
        assert stat.S_IMODE(anywhere.settings.state.stat().st_mode) == 0o700  # type: ignore[union-attr]


def test_expired_revoked_and_unknown_links_look_the_same(anywhere: Service) -> None:
    (expired, _), (revoked, revoking) = anywhere.shared(), anywhere.shared()
    assert anywhere.client.post(revoking, headers=SAME).status_code == 200
    anywhere.clock.now += timedelta(days=7)
    answers = [anywhere.client.get(path) for path in (expired, revoked, "/geteilt/unbekannt0123456789")]
    assert {response.status_code for response in answers} == {404}
    assert len({re.sub(r"/geteilt/[\w-]+|\b[0-9a-f]{8}\b", "", response.text) for response in answers}) == 1
    assert len({tuple(sorted(response.headers.keys())) for response in answers}) == 1


def test_what_is_stored_is_for_the_service_alone_also_in_a_folder_that_others_read(service: Service) -> None:
    assert service.settings.state is not None
    service.settings.state.mkdir(mode=0o755)
    service.shared()
    assert {stat.S_IMODE(path.stat().st_mode) for path in service.settings.state.iterdir()} == {0o600}


def test_no_secret_of_a_link_stands_in_the_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    address, revoking = service.shared()
    assert service.client.post(revoking, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert service.client.delete(address).status_code == 405
    assert "foreign_form" in caplog.text
    assert not any(part in caplog.text for part in (address.rpartition("/")[2], revoking.rpartition("/")[2]))


def test_a_link_works_until_its_day(anywhere: Service) -> None:
    address, _ = anywhere.shared()
    anywhere.clock.now += timedelta(days=7, seconds=-1)
    assert anywhere.client.get(address).status_code == 200


def test_only_who_has_the_second_link_revokes(anywhere: Service) -> None:
    address, revoking = anywhere.shared()
    assert anywhere.client.post(f"{address}/widerrufen/geraten", headers=SAME).status_code == 404
    assert "Widerrufen und löschen" in anywhere.client.get(revoking).text  # looking does nothing: mail programs open links
    assert anywhere.client.get(address).status_code == 200
    assert anywhere.client.post(revoking).status_code == 403
    anywhere.client.post(revoking, headers=SAME)
    assert anywhere.client.get(address).status_code == 404
    assert anywhere.client.get(revoking).status_code == 404


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_of_what_is_deleted_no_byte_is_left(anywhere: Service, how: str) -> None:
    address, revoking = anywhere.shared()
    assert QUESTION.encode() in anywhere.stored()
    if how == "expired":
        anywhere.clock.now += timedelta(days=8)
        anywhere.sweep()
    else:
        anywhere.client.post(revoking, headers=SAME)
    assert QUESTION.encode() not in anywhere.stored()
    assert address.rpartition("/")[2].encode() not in anywhere.stored()


def test_a_withdrawn_paper_leaves_the_shared_answer_at_once_and_does_not_come_back(anywhere: Service) -> None:
    address, _ = anywhere.shared()
    text = anywhere.paper.read_text()
    anywhere.paper.unlink()
    anywhere.read_in()
    assert WORDS not in anywhere.client.get(address).text
    assert GONE in anywhere.client.get(address).text
    anywhere.sweep()
    anywhere.paper.write_text(text)
    anywhere.read_in()
    assert GONE in anywhere.client.get(address).text


def test_a_paper_that_became_internal_leaves_the_shared_answer(service: Service) -> None:
    address, _ = service.shared()
    service.paper.with_suffix(".toml").write_text("public = false\n")
    service.read_in()
    assert WORDS not in service.client.get(address).text


def test_a_paper_whose_words_changed_leaves_the_shared_answer(service: Service) -> None:
    address, _ = service.shared()
    service.paper.write_text(service.paper.read_text().replace("2025", "2031"))
    service.read_in()
    text = service.client.get(address).text
    assert "2031 erneuert" not in text
    assert GONE in text


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://boese.example"}])
def test_other_sites_cannot_share_or_judge(service: Service, headers: dict[str, str]) -> None:
    data = {"token": service.token(), "verdict": "up"}
    for path in ("/antwort/teilen", "/antwort/urteil"):
        assert service.client.post(path, data=data, headers=headers).status_code == 403
    assert not service.settings.state.exists()  # type: ignore[union-attr]


@pytest.mark.parametrize("broken", ["a file where the folder should be", "no database"])
def test_a_disk_that_fails_breaks_no_answer(service: Service, broken: str) -> None:
    state = service.settings.state
    assert state is not None
    if broken == "no database":
        state.mkdir()
        (state / "readers.sqlite").write_bytes(b"something else" * 100)
    else:
        state.write_text("")
    kept = service.token()
    response = service.client.post("/antwort/teilen", data={"token": kept}, headers=SAME)
    assert response.status_code == 503
    assert "Die Antwort selbst bleibt gültig" in response.text
    assert service.judge(kept) == 503
    assert service.client.post("/antwort/export", data={"token": kept, "format": "txt"}).status_code == 200
    assert service.client.get("/betrieb", auth=("betrieb", PASSWORD)).status_code == 200


def test_a_full_store_is_told(anywhere: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.exports.shares._MOST", 1)
    monkeypatch.setattr("service.web.exports.judgements._MOST", 1)
    address, _ = anywhere.shared()
    kept = anywhere.token()
    assert anywhere.client.post("/antwort/teilen", data={"token": kept}, headers=SAME).status_code == 503
    assert (anywhere.judge(kept), anywhere.judge(anywhere.token())) == (200, 503)
    assert anywhere.client.get(address).status_code == 200


def test_without_javascript_a_page_tells_the_links(service: Service) -> None:
    page = LexborHTMLParser(service.client.post("/antwort/teilen", data={"token": service.token()}, headers=SAME).text)
    links = [link.attributes["href"] or "" for link in page.css("main a")]
    assert [service.client.get(link).status_code for link in links] == [200, 200]
    assert "Er gilt bis 11.03.2026" in page.text()


def test_a_reader_is_told_what_a_judgement_stores_and_can_take_it_back(anywhere: Service) -> None:
    page = anywhere.client.post("/", data={"question": QUESTION}).text
    assert "Gespeichert werden Ihr Urteil und die Frage, 10 Tage lang, ohne Ihre Adresse" in page
    kept = anywhere.token()
    assert anywhere.judge(kept, verdict="down", reason="source", words="Quelle ist alt") == 200
    assert b"Quelle ist alt" in anywhere.stored()
    assert b"testclient" not in anywhere.stored()  # the address of the reader in these tests
    anywhere.judge(kept, verdict="none")
    assert b"Quelle ist alt" not in anywhere.stored()


def test_a_judgement_counts_once_an_answer_and_goes_after_its_days(anywhere: Service) -> None:
    kept = anywhere.token()
    anywhere.judge(kept)
    anywhere.judge(kept, verdict="down", words="Doch nicht")
    assert [one.verdict for one in anywhere.tools.judgements.newest()] == ["down"]  # type: ignore[union-attr]
    anywhere.clock.now += timedelta(days=10)
    anywhere.sweep()
    assert b"Doch nicht" not in anywhere.stored()


@pytest.mark.parametrize("data", [{"verdict": "perhaps"}, {"reason": "hate"}, {"words": "x" * 501}])
def test_a_judgement_holds_what_the_form_offers(service: Service, data: dict[str, str]) -> None:
    assert service.judge(service.token(), **data) == 422


def test_a_forged_answer_is_neither_shared_nor_judged(service: Service) -> None:
    assert service.judge("eyJpZCI6ImEifQ.forged") == 410
    assert service.client.post("/antwort/teilen", data={"token": "x.y"}, headers=SAME).status_code == 410


@pytest.mark.parametrize("sign", ["=", "＝"])
def test_the_operator_reads_judgements_and_no_cell_of_the_file_calculates(sign: str, service: Service) -> None:
    hostile = f'{sign}HYPERLINK("https://boese.example","<script>alert(1)</script>")'
    service.judge(service.token(), verdict="down", reason="wrong", words=hostile)
    page = LexborHTMLParser(service.client.get("/betrieb", auth=("betrieb", PASSWORD)).text)
    section = page.css_first("section[aria-labelledby=urteile]")
    assert "Hilfreich: 0. Nicht hilfreich: 1." in section.text()
    assert hostile in section.text()
    assert not section.css("script")
    assert service.client.get("/betrieb/urteile.csv").status_code == 401
    data = service.client.get("/betrieb/urteile.csv", auth=("betrieb", PASSWORD)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
    assert [(row["verdict"], row["words"]) for row in rows] == [("down", f"'{hostile}")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_breaks_no_answer(service: Service) -> None:
    assert service.settings.state is not None
    service.settings.state.mkdir(mode=0o500)
    assert service.client.post("/antwort/teilen", data={"token": service.token()}, headers=SAME).status_code == 503


def test_on_a_server_what_was_deleted_leaves_the_files_of_its_tables_too(tmp_path: Path, server_of_hosts: str) -> None:
    service = Service(tmp_path, server_of_hosts)
    (_, revoking), kept = service.shared(), service.token()
    service.judge(kept, verdict="down", words="Quelle ist alt")
    wanted = (QUESTION.encode(), b"Quelle ist alt")
    assert all(words in files_of_tables(server_of_hosts) for words in wanted)
    service.client.post(revoking, headers=SAME)
    service.judge(kept, verdict="none")
    service.sweep()
    assert not any(words in files_of_tables(server_of_hosts) for words in wanted)


def files_of_tables(url: str) -> bytes:
    """As they lie on the disk, with what is stored apart from rows because it is long."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        query = """
            SELECT string_agg(pg_read_binary_file(pg_relation_filepath(part), 0, 10000000, true), ''::bytea)
            FROM pg_class, unnest(array[oid, reltoastrelid]) AS part
            WHERE relnamespace = 'ratslotse'::regnamespace AND relname IN ('shares', 'judgements', 'judged') AND part <> 0
        """
        (found,) = connection.execute(query).fetchone() or (b"",)
    return bytes(found)
