"""Days, weekdays and hours in an office's zone, for very many moments at once.

Moments are whole seconds since 1970. A day is the number of days since 1970-01-01, a week that of Mondays.
"""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from triage.rules.zones import DAY_S, offset_pieces

Array = NDArray[np.integer]
HOUR_S = 3_600
FIRST_DAY = date(1970, 1, 1)  # a Thursday
MONDAY = 3


def local_seconds(moments: Array, zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the seconds that the clock on the wall shows, counted from 1970 on that clock."""
    seconds = moments.astype(np.int64)
    if not len(seconds):
        return seconds
    since, offsets = _offsets(int(seconds.min()) // DAY_S, int(seconds.max()) // DAY_S + 1, zone)
    if len(offsets) == 1:
        return seconds + int(offsets[0])
    shifted: NDArray[np.int64] = seconds + offsets[np.searchsorted(since, seconds, side="right") - 1]
    return shifted


def days(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day of each local moment."""
    return local // DAY_S


def weeks(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the week of each local moment; it begins on Monday."""
    return (local // DAY_S + MONDAY) // 7


def slots(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the hour of the week of each local moment, 0 being Monday 00.00 to 01.00."""
    return (local // HOUR_S + MONDAY * 24) % (7 * 24)


def day_of(number: int) -> date:
    """Return a day by its number."""
    return FIRST_DAY + timedelta(days=number)


def number_of(day: date) -> int:
    """Return the number of a day."""
    return (day - FIRST_DAY).days


@lru_cache(maxsize=64)
def _offsets(first_day: int, last_day: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return from when on which offset to UTC holds, in seconds."""
    pieces = list(offset_pieces(zone, first_day * DAY_S, (last_day + 1) * DAY_S))
    return np.array([first for first, _, _ in pieces]), np.array([offset for _, _, offset in pieces])
