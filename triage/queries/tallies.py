"""Counting over cases as numbers: parts with a sign, groups by key, and distributions (M1 D14, D18).

A selection has parts, each with a sign: what is packed, less what changed since, plus that as it is now. Every count
is a sum over them. Where the whole is one part, quantiles are exact; else they come from histograms, at most
rules.quantiles.ERROR away.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from triage.queries.cohorts import KINDS, MEANINGS, Number, Outcome, Pace, Standing
from triage.queries.figure_store import Array, Columns
from triage.rules import local_time
from triage.rules.quantiles import CLASSES, NONE, Ints, middles, reached_by

MICROSECONDS = 1_000_000
SHIFT = (Outcome.OVERDUE - Outcome.NOT_DUE) * len(Pace)
KINDS_AN_INTENT = len(Standing) * len(Outcome) * len(Pace)


@dataclass(frozen=True)
class Spread:
    """The distribution of durations in seconds; the mean is for files only (D18)."""

    n: int
    median: float | None = None
    p90: float | None = None
    mean: float | None = None


class Part:
    """Some cases of a selection; `sign` is -1 for those to take off again."""

    def __init__(self, columns: Columns, places: Array | None, *, now: datetime, sign: int = 1) -> None:
        self.columns, self.places, self.sign = columns, places, sign
        self._counted: dict[Number, Array] = {}
        self._classes: dict[str, Array] = {}
        self._now = now
        self._now_us = int(now.timestamp()) * MICROSECONDS + now.microsecond

    def __len__(self) -> int:
        return len(self.columns) if self.places is None else len(self.places)

    def __getitem__(self, name: str) -> Array:
        return self.of(self.columns.cases[name])

    def of(self, column: Array) -> Array:
        """Return this part of a column of all cases."""
        return column if self.places is None else column[self.places]

    def counted(self, number: Number) -> Array:
        """Return which cases a number counts."""
        if number not in self._counted:
            self._counted[number] = counting(number)[self.kinds]
        return self._counted[number]

    def seconds(self, name: str) -> Array:
        """Return each duration, as unknown for a case that rates do not count."""
        return np.where(self.counted(Number.RECEIVED), self[name], NONE)

    def classes(self, name: str) -> Array:
        """Return the class of each duration, as unknown for a case that rates do not count."""
        if name not in self._classes:
            self._classes[name] = self.of(self.columns.classes(name)) * self.counted(Number.RECEIVED)
        return self._classes[name]

    @cached_property
    def late(self) -> Array:
        """Return where those of all cases are whose deadline has passed since they were read."""
        due = self.columns.cases["due"]
        return self.columns.waiting[due[self.columns.waiting] < self._now_us]

    @cached_property
    def kinds(self) -> Array:
        """Return the place of each case in KINDS, as it stands now."""
        kinds = self.columns.cases["kind"].copy()
        kinds[self.late] += SHIFT
        return self.of(kinds)

    def derived(self, name: Hashable, make: Callable[[Columns], Array]) -> Array:
        """Return what follows from the columns alone, for these cases; made once for all."""
        return self.of(self.columns.derived(name, lambda: make(self.columns)))

    def days(self, zone: ZoneInfo) -> Array:
        """Return the day, in a zone, on which each case was opened (rules.local_time)."""
        return self.derived(("days", zone.key), lambda columns: _local(columns, zone, local_time.days).astype(np.int32))

    def slots(self, zone: ZoneInfo) -> Array:
        """Return the hour of the week, in a zone, in which each case was opened (rules.local_time)."""
        return self.derived(
            ("slots", zone.key), lambda columns: _local(columns, zone, local_time.slots).astype(np.int16)
        )

    def count(self, keys: "Keys", size: int, kept_as: Hashable) -> Ints:
        """Return how many times each key below `size` occurs."""
        if self.places is not None or kept_as is None:
            return counted(keys(self), size)
        return self.columns.table((kept_as, size), lambda: counted(keys(self), size))

    def table(self, by: "Grouping", name: str) -> Ints:
        """Return how many cases of each kind, or of each class of a duration, there are by key."""
        width = CLASSES if name else len(KINDS)
        size = by.keys_size * width
        if self.places is not None:
            return counted(cells(by.keys(self), width, self.classes(name) if name else self.kinds), size)
        return self._of_all(by, name, width, size)

    def _of_all(self, by: "Grouping", name: str, width: int, size: int) -> Ints:
        """Return the table of all cases, counted once: only what is late now moves, from one kind to another."""
        column = self.classes(name) if name else self.columns.cases["kind"]
        made = self.columns.table(
            (by.keys, name, size), lambda: counted(cells(by.keys(self), width, column), size).astype(np.int32)
        )
        found = made.astype(np.int64)
        if not name and len(self.late):
            late = Part(self.columns, self.late, now=self._now)
            before = cells(by.keys(late), width, column[self.late])
            found += counted(before + SHIFT, size) - counted(before, size)
        return found

    @cached_property
    def span_places(self) -> Array | slice:
        """Return where the spans of these cases are."""
        return slice(None) if self.places is None else self.columns.spans_of(self.places)

    def spans(self, name: str) -> Array:
        """Return a column of the spans of these cases."""
        return self.columns.spans[name][self.span_places]

    def span_kinds(self) -> Array:
        """Return the kind of the case of each span."""
        if self.places is None:
            return self.kinds[self.columns.span_cases]
        where = np.zeros(len(self.columns), dtype=np.int64)
        where[self.places] = np.arange(len(self.places))
        return self.kinds[where[self.columns.span_cases[self.span_places]]]

    def span_classes(self, name: str) -> Array:
        """Return the class of each span's duration."""
        return self.columns.classes(name)[self.span_places]


def _local(columns: Columns, zone: ZoneInfo, unit: Callable[[Ints], Ints]) -> Ints:
    return unit(local_time.local_seconds(columns.cases["opened"], zone))


Keys = Callable[[Part], Array]


def cells(keys: Array, width: int, columns: Array) -> Array:
    """Return the place of each case in a table with a line a key."""
    return keys.astype(np.int32) * width + columns


def counted(keys: Array, size: int) -> Ints:
    """Return how many times each key below `size` occurs."""
    return np.bincount(keys, minlength=size)


def by_nothing(part: Part) -> Array:
    """Return one key for all cases."""
    return np.zeros(len(part), dtype=np.int32)


def by_unit(part: Part) -> Array:
    """Return the unit that each case is attributed to."""
    return part["unit"]


def by_account(part: Part) -> Array:
    """Return the account of each case."""
    return part["account"]


def by_intent(part: Part) -> Array:
    """Return the place of each case's intent in INTENTS."""
    return part.kinds // KINDS_AN_INTENT


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups of cases: `size` groups by key, or `fold` tells the group of each key."""

    keys: Keys
    size: int
    fold: Array | None = None

    @property
    def keys_size(self) -> int:
        """Return how many keys there can be."""
        return self.size if self.fold is None else len(self.fold)

    def folded(self, table: Ints) -> Ints:
        """Return a table with a line a key as one with a line a group."""
        if self.fold is None:
            return table
        if self.size == 1:
            whole: Ints = table.sum(axis=0, keepdims=True)
            return whole
        found = np.zeros((self.size, table.shape[1]), dtype=np.int64)
        np.add.at(found, self.fold, table)
        return found


class Selection:
    """The cases of a page; what was counted once is kept while the page is made."""

    def __init__(self, parts: Sequence[Part], *, is_exact: bool) -> None:
        self.parts, self.is_exact = tuple(parts), is_exact
        self._tables: dict[tuple[Keys, str], Ints] = {}

    def count(self, keys: Keys, size: int, *, kept_as: Hashable = None) -> Ints:
        """Return how many times each key below `size` occurs; `kept_as` names keys that follow from columns alone."""
        found = np.zeros(size, dtype=np.int64)
        for part in self.parts:
            found += part.sign * part.count(keys, size, kept_as)
        return found

    def kinds(self, by: Grouping) -> Ints:
        """Return how many cases of each kind each group has (groups x KINDS)."""
        return self._table(by, "")

    def spreads(self, by: Grouping, name: str) -> list[Spread]:
        """Return the distribution of a duration in each group, over the cases that rates count."""
        if not self.is_exact:
            return of_histograms(self._table(by, name))
        keys = by.keys(self.parts[0])
        return exact_spreads(keys if by.fold is None else by.fold[keys], self.parts[0].seconds(name), by.size)

    def _table(self, by: Grouping, name: str) -> Ints:
        if (by.keys, name) not in self._tables:
            first, *others = self.parts
            found = first.sign * first.table(by, name)
            for part in others:
                found += part.sign * part.table(by, name)
            self._tables[by.keys, name] = found.reshape(by.keys_size, -1)
        return by.folded(self._tables[by.keys, name])


@lru_cache(maxsize=1)
def weights() -> NDArray[np.bool_]:
    """Return which kind of case is counted by which number (kinds x numbers)."""
    return np.array([[MEANINGS[number].counts(*about) for number in Number] for about in KINDS])


def counting(number: Number) -> NDArray[np.bool_]:
    """Return which kinds a number counts."""
    found: NDArray[np.bool_] = weights()[:, list(Number).index(number)]
    return found


def exact_spreads(keys: Array, seconds: Array, groups: int) -> list[Spread]:
    """Return the distribution of each group's known durations."""
    known = seconds != NONE
    keys, seconds = keys[known], seconds[known]
    order = np.argsort(keys, kind="stable")
    edges = np.searchsorted(keys[order], np.arange(groups + 1))
    return [spread(seconds[order[begin:end]]) for begin, end in pairwise(edges)]


def spread(values: Array) -> Spread:
    """Return n, median, p90 and mean of durations."""
    if not values.size:
        return Spread(0)
    median, p90 = np.quantile(values, (0.5, 0.9)).tolist()
    return Spread(int(values.size), median, p90, float(values.mean()))


def of_histograms(table: Ints) -> list[Spread]:
    """Return n, median and p90 of histograms of durations, one a line, and the mean of their classes' middles."""
    reached = np.cumsum(table[:, 1:], axis=1)
    sums = (table[:, 1:] @ middles()[1:]).tolist()
    return [
        Spread(n, reached_by(line, 0.5), reached_by(line, 0.9), total / n) if n else Spread(0)
        for line, n, total in zip(reached, reached[:, -1].tolist(), sums, strict=True)
    ]
