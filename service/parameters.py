"""What is wrong with a value that came with a request, in our words: those of pydantic are English and name its types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.errors import BadParameter

# Kind of error as pydantic names it, the longest beginning that fits: German, English. The values come from its context.
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("fehlt", "is missing"),
    "extra_forbidden": ("ist nicht bekannt", "is not known"),
    "json_invalid": ("ist kein gültiges JSON", "is not valid JSON"),
    "string_too_short": ("muss mindestens {min_length} Zeichen haben", "must have at least {min_length} characters"),
    "string_too_long": ("darf höchstens {max_length} Zeichen haben", "may have at most {max_length} characters"),
    "string": ("muss ein Text sein", "must be a text"),
    "too_long": ("darf höchstens {max_length} Einträge haben", "may have at most {max_length} entries"),
    "greater_than_equal": ("muss mindestens {ge} sein", "must be at least {ge}"),
    "greater_than": ("muss größer als {gt} sein", "must be greater than {gt}"),
    "less_than_equal": ("darf höchstens {le} sein", "may be at most {le}"),
    "less_than": ("muss kleiner als {lt} sein", "must be less than {lt}"),
    "int": ("muss eine ganze Zahl sein", "must be a whole number"),
    "float": ("muss eine Zahl sein", "must be a number"),
    "bool": ("muss wahr oder falsch sein", "must be true or false"),
    "date": ("muss ein Datum sein, zum Beispiel 2025-03-31", "must be a date, for example 2025-03-31"),
    "literal_error": ("muss einer dieser Werte sein: {expected}", "must be one of these values: {expected}"),
    "enum": ("muss einer dieser Werte sein: {expected}", "must be one of these values: {expected}"),
    "list": ("muss eine Liste sein", "must be a list"),
    "": ("passt nicht zur Beschreibung der Schnittstelle", "does not fit the description of the interface"),
}


def bad_parameter(error: Mapping[str, Any]) -> BadParameter:
    """The error that says which value of a request does not fit, and why, from one entry of a validation error."""
    where, *parts = error["loc"]
    if where in ("query", "path"):
        name = str(parts[0])  # behind it stands only which of its types was tried
    else:
        name = ".".join(part for part in map(str, parts) if part.isidentifier() or part.isdecimal()) or "body"
    kind = max((kind for kind in _WORDS if str(error["type"]).startswith(kind)), key=len)
    context = {key: str(value) for key, value in error.get("ctx", {}).items()}
    german = {key: value.replace(" or ", " oder ") for key, value in context.items()}
    problem_de, problem_en = _WORDS[kind]
    return BadParameter(name=name, problem_de=problem_de.format(**german), problem_en=problem_en.format(**context))
