"""Pictures of pages and the boxes on them: of the very file that was read, of public papers only, whatever the file does."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pypdf
import pytest
from drawing import Drawing
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image, ImageDraw, ImageOps

from indexer import errors
from indexer.build import build
from indexer.domain import File
from indexer.parsing.sandbox import Reader
from service.app import create_app
from service.errors import FileChanged, NoPageImage, PagesBusy
from service.pageimages import WIDTHS, PageImages
from service.settings import ServiceSettings

LINE = "Die Brücke am Weiher wird 2025 erneuert."
OTHER = "Der Kreistag berät im Herbst darüber."
SECRET = "Das Grundstück am Kranichmoor kostet 90.000 Euro."


def letter() -> Drawing:
    drawing = Drawing()
    drawing.text(60, 80, "Landkreis Musterbach", 14).text(60, 140, LINE, 12).text(60, 160, "Ohne weitere Kosten.", 12)
    drawing.page().text(60, 200, OTHER, 12)
    return drawing


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seiten") / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    (folder / "bruecke.pdf").write_bytes(letter().pdf())
    (folder / "geheim.pdf").write_bytes(Drawing().text(60, 80, SECRET).pdf())
    (folder / "geheim.toml").write_text("public = false\n", encoding="utf-8")
    (folder / "brunnen.txt").write_text("Der Brunnen am Markt wird saniert.", encoding="utf-8")
    word = docx.Document()
    word.add_paragraph("Die Linde am Rathaus bleibt stehen.")
    word.save(str(folder / "linde.docx"))
    return folder.parent


@pytest.fixture(scope="module")
def client(papers: Path) -> TestClient:
    settings = ServiceSettings(index=papers.parent / "index", encoder="hash")
    build(settings, [papers])
    return TestClient(create_app(settings))


def identifier(client: TestClient, name: str) -> str:
    hits = client.get("/api/v1/search", params={"q": "Landkreis Musterbach Brücke Brunnen Linde", "limit": 50}).json()["hits"]
    return next(str(hit["document"]["id"]) for hit in hits if hit["document"]["file_name"] == name)


def get(client: TestClient, name: str, page: int = 1, **asked: object) -> Response:
    return client.get(f"/api/v1/documents/{identifier(client, name)}/pages/{page}", params=asked)  # type: ignore[arg-type]


def picture(response: Response) -> Image.Image:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/webp"
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_a_picture_of_the_width_asked_for(client: TestClient, width: int) -> None:
    shown = picture(get(client, "bruecke.pdf", width=width))
    assert (shown.format, shown.width) == ("WEBP", width)
    assert abs(shown.height - width * 842 / 595) <= 1


def test_the_boxes_hold_the_words_of_the_picture_and_nothing_else(client: TestClient) -> None:
    one = identifier(client, "bruecke.pdf")
    text = client.get(f"/api/v1/documents/{one}/text").text
    for words, page in ((LINE, 1), (OTHER, 2)):
        start = text.index(words)
        (box,) = client.get(f"/api/v1/documents/{one}/boxes", params={"start": start, "end": start + len(words)}).json()
        assert (box["page"], text[box["start"] : box["end"]]) == (page, words)
        shown = picture(get(client, "bruecke.pdf", page)).convert("L").point(lambda grey: 255 * (grey < 128))
        edges = (box["left"] * shown.width, box["top"] * shown.height, box["right"] * shown.width, box["bottom"] * shown.height)
        inside = shown.crop(tuple(map(round, edges)))  # type: ignore[arg-type]
        row = shown.crop((0, round(edges[1]), shown.width, round(edges[3])))
        assert sum(inside.tobytes()) > 0
        assert sum(inside.tobytes()) >= 0.98 * sum(row.tobytes()), "all ink of the line is in the box"


def test_a_span_of_nothing_has_no_boxes(client: TestClient) -> None:
    one = identifier(client, "bruecke.pdf")
    assert client.get(f"/api/v1/documents/{one}/boxes?start=5&end=5").json() == []
    assert client.get(f"/api/v1/documents/{one}/boxes?start=9999999&end=99999999").json() == []
    assert client.get(f"/api/v1/documents/{identifier(client, 'brunnen.txt')}/boxes?start=0&end=9").json() == []


def test_browsers_may_keep_a_picture_under_the_hash_of_its_file(client: TestClient) -> None:
    sha256 = client.get(f"/api/v1/documents/{identifier(client, 'bruecke.pdf')}").json()["sha256"]
    plain, versioned = get(client, "bruecke.pdf"), get(client, "bruecke.pdf", v=sha256[:16])
    assert plain.headers["cache-control"] == "private, no-cache"
    assert "immutable" in versioned.headers["cache-control"]
    assert "immutable" not in get(client, "bruecke.pdf", v="0" * 16).headers["cache-control"]
    tag = plain.headers["etag"]
    assert tag == versioned.headers["etag"]
    assert tag != get(client, "bruecke.pdf", width=480).headers["etag"] != get(client, "bruecke.pdf", 2).headers["etag"]
    again = client.get(plain.request.url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["brunnen.txt", "linde.docx"])
def test_a_format_without_pages_says_that_there_is_only_the_text(client: TestClient, name: str) -> None:
    response = get(client, name)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "urn:ratslotse:problem:no_page_image"
    assert "nur den Text" in problem["detail"]


@pytest.mark.parametrize("page", ["0", "3", "-1", "99999999999999999999", "1.5", "x", "..%2f1", "1%00", "%2e%2e", "1/../2/x"])
def test_b15_no_other_page_and_no_way_out_of_the_route(client: TestClient, page: str) -> None:
    response = client.get(f"/api/v1/documents/{identifier(client, 'bruecke.pdf')}/pages/{page}")
    assert response.status_code in (404, 422)
    assert response.headers["content-type"] == "application/problem+json"


WAYS = (
    "..%2f..%2fetc%2fpasswd",
    "..%5c..",
    "%00",
    "%c0%ae%c0%ae",
    "....//",
    "C:%5c",
    "~root",
    "%252e%252e",
    "etc/passwd",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "route",
    ["/api/v1/documents/{}/pages/1", "/api/v1/documents/{}/boxes?start=0&end=5", "/dokumente/{}", "/dokumente/{}/seite/1"],
)
def test_b15_an_id_is_looked_up_and_never_a_path(client: TestClient, way: str, route: str) -> None:
    response = client.get(route.format(way))
    assert response.status_code == 404
    assert "root:" not in response.text


def test_another_width_is_refused_with_those_that_there_are(client: TestClient) -> None:
    response = get(client, "bruecke.pdf", width=999)
    assert response.status_code == 422
    assert "1200" in response.json()["detail"]


def test_b4_a_paper_that_is_not_public_is_like_one_that_never_was(client: TestClient, papers: Path) -> None:
    secret = hashlib.sha256(b"papiere/Landkreis Musterbach/geheim.pdf").hexdigest()[:12]
    never = "0123456789ab"
    known = hashlib.sha256(b"papiere/Landkreis Musterbach/bruecke.pdf").hexdigest()[:12]
    assert known == identifier(client, "bruecke.pdf"), "ids are made so: the test would else test nothing"
    for route in (
        "/api/v1/documents/{}/pages/1",
        "/api/v1/documents/{}/boxes?start=0&end=9",
        "/dokumente/{}",
        "/dokumente/{}/seite",
    ):
        answers = [client.get(route.format(one), headers={"Accept-Language": "de"}) for one in (secret, never)]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [re.sub(r"\b[0-9a-f]{8}\b", "", answer.text) for answer in answers]  # without the ids of the errors
        assert told[0].replace(secret, never) == told[1]
        assert {*answers[0].headers} == {*answers[1].headers}


def test_b5_a_withdrawn_paper_has_no_pictures_any_more_and_a_changed_file_none_yet(tmp_path: Path) -> None:
    source = tmp_path / "papiere"
    source.mkdir()
    path = source / "bruecke.pdf"
    path.write_bytes(letter().pdf())
    (source / "brunnen.txt").write_text("Der Brunnen am Markt wird saniert.", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    client = TestClient(create_app(settings))
    one = identifier(client, "bruecke.pdf")
    address = f"/api/v1/documents/{one}/pages/1"
    shown = client.get(address)
    assert shown.status_code == 200
    path.write_bytes(Drawing().text(60, 80, "etwas anderes").pdf())
    changed = client.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (changed.status_code, changed.json()["type"]) == (410, "urn:ratslotse:problem:file_changed")
    path.write_bytes(letter().pdf())
    assert client.get(address).content == shown.content
    path.unlink()
    assert client.get(address).status_code == 410
    build(settings, [source])
    assert client.get(address, headers={"If-None-Match": shown.headers["etag"]}).status_code == 404


# Straight at the pictures, with files of our own making


def file(path: Path, media_type: str = "application/pdf") -> File:
    data = path.read_bytes()
    return File("papiere", path.name, path, media_type, hashlib.sha256(data).hexdigest(), path.name, len(data), "public")


def drawn(path: Path, page: int = 1, width: int = 480, media_type: str = "application/pdf", seconds: float = 20) -> Image.Image:
    return Image.open(io.BytesIO(PageImages(seconds, 1024).image(file(path, media_type), page, width)))


def pdf(*bodies: bytes) -> bytes:
    numbered = b"".join(b"%d 0 obj" % n + body + b"endobj\n" for n, body in enumerate(bodies, start=1))
    return b"%PDF-1.4\n" + numbered + b"trailer<</Root 1 0 R/Size 99>>\nstartxref\n0\n%%EOF"


def endless() -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on: 10,000,000,000 lines."""
    forms = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length 50>>stream\n%sendstream"
        % (n + 1, b"/F Do " * 10)
        for n in range(5, 15)
    ]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 23>>stream\n0 0 m 9 9 l S 0 9 m S  \nendstream"
    head = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 60>>stream\n" + b"/F Do " * 10 + b"\nendstream",
    )
    return pdf(*head, *forms, last)


def test_a_page_that_takes_for_ever_is_given_up_and_the_next_is_drawn(tmp_path: Path) -> None:
    bad, good = tmp_path / "endlos.pdf", tmp_path / "gut.pdf"
    bad.write_bytes(endless())
    good.write_bytes(letter().pdf())
    images = PageImages(3, 1024)
    for _ in range(2):  # the second time it is known
        with pytest.raises(NoPageImage) as raised:
            images.image(file(bad), 1, 480)
    assert isinstance(raised.value.__cause__, errors.ReaderStopped)
    assert images.image(file(good), 1, 480)


@pytest.mark.parametrize(
    ("box", "size"),
    [(b"0 0 50000 50000", (480, 480)), (b"0 0 10 50000", (1, 1920)), (b"0 0 50000 1", (480, 1)), (b"0 0 0 0", None)],
)
def test_a_page_of_any_size_is_a_picture_of_bounded_size(tmp_path: Path, box: bytes, size: tuple[int, int] | None) -> None:
    path = tmp_path / "gross.pdf"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]>>"
    path.write_bytes(pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page))
    shown = drawn(path)
    assert shown.width <= 480
    assert shown.height <= 4 * 480
    assert size is None or (abs(shown.width - size[0]) <= 1 and abs(shown.height - size[1]) <= 1)


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>"),
        pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 9/Kids[3 0 R]>>",
            b"<</Type/Pages/Parent 3 0 R/Kids[2 0 R]/Count 9>>",
        ),
        b"%PDF-1.7 nonsense",
        b"",
        letter().pdf()[:700],
    ],
    ids=["own-child", "cycle", "nonsense", "empty", "cut"],
)
def test_a_broken_file_has_no_picture_and_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "kaputt.pdf"
    path.write_bytes(data)
    with pytest.raises(NoPageImage):
        drawn(path)


def test_b14_scripts_of_a_file_do_not_run(tmp_path: Path) -> None:
    action = b"<</S/JavaScript/JS(app.alert('x'); while(true){})>>"
    path = tmp_path / "skript.pdf"
    path.write_bytes(
        pdf(
            b"<</Type/Catalog/Pages 2 0 R/OpenAction " + action + b"/Names<</JavaScript<</Names[(a)" + action + b"]>>>>>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/AA<</O " + action + b">>>>",
        )
    )
    assert drawn(path).width == 480


def test_a_turned_and_cropped_page_is_shown_as_readers_see_it(tmp_path: Path) -> None:
    path = tmp_path / "gedreht.pdf"
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(Drawing().text(60, 100, LINE).pdf()))
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((0, 421, 595, 842))
    writer.pages[0].rotate(90)
    writer.write(path)
    shown = drawn(path, width=480).convert("L")
    assert abs(shown.height - 480 * 595 / 421) <= 1
    ink = ImageOps.invert(shown).getbbox()
    assert ink is not None
    assert 320 < ink[0] < ink[2] < 480, "the line, near the top, now stands on the right"


def test_a_scanned_picture_is_shown_upright_page_by_page(tmp_path: Path) -> None:
    first, second = Image.new("L", (800, 1000), 255), Image.new("1", (400, 200), 1)
    ImageDraw.Draw(first).rectangle((0, 0, 800, 100), fill=0)
    tiff, jpeg = tmp_path / "scan.tiff", tmp_path / "foto.jpg"
    first.save(tiff, save_all=True, append_images=[second])
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned by a quarter
    first.save(jpeg, exif=turned)
    assert drawn(tiff, 1, media_type="image/tiff").size == (480, 600)
    assert drawn(tiff, 2, media_type="image/tiff").size == (480, 240)
    upright = drawn(jpeg, media_type="image/jpeg").convert("L")
    assert upright.size == (480, 384)
    assert [upright.getpixel((x, 200)) > 128 for x in (470, 10)] == [False, True]  # type: ignore[operator]


def test_a_picture_with_too_many_dots_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "riesig.png"
    Image.new("1", (30_000, 30_000)).save(path)
    with pytest.raises(NoPageImage):
        drawn(path, media_type="image/png")


def test_the_file_drawn_is_the_one_that_was_read_also_if_it_changes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter().pdf())
    with pytest.raises(errors.NotAsRead), Reader(20, 1024) as reader:
        reader.draw(path, (), "0" * 64, 1, 480)
    path.write_bytes(letter().pdf())
    read = file(path)
    path.write_bytes(Drawing().text(60, 80, "etwas anderes").pdf())
    with pytest.raises(FileChanged):
        PageImages(20, 1024).image(read, 1, 480)


def test_when_too_many_wait_the_next_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter().pdf())
    begun, go_on = threading.Event(), threading.Event()

    def slow(self: Reader, *_: object) -> bytes:
        begun.set()
        go_on.wait(60)
        return b"picture"

    monkeypatch.setattr(Reader, "draw", slow)
    monkeypatch.setattr("service.pageimages._MOST_WAITING", 2)
    images, one = PageImages(20, 1024), file(path)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(images.image, one, 1, 480)]
        begun.wait(60)
        joined = threading.Event()
        monkeypatch.setattr(images, "_of_before", lambda key: joined.set())
        waiting.append(pool.submit(images.image, one, 1, 480))  # the same page is not drawn twice
        joined.wait(60)
        while images._waiting < 2:
            pass
        with pytest.raises(PagesBusy) as busy:
            images.image(one, 2, 480)
        go_on.set()
        assert [future.result(60) for future in waiting] == [b"picture", b"picture"]
    assert (busy.value.status, busy.value.headers["Retry-After"]) == (503, "5")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is drawn before this is set."""
    go_on = threading.Event()
    monkeypatch.setattr(Reader, "draw", lambda *_: go_on.wait(60) and b"picture")
    yield go_on
    go_on.set()


def test_pages_that_nobody_waits_for_any_more_do_not_pile_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: threading.Event
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter().pdf())
    monkeypatch.setattr("service.pageimages._MOST_WAITING", 2)
    monkeypatch.setattr("service.pageimages._PATIENCE", 0)
    images, one = PageImages(20, 1024), file(path)
    for page in range(1, 9):
        with pytest.raises(PagesBusy):
            images.image(one, page, 480)
    assert len(images._under_way) == 2


def test_a_picture_drawn_while_all_is_dropped_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: threading.Event
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter().pdf())
    monkeypatch.setattr("service.pageimages._PATIENCE", 0)
    images, one = PageImages(20, 1024), file(path)
    with pytest.raises(PagesBusy):
        images.image(one, 1, 480)
    (drawing,) = images._under_way.values()
    images.forget()  # its paper was withdrawn
    held.set()
    assert drawing.result(60) == b"picture"
    assert not images._kept


def test_what_is_kept_is_bounded_and_can_be_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter().pdf())
    asked: list[tuple[object, ...]] = []

    def draw(self: Reader, *what: object) -> bytes:
        asked.append(what[3:])
        return b"x" * 400

    monkeypatch.setattr(Reader, "draw", draw)
    monkeypatch.setattr("service.pageimages._MEMORY", 1000)
    images, one = PageImages(20, 1024), file(path)
    for page in (1, 2, 1, 3, 1, 2):
        images.image(one, page, 480)
    assert asked == [(1, 480), (2, 480), (3, 480), (2, 480)]
    images.forget()
    images.image(one, 2, 480)
    assert len(asked) == 5
