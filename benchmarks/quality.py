"""`make eval`: how good a model from data/seed alone is, beside what is simpler, without each of its parts, and where.

Everything is measured on rows that no model here learned from: the set-aside samples, and with a CSV file of labelled
comments (text, intent, unit) on those too. Intervals are 95 % bootstraps over rows; differences are paired.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from threadpoolctl import threadpool_limits

from benchmarks.slices import SLICES
from classifiers.evaluate import Integers, Scores, confusion, macro_f1, mcnemar, score
from classifiers.pipeline import build_pipeline, class_weights
from classifiers.predict import Model, predict
from classifiers.routing import KeywordTable, load_keywords
from classifiers.rows import Row, load_rows
from classifiers.self_training import Lesson
from classifiers.settings import INTENTS, NO_UNIT, Settings
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon, Reader, load_lexicon
from classifiers.train import train
from triage.flow.measure import labelled_rows

DATA = Path(__file__).parents[1] / "data"
RESAMPLES = 1_000
LOCAL = ("aduan-campur", "media-sosial", "meja-layanan")  # settings that play an office the corpus has never seen
LOCAL_TEST, LOCAL_SIZES = 500, (0, 100, 500, 2000)
WITHOUT: dict[str, dict[str, Any]] = {
    "surface words": {"words": 0.0},
    "stems": {"stems": 0.0},
    "character n-grams": {"characters": 0.0},
    "stance cues": {"cues": 0.0},
    "neighbouring pairs": {"pairs": False},
    "count-ratio view": {"ratio_strength": 0.0},
    "class balance": {"balance": 0.0},
}


@dataclass(frozen=True)
class Ground:
    """Rows to measure on, under a name, with the guesses of the full model."""

    name: str
    rows: Sequence[Row]
    full: Integers

    @property
    def truth(self) -> Integers:
        """The number of every row's intent."""
        return np.array([INTENTS.index(row.intent) for row in self.rows], dtype=np.int64)

    @property
    def texts(self) -> list[str]:
        """What people wrote."""
        return [row.text for row in self.rows]


def main(files: Sequence[str]) -> int:
    """Print every table; return the exit status."""
    seed, lexicon = load_rows(DATA / "seed/comments.jsonl"), load_lexicon(DATA / "lexicons/slang.tsv")
    measured = {"set-aside": load_rows(DATA / "samples/comments.jsonl")}
    measured |= {Path(name).name: labelled_rows(Path(name)) for name in files}
    with threadpool_limits(1):
        keywords = load_keywords(DATA / "reference/opd.json")
        model = train(seed, lexicon=lexicon, keywords=keywords)
        grounds = [
            Ground(name, rows, numbers(predict(model, [r.text for r in rows]).intents))
            for name, rows in measured.items()
        ]
        table = KeywordTable(keywords, model)
        for ground in grounds:
            print_scores(ground, model, table)
        print_simpler(seed, grounds)
        print_ablations(seed, lexicon, grounds)
        for ground in grounds:
            print_slices(ground)
        print_curve(seed, lexicon)
    return 0


def numbers(intents: Sequence[str]) -> Integers:
    """Return the numbers of intents."""
    return np.array([INTENTS.index(name) for name in intents], dtype=np.int64)


def print_scores(ground: Ground, model: Model, table: KeywordTable) -> None:
    """Print the figures of the full model."""
    scores = score(model, ground.rows, keywords=table)
    print(f"\n== {ground.name}: {scores.n} rows, trained on data/seed alone ({model.card.data['rows']} rows)")
    low, high = scores.macro_f1_interval
    print(f"macro-F1 {scores.macro_f1:.3f} ({low:.3f}-{high:.3f})   accuracy {scores.accuracy:.3f}", end="   ")
    print(f"always the commonest class {scores.majority_baseline:.3f}   calibration error {scores.ece:.3f}")
    print(f"sure of {scores.sure_share:.0%}, right there {scores.sure_accuracy:.3f}", end="   ")
    print("accuracy on the surest " + "  ".join(f"{float(s):.0%} {a:.3f}" for s, a in scores.coverage_accuracy.items()))
    for name, one in scores.per_class.items():
        print(f"  {name:12} precision {one.precision:.3f}  recall {one.recall:.3f}  F1 {one.f1:.3f}  n {one.n}")
    print_units(ground, model, table, scores)


def print_units(ground: Ground, model: Model, table: KeywordTable, scores: Scores) -> None:
    """Print how units are ranked with and without the account, and by the account alone."""
    placed = [row for row in ground.rows if row.unit not in NO_UNIT]
    if not placed:
        return
    bare = score(model, [replace(row, account="") for row in ground.rows], keywords=table).unit
    own = np.mean([row.unit == row.account for row in placed])
    print(f"  unit (n {scores.unit.n}): first {scores.unit.top1:.3f}, among three {scores.unit.top3:.3f}", end="; ")
    print(f"account withheld {bare.top1:.3f} and {bare.top3:.3f}; the account's own unit would be right {own:.3f}")


def print_simpler(seed: Sequence[Row], grounds: Sequence[Ground]) -> None:
    """Print what TF-IDF with logistic regression reaches on the same rows."""
    print("\n== TF-IDF of words (1-2) and characters (2-5) with logistic regression, same training rows")
    plain = plain_pipeline().fit([r.text for r in seed], [r.intent for r in seed])
    for ground in grounds:
        compare(ground, "TF-IDF + LR", numbers(plain.predict(ground.texts)))


def plain_pipeline() -> Pipeline:
    """Return the typical pipeline without any of our own parts."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    linear = LogisticRegression(C=3, class_weight="balanced", max_iter=300)
    return Pipeline([("features", FeatureUnion([("words", words), ("characters", characters)])), ("linear", linear)])


def compare(ground: Ground, name: str, guess: Integers) -> None:
    """Print the macro-F1 of a guess and how far it is from the full model, paired."""
    truth, draw = ground.truth, np.random.default_rng(0)
    gaps = []
    for _ in range(RESAMPLES):
        rows = draw.integers(0, len(truth), len(truth))
        gaps.append(f1(truth[rows], guess[rows]) - f1(truth[rows], ground.full[rows]))
    low, high = np.percentile(gaps, (2.5, 97.5))
    lost = int(((ground.full == truth) & (guess != truth)).sum())
    won = int(((guess == truth) & (ground.full != truth)).sum())
    found = f1(truth, guess)
    print(f"  {name:22} {ground.name:12} macro-F1 {found:.3f}", end="   ")
    print(f"{found - f1(truth, ground.full):+.3f} ({low:+.3f} to {high:+.3f})   McNemar p {mcnemar(lost, won):.3f}")


def f1(truth: Integers, guess: Integers) -> float:
    """Return macro-F1."""
    return macro_f1(confusion(truth, guess, len(INTENTS)))


def print_ablations(seed: Sequence[Row], lexicon: Lexicon, grounds: Sequence[Ground]) -> None:
    """Print what is lost (below zero) or gained without each part of the intent model."""
    print("\n== the intent model without one of its parts, against the full one")
    whole = Settings().intent
    for name, change in WITHOUT.items():
        guess = fitted(seed, lexicon, settings=replace(whole, **change))
        for ground in grounds:
            compare(ground, f"without {name}"[:30], guess(ground.texts))
    guess = fitted(seed, Lexicon({}), settings=whole)
    for ground in grounds:
        compare(ground, "without the lexicon", guess(ground.texts))


def fitted(
    rows: Sequence[Row], lexicon: Lexicon, *, settings: Any, label: str = "intent"
) -> Callable[[Sequence[str]], Any]:
    """Return a fitted pipeline as a function from texts to class numbers (intents) or names (units)."""
    stemmer = IndonesianStemmer()
    reader = Reader(lexicon, lexicon.known | stemmer.roots)
    labels = [getattr(row, label) for row in rows]
    pipeline = build_pipeline(settings, reader=reader, stemmer=stemmer)
    pipeline.fit([r.text for r in rows], labels, classify__sample_weight=class_weights(labels, settings.balance))
    return lambda texts: numbers(pipeline.predict(texts)) if label == "intent" else pipeline.predict(texts)


def print_slices(ground: Ground) -> None:
    """Print how often the intent is right where it is hard."""
    print(f"\n== slices of {ground.name}: share of right intents")
    right = ground.full == ground.truth
    for name, belongs in SLICES.items():
        rows = [i for i, row in enumerate(ground.rows) if belongs(row)]
        if rows:
            print(f"  {name:34} {right[rows].mean():.3f}  n {len(rows)}")


def print_curve(seed: Sequence[Row], lexicon: Lexicon) -> None:
    """Print what labels of an office's own bring: three settings of the corpus stand for an office it has not seen."""
    away = [row for row in seed if row.source not in LOCAL]
    local = [row for row in seed if row.source in LOCAL]
    order = np.random.default_rng(0).permutation(len(local))
    test, pool = [local[i] for i in order[:LOCAL_TEST]], [local[i] for i in order[LOCAL_TEST:]]
    truth = numbers([row.intent for row in test])
    placed = [row for row in test if row.unit not in NO_UNIT]
    print(f"\n== an office's own labels, on {len(test)} of its rows; {len(away)} rows of the corpus from elsewhere")
    for wanted in LOCAL_SIZES:
        size = min(wanted, len(pool))
        rows = away + pool[:size]
        texts, rest = [row.text for row in test], [row.text for row in pool[size:]]
        guess, taught = read_unread(rows, rest, texts, lexicon)
        routed = [row for row in rows if row.unit not in NO_UNIT]
        units = fitted(routed, lexicon, settings=Settings().unit, label="unit")([row.text for row in placed])
        hits = np.mean([unit == row.unit for unit, row in zip(units, placed, strict=True)])
        lost = int(((guess == truth) & (taught != truth)).sum())
        won = int(((taught == truth) & (guess != truth)).sum())
        print(f"  {size:5} own labels   macro-F1 {f1(truth, guess):.3f}   unit by text alone {hits:.3f}")
        print(f"        and {len(rest)} of its comments unread: macro-F1 {f1(truth, taught):.3f}", end="   ")
        print(f"{won} rows gained, {lost} lost, McNemar p {mcnemar(lost, won):.3f}")


def read_unread(
    rows: Sequence[Row], unread: Sequence[str], test: Sequence[str], lexicon: Lexicon
) -> tuple[Integers, Integers]:
    """Return the intents of test texts by a model of labelled rows, and by one that learned from unread texts too."""
    settings, stemmer = Settings(), IndonesianStemmer()
    reader = Reader(lexicon, lexicon.known | stemmer.roots)
    texts = np.array([*(row.text for row in rows), *unread], dtype=object)
    labels = [row.intent for row in rows]

    def fit(lesson: Lesson) -> Pipeline:
        """Return a pipeline fitted on a lesson."""
        pipeline = build_pipeline(settings.intent, reader=reader, stemmer=stemmer)
        return pipeline.fit(texts[lesson.texts].tolist(), lesson.labels, classify__sample_weight=lesson.weights)

    lesson = Lesson(np.arange(len(rows)), labels, class_weights(labels, settings.intent.balance))
    first, places = fit(lesson), np.arange(len(rows), len(texts))
    if not unread:
        return numbers(first.predict(test)), numbers(first.predict(test))
    guesses = first.predict_proba(list(unread))
    sure, weight = settings.unread_sure, settings.unread_weight
    second = fit(lesson.with_guesses(places, guesses, list(first.classes_), sure=sure, weight=weight))
    return numbers(first.predict(test)), numbers(second.predict(test))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
