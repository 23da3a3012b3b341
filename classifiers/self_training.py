"""Learning from comments that nobody labelled: what a first model is sure of is learned once more, with less weight.

Training only. Self-training (Yarowsky 1995), one round: an office's own comments teach the words of its place before
anybody there has labelled one. It is kept only where rows that no model learned from are read as well or better.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers.evaluate import Integers, confusion, macro_f1
from classifiers.folding import Rows
from classifiers.rows import Row
from classifiers.settings import NO_UNIT

FEWEST_UNREAD = 200  # of fewer comments no gain was measured
FEWEST_OWN = 100  # with so many labels of the office's own, these alone decide whether it helps
OWN_SOURCES = frozenset({"warga", "impor"})


class Lesson(NamedTuple):
    """What one model learns from: numbers of texts, and the label and weight of each."""

    texts: npt.NDArray[np.int64]
    labels: list[str]
    weights: npt.NDArray[np.float64]

    def with_guesses(
        self, texts: npt.NDArray[np.int64], guesses: Rows, classes: Sequence[str], *, sure: float, weight: float
    ) -> "Lesson":
        """Return the lesson with the texts of which a model's guesses (n_texts x n_classes) are sure enough."""
        kept = np.flatnonzero(guesses.max(axis=1, initial=0.0) >= sure)
        labels = [classes[place] for place in guesses[kept].argmax(axis=1)]
        weights = np.append(self.weights, np.full(len(kept), weight))
        return Lesson(np.append(self.texts, texts[kept]), self.labels + labels, weights)


class Trial(NamedTuple):
    """Whether it helped: macro-F1 of held-out rows without and with it."""

    unread: int
    rows: int
    is_own: bool
    without: float
    with_them: float

    @property
    def helps(self) -> bool:
        """Tell whether the rows are read as well or better."""
        return self.with_them >= self.without

    def as_dict(self) -> dict[str, Any]:
        """Return the trial as the card keeps it."""
        return self._asdict() | {"is_used": self.helps}


def is_unread(row: Row) -> bool:
    """Tell whether nobody gave a row anything to learn."""
    return not row.intent and row.unit in NO_UNIT


def tried(rows: Sequence[Row], truth: Integers, without: Rows, with_them: Rows, *, unread: int) -> Trial:
    """Return a trial on held-out rows (intents as numbers); on the office's own where there are enough of them."""
    own = np.array([row.source in OWN_SOURCES for row in rows], dtype=bool)
    is_own = int(own.sum()) >= FEWEST_OWN
    judged = own if is_own else np.ones(len(rows), dtype=bool)

    def read(guess: Rows) -> float:
        """Return the macro-F1 of a guess on the rows that decide."""
        return round(macro_f1(confusion(truth[judged], guess[judged].argmax(axis=1), guess.shape[1])), 4)

    return Trial(unread, int(judged.sum()), is_own, read(without), read(with_them))
