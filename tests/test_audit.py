"""B24: what must be accounted for stands in a log that nobody changes unnoticed."""

from __future__ import annotations

import errno
import json
import random
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer import storage
from service import audit as log
from service.audit import HEAD, LOG, audit, entries, verify
from service.cli import main
from service.errors import AuditUnusable


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.os, "fsync", lambda _: None)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    for number in range(40):
        audit(tmp_path, "access" if number % 3 else "login", f"Käthe {number % 4}", [f"{number:012x}"])
    return tmp_path


def tampered(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """One line or more edited, dropped, doubled, moved, made up, or the end cut off, at any byte."""
    lines = list(lines)
    at = chance.randrange(len(lines))
    kind = chance.choice(["flip", "drop", "double", "swap", "cut", "cut bytes", "edit", "forge", "spaces"])
    if kind == "flip":
        line = bytearray(lines[at])
        line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
        lines[at] = bytes(line)
    elif kind == "drop":
        del lines[at : at + chance.randint(1, 3)]
    elif kind == "double":
        lines.insert(chance.randrange(len(lines) + 1), lines[at])
    elif kind == "swap":
        other = chance.choice([n for n in range(len(lines)) if n != at])
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "cut":
        del lines[at:]
    elif kind == "cut bytes":
        lines = [b"".join(lines)[: -chance.randint(1, 300)]]
    elif kind == "spaces":
        lines[at] = lines[at].replace(b": ", b":  ", 1)
    else:
        entry = json.loads(lines[at]) | {"actor": "Niemand"}
        entry["hash"] = log._hash(entry)
        lines[at : at + (kind == "edit")] = [json.dumps(entry).encode() + b"\n"]
    return lines


def test_b24_each_of_1000_tamperings_is_found(written: Path) -> None:
    lines = (written / LOG).read_bytes().splitlines(keepends=True)
    assert verify(written) == log.Verdict(40, json.loads(lines[-1])["hash"], None)
    for seed in range(1000):
        changed = tampered(lines, random.Random(seed))
        (written / LOG).write_bytes(b"".join(changed))
        assert verify(written).fault, seed
    (written / LOG).write_bytes(b"".join(lines))
    assert verify(written).fault is None


def test_b24_neither_without_its_head_nor_with_another_is_it_in_order(written: Path) -> None:
    head, lines = (written / HEAD).read_bytes(), (written / LOG).read_bytes().splitlines(keepends=True)
    for wrong in (b"", b"{}", b"[" * 9000, head[:-1], head.replace(b"login", b"logon"), lines[-2]):
        (written / HEAD).write_bytes(wrong)
        assert verify(written).fault
    (written / HEAD).unlink()
    assert verify(written).fault
    audit(written, "login", "k")
    assert verify(written).fault
    (written / HEAD).write_bytes(head)
    (written / LOG).unlink()
    assert verify(written).fault == "missing"


def test_a_line_that_a_crash_cut_off_is_completed_by_the_next(written: Path) -> None:
    whole = (written / LOG).read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    for left in (0, 1, len(last) // 2, len(last) - 1):
        (written / LOG).write_bytes(whole[: len(whole) - len(last) + left])
        head = (written / HEAD).read_bytes()
        assert verify(written).fault
        audit(written, "logout", "k")
        assert verify(written) == log.Verdict(41, verify(written).head, None)
        assert (written / LOG).read_bytes().startswith(whole)
        (written / HEAD).write_bytes(head)


def test_a_full_disk_is_told_and_loses_no_line(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = log.os.write

    def full(descriptor: int, line: bytes) -> int:
        write(descriptor, line[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(log.os, "write", full)
        for _ in range(2):
            with pytest.raises(AuditUnusable):
                audit(written, "access", "k", ["000000000001"])
    audit(written, "logout", "k")
    assert verify(written).fault is None
    assert [entry["event"] for entry in entries(written)][-2:] == ["access", "logout"]


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: audit(tmp_path, "access", str(number)), range(80)))
    assert verify(tmp_path).fault is None
    assert sorted(entry["actor"] for entry in entries(tmp_path)) == sorted(map(str, range(80)))
    assert stat.S_IMODE((tmp_path / LOG).stat().st_mode) == 0o600


def test_audit_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path))
    assert main(["audit", "--verify"]) == 0
    audit(tmp_path, "login", "k\x1b[31m", ["000000000001"])
    capsys.readouterr()
    assert main(["audit"]) == 0
    out = capsys.readouterr().out
    assert "login" in out
    assert "\x1b" not in out
    assert main(["audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["subjects"] == ["000000000001"]
    assert main(["audit", "--verify"]) == 0
    (tmp_path / LOG).write_bytes(b"")
    capsys.readouterr()
    assert main(["audit", "--verify"]) == 1
    assert "VERÄNDERT" in capsys.readouterr().out
