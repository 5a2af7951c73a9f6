"""OParl objects as far as they are used, read leniently: a field that does not fit is as if it were not there.

Servers send blank strings, "N/A", one object in place of a list, numbers as text. Only an id is indispensable. A mark of
publicity that cannot be understood counts as non-public. Persons are not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict

Kind = Literal["organization", "meeting", "paper"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NOTHING = frozenset(("", "n/a", "null", "none"))
_LONGEST_TEXT = 100_000


def key_of(link: object) -> str | None:
    """The id in the one form that is compared and kept: servers double slashes and add fragments.

    >>> key_of("https://ris.example//oparl//paper/1 "), key_of("N/A"), key_of(7)
    ('https://ris.example/oparl/paper/1', None, None)
    """
    if not isinstance(link, str) or not link.strip().lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(_CONTROL.sub("", link.strip()))
    except ValueError:
        return None
    return parts._replace(path=re.sub("/{2,}", "/", parts.path), fragment="").geturl()


def is_deleted(raw: Mapping[str, object]) -> bool:
    return raw.get("deleted") in (True, "true", 1)


def _lines(value: object) -> str | None:
    """Text with its line breaks."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value.strip().casefold() in _NOTHING:
        return None
    text = _CONTROL.sub("", value[:_LONGEST_TEXT].replace("\r", "\n").replace("\f", "\n"))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line) or None


def _text(value: object) -> str | None:
    """Text on one line."""
    text = _lines(value)
    return text and text.replace("\n", " ")


def _link(value: object) -> str | None:
    return key_of(value.get("id") if isinstance(value, Mapping) else value)


def _links(value: object) -> tuple[str, ...]:
    links = (_link(item) for item in _as_list(value))
    return tuple(dict.fromkeys(link for link in links if link))


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [] if value in (None, "") else [value]


def _objects(value: object) -> list[object]:
    """Those that can be told apart. One object in place of a list is a list of one."""
    found = [item for item in _as_list(value) if isinstance(item, Mapping) and not is_deleted(item)]
    return list({_link(item): item for item in found if _link(item)}.values())


def _object(value: object) -> object:
    return next(iter(_objects(value)), None)


def _mark(value: object) -> bool | None:
    if value is None or (isinstance(value, str) and value.strip().casefold() in _NOTHING):
        return None
    return value is True or (isinstance(value, str) and value.strip().casefold() in ("true", "ja", "öffentlich"))


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _day(value: object) -> date | None:
    moment = _moment(value)
    return moment.date() if moment else None


def _order(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


Text = Annotated[str | None, BeforeValidator(_text)]
Lines = Annotated[str | None, BeforeValidator(_lines)]
Link = Annotated[str | None, BeforeValidator(_link)]
Links = Annotated[tuple[str, ...], BeforeValidator(_links)]
Mark = Annotated[bool | None, BeforeValidator(_mark)]
Day = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, BeforeValidator(_link)]
    name: Text = None


class File(_Object):
    """``fileName`` and the addresses are the server's: never used as a path."""

    fileName: Text = None  # noqa: N815
    mimeType: Text = None  # noqa: N815
    date: Day = None
    modified: Text = None
    downloadUrl: Text = None  # noqa: N815
    accessUrl: Text = None  # noqa: N815
    public: Mark = None


OneFile = Annotated[File | None, BeforeValidator(_object)]
Files = Annotated[tuple[File, ...], BeforeValidator(_objects)]


class Body(_Object):
    shortName: Text = None  # noqa: N815


class Organization(_Object):
    shortName: Text = None  # noqa: N815


class AgendaItem(_Object):
    number: Text = None
    order: Annotated[int, BeforeValidator(_order)] = 0
    public: Mark = None
    consultation: Link = None
    result: Text = None
    resolutionText: Lines = None  # noqa: N815
    resolutionFile: OneFile = None  # noqa: N815
    auxiliaryFile: Files = ()  # noqa: N815


class Consultation(_Object):
    organization: Links = ()
    meeting: Link = None
    agendaItem: Link = None  # noqa: N815
    role: Text = None


class Location(BaseModel):
    description: Text = None


class Meeting(_Object):
    start: Moment = None
    cancelled: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    location: Annotated[Location | None, BeforeValidator(lambda v: v if isinstance(v, Mapping) else None)] = None
    organization: Links = ()
    invitation: OneFile = None
    resultsProtocol: OneFile = None  # noqa: N815
    verbatimProtocol: OneFile = None  # noqa: N815
    auxiliaryFile: Files = ()  # noqa: N815
    agendaItem: Annotated[tuple[AgendaItem, ...], BeforeValidator(_objects)] = ()  # noqa: N815
    public: Mark = None


class Paper(_Object):
    reference: Text = None
    paperType: Text = None  # noqa: N815
    date: Day = None
    originatorOrganization: Links = ()  # noqa: N815
    underDirectionOf: Links = ()  # noqa: N815
    mainFile: OneFile = None  # noqa: N815
    auxiliaryFile: Files = ()  # noqa: N815
    consultation: Annotated[tuple[Consultation, ...], BeforeValidator(_objects)] = ()
    public: Mark = None


MODELS: Mapping[Kind, type[Organization] | type[Meeting] | type[Paper]] = {
    "organization": Organization,
    "meeting": Meeting,
    "paper": Paper,
}

# Which fields hold objects that a server may give as references instead, and what stands in those.
EMBEDDED: Mapping[str, Mapping[str, str]] = {
    "paper": {"mainFile": "file", "auxiliaryFile": "file", "consultation": "consultation"},
    "meeting": {
        "invitation": "file",
        "resultsProtocol": "file",
        "verbatimProtocol": "file",
        "auxiliaryFile": "file",
        "agendaItem": "agendaItem",
        "location": "location",
    },
    "agendaItem": {"resolutionFile": "file", "auxiliaryFile": "file"},
}


def references(value: object) -> Iterable[object]:
    """The items of a field that may be one or several."""
    return _as_list(value)
