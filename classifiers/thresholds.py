"""Choose on out-of-fold rows when a model may act unasked, and how heavy each part of the routing ledger is.

Training only (scipy); the results stand in the card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from classifiers.card import RoutingWeights
from classifiers.folding import Rows
from classifiers.predict import Model, doubted, log_softmax
from classifiers.routing import NO_VOTES, KeywordRule, KeywordTable, as_measures, columns, ledger, measure_matches
from classifiers.rows import Row

Integers = npt.NDArray[np.int64]
GRID = np.round(np.arange(0.35, 0.951, 0.025), 3)
CAPS = RoutingWeights(text=2.0, keyword=2.0, account=3.0)  # the account's own unit must not drown the text
FEWEST = 20
SHARPNESS = (0.2, 2.0)
LEAST_PROBABILITY = 1e-7


def sharpened(logs: Rows, factor: float, *, doubt: float) -> Rows:
    """Return probabilities from log-probabilities multiplied by a factor."""
    return doubted(np.exp(log_softmax(np.float32(factor) * logs)), doubt)


def sharpness_of(logs: Rows, truth: Integers, *, doubt: float) -> float:
    """Return the factor on log-probabilities under which the true classes are likeliest: an inverse temperature."""

    def loss(factor: float) -> float:
        """Return the log loss of a sharpness."""
        return float(-np.log(sharpened(logs, factor, doubt=doubt)[np.arange(len(truth)), truth]).mean())

    return round(float(minimize_scalar(loss, bounds=SHARPNESS, method="bounded").x), 3)


def intent_thresholds(
    intents: Sequence[str],
    truth: Integers,
    probabilities: Rows,
    *,
    glance: float,
) -> dict[str, float]:
    """Return for every class the probability from which it is taken unasked.

    A wrong automatic class costs 1, a person's glance costs `glance`; the cheapest limit on the grid is taken.
    """
    guess, best = probabilities.argmax(axis=1), probabilities.max(axis=1)
    chosen = {}
    for i, name in enumerate(intents):
        mine = guess == i
        wrong, confidence = truth[mine] != i, best[mine]
        costs = [float((wrong & (confidence >= t)).sum() + glance * (confidence < t).sum()) for t in GRID]
        chosen[name] = float(GRID[int(np.argmin(costs))]) if mine.sum() >= FEWEST else 0.7
    return chosen


def fit_routing(text: Rows, hits: Rows, own: Rows, truth: Integers) -> RoutingWeights:
    """Return the non-negative, capped weights that make the true units likeliest."""
    if len(truth) < FEWEST:
        return RoutingWeights()

    rows, parts = np.arange(len(truth)), (text, hits, own)

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, list[float]]:
        """Return the log loss of the weights and how it changes with each."""
        logs = log_softmax(ledger(RoutingWeights(*w), text, hits, own))
        likely = np.exp(logs)
        slopes = [float((likely * part).sum(axis=1).mean() - part[rows, truth].mean()) for part in parts]
        return float(-logs[rows, truth].mean()), slopes

    bounds = [(0.1, CAPS.text), (0.0, CAPS.keyword), (0.0, CAPS.account)]
    found = minimize(loss, [1.0, 0.5, 1.0], jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-7})
    return RoutingWeights(*(round(float(v), 3) for v in found.x))


def sure_from(probabilities: Rows, truth: Integers, *, accuracy: float) -> tuple[float, float]:
    """Return the least probability whose automatic routings are right often enough, and their share of all rows.

    A row whose unit nobody could tell (truth -1) counts as wrong: it belongs in the triage queue.
    """
    best = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    order = np.argsort(-best, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    passing = np.flatnonzero(running >= accuracy)
    if not len(passing):
        return 0.99, 0.0
    last = int(passing[-1])
    return round(float(best[order[last]]), 4), round((last + 1) / len(order), 4)


@dataclass(frozen=True)
class LedgerFit:
    """The fitted routing ledger, the measures of its keywords and its figures on out-of-fold rows."""

    weights: RoutingWeights
    measures: Mapping[str, Sequence[int]]
    figures: Mapping[str, Any]


def fit_ledger(
    model: Model,
    rules: Sequence[KeywordRule],
    rows: Sequence[Row],
    *,
    folds: Sequence[tuple[Sequence[int], Sequence[int]]],
    unit: Rows,
    accuracy: float,
) -> LedgerFit:
    """Fit the ledger on rows whose unit probabilities and keyword measures come from other folds."""
    table = KeywordTable(rules, model, measures={})
    votes = [NO_VOTES] * len(rows)
    matched = [(row.unit, table.matches(row.text)) for row in rows]
    for learn, test in folds:
        measures = as_measures(measure_matches(matched[i] for i in learn))
        judged = KeywordTable(rules, model, measures=measures)
        for i in test:
            votes[i] = judged.votes(rows[i].text)
    hits, own = columns(model.units, votes, [r.account or None for r in rows])
    places = {code: i for i, code in enumerate(model.units)}
    truth = np.array([places.get(r.unit, -1) for r in rows], dtype=np.int64)
    logs = np.log(np.maximum(unit, LEAST_PROBABILITY))
    has, asked = truth >= 0, np.array([r.intent != "other" for r in rows])
    weights = fit_routing(logs[has], hits[has], own[has], truth[has])
    totals = ledger(weights, logs, hits, own)
    limit, share = sure_from(np.exp(log_softmax(totals[asked])), truth[asked], accuracy=accuracy)
    alone = ledger(replace(weights, account=0.0), logs, hits, own)
    figures = {
        "n": int(has.sum()),
        **_top(totals[has], truth[has]),
        "auto_share": share,
        "without_account": _top(alone[has], truth[has]),
        "text_only": _top(logs[has], truth[has]),
    }
    everywhere = as_measures(measure_matches(matched))
    return LedgerFit(replace(weights, sure_from=limit), everywhere, figures)


def _top(totals: Rows, truth: Integers) -> dict[str, float]:
    order = np.argsort(-totals, axis=1, kind="stable")[:, :3]
    return {
        "top1": round(float((order[:, 0] == truth).mean()), 4),
        "top3": round(float((order == truth[:, None]).any(axis=1).mean()), 4),
    }
