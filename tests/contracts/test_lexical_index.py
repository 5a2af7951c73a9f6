"""Every lexical index gives the ranks and scores of BM25F and of shared runs of letters; both are written out here once more."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import german, lexical
from indexer.lexical import Bag, Bm25Index, ExactLexical, LexicalIndex, bag_of, write
from indexer.vectors import Mask
from indexer.words import Fields, read_words
from tests.pg_server import Server
from tests.postgres_index import listed

Corpus = Sequence[Fields]
_PLAIN = {"que": "q-e", "ae": "a", "oe": "o", "ue": "u", "q-e": "que", "ä": "a", "ö": "o", "ü": "u"}  # in this order
Make = Callable[[Corpus], tuple[LexicalIndex, german.Analyser]]


def analyser_of(corpus: Corpus) -> german.Analyser:
    """In how many passages a word occurs that may be part of a compound: four letters or more, no stop word."""
    held = Counter(word for fields in corpus for word in {word for _, text in fields for word in german.words(text)})
    wanted = {word for word in held if word.isalpha() and len(word) > 3 and word not in german.STOP_WORDS}
    return german.Analyser({word: held[word] for word in wanted})


def runs(text: str) -> set[str]:
    """Of every word that begins with a letter; ä, ö, ü and ae, oe, ue (but not que) as a, o, u."""
    found = set()
    for word in german.words(text):
        if word[0].isalpha() and word not in german.STOP_WORDS:
            for two, one in _PLAIN.items():
                word = word.replace(two, one)
            marked = f"_{word}_"
            found |= {marked[i : i + 4] for i in range(max(1, len(marked) - 3))}
    return found


def rarity(corpus: Sequence[object], holding: int) -> float:
    return math.log(1 + (len(corpus) - holding + 0.5) / (holding + 0.5))


def formula(corpus: Corpus, query: str) -> tuple[list[float], float]:
    """The scores of all passages, and the bound that none exceeds."""
    analyser = analyser_of(corpus)
    counts: list[Mapping[str, int]] = []
    for fields in corpus:
        counts.append(Counter(term for weight, text in fields for term in analyser.terms(text) * weight))
    mean = sum(sum(held.values()) for held in counts) / max(1, len(corpus))
    scores, bound = [0.0] * len(corpus), 0.0
    for term in set(analyser.terms(query)):
        idf = rarity(corpus, sum(term in held for held in counts))
        bound += idf * 1.9
        for row, held in enumerate(counts):
            if held[term]:
                scores[row] += idf * held[term] * 1.9 / (held[term] + 0.9 * (0.6 + 0.4 * sum(held.values()) / mean))
    letters = [set().union(*(runs(text) for _, text in fields)) for fields in corpus]
    for run in runs(query):
        holding = sum(run in held for held in letters)
        if holding <= max(10, 0.1 * len(corpus)):
            bound += 0.2 * rarity(corpus, holding)
            scores = [score + 0.2 * rarity(corpus, holding) * (run in held) for score, held in zip(scores, letters, strict=True)]
    return scores, bound


def ranked(scores: Sequence[float], limit: int, allowed: Mask | None = None) -> list[int]:
    rows = [row for row, score in enumerate(scores) if score > 0 and (allowed is None or allowed[row])]
    return sorted(rows, key=lambda row: (-np.float32(scores[row]), row))[:limit]


def exact(corpus: Corpus) -> tuple[ExactLexical, german.Analyser]:
    analyser, bags = analyser_of(corpus), []
    for fields in corpus:
        of_fields = [(weight, bag_of(analyser, text)) for weight, text in fields]
        terms = sum((Counter({term: n * weight for term, n in bag.terms.items()}) for weight, bag in of_fields), Counter())
        bags.append(Bag(terms, [gram for _, bag in of_fields for gram in bag.grams]))
    return ExactLexical(bags), analyser


def written(corpus: Corpus, folder: Path) -> tuple[Bm25Index, german.Analyser]:
    words = read_words(corpus)
    analyser = german.Analyser(words.parts_of_compounds())
    write(words, analyser, folder)
    return Bm25Index.open(folder, len(corpus)), analyser


@pytest.fixture(scope="module")
def url(postgres: Server) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def corpus() -> list[Fields]:
    """200 passages with a title that counts twice: frequent words and rare ones, compounds and their parts, numbers, laws."""
    chance = random.Random(11)
    words = ["Haushalt", "Wald", "Jugend", "Hilfe", "Ausschuss", "Straße", "und", "Müller", "13. Juni 2022"]
    words += [f"{a}{b}{c}" for a in ("Kita", "Bus", "Wald") for b in ("weg", "plan", "rat") for c in ("", "en", "ung")]
    words += ["DS 2024/017", "§ 5 Abs. 2", "1.250,00", "Que", "Aequator", "x", "Jugendhilfeausschuss", "Präventionskette"]
    weights = [(n + 1) ** -1.5 for n in range(len(words))]

    def text(most: int) -> str:
        return " ".join(chance.choices(words, weights, k=chance.randrange(most)))

    return [[(2, text(5)), (1, text(60))] for _ in range(200)]


@pytest.fixture(params=["exact", "bm25", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    if request.param == "exact":
        return exact
    url = request.getfixturevalue("url") if request.param == "postgres" else None

    def made(corpus: Corpus) -> tuple[LexicalIndex, german.Analyser]:
        folder = tmp_path_factory.mktemp("x") / "lexical"
        index, analyser = written(corpus, folder)
        return listed(url, folder, len(corpus)) if url else index, analyser

    return made


QUERIES = [
    "Haushalt",
    "Wald, Waldweg und Waldwege der Müllers",
    "Jugendhilfe Jugend Jugend",
    "DS 2024-17 vom 13.06.2022, § 5 Absatz 2",
    "Jugenthilfeauschuss",
    "1.250,00 fehlt am 13.11.2010",
    "Äquator, Praeventionsketten, Straßenrat, Que",
]


@pytest.mark.parametrize("query", QUERIES)
def test_ranks_and_scores_are_those_of_the_formula(make: Make, corpus: Corpus, query: str) -> None:
    index, analyser = make(corpus)
    scores, _ = formula(corpus, query)
    assert any(scores)
    bag = bag_of(analyser, query)
    assert index.scores(bag, np.arange(len(corpus))).tolist() == pytest.approx(scores, rel=1e-6)
    found = index.nearest(bag, 25)
    assert [row for row, _ in found] == ranked(scores, 25)
    assert [score for _, score in found] == pytest.approx([scores[row] for row, _ in found], rel=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.0])
@pytest.mark.parametrize("query", QUERIES[:2])
def test_a_filter_changes_no_score_and_no_order(make: Make, corpus: Corpus, query: str, share: float) -> None:
    index, analyser = make(corpus)
    scores, _ = formula(corpus, query)
    allowed = np.random.default_rng(1).permutation(len(corpus)) < share * len(corpus)
    found = index.nearest(bag_of(analyser, query), 50, allowed)
    assert [row for row, _ in found] == ranked(scores, 50, allowed)
    assert [score for _, score in found] == pytest.approx([scores[row] for row, _ in found], rel=1e-6)


def test_scores_of_chosen_rows_come_in_their_order(make: Make, corpus: Corpus) -> None:
    index, analyser = make(corpus)
    scores, _ = formula(corpus, QUERIES[1])
    rows = np.array([7, 0, 199, 7])
    assert index.scores(bag_of(analyser, QUERIES[1]), rows).tolist() == pytest.approx([scores[row] for row in rows], rel=1e-6)


def test_a_word_of_the_title_counts_twice(make: Make) -> None:
    index, analyser = make([[(1, "Wald Weg Bach")], [(2, "Wald"), (1, "Bach")], [(1, "Wald Wald Bach")]])
    scores = index.scores(bag_of(analyser, "Wald"), np.arange(3))
    assert scores[0] < scores[1] == scores[2]


def test_equal_scores_come_in_the_order_of_rows(make: Make) -> None:
    index, analyser = make([[(1, text)] for text in ("Wald Bach", "Bach Wald", "Tal", "Wald Bach", "Bach Wald")])
    assert [row for row, _ in index.nearest(bag_of(analyser, "Wald"), 3)] == [0, 1, 3]


@pytest.mark.parametrize("query", ["", "und oder", "Xylophon", "!"])
def test_unknown_words_and_no_words_find_nothing(make: Make, corpus: Corpus, query: str) -> None:
    index, analyser = make(corpus)
    assert index.nearest(bag_of(analyser, query), 5) == []
    assert not index.scores(bag_of(analyser, query), np.arange(3)).any()


@pytest.mark.parametrize("corpus", [[], [[], []], [[(1, "und der")]]], ids=["no passages", "empty passages", "stop words"])
def test_an_index_without_words_finds_nothing(make: Make, corpus: Corpus) -> None:
    index, analyser = make(corpus)
    assert index.nearest(bag_of(analyser, "Wald"), 5) == []


def test_a_run_of_letters_that_a_tenth_holds_tells_nothing(make: Make) -> None:
    for holding, others, found in ((11, 20, 0), (10, 20, 10), (30, 170, 0), (20, 180, 20)):
        index, analyser = make([[(1, "Waldstück")]] * holding + [[(1, "Bach")]] * others)
        assert len(index.nearest(bag_of(analyser, "Waldstükc"), 50)) == found


def test_only_indexed_terms_are_known(corpus: Corpus, tmp_path: Path) -> None:
    index, analyser = written(corpus, tmp_path / "lexical")
    present = {term for fields in corpus for _, text in fields for term in analyser.terms(text)}
    assert all(index.knows(term) and index.knows_beginning(term[:3]) for term in present)
    assert not any(index.knows(term) for term in ("", "haush", "haushalten", "~", "\n"))
    assert not any(index.knows_beginning(letters) for letters in ("xyl", "~", "\n"))
    assert index.idf("fehlt") > max(index.idf(term) for term in present)


def test_the_same_passages_give_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(corpus, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 7 + 6  # the runs of letters have no weights
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_beyond_what_is_read_at_once_the_rare_words_choose_and_the_scores_stay_exact(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, analyser = written(corpus, tmp_path / "lexical")
    text = "Haushalt, Jugend und Präventionsketten"
    query, (scores, _) = bag_of(analyser, text), formula(corpus, text)
    whole = index.nearest(query, 200)
    monkeypatch.setattr(lexical, "_READ", 60)
    part = index.nearest(query, 200)
    assert 0 < len(part) < len(whole)
    assert part[:5] == whole[:5]
    assert [score for _, score in part] == pytest.approx([scores[row] for row, _ in part], rel=1e-6)
    few = np.arange(len(corpus)) < 20
    assert index.nearest(query, 50, few) == [pair for pair in whole if pair[0] < 20]


TEXTS = st.lists(st.sampled_from(["Haus", "Halt", "Haushalt", "Kreisplan", "Straße", "§ 5 Abs. 2", "2024/17"]), max_size=12)
CORPORA = st.lists(st.tuples(st.tuples(st.just(2), TEXTS.map(" ".join)), st.tuples(st.just(1), TEXTS.map(" ".join))), max_size=12)


@settings(deadline=None)
@given(corpus=CORPORA, query=st.lists(st.sampled_from(["Haus", "Haushald", "neu", "2024/17", "Plan", "Straßen"]), max_size=5))
def test_no_passage_exceeds_the_bound(corpus: Corpus, query: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    index, analyser = written(corpus, tmp_path_factory.mktemp("bound") / "lexical")
    bag = bag_of(analyser, " ".join(query))
    scores, bound = formula(corpus, " ".join(query))
    assert index.bound(bag) == pytest.approx(bound)
    assert bool(query) == (bound > 0)
    assert all(score <= bound for score in scores)
    assert index.scores(bag, np.arange(len(corpus))).tolist() == pytest.approx(scores, rel=1e-6)
