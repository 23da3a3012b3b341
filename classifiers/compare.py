"""Compare two models on the same labelled rows: paired, with intervals, by class, unit and slice; numpy only.

Differences are always challenger minus champion; intervals are 95 % of a paired bootstrap, shares are 0-1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.evaluate import BINS, INTERVAL, RESAMPLES, Integers, Scores, confusion, mcnemar, score
from classifiers.folding import Rows
from classifiers.predict import Model, predict
from classifiers.routing import KeywordTable, rank
from classifiers.rows import Row
from classifiers.settings import NO_UNIT

Rights = npt.NDArray[np.bool_]
Interval = tuple[float, float]
COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))
FEWEST_IN_PART = 10  # rows below which a share says nothing
NEEDS_NOTHING = "other"


@dataclass(frozen=True)
class Reader:
    """One model with its keyword table."""

    model: Model
    keywords: KeywordTable


@dataclass(frozen=True)
class Difference:
    """One figure of both models and by how much it differs; n rows decide it."""

    name: str
    n: int
    champion: float
    challenger: float
    difference: float
    interval: Interval


@dataclass(frozen=True)
class Bin:
    """Rows of like confidence: how sure the model was, and how often it was right."""

    low: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Routing:
    """Rows that need an answer: the share routed without asking, and how many of those went to the right unit."""

    n: int
    auto_share: float
    auto_accuracy: float


@dataclass(frozen=True)
class Verdict:
    """What one model says of one row."""

    intent: str
    intent_probability: float
    unit: str
    unit_probability: float
    is_routed: bool


@dataclass(frozen=True)
class Change:
    """One row whose intent or unit differs between two models."""

    row: int
    before: Verdict
    after: Verdict


@dataclass(frozen=True)
class Comparison:
    """A challenger against the champion on the same rows."""

    champion: Scores
    challenger: Scores
    macro_f1_difference: float
    difference_interval: Interval
    only_champion_right: int
    only_challenger_right: int
    mcnemar_p: float
    per_class: Sequence[Difference]  # F1
    per_unit: Sequence[Difference]  # share of the unit's rows that were given it
    unit: Difference  # top-1 over all rows with a unit
    slices: Sequence[Difference]  # accuracy of the intent
    reliability: tuple[Sequence[Bin], Sequence[Bin]]
    coverage: Sequence[tuple[float, float, float]]  # share of the surest rows, accuracy of champion and challenger
    routing: tuple[Routing, Routing]


@dataclass(frozen=True)
class Pair:
    """What both models say of the same rows, beside the truth; class numbers follow `intents`."""

    intents: Sequence[str]
    rows: Sequence[Row]
    truth: Integers
    guesses: tuple[Integers, Integers]
    verdicts: tuple[Sequence[Verdict], Sequence[Verdict]]
    seed: int

    def units_right(self, which: int) -> Rights:
        """Tell for every row whether a model names its true unit."""
        return np.array([v.unit == r.unit for v, r in zip(self.verdicts[which], self.rows, strict=True)], dtype=bool)


def compare(
    champion: Reader,
    challenger: Reader,
    rows: Sequence[Row],
    *,
    slices: Mapping[str, Sequence[int]] | None = None,
    seed: int = 0,
) -> tuple[Comparison, list[Change]]:
    """Measure two models on the same rows.

    Parameters
    ----------
    slices : mapping of name to places in `rows`
        Parts that are measured apart when they are large enough.

    Returns
    -------
    The comparison, and the rows on which the models differ in intent or unit, in their order.
    """
    pair = read_both(champion, challenger, rows, seed)
    old, new = (score(r.model, rows, keywords=r.keywords, seed=seed) for r in (champion, challenger))
    before, after = (guess == pair.truth for guess in pair.guesses)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    resampled = class_gaps(pair)
    placed = [i for i, row in enumerate(rows) if row.unit not in NO_UNIT]
    found = Comparison(
        champion=old,
        challenger=new,
        macro_f1_difference=_rounded(new.macro_f1 - old.macro_f1),
        difference_interval=interval(resampled.mean(axis=1)),
        only_champion_right=lost,
        only_challenger_right=won,
        mcnemar_p=_rounded(mcnemar(lost, won)),
        per_class=by_class(pair, old, new, resampled),
        per_unit=by_unit(pair, placed),
        unit=share_difference("", placed, (pair.units_right(0), pair.units_right(1)), seed),
        slices=by_part(slices or {}, (before, after), seed),
        reliability=(reliability(pair, 0), reliability(pair, 1)),
        coverage=coverage(pair),
        routing=(routing(pair, 0), routing(pair, 1)),
    )
    return found, changes(*pair.verdicts)


def read_both(champion: Reader, challenger: Reader, rows: Sequence[Row], seed: int) -> Pair:
    """Return what two models say of labelled rows; raise ValueError for an intent they do not know."""
    intents = champion.model.intents
    if unknown := {row.intent for row in rows} - set(intents):
        raise ValueError(f"Jenis tidak dikenal: {', '.join(sorted(unknown))}")
    texts, accounts = [row.text for row in rows], [row.account or None for row in rows]
    said = [verdicts(reader, texts, accounts) for reader in (champion, challenger)]
    guesses = [np.array([intents.index(v.intent) for v in each], dtype=np.int64) for each in said]
    truth = np.array([intents.index(row.intent) for row in rows], dtype=np.int64)
    return Pair(intents, rows, truth, (guesses[0], guesses[1]), (said[0], said[1]), seed)


def verdicts(reader: Reader, texts: Sequence[str], accounts: Sequence[str | None]) -> list[Verdict]:
    """Return what a model says of texts and the units of the accounts they stand under."""
    found = predict(reader.model, texts)
    routes = rank(reader.model, reader.keywords, texts, accounts, predictions=found)
    shares = found.intent_probabilities.max(axis=1).round(4).tolist()
    return [
        Verdict(intent, share, route.best[0].unit, round(float(route.best[0].probability), 4), bool(route.is_sure))
        for intent, share, route in zip(found.intents, shares, routes, strict=True)
    ]


def changes(before: Sequence[Verdict], after: Sequence[Verdict]) -> list[Change]:
    """Return the rows on which two models differ in intent or unit."""
    pairs = enumerate(zip(before, after, strict=True))
    return [Change(i, old, new) for i, (old, new) in pairs if (old.intent, old.unit) != (new.intent, new.unit)]


def class_gaps(pair: Pair) -> Rows:
    """Return the difference in F1 of every class in every resample (resamples x classes)."""
    draw, n, width = np.random.default_rng(pair.seed), len(pair.truth), len(pair.intents)
    lines = []
    for _ in range(RESAMPLES):
        places = draw.integers(0, n, n)
        old, new = (class_f1(confusion(pair.truth[places], guess[places], width)) for guess in pair.guesses)
        lines.append(new - old)
    return np.array(lines)


def class_f1(matrix: Integers) -> Rows:
    """Return the F1 of every class; 0 for one that occurs neither in truth nor in guess."""
    both = matrix.sum(axis=0) + matrix.sum(axis=1)
    found: Rows = 2 * np.diag(matrix) / np.maximum(both, 1)
    return found


def by_class(pair: Pair, old: Scores, new: Scores, resampled: Rows) -> list[Difference]:
    """Return the F1 of every class by both models."""
    found = []
    for i, name in enumerate(pair.intents):
        before, after = old.per_class[name], new.per_class[name]
        gap = _rounded(after.f1 - before.f1)
        found.append(Difference(name, after.n, before.f1, after.f1, gap, interval(resampled[:, i])))
    return found


def by_unit(pair: Pair, placed: Sequence[int]) -> list[Difference]:
    """Return for every unit with enough rows the share that each model gives it, the largest first."""
    rights = pair.units_right(0), pair.units_right(1)
    places: dict[str, list[int]] = {}
    for i in placed:
        places.setdefault(pair.rows[i].unit, []).append(i)
    return sorted(by_part(places, rights, pair.seed), key=lambda each: (-each.n, each.name))


def by_part(parts: Mapping[str, Sequence[int]], rights: tuple[Rights, Rights], seed: int) -> list[Difference]:
    """Return the share of right rows in every part that is large enough to say something."""
    large = {name: places for name, places in parts.items() if len(places) >= FEWEST_IN_PART}
    return [share_difference(name, places, rights, seed) for name, places in large.items()]


def share_difference(name: str, places: Sequence[int], rights: tuple[Rights, Rights], seed: int) -> Difference:
    """Return the share of right rows of both models at some places."""
    if not len(places):
        return Difference(name, 0, 0.0, 0.0, 0.0, (0.0, 0.0))
    old, new = (right[list(places)].astype(float) for right in rights)
    drawn = np.random.default_rng(seed).integers(0, len(old), (RESAMPLES, len(old)))
    gaps = (new - old)[drawn].mean(axis=1)
    means = _rounded(old.mean()), _rounded(new.mean())
    return Difference(name, len(old), *means, _rounded(new.mean() - old.mean()), interval(gaps))


def reliability(pair: Pair, which: int) -> list[Bin]:
    """Return ten bins of confidence, without the empty ones."""
    confidence, right = _confidence(pair, which), pair.guesses[which] == pair.truth
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(b / BINS, int(mine.sum()), _rounded(confidence[mine].mean()), _rounded(right[mine].mean()))
        for b in range(BINS)
        if (mine := bins == b).any()
    ]


def coverage(pair: Pair) -> list[tuple[float, float, float]]:
    """Return the accuracy of both models on their surest share of rows, for shares of 5 to 100 %."""
    curves = []
    for which in (0, 1):
        order = np.argsort(-_confidence(pair, which), kind="stable")
        running = np.cumsum((pair.guesses[which] == pair.truth)[order]) / np.arange(1, len(order) + 1)
        curves.append([_rounded(running[max(1, round(share * len(order))) - 1]) for share in COVERAGES])
    return list(zip(COVERAGES, *curves, strict=True))


def routing(pair: Pair, which: int) -> Routing:
    """Return how much of what needs an answer a model routes without asking, and how well."""
    asked = np.array([row.intent != NEEDS_NOTHING for row in pair.rows], dtype=bool)
    routed = asked & np.array([v.is_routed for v in pair.verdicts[which]], dtype=bool)
    right = pair.units_right(which)[routed]
    n = int(asked.sum())
    return Routing(n, _rounded(routed.sum() / max(n, 1)), _rounded(right.mean() if right.size else 0.0))


def interval(values: Rows) -> Interval:
    """Return the middle 95 % of resampled values."""
    low, high = np.percentile(values, INTERVAL)
    return _rounded(low), _rounded(high)


def _confidence(pair: Pair, which: int) -> Rows:
    return np.array([v.intent_probability for v in pair.verdicts[which]])


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 4)
