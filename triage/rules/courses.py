"""The course of a history: from which of its moments to which every interval goes, whatever the clock said then.

Cases whose events are alike but for their times and names have one course, so it is reckoned once: `intervals` is asked
about a history whose k-th stretch lasts 2^k seconds. The seconds of an interval then spell which stretches it is made
of. What follows is tried on other times and calendars; a shape whose intervals do not follow from its stretches alone
has no course, and `intervals` itself measures its cases.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.rules.calendars import CLOSED_WEEK, MINUTES_A_DAY, Calendar
from triage.rules.clocks import MetricSettings
from triage.rules.custody import Calendars, Span
from triage.rules.gists import event_of
from triage.rules.history import FLAG_BITS, Flag, HistoryEvent, bits_of, is_first_pass
from triage.rules.metrics import Duration, Intervals, intervals, told
from triage.rules.working_time import CalendarHistory

MOST_MOMENTS, MOST_SLOTS, MOST_EVENTS = 18, 8, 60
KEPT = 4096  # shapes
START = datetime(2024, 1, 1, tzinfo=UTC)
NEVER_REOPENS = replace(MetricSettings(), reopen_limit_days=0)
SINGLE = (
    "frt", "tts", "resolution_first", "resolution_full", "paused", "waiting_other", "triage_delay", "unit_response",
)  # fmt: skip
OUT_OF_HOURS = FLAG_BITS[Flag.OUT_OF_HOURS]
# An event of a shape in 64 bits: its gist, and where its moment, comment and units come among those of the case.
RANK_AT, COMMENT_AT, UNIT_AT, OTHER_AT, BYTE = 16, 24, 32, 40, 255


class Reach(NamedTuple):
    """The first and last moment of an interval, by number; both 0 for a sum of stretches here and there."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the histories of one shape have in common. Moments and slots count from 0; slot 0 is the triage queue.

    reaches  of SINGLE, then of each hold, answered wait and lapsed wait; None where it did not happen
    parts    (stretches x reaches): 1 where a stretch counts for an interval
    unknown  (slots x reaches): whether nobody knows an interval's working time where that slot has no calendar
    holders  the slot that holds the case from each moment on
    sender   the event that is the first reply, None if there is none or nobody of ours wrote it
    """

    moments: int
    reaches: tuple[Reach | None, ...]
    parts: NDArray[np.int64]
    unknown: NDArray[np.bool_]
    holders: tuple[int, ...]
    hold_slots: tuple[int, ...]
    answer_slots: tuple[int, ...]
    lapses: int
    pauses: tuple[Reach, ...]
    responder: int
    sender: int | None
    received: int | None
    waiting_since: int | None
    bounces: int
    episodes: int
    flags: int
    is_first_pass: bool


class Shape(NamedTuple):
    """The events of a shape, with the slots they name; each event is (number, rank, comment, unit, other)."""

    events: tuple[tuple[int, ...], ...]
    moments: int
    slots: int

    def history(self, at: Sequence[datetime]) -> list[HistoryEvent]:
        """Return a history of this shape that has the given moments."""
        return [
            event_of(number, at=at[rank], seq=seq, comment=comment, units=(unit_of(unit), unit_of(other)))
            for seq, (number, rank, comment, unit, other) in enumerate(self.events)
        ]


@lru_cache(maxsize=KEPT)
def course_of(key: bytes) -> Course | None:
    """Return the course of a shape, given as 64 bits an event; None where there is none."""
    shape = read(key)
    if shape.moments > MOST_MOMENTS or shape.slots > MOST_SLOTS or len(shape.events) > MOST_EVENTS:
        return None
    at = moments_of([1 << k for k in range(shape.moments - 1)])
    history = shape.history(at)
    always = working(shape, range(shape.slots + 1))
    found = intervals(history, always)
    course = read_off(found, history, at, shape)
    is_sound = found == intervals(history, always, NEVER_REOPENS) and holds_true(course, shape, found, at)
    return course if is_sound else None


def read(key: bytes) -> Shape:
    """Return the shape of a key."""
    packed = np.frombuffer(key, np.int64).tolist()
    events = tuple(
        (one & 0xFFFF, *(one >> place & BYTE for place in (RANK_AT, COMMENT_AT, UNIT_AT, OTHER_AT))) for one in packed
    )
    return Shape(events, max(e[1] for e in events) + 1, max(max(e[3:]) for e in events))


def unit_of(slot: int) -> str | None:
    """Return the name of a slot in the histories made here."""
    return f"u{slot}" if slot else None


def slot_of(unit: str | None) -> int:
    """Return the slot of a name."""
    return int(unit[1:]) if unit else 0


def moments_of(lengths: Sequence[int]) -> list[datetime]:
    """Return moments that lie so many seconds apart."""
    return [START + timedelta(seconds=sum(lengths[:k])) for k in range(len(lengths) + 1)]


def working(shape: Shape, slots: Sequence[int]) -> Calendars:
    """Return calendars by which some slots always work and all others never."""
    return {unit_of(slot): _calendar(is_open=slot in slots) for slot in range(shape.slots + 1)}


@lru_cache(maxsize=2)
def _calendar(*, is_open: bool) -> CalendarHistory:
    week = (((0, MINUTES_A_DAY),),) * 7 if is_open else CLOSED_WEEK
    return CalendarHistory((Calendar("uji", 1, "UTC", date(2023, 1, 1), week),))


def unknown_without(shape: Shape, slot: int, history: list[HistoryEvent]) -> list[bool]:
    """Tell of each interval whether its working time is unknown when one slot has no calendar."""
    found = intervals(history, {**working(shape, range(shape.slots + 1)), unit_of(slot): None})
    return [item is not None and item.working_s is None for item in items_of(found)]


def read_off(found: Intervals, history: list[HistoryEvent], at: list[datetime], shape: Shape) -> Course:
    """Return the course that intervals over stretches of 2^k seconds spell."""
    number = at.index
    items = list(items_of(found))
    spelt = [item.wall_s if item else 0 for item in items]
    clocks = told(history, working(shape, range(shape.slots + 1)))
    custody = clocks.custody if clocks else None
    return Course(
        moments=len(at),
        reaches=tuple([_reach(item, number) for item in items]),
        parts=np.array([[seconds >> k & 1 for seconds in spelt] for k in range(len(at) - 1)], np.int64).reshape(
            len(at) - 1, len(items)
        ),
        unknown=np.array([unknown_without(shape, slot, history) for slot in range(shape.slots + 1)]),
        holders=tuple([slot_of(custody.holder_at(moment)) if custody else 0 for moment in at]),
        hold_slots=tuple([slot_of(hold.unit) for hold in found.holds]),
        answer_slots=tuple([slot_of(unit) for unit in found.nrt_units]),
        lapses=len(found.lapsed),
        pauses=tuple([Reach(number(span.start), number(span.end)) for span in found.pauses]),
        responder=slot_of(found.responder_unit),
        sender=_sender(found.credited),
        received=None if found.received_at is None else number(found.received_at),
        waiting_since=None if found.waiting_since is None else number(found.waiting_since),
        bounces=found.bounces,
        episodes=found.episodes,
        flags=bits_of(found.flags),
        is_first_pass=is_first_pass(history) and not any(hold.unit for hold in found.holds),
    )


def items_of(found: Intervals) -> Iterator[Span | Duration | None]:
    """Yield every interval in the order of Course.reaches."""
    for name in SINGLE:
        yield getattr(found, name)
    for hold in found.holds:
        yield hold.span
    yield from found.nrt
    yield from found.lapsed


def holds_true(course: Course, shape: Shape, found: Intervals, at: list[datetime]) -> bool:
    """Tell whether a course says what `intervals` says, at other times and by calendars of which one is open."""
    lengths = np.array([1 << k for k in reversed(range(course.moments - 1))], np.int64)
    later = moments_of(lengths.tolist())
    history = shape.history(later)
    for slot in range(shape.slots + 1):
        tried = intervals(history, working(shape, (slot,)))
        own = lengths * (np.array(course.holders[:-1], np.int64) == slot)
        said = [(item.wall_s, item.working_s) if item else (0, 0) for item in items_of(tried)]
        expected = zip((lengths @ course.parts).tolist(), (own @ course.parts).tolist(), strict=True)
        if outline(tried, later) != outline(found, at) or said != list(expected):
            return False
    return True


def outline(found: Intervals, at: list[datetime]) -> tuple[Any, ...]:
    """Return all that intervals say but their seconds, with moments by number."""
    number = at.index
    moments = [number(moment) if moment else None for moment in (found.received_at, found.waiting_since)]
    reaches = [_reach(item, number) for item in (*items_of(found), *found.pauses)]
    flags = found.flags - {Flag.OUT_OF_HOURS}
    units = (*[hold.unit for hold in found.holds], *found.nrt_units, found.responder_unit, found.credited)
    return (*moments, *reaches, flags, *units, found.bounces, found.episodes, len(found.nrt), len(found.pauses))


def _reach(item: Span | Duration | None, number: Callable[[datetime], int]) -> Reach | None:
    if item is None:
        return None
    return Reach(number(item.start), number(item.end)) if isinstance(item, Span) else Reach(0, 0)


def _sender(credited: str | None) -> int | None:
    return int(credited.removeprefix("user:")) if credited and credited.startswith("user:") else None
