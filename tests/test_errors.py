"""Every error speaks both languages, stands in the tree of the docstring, and lets no hostile file name through."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator

import pytest

import service.errors
from indexer import errors
from indexer.errors import RatslotseError, printable


def tree(root: type[RatslotseError] = RatslotseError) -> Iterator[type[RatslotseError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def placeholders(template: str) -> set[str]:
    return {name.removesuffix("_de").removesuffix("_en") for _, name, _, _ in string.Formatter().parse(template) if name}


def example(kind: type[RatslotseError], value: object = "x") -> RatslotseError:
    names = {name for template in (kind.de, kind.en) for _, name, _, _ in string.Formatter().parse(template) if name}
    return kind(**dict.fromkeys(names, value))


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_both_languages_tell_the_same_details(kind: type[RatslotseError]) -> None:
    assert placeholders(kind.de) == placeholders(kind.en)
    error = example(kind, "<x>")
    assert error.message("de").count("<x>") >= bool(placeholders(kind.de))
    assert str(error) == error.message("de")


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_what_ends_in_a_message_ends_in_a_remedy(kind: type[RatslotseError]) -> None:
    if not kind.__subclasses__() and kind.de != "{reason}":
        remedies = ("Bitte", "Bekannt", "remedy", "Einstellung RATSLOTSE_")
        assert any(word in kind.de for word in remedies)
        assert kind.de != kind.en


def test_the_docstring_names_every_class_below_its_parent() -> None:
    lines = str(errors.__doc__).splitlines()
    drawn = {line.split("── ")[-1].split()[0]: line.find("── ") // 4 + 1 for line in lines if "── " in line}
    drawn["RatslotseError"] = 0
    assert drawn == {kind.__name__: kind.__mro__.index(RatslotseError) for kind in tree()}


def test_errors_of_the_service_stand_in_its_docstring_and_speak_both_languages() -> None:
    root = service.errors.ServiceError
    kinds = [kind for kind in vars(service.errors).values() if isinstance(kind, type) and issubclass(kind, root)]
    lines = str(service.errors.__doc__).splitlines()
    drawn = {line.split("── ")[-1].split()[0]: line.find("── ") // 4 + 1 for line in lines if "── " in line}
    assert drawn == {kind.__name__: kind.__mro__.index(root) for kind in kinds if kind is not root}
    for kind in kinds:
        assert placeholders(kind.de) == placeholders(kind.en)
        assert kind.__subclasses__() or kind.de != kind.en


def test_every_class_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in tree()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    "name",
    [
        "a\x1b[31mb.pdf",
        "a\x1b]0;title\x07.pdf",
        "a\nb.pdf",
        "a\rb.pdf",
        "a\u202efdp.exe",
        "a\u2066b",
        "a\x9b31m",
        "a\udcff.pdf",
        "a\0b",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("kind", [errors.SourceError, errors.IndexMissing, errors.BadSidecar], ids=lambda kind: kind.__name__)
def test_hostile_file_names_do_no_harm(kind: type[RatslotseError], name: str) -> None:
    for language in ("de", "en"):
        message = example(kind, name).message(language)
        assert "\ufffd" in message
        assert all(unicodedata.category(character) not in ("Cc", "Cs") for character in message)
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(message)
        message.encode()


@pytest.mark.parametrize("name", ["Grüße {reason}.pdf", "100 %s.pdf", "日本 🚲.pdf", "a b.pdf"])
def test_harmless_file_names_stay_as_they_are(name: str) -> None:
    assert printable(name) == name
    assert name in errors.SourceError(path=name).message("en")
