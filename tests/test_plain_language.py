"""C18: what the program itself says is plain, polite and there in both languages; scripts hold no words of their own."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from service.duties import NAMES, duty
from service.errors import ServiceError
from service.texts import _TEXTS as NOTICES
from service.web import texts
from service.web.help_texts import HELP
from service.web.long_texts import ABOUT, NOTICE, Section
from service.web.rendering import STATIC

LONGEST_MEAN = 15  # words of a sentence
INFORMAL = re.compile(r"\b(?:du|dir|dich|dein\w*|euch|euer\w*|eure\w*)\b", re.IGNORECASE)
FIELD = re.compile(r"\{\w*\}|\[\[.*?\]\]|\]\(.*?\)")


def sections(language: str) -> Iterator[Section]:
    yield from (*HELP[language], *ABOUT[language], *NOTICE[language].values())  # type: ignore[index]


def groups() -> dict[str, list[tuple[str, str]]]:
    """The catalogue by module, the long texts and the pages of duty: (German, English)."""
    found = {
        module.name: list(import_module(f"{texts.__name__}.{module.name}").TEXTS.values())
        for module in iter_modules(texts.__path__)
    }
    pairs = zip(sections("de"), sections("en"), strict=True)
    found["long texts"] = [
        pair
        for german, english in pairs
        for pair in zip(
            (german.heading, *german.paragraphs, *german.points),
            (english.heading, *english.paragraphs, *english.points),
            strict=True,
        )
    ]
    kinds = ServiceError.__subclasses__()
    found["errors"] = [(kind.de, kind.en) for kind in kinds] + [(kind.title_de, kind.title_en) for kind in kinds]
    found["notices of answers"] = [(pair["de"], pair["en"]) for pair in NOTICES.values()]
    found |= {name: [(duty(None, name, "de").text, duty(None, name, "en").text)] for name in NAMES}
    return found


GROUPS = groups()


def sentences(text: str) -> list[str]:
    """The sentences of a text; a heading or an item of a list is one."""
    plain = re.sub(r"\bz\. ?B\.|\bNr\.", "x", FIELD.sub("x", text))
    return [one for one in re.split(r"[.!?]+(?:[\s”“]|$)|\n+", plain) if re.search(r"\w", one)]


def words(sentence: str) -> int:
    return len(re.findall(r"[^\W_][\w-]*", sentence))


@pytest.mark.parametrize("group", GROUPS)
def test_c18_sentences_are_short_on_average(group: str) -> None:
    counts = [words(one) for german, _ in GROUPS[group] for one in sentences(german) if words(one) > 3]  # not mere labels
    assert not counts or sum(counts) / len(counts) <= LONGEST_MEAN


@pytest.mark.parametrize("group", GROUPS)
def test_c18_readers_are_addressed_politely(group: str) -> None:
    assert [german for german, _ in GROUPS[group] if INFORMAL.search(german)] == []


@pytest.mark.parametrize("group", GROUPS)
def test_c18_every_text_is_there_in_both_languages(group: str) -> None:
    for german, english in GROUPS[group]:
        assert german.strip()
        assert english.strip()
        fields = [
            {re.sub("_(?:de|en)$", "", n) for _, n, _, _ in string.Formatter().parse(text) if n} for text in (german, english)
        ]
        assert fields[0] == fields[1]


def test_c18_the_catalogue_holds_every_module_and_no_key_twice() -> None:
    modules = [import_module(f"{texts.__name__}.{module.name}").TEXTS for module in iter_modules(texts.__path__)]
    assert len(texts.TEXTS) == sum(map(len, modules))


@pytest.mark.parametrize("script", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_c18_scripts_hold_no_words_of_their_own(script: Path) -> None:
    """A reader's words come from the catalogue by way of the page: no string of a script is a sentence or a German word."""
    code = re.sub(r"/\*.*?\*/|^\s*//.*$|\s//\s.*$", "", script.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    strings = [one for found in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code) for one in found]
    assert [one for one in strings if re.search(r"[äöüÄÖÜß]|^[A-Z][a-z]+(?: \w+)+[.!?…]?$", one)] == []
