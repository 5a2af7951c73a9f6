"""The examples of docs/doors.md run as they stand, but for the address."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.doors.mcp import router as mcp_router
from service.doors.mcp_tools import TOOLS
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.serving import serving

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "doors.md").read_text(encoding="utf-8")
HERE = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(built: Built) -> Iterator[str]:
    with serving(ServiceSettings(index=built.settings.index, encoder="hash")) as address:
        yield address


@pytest.mark.parametrize("number", [0, 1], ids=["openai", "mcp"])
def test_d21_the_examples_in_python_run(site: str, number: int) -> None:
    program = blocks("python")[number].replace(HERE, site)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "KI-Suche, kein Mensch" in done.stdout


def test_d21_the_example_in_javascript_is_a_program(tmp_path: Path) -> None:
    """It was run by hand with the package of npm, which is not installed here."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here: install it with 'apt-get install nodejs'")
    (program,) = blocks("javascript")
    (tmp_path / "example.mjs").write_text(program, encoding="utf-8")
    subprocess.run([node, "--check", str(tmp_path / "example.mjs")], check=True)


def test_the_entry_for_assistants_leads_to_the_tools() -> None:
    (entry,) = blocks("json")
    (server,) = json.loads(entry)["mcpServers"].values()
    assert server["url"].removeprefix(HERE) in [route.path for route in mcp_router.routes]  # type: ignore[attr-defined]
    named = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## As tools")[2], re.MULTILINE)
    assert named == [tool.name for tool in TOOLS]


def test_nobody_waits_for_the_import_of_the_tools() -> None:
    program = "import sys, service.app, service.cli; sys.exit('mcp' in sys.modules or 'openai' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
