"""The cases of all time as columns of numbers, kept in this process while no block of theirs was packed anew.

About 45 bytes a case are kept for each database, 125 once a page asked for all intervals.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from triage.queries import blocks
from triage.rules.quantiles import classes_of

Array = NDArray[Any]
Named = Mapping[str, Array]
MOST_TABLES = 48  # with a line a unit each holds 1 MB


class Columns:
    """Cases in the order of ids as columns, and their spans; what is derived is kept once it was asked for."""

    def __init__(self, cases: Named, spans: Named) -> None:
        self.cases, self.spans = cases, spans
        self._derived: dict[Hashable, Array] = {}
        self._tables: dict[Hashable, Array] = {}

    @classmethod
    def of(cls, arrays: Named) -> "Columns":
        """Return the columns of arrays as blocks hold them."""
        cases: dict[str, Array] = {}
        for part in ("work", "core"):
            cases |= split(arrays[part]) if part in arrays else {}
        return cls(cases, split(arrays["spans"]) if "spans" in arrays else {})

    @classmethod
    def joined(cls, pieces: Sequence["Columns"], like: "Columns") -> "Columns":
        """Return the columns of several pieces one after the other; `like` tells which there are if there are none."""
        cases = {name: np.concatenate([p.cases[name] for p in pieces] or [one]) for name, one in like.cases.items()}
        spans = {name: np.concatenate([p.spans[name] for p in pieces] or [one]) for name, one in like.spans.items()}
        return cls(cases, spans)

    def __len__(self) -> int:
        return len(self.cases["id"])

    def classes(self, name: str) -> Array:
        """Return the class of each duration of a column, for histograms."""
        return self.derived(name, lambda: classes_of(self.spans[name] if name in self.spans else self.cases[name]))

    def derived(self, name: Hashable, make: Callable[[], Array]) -> Array:
        """Return what follows from the columns alone, made once."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

    def table(self, name: Hashable, make: Callable[[], Array]) -> Array:
        """Return counts over all cases, made once; of too many, asked for at different periods, all are forgotten."""
        if name not in self._tables:
            if len(self._tables) >= MOST_TABLES:
                self._tables.clear()
            self._tables[name] = made = make()
            return made
        return self._tables[name]

    @cached_property
    def waiting(self) -> Array:
        """Return where the cases are that have a deadline and wait for an answer."""
        return np.flatnonzero(self.cases["due"] > 0)

    @cached_property
    def span_cases(self) -> Array:
        """Return where the case of each span is."""
        return np.searchsorted(self.cases["id"], self.spans["id"])

    @cached_property
    def opened(self) -> tuple[int, int]:
        """Return when the first and the last of the cases was opened."""
        moments = self.cases["opened"]
        return (int(moments.min()), int(moments.max())) if len(moments) else (0, 0)

    def places(self, ids: Iterable[int]) -> Array:
        """Return where cases are, leaving out those that are not here."""
        wanted = np.fromiter(ids, dtype=np.int64)
        found = np.searchsorted(self.cases["id"], wanted)
        inside = found < len(self)
        found, wanted = found[inside], wanted[inside]
        is_here: Array = self.cases["id"][found] == wanted
        return found[is_here]

    def at(self, places: Array) -> "Columns":
        """Return some of the cases, with their spans; `places` ascends."""
        cases = {name: column[places] for name, column in self.cases.items()}
        if not self.spans:
            return Columns(cases, {})
        kept = self.spans_of(places)
        return Columns(cases, {name: column[kept] for name, column in self.spans.items()})

    def spans_of(self, places: Array) -> Array:
        """Return where the spans of some of the cases are."""
        is_kept = np.zeros(len(self), dtype=np.bool_)
        is_kept[places] = True
        return np.flatnonzero(is_kept[self.span_cases])

    def piece(self, first_id: int, end_id: int) -> "Columns":
        """Return the cases of a range of ids, without copying."""
        here = slice(*np.searchsorted(self.cases["id"], (first_id, end_id)).tolist())
        spans = self.spans
        there = slice(*np.searchsorted(spans["id"], (first_id, end_id)).tolist()) if spans else slice(0)
        return Columns({n: c[here] for n, c in self.cases.items()}, {n: c[there] for n, c in spans.items()})


def split(array: Array) -> dict[str, Array]:
    """Return the fields of an array, each in one stretch of memory."""
    return {name: np.ascontiguousarray(array[name]) for name in array.dtype.names or ()}


@dataclass(frozen=True)
class Store:
    """All packed cases, with the stamp of each block that they come from."""

    stamps: Mapping[int, int]
    parts: tuple[str, ...]
    columns: Columns


_kept: WeakKeyDictionary[Any, Store] = WeakKeyDictionary()
_lock = Lock()


def refreshed(session: Session, parts: Sequence[str]) -> Store:
    """Return all packed cases with at least some parts of blocks, reading the blocks that this process lacks."""
    database = session.get_bind()
    stamps = blocks.stamps(session)
    with _lock:
        kept = _kept.get(database)
    if kept is not None and kept.stamps == stamps and set(parts) <= set(kept.parts):
        return kept
    found = _read(session, stamps, parts, kept)
    with _lock:
        _kept[database] = found
    return found


def _read(session: Session, stamps: Mapping[int, int], parts: Sequence[str], kept: Store | None) -> Store:
    """Read what is new; a part that was not kept yet is read with all others, so that they never disagree."""
    wanted = tuple(part for part in blocks.LAYOUTS if part in parts or (kept and part in kept.parts))
    old = kept if kept is not None and wanted == kept.parts else None
    fresh = [chunk for chunk, stamp in stamps.items() if old is None or old.stamps.get(chunk) != stamp]
    read = blocks.packed(session, fresh, wanted)
    have = {chunk: stamp for chunk, stamp in stamps.items() if chunk not in fresh}
    have |= {chunk: stamp for chunk, (stamp, _) in read.items()}
    pieces = [
        Columns.of(read[chunk][1])
        if chunk in read or old is None
        else old.columns.piece(chunk * blocks.CHUNK, (chunk + 1) * blocks.CHUNK)
        for chunk in sorted(have)
    ]
    empty = Columns.of({part: np.empty(0, blocks.LAYOUTS[part]) for part in wanted})
    return Store(have, wanted, Columns.joined(pieces, like=empty))
