"""A batch of texts as one run of token numbers, summed and looked up for all of them at once. Numpy only."""

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from classifiers import cues
from classifiers.folding import PairTable, Rows

Integers = npt.NDArray[np.int64]


class Memory(Protocol):
    """What is known of every token number: its row of scores, its masks of cues and marks, its numbers in pairs."""

    rows: Rows
    masks: Integers
    marks: Integers
    words: Integers
    stems: Integers


class Reading:
    """A batch of texts as one run of token numbers; a text without tokens holds the empty token 0."""

    def __init__(self, memory: Memory, numbers: Sequence[int], ends: Sequence[int]) -> None:
        self.memory = memory
        stops = np.array(ends, dtype=np.int64)
        counts = stops.copy()
        counts[1:] -= stops[:-1]
        self.counts = counts
        self.ids = np.array(numbers, dtype=np.int64)
        if not counts.all():
            self.ids = np.insert(self.ids, stops[counts == 0], 0)
        self.lengths = np.maximum(counts, 1)
        self.ends = np.cumsum(self.lengths)
        self.starts = self.ends - self.lengths

    def sums(self) -> Rows:
        """Return the sum of the rows of every text."""
        total: Rows = np.add.reduceat(self.memory.rows[self.ids], self.starts, axis=0)
        return total

    def cue_features(self) -> Rows:
        """Return the stance cues of every text."""
        masks = self.memory.masks[self.ids]
        anywhere = np.bitwise_or.reduceat(masks, self.starts)
        return cues.features(anywhere, first=masks[self.starts], last=masks[self.ends - 1], lengths=self.counts)

    def marks(self) -> Integers:
        """Return the OR of what the tokens of every text plainly say."""
        said: Integers = np.bitwise_or.reduceat(self.memory.marks[self.ids], self.starts)
        return said

    def cue_scores(self, weights: cues.CueScores) -> Rows:
        """Return what the stance cues of every text add to every class."""
        masks = self.memory.masks[self.ids]
        anywhere = np.bitwise_or.reduceat(masks, self.starts)
        return weights.of(anywhere, first=masks[self.starts], last=masks[self.ends - 1], lengths=self.counts)

    @cached_property
    def text_of(self) -> Integers:
        """Return the text of every token."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def left(self) -> npt.NDArray[np.intp]:
        """Return the places of tokens that have a right neighbour."""
        return np.flatnonzero(self.text_of[:-1] == self.text_of[1:])

    def add_pairs(self, totals: Rows, table: PairTable, numbers: Integers) -> None:
        """Add the rows of known neighbouring pairs to the totals of their texts."""
        parts = numbers[self.ids]
        places, rows = table.found(parts[self.left], parts[self.left + 1])
        if not len(places):
            return
        width = rows.shape[1]
        cells = self.text_of[self.left[places]][:, None] * width + np.arange(width)
        sums = np.bincount(cells.ravel(), weights=rows.ravel(), minlength=totals.size)
        totals += sums.reshape(totals.shape).astype(np.float32)
