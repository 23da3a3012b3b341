"""What the measured rows of a run of cases should say by their events, and what they do say, in one and the same form.

A picture holds the rows as plain tuples in the order of the tables' columns, moments as the database gives them: so two
pictures can be compared without turning anything into objects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlmodel import Session

from models import CaseHold, CaseMeasure, CaseWait
from triage.queries import bulk, event_columns, measures
from triage.queries.event_columns import Told, raw
from triage.rules.courses import SINGLE
from triage.rules.history import is_first_pass
from triage.rules.many_cases import NONE, Measured, Office, measure
from triage.rules.metrics import Intervals, intervals
from triage.rules.shapes import shapes_of

Plain = tuple[Any, ...]
NOTHING_TOLD = (None, None, None, None)
FRT, TTS, FIRST, FULL, PAUSED, OTHER, TRIAGE, RESPONSE = range(len(SINGLE))
RANGE = "between :first and :last"


def columns_of(table: Any) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in table.__table__.columns]


MEASURE, HOLD, WAIT = columns_of(CaseMeasure), columns_of(CaseHold), columns_of(CaseWait)
HEAD = 3  # case, definition, edition: the last two say how it was measured, not what
TELLS = ("first_response_at", "response_wall_s", "response_working_s", "responder_unit_id")


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows of cases: what was measured and what the case row tells by id, holds and waits in order.

    What was drawn from events also has their number by case.
    """

    measures: dict[int, Plain] = field(default_factory=dict)
    tells: dict[int, Plain] = field(default_factory=dict)
    holds: list[Plain] = field(default_factory=list)
    waits: list[Plain] = field(default_factory=list)
    events: dict[int, int] = field(default_factory=dict)

    def differs(self, other: "Picture") -> set[int]:
        """Return the cases whose measured rows are not the same in both."""
        found = {case_id for case_id, row in self.measures.items() if other.measures.get(case_id) != row}
        found |= other.measures.keys() - self.measures.keys()
        for own, others in ((self.holds, other.holds), (self.waits, other.waits)):
            if own != others:
                found |= {row[0] for row in set(own) ^ set(others)}
        return found

    def untold(self, other: "Picture") -> dict[int, Plain]:
        """Return what the case rows should tell and in the other do not."""
        stand = other.tells
        return {case_id: row for case_id, row in self.tells.items() if stand[case_id] != row}


def stored(session: Session, first: int, last: int, tells: dict[int, Plain]) -> Picture:
    """Return the rows of the cases from one id to another as they stand."""
    values = {"first": first, "last": last}

    def rows(table: str, columns: Sequence[str], order: str) -> list[Plain]:
        """Read one table."""
        wanted = f"select {', '.join(columns)} from {table} where case_id {RANGE} order by {order}"  # noqa: S608
        return raw(session, text(wanted), values)

    measured = rows("case_measure", [MEASURE[0], *MEASURE[HEAD:]], "case_id")
    return Picture(
        {row[0]: row for row in measured},
        tells,
        rows("case_hold", HOLD, "case_id, number"),
        rows("case_wait", WAIT, "case_id, number"),
    )


def drawn(session: Session, routed: dict[int, Any], by: measures.Ruler) -> Picture:
    """Return the rows that a run of cases should have; `routed` is the moment of the last routing by case, in order."""
    ids = list(routed)
    picture = Picture(tells=dict.fromkeys(ids, NOTHING_TOLD))
    told = event_columns.read(session, ids[0], ids[-1])
    if told is None:
        return picture
    sizes = np.diff(told.histories.first)
    picture.events.update(zip(told.case_ids.tolist(), sizes.tolist(), strict=True))
    office = Office([by.calendars.get(code) for code in told.units], by.limits.pause_limit_days)
    left = set(told.case_ids.tolist())
    for found in measure(shapes_of(told.histories), office):
        left.difference_update(Lines(found, told, by).add_to(picture, routed))
    add_others(session, picture, sorted(left), routed, by)
    picture.holds.sort()
    picture.waits.sort()
    return picture


class Lines:
    """The rows of the cases of one course, made column by column."""

    def __init__(self, found: Measured, told: Told, by: measures.Ruler) -> None:
        self.course, self.found, self.told, self.by = found.course, found, told, by
        self.ids: list[int] = told.case_ids[found.cases].tolist()
        self.moments = [told.moments[events].tolist() for events in found.events.T]
        self.walls, self.works = found.walls.T.tolist(), [known(times) for times in found.works.T]
        self.unit_ids = [by.units.get(code or "") for code in told.units]

    def add_to(self, picture: Picture, routed: dict[int, Any]) -> list[int]:
        """Add the rows to a picture, return whose they are. A case that only its first pass touched has none."""
        if self.course.received is None:
            return self.ids
        bare = self.bare(routed) if self.course.is_first_pass else frozenset()
        if len(bare) < len(self.ids):
            picture.measures.update((row[0], row) for row in self.measured() if row[0] not in bare)
            picture.holds.extend(row for row in self.holds() if row[0] not in bare)
            picture.waits.extend(row for row in self.waits() if row[0] not in bare)
        if self.course.reaches[FRT] is not None:
            tells = zip(self.ends(FRT), *self.both(FRT), self.units(self.course.responder), strict=False)
            picture.tells.update(zip(self.ids, tells, strict=True))
        return self.ids

    def bare(self, routed: dict[int, Any]) -> frozenset[int]:
        """Return the cases of which the case row says as much as their first pass does."""
        ends = zip(self.ids, self.ends(TRIAGE), strict=False)
        return frozenset(case_id for case_id, end in ends if end is None or end == routed[case_id])

    def measured(self) -> Iterable[Plain]:
        """Yield what CaseMeasure has after its head."""
        course = self.course
        since = repeat(None) if course.waiting_since is None else self.moments[course.waiting_since]
        return zip(
            self.ids, self.moments[course.received or 0],
            self.ends(FRT), *self.both(FRT), self.ends(TTS), *self.both(TTS),
            self.ends(FIRST), *self.both(FIRST), self.ends(FULL), *self.both(FULL), *self.both(PAUSED),
            *self.both(OTHER), self.ends(TRIAGE), *self.both(TRIAGE), *self.both(RESPONSE),
            self.units(course.responder), self.senders(), repeat(course.bounces), repeat(course.episodes),
            since, self.found.flags.tolist(), strict=False,
        )  # fmt: skip

    def holds(self) -> Iterable[Plain]:
        """Yield the rows of CaseHold."""
        for number, slot in enumerate(self.course.hold_slots):
            yield from self.stretch(len(SINGLE) + number, number, (self.units(slot),))

    def waits(self) -> Iterable[Plain]:
        """Yield the rows of CaseWait: first the answered ones."""
        begin, answered = len(SINGLE) + len(self.course.hold_slots), self.course.answer_slots
        for number, slot in enumerate(answered):
            yield from self.stretch(begin + number, number, (self.units(slot), repeat(True)))
        for number in range(len(answered), len(answered) + self.course.lapses):
            yield from self.stretch(begin + number, number, (repeat(None), repeat(False)))

    def stretch(self, place: int, number: int, about: tuple[Iterable[Any], ...]) -> Iterable[Plain]:
        """Yield the rows of one hold or wait of all cases."""
        reach = self.course.reaches[place]
        if reach is None:
            return iter(())
        begins, ends = self.moments[reach.start], self.moments[reach.end]
        return zip(self.ids, repeat(number), *about, begins, ends, *self.both(place), strict=False)

    def ends(self, place: int) -> Iterable[Any]:
        """Return when an interval ended, of each case."""
        reach = self.course.reaches[place]
        return repeat(None) if reach is None else self.moments[reach.end]

    def both(self, place: int) -> tuple[Iterable[Any], Iterable[Any]]:
        """Return the seconds of an interval by both clocks, of each case."""
        if self.course.reaches[place] is None:
            return repeat(None), repeat(None)
        return self.walls[place], self.works[place]

    def units(self, slot: int) -> Iterable[int | None]:
        """Return the id of the unit in a slot, of each case."""
        return [self.unit_ids[number] for number in self.found.units[:, slot].tolist()] if slot else repeat(None)

    def senders(self) -> Iterable[int | None]:
        """Return the person who sent the first reply, of each case."""
        if self.course.sender is None:
            return repeat(None)
        events = self.told.histories.first[self.found.cases] + self.course.sender
        return [self.by.users.get(self.told.actor(event)) for event in events.tolist()]


def known(times: NDArray[np.int64]) -> Iterable[int | None]:
    """Return seconds, None for what nobody knows."""
    seconds: list[int | None] = times.tolist()
    return [None if value == NONE else value for value in seconds] if (times == NONE).any() else seconds


def add_others(
    session: Session, picture: Picture, ids: Sequence[int], routed: dict[int, Any], by: measures.Ruler
) -> None:
    """Add the rows of cases that have no course: each is measured by itself."""
    form = bulk.form_of_moments(session)
    for case_id, events in measures.histories(session, ids).items():
        one = intervals(events, by.calendars, by.limits)
        picture.tells[case_id] = tells_of(one, by, form)
        delay = form(one.triage_delay.end) if one.triage_delay else None
        passed = is_first_pass(events) and not any(hold.unit for hold in one.holds)
        if one.received_at is None or (passed and delay in (None, routed[case_id])):
            continue
        rows = measures.rows_of([(case_id, one)], by)
        whole = plain(rows.measures[0], form)
        picture.measures[case_id] = (case_id, *whole[HEAD:])
        picture.holds.extend(plain(row, form) for row in rows.holds)
        picture.waits.extend(plain(row, form) for row in rows.waits)


def tells_of(one: Intervals, by: measures.Ruler, form: bulk.Form = bulk.as_it_is) -> Plain:
    """Return what the case row should tell."""
    if one.frt is None:
        return NOTHING_TOLD
    return form(one.frt.end), one.frt.wall_s, one.frt.working_s, by.units.get(one.responder_unit or "")


def plain(row: measures.Row, form: bulk.Form) -> Plain:
    """Return a row as the database keeps it."""
    return tuple([form(value) if isinstance(value, datetime) else value for value in row.values()])
