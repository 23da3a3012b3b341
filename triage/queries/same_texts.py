"""The answers that one unit gave to many cases of a selection, word for word.

An answer is known by a key of its unit and 62 bits of its text's digest; what follows from packed answers alone is
kept with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from models import Reply
from triage.queries.blocks import GIVEN_TEXT
from triage.queries.figure_store import Array, Columns
from triage.queries.pattern_marks import HALF_BITS, halves, substantive
from triage.queries.tallies import Part, Selection
from triage.rules.fairness import SAME_TEXT_CASES
from triage.rules.wording import alphabetical

Keys = NDArray[np.uint64]
UNIT_STEP = 0x9E3779B97F4A7C15  # odd, so that units scatter over all 64 bits
MOST_SHOWN = 20


@dataclass(frozen=True)
class SameText:
    """One answer that a unit gave to many."""

    text: str
    unit: str
    cases: int


@dataclass(frozen=True)
class Shared:
    """The keys of the answers that went to SAME_TEXT_CASES cases or more, ascending, with how many it were."""

    keys: Keys
    counts: Array

    @classmethod
    def of(cls, cases: Selection) -> "Shared":
        """Return what is the same in a selection: the packed answers are counted by place, the few others by key."""
        first, *others = cases.parts
        known = _unique(first.columns)
        counts = np.bincount(_numbers(first.columns)[_inside(first)], minlength=len(known))
        given = [_keys(part.columns)[_inside(part)] for part in others]
        keys = np.concatenate([np.empty(0, np.uint64), *given])
        signs = np.repeat([part.sign for part in others], [len(each) for each in given]).astype(np.int64)
        places, is_known = _places(known, keys)
        np.add.at(counts, places[is_known], signs[is_known])
        new, numbers = np.unique(keys[~is_known], return_inverse=True)
        of_new = np.bincount(numbers, weights=signs[~is_known], minlength=len(new)).astype(np.int64)
        found, many = np.concatenate([known, new]), np.concatenate([counts, of_new])
        here = np.flatnonzero(many >= SAME_TEXT_CASES)
        here = here[np.argsort(found[here])]
        return cls(found[here], many[here])

    def cases_of(self, part: Part) -> Array:
        """Return which cases of a part were given one of these answers."""
        columns = part.columns
        places, is_here = _places(_unique(columns), self.keys)
        is_shared = np.zeros(len(_unique(columns)), dtype=np.bool_)
        is_shared[places[is_here]] = True
        has = np.zeros(len(columns), dtype=np.bool_)
        has[_cases(columns)[is_shared[_numbers(columns)]]] = True
        return part.of(has)

    def texts(self, session: Session, cases: Selection, units: Mapping[int, str]) -> list[SameText]:
        """Return the answers that went to most cases, most first, each by the words of one of them."""
        most = np.argsort(-self.counts, kind="stable")[:MOST_SHOWN]
        counts = dict(zip(self.keys[most].tolist(), self.counts[most].tolist(), strict=True))
        wanted = select(col(Reply.unit_id), col(Reply.text_digest), Reply.text)
        rows = session.exec(wanted.where(col(Reply.case_id).in_(_samples(cases, counts)), *substantive()))
        found: dict[int, SameText] = {}
        for unit_id, digest, text in sorted(rows, key=lambda row: row[2]):
            key = key_of(unit_id or 0, *halves(digest or ""))
            if key in counts and key not in found:
                found[key] = SameText(text, units[unit_id or 0], counts[key])
        return sorted(found.values(), key=lambda same: (-same.cases, *alphabetical(same.unit)))


def key_of(unit_id: int, first: int, second: int) -> int:
    """Return the key of an answer."""
    return ((first << HALF_BITS | second) + unit_id * UNIT_STEP) % 2**64


def _samples(cases: Selection, keys: Mapping[int, int]) -> list[int]:
    """Return the ids of cases that were given each of the answers."""
    found: list[int] = []
    for part in cases.parts:
        unique, numbers = _unique(part.columns), _numbers(part.columns)
        places, is_here = _places(unique, np.array(list(keys), dtype=np.uint64))
        for place in places[is_here] if part.sign > 0 else ():
            at = _cases(part.columns)[np.argmax(numbers == place)]
            found.append(int(part.columns.cases["id"][at]))
    return found


def _here(columns: Columns) -> Array:
    return columns.derived("given", lambda: np.flatnonzero(columns.spans["sort"] == GIVEN_TEXT))


def _cases(columns: Columns) -> Array:
    return columns.derived("given cases", lambda: columns.span_cases[_here(columns)])


def _keys(columns: Columns) -> Keys:
    def made() -> Keys:
        """Return the key of each answer."""
        halves_of = [columns.spans[name][_here(columns)].astype(np.uint64) for name in ("span_wall", "span_working")]
        units = columns.spans["span_unit"][_here(columns)].astype(np.uint64) * np.uint64(UNIT_STEP)
        keys: Keys = (halves_of[0] << np.uint64(HALF_BITS) | halves_of[1]) + units
        return keys

    return columns.derived("given keys", made)


def _unique(columns: Columns) -> Keys:
    return columns.derived("given unique", lambda: np.unique(_keys(columns)))


def _numbers(columns: Columns) -> Array:
    """Return the place of each answer's key among the unique ones."""
    return columns.derived("given numbers", lambda: np.searchsorted(_unique(columns), _keys(columns)))


def _inside(part: Part) -> Array | slice:
    """Return which answers are to cases of a part."""
    if part.places is None:
        return slice(None)
    is_kept = np.zeros(len(part.columns), dtype=np.bool_)
    is_kept[part.places] = True
    inside: Array = is_kept[_cases(part.columns)]
    return inside


def _places(ascending: Keys, keys: Keys) -> tuple[Array, Array]:
    """Return where keys are or would be, and which of them are there."""
    places = np.searchsorted(ascending, keys)
    is_here = places < len(ascending)
    is_here[is_here] = ascending[places[is_here]] == keys[is_here]
    return places, is_here
