"""Rows that a model did not learn from: how they are set aside in turn, and what models then say about them.

Training only (scikit-learn).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold

from classifiers.folding import Rows
from classifiers.rows import Row, group_of_rows
from classifiers.thresholds import sharpened


@dataclass(frozen=True)
class HeldOut:
    """Probabilities for rows a model did not learn from; NaN-free, columns in the order of the classes."""

    intent: Rows
    unit: Rows
    intent_of_fragments: Rows  # for the same rows cut short; see roughen.fragments

    def sharpened(self, factor: float, *, doubt: float) -> "HeldOut":
        """Return the same with calibrated intents."""
        plain, cut = (sharpened(logs(p), factor, doubt=doubt) for p in (self.intent, self.intent_of_fragments))
        return HeldOut(plain, self.unit, cut)

    def of_both(self, places: Sequence[int]) -> Rows:
        """Return the intents of some rows, whole ones first, then the same rows cut short."""
        return np.vstack([self.intent[places], self.intent_of_fragments[places]])


def folds(rows: Sequence[Row], count: int) -> Iterator[tuple[list[int], list[int]]]:
    """Split by source where there are enough of them, else by near-duplicate group."""
    sources = [r.source for r in rows]
    groups = (
        sources
        if len(set(sources)) > count
        else [r.group or str(g) for r, g in zip(rows, group_of_rows([r.text for r in rows]), strict=True)]
    )
    for learn, test in GroupKFold(count).split(sources, groups=groups):
        yield learn.tolist(), test.tolist()


def logs(probabilities: Rows) -> Rows:
    """Return log-probabilities, none of them infinite."""
    found: Rows = np.log(np.maximum(probabilities, np.float32(1e-9)))
    return found
