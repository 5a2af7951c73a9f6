"""What goes out with a release: licences, metadata, locks, units, the threat model and the operator's handbook."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from indexer.errors import RatslotseError
from service import app, errors

assert app  # it imports all others that raise errors
ROOT = Path(__file__).resolve().parents[1]
MOST_EXPOSED = 2.0
LLM = {f"LLM{number:02}" for number in range(1, 11)}
ASVS = {f"V{number}" for number in range(1, 18)}
NOT_USED = {"V17"}  # WebRTC


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(name: str) -> Iterator[list[str]]:
    for line in text(name).splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_b31_every_control_of_the_threat_model_has_tests_that_exist() -> None:
    known = {
        name
        for path in ROOT.glob("tests/**/test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    found = [row for row in rows("docs/threat-model.md") if row[-1] != "tests"]
    assert len(found) > 35
    for row in found:
        assert len(row) == 3
        assert all(row), row
        named = re.findall(r"`(test_\w+)`", row[2])
        assert named, row
        assert not set(named) - known, row
    firsts = {row[0].split()[0] for row in found}
    assert firsts >= LLM | (ASVS - NOT_USED)


def test_a27_every_code_is_explained_to_the_operator() -> None:
    explained = {row[0].strip("`") for name in ("betrieb", "errors", "models") for row in rows(f"docs/{name}.md")}
    roots = {"error", "unreadable", "harvest", "fetch", "encoder", "dask", "index", "model", "access"}  # never raised themselves
    shown_as = {errors.OutOfService.code}  # in the log stands the code of what is below
    assert {kind.code for kind in kinds(RatslotseError)} - explained <= roots | shown_as


def kinds(kind: type[RatslotseError]) -> Iterator[type[RatslotseError]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds(below)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_b28_every_locked_package_has_a_hash(name: str) -> None:
    packages = re.split(r"\n(?=[a-zA-Z0-9])", text(name).split("\n", 2)[2].strip())
    pinned = [package for package in packages if not package.startswith("#")]
    assert len(pinned) > 50
    for package in pinned:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_c17_the_metadata_for_public_code_is_whole_and_true() -> None:
    told, project = yaml.safe_load(text("publiccode.yml")), tomllib.loads(text("pyproject.toml"))["project"]
    assert told["legal"]["license"] == project["license"]
    assert str(told["softwareVersion"]) == project["version"]
    assert told["dependsOn"]["open"][0]["versionMin"] == project["requires-python"].removeprefix(">=")
    for language, description in told["description"].items():
        assert language in told["localisation"]["availableLanguages"]
        assert 0 < len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000
        assert description["features"]
    assert told.keys() >= {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "maintenance"}


def test_c17_every_file_has_a_licence() -> None:
    told = tomllib.loads(text("REUSE.toml"))
    assert told["annotations"][0]["path"] == "**"
    named = {one["SPDX-License-Identifier"] for one in told["annotations"]}
    assert {path.stem for path in (ROOT / "LICENSES").iterdir()} == named
    assert text("LICENSES/EUPL-1.2.txt") == text("LICENSE")


@pytest.mark.parametrize("name", ["ratslotse.service", "ratslotse-index.service"])
def test_b30_the_units_are_locked_down(name: str) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")
    command = ["systemd-analyze", "security", "--offline=true", str(ROOT / "deploy" / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (found := re.search(r"exposure level .*: ([\d.]+)", done.stdout)):
        pytest.skip(f"systemd-analyze is too old: {done.stderr}")
    assert float(found[1]) <= MOST_EXPOSED


def test_b30_containers_have_no_rights_and_write_only_where_they_must() -> None:
    services = yaml.safe_load(text("deploy/compose.yaml"))["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service["user"].startswith("0")
    assert services["index"]["network_mode"] == "none"
    assert services["serve"]["ports"] == ["127.0.0.1:8000:8000"]


def test_containers_of_several_hosts_have_no_more_rights_and_are_of_a_named_version() -> None:
    services = yaml.safe_load(text("deploy/scaled/compose.yaml"))["services"]
    for service in services.values():
        if service["image"] in ("ratslotse", "ratslotse-dask"):
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]
            assert service["user"] == "10001:10001"
        elif "build" not in service:
            assert re.search(r":v?\d+\.\d+", service["image"])
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_what_is_deployed_holds_no_password() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").rglob("*") if path.is_file())
    assert not re.search(r"://\w+:[^@/]+@", written)
    assert not re.search(r"(?i)password[:=] *\S", written)
