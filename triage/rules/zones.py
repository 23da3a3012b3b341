"""What the clock on the wall shows, by IANA zones: moments are whole seconds since 1970, offsets seconds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY_S = 86_400


def seconds_of(moment: datetime) -> int:
    """Return whole seconds since 1970, cut downwards; a naive moment raises TypeError."""
    since = moment - EPOCH
    return since.days * DAY_S + since.seconds


def moment_of(seconds: int) -> datetime:
    """Return the moment in UTC."""
    return EPOCH + timedelta(seconds=seconds)


def offset_pieces(zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (first, last, offset) pieces of [begin, end) in which the zone's offset stays the same.

    Two changes within one day that cancel out would be missed; no zone has had that.
    """
    piece, offset = begin, offset_at(zone, begin)
    for probe in range(begin, end, DAY_S):
        low, high = probe, min(probe + DAY_S, end)
        later = offset_at(zone, high)
        if later == offset:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset_at(zone, middle) == later else (middle, high)
        if high < end:
            yield piece, high, offset
            piece, offset = high, later
    if piece < end:
        yield piece, end, offset


def offset_at(zone: ZoneInfo, second: int) -> int:
    """Return a zone's offset to UTC at a second, in seconds."""
    since = moment_of(second).astimezone(zone).utcoffset() or timedelta()
    return since.days * DAY_S + since.seconds


def midnight(day: date, zone: ZoneInfo) -> int:
    """Return when a local day begins, in seconds since 1970."""
    return seconds_of(local_minute(day, 0, zone))


def local_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return a local minute of a day in UTC; minute 1440 is the next midnight."""
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (begins + timedelta(minutes=minute)).astimezone(UTC)
