"""Cuts of a number that have no filter of their own, such as one hour of one weekday: by name in addresses.

A cut is named `<sort>-<number>`; what it counts is decided here for the tables of pages and for the rows they open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from triage.queries.blocks import ANSWERED_WAIT, HOLD
from triage.queries.figure_store import Array, Columns
from triage.queries.tallies import Part
from triage.rules import local_time
from triage.rules.quantiles import NONE

HOUR_S = 3600
# The upper edges of the distribution of first responses, in seconds; the last class is open.
EDGES = tuple(round(hours * HOUR_S) for hours in (0.25, 1, 2, 4, 8, 24, 72, 168))
MOST_BOUNCES = 3  # and more
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
CLASS_NAMES = (
    "sampai 15 m",
    "15 m–1 j",
    "1–2 j",
    "2–4 j",
    "4–8 j",
    "8–24 j",
    "24–72 j",
    "72–168 j",
    "lebih dari 168 j",
)
BOUNCE_NAMES = {0: "0 kali", 1: "1 kali", 2: "2 kali", MOST_BOUNCES: "3 kali atau lebih"}
# By number in addresses: a new one comes last.
MEASURED = (
    "tts_{clock}",
    "resolution_first_{clock}",
    "resolution_full_{clock}",
    "unit_response_{clock}",
    "triage_wall",
)
CORE, WORK, ALL = ("core",), ("core", "work"), ("core", "work", "spans")


@dataclass(frozen=True)
class Cut:
    """Which cases belong to a cut, the parts of blocks that tell, and what it is called."""

    chosen: Callable[[Part], Array]
    name: str
    parts: tuple[str, ...] = CORE


def arrival_slots(part: Part, zone: ZoneInfo) -> Array:
    """Return the hour of the week in which each citizen wrote."""
    return part.slots(zone)


def answer_slots(part: Part, zone: ZoneInfo) -> Array:
    """Return the hour of the week of each first response, NONE where there is none."""
    return part.derived(("answered", zone.key), lambda columns: _answer_slots(columns, zone))


def _answer_slots(columns: Columns, zone: ZoneInfo) -> Array:
    wall = columns.cases["wall"]
    moments = columns.cases["opened"] + np.maximum(wall, 0)
    slots = local_time.slots(local_time.local_seconds(moments, zone)).astype(np.int16)
    return np.where(wall == NONE, np.int16(NONE), slots)


def classes(part: Part, clock: str) -> Array:
    """Return the class of EDGES of each first response, NONE where it is not known."""
    return part.derived(("class", clock), lambda columns: _edge_classes(columns.cases[clock]))


def _edge_classes(seconds: Array) -> Array:
    found = np.searchsorted(EDGES, seconds, side="left").astype(np.int8)
    return np.where(seconds == NONE, np.int8(NONE), found)


def bounces(part: Part) -> Array:
    """Return how often each case was handed on after it had a unit, MOST_BOUNCES standing for more."""
    return np.minimum(part["bounces"], MOST_BOUNCES)


def named(text: str, *, clock: str, zone: ZoneInfo) -> Cut | None:
    """Return a cut by its name in an address, None when there is no such cut."""
    sort, _, number = text.partition("-")
    if not number.isdecimal() or len(number) > 9:
        return None
    value = int(number)
    day, hour = divmod(value, 24)
    if sort in ("masuk", "jawab") and day < len(WEEKDAYS):
        slots = arrival_slots if sort == "masuk" else answer_slots
        verb = "ditulis" if sort == "masuk" else "dijawab"
        return Cut(lambda part: slots(part, zone) == value, f"{verb} {WEEKDAYS[day]} pukul {hour:02}.00–{hour:02}.59")
    if sort == "lama" and value <= len(EDGES):
        return Cut(lambda part: classes(part, clock) == value, f"dijawab dalam {CLASS_NAMES[value]}")
    return _of_work(sort, value, clock)


def _of_work(sort: str, value: int, clock: str) -> Cut | None:
    measured = dict(enumerate(MEASURED)).get(value, "").format(clock=clock)
    cuts = {
        "orang": Cut(lambda part: part["person"] == value, "jawaban pertama oleh satu orang", WORK),
        "pindah": Cut(lambda part: bounces(part) == value, f"dialihkan {BOUNCE_NAMES.get(value, '')}", WORK),
        "terukur": Cut(lambda part: part[measured] != NONE, "selang waktunya terukur", WORK),
        "pegang": Cut(lambda part: _has_span(part, HOLD, value), "pernah dipegang unit", ALL),
        "lanjutan": Cut(lambda part: _has_span(part, ANSWERED_WAIT, None), "dengan tanggapan lanjutan", ALL),
    }
    if (sort == "terukur" and not measured) or (sort == "pindah" and value > MOST_BOUNCES):
        return None
    return cuts.get(sort)


def _has_span(part: Part, sort: int, unit: int | None) -> Array:
    wanted = part.columns.spans["sort"] == sort
    if unit is not None:
        wanted &= part.columns.spans["span_unit"] == unit
    has = np.zeros(len(part.columns), dtype=np.bool_)
    has[part.columns.span_cases[wanted]] = True
    return part.of(has)
