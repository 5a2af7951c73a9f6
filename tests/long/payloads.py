"""B11: harmful texts in every place that shows what strangers wrote, in a real Chromium or parsed.

    .venv/bin/python -m tests.long.payloads [--texts 500]

Titles, file names, originators, Gremien, passages, questions, what a model says, judgements: on pages, in feeds, the widget,
shared answers, the operator's page, and in files. Leaves with code 1 if one opened a dialog, loaded something, became markup or a
formula, or was refused by the browser's policy only.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.hosts import hosting
from tests.payloads import payloads
from tests.sinks import PASSWORD, hostile_site, sinks

_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=500)
    texts = payloads(parser.parse_args().texts)
    logging.disable()  # a line for each address that is not there
    found = []
    with tempfile.TemporaryDirectory() as folder, hosting() as host, hostile_site(Path(folder), texts, host.address) as site:
        host.html("/", f'<rats-lotse></rats-lotse><script type="module" src="{site.address}/widget.js"></script>')
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
            context = browser.new_context(locale="de-DE", http_credentials={"username": "betrieb", "password": PASSWORD})
            context.set_default_timeout(120_000)
            started = time.monotonic()
            for sink in sinks(site, context):
                took, started = time.monotonic() - started, time.monotonic()
                counts = f"{sink.pages:5} pages, {len(sink.shown):4} of {len(texts)} texts read there"
                print(f"{sink.name:42} {counts}, {len(sink.complaints)} complaints, {took:.0f} s", flush=True)
                print("\n".join(f"    {one}" for one in sink.complaints[:20]), end="\n" if sink.complaints else "", flush=True)
                found += sink.complaints
            browser.close()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
