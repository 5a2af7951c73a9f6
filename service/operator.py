"""Who may see the operator's pages: HTTP Basic with the password of the settings, under any name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

from fastapi import Request

from service.access.readers import reader_of
from service.errors import ForeignForm, PasswordNeeded
from service.origins import same_origin
from service.rates import count
from service.runtime import Runtime

# The page names files that may be internal: no cache keeps it, no search engine lists it.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


async def check_password(request: Request) -> None:
    """A dependency of every operator's route. Raises PasswordNeeded, and TooMany where somebody tries one after the other."""
    runtime: Runtime = request.app.state.runtime
    password = runtime.settings.operator_password
    wanted = password.get_secret_value() if password else None
    if wanted is None or not secrets.compare_digest(_digest(wanted.encode()), _digest(_given(request))):
        count("read", request, reader_of(request))
        raise PasswordNeeded


def check_origin(request: Request) -> None:
    """A form counts only if a page of this site sent it: browsers add the password to what other sites send, too.

    Raises ForeignForm. Browsers say where a form comes from; over plain HTTP only by Origin.
    """
    if not same_origin(request.headers):
        raise ForeignForm


def _given(request: Request) -> bytes:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def _digest(value: bytes) -> bytes:
    """Of equal length whatever was given, so that the comparison takes equally long."""
    return hashlib.sha256(value).digest()
