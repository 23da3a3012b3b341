"""Figures over many cases: n, median, p90, share in target, response rate (M1 D15-D19).

A figure over nothing is None, never 0. Quantiles interpolate linearly, as numpy does by default; shares are
0-1. Which cases go in is decided here, so that screen, file and report agree (D20).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models import Intent
from triage.rules.history import Flag
from triage.rules.targets import DueState, is_must_answer
from triage.rules.working_time import CalendarHistory, nth_working_day_close

MIN_RANKED = 10
LONGEST_TARGET_DAYS = 3  # the start value of a complaint's first response


@dataclass(frozen=True, slots=True)
class Summary:
    """The distribution of one interval in seconds; `unknown` counts the values that have no number."""

    n: int
    median: float | None
    p90: float | None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many cases stand how to their deadline; open cases that are not due yet are shown, not counted."""

    in_time: int = 0
    answered_late: int = 0
    overdue: int = 0
    not_due: int = 0
    without_target: int = 0

    @property
    def counted(self) -> int:
        """Return how many cases the share is over."""
        return self.in_time + self.answered_late + self.overdue

    @property
    def share(self) -> float | None:
        """Return answered in target / (answered + overdue and open), None over nothing (D15)."""
        return self.in_time / self.counted if self.counted else None


def summarise(values: Iterable[float | None]) -> Summary:
    """Return n, median and p90; unknown values (None) enter no figure and are counted apart."""
    everything = list(values)
    known = sorted(value for value in everything if value is not None)
    return Summary(len(known), quantile(known, 0.5), quantile(known, 0.9), len(everything) - len(known))


def quantile(ordered: list[float], share: float) -> float | None:
    """Return a quantile of ascending values by linear interpolation, None of nothing (D18)."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def outcomes(states: Iterable[DueState]) -> Outcomes:
    """Count cases by how they stand to their deadline."""
    count = Counter(states)
    return Outcomes(
        in_time=count[DueState.ANSWERED_IN_TIME],
        answered_late=count[DueState.ANSWERED_LATE],
        overdue=count[DueState.LATE],
        not_due=count[DueState.LATER] + count[DueState.TODAY],
        without_target=count[DueState.NONE],
    )


def response_rate(*, answered: int, received: int) -> float | None:
    """Return answered / received over cases that counts_as_received, None over nothing (D16)."""
    return answered / received if received else None


def counts_as_received(intent: Intent | None, flags: Collection[Flag], *, is_backfill: bool = False) -> bool:
    """Tell whether a case is in the denominator of rates and shares (D2, D16, D17).

    Taken back by the citizen before a reply: out. Hidden by us before a reply: stays in, as unanswered, unless
    a supervisor approved it. Comments older than the account's connection: out.
    """
    is_out = Flag.WITHDRAWN_BEFORE_REPLY in flags or Flag.HIDING_APPROVED in flags
    return is_must_answer(intent) and not is_backfill and not is_out


def may_rank(n: int) -> bool:
    """Tell whether a unit has enough cases to stand in a ranking (D18)."""
    return n >= MIN_RANKED


def cohort_day(posted_at: datetime, zone: ZoneInfo) -> date:
    """Return the day a case belongs to: that of its first comment, in the regency's zone (D19)."""
    return posted_at.astimezone(zone).date()


def is_immature(day: date, now: datetime, history: CalendarHistory, *, target_days: int = LONGEST_TARGET_DAYS) -> bool:
    """Tell whether a cohort is 'belum matang': the longest first-response target of that day still runs (D19)."""
    zone = history.in_force_on(day).zone_info
    last_moment = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1, seconds=-1)
    return now < nth_working_day_close(last_moment, target_days, history)
