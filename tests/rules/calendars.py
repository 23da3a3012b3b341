"""The calendars of the worked examples, and the slow reference that working time is compared with."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from triage.rules.calendars import Calendar, SeasonHours
from triage.rules.working_time import CalendarHistory

WIB = ZoneInfo("Asia/Jakarta")


def day_hours(*texts):
    """Turn "07:30-12:00" into (450, 720)."""
    return tuple(tuple(int(t[:2]) * 60 + int(t[3:]) for t in text.split("-")) for text in texts)


NORMAL = day_hours("07:30-12:00", "13:00-16:00")
NORMAL_FRIDAY = day_hours("07:30-11:30", "13:00-16:30")
FASTING = day_hours("08:00-12:00", "12:30-15:00")
FASTING_FRIDAY = day_hours("08:00-11:30", "12:30-15:30")
WEEK = (NORMAL,) * 4 + (NORMAL_FRIDAY, (), ())
FASTING_WEEK = (FASTING,) * 4 + (FASTING_FRIDAY, (), ())
ALWAYS = (((0, 1440),),) * 7
RAMADAN = SeasonHours(name="Ramadan 1447", starts_on=date(2026, 2, 19), ends_on=date(2026, 3, 20), week=FASTING_WEEK)


def calendar(**changes):
    """Return the office calendar of the worked examples."""
    fields = {
        "code": "kantor",
        "version": 1,
        "zone": "Asia/Jakarta",
        "in_force_from": date(2025, 1, 1),
        "week": WEEK,
        "seasons": (RAMADAN,),
        "holidays": frozenset({date(2026, 2, 17), date(2026, 5, 12)}),
    }
    return Calendar(**(fields | changes))


def history(*versions, **changes):
    """Return a history of the versions, or of one office calendar with changes."""
    return CalendarHistory(versions or (calendar(**changes),))


def wib(text):
    """Read "2026-05-04 08:00" as Jakarta time."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def is_open(moment, versions):
    """Tell from the definition alone whether a moment is working time."""
    in_force = None
    for version in sorted(versions, key=lambda v: v.version):
        if moment.astimezone(ZoneInfo(version.zone)).date() >= version.in_force_from:
            in_force = version
    if in_force is None:
        return False
    local = moment.astimezone(ZoneInfo(in_force.zone))
    minute = local.hour * 60 + local.minute
    return any(starts <= minute < ends for starts, ends in in_force.hours_on(local.date()))


def naive_seconds(start, end, versions, step=timedelta(minutes=1)):
    """Count working seconds step by step; every opening and closing must lie on the grid of steps."""
    grid = datetime.fromtimestamp(start.timestamp() // step.total_seconds() * step.total_seconds(), start.tzinfo)
    grid = grid.astimezone(ZoneInfo("UTC"))
    total = 0.0
    while grid < end:
        if is_open(grid, versions):
            total += (min(grid + step, end) - max(grid, start)).total_seconds()
        grid += step
    return total
