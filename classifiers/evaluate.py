"""Measure models on labelled rows; numpy only.

Accuracy never stands alone: every score carries macro-F1 with an interval, the figures per class, n and what always
guessing the commonest class would reach.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.folding import Rows
from classifiers.predict import Model, Predictions, predict
from classifiers.routing import KeywordTable, rank
from classifiers.rows import Row
from classifiers.settings import NO_UNIT

Integers = npt.NDArray[np.int64]
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BINS = 10
RESAMPLES = 1_000
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class ClassScore:
    """Figures of one class; n is the number of rows that truly belong to it."""

    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True)
class UnitScore:
    """Shares of rows whose true unit is the best one, or among the best three; n rows have a unit."""

    n: int
    top1: float
    top3: float


@dataclass(frozen=True)
class Scores:
    """All figures of one model on n rows; shares are 0-1, intervals 95 %."""

    n: int
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    accuracy: float
    majority_baseline: float
    per_class: Mapping[str, ClassScore]
    coverage_accuracy: Mapping[str, float]  # "0.8": accuracy on the surest 80 %
    ece: float
    sure_share: float
    sure_accuracy: float
    confusion: tuple[tuple[int, ...], ...]  # truth by prediction, classes in the order of per_class
    unit: UnitScore

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def score(model: Model, rows: Sequence[Row], *, keywords: KeywordTable | None = None, seed: int = 0) -> Scores:
    """Measure a model on labelled rows.

    Parameters
    ----------
    keywords : KeywordTable or None
        With it units are ranked by the whole ledger (text, keywords, the row's account); without it by text alone.

    Raises
    ------
    ValueError
        When there are no rows or an intent is not one of the model's.
    """
    predictions = predict(model, [r.text for r in rows])
    truth = _indices(model.intents, [r.intent for r in rows])
    unit = unit_score(model, rows, predictions, keywords)
    return score_intents(
        model.intents, truth, predictions.intent_probabilities, sure=predictions.is_sure, unit=unit, seed=seed
    )


def score_intents(
    intents: Sequence[str],
    truth: Integers,
    probabilities: Rows,
    *,
    sure: npt.NDArray[np.bool_],
    unit: UnitScore,
    seed: int = 0,
) -> Scores:
    """Measure class probabilities against true class numbers."""
    guess = probabilities.argmax(axis=1).astype(np.int64)
    right = guess == truth
    matrix = confusion(truth, guess, len(intents))
    return Scores(
        n=len(truth),
        macro_f1=_rounded(macro_f1(matrix)),
        macro_f1_interval=_interval(matrix, seed),
        accuracy=_rounded(right.mean()),
        majority_baseline=_rounded(np.bincount(truth).max() / len(truth)),
        per_class={name: _class_score(matrix, i) for i, name in enumerate(intents)},
        coverage_accuracy=coverage_accuracy(probabilities.max(axis=1), right),
        ece=_rounded(calibration_error(probabilities.max(axis=1), right)),
        sure_share=_rounded(sure.mean()),
        sure_accuracy=_rounded(right[sure].mean() if sure.any() else 0.0),
        confusion=tuple(tuple(int(v) for v in line) for line in matrix),
        unit=unit,
    )


def unit_score(
    model: Model,
    rows: Sequence[Row],
    predictions: Predictions,
    keywords: KeywordTable | None,
) -> UnitScore:
    """Measure the ranking of units on the rows that have one."""
    places = [i for i, r in enumerate(rows) if r.unit not in NO_UNIT]
    if not places:
        return UnitScore(0, 0.0, 0.0)
    if keywords is None:
        order = np.argsort(-predictions.unit_log_probabilities[places], axis=1, kind="stable")[:, :3]
        ranked = [[model.units[p] for p in line] for line in order.tolist()]
    else:
        routes = rank(
            model, keywords, [r.text for r in rows], [r.account or None for r in rows], predictions=predictions
        )
        ranked = [[u.unit for u in routes[i].best] for i in places]
    truth = [rows[i].unit for i in places]
    return UnitScore(
        len(places),
        _rounded(np.mean([t == r[0] for t, r in zip(truth, ranked, strict=True)])),
        _rounded(np.mean([t in r for t, r in zip(truth, ranked, strict=True)])),
    )


def confusion(truth: Integers, guess: Integers, width: int) -> Integers:
    """Return counts, truth by guess."""
    counts: Integers = np.bincount(truth * width + guess, minlength=width * width).reshape(width, width)
    return counts


def macro_f1(matrix: Integers) -> float:
    """Return the mean F1 over the classes that occur in truth or guess."""
    hits, present = np.diag(matrix), matrix.sum(axis=0) + matrix.sum(axis=1)
    return float((2 * hits[present > 0] / present[present > 0]).mean())


def class_intervals(matrix: Sequence[Sequence[int]], *, seed: int = 0) -> list[tuple[float, float]]:
    """Return a 95 % bootstrap interval of the F1 of every class, from counts of truth by guess alone."""
    tables = _drawn(np.asarray(matrix, dtype=np.int64), seed)
    both = tables.sum(axis=1) + tables.sum(axis=2)
    f1 = 2 * np.diagonal(tables, axis1=1, axis2=2) / np.maximum(both, 1)
    low, high = np.percentile(f1, INTERVAL, axis=0)
    return [(_rounded(a), _rounded(b)) for a, b in zip(low, high, strict=True)]


def calibration_error(confidence: Rows, right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten equal bins of confidence."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean()
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def coverage_accuracy(confidence: Rows, right: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return the accuracy on the surest share of rows, for several shares."""
    order = np.argsort(-confidence, kind="stable")
    return {str(share): _rounded(right[order[: max(1, round(share * len(order)))]].mean()) for share in COVERAGES}


def mcnemar(lost: int, won: int) -> float:
    """Return the exact two-sided p-value that losses and wins are equally likely."""
    n, k = lost + won, min(lost, won)
    if n == 0:
        return 1.0
    tail = sum(
        math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) - n * math.log(2))
        for i in range(k + 1)
    )
    return min(1.0, 2 * tail)


def _indices(names: Sequence[str], values: Sequence[str]) -> Integers:
    places = {name: i for i, name in enumerate(names)}
    unknown = sorted({v for v in values if v not in places})
    if unknown or not values:
        raise ValueError(f"Jenis tidak dikenal: {', '.join(unknown)}" if unknown else "Tidak ada baris untuk diukur.")
    return np.array([places[v] for v in values], dtype=np.int64)


def _class_score(matrix: Integers, i: int) -> ClassScore:
    hits, guessed, true = (float(v) for v in (matrix[i, i], matrix[:, i].sum(), matrix[i].sum()))
    return ClassScore(
        _rounded(hits / guessed if guessed else 0.0),
        _rounded(hits / true if true else 0.0),
        _rounded(2 * hits / (guessed + true) if guessed + true else 0.0),
        int(true),
    )


def _interval(matrix: Integers, seed: int) -> tuple[float, float]:
    """Return a 95 % bootstrap interval of macro-F1; rows drawn anew are counts of truth by guess drawn anew."""
    low, high = np.percentile([macro_f1(table) for table in _drawn(matrix, seed)], INTERVAL)
    return _rounded(low), _rounded(high)


def _drawn(matrix: Integers, seed: int) -> Integers:
    n, width = int(matrix.sum()), len(matrix)
    drawn = np.random.default_rng(seed).multinomial(n, matrix.ravel() / max(n, 1), RESAMPLES)
    return drawn.reshape(RESAMPLES, width, width)


def _rounded(value: Any) -> float:
    return round(float(value), 4)
