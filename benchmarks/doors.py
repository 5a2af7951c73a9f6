"""Whether every door gives the same: ``python -m benchmarks.doors [QUESTIONS] > benchmarks/results/doors.md``.

The first questions of corpus/questions.jsonl (50 by default) are asked over the sample papers with the default encoder: the API
at once and as a stream, the page in Chromium, the official clients of OpenAI and of the Model Context Protocol. Compared are the
outcome and the citations in their order: document, first and last character. The same words are then searched for by the API,
the page and the tool; compared are the first ten hits in their order. Exit code 1 if anything differs. It takes a few minutes.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import openai
from mcp.client import Client
from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.build import build
from service.settings import ServiceSettings
from service.web.texts import Texts
from tests.serving import serving

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
HITS = 10
UNLIMITED = "ask=0,search=0,read=0"  # all of them ask from one address

Span = tuple[str, int, int]  # document, first and last character


@dataclass(frozen=True)
class Given:
    """What a door gives: for searches ``outcome`` is empty."""

    outcome: str
    spans: tuple[Span, ...]


Door = Callable[[str, str], Given]  # the site's address, a question or words


def of_address(address: str) -> Span:
    """The words that the page of a document marks."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    return parts.path.removeprefix("/dokumente/"), int(query["start"][0]), int(query["end"][0])


def of_answer(answer: Mapping[str, Any]) -> Given:
    places = [*answer["citations"], *answer["near_misses"]]
    return Given(answer["outcome"], tuple((one["document"]["id"], one["start"], one["end"]) for one in places))


def api(site: str, question: str) -> Given:
    return of_answer(httpx.post(f"{site}/api/v1/ask", json={"question": question}, timeout=120, trust_env=False).json())


def stream(site: str, question: str) -> Given:
    headers = {"Accept": "text/event-stream"}
    response = httpx.post(f"{site}/api/v1/ask", json={"question": question}, headers=headers, timeout=120, trust_env=False)
    final = response.text.rpartition("event: final\ndata: ")[2].partition("\n")[0]
    return of_answer(json.loads(final))


def openai_client(site: str, question: str) -> Given:
    """Citations as the text lists them."""
    with openai.OpenAI(base_url=f"{site}/v1", api_key="public", timeout=120) as client:
        answer = client.chat.completions.create(model="ratslotse", messages=[{"role": "user", "content": question}])
    listed = re.findall(r"^- \[\d+\] .*<(\S+)>$", answer.choices[0].message.content or "", re.MULTILINE)
    return Given(answer.ratslotse["outcome"], tuple(map(of_address, listed)))  # type: ignore[attr-defined]


def mcp_client(site: str, question: str) -> Given:
    return of_answer(_used(site, "ask", {"question": question}))


def chromium(page: Page) -> Door:
    """The page as a reader uses it; all citations in their order are those that it prints."""
    outcomes = {Texts("de")(f"outcome_{name}"): name for name in ("answered", "partly_answered", "not_in_documents")}
    outcomes |= {Texts("en")(f"outcome_{name}"): name for name in outcomes.values()}

    def asked(site: str, question: str) -> Given:
        tab = page.context.new_page()  # the one before would go on with its conversation
        tab.goto(site)
        tab.locator("#frage").fill(question)
        tab.locator("form.ask:has(#frage) button[type=submit]").first.click()
        tab.locator("#antwort .origin").wait_for(timeout=120_000)
        tab.locator("#antwort .answer[aria-busy=true]").wait_for(state="detached", timeout=120_000)
        told = tab.locator("#antwort .outcome").all_text_contents()
        printed = tab.locator("#antwort .print-only li").all_text_contents()
        tab.close()
        addresses = [re.search(r"https?://\S+", line) for line in printed]
        outcome = outcomes[told[0].strip()] if told else "not_a_question"
        return Given(outcome, tuple(of_address(found[0]) for found in addresses if found))

    return asked


def api_search(site: str, words: str) -> Given:
    found = httpx.get(f"{site}/api/v1/search", params={"q": words, "limit": HITS}, timeout=120, trust_env=False).json()["hits"]
    return Given("", tuple((hit["document"]["id"], hit["passage"]["start"], hit["passage"]["end"]) for hit in found))


def mcp_search(site: str, words: str) -> Given:
    found = _used(site, "search", {"query": words, "limit": HITS})["results"]
    return Given("", tuple((hit["id"], hit["start"], hit["end"]) for hit in found))


def page_search(page: Page) -> Door:
    def searched(site: str, words: str) -> Given:
        page.goto(f"{site}/suche?{httpx.QueryParams(q=words)}")
        links = page.locator("ol.hits > li > h3 > a").all()[:HITS]
        return Given("", tuple(of_address(str(link.get_attribute("href"))) for link in links))

    return searched


def _used(site: str, tool: str, arguments: dict[str, object]) -> dict[str, Any]:
    async def used() -> dict[str, Any]:
        async with Client(f"{site}/mcp") as client:
            told = await client.call_tool(tool, arguments)
        found: dict[str, Any] = told.structured_content
        return found

    return _run(used)


def _run(work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """In a thread of its own: Playwright leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()  # type: ignore[arg-type]


def asking(page: Page) -> dict[str, Door]:
    return {
        "`/api/v1/ask`": api,
        "the same as a stream": stream,
        "the page in Chromium": chromium(page),
        "the `openai` client": openai_client,
        "the `mcp` client": mcp_client,
    }


def searching(page: Page) -> dict[str, Door]:
    return {"`/api/v1/search`": api_search, "the page in Chromium": page_search(page), "the `mcp` client": mcp_search}


def differences(doors: Mapping[str, Door], site: str, texts: Sequence[str]) -> dict[str, list[str]]:
    """For each door the texts to which it gives something else than the first door."""
    (_, first), *_ = doors.items()
    wrong: dict[str, list[str]] = {name: [] for name in doors}
    for text in texts:
        expected = first(site, text)
        for name, door in doors.items():
            if door is not first and door(site, text) != expected:
                wrong[name].append(text)
    return wrong


def questions(count: int) -> list[str]:
    lines = (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][:count]


def main() -> int:
    asked = questions(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
    with tempfile.TemporaryDirectory() as root:
        settings = ServiceSettings(index=Path(root) / "index", rates=UNLIMITED)
        build(settings, [CORPUS])
        with serving(settings) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_context().new_page()
            answers = differences(asking(page), site, asked)
            hits = differences(searching(page), site, asked)
            browser.close()
    print("# The same through every door\n")
    print(on(machine()))
    print(f"\n{len(asked)} questions over the sample papers; other outcome, citations or order than the first door:\n")
    print(*table(["door", "questions that differ"], [[name, len(wrong)] for name, wrong in answers.items()]), sep="\n")
    print(f"\nThe same words as searches; other hits or order among the first {HITS}:\n")
    print(*table(["door", "searches that differ"], [[name, len(wrong)] for name, wrong in hits.items()]), sep="\n")
    for name, wrong in [*answers.items(), *hits.items()]:
        for text in wrong:
            print(f"{name}: {text}", file=sys.stderr)
    return int(any(wrong for found in (answers, hits) for wrong in found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
