"""Months of the office: what an address means by 2026-10, where a month begins and ends, its weeks.

A month is named by its first day. Days are the office's own; weeks begin on Monday and are cut at the month's ends.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.errors import InvalidInput
from triage.rules.working_time import CalendarHistory

FIRST = date(2000, 1, 1)
SHAPE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
Days = tuple[date, date]


def read_month(text: str, *, today: date) -> date:
    """Return the month that "2026-10" means; raise InvalidInput for none, and for one that has not begun."""
    found = SHAPE.fullmatch(text.strip())
    month = date(int(found[1]), int(found[2]), 1) if found and int(found[1]) else None
    if month is None or month < FIRST:
        raise InvalidInput(f"Bulan “{text[:20]}” tidak dikenal. Pilih dari daftar, misalnya {today:%Y-%m}.")
    if month > today:
        raise InvalidInput(f"Bulan {text} belum mulai. Laporan dapat dibuat untuk bulan ini dan sebelumnya.")
    return month


def before(month: date, number: int = 1) -> date:
    """Return the month so many months earlier.

    >>> before(date(2026, 1, 1)), before(date(2026, 11, 1), 12)
    (datetime.date(2025, 12, 1), datetime.date(2025, 11, 1))
    """
    place = month.year * 12 + month.month - 1 - number
    return date(place // 12, place % 12 + 1, 1)


def days_of(month: date) -> Days:
    """Return the first and the last day of a month."""
    return month, before(month, -1) - timedelta(days=1)


def weeks_of(month: date) -> list[Days]:
    """Return the first and the last day of each week of a month."""
    first, end = days_of(month)
    mondays = [first + timedelta(days=n) for n in range(1, (end - first).days + 1)]
    starts = [first, *(day for day in mondays if day.weekday() == 0)]
    return [(start, min(start + timedelta(days=6 - start.weekday()), end)) for start in starts]


def bounds(days: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of some days and the first after them."""
    first, last = days
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def first_working_day(month: date, history: CalendarHistory) -> date:
    """Return the first day of a month on which the office works; its first day when it works on none."""
    first, last = days_of(month)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return next((day for day in days if history.in_force_on(day).hours_on(day)), first)
