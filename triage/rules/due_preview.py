"""What the targets mean for a comment that arrives now: shown beside each target, before and after a change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.rules.calendars import CalendarError
from triage.rules.custody import Calendars
from triage.rules.targets import TargetRule, deadline


@dataclass(frozen=True)
class Standing:
    """A target in force, and when a comment that arrives now would be due; None where no calendar says so."""

    rule: TargetRule
    due_at: datetime | None


def in_force(rules: Iterable[TargetRule], at: datetime) -> list[TargetRule]:
    """Return the targets in force at a moment, one for each intent, kind, unit and flag; ended ones are left out."""
    newest: Mapping[object, TargetRule] = {
        (rule.intent, rule.kind, rule.unit, rule.flag): rule
        for rule in sorted(rules, key=lambda rule: rule.in_force_from)
        if rule.in_force_from <= at
    }
    return [rule for rule in newest.values() if rule.is_active]


def due(rule: TargetRule, calendars: Calendars, now: datetime) -> datetime | None:
    """Return when a comment that arrives now would be due by a target, in the calendar of its unit or the regency."""
    history = calendars.get(rule.unit) or calendars.get(None)
    if history is None or not history.covers(now):
        return None
    try:
        return deadline(now, rule, history)
    except CalendarError:  # no working time within the horizon: there is nothing to promise
        return None


def standings(rules: Iterable[TargetRule], calendars: Calendars, now: datetime) -> list[Standing]:
    """Return the targets in force with what they mean now: general ones first, then by unit and flag."""
    found = sorted(in_force(rules, now), key=lambda r: (r.intent, r.flag, r.unit or "", r.kind))
    return [Standing(rule, due(rule, calendars, now)) for rule in found]
