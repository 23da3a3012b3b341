"""Who carries what, and what else an answer takes: backlog, holds, bounces, people, and the intervals D5 to D9.

Durations by one clock, in seconds. Holds and next responses are stretches, of which a case may have several; triage
delay is told by the wall clock only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session, select

from models import Unit, User
from triage.queries import cuts
from triage.queries.blocks import ANSWERED_WAIT, HOLD
from triage.queries.cohorts import QUEUE, Cohort, Number
from triage.queries.figure_store import Array
from triage.queries.metric_rows import EARLIEST, LATEST
from triage.queries.selections import Everything, selection
from triage.queries.tallies import (
    Grouping,
    Keys,
    Part,
    Selection,
    Spread,
    by_nothing,
    by_unit,
    cells,
    counting,
    exact_spreads,
    of_histograms,
)
from triage.rules import local_time
from triage.rules.permissions import Viewer
from triage.rules.quantiles import CLASSES, NONE
from triage.rules.wording import alphabetical

OPEN = (Number.OVERDUE, Number.NOT_DUE, Number.OPEN_WITHOUT_TARGET)
FIRST = date(2000, 1, 1)  # the earliest day that an address can name
# What each of cuts.MEASURED is.
INTERVALS = (
    ("Balasan substantif (D6)", "sampai jawaban yang berisi"),
    ("Selesai pertama (D7)", "tanpa jeda menunggu warga"),
    ("Selesai penuh (D8)", "tanpa jeda dan tanpa waktu selesai di antaranya"),
    ("Tanggapan unit (D14)", "selama kasus di tangan unit yang menjawab"),
    ("Jeda triase (D14), jam dinding", "sampai unit pertama ditemukan"),
)
AGES = (1, 3, 7, 14, 30, 90)  # days; the last class is open


@dataclass(frozen=True)
class Age:
    """The open cases of one age, in days: how many, and how many of them are overdue."""

    name: str
    first_day: date
    last_day: date
    waiting: int
    overdue: int


@dataclass(frozen=True)
class Carried:
    """What a unit had in its hands: stretches of holding, cases handed on, and its own part of responses."""

    row_id: int
    code: str
    name: str
    hold: Spread
    own: Spread
    handed_on: int
    received: int


@dataclass(frozen=True)
class Interval:
    """One interval of M1 over the cohort; `cut` names the cases that have it.

    `clock` is "dinding" where it is told by the wall clock whatever is asked; `is_by_case`: a case has it once.
    """

    name: str
    meaning: str
    spread: Spread
    cut: str
    clock: str = ""
    is_by_case: bool = True


@dataclass(frozen=True)
class Person:
    """First responses that a person sent."""

    row_id: int
    name: str
    spread: Spread


def backlog(
    session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime, zone: ZoneInfo, among: Everything | None = None
) -> list[Age]:
    """Return the open cases of any period by age, the youngest first."""
    cases = selection(session, viewer, replace(cohort, start=EARLIEST, end=LATEST), now=now, among=among)
    today = now.astimezone(zone).date()
    kinds = cases.kinds(Grouping(_by_age(local_time.number_of(today), zone), len(AGES) + 1))
    overdue = kinds @ counting(Number.OVERDUE)
    waiting = kinds @ counting(Number.OPEN)
    days = [0, *(edge + 1 for edge in AGES)]
    return [
        Age(
            f"{first}–{AGES[place]} hari" if place < len(AGES) else f"lebih dari {AGES[-1]} hari",
            today - timedelta(days=AGES[place]) if place < len(AGES) else FIRST,
            today - timedelta(days=first),
            int(waiting[place]),
            int(overdue[place]),
        )
        for place, first in enumerate(days)
    ]


@lru_cache(maxsize=8)
def _by_age(today: int, zone: ZoneInfo) -> Keys:
    """Return the keys of the classes of AGES on a day; the same for every request, so that tables are kept by them."""
    edges = np.array([days - today for days in AGES])
    return lambda part: np.searchsorted(edges, -part.days(zone), side="left")


def units(session: Session, cases: Selection, clock: str) -> list[Carried]:
    """Return what each unit had in its hands, by name: these figures rank nobody."""
    found = session.exec(select(Unit.id, Unit.code, Unit.short_name)).all()
    by_name = sorted(found, key=lambda row: alphabetical(row[2]))
    names = {0: (QUEUE, "Antrean triase"), **{row_id or 0: (code, name) for row_id, code, name in by_name}}
    size = max(names) + 1
    holds = span_spreads(cases, HOLD, clock, _span_units, size)
    own = cases.spreads(Grouping(by_unit, size), f"unit_response_{clock}")
    received = cases.kinds(Grouping(by_unit, size)) @ counting(Number.RECEIVED)
    handed_on = cases.count(lambda part: np.where(_is_handed_on(part), part["unit"], size), size + 1)
    return [
        Carried(row_id, *name, holds[row_id], own[row_id], int(handed_on[row_id]), int(received[row_id]))
        for row_id, name in names.items()
        if holds[row_id].n or received[row_id]
    ]


def _is_handed_on(part: Part) -> Array:
    return (part["bounces"] > 0) & part.counted(Number.RECEIVED)


def bounces(cases: Selection) -> list[tuple[int, str, int]]:
    """Return (number, name, cases) by how often a case was handed on."""

    def keys(part: Part) -> Array:
        """Return the number of each case's group."""
        return np.where(part.counted(Number.RECEIVED), cuts.bounces(part), NONE) + 1

    counts = cases.count(keys, cuts.MOST_BOUNCES + 2)[1:].tolist()
    return [(number, cuts.BOUNCE_NAMES[number], count) for number, count in enumerate(counts)]


def intervals(cases: Selection, clock: str) -> list[Interval]:
    """Return the other intervals of M1 over a cohort."""
    all_together = Grouping(by_nothing, 1)

    following = span_spreads(cases, ANSWERED_WAIT, clock, _one_for_spans, 1)[0]
    measured = [
        Interval(
            name,
            meaning,
            cases.spreads(all_together, column.format(clock=clock))[0],
            f"terukur-{place}",
            clock="" if "{" in column else "dinding",
        )
        for place, (column, (name, meaning)) in enumerate(zip(cuts.MEASURED, INTERVALS, strict=True))
    ]
    return [
        Interval(
            "Tanggapan lanjutan (D5)", "warga menulis lagi sampai dijawab", following, "lanjutan-0", is_by_case=False
        ),
        *measured,
    ]


def paused_share(cases: Selection) -> float | None:
    """Return which part of the time until full resolution was waiting for the citizen, by the wall clock (D9)."""
    paused = running = 0
    for part in cases.parts:
        counts = part.counted(Number.RECEIVED) & (part["resolution_full_wall"] != NONE)
        paused += part.sign * int(part["paused_wall"][counts].astype(np.int64).sum())
        running += part.sign * int(part["resolution_full_wall"][counts].astype(np.int64).sum())
    return paused / (paused + running) if paused + running else None


def people(session: Session, cases: Selection, clock: str) -> list[Person]:
    """Return who sent first responses, by name; no ranking of people."""
    names = {row_id or 0: name for row_id, name in session.exec(select(User.id, User.name))}
    size = max(names, default=0) + 2
    spreads = cases.spreads(Grouping(_by_person, size), clock)
    found = [Person(row_id, name, spreads[row_id]) for row_id, name in names.items() if spreads[row_id].n]
    return sorted(found, key=lambda one: alphabetical(one.name))


def _span_units(part: Part) -> Array:
    return part.spans("span_unit")


def _one_for_spans(part: Part) -> Array:
    return np.zeros(len(part.spans("id")), np.int32)


def _by_person(part: Part) -> Array:
    return np.maximum(part["person"], 0)


def span_spreads(cases: Selection, sort: int, clock: str, keys: Callable[[Part], Array], size: int) -> list[Spread]:
    """Return the distribution of stretches of one sort in each group, over the cases that rates count."""
    name = f"span_{clock}"

    def is_wanted(part: Part) -> Array:
        """Return which stretches count."""
        wanted: Array = (part.spans("sort") == sort) & counting(Number.RECEIVED)[part.span_kinds()]
        return wanted

    if cases.is_exact:
        part = cases.parts[0]
        return exact_spreads(keys(part), np.where(is_wanted(part), part.spans(name), NONE), size)
    histogram = cases.count(
        lambda part: cells(keys(part), CLASSES, part.span_classes(name) * is_wanted(part)),
        size * CLASSES,
        kept_as=(keys, sort, name),
    )
    return of_histograms(histogram.reshape(size, CLASSES))
