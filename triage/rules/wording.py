"""How figures and codes read in Indonesian, given to what writes reports so that they read like the screen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The filters of the pages; each takes None for nothing."""

    intent: Callable[[str], str]
    platform: Callable[[str], str]
    moment: Callable[[datetime | None], str]
    day: Callable[[date], str]
    month: Callable[[date], str]
    duration: Callable[[float | None], str]
    working_duration: Callable[[float | None], str]
    number: Callable[[float | None], str]
    percent: Callable[..., str]
    office: str


def alphabetical(name: str) -> tuple[str, str]:
    """Return the key that puts names in the order readers look for them: small letters among the capitals.

    >>> sorted(["RSUD", "bapenda", "Dinkes", "BPBD"], key=alphabetical)
    ['bapenda', 'BPBD', 'Dinkes', 'RSUD']
    """
    return name.casefold(), name


def week_name(first: date, last: date) -> str:
    """Return the days of a week within a month.

    >>> week_name(date(2026, 10, 5), date(2026, 10, 11)), week_name(date(2026, 11, 1), date(2026, 11, 1))
    ('5–11', '1')
    """
    return f"{first.day}–{last.day}" if first != last else str(first.day)


def change(now: float | None, before: float | None) -> str:
    """Return how a count changed against the month before.

    >>> change(12, 10), change(9, 12), change(5, 0), change(7, 7)
    ('+20% dari bulan lalu', '-25% dari bulan lalu', 'bulan lalu 0', 'sama dengan bulan lalu')
    """
    if now is None or before is None:
        return ""
    if not before:
        return "bulan lalu 0"
    percent = round((now / before - 1) * 100)
    return f"{percent:+d}% dari bulan lalu" if percent else "sama dengan bulan lalu"


def moved(now: float | None, before: float | None) -> str:
    """Return how a share moved against the month before, in points.

    >>> moved(0.8, 0.75), moved(0.8, None)
    ('+5 poin dari bulan lalu', '')
    """
    if now is None or before is None:
        return ""
    points = round((now - before) * 100)
    return f"{points:+d} poin dari bulan lalu" if points else "sama dengan bulan lalu"
