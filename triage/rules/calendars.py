"""Working calendars as values: hours of the week, seasons with hours of their own, free days.

A calendar never changes; a correction is a new version (M1 D12). Minutes count from local midnight,
0 = Monday, and days are local days of the calendar's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from triage.errors import TriageError

Interval = tuple[int, int]
Week = tuple[tuple[Interval, ...], ...]

CLOSED_WEEK: Week = ((),) * 7
MINUTES_A_DAY = 1440


class CalendarError(TriageError):
    """Refuse a calendar that cannot be meant, or a question it cannot answer."""


@dataclass(frozen=True)
class SeasonHours:
    """A stretch of local days with a week of its own, both ends inclusive (Ramadan)."""

    name: str
    starts_on: date
    ends_on: date
    week: Week

    def __post_init__(self) -> None:
        if self.starts_on > self.ends_on:
            raise CalendarError(f"Musim {self.name} berakhir sebelum dimulai. Perbaiki tanggalnya.")
        _check_week(self.week)


@dataclass(frozen=True)
class Calendar:
    """One version of a working calendar, in force from a local day; `week` has seven tuples of intervals."""

    code: str
    version: int
    zone: str
    in_force_from: date
    week: Week
    seasons: tuple[SeasonHours, ...] = ()
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, OSError, ValueError) as exc:  # unknown, a folder, not a name at all
            raise CalendarError(f"Zona waktu {self.zone!r} tidak dikenal. Pilih misalnya Asia/Jakarta.") from exc
        _check_week(self.week)
        ordered = sorted(self.seasons, key=lambda season: season.starts_on)
        for earlier, later in pairwise(ordered):
            if later.starts_on <= earlier.ends_on:
                raise CalendarError(f"Musim {earlier.name} dan {later.name} bertumpuk. Pisahkan tanggalnya.")

    @cached_property
    def zone_info(self) -> ZoneInfo:
        """Return the IANA zone; never an offset, which would forget daylight saving."""
        return ZoneInfo(self.zone)

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """Return the working intervals of a local day, in minutes after midnight; none on a holiday."""
        if day in self.holidays:
            return ()
        for season in self.seasons:
            if season.starts_on <= day <= season.ends_on:
                return season.week[day.weekday()]
        return self.week[day.weekday()]


def week_of(intervals: Iterable[tuple[int, int, int]]) -> Week:
    """Return a week from (weekday, starts_minute, ends_minute) in any order."""
    days: list[list[Interval]] = [[] for _ in range(7)]
    for weekday, starts, ends in intervals:
        days[weekday].append((starts, ends))
    return tuple(tuple(sorted(day)) for day in days)


def _check_week(week: Week) -> None:
    """Refuse a week without seven days or with intervals that are empty, unordered or overlapping."""
    if len(week) != 7:
        raise CalendarError("Jam kerja harus berisi tujuh hari, Senin sampai Minggu.")
    for day in week:
        bounds = [minute for interval in day for minute in interval]
        empty = any(starts >= ends for starts, ends in day)
        if empty or bounds != sorted(bounds) or not all(0 <= minute <= MINUTES_A_DAY for minute in bounds):
            raise CalendarError(f"Jam kerja {day} tidak berurutan atau bertumpuk. Perbaiki jam mulai dan selesai.")
