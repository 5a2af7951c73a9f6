"""Progress where there is no terminal: a line now and then, as a log can keep it, with rate and remaining time."""

from __future__ import annotations

import pytest

from service.terminal import Bars


def lines(capsys: pytest.CaptureFixture[str], seconds_a_file: float, files: int) -> list[str]:
    now = 0.0

    def clock() -> float:
        return now

    with Bars(clock) as bars:
        for done in range(1, files + 1):
            now += seconds_a_file
            bars.show("read", done, files)
        now += 100  # a model is loaded
        bars.show("encode", 0, 10)
        now += 2
        bars.show("encode", 10, 10)
    said = capsys.readouterr().err
    assert "\r" not in said
    assert "\x1b" not in said
    return said.splitlines()


def test_a_long_stage_is_told_every_ten_seconds_with_rate_and_remaining_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, 4, 10)
    assert [line.split()[3] for line in told] == ["4/10", "7/10", "10/10", "10/10"]
    assert told[0] == "Lesen / reading: 4/10 Dateien (40 %), 0.2 Dateien/s, noch/left 00:24"
    assert told[-1] == "Einbetten / encoding: 10/10 Passagen (100 %), 5.0 Passagen/s, noch/left 00:00"


def test_a_short_stage_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(capsys, 0.01, 200)) == 2
