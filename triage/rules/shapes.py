"""The shapes of many histories at once: what is left of each when moments and names are replaced by their places.

A case's events stand together, as they were recorded. Moments are microseconds since 1970.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.rules.courses import COMMENT_AT, MOST_EVENTS, MOST_MOMENTS, MOST_SLOTS, OTHER_AT, RANK_AT, UNIT_AT
from triage.rules.gists import ODD

Array = NDArray[np.int64]
Truths = NDArray[np.bool_]
SECOND = 1_000_000
EVENT_BYTES = 8
UNITS_AT = 20  # bits for a unit's number
CASES_AT = 41  # bits for a comment's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """The events of many cases: `first` says where each case's begin, with the end of the last.

    gists     of each event, with the actor's and the clock's bits (rules.gists)
    comments  the comment each is about, 0 for none
    units     (events x 2): the numbers of the units it names, 0 for none
    """

    first: Array
    gists: Array
    at: Array
    comments: Array
    units: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Of each case its shape, its moments and the units it names.

    keys           the shape, as rules.courses takes it; of an odd case it means nothing
    first_moment   where each case's moments begin in `moments`, with the end of the last
    moment_events  an event that happened at each moment
    slot_units     (cases x slots): the number of the unit in each slot, 0 in that of the queue
    is_odd         cases that only `intervals` itself can measure
    """

    keys: list[bytes]
    first_moment: Array
    moments: Array
    moment_events: Array
    slot_units: Array
    is_odd: Truths


def shapes_of(told: Histories) -> Shapes:
    """Return the shapes of histories; each case has at least one event."""
    sizes = np.diff(told.first)
    own = np.repeat(np.arange(len(sizes)), sizes)
    ranks, first_moment, moments, moment_events = _moments(own, told.at, len(sizes))
    slots, slot_units, has_many = _slots(own, told.units, len(sizes))
    packed = told.gists & 0xFFFF | (ranks & 255) << RANK_AT | _comments(own, told) << COMMENT_AT
    packed |= slots[:, 0] << UNIT_AT | slots[:, 1] << OTHER_AT
    is_odd = (sizes > MOST_EVENTS) | (np.diff(first_moment) > MOST_MOMENTS) | has_many
    is_odd[own[(told.gists & ODD) > 0]] = True
    seconds, whose = moments // SECOND, np.repeat(np.arange(len(sizes)), np.diff(first_moment))
    within_one = (seconds[1:] == seconds[:-1]) & (whose[1:] == whose[:-1])
    is_odd[whose[1:][within_one]] = True
    return Shapes(
        keys=list(_pieces(packed.tobytes(), told.first)),
        first_moment=first_moment,
        moments=moments,
        moment_events=moment_events,
        slot_units=slot_units,
        is_odd=is_odd,
    )


def _pieces(packed: bytes, first: Array) -> Iterator[bytes]:
    bounds = (first * EVENT_BYTES).tolist()
    for begin, end in pairwise(bounds):
        yield packed[begin:end]


def _moments(own: Array, at: Array, cases: int) -> tuple[Array, Array, Array, Array]:
    """Return (rank of each event's moment, where each case's moments begin, moments, an event of each)."""
    order = np.lexsort((at, own))
    at, own = at[order], own[order]
    is_new = np.ones(len(at), bool)
    is_new[1:] = (at[1:] != at[:-1]) | (own[1:] != own[:-1])
    number = np.cumsum(is_new) - 1
    first_moment = np.searchsorted(own[is_new], np.arange(cases + 1))
    ranks = np.empty(len(at), np.int64)
    ranks[order] = number - first_moment[own]
    return ranks, first_moment, at[is_new], order[is_new]


def _comments(own: Array, told: Histories) -> Array:
    """Return a number for the comment of each event: one and the same for those of a case about one comment."""
    numbers = np.zeros(len(own), np.int64)
    about = np.flatnonzero(told.comments)
    _, first, back = np.unique(own[about] << CASES_AT | told.comments[about], return_index=True, return_inverse=True)
    numbers[about] = about[first[back]] - told.first[own[about]] + 1
    return numbers & 255


def _slots(own: Array, units: Array, cases: int) -> tuple[Array, Array, Truths]:
    """Return (slots of each event's units, units by case and slot, whether a case names too many)."""
    named = np.flatnonzero(units.ravel())
    keys = own[named // 2] << UNITS_AT | units.ravel()[named]
    known, first, back = np.unique(keys, return_index=True, return_inverse=True)
    whose = known >> UNITS_AT
    places = np.empty(len(known), np.int64)
    places[np.argsort(first)] = np.arange(len(known))  # by first appearance, so case after case
    places += 1 - np.searchsorted(whose, whose)
    slots = np.zeros(units.size, np.int64)
    slots[named] = places[back] & 255
    is_in = places <= MOST_SLOTS
    slot_units = np.zeros((cases, MOST_SLOTS + 1), np.int64)
    slot_units[whose[is_in], places[is_in]] = known[is_in] & (1 << UNITS_AT) - 1
    has_many = np.zeros(cases, bool)
    has_many[whose[~is_in]] = True
    return slots.reshape(-1, 2), slot_units, has_many


def by_shape(shapes: Shapes) -> dict[bytes, list[Any]]:
    """Return the places of the cases of each shape."""
    found: dict[bytes, list[Any]] = {}
    for place, (key, is_odd) in enumerate(zip(shapes.keys, shapes.is_odd.tolist(), strict=True)):
        if not is_odd:
            found.setdefault(key, []).append(place)
    return found
