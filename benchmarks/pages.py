"""How heavy the pages are and how soon they show: ``python -m benchmarks.pages > benchmarks/results/pages.md``.

The sample papers are served with the default encoder to a Chromium with an empty cache and a processor slowed down four times.
Bytes are those over the wire, with headers. Shifts are the browser's own measure of what jumps (CLS), without what
follows a key pressed within half a second. Times are medians of five loads. It takes about a minute.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
QUESTION = "Welche acht Handlungsfelder betrachtet der Landkreis Börde?"
PAGES = {"start": "/", "search": "/suche", "hits": "/suche?q=Pflege", "help": "/hilfe"}
LOADS = 5
SLOWER = 4
OBSERVE = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
})
  .observe({type: "layout-shift", buffered: true});"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@dataclass(frozen=True)
class Load:
    bytes: int
    requests: int
    painted: float  # milliseconds
    shifted: float


def main() -> int:
    with tempfile.TemporaryDirectory() as root:
        settings = ServiceSettings(index=Path(root) / "index")
        build(settings, [CORPUS])
        with _serving(settings) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            loads = {name: [_load(browser, address + path) for _ in range(LOADS)] for name, path in PAGES.items()}
            found = _first_document(browser, address)
            loads["document"] = [_load(browser, found) for _ in range(LOADS)]
            shifted = {width: _asked(browser, address, width) for width in (360, 1280)}
            browser.close()
    print("# Weight and speed of the pages\n")
    print(f"{on(machine())}; Chromium, processor {SLOWER} times slower, empty cache\n")
    rows = [_row(name, of) for name, of in loads.items()]
    print(*table(("page", "requests", "KB over the wire", "first paint, ms", "slowest of five", "shifts (CLS)"), rows), sep="\n")
    print("\nWhile an answer comes and is put in, shifts (CLS):", end=" ")
    print(", ".join(f"{value:.3f} at {width} px" for width, value in shifted.items()))
    return 0


def _row(name: str, loads: list[Load]) -> tuple[object, ...]:
    painted = [load.painted for load in loads]
    weight = max(load.bytes for load in loads) / 1000
    shifted = max(load.shifted for load in loads)
    return name, loads[0].requests, f"{weight:.1f}", f"{median(painted):.0f}", f"{max(painted):.0f}", f"{shifted:.3f}"


def _load(browser: Browser, url: str) -> Load:
    page = _page(browser, 1280)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    page.wait_for_function(PAINTED)
    load = Load(sum(sizes), len(sizes), page.evaluate(PAINTED), page.evaluate("window.shifted"))
    page.context.close()
    return load


def _asked(browser: Browser, address: str, width: int) -> float:
    """What jumps from the question to the complete answer."""
    page = _page(browser, width)
    page.goto(address, wait_until="networkidle")
    page.locator("#frage").fill(QUESTION)
    page.locator("#frage").press("Enter")
    page.locator("#antwort .tools").wait_for()
    page.wait_for_timeout(500)  # for entries that come late
    shifted: float = page.evaluate("window.shifted")
    page.context.close()
    return shifted


def _first_document(browser: Browser, address: str) -> str:
    page = _page(browser, 1280)
    page.goto(f"{address}/suche?q=Pflege")
    href = page.locator(".hits a[href*='/dokumente/']").first.get_attribute("href")
    page.context.close()
    return f"{address}{href}"


def _page(browser: Browser, width: int) -> Page:
    page = browser.new_context(locale="de-DE", viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
    page.add_init_script(OBSERVE)
    return page


@contextmanager
def _serving(settings: ServiceSettings) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


if __name__ == "__main__":
    sys.exit(main())
