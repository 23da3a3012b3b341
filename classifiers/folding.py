"""Fold a fitted pipeline into tables per word, and score with numpy alone.

score(text) = (sum of a row per token + sum of a row per neighbouring pair) / tokens ** power + cues @ weights + bias.
Folded and scikit-learn scores agree to 1e-4; see tests/classifiers/test_folding.py. Nothing here imports scikit-learn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.text import is_word

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Table:
    """Feature names with one row of class scores each (n_names x n_classes)."""

    names: tuple[str, ...]
    rows: Rows

    def positions(self) -> dict[str, int]:
        """Return the row number of every name."""
        return {name: i for i, name in enumerate(self.names)}


@dataclass(frozen=True)
class FoldedHead:
    """One linear model as tables; rows hold document frequency, block weight and coefficient multiplied out."""

    classes: tuple[str, ...]
    bias: Rows
    words: Table
    stems: Table
    grams: Table
    word_pairs: Table
    stem_pairs: Table
    cues: Rows  # n_cues x n_classes; no rows where the block is off
    gram_lengths: tuple[int, int]
    power: float


def fold(pipeline: Any, classes: Sequence[str], *, gram_lengths: tuple[int, int], power: float) -> FoldedHead:
    """Return the tables of a fitted pipeline of `pipeline.build_pipeline`, columns in the order of `classes`."""
    linear = pipeline.named_steps["classify"]
    order = [list(linear.classes_).index(c) for c in classes]
    coefficients = linear.coef_[order].T
    blocks: dict[str, tuple[list[str], Rows]] = {}
    start = 0
    for name, block in pipeline.named_steps["features"].transformer_list:
        names, scale = _columns(name, block)
        part = coefficients[start : start + len(scale)] * scale[:, None]
        blocks[name] = (names, part.astype(np.float32))
        start += len(scale)
    words, word_pairs = _split(blocks.get("words"), len(classes))
    stems, stem_pairs = _split(blocks.get("stems"), len(classes))
    return FoldedHead(
        classes=tuple(classes),
        bias=linear.intercept_[order].astype(np.float32),
        words=words,
        stems=stems,
        grams=Table(*_table(blocks.get("characters"), len(classes))),
        word_pairs=word_pairs,
        stem_pairs=stem_pairs,
        cues=blocks["cues"][1] if "cues" in blocks else np.zeros((0, len(classes)), np.float32),
        gram_lengths=gram_lengths,
        power=power,
    )


def _columns(name: str, block: Any) -> tuple[list[str], npt.NDArray[np.float64]]:
    if name == "cues":
        return block.names_, np.full(len(block.names_), block.weight)
    return block.names_, block.idf_ * block.weight


def _table(block: tuple[list[str], Rows] | None, width: int) -> tuple[tuple[str, ...], Rows]:
    return (tuple(block[0]), block[1]) if block else ((), np.zeros((0, width), np.float32))


def _split(block: tuple[list[str], Rows] | None, width: int) -> tuple[Table, Table]:
    """Return single features and pairs apart; a pair is written with a space."""
    names, rows = _table(block, width)
    paired = np.array([" " in n for n in names], dtype=bool)
    single = Table(tuple(n for n in names if " " not in n), rows[~paired])
    return single, Table(tuple(n for n in names if " " in n), rows[paired])


def empty_head() -> FoldedHead:
    """Return a head without classes."""
    nothing = Table((), np.zeros((0, 0), np.float32))
    return FoldedHead(
        (),
        np.zeros(0, np.float32),
        *(nothing,) * 5,
        cues=np.zeros((0, 0), np.float32),
        gram_lengths=(1, 1),
        power=0.5,
    )


class WordRows:
    """The whole contribution of a word to every class of one head, computed from its own letters."""

    def __init__(self, head: FoldedHead) -> None:
        self._head = head
        self._words, self._stems, self._grams = (t.positions() for t in (head.words, head.stems, head.grams))

    def row(self, token: str, stem: str) -> Rows:
        """Return one value per class."""
        head = self._head
        total = np.zeros(len(head.classes), np.float32)
        if (place := self._words.get(token)) is not None:
            total += head.words.rows[place]
        if (place := self._stems.get(stem)) is not None:
            total += head.stems.rows[place]
        if is_word(token) and self._grams:
            padded, (shortest, longest) = f" {token} ", head.gram_lengths
            places = [
                self._grams[g]
                for n in range(shortest, longest + 1)
                for i in range(len(padded) - n + 1)
                if (g := padded[i : i + n]) in self._grams
            ]
            total += head.grams.rows[places].sum(axis=0)
        return total


def fold_vocabulary(
    heads: Sequence[FoldedHead], tokens: Iterable[str], stem: Callable[[str], str]
) -> tuple[Table, list[FoldedHead]]:
    """Return one row per token over all heads, and the heads without their word rows, which those rows now hold."""
    names = sorted({*tokens, *(name for head in heads for name in head.words.names)})
    rows = [WordRows(head) for head in heads]
    folded = np.array([np.concatenate([r.row(t, stem(t)) for r in rows]) for t in names], np.float32)
    bare = [replace(head, words=Table((), head.words.rows[:0])) for head in heads]
    return Table(tuple(names), folded), bare


class PairTable:
    """Rows of neighbouring pairs, looked up for a whole batch at once by a sorted key."""

    def __init__(self, table: Table, numbers: Mapping[str, int]) -> None:
        keys, rows = [], []
        for name, row in zip(table.names, table.rows, strict=True):
            left, right = name.split(" ")
            if left in numbers and right in numbers:
                keys.append((numbers[left] << 32) | numbers[right])
                rows.append(row)
        order = np.argsort(np.array(keys, dtype=np.int64), kind="stable")
        # The last key is never asked for: what is larger than all others is found there and is not it.
        self._keys = np.append(np.array(keys, dtype=np.int64)[order], np.iinfo(np.int64).max)
        self._rows = np.array(rows, dtype=np.float32).reshape(len(rows), table.rows.shape[1])[order]

    def found(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.intp], Rows]:
        """Return which pairs are known (their positions) and the rows of those."""
        keys = (left << 32) | right
        places = np.searchsorted(self._keys, keys)
        known = np.flatnonzero(self._keys[places] == keys)
        return known, self._rows[places[known]]
