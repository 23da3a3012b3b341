"""What one version of a calendar says, by which versions differ, and which stretch of the past a change touches.

A draft is a version as people edit it: with the names of its free days. Nothing here knows a moment of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from triage.rules.calendars import Calendar, CalendarError, SeasonHours, Week
from triage.rules.free_days import FreeDay
from triage.rules.hours import spell
from triage.rules.working_time import CalendarHistory
from triage.rules.zones import DAY_S, moment_of, seconds_of

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
FREE = "libur"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A calendar's content without its version: what the editor changes part by part."""

    name: str
    zone: str
    week: Week
    seasons: tuple[SeasonHours, ...] = ()
    free_days: tuple[FreeDay, ...] = ()

    @property
    def free_day_names(self) -> dict[date, str]:
        """Return the names of the free days by day."""
        return {day.on_day: day.name for day in self.free_days}

    def as_calendar(self, code: str, version: int, in_force_from: date) -> Calendar:
        """Return the calendar to reckon with; raise CalendarError for what cannot be meant."""
        free = frozenset(day.on_day for day in self.free_days)
        if len(free) != len(self.free_days):
            raise CalendarError("Satu tanggal tercatat dua kali sebagai hari libur. Sisakan satu.")
        return Calendar(code, version, self.zone, in_force_from, self.week, self.seasons, free)

    def with_year(self, year: int, days: Sequence[FreeDay]) -> "Draft":
        """Return the draft with the free days of one year replaced."""
        kept = [day for day in self.free_days if day.on_day.year != year]
        return replace(self, free_days=tuple(sorted((*kept, *days), key=lambda day: day.on_day)))


@dataclass(frozen=True)
class Difference:
    """One place at which two versions differ, in words; empty where one of them has nothing."""

    what: str
    before: str
    after: str


def differences(old: Draft, new: Draft) -> list[Difference]:
    """Return where two versions differ: name, zone, week, seasons, free days."""
    pairs = [("Nama", old.name, new.name), ("Zona waktu", old.zone, new.zone)]
    pairs += _week_pairs("", old.week, new.week)
    pairs += [pair for season in _seasons(old, new) for pair in season]
    before, after = old.free_day_names, new.free_day_names
    pairs += [(f"{day:%d-%m-%Y}", before.get(day, ""), after.get(day, "")) for day in sorted({*before, *after})]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def changed_stretch(
    before: CalendarHistory, after: CalendarHistory, *, since: date, until: datetime
) -> tuple[datetime, datetime] | None:
    """Return the first and last moment up to `until` between which working hours differ, by whole local days.

    None when the past stays as it was: a change that begins later, or changes nothing.
    """
    zone = after.in_force_on(since).zone_info
    begin = seconds_of(datetime(since.year, since.month, since.day, tzinfo=zone)) - DAY_S
    end = seconds_of(until)
    starts = [seconds_of(history.starts_at) for history in (before, after)]
    slices = [(low, min(low + DAY_S, end)) for low in range(max(begin, min(starts)), end, DAY_S)]
    differing = [low for low, high in slices if _worked(before, low, high) != _worked(after, low, high)]
    if not differing:
        return None
    return moment_of(differing[0]), moment_of(min(differing[-1] + DAY_S, end))


def _worked(history: CalendarHistory, begin: int, end: int) -> tuple[int, ...] | None:
    """Return the openings and closings within a stretch, None where no version is in force."""
    if begin < seconds_of(history.starts_at):
        return None
    edges = history.timeline(begin, end).edges
    inside = [edge for edge in edges if begin < edge < end]
    return (history.seconds_between(begin, end), *inside)


def _week_pairs(prefix: str, old: Week, new: Week) -> Iterator[tuple[str, str, str]]:
    for name, before, after in zip(WEEKDAYS, old, new, strict=True):
        yield f"{prefix}{name}", spell(before) or FREE, spell(after) or FREE


def _seasons(old: Draft, new: Draft) -> Iterator[list[tuple[str, str, str]]]:
    before, after = ({season.name: season for season in draft.seasons} for draft in (old, new))
    for name in sorted({*before, *after}):
        then, now = before.get(name), after.get(name)
        pairs = [(name, _dates(then), _dates(now))]
        if then and now:
            pairs += _week_pairs(f"{name}, ", then.week, now.week)
        yield pairs


def _dates(season: SeasonHours | None) -> str:
    return f"{season.starts_on:%d-%m-%Y} sampai {season.ends_on:%d-%m-%Y}" if season else ""
