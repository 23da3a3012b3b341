"""Who holds a case from when to when, and working time by the calendar of whoever holds it (M1 D11, D14).

A span of time is cut where the case changes hands; each piece counts by its holder's own calendar. The
triage queue is the holder None and has the regency's calendar.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.rules.calendars import CalendarError
from triage.rules.working_time import CalendarHistory, is_working_moment, nth_working_day_close
from triage.rules.zones import seconds_of

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
    """The holders of one case in order of time; moves are told oldest first.

    With each move goes what has passed since the start: working seconds, and seconds at holders without a
    calendar. So a span costs two look-ups, however often the case changed hands.
    """

    __slots__ = ("_ats", "_calendars", "_seconds", "_units", "_unknown", "_worked", "routings")

    def __init__(self, start: datetime, calendars: Calendars) -> None:
        self._calendars = calendars
        self._ats: list[datetime] = [start]
        self._seconds: list[int] = [seconds_of(start)]
        self._units: list[str | None] = [None]
        self._worked: list[int] = [0]
        self._unknown: list[int] = [0]
        self.routings = 0

    @property
    def holder(self) -> str | None:
        """Return who holds the case now."""
        return self._units[-1]

    @property
    def last_move_at(self) -> datetime:
        """Return when the case changed hands last."""
        return self._ats[-1]

    def begin(self, unit: str) -> None:
        """Note who held the case from the beginning, without any routing; a later word changes nothing."""
        if len(self._units) == 1 and self._units[0] is None:
            self._units[0] = unit

    def move(self, at: datetime, *, giver: str | None, taker: str | None) -> None:
        """Hand the case over; a first giver is taken to have held it from the beginning."""
        if giver is not None and self.routings == 0:
            self._units[0] = giver
            self.routings = 1
        if taker == self._units[-1]:
            return
        second = seconds_of(at)
        worked, unknown = self._passed(second)
        self._ats.append(at)
        self._seconds.append(second)
        self._units.append(taker)
        self._worked.append(worked)
        self._unknown.append(unknown)
        self.routings += taker is not None

    def span(self, start: datetime, end: datetime) -> Span:
        """Return the time from start to end by both clocks."""
        start_s, end_s = seconds_of(start), seconds_of(end)
        if start_s >= end_s:
            return Span(start, end, 0, self._working(self.holder_at(start), start_s, start_s))
        worked, unknown = self._passed(end_s)
        if start_s > self._seconds[0]:
            before, unknown_before = self._passed(start_s)
            worked, unknown = worked - before, unknown - unknown_before
        return Span(start, end, end_s - start_s, None if unknown else worked)

    def holds(self, start: datetime, end: datetime) -> Iterator[Hold]:
        """Yield the stretches of a waiting time by holder; together they are the whole."""
        for index, (moved_at, unit) in enumerate(zip(self._ats, self._units, strict=True)):
            first = max(start, moved_at)
            last = min(end, self._ats[index + 1]) if index + 1 < len(self._ats) else end
            if first < last:
                first_s, last_s = seconds_of(first), seconds_of(last)
                if first_s < last_s:
                    yield Hold(unit, Span(first, last, last_s - first_s, self._working(unit, first_s, last_s)))

    def holder_at(self, at: datetime) -> str | None:
        """Return who held the case at a moment."""
        return self._units[max(0, bisect_right(self._ats, at) - 1)]

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

    def _passed(self, second: int) -> tuple[int, int]:
        """Return the working seconds and the unknown seconds from the start to a later second."""
        index = -1 if second >= self._seconds[-1] else bisect_right(self._seconds, second) - 1
        since = self._seconds[index]
        working_s = self._working(self._units[index], since, second)
        if working_s is None:
            return self._worked[index], self._unknown[index] + second - since
        return self._worked[index] + working_s, self._unknown[index]

    def _working(self, unit: str | None, start_s: int, end_s: int) -> int | None:
        calendar = self._calendars.get(unit)
        if calendar is None:
            return None
        try:
            return calendar.seconds_between(start_s, end_s)
        except CalendarError:  # before the first version: unknown
            return None
