"""Every place that shows what strangers wrote, opened in a browser or parsed: ``for sink in sinks(site, page): …``.

``site`` is a service whose papers, file names and language model are full of harmful texts (``hostile_site``). Of each place are
told the texts that could be read there and the complaints: dialogs, requests elsewhere, what the browser's policy refused, and
markup that no template of ours makes.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import httpx
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext, expect
from pypdf import PdfReader

import service.library
import service.web.operating
from indexer.build import build
from service.settings import ServiceSettings
from tests.llm_server import LlmServer, running, said
from tests.serving import serving
from tests.test_asking import Echo

PASSWORD = "Schlüssel zum Rathaus"
QUESTION = "Wann wird das Hallenbad am Weiher erneuert?"
UNLIMITED = "ask=0,search=0,suggest=0,read=0,export=0,share=0"
_BATCH = 8  # texts on one page, where there is room
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_ALL = "date_from=1900-01-01"
# What no template of ours makes: running, loading, leading elsewhere. Styles are a height that our script sets, and what the
# browser itself puts around plain text.
_SCAN = """(origin) => {
    const wrong = [], texts = [];
    const foreign = (value) => { try { return new URL(value, document.baseURI).origin !== origin } catch { return true } };
    const walk = (root) => {
        texts.push(root.textContent ?? "");
        for (const node of root.querySelectorAll("*")) {
            const forbidden = "iframe object embed base math frame marquee animate video audio noscript".split(" ");
            let found = forbidden.includes(node.localName) || (node.localName === "script" && node.textContent.trim());
            for (const { name, value } of node.attributes) {
                const leads = ["href", "src", "action", "formaction", "data", "xlink:href"].includes(name);
                found ||= name.startsWith("on") || ["srcdoc", "http-equiv"].includes(name) || (leads && foreign(value));
                const known = /^(min-height: [\\d.]+px|word-wrap: break-word; white-space: pre-wrap);$/;
                found ||= name === "style" && !known.test(value);
            }
            if (found) wrong.push(node.outerHTML.slice(0, 300));
            if (node.shadowRoot) walk(node.shadowRoot);
        }
    };
    walk(document);
    texts.push(document.documentElement.textContent);
    texts.push(...[...document.querySelectorAll("input, textarea")].map((field) => field.value));
    return [wrong, texts.join(" ")];
}"""


@dataclass(frozen=True)
class Site:
    address: str
    model: LlmServer
    texts: Sequence[str]
    host: str  # a page of another site that bears the widget


@dataclass
class Sink:
    """``shown``: which of the texts could be read there; a place that shows none proves nothing."""

    name: str
    pages: int = 0
    shown: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def read(self, text: str, texts: Iterable[str]) -> None:
        squeezed = _squeezed(text)
        self.shown |= {one for one in texts if one not in self.shown and _squeezed(one) in squeezed}


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u2028\u00a0]+", "", text)


@contextmanager
def hostile_site(folder: Path, texts: Sequence[str], host: str) -> Iterator[Site]:
    source = folder / "papiere"
    source.mkdir()
    (source / "bad.txt").write_text("Landkreis Musterbach\n\nDas Hallenbad am Weiher wird 2025 erneuert.", encoding="utf-8")
    for number, text in enumerate(texts):
        _write_paper(source, number, text)
    settings = ServiceSettings(index=folder / "index", encoder="hash")
    build(settings, [source])
    with ExitStack() as stack:
        model = stack.enter_context(running())
        stack.enter_context(mock.patch.object(service.library, "Writer", Echo))
        stack.enter_context(mock.patch.object(service.web.operating, "_LISTED", len(texts)))
        stack.enter_context(mock.patch.object(service.web.operating, "_JUDGEMENTS", len(texts)))
        served = settings.model_copy(
            update={
                "state": folder / "state",
                "llm_url": model.url,
                "llm_model": "scripted",
                "share_days": 7,
                "feedback": True,
                "operator_password": ServiceSettings(operator_password=PASSWORD).operator_password,
                "widget_origins": host.rstrip("/"),
                "rates": UNLIMITED,
            }
        )
        yield Site(stack.enter_context(serving(served)), model, texts, host)


def _write_paper(source: Path, number: int, text: str) -> None:
    """One that bears the text wherever a paper can, and a file of that name that cannot be read."""
    name = re.sub(r"[/\x00-\x1f]", "", text)[:60]
    words = f"Landkreis Musterbach\n\n# Plan {number} {text}\n\nDer Plan {number} sieht {text} vor.\n\n- Punkt {text}\n- Ende\n"
    (source / f"{number:04}{name}.txt").write_text(words, encoding="utf-8")
    (source / f"{name}{number}.pdf").write_bytes(b"%PDF-1.7 nonsense")
    plain = ("name", "paperType", "body", "originatorOrganization")
    steps = ("organization", "role", "result", "agendaItem")
    lines = [f'reference = "2024/{number + 1}"', 'date = "2024-05-03"', *(f"{field} = {_toml(text)}" for field in plain)]
    lines += ["[[consultation]]", 'date = "2024-06-03"', *(f"{field} = {_toml(text)}" for field in steps)]
    (source / f"{number:04}{name}.toml").write_text("\n".join(lines), encoding="utf-8")


def _toml(text: str) -> str:
    return '"' + "".join(one if one.isalnum() else f"\\U{ord(one):08x}" for one in text) + '"'


def sinks(site: Site, context: BrowserContext) -> Iterator[Sink]:
    """``context``: with the operator's name and password for the site."""
    opened = Opened(site, context)
    client = httpx.Client(base_url=site.address, timeout=120, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"})
    batches = [site.texts[at : at + _BATCH] for at in range(0, len(site.texts), _BATCH)]
    with client:
        listed = client.get(f"/suche.json?{_ALL}").json()
        found = [client.get("/api/v1/papers", params={"reference": f"2024/{n + 1}"}).json() for n in range(len(site.texts))]
        papers = [paper for papers in found for paper in papers]
        pages = range(1, -(-len(listed) // 10) + 1)
        yield opened.all("lists of hits", (f"/suche?{_ALL}&seite={page}" for page in pages))
        yield opened.all("papers", (f"/vorlagen/{paper['id']}" for paper in papers))
        yield opened.all("documents", (f"/dokumente/{paper['documents'][0]['id']}" for paper in papers))
        yield opened.all("words searched for", (f"/suche?q={quote(' '.join(batch))}&body={quote(batch[0])}" for batch in batches))
        yield opened.all("addresses that are not there", (f"/{quote(text, safe='')}" for text in site.texts[:: len(batches)]))
        yield opened.chat(batches)
        yield opened.forms(batches)
        yield from opened.kept(client, batches)
        yield opened.all("the operator's page", ["/betrieb"])
        yield opened.feeds(client, [f"/suche.{kind}?q=2024/{n + 1}" for n in range(len(site.texts)) for kind in ("atom", "rss")])
        yield opened.widget(batches)
        yield _tables(client, site.texts)


class Opened:
    """One page of the browser, and what it complains of."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site, self.page = site, context.new_page()
        self._complaints: list[str] = []
        note = self._complaints.append
        ours = (site.address, site.host, "about:", "data:")
        self.page.on("dialog", lambda dialog: (note(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: note(f"error {error}"))
        self.page.on("request", lambda sent: None if sent.url.startswith(ours) else note(f"request {sent.url}"))
        self.page.on("console", lambda told: note(f"console {told.text}") if _matters(told.type, told.text) else None)

    def look(self, sink: Sink, texts: Iterable[str], origin: str = "") -> None:
        wrong, text = self.page.evaluate(_SCAN, origin or self.site.address)
        sink.pages += 1
        sink.read(text, texts)
        sink.complaints += [f"markup {one}" for one in wrong] + self._complaints
        self._complaints.clear()

    def all(self, name: str, paths: Iterable[str]) -> Sink:
        sink = Sink(name)
        for path in paths:
            self.page.goto(self.site.address + path)
            self.look(sink, self.site.texts)
        return sink

    def chat(self, batches: Sequence[Sequence[str]]) -> Sink:
        """Asked by script, with the model saying them; the same texts in the question."""
        sink = Sink("chat: questions and what the model says")
        for batch in batches:
            self.page.goto(self.site.address)
            for question in (QUESTION, f"Was ist {' '.join(batch)}?"):
                self.site.model.otherwise = said(*batch)
                self.page.locator("#frage").fill(question)
                self.page.locator("#frage").press("Enter")
                expect(self.page.locator("#antwort .origin")).to_be_visible(timeout=120_000)
                expect(self.page.locator("#antwort .progress")).to_have_count(0)
                self.look(sink, batch)
        return sink

    def forms(self, batches: Sequence[Sequence[str]]) -> Sink:
        sink = Sink("answers by forms")
        self.page.route("**/*.js", lambda route: route.abort())
        for batch in batches:
            self.site.model.otherwise = said(*batch)
            self.page.goto(self.site.address)
            self.page.locator("#frage").fill(QUESTION)
            self.page.locator("form.ask [type=submit]").click()
            expect(self.page.locator("#antwort .origin")).to_be_visible(timeout=120_000)
            self.look(sink, batch)
        self.page.unroute("**/*.js")
        return sink

    def kept(self, client: httpx.Client, batches: Sequence[Sequence[str]]) -> Iterator[Sink]:
        """Shared answers, judgements (for the operator's page), and answers as files."""
        shared, files, rich = Sink("shared answers"), Sink("answers as PDF, DOCX, text"), Sink("answers as HTML and Markdown")
        for batch in batches:
            self.site.model.otherwise = said(*batch)
            for question in (QUESTION, f"Wann {' '.join(batch)}?"):
                token = re.search(r'name="token" value="([^"]+)"', client.post("/", data={"question": question}).text)
                if token is None:  # not a question at all
                    continue
                link = client.post("/antwort/teilen", data={"token": token[1]}, headers={"Accept": "application/json"}).json()
                client.post("/antwort/urteil", data={"token": token[1], "verdict": "down", "words": " ".join(batch)[:400]})
                self.page.goto(link["address"])
                self.look(shared, batch)
                made = {
                    kind: client.post("/antwort/export", data={"token": token[1], "format": kind}).content
                    for kind in ("html", "md", "docx", "pdf", "txt")
                }
                markdown = MarkdownIt("commonmark", {"html": True}).render(made["md"].decode())
                for html in (made["html"].decode(), markdown):
                    self.open_raw(html)
                    self.look(rich, batch)
                _check_files(files, made, batch, self.site.address)
        yield from (shared, rich, files)

    def feeds(self, client: httpx.Client, paths: Sequence[str]) -> Sink:
        """As they are, and as a browser would show them that takes every feed for a page."""
        sink = self.all("feeds opened as pages", paths[:2])
        for path in paths:
            self.open_raw(client.get(path).text, "application/xml")
            self.look(sink, self.site.texts)
        return sink

    def open_raw(self, text: str, media_type: str = "text/html") -> None:
        """As a page of this site that no policy protects."""
        self.page.route("**/roh", lambda route: route.fulfill(body=text, content_type=f"{media_type}; charset=utf-8"))
        self.page.goto(f"{self.site.address}/roh")
        self.page.unroute("**/roh")

    def widget(self, batches: Sequence[Sequence[str]]) -> Sink:
        sink = Sink("widget")
        for batch in batches:
            self.site.model.otherwise = said(*batch)
            self.page.goto(self.site.host)
            self.page.get_by_role("button", name="Fragen an die Ratsunterlagen").click()
            for number, question in enumerate((QUESTION, f"Was ist {' '.join(batch)}?"), start=1):
                self.page.get_by_label("Ihre Frage", exact=True).fill(question)
                self.page.keyboard.press("Enter")
                expect(self.page.get_by_role("article")).to_have_count(number)
                expect(self.page.get_by_role("article").last.locator("[aria-busy]")).to_have_count(0, timeout=120_000)
            self.look(sink, batch, self.site.address)
        return sink


def _matters(kind: str, text: str) -> bool:
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")  # 404, 401 and what we abort


def _check_files(sink: Sink, made: dict[str, bytes], batch: Sequence[str], address: str) -> None:
    sink.pages += 1
    reader = PdfReader(io.BytesIO(made["pdf"]))
    sink.read("".join(page.extract_text() for page in reader.pages), batch)
    sink.read(made["txt"].decode(), batch)
    raw = b"".join(_objects(reader))
    sink.complaints += [f"PDF {word.decode()}" for word in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/AA") if word in raw]
    annotations = [one.get_object() for page in reader.pages for one in page.get("/Annots", [])]
    links = [one["/A"]["/URI"] for one in annotations if "/URI" in one.get("/A", {})]
    with zipfile.ZipFile(io.BytesIO(made["docx"])) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    links += re.findall(r'Target="(\w+:[^"]*)"', "".join(text for name, text in parts.items() if name.startswith("word/")))
    sink.complaints += [f"link {link}" for link in links if not link.startswith((address, "http://schemas."))]
    sink.complaints += [f"DOCX {name}" for name in parts if "macro" in name.lower() or "altChunk" in parts[name]]
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)", parts["word/document.xml"])
    sink.complaints += [f"field {one}" for one in fields if not re.match(r"\s*(NOTEREF|PAGE|NUMPAGES|HYPERLINK)\b", one)]


def _objects(reader: PdfReader) -> Iterator[bytes]:
    for number in range(1, len(reader.xref.get(0, {})) + len(reader.xref_objStm) + 1):
        found = reader.get_object(number)
        if isinstance(found, dict):
            yield " ".join(map(str, found)).encode()


def _tables(client: httpx.Client, texts: Sequence[str]) -> Sink:
    """CSV of searches and of judgements, spreadsheets, lists of literature."""
    sink = Sink("tables and lists")
    read: dict[str, Callable[[bytes], str]] = {
        "/suche.csv": lambda data: _cells(sink, data),
        "/suche.xlsx": lambda data: _sheet(sink, data),
        "/suche.bib": bytes.decode,
        "/suche.ris": bytes.decode,
        "/suche.json": bytes.decode,
    }
    for path, words in read.items():
        sink.pages += 1
        sink.read(words(client.get(f"{path}?{_ALL}").content), texts)
    sink.pages += 1
    _cells(sink, client.get("/betrieb/urteile.csv", auth=("betrieb", PASSWORD)).content)
    return sink


def _cells(sink: Sink, data: bytes) -> str:
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";") for cell in row]
    sink.complaints += [f"formula {cell}" for cell in cells if _FORMULA.match(cell)]
    return " ".join(cells)


def _sheet(sink: Sink, data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    sink.complaints += [f"XLSX {found}" for found in re.findall(r"<f[ >].{0,80}|<hyperlink .{0,80}|<dde\w* .{0,80}", text)]
    return text
