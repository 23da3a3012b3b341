"""Who holds a case from when to when, and working time by the calendar of whoever holds it (M1 D11, D14).

A span of time is cut where the case changes hands; each piece counts by its holder's own calendar. The
triage queue is the holder None and has the regency's calendar.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.rules.calendars import CalendarError
from triage.rules.working_time import (
    CalendarHistory,
    is_working_moment,
    nth_working_day_close,
    seconds_of,
)

Calendars = Mapping[str | None, CalendarHistory | None]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time by both clocks, in seconds; working_s is None, never 0, where there is no calendar.

    Where something is left out (pauses), the seconds are fewer than end - start.
    """

    start: datetime
    end: datetime
    wall_s: int
    working_s: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch during which one unit (None: the triage queue) held a case that waited for an answer."""

    unit: str | None
    span: Span


class Custody:
    """The holders of one case in order of time; moves are told oldest first."""

    __slots__ = ("_calendars", "_moves", "routings")

    def __init__(self, start: datetime, calendars: Calendars) -> None:
        self._calendars = calendars
        self._moves: list[tuple[datetime, str | None]] = [(start, None)]
        self.routings = 0

    @property
    def holder(self) -> str | None:
        """Return who holds the case now."""
        return self._moves[-1][1]

    @property
    def last_move_at(self) -> datetime:
        """Return when the case changed hands last."""
        return self._moves[-1][0]

    def move(self, at: datetime, *, giver: str | None, taker: str | None) -> None:
        """Hand the case over; a first giver is taken to have held it from the beginning."""
        if giver is not None and self._moves[-1][1] is None and self.routings == 0:
            self._moves[-1] = (self._moves[-1][0], giver)
            self.routings = 1
        if taker == self.holder:
            return
        self._moves.append((at, taker))
        self.routings += taker is not None

    def holds(self, start: datetime, end: datetime) -> Iterator[Hold]:
        """Yield the stretches of a waiting time by holder; together they are the whole."""
        for unit, first, last in self._pieces(start, end):
            if seconds_of(first) < seconds_of(last):
                yield Hold(unit, self._measured(unit, first, last))

    def span(self, start: datetime, end: datetime) -> Span:
        """Return the time from start to end by both clocks."""
        wall_s = seconds_of(end) - seconds_of(start)
        if start >= self._moves[-1][0]:
            return self._measured(self._moves[-1][1], start, end)
        pieces = [hold.span.working_s for hold in self.holds(start, end)]
        if not pieces:
            return self._measured(self.holder_at(start), start, end)
        return Span(start, end, wall_s, None if None in pieces else sum(filter(None, pieces)))

    def holder_at(self, at: datetime) -> str | None:
        """Return who held the case at a moment."""
        for moved_at, unit in reversed(self._moves):
            if moved_at <= at:
                return unit
        return self._moves[0][1]

    def is_working(self, at: datetime) -> bool:
        """Tell whether the moment is working time for whoever holds the case then."""
        calendar = self._calendars.get(self.holder_at(at))
        return calendar is not None and calendar.covers(at) and is_working_moment(at, calendar)

    def working_days_after(self, at: datetime, days: int) -> datetime:
        """Return the end of the nth working day after a moment, by the holder's or else the regency's calendar.

        Where neither says anything, days of 24 hours are counted.
        """
        calendar = self._calendars.get(self.holder_at(at)) or self._calendars.get(None)
        try:
            if calendar is not None and calendar.covers(at):
                return nth_working_day_close(at, days, calendar)
        except CalendarError:
            pass  # a calendar without hours limits nothing; the wall clock does
        return at + timedelta(days=days)

    def _pieces(self, start: datetime, end: datetime) -> Iterator[tuple[str | None, datetime, datetime]]:
        last = len(self._moves) - 1
        for index, (moved_at, unit) in enumerate(self._moves):
            first = max(start, moved_at)
            until = end if index == last else min(end, self._moves[index + 1][0])
            if first < until:
                yield unit, first, until

    def _measured(self, unit: str | None, start: datetime, end: datetime) -> Span:
        start_s, end_s = seconds_of(start), seconds_of(end)
        calendar = self._calendars.get(unit)
        working_s = None
        if calendar is not None:
            try:
                working_s = calendar.seconds_between(start_s, end_s)
            except CalendarError:  # before the first version: unknown
                working_s = None
        return Span(start, end, end_s - start_s, working_s)
