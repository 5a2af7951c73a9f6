"""Where a language model is asked, from the settings: which address, with which key, and whether it may be asked at all."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, field

import httpx

from indexer.errors import SettingsError
from service.settings import ServiceSettings


@dataclass(frozen=True)
class Endpoint:
    url: httpx.URL
    model: str
    key: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """For messages: an address may hold more than others should read."""
        return self.url.netloc.decode("ascii")

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def trusted(self) -> ssl.SSLContext:
        """The well-known authorities, and those this computer trusts besides: a county may have its own."""
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context


def endpoint(settings: ServiceSettings) -> Endpoint | None:
    """None: no model is set. Raises SettingsError, so that a start fails clearly."""
    if settings.llm_url is None:
        return None
    if settings.llm_model is None:
        raise _refused(
            "LLM_MODEL",
            "fehlt",
            "is missing",
            "Bitte den Namen angeben, den der Server kennt",
            "Please give the server's name for it",
        )
    return Endpoint(_address(settings), settings.llm_model, _key(settings))


def _address(settings: ServiceSettings) -> httpx.URL:
    try:
        base = httpx.URL(settings.llm_url or "")
        if base.scheme not in ("http", "https") or not base.host or base.userinfo:
            raise ValueError
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(
            "LLM_URL",
            "keine Adresse, die abgefragt werden kann",
            "no address that can be asked",
            "Erwartet: http://… oder https://… ohne Kennung, meist mit /v1 am Ende",
            "Expected: http://… or https://… without credentials, mostly ending in /v1",
        ) from error
    allowed = {name.strip().lower() for name in (settings.llm_hosts or "").split(",")}
    if not _is_loopback(base.host) and not {base.host, base.netloc.decode("ascii")} & allowed:
        raise _refused(
            "LLM_URL",
            f"{base.host} ist ein anderer Rechner; er bekäme jede Frage",
            f"{base.host} is another computer; it would get every question",
            f"Wenn das gewollt ist: RATSLOTSE_LLM_HOSTS={base.host}",
            f"If that is intended: RATSLOTSE_LLM_HOSTS={base.host}",
        )
    return base.copy_with(path=base.path.rstrip("/") + "/chat/completions")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key(settings: ServiceSettings) -> str | None:
    """The key, wherever it stands. No message shows it."""
    name, key = "LLM_KEY", settings.llm_key.get_secret_value() if settings.llm_key else None
    if settings.llm_key_file is not None:
        name = "LLM_KEY_FILE"
        if key is not None:
            raise _refused(name, "RATSLOTSE_LLM_KEY ist auch gesetzt", "RATSLOTSE_LLM_KEY is set as well", *_ONE_KEY)
        try:
            key = settings.llm_key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = type(error).__name__
            raise _refused(name, f"nicht lesbar ({reason})", f"cannot be read ({reason})", *_KEY_FILE) from None
    if key is not None and (not key or not key.isascii() or not key.isprintable() or " " in key):
        raise _refused(name, "das ist kein Schlüssel", "this is no key", *_KEY)
    return key


_ONE_KEY = ("Bitte nur eines von beiden angeben", "Please give only one of them")
_KEY_FILE = ("Erwartet: eine Datei, in der nur der Schlüssel steht", "Expected: a file that holds the key and nothing else")
_KEY = ("Erwartet: ein Wort aus druckbaren ASCII-Zeichen", "Expected: one word of printable ASCII characters")


def _refused(name: str, problem_de: str, problem_en: str, remedy_de: str, remedy_en: str) -> SettingsError:
    return SettingsError(
        name=f"RATSLOTSE_{name}",
        problem_de=problem_de,
        problem_en=problem_en,
        remedy_de=f"{remedy_de}.",
        remedy_en=f"{remedy_en}.",
    )
