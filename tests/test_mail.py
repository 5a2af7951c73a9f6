"""E-mails: the letter is a document, each attachment another one. The .msg files are written by hand."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from indexer import errors
from indexer.build import build
from indexer.papers import read_paper
from indexer.parsing import parse
from indexer.parsing.archives import Handed, Unpacker
from indexer.settings import Settings
from indexer.store import Collection

TEXT = "Der Radweg am Mühlbach wird 2025 gebaut."


def mail(text: str = TEXT, html: str = "", **heads: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Anfrage zum Radweg am Mühlbach"
    message["From"] = "Jörg Müller <mueller@musterbach.example>"
    message["To"] = "kreistag@musterbach.example, amt@musterbach.example"
    message["Date"] = "Tue, 05 Mar 2024 10:30:00 +0100"
    for name, value in heads.items():
        message[name] = value
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    return message


def shown(data: bytes, name: str = "a.eml") -> list[str]:
    return parse(data, name).text.replace("\n\n", "\n").split("\n")


def members(data: bytes, name: str = "a.eml") -> dict[str, bytes | str]:
    """The attachments with their bytes, or what is wrong with them."""
    outer = Handed(name, (), lambda: data)
    unpacker = Unpacker()
    return {"!/".join(m.way): m.error.code if m.error else unpacker.extract(outer, m.way) for m in unpacker.members(outer)}


HEAD = [
    "Betreff: Anfrage zum Radweg am Mühlbach",
    "Von: Jörg Müller <mueller@musterbach.example>",
    "An: kreistag@musterbach.example, amt@musterbach.example",
    "Datum: 05.03.2024 10:30",
]


def test_a_letter_has_its_head_and_its_text() -> None:
    data = mail(f"{TEXT}\n\n> Wann wird er gebaut?\n> > Und wie?\n", html="<p>ANDERS</p>").as_bytes()
    assert shown(data) == [*HEAD, TEXT, "Wann wird er gebaut?", "Und wie?"]
    laid_out = parse(data, "a.eml")
    paper = read_paper(laid_out.text, laid_out.blocks, file_name="a.eml")
    assert paper.name == "Anfrage zum Radweg am Mühlbach"
    assert str(paper.date) == "2024-03-05"


def test_a_letter_in_html_alone_is_read_as_a_page() -> None:
    html = f"<body><style>x</style><p>{TEXT}</p><ul><li>eins</li></ul></body>"
    assert shown(mail("", html).as_bytes()) == [*HEAD, TEXT, "eins"]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "gibtsnicht"])
def test_letters_of_any_character_set(charset: str) -> None:
    data = mail().as_bytes().replace(b'charset="utf-8"', f'charset="{charset}"'.encode())
    if charset != "utf-8":
        head, _, _ = data.partition(b"\n\n")
        data = head.replace(b"Transfer-Encoding: base64", b"Transfer-Encoding: 8bit").replace(b"quoted-printable", b"8bit")
        data += b"\n\n" + TEXT.encode("iso-8859-1")
    assert shown(data) == [*HEAD, TEXT]


def with_attachments() -> EmailMessage:
    message = mail(html=f"<p>{TEXT}</p><img src='cid:logo'>")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")
    message.add_attachment(f"{TEXT} Anlage.".encode(), "text", "plain", filename="Anlage 1.txt")
    message.add_attachment(f"{TEXT} Zweite.".encode(), "text", "plain", filename="../Anlage 1.txt")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Übersicht")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tief.txt", TEXT)
    message.add_attachment(buffer.getvalue(), "application", "zip", filename="alle.zip")
    message.add_attachment(mail("Weitergeleitet.", Cc="rat@musterbach.example"))
    return message


def test_attachments_are_files_of_their_own(tmp_path: Path) -> None:
    found = members(with_attachments().as_bytes())
    forwarded = found.pop("Anfrage zum Radweg am Mühlbach.eml")
    assert found == {
        "Anlage 1.txt": f"{TEXT} Anlage.".encode(),
        "Anlage 1 (2).txt": b"" or found["Anlage 1 (2).txt"],
        "Übersicht.pdf": b"%PDF-1.7",
        "alle.zip!/tief.txt": TEXT.encode(),
    }
    assert shown(forwarded)[-2:] == ["Datum: 05.03.2024 10:30", "Weitergeleitet."]


def test_a_letter_and_its_attachments_stand_in_the_books(settings: Settings, tmp_path: Path, write: Callable[..., None]) -> None:
    write(tmp_path / "papiere", {"brief.eml": with_attachments().as_bytes()})
    for expected in ("ok", "unchanged"):
        results = {entry.name: entry.result for entry in build(settings, [tmp_path / "papiere"]).entries}
        assert results == {
            "brief.eml": expected,
            "brief.eml!/Anlage 1.txt": expected,
            "brief.eml!/Anlage 1 (2).txt": expected,
            "brief.eml!/Übersicht.pdf": "failed",
            "brief.eml!/alle.zip!/tief.txt": expected,
            "brief.eml!/Anfrage zum Radweg am Mühlbach.eml": expected,
        }
    assert len(Collection(settings.index, "public").open().documents()) == 5


def test_hostile_letters_harm_nobody(tmp_path: Path) -> None:
    deep = mail("Innen.")
    for _ in range(120):
        outer = EmailMessage()
        outer["Subject"] = "Außen"
        outer.set_content("Außen.")
        outer.add_attachment(deep.as_string().encode(), "text", "plain", filename="a.eml")
        deep = outer
        if len(outer.as_bytes()) > 3_000_000:
            break
    assert "nested_deep" in members(deep.as_bytes()).values()
    for data in (b"Nur Text ohne Kopf.\n", b"\n\nText"):
        with pytest.raises(errors.MislabelledFile):
            parse(data, "a.eml")
    broken = b"Subject: =?utf-8?b?/////?=\nFrom: <<<>>>;;@\nDate: gestern\nContent-Type: multipart/mixed; boundary=\n\nText\n"
    assert isinstance(parse(broken, "a.eml").text, str)
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    with contextlib.suppress(errors.BrokenFile):
        parse(b"Subject: tief\n" + nested + b"Content-Type: text/plain\n\nText\n", "a.eml")


# Outlook: a compound file, in which everything is so small that it lies in the stream of small ones

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def chained(table: list[int], stored: bytes, content: bytes, unit: int) -> tuple[int, bytes]:
    """Appends a content to what is stored; its first unit (END without content) and all that is stored then."""
    count, start = -(-len(content) // unit), len(table)
    table += [*range(start + 1, start + count), END] if count else []
    return (start if count else END), stored + content.ljust(count * unit, b"\0")


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE file with these streams; "a/b" lies in the storage a."""
    storages = sorted({path.rpartition("/")[0] for path in streams} - {""})
    entries: list[tuple[str, int, int, int, int]] = [(name, 1, 0, 0, 0) for name in storages]  # name, kind, parent, start, size
    fat: list[int] = []
    small: list[int] = []
    body = stored = b""
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        start, stored = chained(small, stored, content, 64)
        entries.append((name, 2, storages.index(folder) + 1 if folder else 0, start, len(content)))
    start, body = chained(fat, body, stored, 512)
    small_start, body = chained(fat, body, struct.pack(f"<{len(small)}I", *small).ljust(512, b"\xff"), 512)
    entries.insert(0, ("Root Entry", 5, -1, start, len(stored)))
    directory = b""
    for at, (name, kind, parent, start, size) in enumerate(entries):
        following = next((n for n in range(at + 1, len(entries)) if at and entries[n][2] == parent), FREE)
        child = next((n for n, entry in enumerate(entries) if entry[2] == at and kind != 2), FREE)
        spelled = name.encode("utf-16-le")
        directory += struct.pack("<64sHBBIII36xIQ", spelled, len(spelled) + 2, kind, 1, FREE, following, child, start, size)
    directory_start, body = chained(fat, body, directory, 512)
    fat += [FAT]
    body += struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    numbers = (62, 3, 0xFFFE, 9, 6, 0, 1, directory_start, 0, 4096, small_start, 1, END, 0)
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", magic, *numbers)
    return head + struct.pack("<109I", len(fat) - 1, *[FREE] * 108) + body


def properties(header: int, **values: int) -> bytes:
    return bytes(header) + b"".join(
        struct.pack("<HHII4x", {"s": 0x1F, "b": 0x102}.get(name[5:], 3), int(name[1:5], 16), 6, value)
        for name, value in values.items()
    )


def outlook(attachments: dict[str, bytes | None]) -> bytes:
    def text(folder: str, number: str, value: str) -> dict[str, bytes]:
        return {f"{folder}__substg1.0_{number}001F": value.encode("utf-16-le")}

    streams = {"__properties_version1.0": properties(32, p0037s=2, p1000s=2, p0C1As=2, p0C1Fs=2)}
    streams |= text("", "0037", "Anfrage zum Radweg") | text("", "1000", f"{TEXT}\r\n> Wann?\r\n")
    streams |= text("", "0C1A", "Jörg Müller") | text("", "0C1F", "mueller@musterbach.example")
    for number, (name, content) in enumerate(attachments.items()):
        folder = f"__attach_version1.0_#{number:08X}/"
        streams[f"{folder}__properties_version1.0"] = properties(8, p3705=5, p3707s=2)
        if content is not None:
            streams[f"{folder}__properties_version1.0"] = properties(8, p3705=1, p3707s=2, p3701b=len(content))
        streams |= text(folder, "3707", name)
        if content is not None:
            streams[f"{folder}__substg1.0_37010102"] = content
    return compound(streams)


def test_a_letter_of_outlook_is_read_and_its_attachments_are_files(tmp_path: Path) -> None:
    data = outlook({"Anlage.txt": TEXT.encode(), "Termin": None})
    assert shown(data, "a.msg") == [
        "Betreff: Anfrage zum Radweg",
        'Von: "Jörg Müller" <mueller@musterbach.example>',
        TEXT,
        "Wann?",
    ]
    assert members(data, "a.msg") == {"Anlage.txt": TEXT.encode(), "Termin.msg": "unsupported"}


def test_a_damaged_letter_of_outlook_is_broken() -> None:
    data = outlook({"Anlage.txt": TEXT.encode()})
    with pytest.raises(errors.BrokenFile):
        parse(data[:600] + "__properties_version1.0".encode("utf-16-le"), "a.msg")
