"""A ZIP container is judged by its table of contents: what would unpack beyond the limits is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Mapping

import pytest

from indexer.errors import BrokenFile, TooMuchInside
from indexer.parsing.zips import opened


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def relabelled(archive: bytes, field: int, form: str, value: int) -> bytes:
    """The archive with one field of its last table entry changed."""
    at = archive.rindex(b"PK\x01\x02") + field
    return archive[:at] + struct.pack(form, value) + archive[at + struct.calcsize(form) :]


def test_an_ordinary_archive_is_opened() -> None:
    noise = random.Random(1).randbytes(200_000)
    with opened(zipped({"a.xml": b"<a/>" * 20_000, "b.png": noise})) as archive:
        assert archive.read("b.png") == noise


def test_a_small_part_may_be_packed_as_it_likes() -> None:
    with opened(zipped({"a.xml": b" " * 100 * 1024})) as archive:
        assert len(archive.read("a.xml")) == 100 * 1024


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a": b" " * 200_000}), "1:1"),
        (zipped({str(number): b"" for number in range(10_001)}), "10001 Teile"),
        (relabelled(zipped({"a": b"x"}), 24, "<L", 3_000_000_000), "3000000000 Bytes"),
        (relabelled(zipped({"a": b"x", "b": b"y"}), 42, "<L", 0), "überlappen"),
        (relabelled(zipped({"a": b"x", "b": b"y"}), 20, "<L", 500), "überlappen"),
    ],
    ids=["ratio", "entries", "total", "one on the other", "into the table of contents"],
)
def test_bombs_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(TooMuchInside, match=reason):
        opened(data)


def test_a_part_that_is_larger_than_it_says_is_not_unpacked() -> None:
    data = relabelled(zipped({"a": b"x" * 3000}), 24, "<L", 10)
    with pytest.raises(BrokenFile, match="falsche Größe"):
        opened(data)


NO_ARCHIVES = {"empty": b"", "start": b"PK\x03\x04", "end": b"PK\x05\x06" + b"\xff" * 18, "cut": zipped({"a": b"x"})[:-9]}


@pytest.mark.parametrize("data", NO_ARCHIVES.values(), ids=NO_ARCHIVES)
def test_what_is_no_archive_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenFile):
        opened(data)
