"""Response targets: which one applies, when it is due, and whether it was kept (M1 D13, D15).

Lateness is decided here and nowhere else. A target is frozen on the case when it is first applied, so an
edit of the rules changes no earlier deadline.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models import Intent, TargetKind, TargetMeasure
from triage.rules.working_time import CalendarHistory, add_working_hours, nth_working_day_close

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
    """One target; `unit` is a unit's code, or None for every unit without a rule of its own."""

    intent: Intent
    kind: TargetKind
    measure: TargetMeasure
    amount: int
    in_force_from: datetime
    unit: str | None = None


def choose_target(
    rules: Iterable[TargetRule], *, intent: Intent | None, kind: TargetKind, unit: str | None, at: datetime
) -> TargetRule | None:
    """Return the rule in force at a moment: a unit's own before the general, the newest first."""
    fitting = [
        rule for rule in rules
        if rule.intent == intent and rule.kind == kind and rule.unit in (None, unit) and rule.in_force_from <= at
    ]  # fmt: skip
    return max(fitting, key=lambda rule: (rule.unit is not None, rule.in_force_from), default=None)


def first_response(
    rules: Iterable[TargetRule], *, intent: Intent | None, unit: str | None, at: datetime
) -> TargetRule | None:
    """Return the rule for the first response, or None: praise and other have none."""
    return choose_target(rules, intent=intent, kind=TargetKind.FIRST_RESPONSE, unit=unit, at=at)


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


def is_must_answer(intent: Intent | None) -> bool:
    """Tell whether an intent counts for the response rate (M1 D16); what is not classified yet does not."""
    return intent in MUST_ANSWER


def sort_moment(*, due_at: datetime | None, answered_at: datetime | None, opened_at: datetime) -> datetime:
    """Return the moment by which the inbox is ordered: the deadline while unanswered, else far behind all."""
    if due_at is not None and answered_at is None:
        return due_at
    return opened_at + AFTER_ALL_DEADLINES
