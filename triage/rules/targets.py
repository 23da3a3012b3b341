"""Response targets: which one applies, when it is due, and whether it was kept (M1 D13, D15).

Lateness is decided here and nowhere else. A target is frozen on the case when it is first applied, so an
edit of the rules changes no earlier deadline.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from models import Intent, TargetKind, TargetMeasure
from triage.rules.working_time import CalendarHistory, add_working_hours, nth_working_day_close, working_seconds_or_none

Chosen = Mapping[TargetKind, "TargetRule"]
MUST_ANSWER = frozenset({Intent.COMPLAINT, Intent.QUESTION, Intent.HOAX_REPORT})
# Behind every deadline, so that what has none stays in the order it came in.
AFTER_ALL_DEADLINES = timedelta(days=20 * 365)


class DueState(StrEnum):
    """How a case stands to its deadline."""

    NONE = "none"
    LATER = "later"
    TODAY = "today"
    LATE = "late"
    ANSWERED_IN_TIME = "answered_in_time"
    ANSWERED_LATE = "answered_late"


@dataclass(frozen=True, kw_only=True)
class TargetRule:
    """One target; `unit` is a unit's code, None for every unit, and `flag` a mark on a case, empty for all.

    A rule that is not active ends the target of its unit and flag from its moment on.
    """

    intent: Intent
    kind: TargetKind
    measure: TargetMeasure
    amount: int
    in_force_from: datetime
    unit: str | None = None
    flag: str = ""
    is_active: bool = True

    @property
    def reach(self) -> tuple[bool, bool, str]:
        """Return how special the rule is: a flag before a unit before all; two flags by their names."""
        return self.flag != "", self.unit is not None, self.flag


@dataclass(frozen=True)
class Applied:
    """The targets of a case as they are frozen on it; `due_at` is the deadline of the first response."""

    due_at: datetime
    data: dict[str, Any]


def choose_target(
    rules: Iterable[TargetRule],
    *,
    intent: Intent | None,
    kind: TargetKind,
    unit: str | None,
    at: datetime,
    flags: Collection[str] = (),
) -> TargetRule | None:
    """Return the rule in force at a moment: the most special one, and of its versions the newest.

    None is a case without a target: it has no deadline and is never late. Where a special rule was ended, the next
    wider one counts; it never exempts a unit from what holds for all.
    """
    newest: dict[tuple[bool, bool, str], TargetRule] = {}
    for rule in sorted(rules, key=lambda rule: rule.in_force_from):
        is_meant = rule.intent == intent and rule.kind == kind and rule.in_force_from <= at
        if is_meant and rule.unit in (None, unit) and (not rule.flag or rule.flag in flags):
            newest[rule.reach] = rule
    active = [rule for rule in newest.values() if rule.is_active]
    return max(active, key=lambda rule: rule.reach, default=None)


def first_response(
    rules: Iterable[TargetRule],
    *,
    intent: Intent | None,
    unit: str | None,
    at: datetime,
    flags: Collection[str] = (),
) -> TargetRule | None:
    """Return the rule for the first response, or None: praise and other have none."""
    return choose_target(rules, intent=intent, kind=TargetKind.FIRST_RESPONSE, unit=unit, at=at, flags=flags)


def in_force(
    rules: Sequence[TargetRule], *, intent: Intent | None, unit: str | None, at: datetime, flags: Collection[str] = ()
) -> Chosen:
    """Return the rule of each kind that holds for a case at a moment; a kind without one is missing."""
    chosen = {
        kind: choose_target(rules, intent=intent, kind=kind, unit=unit, at=at, flags=flags) for kind in TargetKind
    }
    return {kind: rule for kind, rule in chosen.items() if rule is not None}


def freeze(chosen: Chosen, history: CalendarHistory | None, *, opened_at: datetime) -> Applied | None:
    """Return the targets of all kinds with their deadlines, to be frozen; None where there is nothing to freeze.

    Nothing is frozen without a calendar in force when the case began: working time is unknown then (M1 D11).
    """
    if history is None or not history.covers(opened_at) or TargetKind.FIRST_RESPONSE not in chosen:
        return None
    due = {kind: deadline(opened_at, rule, history) for kind, rule in chosen.items()}
    told = {
        kind: {"measure": rule.measure, "amount": rule.amount, "due_at": due[kind].isoformat()}
        for kind, rule in chosen.items()
    }
    first = told.pop(TargetKind.FIRST_RESPONSE)
    data = {"target": TargetKind.FIRST_RESPONSE, **first, "others": {str(kind): told[kind] for kind in told}}
    return Applied(due[TargetKind.FIRST_RESPONSE], data)


def deadline(start: datetime, rule: TargetRule, history: CalendarHistory) -> datetime:
    """Return when a rule is due, in UTC; raise NoWorkingTime where the calendar has no hours.

    Working days run to the closing time of the nth working day after the day of receipt, working hours from
    the next working minute on. A unit without a calendar is measured by the regency's: the caller passes it.
    """
    if rule.measure is TargetMeasure.WORKING_HOURS:
        return add_working_hours(start, rule.amount, history)
    return nth_working_day_close(start, rule.amount, history)


def due_state(*, due_at: datetime | None, answered_at: datetime | None, now: datetime, zone: ZoneInfo) -> DueState:
    """Return how a case stands to its deadline; the deadline's own second is still in time.

    TODAY is meant in the office's zone, and a deadline at midnight belongs to the day that ends. A case that
    needs no answer any more has no deadline: the caller passes None.
    """
    if due_at is None:
        return DueState.NONE
    if answered_at is not None:
        return DueState.ANSWERED_IN_TIME if answered_at <= due_at else DueState.ANSWERED_LATE
    if now > due_at:
        return DueState.LATE
    last_day = (due_at - timedelta(seconds=1)).astimezone(zone).date()
    return DueState.TODAY if last_day <= now.astimezone(zone).date() else DueState.LATER


def end_of_day(now: datetime, zone: str) -> datetime:
    """Return the midnight that ends the day in an office's zone."""
    tomorrow = now.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


def soon_until(now: datetime, history: CalendarHistory, *, days: int) -> datetime:
    """Return the last deadline that counts as due soon: the close of the nth working day from now."""
    return nth_working_day_close(now, days, history)


def late_seconds(due_at: datetime, now: datetime, history: CalendarHistory | None) -> int | None:
    """Return the working seconds since a deadline, None where no calendar tells."""
    return working_seconds_or_none(due_at, now, history)


def is_must_answer(intent: Intent | None) -> bool:
    """Tell whether an intent counts for the response rate (M1 D16); what is not classified yet does not."""
    return intent in MUST_ANSWER


def sort_moment(*, due_at: datetime | None, answered_at: datetime | None, opened_at: datetime) -> datetime:
    """Return the moment by which the inbox is ordered: the deadline while unanswered, else far behind all."""
    if due_at is not None and answered_at is None:
        return due_at
    return opened_at + AFTER_ALL_DEADLINES
