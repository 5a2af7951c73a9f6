"""A cross-encoder as a user would put it on disk: it alone orders the first fifty, but for papers named by their number."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from fastapi.testclient import TestClient

from indexer.encoders import HashEncoder
from indexer.errors import UnknownReranker
from indexer.generation import Generation
from indexer.passages import searched_text
from indexer.rerankers import load_reranker, reranked
from indexer.search import Ranking, ranked
from indexer.settings import Settings
from service.app import create_app
from service.measuring import retrieval as measured
from service.measuring import retrieval_lines
from service.settings import ServiceSettings

DEPTH = 50
QUESTION = "Wo wird die Brücke erneuert?"
NAMED = "Was steht in 2024/007 und 2024/061 zur Brücke?"
DISTRICTS = "hausen dorf heim bach feld berg stadt weiler rode furt au brunn".split()
Scores = npt.NDArray[np.float64]


def save_model(root: Path, labels: int = 1) -> Path:
    """A tiny BERT with random weights, large enough to tell texts apart."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", "/", *letters, *(f"##{letter}" for letter in letters)]
    (root / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(7)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(words), num_labels=labels, initializer_range=0.5, **sizes)
    bert = root / "bert"
    BertForSequenceClassification(config).save_pretrained(bert)
    BertTokenizerFast(str(root / "vocab.txt")).save_pretrained(bert)
    CrossEncoder(str(bert), num_labels=labels, device="cpu").save_pretrained(str(root / "tiny"))
    return root / "tiny"


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_model(tmp_path_factory.mktemp("reranker"))
    assert (folder / "model.safetensors").is_file()
    return folder


@pytest.fixture(scope="module")
def reranker(model_folder: Path):
    return load_reranker(Settings(reranker=str(model_folder)))


@pytest.fixture(scope="module")
def generation(make_document, make_index) -> Generation:
    places = [f"{first}{second}" for first in ("Alt", "Neu", "Ober", "Unter", "Klein", "Groß") for second in DISTRICTS]
    return make_index(
        [
            make_document(f"{n}.txt", f"Die Brücke in {place} wird erneuert.", reference=f"2024/{n:03}")
            for n, place in enumerate(places)
        ]
    )


def first_look(generation: Generation, question: str) -> Ranking:
    ranking = ranked(generation, HashEncoder().encode([question], "query")[0], question)
    assert len(ranking) > DEPTH
    return ranking


def own_scores(model_folder: Path, question: str, ranking: Ranking) -> Scores:
    """The model's own scores, each pair by itself."""
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(model_folder), device="cpu")
    texts = [searched_text(hit.passage) for hit in ranking.hits(0, DEPTH)]
    return np.array([float(model.predict((question, text))) for text in texts])


def test_the_first_fifty_stand_in_the_order_of_the_models_scores(model_folder: Path, reranker, generation: Generation) -> None:
    before = first_look(generation, QUESTION)
    after = reranked(before, QUESTION, reranker)
    scores = own_scores(model_folder, QUESTION, after)
    assert np.diff(scores).max() < 1e-5  # best first; a score moves by rounding with its place in a batch
    assert scores[0] - scores[-1] > 0.01
    assert sorted(after.rows[:DEPTH]) == sorted(before.rows[:DEPTH])
    assert after.rows[:DEPTH].tolist() != before.rows[:DEPTH].tolist()


def test_what_comes_after_the_fiftieth_stays(reranker, generation: Generation) -> None:
    before = first_look(generation, QUESTION)
    after = reranked(before, QUESTION, reranker)
    assert after.rows[DEPTH:].tolist() == before.rows[DEPTH:].tolist()
    assert len(after) == len(before)


def test_a_hit_keeps_what_the_first_look_knew_of_it(reranker, generation: Generation) -> None:
    before = first_look(generation, QUESTION)
    known = {hit.row: (hit.score, hit.cosine, hit.lexical, hit.named, hit.alike) for hit in before.hits()}
    hits = reranked(before, QUESTION, reranker).hits()
    assert {hit.row: (hit.score, hit.cosine, hit.lexical, hit.named, hit.alike) for hit in hits} == known
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_papers_named_by_their_number_stay_before_the_others(model_folder: Path, reranker, generation: Generation) -> None:
    ranking = reranked(first_look(generation, NAMED), NAMED, reranker)
    hits = ranking.hits(0, DEPTH)
    assert {hit.passage.document.paper.reference for hit in hits[:2]} == {"2024/007", "2024/061"}
    assert [hit.named for hit in hits] == [True] * 2 + [False] * (DEPTH - 2)
    scores = own_scores(model_folder, NAMED, ranking)
    assert np.diff(scores[:2]).max() < 1e-5
    assert np.diff(scores[2:]).max() < 1e-5


def test_the_score_of_a_text_does_not_depend_on_the_others(reranker) -> None:
    texts = ["Die Brücke wird erneuert.", "Kein Wort.", "Ein längerer Satz über die Sitzung. " * 60]
    together = reranker.scores(QUESTION, texts)
    assert (together.shape, together.dtype) == ((3,), np.float64)
    assert together == pytest.approx([reranker.scores(QUESTION, [text])[0] for text in texts], abs=1e-5)


def test_without_a_reranker_the_ranking_stays(generation: Generation) -> None:
    before = first_look(generation, QUESTION)
    assert load_reranker(Settings()) is None
    assert reranked(before, QUESTION, None).rows.tolist() == before.rows.tolist()


def test_nothing_found_stays_nothing(reranker, make_index) -> None:
    empty = make_index([])
    ranking = ranked(empty, HashEncoder().encode([QUESTION], "query")[0], QUESTION)
    assert len(reranked(ranking, QUESTION, reranker)) == 0


@pytest.mark.parametrize("broken", ["empty folder", "missing folder", "damaged weights", "pickled weights", "three labels"])
def test_a_model_that_cannot_be_loaded_is_an_unknown_reranker(model_folder: Path, tmp_path: Path, broken: str) -> None:
    import torch
    from safetensors.torch import load_file

    target = tmp_path / "kaputt"
    if broken == "empty folder":
        target.mkdir()
    elif broken == "three labels":
        target = save_model(tmp_path, labels=3)
    elif broken != "missing folder":
        shutil.copytree(model_folder, target)
        weights = target / "model.safetensors"
        if broken == "pickled weights":  # whole ones, which would load
            torch.save(load_file(weights), target / "pytorch_model.bin")
            weights.unlink()
        else:
            weights.write_bytes(b"\x80\x04 nonsense")
    with pytest.raises(UnknownReranker) as caught:
        load_reranker(Settings(reranker=str(target)))
    for language in ("de", "en"):
        message = caught.value.message(language)
        assert f"RATSLOTSE_RERANKER={target}" in message
        assert "CrossEncoder" in message
        assert "Traceback" not in message
        assert "\n" not in message


def served(built, reranker: Path | None) -> TestClient:
    name = str(reranker) if reranker else None
    return TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash", reranker=name)))


def test_the_service_searches_and_answers_with_it(built, model_folder: Path) -> None:
    plain, client = served(built, None), served(built, model_folder)
    query = {"q": "Landkreis Musterbach", "limit": 50}
    before, after = (one.get("/api/v1/search", params=query).json() for one in (plain, client))
    ids, other = ([hit["passage"]["id"] for hit in page["hits"]] for page in (before, after))
    assert sorted(ids) == sorted(other)
    assert ids != other
    assert before["total"] == after["total"]
    assert client.get("/health/ready").json()["status"] == "ready"
    assert client.post("/api/v1/ask", json={"question": "Wie viele Kitaplätze fehlen?"}).status_code == 200
    page = client.get("/suche", params={"q": query["q"]})
    assert page.status_code == 200


def test_a_service_whose_reranker_does_not_load_says_so(built, tmp_path: Path) -> None:
    client = served(built, tmp_path / "nirgends")
    response = client.get("/api/v1/search", params={"q": "Kita"})
    assert response.status_code == 503
    assert response.json()["type"] == "urn:ratslotse:problem:reranker_unknown"
    assert client.get("/health/ready").json() == {"status": "failed"}


def test_a_reranker_is_measured_beside_the_other_rankings(tmp_path: Path, model_folder: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "Die Brücke wird erneuert."}\n{"_id": "b", "text": "Der See ist tief."}\n', encoding="utf-8"
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "Brücke"}\n', encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    report, _ = measured(settings, tmp_path, "queries.jsonl", {"reranker": str(model_folder)}, lambda *_: None)
    assert "reranked" not in report
    assert report["compared"]["reranked"]["recall@5"] == 1
    assert any(line.startswith("reranked ") for line in retrieval_lines(report))
