"""Working time between two moments and the moment at which working time has passed (M1 D11, D12).

Moments are aware, results are whole seconds, moments are cut to the second: so the parts of a span always
sum to the whole. Working is what the local clock shows, in the version in force on that local day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from triage.rules.calendars import Calendar, CalendarError
from triage.rules.zones import DAY_S, EPOCH_ORDINAL, local_minute, midnight, moment_of, offset_pieces, seconds_of

MARGIN_S = 366 * DAY_S  # the memo grows by at least a year, so that it grows rarely
HORIZON_DAYS = 400  # a search gives up after this, plus a week for each hour or day asked for
CLOSINGS_KEPT = 4096
REACH_DAYS = 36_525  # a history answers for a hundred years from its first day


class NoWorkingTime(CalendarError):
    """Say that a calendar has no working time within the horizon."""


class OutsideCalendar(CalendarError):
    """Say that no version of the calendar is in force at the moment; the figure is unknown, not 0."""


class _Timeline(NamedTuple):
    """Openings and closings in turn, in seconds since 1970, and what had been worked by then.

    With k edges at or before a second t, it is working time if k is odd; what was worked by then is base[k],
    plus t itself if k is odd. done[m] is what was worked when the interval m closed.
    """

    edges: list[int]
    base: list[int]
    done: list[int]
    begin: int
    built_to: int

    def worked_by(self, second: int) -> int:
        """Return the working seconds from the beginning to a second."""
        k = bisect_right(self.edges, second)
        return self.base[k] + second if k & 1 else self.base[k]


@dataclass(frozen=True)
class CalendarHistory:
    """All versions of one calendar; on each local day the newest version then in force counts.

    A later version overrules every older one from its first day on. The intervals of the days asked about
    are kept, so that a question costs two binary searches.
    """

    versions: tuple[Calendar, ...]
    _in_force: tuple[Calendar, ...] = field(init=False, repr=False, compare=False)
    _bounds: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _memo: list[_Timeline] = field(init=False, repr=False, compare=False)
    _closings: dict[tuple[date, int], datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.versions or len({calendar.code for calendar in self.versions}) != 1:
            raise CalendarError("Riwayat kalender harus berisi minimal satu versi, semuanya dengan kode yang sama.")
        kept: list[Calendar] = []
        for calendar in sorted(self.versions, key=lambda version: version.version):
            while kept and kept[-1].in_force_from >= calendar.in_force_from:
                kept.pop()
            kept.append(calendar)
        bounds = tuple(midnight(calendar.in_force_from, calendar.zone_info) for calendar in kept)
        begin = bounds[0]
        object.__setattr__(self, "_in_force", tuple(kept))
        object.__setattr__(self, "_bounds", bounds)
        object.__setattr__(self, "_memo", [_Timeline([], [0], [], begin, begin)])
        object.__setattr__(self, "_closings", {})

    def closing(self, day: date, n: int) -> datetime:
        """Return the closing time, in UTC, of the nth working day after a day; raise NoWorkingTime.

        What was asked is kept: a batch of comments asks for the same few days thousands of times.
        """
        if (known := self._closings.get((day, n))) is not None:
            return known
        if len(self._closings) >= CLOSINGS_KEPT:
            self._closings.clear()
        found = self._closings[day, n] = _nth_closing(self, day, n)
        return found

    @property
    def code(self) -> str:
        """Return the code that all versions share."""
        return self.versions[0].code

    @property
    def in_force(self) -> tuple[Calendar, ...]:
        """Return the versions that count, each until the next begins."""
        return self._in_force

    @property
    def starts_at(self) -> datetime:
        """Return the first moment for which a version is in force, in UTC."""
        return moment_of(self._bounds[0])

    def covers(self, moment: datetime) -> bool:
        """Tell whether a version is in force at the moment; before the first version none is."""
        return self._bounds[0] <= seconds_of(moment) < self._bounds[0] + REACH_DAYS * DAY_S

    def in_force_at(self, moment: datetime) -> Calendar:
        """Return the version in force; raise OutsideCalendar before the first."""
        index = bisect_right(self._bounds, seconds_of(moment)) - 1
        if index < 0:
            raise _outside(moment)
        return self._in_force[index]

    def in_force_on(self, day: date) -> Calendar:
        """Return the version in force on a local day, the first one for days before it."""
        index = bisect_right(self._in_force, day, key=lambda calendar: calendar.in_force_from) - 1
        return self._in_force[max(index, 0)]

    def seconds_between(self, start_s: int, end_s: int) -> int:
        """Return the working seconds between two moments in seconds since 1970; 0 if they are not in order."""
        edges, base, _, begin, built_to = self._memo[0]
        if start_s < begin or end_s >= built_to:
            edges, base, *_ = self.timeline(start_s, max(start_s, end_s))
        if end_s <= start_s:
            return 0
        first = bisect_right(edges, start_s)
        last = bisect_right(edges, end_s, first)
        before_end = base[last] + end_s if last & 1 else base[last]
        return before_end - (base[first] + start_s if first & 1 else base[first])

    def timeline(self, first_s: int, last_s: int) -> _Timeline:
        """Return the intervals up to and beyond a moment; raise OutsideCalendar where none are in force."""
        line = self._memo[0]
        if first_s < line.begin:
            raise _outside(moment_of(first_s))
        limit = line.begin + REACH_DAYS * DAY_S
        if last_s >= limit:
            raise CalendarError("Waktu terlalu jauh di masa depan. Periksa tahunnya.")
        if last_s >= line.built_to:
            line = self._grown(line, min(last_s + MARGIN_S, limit))
            self._memo[0] = line  # one assignment: a thread sees the old memo or the new one, never a half
        return line

    def _grown(self, line: _Timeline, until: int) -> _Timeline:
        edges, base, done = list(line.edges), list(line.base), list(line.done)
        for calendar, (begin, end) in zip(self._in_force, pairwise((*self._bounds, until)), strict=True):
            for opens, closes in _working_spans(calendar, max(begin, line.built_to), min(end, until)):
                worked = base[-1]
                edges += (opens, closes)
                base += (worked - opens, worked + closes - opens)
                done.append(worked + closes - opens)
        return _Timeline(edges, base, done, line.begin, until)


def working_seconds(start: datetime, end: datetime, history: CalendarHistory) -> int:
    """Return the working seconds from start to end, 0 if end is not later.

    Raises OutsideCalendar if start lies before the first version: unknown, which is not 0.
    """
    return history.seconds_between(seconds_of(start), seconds_of(end))


def working_seconds_or_none(start: datetime, end: datetime, history: CalendarHistory | None) -> int | None:
    """Return the working seconds, or None where there is no calendar or none in force (M1 D11)."""
    if history is None or not history.covers(start) or not history.covers(max(start, end)):
        return None
    return working_seconds(start, end, history)


def is_working_moment(at: datetime, history: CalendarHistory) -> bool:
    """Tell whether the moment's second is working time; an interval's closing second is not."""
    second = seconds_of(at)
    return bisect_right(history.timeline(second, second).edges, second) % 2 == 1


def next_opening(at: datetime, history: CalendarHistory) -> datetime:
    """Return the moment itself if it is working time, else the next opening.

    A moment before the first version counts from that version's first day. Raises NoWorkingTime.
    """
    second = max(seconds_of(at), seconds_of(history.starts_at))
    latest = second + HORIZON_DAYS * DAY_S
    edges = history.timeline(second, latest).edges
    index = bisect_right(edges, second)
    if index % 2 == 1:
        return max(at, history.starts_at)
    if index == len(edges) or edges[index] > latest:
        raise _no_working_time(history, HORIZON_DAYS)
    return moment_of(edges[index])


def add_working_hours(start: datetime, hours: float, history: CalendarHistory) -> datetime:
    """Return the earliest moment, in UTC, at which so many working hours have passed since start.

    Hours that end with an interval give its closing time, not the next opening. A start before the first
    version counts from that version's first day. Raises NoWorkingTime.
    """
    needed = round(hours * 3600)
    if needed <= 0:
        raise CalendarError(f"Jumlah jam kerja harus lebih dari 0, bukan {hours}.")
    first = max(seconds_of(start), seconds_of(history.starts_at))
    horizon_days = HORIZON_DAYS + 7 * -(-needed // 3600)
    latest = first + horizon_days * DAY_S
    line = history.timeline(first, latest)
    target = needed + line.worked_by(first)
    index = bisect_left(line.done, target)
    if index < len(line.done):
        due = line.edges[2 * index + 1] - (line.done[index] - target)
        if due <= latest:
            return moment_of(due)
    raise _no_working_time(history, horizon_days)


def nth_working_day_close(start: datetime, n: int, history: CalendarHistory) -> datetime:
    """Return the closing time, in UTC, of the nth working day after the local day of start.

    The day of receipt never counts, not even when the moment lies before that day's opening: whoever writes
    at 05:00 and whoever writes at 15:00 have the same deadline. A day is a working day if it has any working
    interval. A start before the first version counts from that version's first day. Raises NoWorkingTime.
    """
    if n < 1:
        raise CalendarError(f"Jumlah hari kerja harus minimal 1, bukan {n}.")
    begin = max(start, history.starts_at)
    return history.closing(begin.astimezone(history.in_force_at(begin).zone_info).date(), n)


def _nth_closing(history: CalendarHistory, day: date, n: int) -> datetime:
    horizon_days = HORIZON_DAYS + 7 * n
    for _ in range(horizon_days):
        day += timedelta(days=1)
        calendar = history.in_force_on(day)
        hours = calendar.hours_on(day)
        n -= bool(hours)
        if n == 0:
            return local_minute(day, hours[-1][1], calendar.zone_info)
    raise _no_working_time(history, horizon_days)


def reopens_until(closed_at: datetime, days: int, history: CalendarHistory | None) -> datetime:
    """Return until when a citizen's word opens a closed case again (M1 D10); without a calendar every day counts."""
    if history is None or not history.covers(closed_at):
        return closed_at + timedelta(days=days)
    return nth_working_day_close(closed_at, days, history)


def _working_spans(calendar: Calendar, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the working intervals of [begin, end), in seconds since 1970, oldest first."""
    for first, last, offset in offset_pieces(calendar.zone_info, begin, end):
        for number in range((first + offset) // DAY_S, (last - 1 + offset) // DAY_S + 1):
            day_begins = number * DAY_S - offset
            for opens, closes in calendar.hours_on(date.fromordinal(EPOCH_ORDINAL + number)):
                span = max(first, day_begins + opens * 60), min(last, day_begins + closes * 60)
                if span[0] < span[1]:
                    yield span


def _outside(moment: datetime) -> OutsideCalendar:
    return OutsideCalendar(f"Belum ada kalender kerja yang berlaku pada {moment:%d-%m-%Y}. Tambahkan versi kalender.")


def _no_working_time(history: CalendarHistory, days: int) -> NoWorkingTime:
    return NoWorkingTime(f"Kalender {history.code} tidak punya jam kerja dalam {days} hari. Isi jam kerjanya.")
