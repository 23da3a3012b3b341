"""Folded scoring against the plain scikit-learn pipeline it was folded from, in one run on one core."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from benchmarks.plain import plain_form
from benchmarks.result import Result, best_seconds
from classifiers.folding import fold, fold_vocabulary
from classifiers.pipeline import build_pipeline
from classifiers.predict import Model, predict
from classifiers.routing import KeywordTable, load_keywords, rank
from classifiers.rows import Row, load_rows
from classifiers.settings import INTENTS, Settings
from classifiers.store import ARRAYS, load, save
from classifiers.text import load_lexicon
from classifiers.train import train

DATA = Path(__file__).parents[1] / "data"
TOLERANCE = 1e-4
FEW = 1_500  # texts for what is slow
PIECE = 2_048
MILLION = 1_000_000


def run() -> list[Result]:
    """Train on the start-up corpus, then measure scoring, routing, latency and loading."""
    with threadpool_limits(1):
        rows = load_rows(DATA / "seed/comments.jsonl")
        rules = load_keywords(DATA / "reference/opd.json")
        start = time.process_time()
        model = train(rows, lexicon=load_lexicon(DATA / "lexicons/slang.tsv"), keywords=rules)
        trained = Result("train_seed", round(time.process_time() - start, 1), "s (processor)")
        return [trained, *_stored(model), *_scored(model, rows), _routed(model, rows, KeywordTable(rules, model))]


def _stored(model: Model) -> list[Result]:
    with TemporaryDirectory() as folder:
        save(model, Path(folder))
        size = (Path(folder) / ARRAYS).stat().st_size / 1e6
        return [
            Result("artefact_size", round(size, 1), "MB"),
            Result("artefact_load", round(1000 * best_seconds(lambda: load(Path(folder)))), "ms"),
        ]


def _scored(model: Model, rows: list[Row]) -> list[Result]:
    """Compare the intent head alone with its pipeline, in scikit-learn's common form and in ours.

    The unit head and the marks come on top for the folded model only.
    """
    settings, texts = Settings(), [r.text for r in rows]
    pipeline = build_pipeline(settings.intent, reader=model.reader, stemmer=model.stemmer, doubt=settings.doubt)
    pipeline.fit(texts, [r.intent for r in rows])
    _check_equal(pipeline, model, texts)
    predict(model, texts)
    folded = len(texts) / best_seconds(lambda: predict(model, texts))
    common = plain_form(pipeline, model.reader)
    if np.abs(common.predict_proba(texts) - pipeline.predict_proba(texts)).max() > TOLERANCE:
        raise AssertionError("the common form says something else than the pipeline")
    plain, ours = _rate(common, texts), _rate(pipeline, texts)
    singles = sorted(_seconds_of_one(model, t) for t in texts[:3000])
    return [
        Result("classify_folded_batch", round(folded), "texts/s", round(plain), round(folded / plain, 1)),
        Result("classify_against_pipeline", round(folded), "texts/s", round(ours), round(folded / ours, 1)),
        _typical(rows, folded),
        _million(model, texts),
        Result("classify_one_p50", round(1000 * singles[len(singles) // 2], 3), "ms"),
        Result("classify_one_p99", round(1000 * singles[int(len(singles) * 0.99)], 3), "ms"),
    ]


def _rate(pipeline: Pipeline, texts: list[str]) -> float:
    """Return the texts a second of a pipeline."""
    return len(texts) / best_seconds(lambda: pipeline.predict_proba(texts), times=1)


def _typical(rows: list[Row], folded: float) -> Result:
    """Measure against the usual form: every text stemmed by Sastrawi's cached stemmer, TF-IDF, logistic regression."""
    stemmer = StemmerFactory().create_stemmer()
    usual = Pipeline([("words", TfidfVectorizer(ngram_range=(1, 2))), ("linear", LogisticRegression(max_iter=100))])
    few = [r.text for r in rows[:FEW]]
    usual.fit([stemmer.stem(text) for text in few], [r.intent for r in rows[:FEW]])  # fills the stemmer's memory too
    taken = best_seconds(lambda: usual.predict_proba([stemmer.stem(text) for text in few]), times=1)
    return Result(
        "classify_against_usual", round(folded), "texts/s", round(len(few) / taken), round(folded * taken / len(few), 1)
    )


def _million(model: Model, texts: list[str]) -> Result:
    """Score a million comments, the corpus over and over, in pieces as a worker does."""
    pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
    rounds = MILLION // len(texts)

    def work() -> None:
        for _ in range(rounds):
            for piece in pieces:
                predict(model, piece)

    return Result(
        "classify_million", round(best_seconds(work, times=1) * MILLION / (rounds * len(texts)), 1), "s (processor)"
    )


def _check_equal(pipeline: Pipeline, model: Model, texts: list[str]) -> None:
    """Refuse to time tables that say something else than the pipeline they are folded from."""
    head = Settings().intent
    intent = fold(pipeline, INTENTS, gram_lengths=(head.shortest_gram, head.longest_gram), power=head.length_power)
    vocabulary, (bare, _) = fold_vocabulary([intent, intent], model.vocabulary.names, model.stem)
    twin = Model(model.card, lexicon=model.lexicon, intent=bare, unit=bare, vocabulary=vocabulary)
    order = [list(pipeline.classes_).index(c) for c in INTENTS]
    plain, folded = pipeline.predict_proba(texts)[:, order], predict(twin, texts).intent_probabilities
    if np.abs(plain - folded).max() > TOLERANCE or (plain.argmax(axis=1) != folded.argmax(axis=1)).any():
        raise AssertionError("folded tables and pipeline disagree")


def _seconds_of_one(model: Model, text: str) -> float:
    start = time.thread_time()
    predict(model, [text])
    return time.thread_time() - start


def _routed(model: Model, rows: list[Row], keywords: KeywordTable) -> Result:
    texts, accounts = [r.text for r in rows], [r.account or None for r in rows]

    def work() -> None:
        rank(model, keywords, texts, accounts, predictions=predict(model, texts))

    work()
    return Result("classify_and_route_batch", round(len(texts) / best_seconds(work)), "texts/s")


if __name__ == "__main__":
    for result in run():
        beside = f"against {result.against:,.0f}  x {result.ratio}" if result.against else ""
        print(f"{result.name:28} {result.value:>12,.3f} {result.unit:14} {beside}")
