"""The events of one case as the figures see them, and the order in which they are read.

Any order of recording gives the same order of reading: by moment, then by kind, then by number. Nothing is
read before the citizen's first comment: an earlier moment is a clock that is wrong, and counts as that moment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from models import EventKind


class Flag(StrEnum):
    """What a reader of a case's figures should know about its history."""

    NO_COMMENT = "no_comment"
    OUT_OF_HOURS = "out_of_hours"
    ANSWERED_OUTSIDE = "answered_outside"
    RESOLVED_WITHOUT_REPLY = "resolved_without_reply"
    WITHDRAWN_BEFORE_REPLY = "withdrawn_before_reply"
    HIDDEN_BEFORE_REPLY = "hidden_before_reply"
    HIDING_APPROVED = "hiding_approved"
    PAUSE_CUT = "pause_cut"
    REPLY_BEFORE_COMMENT = "reply_before_comment"
    OUT_OF_ORDER = "out_of_order"
    CLOCK_SKEW = "clock_skew"
    CONTRADICTORY = "contradictory"
    IMPORTED = "imported"


# The bit of each flag where flags are stored as one whole number: a new flag comes last.
FLAG_BITS = {flag: 1 << place for place, flag in enumerate(Flag)}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event; `at` is aware and the time it happened, `seq` the order in which it was recorded.

    `data` is that of models.Event: units by code. `recorded_at` is when we learnt it, if that is known.
    """

    kind: EventKind
    at: datetime
    actor: str = "system"
    data: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    recorded_at: datetime | None = None


# At one and the same moment: first what the citizen did, then who holds the case, then what we did.
_KINDS_IN_ORDER = (
    EventKind.RECEIVED, EventKind.CLASSIFIED, EventKind.LABEL_CHANGED, EventKind.REOPENED, EventKind.ROUTED,
    EventKind.ASSIGNED, EventKind.CALENDAR_CHANGED, EventKind.TARGET_APPLIED, EventKind.RESUMED, EventKind.REPLIED,
    EventKind.REPLY_FAILED, EventKind.NOTED, EventKind.PAUSED, EventKind.HIDDEN_BY_US,
    EventKind.WITHDRAWN_BY_CITIZEN, EventKind.NO_ANSWER_NEEDED, EventKind.RESOLVED,
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_KINDS_IN_ORDER)}
# Kinds whose order among each other changes a figure.
_CLOCK_KINDS = frozenset(
    {EventKind.RECEIVED, EventKind.REPLIED, EventKind.PAUSED, EventKind.RESUMED, EventKind.RESOLVED,
     EventKind.REOPENED, EventKind.NO_ANSWER_NEEDED, EventKind.WITHDRAWN_BY_CITIZEN}
)  # fmt: skip
# Kinds that move a clock and are never part of a case's first pass.
_BY_PEOPLE = frozenset(
    {EventKind.REPLIED, EventKind.PAUSED, EventKind.RESUMED, EventKind.RESOLVED, EventKind.REOPENED,
     EventKind.WITHDRAWN_BY_CITIZEN, EventKind.HIDDEN_BY_US}
)  # fmt: skip


def first_comment_at(events: Iterable[HistoryEvent]) -> datetime | None:
    """Return the start of every clock: the earliest comment's own time (M1 D2)."""
    return min((event.at for event in events if event.kind is EventKind.RECEIVED), default=None)


def in_order(events: Iterable[HistoryEvent], start: datetime) -> list[HistoryEvent]:
    """Return the events as they are read, whatever order they come in; those before start count as at start."""
    return sorted(events, key=lambda event: (max(event.at, start), _RANK[event.kind], event.seq))


def is_out_of_order(ordered: Iterable[HistoryEvent], start: datetime) -> bool:
    """Tell whether events that matter were recorded in another order than they happened, or before start."""
    last_seq = None
    for event in ordered:
        if event.kind in _CLOCK_KINDS:
            if event.at < start or (last_seq is not None and event.seq < last_seq):
                return True
            last_seq = event.seq
    return False


def notes_on(events: Iterable[HistoryEvent]) -> set[Flag]:
    """Return what the events alone say: a moment after it was recorded is a wrong clock, imported is imported."""
    found = set()
    for event in events:
        if event.recorded_at is not None and event.at > event.recorded_at and event.kind in _CLOCK_KINDS:
            found.add(Flag.CLOCK_SKEW)
        if "imported" in event.data:
            found.add(Flag.IMPORTED)
    return found


def is_first_pass(events: Iterable[HistoryEvent]) -> bool:
    """Tell whether only the citizen and the model have acted, and at most one routing found a unit."""
    found = 0
    for event in events:
        if event.kind in _BY_PEOPLE or (event.kind is not EventKind.RECEIVED and not event.actor.startswith("model:")):
            return False
        found += event.kind is EventKind.ROUTED and event.data.get("to") is not None
    return found <= 1


def bits_of(flags: Iterable[Flag]) -> int:
    """Return flags as one whole number."""
    return sum(FLAG_BITS[flag] for flag in set(flags))


def flags_of(bits: int) -> list[Flag]:
    """Return the flags of a whole number, in their order."""
    return [flag for flag, bit in FLAG_BITS.items() if bits & bit]


def is_qualifying(event: HistoryEvent) -> bool:
    """Tell whether an event is a reply that counts: public, by a person, accepted by the platform (M1 D3).

    A reply is in the history only once the platform has it. One written in the platform's own app counts.
    """
    return (
        event.kind is EventKind.REPLIED
        and not event.data.get("automatic", False)
        and not event.actor.startswith("model:")
    )
