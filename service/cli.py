"""``ratslotse [--index DIR] COMMAND``: index, harvest, ask, search, serve, evaluate, inspect, forget, migrate.

Exit codes: 0 done, 1 failed, 2 usage, 3 done with failures listed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from indexer.encoders import encoder_name, load_encoder
from indexer.errors import IndexUnusable, RatslotseError, printable
from indexer.filters import ANY
from indexer.generation import Generation
from indexer.live import live_index, wait_until_reachable
from indexer.rerankers import load_reranker
from indexer.settings import PREFIX, load
from indexer.store import COLLECTION_NAME, PUBLIC
from service import harvesting, housekeeping, keys_command, migrating
from service.errors import PortInUse
from service.questions import checked
from service.settings import ServiceSettings

DONE, FAILED, DONE_WITH_FAILURES = 0, 1, 3  # 2, wrong usage, is argparse's own
_DRAIN_SECONDS = 30  # that answers under way may still take when the service is stopped
_TURN_SECONDS = 0.0005  # that a thread computes while another waits: at Python's own 5 ms, whoever sends or receives waits long
_IDLE_SECONDS = 75  # longer than proxies keep a connection: who closes first cannot cut a request that is being sent
_COMPARE = "misst ein zweites Mal mit anderer Einstellung (mehrfach möglich) und vergleicht Frage für Frage"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the console script's entry point."""
    options = _parser().parse_args(arguments)
    if options.index is not None:
        os.environ[PREFIX + "INDEX"] = options.index
    language = "de"
    try:
        settings = load(ServiceSettings)
        language = settings.language
        command: Callable[[argparse.Namespace, ServiceSettings], int] = options.command
        return command(options, settings)
    except RatslotseError as error:
        _tell(error, language)
        return FAILED
    except BrokenPipeError:  # the reader of our output went away, as in "ratslotse inspect | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (OSError, sqlite3.Error) as error:  # a full disk, no permission, a file where a folder should be
        _tell(IndexUnusable(index=settings.index, reason=error), language)
        return FAILED
    except KeyboardInterrupt:
        print("Abgebrochen / interrupted", file=sys.stderr)
        return FAILED


def _tell(error: RatslotseError, language: str) -> None:
    """With its code, by which docs/betrieb.md explains it."""
    print(f"{error.message(language)} [{error.code}]", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ratslotse", description="Antworten aus Ratsunterlagen, jede Aussage mit Fundstelle.")
    parser.add_argument(
        "--index", metavar="DIR", help="Ordner des Index oder postgresql://… (sonst RATSLOTSE_INDEX, sonst index/)"
    )
    commands = parser.add_subparsers(required=True, metavar="BEFEHL")

    index = commands.add_parser("index", help="liest Dateien ein (ohne PATH: corpus/)")
    index.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="Ordner oder Datei (ohne Angabe: corpus/)")
    index.add_argument(
        "--allow-empty",
        action="store_true",
        help="entfernt die Dokumente einer Quelle, in der keine Datei mehr liegt (sonst: Laufwerk nicht verbunden?)",
    )
    index.add_argument(
        "--access",
        type=_access_name,
        metavar="NAME",
        help="Sammlung der Quelle (ohne Angabe: wie bisher, eine neue ist public)",
    )
    index.add_argument("--watch", action="store_true", help="läuft weiter und liest ein, was sich ändert")
    index.add_argument("--dask", metavar="ADDRESS", help="verteilt Lesen und Einbetten auf die Worker dieses Dask-Schedulers")
    index.set_defaults(command=_index)

    oparl = harvesting.add_parser(commands)
    oparl.set_defaults(command=_harvest)

    ask = commands.add_parser("ask", help="beantwortet eine Frage mit Fundstellen")
    ask.add_argument("question")
    ask.set_defaults(command=_ask)

    search = commands.add_parser("search", help="sucht Textstellen")
    search.add_argument("words")
    search.add_argument("--limit", type=_positive, default=10, metavar="N", help="so viele Treffer höchstens")
    search.set_defaults(command=_search)

    serve = commands.add_parser("serve", help="startet Webseiten und API")
    serve.add_argument("--host", help="Adresse (sonst RATSLOTSE_HOST, sonst 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="Port (sonst RATSLOTSE_PORT, sonst 8000)")
    serve.set_defaults(command=_serve)

    evaluate = commands.add_parser("evaluate", help="misst Suche oder Antworten an Fragen mit bekannter Lösung")
    measured = evaluate.add_subparsers(required=True, metavar="WAS")
    retrieval = measured.add_parser("retrieval", help="die Suche, an einem Ordner im Aufbau von BEIR")
    retrieval.add_argument("folder", type=Path, metavar="BEIR_DIR", help="mit corpus.jsonl, queries.jsonl, qrels.tsv")
    retrieval.add_argument("--queries", default="queries.jsonl", metavar="NAME", help="Datei der Fragen im Ordner")
    retrieval.set_defaults(command=_evaluate_retrieval)
    answers = measured.add_parser("answers", help="die Antworten, an einer Datei mit Prüffragen")
    answers.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl", help="etwa corpus/questions.jsonl")
    answers.set_defaults(command=_evaluate_answers)
    for part in (retrieval, answers):
        part.add_argument("--compare", action="append", type=_change, default=[], metavar="EINSTELLUNG=WERT", help=_COMPARE)
        part.add_argument(
            "--per-query", type=_new_file, metavar="DATEI", help="schreibt das Ergebnis jeder Frage als JSON-Zeilen"
        )

    inspect = commands.add_parser("inspect", help="zeigt, was der Index weiß (ohne DOCUMENT: alle Dokumente und Fehler)")
    inspect.add_argument("document", nargs="?", help="Kennung oder Dateiname eines Dokuments")
    inspect.add_argument("--failures", action="store_true", help="die Bücher: was nicht ganz gelesen wurde, mit Grund")
    inspect.set_defaults(command=_inspect)

    others = (*housekeeping.add_parsers(commands), *keys_command.add_parser(commands), migrating.add_parser(commands))
    for command in (index, oparl, ask, search, retrieval, answers, inspect, *others):
        command.add_argument("--json", action="store_true", help="Ausgabe als JSON")
    return parser


def _index(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import indexing

    wanted = indexing.Wanted(options.paths or [Path("corpus")], options.access, options.allow_empty, options.dask)
    if options.watch:
        indexing.watch(settings, wanted, options.json)
        return DONE
    return DONE_WITH_FAILURES if indexing.once(settings, wanted, options.json) else DONE


def _harvest(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from indexer.harvest.run import Order, harvest
    from service.terminal import Bars

    order = Order(options.url, options.into, options.full, options.allow_host, options.allow_deletions)
    with Bars() as bars:
        report = harvest(settings, order, bars.show)
    if options.json:
        _print_json(harvesting.as_json(report, settings.language))
    else:
        _print_lines(harvesting.lines(report, options.into, settings.language))
    return DONE_WITH_FAILURES if report.notes.failures else DONE


def _ask(options: argparse.Namespace, settings: ServiceSettings) -> int:
    import asyncio
    from contextlib import aclosing

    from service.answers import Answer, Answerer
    from service.api.views import answer_fields
    from service.asking import answered
    from service.llm.entailment import load_entailment
    from service.llm.generators import load_generator
    from service.llm.writing import Writer
    from service.terminal import answer_lines

    question = checked(options.question)
    generation = _public(settings)  # a missing index is told before the model is loaded
    generator = load_generator(settings)
    entailment = load_entailment(settings.entailment if generator else None)
    quotations = Answerer(generation, load_encoder(settings), load_reranker(settings)).answer(question)

    async def worded() -> Answer:
        if generator is None:
            return quotations
        async with aclosing(generator):
            return await answered(quotations, Writer(generation, generator, entailment))

    answer = answer_fields(asyncio.run(worded()))
    if options.json:
        print(answer.model_dump_json(indent=2))
    else:
        _print_lines(answer_lines(answer))
    return DONE


def _search(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service.api.views import hit_fields
    from service.searching import find, highlights
    from service.terminal import hit_lines

    words = checked(options.words)
    generation = _public(settings)
    found = find(generation, load_encoder(settings), words, ANY, reranker=load_reranker(settings)).hits(0, options.limit)
    hits = [hit_fields(generation, hit, highlights(generation, words, hit.passage.text)) for hit in found]
    if options.json:
        _print_json({"generation": generation.id, "hits": [hit.model_dump(mode="json") for hit in hits]})
    else:
        _print_lines(hit_lines(hits, settings.language))
    return DONE


def listening(host: str, port: int) -> socket.socket:
    """Raises PortInUse. Its connections send at once: else each answer but the first waits some 40 ms for an ACK of its head."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise PortInUse(host=host, port=port, reason=error, other=8080 if port != 8080 else 8081) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does so only for sockets that name their protocol
    return listener


def _serve(options: argparse.Namespace, settings: ServiceSettings) -> int:
    import uvicorn

    from service import logs
    from service.app import create_app
    from service.duties import warnings
    from service.overload import ACCEPTED, Connection, Server

    host, port = options.host or settings.host, settings.port if options.port is None else options.port
    with listening(host, port) as listener:
        wait_until_reachable(settings, lambda error: _tell(error, settings.language))
        app = create_app(settings)
        for line in warnings(settings.pages, settings.language):
            print(line, file=sys.stderr)
        shown = f"[{host}]" if ":" in host else host
        print(f"Ratslotse: http://{shown}:{listener.getsockname()[1]}/  (Strg+C beendet / Ctrl+C stops)", flush=True)
        logs.configure(settings.log_format)
        # No access log: it would hold addresses and what people search for.
        config = uvicorn.Config(
            app,
            http=Connection,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # see access/peers.py
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            timeout_keep_alive=_IDLE_SECONDS,
            backlog=ACCEPTED,
        )
        server = Server(config)
        sys.setswitchinterval(_TURN_SECONDS)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn has shut down in order and raises it once more
            server.run(sockets=[listener])
    return DONE


def _evaluate_retrieval(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import measuring
    from service.terminal import Bars

    with Bars() as bars:
        report, rows = measuring.retrieval(
            settings,
            options.folder,
            options.queries,
            dict(options.compare),
            lambda _, done, total: bars.show("encode", done, total),
        )
    return _report(options, report, rows, measuring.retrieval_lines(report))


def _evaluate_answers(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import measuring

    report, rows = measuring.answers(settings, options.questions, dict(options.compare))
    return _report(options, report, rows, measuring.answers_lines(report))


def _report(options: argparse.Namespace, report: object, rows: Iterable[object], lines: Iterable[str]) -> int:
    if options.per_query:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.per_query.write_text(text, encoding="utf-8")
    if options.json:
        _print_json(report)
    else:
        _print_lines(lines)
    return DONE


def _inspect(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service.inspection import books_report, document_report, index_folder, index_report
    from service.terminal import document_lines, failure_lines, index_lines

    if options.document:
        report = document_report(index_folder(settings), options.document)
        lines = document_lines(report)
    elif options.failures:
        report = books_report(index_folder(settings), settings.language)
        lines = failure_lines(report, settings.language)
    else:
        report = index_report(settings)
        lines = index_lines(report, settings.language)
    if options.json:
        _print_json(report)
    else:
        _print_lines(lines)
    return DONE


def _public(settings: ServiceSettings) -> Generation:
    return live_index(settings, PUBLIC).open(encoder_name(settings))


def _access_name(name: str) -> str:
    """A collection is a folder below the index; its name must not lead anywhere else."""
    if not COLLECTION_NAME.fullmatch(name):
        raise argparse.ArgumentTypeError("Kleinbuchstaben, Ziffern, Bindestrich / lower case, digits, hyphen")
    return name


def _change(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("EINSTELLUNG=WERT, z. B. encoder=hash / SETTING=VALUE, e.g. encoder=hash")
    return name.lower().removeprefix(PREFIX.lower()), value


def _new_file(name: str) -> Path:
    """Told before anything is measured."""
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError("eine Datei in einem vorhandenen Ordner / a file in a folder that exists")
    return path


def _positive(number: str) -> int:
    value = int(number)
    if value < 1:
        raise argparse.ArgumentTypeError("mindestens 1 / at least 1")
    return value


def _port(number: str) -> int:
    if not number.isdecimal() or int(number) > 65_535:
        raise argparse.ArgumentTypeError("eine Zahl von 0 bis 65535 / a number from 0 to 65535")
    return int(number)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_lines(lines: Iterable[str]) -> None:
    """Texts of documents are hostile: no control character reaches the terminal."""
    for line in lines:
        print(printable(line))
