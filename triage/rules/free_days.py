"""Free days and fasting months of any year as a proposal, from the `holidays` package; a person confirms them.

The package reckons the moon's months ahead and cannot know what the yearly joint decree (SKB) of three ministers
will say, above all of cuti bersama: it lists those of decreed years only. It costs 75 ms once a process and reads a
country only when asked; nothing that measures a case comes near it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays
from holidays.calendars.islamic import _IslamicLunar

from models import HolidayKind

FIRST_YEAR, LAST_YEAR = 2005, 2060
ESTIMATED = " (perkiraan)"
CATEGORIES = {"public": HolidayKind.NATIONAL, "government": HolidayKind.JOINT_LEAVE}
FEAST = "Hari Raya Idul Fitri"
# Mean length of the Islamic year: enough to name the year in which a fasting month lies.
HIJRI_YEAR_DAYS, HIJRI_BEGINNING = 354.36707, date(622, 7, 19)


@dataclass(frozen=True)
class FreeDay:
    """A free day of a calendar or of a proposal."""

    on_day: date
    name: str
    kind: HolidayKind
    is_estimate: bool = False


@dataclass(frozen=True)
class FastingMonth:
    """A Ramadan, both ends inclusive; always an estimate until the government's own announcement."""

    name: str
    starts_on: date
    ends_on: date


@lru_cache(maxsize=16)
def proposed(year: int) -> tuple[FreeDay, ...]:
    """Return the national holidays and, where it is decreed, the cuti bersama of a year, by day."""
    found: dict[date, FreeDay] = {}
    for category, kind in CATEGORIES.items():
        for day, name in country_holidays("ID", years=year, language="id", categories=(category,)).items():
            plain = name.replace(ESTIMATED, "")
            found.setdefault(day, FreeDay(day, plain[:120], kind, is_estimate=ESTIMATED in name))
    return tuple(found[day] for day in sorted(found))


def has_joint_leave(year: int) -> bool:
    """Tell whether the package knows the joint leave of a year."""
    return any(day.kind is HolidayKind.JOINT_LEAVE for day in proposed(year))


@lru_cache(maxsize=16)
def fasting_months(year: int) -> tuple[FastingMonth, ...]:
    """Return the fasting months that begin in a year: one, in some years two; each ends before Indonesia's feast."""
    begins = sorted({day for day, _ in _IslamicLunar().ramadan_beginning_dates(year) if day.year == year})
    feasts = [day.on_day for near in (year, year + 1) for day in proposed(near) if day.name.startswith(FEAST)]
    months = []
    for day in begins:
        feast = next((f for f in feasts if f > day), day + timedelta(days=30))
        months.append(FastingMonth(f"Ramadan {_hijri_year(day)}", day, feast - timedelta(days=1)))
    return tuple(months)


def _hijri_year(day: date) -> int:
    return int((day - HIJRI_BEGINNING).days / HIJRI_YEAR_DAYS) + 1
