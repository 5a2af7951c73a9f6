"""What the documentation says is so: settings, commands, files it points to."""

from __future__ import annotations

import re
from pathlib import Path

from indexer.errors import EncoderError, IndexProblem
from service.access.errors import AccessError
from service.errors import CannotWatch, GeneratorFailed, OutOfService, PortInUse, ServiceError, TooLittleLeft
from service.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_documentation_names_every_setting_with_its_default_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `RATSLOTSE_(\w+)` \| (.*?) \|", SETTINGS, re.MULTILINE))
    fields = ServiceSettings.model_fields
    assert rows == {name.upper(): "" if field.default is None else f"`{field.default}`" for name, field in fields.items()}


def test_links_of_the_documentation_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md"), ROOT / "corpus" / "README.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_a27_every_failure_of_a_language_model_is_explained() -> None:
    explained = re.findall(r"^\| `(model_\w+)` \|", (ROOT / "docs" / "models.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(kind.code for kind in (*GeneratorFailed.__subclasses__(), TooLittleLeft))


def test_a27_every_error_that_a_reader_can_meet_is_explained_to_the_operator() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    # not shown, or shown with another's code
    elsewhere = (
        AccessError,
        GeneratorFailed,
        TooLittleLeft,
        CannotWatch,
        PortInUse,
        OutOfService,
    )  # not shown, or shown with another's code
    kinds = [kind for kind in ServiceError.__subclasses__() if not issubclass(kind, elsewhere)]
    below = [*IndexProblem.__subclasses__(), *EncoderError.__subclasses__()]
    expected = {(kind.code, str(kind.status)) for kind in kinds} | {(kind.code, str(OutOfService.status)) for kind in below}
    assert set(rows) == expected


def test_top_level_folders_hold_what_they_may() -> None:
    assert not [path for path in (ROOT / "corpus").rglob("*") if path.suffix in (".py", ".sh", ".js")]
    assert {path.name for path in (ROOT / "prompts").iterdir() if path.suffix != ".j2"} <= {"README.md"}
