"""Roles and what they see: the setting, and the name of the one index that a reader asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.access import is_joint, reach, reaches
from indexer.errors import SettingsError
from indexer.settings import Settings, changed, load
from indexer.store import Collection

EVERYBODY = {
    "verwaltung": frozenset({"public", "internal"}),
    "sozialausschuss": frozenset({"public", "sozialausschuss"}),
    "presse": frozenset({"public"}),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_roles_are_read_from_a_table_of_the_file(tmp_path: Path) -> None:
    lines = (f"{role} = {sorted(seen)}" for role, seen in EVERYBODY.items())
    (tmp_path / "ratslotse.toml").write_text("\n".join(("[roles]", *lines)), encoding="utf-8")
    assert load(Settings, {}).roles == EVERYBODY


def test_roles_are_read_from_the_environment() -> None:
    text = "verwaltung=public,internal; sozialausschuss = public, sozialausschuss;presse=public;"
    assert load(Settings, {"RATSLOTSE_ROLES": text}).roles == EVERYBODY


@pytest.mark.parametrize("nothing", ["", " ", ";"])
def test_no_role_is_no_role(nothing: str) -> None:
    assert load(Settings, {"RATSLOTSE_ROLES": nothing}).roles == {}


def test_roles_stay_when_another_setting_changes() -> None:
    settings = Settings(roles=EVERYBODY)
    assert changed(settings, {"encoder": "hash"}).roles == EVERYBODY


@pytest.mark.parametrize("seen", ["public,internal", "internal", "public,*", "intern", ""])
def test_b6_anonymous_cannot_be_given_anything_but_what_is_public(seen: str) -> None:
    with pytest.raises(SettingsError, match="RATSLOTSE_ROLES"):
        load(Settings, {"RATSLOTSE_ROLES": f"anonymous={seen}"})


def test_anonymous_may_be_written_out() -> None:
    assert load(Settings, {"RATSLOTSE_ROLES": "anonymous=public"}).roles == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("verwaltung", "no = between"),
        ("verwaltung=", "''"),
        ("=public", "''"),
        ("Verwaltung=public", "'Verwaltung'"),
        ("verwaltung=public,../../etc", "'../../etc'"),
        ("verwaltung=public+internal", "'public+internal'"),
        ("verwaltung=Öffentlich", "'Öffentlich'"),
        ("verwaltung=public;verwaltung=internal", "verwaltung is named twice"),
        ("a=public,b=internal", "'b=internal'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_the_reason(text: str, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {"RATSLOTSE_ROLES": text})
    for language in ("de", "en"):
        message = caught.value.message(language)
        assert named in message
        assert "role=public,internal;other=public" in message  # what is expected


@pytest.mark.parametrize(
    "table", ["roles = 7", "[roles]\na = 'public'", "[roles]\na = []", "[roles]\na = [1]", "[roles.a]\nb = []"]
)
def test_a_table_of_another_form_is_refused(table: str, tmp_path: Path) -> None:
    (tmp_path / "ratslotse.toml").write_text(table, encoding="utf-8")
    with pytest.raises(SettingsError, match="RATSLOTSE_ROLES"):
        load(Settings, {})


def test_a_set_of_collections_has_one_folder_whatever_their_order() -> None:
    assert reach(["public"]) == "public"
    assert reach(["public", "internal", "public"]) == reach({"internal", "public"}) == "internal+public"


def test_a_folder_of_many_collections_has_a_name_that_every_file_system_takes() -> None:
    many = [f"ausschuss-fuer-lange-namen-{number}" for number in range(30)]
    assert len(reach(many)) < 100
    assert reach(many) != reach(many[1:])
    assert is_joint(reach(many))


@pytest.mark.parametrize("name", ["public", "a+", "+a", "a++b", "../a+b", "A+b", "a+b/c", "+" + "0" * 31])
def test_no_other_name_is_that_of_a_joint_index(name: str, tmp_path: Path) -> None:
    assert not is_joint(name)
    if name != "public":
        with pytest.raises(SettingsError):
            Collection(tmp_path, name)


def test_every_set_that_somebody_sees_is_named_once() -> None:
    roles = EVERYBODY | {"kreistag": frozenset({"internal", "public"})}
    assert {reach(seen): names for seen, names in reaches(roles).items()} == {
        "public": ["anonymous", "presse"],
        "internal+public": ["kreistag", "verwaltung"],
        "public+sozialausschuss": ["sozialausschuss"],
    }
