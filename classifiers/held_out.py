"""Rows that a model did not learn from: how they are set aside in turn, and what models then say about them.

Training only (scikit-learn).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from classifiers.counting import TokenRuns
from classifiers.folding import Rows
from classifiers.rows import Row, group_of_rows
from classifiers.thresholds import sharpened


@dataclass(frozen=True)
class HeldOut:
    """Probabilities for rows a model did not learn from; NaN-free, columns in the order of the classes."""

    intent: Rows
    unit: Rows
    intent_of_fragments: Rows  # for every `step`-th row cut short; see roughen.fragments
    step: int = 1

    def sharpened(self, factor: float, *, doubt: float) -> "HeldOut":
        """Return the same with calibrated intents."""
        plain, cut = (sharpened(logs(p), factor, doubt=doubt) for p in (self.intent, self.intent_of_fragments))
        return HeldOut(plain, self.unit, cut, self.step)

    def of_both(self, places: Sequence[int]) -> Rows:
        """Return the intents of some of the rows that were cut, whole ones first, then the same rows cut short."""
        return np.vstack(
            [self.intent[places], self.intent_of_fragments[np.asarray(places, dtype=np.int64) // self.step]]
        )


def folds(rows: Sequence[Row], count: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows to learn from and those to test on, every row being tested once.

    Where there are enough sources, whole ones are held out: an office's comments are from a place the corpus has never
    seen. A source with more rows than a fold, such as that office's own, is divided by group instead. Nothing is
    learned from a row whose near-duplicate or author is tested, wherever it comes from.
    """
    groups = group_of_rows([r.text for r in rows], [r.group for r in rows])
    sizes = Counter(r.source for r in rows)
    by_source = len(sizes) > count
    whole = {source for source, size in sizes.items() if by_source and size * count <= len(rows)}
    parts = [r.source if r.source in whole else f"{g}" for r, g in zip(rows, groups, strict=True)]
    for learn, test in GroupKFold(count).split(parts, groups=parts):
        tested = {groups[i] for i in test}
        yield [i for i in learn.tolist() if groups[i] not in tested], test.tolist()


def logs(probabilities: Rows) -> Rows:
    """Return log-probabilities, none of them infinite."""
    found: Rows = np.log(np.maximum(probabilities, np.float32(1e-9)))
    return found


def aligned(pipeline: Any, texts: TokenRuns, classes: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return probabilities with a column for every class, zero where a fold did not know it."""
    places = [list(classes).index(c) for c in pipeline.classes_]
    result = np.zeros((len(texts), len(classes)))
    result[:, places] = pipeline[1:].predict_proba(texts)
    return result
