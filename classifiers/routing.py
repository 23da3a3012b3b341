"""The routing ledger: which unit must answer, as a sum a person can read.

score(unit) = w_text log P(unit | text) + w_keyword min(hits, 3) + w_account [the account's own unit]; the weights are
fitted on out-of-fold rows and stand in the card. A softmax over all units makes it a probability to abstain by.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.card import RoutingWeights
from classifiers.folding import Rows
from classifiers.predict import Model, Predictions, batches, log_softmax, predict

MOST_HITS = 3.0
SINGLE_WORD, SEVERAL_WORDS = 0.5, 1.0  # a single word is broader than a phrase
TOP = 3


@dataclass(frozen=True)
class KeywordRule:
    """One phrase that speaks for a unit.

    `denied_unit` is set for a phrase of another unit's "not responsible for" list: it speaks for `unit` and silences
    the denied unit's own phrases. `weight` None leaves the weight to the number of words.
    """

    phrase: str
    unit: str
    denied_unit: str = ""
    weight: float | None = None


@dataclass(frozen=True)
class Part:
    """One entry of the ledger; `name` and `detail` are shown to people, `value` is in log-odds."""

    name: str
    detail: str
    value: float


@dataclass(frozen=True)
class UnitScore:
    """A unit with its total, its probability among all units and the parts that make up the total."""

    unit: str
    total: float
    probability: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Route:
    """The best units for one text; `is_sure` is false where a person should choose."""

    best: tuple[UnitScore, ...]
    is_sure: bool


@dataclass(frozen=True)
class Votes:
    """What keywords say about one text: hits and phrases per unit."""

    hits: Mapping[str, float]
    phrases: Mapping[str, tuple[str, ...]]


NO_VOTES = Votes({}, {})


def load_keywords(path: Path) -> tuple[KeywordRule, ...]:
    """Read the keyword rules of a unit register in the form of data/reference/opd.json."""
    rules = []
    for unit in json.loads(path.read_text(encoding="utf-8")):
        rules += [KeywordRule(phrase, unit["code"]) for phrase in unit["keywords"]]
        rules += [
            KeywordRule(phrase, other["route_to"], unit["code"])
            for other in unit["not_responsible_for"]
            for phrase in other["keywords"]
        ]
    return tuple(rules)


class KeywordTable:
    """Keyword rules compiled for one model: phrases are cut into stems the way comments are."""

    def __init__(self, rules: Iterable[KeywordRule], model: Model) -> None:
        self._model = model
        self._rules: dict[tuple[str, ...], list[KeywordRule]] = {}
        self._lengths: dict[str, list[int]] = {}
        for rule in rules:
            stems = tuple(self._stems(rule.phrase))
            if stems:
                self._rules.setdefault(stems, []).append(rule)
        for stems in self._rules:
            lengths = self._lengths.setdefault(stems[0], [])
            if len(stems) not in lengths:
                lengths.append(len(stems))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def votes(self, text: str) -> Votes:
        """Return what the phrases in one text say; the longest phrase at a place wins, each phrase counts once."""
        stems = self._stems(text)
        found: dict[tuple[str, ...], None] = {}
        place = 0
        while place < len(stems):
            phrase = self._longest_at(stems, place)
            if phrase:
                found[phrase] = None
            place += len(phrase) or 1
        return self._count(found) if found else NO_VOTES

    def _stems(self, text: str) -> list[str]:
        return self._model.stems(text)

    def _longest_at(self, stems: list[str], place: int) -> tuple[str, ...]:
        for length in self._lengths.get(stems[place], ()):
            phrase = tuple(stems[place : place + length])
            if phrase in self._rules:
                return phrase
        return ()

    def _count(self, found: Iterable[tuple[str, ...]]) -> Votes:
        hits: dict[str, float] = {}
        phrases: dict[str, tuple[str, ...]] = {}
        matched = [(stems, rule) for stems in found for rule in self._rules[stems]]
        denied = {rule.denied_unit for _, rule in matched if rule.denied_unit}
        for stems, rule in matched:
            if not rule.denied_unit and rule.unit in denied:
                continue
            if rule.phrase in phrases.get(rule.unit, ()):
                continue
            hits[rule.unit] = hits.get(rule.unit, 0.0) + _weight(rule, stems)
            phrases[rule.unit] = (*phrases.get(rule.unit, ()), rule.phrase)
        return Votes(hits, phrases)


def _weight(rule: KeywordRule, stems: tuple[str, ...]) -> float:
    if rule.weight is not None:
        return rule.weight
    return SINGLE_WORD if len(stems) == 1 else SEVERAL_WORDS


def columns(units: Sequence[str], votes: Sequence[Votes], accounts: Sequence[str | None]) -> tuple[Rows, Rows]:
    """Return keyword hits (capped) and own-account marks, both n_texts x n_units."""
    places = {unit: i for i, unit in enumerate(units)}
    hits, own = np.zeros((2, len(votes), len(units)), np.float32)
    for row, (vote, account) in enumerate(zip(votes, accounts, strict=True)):
        for unit, count in vote.hits.items():
            if unit in places:
                hits[row, places[unit]] = min(count, MOST_HITS)
        if account in places:
            own[row, places[account]] = 1.0
    return hits, own


def ledger(weights: RoutingWeights, text: Rows, hits: Rows, own: Rows) -> Rows:
    """Return the total of every unit, n_texts x n_units."""
    total: Rows = (
        np.float32(weights.text) * text + np.float32(weights.keyword) * hits + np.float32(weights.account) * own
    )
    return total


def rank(
    model: Model,
    keywords: KeywordTable,
    texts: Sequence[str],
    account_units: Sequence[str | None],
    *,
    predictions: Predictions | None = None,
    weights: RoutingWeights | None = None,
    top: int = TOP,
) -> list[Route]:
    """Return the best units of every text with their ledger.

    Parameters
    ----------
    account_units : sequence of str or None
        Unit on whose account each text was left; None or an unknown code gives no prior.
    predictions : Predictions or None
        What `predict` said about the same texts, if it is at hand.
    weights : RoutingWeights or None
        None takes those of the card.
    """
    weights = weights or model.card.routing
    logs = (predictions or predict(model, texts)).unit_log_probabilities
    routes: list[Route] = []
    for batch in batches(range(len(texts))):
        rows = slice(batch[0], batch[-1] + 1)
        votes = [keywords.votes(t) for t in texts[rows]]
        accounts = account_units[rows]
        hits, own = columns(model.units, votes, accounts)
        totals = ledger(weights, logs[rows], hits, own)
        routes += _routes(model.units, weights, (logs[rows], hits, own, totals), votes, accounts, top)
    return routes


def _routes(
    units: Sequence[str],
    weights: RoutingWeights,
    parts: tuple[Rows, Rows, Rows, Rows],
    votes: Sequence[Votes],
    accounts: Sequence[str | None],
    top: int,
) -> list[Route]:
    logs, hits, own, totals = parts
    probabilities = np.exp(log_softmax(totals))
    order = np.argsort(-totals, axis=1, kind="stable")[:, :top]
    routes = []
    for row, places in enumerate(order.tolist()):
        best = []
        for p in places:
            entries = [Part("teks", "", weights.text * float(logs[row, p]))]
            if hits[row, p]:
                entries.append(
                    Part("kata kunci", ", ".join(votes[row].phrases[units[p]]), weights.keyword * float(hits[row, p]))
                )
            if own[row, p]:
                entries.append(Part("akun", str(accounts[row]), weights.account))
            best.append(UnitScore(units[p], float(totals[row, p]), float(probabilities[row, p]), tuple(entries)))
        routes.append(Route(tuple(best), best[0].probability >= weights.sure_from))
    return routes
