"""Broken and hostile files, made from sound ones by a seed: the same seed, the same file.

``broken_pdf(seed)`` and ``broken_other(seed)`` give the kind of damage, the ending and the bytes. Used by tests/test_hostile.py
(a few) and tests/long/hostile_files.py (all).
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import docx
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

Damage = Callable[[bytes, random.Random], bytes]


@cache
def sound_pdf(compressed: bool) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1, pageCompression=int(compressed))
    for number in range(1, 4):
        canvas.bookmarkPage(f"p{number}")
        canvas.addOutlineEntry(f"Abschnitt {number}", f"p{number}")
        text = canvas.beginText(60, 780)
        text.textLines(["Landkreis Musterbach", "", f"Beschlussvorlage {number}", "Der Kreistag beschließt den Haushalt."] * 4)
        canvas.drawText(text)
        canvas.drawInlineImage(Image.new("RGB", (20, 20), "red"), 60, 60)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@cache
def sound_docx() -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_heading("Haushalt", 1)
    document.add_paragraph("Der Kreistag beschließt den Haushalt.")
    document.add_paragraph("Kita", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "Kosten"
    document.save(target)
    return target.getvalue()


@cache
def sound_odt() -> bytes:
    namespaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table"))
    text = "<text:h text:outline-level='1'>Haushalt</text:h><text:p>Der Kreistag beschließt.</text:p>"
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {namespaces}><office:body><office:text>{text}</office:text></office:body>"
            "</office:document-content>".encode(),
        }
    )


SOUND_HTML = (
    "<html><head><meta charset=utf-8><title>Rat</title></head><body><main><h1>Haushalt</h1><p>Der Kreistag beschließt den "
    "Haushalt des Landkreises.</p><table><tr><th>Kita<td>40</table><ul><li>Eins<li>Zwei</ul></main></body></html>"
).encode()
SOUND_EML = (
    "From: a@example.org\r\nSubject: Haushalt\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nDer Kreistag beschließt.\r\n--x--\r\n"
).encode()


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of the numbered objects, the first of which is the catalogue, with a right table of places."""
    data, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + table + b"trailer<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(data))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n" % (len(content), entries) + content + b"\nendstream"


def one_page(content: bytes, *more: bytes, catalogue: bytes = b"", resources: bytes = b"") -> bytes:
    """Objects 1 catalogue, 2 pages, 3 page, 4 its content, 5 on whatever ``more`` are."""
    resources = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>%s>>" % resources
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % resources
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue, pages, page, content, *more)


TEXT = b"BT /F 12 Tf 60 700 Td (Der Kreistag tagt.) Tj ET "


# Damage to bytes of any kind


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 5, 50, 500))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def torn(data: bytes, rng: random.Random) -> bytes:
    """A piece is missing, doubled or noise."""
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 30, 1000)))
    piece = rng.choice((b"", data[start:end] * rng.choice((2, 100)), rng.randbytes(end - start)))
    return data[:start] + piece + data[end:]


def renumbered(data: bytes, rng: random.Random) -> bytes:
    """Numbers become very large, negative or nothing."""
    numbers = list(re.finditer(rb"\d+", data))
    for found in sorted(rng.sample(numbers, min(len(numbers), rng.choice((1, 3, 20)))), key=lambda m: -m.start()):
        value = rng.choice((b"0", b"-1", b"2147483647", b"2147483648", b"99999999999999999999", b"1e309", b""))
        data = data[: found.start()] + value + data[found.end() :]
    return data


def noise(data: bytes, rng: random.Random) -> bytes:
    return data[:8] + rng.randbytes(rng.randrange(1, 5000))


# Damage to PDF


def swapped_names(data: bytes, rng: random.Random) -> bytes:
    names = list(re.finditer(rb"/[A-Z]\w+", data))
    one, other = rng.choice(names), rng.choice(names)
    return data[: one.start()] + other[0] + data[one.end() :]


def xref_cycle(data: bytes, rng: random.Random) -> bytes:
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    return data.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % rng.choice((start, 0, start + 1, 10**9)))


def pages_cycle(data: bytes, rng: random.Random) -> bytes:
    kids = rng.choice((b"[2 0 R]", b"[1 0 R 2 0 R 3 0 R]", b"2 0 R", b"[3 0 R 3 0 R 2 0 R 2 0 R]", b"[]", b"null"))
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Parent 2 0 R/Kids %s>>" % kids, page, stream(TEXT))


def outline_cycle(data: bytes, rng: random.Random) -> bytes:
    to = rng.choice((5, 6, 7))
    item = b"<</Title(x)/Parent 5 0 R/Next %d 0 R/Prev 6 0 R/First %d 0 R/Last 6 0 R/Dest[3 0 R/Fit]>>" % (
        to,
        rng.choice((5, 6, 7)),
    )
    outline = b"<</Type/Outlines/First 6 0 R/Last 7 0 R/Count 99999999>>"
    return one_page(stream(TEXT), outline, item, item, catalogue=b"/Outlines 5 0 R")


def no_end(data: bytes, rng: random.Random) -> bytes:
    return data[: data.rindex(rng.choice((b"%%EOF", b"startxref", b"trailer", b"xref")))]


def huge_size(data: bytes, rng: random.Random) -> bytes:
    value = rng.choice((b"2147483647", b"4294967296", b"-5", b"999999999999"))
    return re.sub(
        rng.choice((rb"/Size \d+", rb"/Count \d+", rb"/Length \d+", rb"\n0 \d+\n")), lambda m: m[0][:5] + b" " + value, data
    )


def filter_bomb(data: bytes, rng: random.Random) -> bytes:
    packed, layers = bytes(rng.choice((10, 300)) << 20), rng.choice((1, 2, 4))
    for _ in range(layers):
        packed = zlib.compress(packed, 9)
    kind = rng.choice((b"", b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB"))
    return one_page(stream(packed, b"/Filter[%s]" % (b"/FlateDecode" * layers) + kind))


def inline_image(data: bytes, rng: random.Random) -> bytes:
    size = rng.choice((10, 99999))
    return one_page(stream(TEXT + b"BI /W %d /H %d /BPC 8 /CS /RGB ID " % (size, size) + rng.randbytes(rng.choice((9, 90_000)))))


def nested(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((500, 100_000))
    opening, closing = rng.choice(((b"[", b"]"), (b"<</A", b">>"), (b"(", b")")))
    deep = opening * depth + closing * rng.choice((0, depth))
    return rng.choice((one_page(stream(TEXT + deep + b" Tj")), one_page(stream(TEXT), deep, catalogue=b"/Names 5 0 R")))


def many_states(data: bytes, rng: random.Random) -> bytes:
    return one_page(stream(rng.choice((b"q ", b"BT ", b"/x BMC ", b"Q ")) * rng.choice((1000, 200_000)) + TEXT))


def form_cycle(data: bytes, rng: random.Random) -> bytes:
    form = stream(
        b"/X Do " * rng.choice((1, 2, 10)) + TEXT, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    )
    return one_page(stream(b"/X Do"), form, resources=b"/XObject<</X 5 0 R>>")


def many_pages(data: bytes, rng: random.Random) -> bytes:
    count = rng.choice((2_000, 20_000))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b"3 0 R " * count)
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream(TEXT))


def wide_cmap(data: bytes, rng: random.Random) -> bytes:
    wide = b"1 begincodespacerange <00> <FFFFFFFF> endcodespacerange 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange "
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    return one_page(stream(TEXT), font, stream(wide * rng.choice((1, 500))), resources=b"/Font<</F 5 0 R>>")


def bad_object_stream(data: bytes, rng: random.Random) -> bytes:
    inner = stream(
        b"5 0 6 9 <</A 1>>",
        b"/Type/ObjStm/N %d/First %d/Extends 5 0 R" % (rng.choice((2, 10**9, -1)), rng.choice((8, -8, 10**9))),
    )
    return one_page(stream(TEXT), inner, catalogue=b"/Names 6 0 R")


def endless_length(data: bytes, rng: random.Random) -> bytes:
    return one_page(b"<</Length 5 0 R>>stream\n" + TEXT + b"\nendstream", rng.choice((b"5 0 R", b"-9", b"[5 0 R]", b"1e99")))


def odd_boxes(data: bytes, rng: random.Random) -> bytes:
    box = rng.choice((b"0 0 1e30 1e30", b"0 0 0 0", b"9 9 -9 -9", b"0 0 200000 200000", b"/A/B/C/D", b"nan 0 1 1"))
    return one_page(stream(TEXT)).replace(b"0 0 595 842", box)


def label_cycle(data: bytes, rng: random.Random) -> bytes:
    label = b"<</S/%s/St %s>>" % (rng.choice((b"r", b"R", b"A", b"a")), rng.choice((b"999999999", b"-4", b"0")))
    tree = rng.choice((b"<</Kids[5 0 R 5 0 R]>>", b"<</Nums[0 %s]>>" % label))
    return one_page(stream(TEXT), tree, catalogue=b"/PageLabels 5 0 R")


PDF_DAMAGES: tuple[Damage, ...] = (
    *(
        cut,
        flipped,
        torn,
        renumbered,
        noise,
        swapped_names,
        xref_cycle,
        pages_cycle,
        outline_cycle,
        no_end,
        huge_size,
        filter_bomb,
    ),
    *(
        inline_image,
        nested,
        many_states,
        form_cycle,
        many_pages,
        wide_cmap,
        bad_object_stream,
        endless_length,
        odd_boxes,
        label_cycle,
    ),
)


def broken_pdf(seed: int) -> tuple[str, str, bytes]:
    rng = random.Random(f"pdf {seed}")
    damage = PDF_DAMAGES[seed % len(PDF_DAMAGES)]
    return damage.__name__, ".pdf", damage(sound_pdf(rng.random() < 0.5), rng)


# Damage to other kinds


def in_a_part(data: bytes, rng: random.Random) -> bytes:
    """One part of a ZIP container is damaged, the container is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name, content in parts.items() if content])
    parts[name] = rng.choice((cut, flipped, torn, renumbered))(parts[name], rng)
    return zipped(parts)


def without_a_part(data: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    del parts[rng.choice(list(parts))]
    return zipped(parts)


def main_part_made(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "word/document.xml" if "word/document.xml" in parts else "content.xml"
    return zipped(parts | {name: change(parts[name])})


def deep_xml(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((200, 3_000, 100_000))
    # random text around it, or the ratio of packing gives it away
    return main_part_made(
        data, lambda xml: re.sub(rb"<(w:body|office:text)>", lambda m: m[0] + b"<w:sdt><w:sdtContent>" * depth, xml)
    )


def entities(data: bytes, rng: random.Random) -> bytes:
    outside = b'<!ENTITY e SYSTEM "file:///etc/passwd">'
    return with_entities(data, rng.choice((outside, EXPANSION + b'<!ENTITY e "&k;">')))


def with_entities(data: bytes, kind: bytes) -> bytes:
    def change(xml: bytes) -> bytes:
        text = xml.partition(b"?>")[2] or xml
        return b"<!DOCTYPE x [" + kind + b"]>" + text.replace("beschließt".encode(), b"&e;")

    return main_part_made(data, change)


EXPANSION = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 108)
)


def wide_table(data: bytes, rng: random.Random) -> bytes:
    span = rng.choice((b"1000000", b"-1", b"x", b"99999999999999999999"))
    return main_part_made(data, lambda xml: xml.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="%s"/>' % span))


def deep_html(data: bytes, rng: random.Random) -> bytes:
    tag = rng.choice(("div", "ul", "table", "span", "b", "main", "x-y", "svg", "select"))
    return (f"<html><body><main>{f'<{tag}>' * rng.choice((1000, 200_000))}Der Kreistag beschließt.").encode()


def odd_charset(data: bytes, rng: random.Random) -> bytes:
    name = rng.choice(("utf-7", "idna", "punycode", "rot13", "base64", "zlib", "unicode_escape", "utf-16", "undefined", "hex"))
    return rng.choice((data, rng.randbytes(300), data[::-1])).join([f"<meta charset='{name}'>".encode(), b""])


def markup_soup(data: bytes, rng: random.Random) -> bytes:
    bits = [
        "<table>",
        "<tr>",
        "<td>",
        "</p>",
        "<p>",
        "<!--",
        "-->",
        "<li>",
        "<ul",
        " x=",
        '"',
        ">",
        "<script>",
        "<h1>",
        "Text",
        "&#x0;",
    ]
    return "".join(rng.choices(bits, k=rng.choice((50, 5000)))).encode()


def deep_mail(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((30, 2000))
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"From: a@example.org\r\nSubject: x\r\n{heads}Content-Type: text/plain\r\n\r\nText".encode()


def odd_heads(data: bytes, rng: random.Random) -> bytes:
    head = rng.choice(
        ("Content-Type: " + ";" * 5000, "Subject: =?x?q?" + "=" * 3000 + "?=", "To: " + "<" * 3000, "Date: \0", "X" * 9999)
    )
    return head.encode() + b"\r\n" + data


def png(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def large_picture(data: bytes, rng: random.Random) -> bytes:
    side = rng.choice((50_000, 2**31 - 1, 0))
    return png(side, side, bytes(rng.choice((0, 1 << 20))))


def drawn(form: str) -> bytes:
    target = io.BytesIO()
    Image.new("L", (200, 100), 255).save(target, form)
    return target.getvalue()


ANY: tuple[Damage, ...] = (cut, flipped, torn, renumbered)
OTHER_DAMAGES: tuple[tuple[str, Callable[[], bytes], tuple[Damage, ...]], ...] = (
    (".docx", sound_docx, (*ANY, in_a_part, in_a_part, without_a_part, deep_xml, entities, wide_table)),
    (".html", lambda: SOUND_HTML, (*ANY, deep_html, odd_charset, markup_soup)),
    (".odt", sound_odt, (*ANY, in_a_part, without_a_part, deep_xml, entities)),
    (".eml", lambda: SOUND_EML, (*ANY, deep_mail, odd_heads)),
    (".png", lambda: drawn("PNG"), (cut, flipped, torn, large_picture)),
    (".jpg", lambda: drawn("JPEG"), (cut, flipped, torn)),
    (".tif", lambda: drawn("TIFF"), (cut, flipped, torn)),
)


def broken_other(seed: int) -> tuple[str, str, bytes]:
    rng = random.Random(f"other {seed}")
    ending, sound, damages = OTHER_DAMAGES[seed % len(OTHER_DAMAGES)]
    damage = damages[seed // len(OTHER_DAMAGES) % len(damages)]
    return damage.__name__, ending, damage(sound(), rng)


# Bombs: small files that would unpack to very much

SPACE = 100 << 20  # bytes in one part
_HEAD, _ENTRY = "<4s5H3L2H", "<4s6H3L5H2L"  # APPNOTE.TXT 4.3.7 and 4.3.12


def raw_zip(parts: list[tuple[str, bytes, int]], overlapping: bool = False) -> bytes:
    """A ZIP of parts that are packed already: name, packed bytes, the unpacked size it claims."""
    data, table = b"", b""
    for name, packed, size in parts:
        place = 0 if overlapping else len(data)
        sizes, title = (0, len(packed), size), name.encode()
        if not (overlapping and data):
            data += struct.pack(_HEAD, b"PK\x03\x04", 20, 0, 8, 0, 33, *sizes, len(title), 0) + title + packed
        table += struct.pack(_ENTRY, b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, len(title), 0, 0, 0, 0, 0, place) + title
    count = min(len(parts), 65535)
    return data + table + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(table), len(data), 0)


@cache
def packed_space() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(SPACE)) + packer.flush()


def ten_gigabytes() -> bytes:
    return raw_zip([("word/document.xml", packed_space(), SPACE)] + [(f"{n}.xml", packed_space(), SPACE) for n in range(99)])


def nested_zip() -> bytes:
    inner = raw_zip([(f"{n}.xml", packed_space(), SPACE) for n in range(20)])
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": inner})


def overlapping_zip() -> bytes:
    noise = random.Random(1).randbytes(100_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return raw_zip([("word/document.xml", packer.compress(noise) + packer.flush(), len(noise))] * 1000, overlapping=True)


def million_entries() -> bytes:
    entry = struct.pack(_ENTRY, b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    table = entry * 1_000_000
    return b"PK\x03\x04" + bytes(27) + table + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(table), 31, 0)


def lying_size() -> bytes:
    return raw_zip([("[Content_Types].xml", packed_space(), 100), ("word/document.xml", packed_space(), 100)])


BOMBS: dict[str, Callable[[], bytes]] = {
    "ten_gigabytes.docx": ten_gigabytes,
    "nested.docx": nested_zip,
    "overlapping.docx": overlapping_zip,
    "million_entries.docx": million_entries,
    "lying_size.docx": lying_size,
    "expansion.docx": lambda: with_entities(sound_docx(), EXPANSION + b'<!ENTITY e "&k;">'),
    "external.docx": lambda: with_entities(sound_docx(), b'<!ENTITY e SYSTEM "file:///etc/passwd">'),
    "picture.png": lambda: png(50_000, 50_000, bytes(50_000_000)),
    "picture_in.pdf": lambda: one_page(
        stream(b"q 500 0 0 500 0 0 cm /X Do Q"),
        stream(
            zlib.compress(bytes(250_000_000)),
            b"/Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode",
        ),
        resources=b"/XObject<</X 5 0 R>>",
    ),
}
