"""Logging in by OpenID Connect: authorization code with PKCE, state and nonce. The provider is the issuer of the settings.

Authlib speaks the protocol and joserfc checks the signature. What is taken on trust is what the issuer says over https: where it
is asked and its keys. Not how it signs: only algorithms with a private key of the provider count, whatever document or token say.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.access.errors import LoginRefused, LoginUnavailable, RoleMissing, TokenRefused
from service.kept.stores import Stores
from service.kept.tables import Statements
from service.settings import ServiceSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
BACK = "/anmelden/zurueck"
LEEWAY = 60  # seconds that the clocks of the two may differ
_PATIENCE = 600.0  # seconds that a reader may take to log in
_WAITING = 10_000  # logins under way at a time
_FRESH = 3_600.0  # seconds that the provider's document and keys are believed
_AGAIN = 30.0  # seconds between two looks for keys that were not there
_TIMEOUT = 10.0


@dataclass(frozen=True)
class Person:
    """Who logged in. ``proof``: the ID token."""

    name: str
    role: str
    proof: str


@dataclass(frozen=True)
class _Waiting:
    """A login under way. ``target``: the page to go on with."""

    state: str
    nonce: str
    verifier: str
    target: str
    began: float


class Provider:
    """Safe to use from many tasks."""

    def __init__(self, settings: ServiceSettings, stores: Stores) -> None:
        secret = settings.oidc_client_secret
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = secret.get_secret_value() if secret else None
        self._claim = settings.oidc_claim
        self._roles = settings.login_roles
        self._back = f"{settings.public_url}{BACK}"
        self._clock = stores.clock
        self._tables = stores.logins
        self._document: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, Mapping[str, Any]] | None = None
        self._missed = float("-inf")

    async def begin(self, target: str) -> tuple[str, str]:
        """The provider's page to send the reader to, and the ticket that their browser brings back.

        Raises LoginUnavailable, StateUnusable.
        """
        document = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        waiting = _Waiting(state, nonce, verifier, target, self._clock())
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                document["authorization_endpoint"], state=waiting.state, nonce=waiting.nonce, code_verifier=waiting.verifier
            )
        ticket = secrets.token_urlsafe(32)
        await to_thread(self._keep, ticket, waiting)
        return url, ticket

    async def finish(self, ticket: str, answered: Mapping[str, str]) -> tuple[Person, str]:
        """Who came back from the provider, and the page to go on with. A ticket is good once.

        ``answered``: the parameters of the address, each once. Raises LoginRefused, RoleMissing, LoginUnavailable,
        StateUnusable.
        """
        waiting = await to_thread(self._taken, ticket)
        if waiting is None or self._clock() - waiting.began > _PATIENCE:
            raise LoginRefused(reason="no login under way")
        if not secrets.compare_digest(answered.get("state", "").encode(), waiting.state.encode()):
            raise LoginRefused(reason="state")
        document = await self._discovered()
        wants_issuer = document.get("authorization_response_iss_parameter_supported") is True
        if answered.get("iss", "" if wants_issuer else self._issuer) != self._issuer:
            raise LoginRefused(reason="issuer of the answer")
        if "error" in answered or not answered.get("code"):
            raise LoginRefused(reason=f"provider: {answered.get('error', 'no code')[:100]}")
        token = await self._token(document, answered["code"], waiting.verifier)
        claims = await self._claims(token, waiting.nonce)
        return self._person(claims, token["id_token"]), waiting.target

    def _keep(self, ticket: str, waiting: _Waiting) -> None:
        def kept(tables: Statements) -> None:
            tables.run("DELETE FROM begun WHERE began < ?", [waiting.began - _PATIENCE])
            oldest = "DELETE FROM begun WHERE ticket IN (SELECT ticket FROM begun ORDER BY began DESC LIMIT ? OFFSET ?)"
            tables.run(oldest, [_WAITING, _WAITING - 1])
            tables.run("INSERT INTO begun VALUES (?, ?, ?, ?, ?, ?)", [_digest(ticket), *astuple(waiting)])

        self._tables.transact(kept)

    def _taken(self, ticket: str) -> _Waiting | None:
        query = "DELETE FROM begun WHERE ticket = ? RETURNING state, nonce, verifier, target, began"
        found = self._tables.transact(lambda tables: tables.one(query, [_digest(ticket)]))
        return _Waiting(*found) if found else None

    async def farewell(self, proof: str) -> str | None:
        """The provider's page that ends the login there, too; None: it has none, or does not answer."""
        try:
            endpoint = (await self._discovered()).get("end_session_endpoint")
        except LoginUnavailable:
            return None
        if not isinstance(endpoint, str) or not self._sound(endpoint):
            return None
        return str(add_params_to_uri(endpoint, {"id_token_hint": proof, "client_id": self._client_id}))

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            scope="openid profile",
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
        )

    async def _token(self, document: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        try:
            async with self._client() as client:
                token = await client.fetch_token(document["token_endpoint"], code=code, code_verifier=verifier)
        except AuthlibBaseError as error:
            raise LoginRefused(reason=f"token: {error.error}") from error
        except (httpx2.HTTPStatusError, ValueError, KeyError, TypeError) as error:
            raise LoginRefused(reason=f"token: {type(error).__name__}") from error
        except httpx2.HTTPError as error:
            raise LoginUnavailable(reason=type(error).__name__) from error
        if not isinstance(token.get("id_token"), str):
            raise LoginRefused(reason="no ID token")
        return dict(token)

    async def _claims(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What the ID token says, once its signature and all that it must say have stood the check."""
        try:
            try:
                signed = jwt.decode(token["id_token"], await self._key_set(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # the provider may have taken a new key
                signed = jwt.decode(token["id_token"], await self._key_set(again=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {"iss": {"essential": True, "value": self._issuer}, "aud": {"essential": True, "value": self._client_id}},
                {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(int(time.time()), LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise TokenRefused(reason=f"ID token: {type(error).__name__} {error}"[:200]) from error
        return dict(claims)

    def _person(self, claims: Mapping[str, Any], proof: str) -> Person:
        subject, name = claims["sub"], claims.get("preferred_username")
        if not isinstance(subject, str) or not subject:
            raise TokenRefused(reason="sub")
        held = _inside(claims, self._claim)
        values = {held} if isinstance(held, str) else set(map(str, held)) if isinstance(held, list) else set()
        role = next((role for value, role in self._roles.items() if value in values), None)
        if role is None:
            raise RoleMissing(name=subject)
        readable = isinstance(name, str) and name.isprintable() and 0 < len(name) <= 200
        return Person(str(name) if readable else subject[:200], role, proof)

    async def _discovered(self) -> Mapping[str, Any]:
        """The provider's description of itself. Raises LoginUnavailable."""
        if self._document is None or self._clock() - self._document[0] > _FRESH:
            document = await self._fetched(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != self._issuer:
                raise LoginUnavailable(reason=f"the issuer calls itself {document.get('issuer')!r}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(document.get(name), str) or not self._sound(document[name]):
                    raise LoginUnavailable(reason=f"{name} is missing or not https")
            self._document = (self._clock(), document)
        return self._document[1]

    async def _key_set(self, *, again: bool = False) -> KeySet:
        """The provider's keys; ``again``: one is not among them, which is believed once in a while."""
        if again and self._clock() - self._missed > _AGAIN:
            self._missed = self._clock()
            self._keys = None
        if self._keys is None or self._clock() - self._keys[0] > _FRESH:
            self._keys = (self._clock(), await self._fetched((await self._discovered())["jwks_uri"]))
        keys = [key for key in self._keys[1].get("keys", ()) if key.get("kty") in ("RSA", "EC", "OKP")]
        return KeySet.import_key_set({"keys": keys})

    async def _fetched(self, url: str) -> Mapping[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT) as client:
                answer = await client.get(url, headers={"Accept": "application/json"})
                answer.raise_for_status()
                content = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise LoginUnavailable(reason=f"{url}: {type(error).__name__}") from error
        if not isinstance(content, dict):
            raise LoginUnavailable(reason=f"{url}: not an object")
        return content

    def _sound(self, url: str) -> bool:
        """Whether an address of the provider is as safe as the issuer's."""
        return urlsplit(url).scheme == "https" or (self._issuer.startswith("http:") and url.startswith("http://"))


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def _inside(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, or by the way to it: "realm_access.roles"."""
    if name in claims:
        return claims[name]
    held: object = claims
    for part in name.split("."):
        held = held.get(part) if isinstance(held, Mapping) else None
    return held
