"""What of an event moves a clock, as one whole number: all that `intervals` asks of it but its moment and its names.

Names are left out, because any citizen's comment and any unit moves the clocks in the same way: the comment an event
is about, and the units it names (NAMED), stand beside the number.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models import EventKind, ReplyKind
from triage.rules.clocks import CITIZEN, HANDLERS
from triage.rules.history import HistoryEvent
from triage.rules.pauses import WAITING_CITIZEN

KINDS = tuple(HANDLERS)
NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
NAMED = {
    EventKind.RECEIVED: ("holder",),
    EventKind.ROUTED: ("to", "from"),
    EventKind.REPLIED: ("unit",),
}
NO_FACTS = 1 << 5  # a reply that does not say whether it asks may have asked
KIND_AT, ACTOR_AT, SKEWED, ODD = 8, 12, 1 << 14, 1 << 15
BY_CITIZEN, BY_MODEL, BY_USER, BY_OTHERS = range(4)
ACTORS = (CITIZEN, "model:0", "user:0", "system")
MOST = 1 << 40  # ids of comments stay below


def gist_of(kind: EventKind, data: Mapping[str, Any]) -> tuple[int, int, tuple[str | None, ...]]:
    """Return (number, comment or 0, units named) of an event's kind and data; what is not as usual is ODD."""
    number = facts_of(data) | NUMBERS[kind] << KIND_AT
    comment = data.get("comment") or 0
    units = tuple(data.get(name) for name in NAMED.get(kind, ()))
    is_usual = type(comment) is int and 0 <= comment < MOST and data.get("comment") != 0
    if not is_usual or not all(unit is None or (isinstance(unit, str) and unit) for unit in units):
        return number | ODD, 0, ()
    return number, comment, units


def facts_of(data: Mapping[str, Any]) -> int:
    """Return what an event's data says, one bit a fact."""
    get = data.get
    return (
        ("imported" in data)
        | bool(get("thanks")) << 1
        | bool(get("automatic")) << 2
        | bool(get("native")) << 3
        | (get("kind") == ReplyKind.ACKNOWLEDGEMENT) << 4
        | bool(get("asks_citizen", True)) << 5
        | (get("reason") == WAITING_CITIZEN) << 6
        | bool(get("approved")) << 7
    )


def data_of(number: int) -> dict[str, Any]:
    """Return data that says the facts of a number, and nothing else."""
    facts: dict[str, Any] = {"asks_citizen": bool(number & NO_FACTS)}
    said = (
        ("imported", True), ("thanks", True), ("automatic", True), ("native", True),
        ("kind", ReplyKind.ACKNOWLEDGEMENT), None, ("reason", WAITING_CITIZEN), ("approved", True),
    )  # fmt: skip
    facts.update(fact for bit, fact in enumerate(said) if fact is not None and number >> bit & 1)
    return facts


def by_whom(actor: str) -> int:
    """Return what kind of actor it was, at its place in the number."""
    if actor == CITIZEN:
        return BY_CITIZEN << ACTOR_AT
    if actor.startswith("model:"):
        return BY_MODEL << ACTOR_AT
    return (BY_USER if actor.startswith("user:") else BY_OTHERS) << ACTOR_AT


def event_of(
    number: int, *, at: datetime, seq: int, comment: int = 0, units: tuple[str | None, ...] = ()
) -> HistoryEvent:
    """Return an event with the gist of a number; a person who acted is named by `seq`."""
    kind = KINDS[number >> KIND_AT & 15]
    by = number >> ACTOR_AT & 3
    actor = f"user:{seq}" if by == BY_USER else ACTORS[by]
    names = zip(NAMED.get(kind, ()), units, strict=False)
    data = data_of(number) | {name: unit for name, unit in names if unit is not None}
    if comment:
        data["comment"] = comment
    recorded_at = at - timedelta(seconds=1) if number & SKEWED else at
    return HistoryEvent(kind, at, actor, data, seq, recorded_at)
