"""Web sites that embed the widget: a server on a port of its own, and style sheets in the manner of what such sites use."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Host:
    """``pages``: path -> (media type, content, Content-Security-Policy or "")."""

    address: str = ""
    pages: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def html(self, path: str, body: str, policy: str = "", head: str = "") -> str:
        """Puts a page there and tells its address."""
        start = '<!doctype html><html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        content = f"{start}<title>Landkreis Musterbach</title>{head}</head><body>{body}</body></html>"
        self.pages[path] = ("text/html", content, policy)
        return self.address + path

    def style(self, path: str, css: str) -> str:
        """Puts a style sheet there and tells the line that loads it."""
        self.pages[path] = ("text/css", css, "")
        return f'<link rel="stylesheet" href="{path}">'


@contextmanager
def hosting() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, content, policy = host.pages.get(self.path, ("text/plain", "", ""))
            self.send_response(200 if self.path in host.pages else 404)
            self.send_header("Content-Type", f"{media_type}; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield host
    server.shutdown()
    server.server_close()
    thread.join(10)


_STYLES = Path(__file__).with_name("hostile_styles.css").read_text(encoding="utf-8")
HOSTILE: dict[str, str] = dict(re.findall(r"^/\* (.*?) \*/$(.*?)(?=^/\*|\Z)", _STYLES, re.DOTALL | re.MULTILINE))
