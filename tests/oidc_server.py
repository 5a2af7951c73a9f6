"""An OpenID Connect provider on this computer: discovery, authorization with PKCE, tokens, keys. What it says can be bent.

``bend``      name -> function: "claims" and "header" of the ID token, "token" (the whole answer), "document", "keys", "answer"
              (the parameters with which the reader is sent back)
``sign``      made-up ID token instead of an honest one: sign(header, claims) -> text
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "ratslotse", "geheim-und-lang-genug"

Key = RSAKey | ECKey


def rsa_key(kid: str, **more: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, **more}, private=True)


class OidcServer:
    def __init__(self, address: str) -> None:
        self.address = address
        self.key: Key = rsa_key("erster", use="sig", alg="RS256")
        self.old: list[Key] = []
        self.reset()

    def reset(self) -> None:
        self.bend: dict[str, Callable[[Any], Any]] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
        self.person: dict[str, Any] = {"sub": "4711", "preferred_username": "maria", "roles": ["Amt"]}
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            **{f"{name}_endpoint": f"{self.address}/{name}" for name in ("authorization", "token", "end_session")},
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],  # none of this is believed
        }

    @property
    def keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in (self.key, *self.old)]}

    def authorized(self, asked: dict[str, str]) -> str:
        """The address that a reader who has logged in is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        answer = self._bent("answer", {"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str], authorization: str) -> tuple[int, Any]:
        begun = self._codes.pop(asked.get("code", ""), None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return 401, {"error": "invalid_client"}
        if begun is None or begun["code_challenge"] != challenge or begun["redirect_uri"] != asked.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"], **self.person}
        header = {"alg": "ES256" if isinstance(self.key, ECKey) else "RS256", "kid": self.key.kid}
        claims, header = self._bent("claims", claims), self._bent("header", header)
        signed = self.sign(header, claims) if self.sign else jwt.encode(header, claims, self.key)
        return 200, self._bent("token", {"access_token": "zugang", "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    def _bent(self, name: str, value: Any) -> Any:
        return self.bend.get(name, lambda same: same)(value)

    def answer(self, method: str, path: str, query: str, body: str, authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._bent("document", self.document)
        if path == "/keys":
            return 200, self._bent("keys", self.keys)
        if path == "/authorization":
            return 302, self.authorized(dict(parse_qsl(query)))
        if path == "/token" and method == "POST":
            return self.token({name: values[0] for name, values in parse_qs(body).items()}, authorization)
        return 404, {}


@contextmanager
def running() -> Iterator[OidcServer]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            status, said = provider.answer(self.command, parts.path, parts.query, body, self.headers.get("authorization", ""))
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
                data = b""
            self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _do  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OidcServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
