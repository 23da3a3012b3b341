"""All intervals of one case by definition M1: a pure function of its events and of the calendars.

Seconds by two clocks: wall_s, and working_s, which is None, never 0, where there is no calendar. Live
figures and a rebuild call this one function; no field is kept that could go stale.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.rules.clocks import Clocks, MetricSettings
from triage.rules.custody import Calendars, Custody, Hold, Span
from triage.rules.history import Flag, HistoryEvent, first_comment_at, in_order, is_out_of_order, notes_on

__all__ = [
    "DEFINITION", "OUTSIDE", "Calendars", "Duration", "Flag", "HistoryEvent", "Hold", "Intervals", "MetricSettings",
    "Span", "intervals",
]  # fmt: skip

DEFINITION = "M1"
OUTSIDE = "outside"  # credited where the reply was written in the platform's own app by nobody we know
DEFAULTS = MetricSettings()


@dataclass(frozen=True, slots=True)
class Duration:
    """A sum of stretches by both clocks, in seconds; working_s is None if it is for any of them."""

    wall_s: int = 0
    working_s: int | None = 0


NOTHING = Duration()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """What M1 says about one case; None where it did not happen (yet).

    received_at       D2, start of the citizen's clock
    frt               D4, first response: to the first qualifying reply, once per case
    nrt, nrt_units    D5, next responses: one per waiting interval that a reply ended, and who gave them
    lapsed            D5, waiting intervals closed without an answer
    tts               D6, to the first substantive reply
    resolution_first  D7, to the first resolve, less the pauses
    resolution_full   D8, to the latest resolve, less the pauses and the time between episodes
    pauses, paused    D9, each pause that counts, and their sum
    waiting_other     D9, waiting for others: pauses nothing, has its own sum
    holds             D14, who held the case while the citizen waited; the parts of frt sum to frt
    unit_response     D14, the replying unit's own part of the first response, over all its holds
    triage_delay      D14, to the first routing to a unit
    bounces           D14, routings to a unit less one
    credited          D14, the sender of the first reply: 'user:<id>' or OUTSIDE
    """

    received_at: datetime | None = None
    frt: Span | None = None
    nrt: tuple[Span, ...] = ()
    nrt_units: tuple[str | None, ...] = ()
    lapsed: tuple[Span, ...] = ()
    tts: Span | None = None
    resolution_first: Span | None = None
    resolution_full: Span | None = None
    pauses: tuple[Span, ...] = ()
    paused: Duration = NOTHING
    waiting_other: Duration = NOTHING
    holds: tuple[Hold, ...] = ()
    unit_response: Span | None = None
    triage_delay: Span | None = None
    bounces: int = 0
    responder_unit: str | None = None
    credited: str | None = None
    holder: str | None = None
    waiting_since: datetime | None = None
    episodes: int = 1
    flags: frozenset[Flag] = frozenset()


def intervals(events: Iterable[HistoryEvent], calendars: Calendars, settings: MetricSettings = DEFAULTS) -> Intervals:
    """Return every interval of one case; any order of events gives the same, and any history gives something.

    `calendars` is by unit code; None is the triage queue and stands for the regency's own calendar. A unit
    that is missing or has None has no calendar: the working seconds of its time are unknown.
    """
    clocks = told(events, calendars, settings)
    return Intervals(flags=frozenset({Flag.NO_COMMENT})) if clocks is None else _measured(clocks)


def told(events: Iterable[HistoryEvent], calendars: Calendars, settings: MetricSettings = DEFAULTS) -> Clocks | None:
    """Return the clocks of one case as its events wound them; None where nothing was ever received."""
    events = list(events)
    start = first_comment_at(events)
    if start is None:
        return None
    ordered = in_order(events, start)
    clocks = Clocks(start, Custody(start, calendars), settings)
    for event in ordered:
        clocks.tell(event)
    if is_out_of_order(ordered, start):
        clocks.flags.add(Flag.OUT_OF_ORDER)
    clocks.flags |= notes_on(ordered)
    return clocks


def _measured(clocks: Clocks) -> Intervals:
    span = clocks.custody.span
    frt = _to(clocks, clocks.first_reply_at)
    holds = _holds(clocks, frt)
    pauses = tuple([span(*pair) for pair in clocks.pauses.for_citizen])
    first, full = _resolutions(clocks, pauses)
    if _is_out_of_hours(clocks, frt):
        clocks.flags.add(Flag.OUT_OF_HOURS)
    if clocks.pauses.was_cut:
        clocks.flags.add(Flag.PAUSE_CUT)
    return Intervals(
        received_at=clocks.start,
        frt=frt,
        nrt=tuple([span(*pair) for pair in clocks.answered]),
        nrt_units=tuple(clocks.answerers),
        lapsed=tuple([span(*pair) for pair in clocks.lapsed]),
        tts=frt if clocks.substantive_at == clocks.first_reply_at else _to(clocks, clocks.substantive_at),
        resolution_first=first,
        resolution_full=full,
        pauses=pauses,
        paused=_sum(pauses),
        waiting_other=_sum([span(*pair) for pair in clocks.pauses.for_others]),
        holds=holds,
        unit_response=_unit_response(clocks, holds),
        triage_delay=_to(clocks, clocks.routed_at),
        bounces=max(0, clocks.custody.routings - 1),
        responder_unit=clocks.responder,
        credited=_credited(clocks.first_reply),
        holder=clocks.custody.holder,
        waiting_since=clocks.waiting_since(),
        episodes=clocks.episodes,
        flags=frozenset(clocks.flags),
    )


def _to(clocks: Clocks, end: datetime | None) -> Span | None:
    return None if end is None else clocks.custody.span(clocks.start, end)


def _holds(clocks: Clocks, frt: Span | None) -> tuple[Hold, ...]:
    waits = clocks.waiting_times()
    if frt is not None and frt.wall_s and len(waits) == 1 and clocks.custody.last_move_at <= frt.start:
        return (Hold(clocks.custody.holder, frt),)
    return tuple(hold for wait in waits for hold in clocks.custody.holds(*wait))


def _unit_response(clocks: Clocks, holds: Sequence[Hold]) -> Span | None:
    """Return the replying unit's own time within the first response; sending it to and fro resets nothing."""
    end = clocks.first_reply_at
    if end is None:
        return None
    own = [hold.span for hold in holds if hold.unit == clocks.responder and hold.span.end <= end]
    if len(own) == 1:
        return own[0]
    if own:
        total = _sum(own)
        return Span(own[0].start, end, total.wall_s, total.working_s)
    return clocks.custody.span(end, end) if clocks.custody.holder_at(end) == clocks.responder else None


def _resolutions(clocks: Clocks, pauses: Sequence[Span]) -> tuple[Span | None, Span | None]:
    """Return D7 and D8; after a single resolve they are one."""
    if not clocks.resolved:
        return None, None
    first_at, last_at = clocks.resolved[0], clocks.resolved[-1]
    first = _less(clocks.custody.span(clocks.start, first_at), _until(pauses, first_at))
    if first_at == last_at and not clocks.closed:
        return first, first
    between = [clocks.custody.span(*pair) for pair in clocks.closed if pair[1] <= last_at]
    full = clocks.custody.span(clocks.start, last_at)
    return first, _less(full, [*_until(pauses, last_at), *between])


def _until(spans: Iterable[Span], end: datetime) -> list[Span]:
    return [span for span in spans if span.end <= end]


def _less(whole: Span, parts: Sequence[Span]) -> Span:
    if not parts:
        return whole
    out = _sum(parts)
    working_s = None if whole.working_s is None or out.working_s is None else whole.working_s - out.working_s
    return Span(whole.start, whole.end, whole.wall_s - out.wall_s, working_s)


def _sum(spans: Sequence[Span]) -> Duration:
    if not spans:
        return NOTHING
    working = [span.working_s for span in spans]
    known = [seconds for seconds in working if seconds is not None]
    return Duration(sum(span.wall_s for span in spans), sum(known) if len(known) == len(working) else None)


def _credited(reply: HistoryEvent | None) -> str | None:
    """Return who sent the first reply: the sender, never whoever was assigned (M1 D14)."""
    if reply is None:
        return None
    return reply.actor if reply.actor.startswith("user:") else OUTSIDE


def _is_out_of_hours(clocks: Clocks, frt: Span | None) -> bool:
    """Tell whether the comment was written and answered while everybody was free (M1 D11)."""
    if frt is None or frt.working_s != 0:
        return False
    return not clocks.custody.is_working(frt.start) and not clocks.custody.is_working(frt.end)
