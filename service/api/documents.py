"""Documents and papers: what is known of them, their text, their original file."""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, PlainTextResponse, Response

from indexer.boxes import boxes_of
from indexer.domain import Document, File
from indexer.errors import ReadError
from indexer.generation import paper_id
from indexer.parsing.sandbox import Reader
from indexer.references import reference_key
from indexer.storage import sha256
from service.access import shown
from service.api.contract import NO_SUCH_DOCUMENT, TOO_MANY, problems
from service.api.dependencies import LibraryDep, RuntimeDep
from service.api.schemas import BoxFields, DocumentDetail, PaperDetail
from service.api.views import box_fields, document_detail, paper_detail
from service.errors import FileChanged, NoPageImage, NotFound, PagesBusy
from service.library import Library
from service.pageimages import WIDTHS
from service.parameters import bad_parameter
from service.rates import counted
from service.runtime import Runtime
from service.tags import TaggedRoute

router = APIRouter(
    prefix="/api/v1", tags=["documents"], route_class=TaggedRoute, dependencies=[counted("read")], responses=problems(TOO_MANY)
)
originals = APIRouter(  # what the disk or another process works on
    prefix="/api/v1",
    tags=["documents"],
    route_class=TaggedRoute,
    dependencies=[counted("read", "apart")],
    responses=problems(TOO_MANY),
)

_KEPT = 3600  # seconds: no longer, a paper may be withdrawn
_SHORTEST_HASH = 12
_FILE: dict[int | str, dict[str, object]] = {
    200: {"description": "the bytes that were read", "content": {"application/octet-stream": {}}},
    **problems(NO_SUCH_DOCUMENT, FileChanged(what="vorlage.pdf")),
}
_PICTURE: dict[int | str, dict[str, object]] = {
    200: {"description": "the page", "content": {"image/webp": {}}},
    **problems(
        NO_SUCH_DOCUMENT, FileChanged(what="vorlage.pdf"), NoPageImage(what="vorlage.txt", reason="text/plain"), PagesBusy()
    ),
}

DocumentId = Annotated[str, Path(description="`document.id` of a hit or citation", examples=["8fbc9ccc3a36"])]
PaperId = Annotated[str, Path(description="`paper.id` of a hit or citation", examples=["bbd2b1bcdf78"])]


@router.get("/documents/{identifier}", summary="Get a document", responses=problems(NO_SUCH_DOCUMENT))
def document(identifier: DocumentId, library: LibraryDep) -> DocumentDetail:
    """What is known of a document: its paper, its pages, notes of the reading."""
    return document_detail(found(library, identifier))


@router.get(
    "/documents/{identifier}/text",
    summary="Get a document's text",
    response_class=PlainTextResponse,
    responses=problems(NO_SUCH_DOCUMENT),
)
def document_text(identifier: DocumentId, library: LibraryDep) -> str:
    """The stored text: the one that all offsets refer to."""
    return found(library, identifier).text


@originals.get("/documents/{identifier}/file", summary="Download the original", response_class=FileResponse, responses=_FILE)
def document_file(identifier: DocumentId, library: LibraryDep, runtime: RuntimeDep) -> Response:
    """The original, as long as it is byte for byte the one that was read; always as a download."""
    original = found(library, identifier).file
    name = original.name.rsplit("/", 1)[-1]
    tag = {"ETag": f'"{original.sha256[:32]}"'}
    if original.member:
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        data = _member(runtime, original, name)
        return Response(data, media_type=original.media_type, headers=tag | {"Content-Disposition": disposition})
    try:
        if sha256(original.path) != original.sha256:
            raise FileChanged(what=name)
    except OSError as error:
        raise FileChanged(what=name) from error
    return FileResponse(
        original.path, media_type=original.media_type, headers=tag, filename=name, content_disposition_type="attachment"
    )


def _member(runtime: Runtime, original: File, name: str) -> bytes:
    """A file from inside another, unpacked by the reading process. Raises FileChanged."""
    settings = runtime.settings
    try:
        with runtime.unpacking, Reader(settings.file_seconds, settings.reader_megabytes) as reader:
            data = reader.extract(original.path, original.member)
    except ReadError as error:
        raise FileChanged(what=name) from error
    if hashlib.sha256(data).hexdigest() != original.sha256:
        raise FileChanged(what=name)
    return data


@originals.get(
    "/documents/{identifier}/pages/{number}", summary="Get a page's picture", response_class=Response, responses=_PICTURE
)
def page_image(
    library: LibraryDep,
    identifier: DocumentId,
    number: Annotated[int, Path(ge=1, description="of the page, from 1", examples=[1])],
    width: Annotated[int, Query(description="dots", examples=[WIDTHS[0]], json_schema_extra={"enum": [*WIDTHS]})] = WIDTHS[2],
    v: Annotated[str, Query(max_length=64, description="start of the file's SHA-256: browsers then keep the picture")] = "",
) -> Response:
    """A page of the original as a picture, as long as the file is byte for byte the one that was read: PDF, PNG, JPEG, TIFF."""
    if width not in WIDTHS:
        raise bad_parameter({"loc": ("query", "width"), "type": "enum", "ctx": {"expected": ", ".join(map(str, WIDTHS))}})
    one = found(library, identifier)
    if number > len(one.pages):
        raise NotFound(what=f"{one.title}, {number}")
    picture = library.page_images.image(one.file, number, width)
    kept = len(v) >= _SHORTEST_HASH and one.file.sha256.startswith(v)
    tag = f'"{library.name}-{one.file.sha256[:32]}-{number}-{width}"'
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={_KEPT}, immutable" if kept else "private, no-cache"}
    return Response(picture, media_type="image/webp", headers=headers)


@router.get("/documents/{identifier}/boxes", summary="Find words on the pages", responses=problems(NO_SUCH_DOCUMENT))
def boxes(
    identifier: DocumentId,
    library: LibraryDep,
    start: Annotated[int, Query(ge=0, description="of the first character in the document's text", examples=[0])],
    end: Annotated[int, Query(ge=1, description="behind the last one", examples=[40])],
) -> list[BoxFields]:
    """Where the characters start..end of the text stand on the pages' pictures, line by line. Empty: the format has no pages."""
    one = found(library, identifier)
    return [box_fields(box) for box in boxes_of(one.boxes, start, end)] if start < end else []


@router.get("/papers", summary="Find papers by number")
def papers(
    library: LibraryDep,
    reference: Annotated[str, Query(min_length=1, max_length=100, description="Drucksachen number", examples=["2024/117"])],
) -> list[PaperDetail]:
    """The papers that bear a number, in whatever way it is written; empty if none does."""
    generation = library.generation()
    by_paper: dict[str, list[Document]] = {}
    for one in generation.documents("reference_key = ?", [reference_key(reference)]):
        by_paper.setdefault(paper_id(one), []).append(one)
    return [paper_detail(generation, group) for group in by_paper.values()]


@router.get("/papers/{identifier}", summary="Get a paper", responses=problems(NotFound(what="bbd2b1bcdf78")))
def paper(identifier: PaperId, library: LibraryDep) -> PaperDetail:
    """One paper with its Beratungsfolge, all its documents, its versions and the papers linked to it."""
    generation = library.generation()
    documents = generation.documents("paper_id = ?", [identifier])
    if not documents:
        raise NotFound(what=identifier)
    return paper_detail(generation, documents)


def found(library: Library, identifier: str) -> Document:
    """The document with this id. Raises NotFound."""
    document = library.generation().find(identifier)
    if document is None:
        raise NotFound(what=identifier)
    shown.note(document.id)
    return document
