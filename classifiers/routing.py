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
from classifiers.rows import Row
from classifiers.settings import NO_UNIT
from classifiers.text import LONGEST_REMEMBERED, MEMO_SIZE, chunks

MOST_HITS = 3.0
SINGLE_WORD, SEVERAL_WORDS = 0.7, 1.0  # a single word is broader than a phrase
PRIOR_PRECISION, PRIOR_ROWS, LEAST_PRECISION = 0.6, 4, 0.3
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


@dataclass(frozen=True)
class KeywordMeasure:
    """How often a phrase stood in rows that have a unit, and how often that unit was the rule's."""

    rule: KeywordRule
    n: int
    right: int

    @property
    def precision(self) -> float:
        """Return the share that was right, 0 where the phrase never stood."""
        return self.right / self.n if self.n else 0.0


class KeywordTable:
    """Keyword rules compiled for one model: phrases are cut into stems the way comments are."""

    def __init__(
        self, rules: Iterable[KeywordRule], model: Model, *, measures: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        measures = model.card.keywords if measures is None else measures
        self._model = model
        self._rules: dict[tuple[str, ...], list[tuple[KeywordRule, float]]] = {}
        for rule in rules:
            if stems := tuple(model.stems(rule.phrase)):
                self._rules.setdefault(stems, []).append((rule, _weight(rule, len(stems), measures)))
        self._lengths: dict[str, list[int]] = {}  # first stem of a phrase -> lengths of its phrases, longest first
        for length in sorted({len(stems) for stems in self._rules}, reverse=True):
            for first in {stems[0] for stems in self._rules if len(stems) == length}:
                self._lengths.setdefault(first, []).append(length)
        self._memo: dict[str, tuple[str, ...]] = {}

    def votes(self, text: str) -> Votes:
        """Return what the phrases in one text say; the longest phrase at a place wins, each phrase counts once."""
        found = self._phrases(self._stems(text))
        return self._count(found) if found else NO_VOTES

    def matches(self, text: str) -> list[KeywordRule]:
        """Return the rules whose phrase stands in a text and is not silenced by another."""
        return [rule for rule, _ in self._speaking(self._phrases(self._stems(text)))]

    def _stems(self, text: str) -> list[str]:
        """Return the stems of a text; a chunk's stems are remembered, a lost race costs one look-up."""
        memo = self._memo
        stems: list[str] = []
        for chunk in chunks(text):
            known = memo.get(chunk)
            if known is None:
                known = tuple(self._model.stem(t) for t in self._model.reader.read(chunk))
                if len(memo) >= MEMO_SIZE:
                    memo = self._memo = {}
                if len(chunk) <= LONGEST_REMEMBERED:
                    memo[chunk] = known
            stems.extend(known)
        return stems

    def _phrases(self, stems: list[str]) -> list[tuple[str, ...]]:
        lengths, place = self._lengths, 0
        found: list[tuple[str, ...]] = []
        while place < len(stems):
            step = 1
            for length in lengths.get(stems[place], ()):
                phrase = tuple(stems[place : place + length])
                if phrase in self._rules:
                    found.append(phrase)
                    step = length
                    break
            place += step
        return list(dict.fromkeys(found))

    def _speaking(self, found: Sequence[tuple[str, ...]]) -> list[tuple[KeywordRule, float]]:
        matched = [pair for stems in found for pair in self._rules[stems]]
        denied = {rule.denied_unit for rule, _ in matched if rule.denied_unit}
        return [(rule, weight) for rule, weight in matched if rule.denied_unit or rule.unit not in denied]

    def _count(self, found: Sequence[tuple[str, ...]]) -> Votes:
        hits: dict[str, float] = {}
        phrases: dict[str, tuple[str, ...]] = {}
        for rule, weight in self._speaking(found):
            if weight and rule.phrase not in phrases.get(rule.unit, ()):
                hits[rule.unit] = hits.get(rule.unit, 0.0) + weight
                phrases[rule.unit] = (*phrases.get(rule.unit, ()), rule.phrase)
        return Votes(hits, phrases)


def keyword_name(rule: KeywordRule) -> str:
    """Return the name under which a card keeps the measure of a rule."""
    return f"{rule.unit}|{rule.phrase}"


def measure_keywords(table: KeywordTable, rows: Iterable[Row]) -> list[KeywordMeasure]:
    """Measure the rules that stand in rows with a unit; below a precision of 0.6 a rule deserves a look."""
    return measure_matches((row.unit, table.matches(row.text)) for row in rows)


def measure_matches(found: Iterable[tuple[str, Sequence[KeywordRule]]]) -> list[KeywordMeasure]:
    """Measure rules on the units of texts and the rules that stand in each."""
    counts: dict[KeywordRule, list[int]] = {}
    for unit, rules in found:
        for rule in () if unit in NO_UNIT else dict.fromkeys(rules):
            count = counts.setdefault(rule, [0, 0])
            count[0] += 1
            count[1] += rule.unit == unit
    return [KeywordMeasure(rule, n, right) for rule, (n, right) in counts.items()]


def as_measures(measured: Iterable[KeywordMeasure]) -> dict[str, tuple[int, int]]:
    """Return measures in the form a card keeps them."""
    return {keyword_name(m.rule): (m.n, m.right) for m in measured}


def _weight(rule: KeywordRule, words: int, measures: Mapping[str, Sequence[int]]) -> float:
    """Return a rule's own weight, else the base for its length times its measured precision.

    The precision is drawn towards PRIOR_PRECISION as if PRIOR_ROWS more rows had been seen; a rule that is mostly wrong
    says nothing.
    """
    if rule.weight is not None:
        return rule.weight
    n, right = measures.get(keyword_name(rule), (0, 0))
    precision = (right + PRIOR_PRECISION * PRIOR_ROWS) / (n + PRIOR_ROWS)
    if precision < LEAST_PRECISION:
        return 0.0
    return (SINGLE_WORD if words == 1 else SEVERAL_WORDS) * precision / PRIOR_PRECISION


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
