"""Working hours as people write them: "07.30-12.00, 13.00-16.00", "24 jam", or nothing on a free day.

Minutes count from local midnight; 24.00 is the end of the day.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from triage.rules.calendars import MINUTES_A_DAY, CalendarError, Interval

FREE = ("", "-", "–", "libur", "tutup")
ALL_DAY: Interval = (0, MINUTES_A_DAY)
INTERVAL = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|—|s/d|sampai)\s*(\d{1,2})(?:[.:](\d{2}))?")
EXAMPLE = "Tulis misalnya 07.30-12.00, 13.00-16.00"


def read_hours(text: str) -> tuple[Interval, ...]:
    """Return the intervals of a day in order; raise CalendarError that names what cannot be meant."""
    wanted = " ".join(text.lower().split())
    if wanted in FREE:
        return ()
    if wanted in ("24 jam", "24jam"):
        return (ALL_DAY,)
    intervals = sorted(_read_interval(part.strip()) for part in re.split(r"[,;]|\bdan\b", wanted) if part.strip())
    for earlier, later in pairwise(intervals):
        if later[0] < earlier[1]:
            raise CalendarError(f"Jam {spell((earlier,))} dan {spell((later,))} bertumpuk. Pisahkan keduanya.")
    return tuple(intervals)


def spell(intervals: Sequence[Interval]) -> str:
    """Return intervals as they are written; nothing for a free day."""
    if tuple(intervals) == (ALL_DAY,):
        return "24 jam"
    return ", ".join(f"{clock(starts)}-{clock(ends)}" for starts, ends in intervals)


def clock(minute: int) -> str:
    """Return a minute of the day, such as 07.30."""
    return f"{minute // 60:02d}.{minute % 60:02d}"


def worked_minutes(intervals: Sequence[Interval]) -> int:
    """Return how many minutes the intervals have together."""
    return sum(ends - starts for starts, ends in intervals)


def _read_interval(part: str) -> Interval:
    found = INTERVAL.fullmatch(part)
    if found is None:
        raise CalendarError(f"“{part[:40]}” bukan jam kerja. {EXAMPLE}.")
    opens, closes = _minute(found[1], found[2], part), _minute(found[3], found[4], part)
    if closes <= opens:
        raise CalendarError(f"Jam {part} selesai sebelum dimulai. {EXAMPLE}; kerja malam ditulis di dua hari.")
    return opens, closes


def _minute(hour: str, minute: str | None, part: str) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or found > MINUTES_A_DAY:
        raise CalendarError(f"Jam {part} tidak ada pada jam dinding. Jam 00.00 sampai 24.00, menit 00 sampai 59.")
    return found
