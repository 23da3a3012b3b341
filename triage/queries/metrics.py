"""First response over a cohort of cases (M1 D4, D11, D14-D16, D18-D20): the one source of every figure.

Cases are counted as numbers (queries.selections). Seconds by two clocks; shares 0-1; a figure over nothing is None.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, select

from models import Account, Intent, Platform, TargetKind, TargetMeasure, Unit
from triage.queries import calendars
from triage.queries.cohorts import INTENTS, KINDS, QUEUE, Cohort, Number
from triage.queries.selections import selection
from triage.queries.tallies import (
    Grouping,
    Selection,
    Spread,
    by_account,
    by_intent,
    by_nothing,
    by_unit,
    counting,
    weights,
)
from triage.rules.aggregates import LONGEST_TARGET_DAYS, Outcomes, is_immature, may_rank, response_rate
from triage.rules.permissions import Viewer
from triage.rules.quantiles import Ints
from triage.rules.wording import alphabetical

LOOK_BACK_DAYS = 60
PLATFORMS, NUMBERS = tuple(Platform), tuple(Number)
CLOCKS = ("wall", "working")
Names = Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class Figures:
    """The figures of one group of cases; `code` names it in addresses, `mix` is its cases by intent."""

    code: str
    name: str
    counts: Mapping[Number, int]
    wall: Spread
    working: Spread
    mix: Mapping[Intent, int] = field(default_factory=dict)

    @property
    def outcomes(self) -> Outcomes:
        """Return the counts as D15 takes them."""
        count = self.counts
        return Outcomes(
            in_time=count[Number.IN_TARGET],
            answered_late=count[Number.ANSWERED_LATE],
            overdue=count[Number.OVERDUE],
            not_due=count[Number.NOT_DUE],
            without_target=count[Number.OPEN_WITHOUT_TARGET] + count[Number.ANSWERED_WITHOUT_TARGET],
        )

    @property
    def in_target(self) -> float | None:
        """Return the share in target (D15)."""
        return self.outcomes.share

    @property
    def response_rate(self) -> float | None:
        """Return answered / received (D16)."""
        return response_rate(answered=self.counts[Number.ANSWERED], received=self.counts[Number.RECEIVED])

    @property
    def is_queue(self) -> bool:
        """Tell whether these are the cases without a unit."""
        return self.code == QUEUE

    @property
    def is_ranked(self) -> bool:
        """Tell whether this is a group with enough cases behind its share for a place in a ranking (D18)."""
        return may_rank(self.outcomes.counted) and not self.is_queue


@dataclass(frozen=True)
class Board:
    """Every figure of a cohort: all together, and by unit, intent, platform and account.

    `lag` is from a comment's posting until we saw it; `is_exact` tells whether the quantiles are.
    """

    total: Figures
    units: list[Figures]
    intents: list[Figures]
    platforms: list[Figures]
    accounts: list[Figures]
    lag: Spread
    is_exact: bool


@dataclass(frozen=True)
class Change:
    """How a period compares with the one before: a ratio for counts and durations, a difference for a share.

    None where either has too little to say so (n < 10) or the earlier one has nothing.
    """

    received: float | None
    answered: float | None
    in_target: float | None
    median: float | None
    p90: float | None


def change(now: Figures, before: Figures, clock: str) -> Change:
    """Return how a period compares with the one before."""
    spread, earlier = getattr(now, clock), getattr(before, clock)
    may_tell = may_rank(spread.n) and may_rank(earlier.n)
    is_enough = may_rank(before.counts[Number.RECEIVED])
    has_shares = may_rank(now.outcomes.counted) and may_rank(before.outcomes.counted)
    return Change(
        received=_ratio(now.counts[Number.RECEIVED], before.counts[Number.RECEIVED]) if is_enough else None,
        answered=_ratio(now.counts[Number.ANSWERED], before.counts[Number.ANSWERED]) if is_enough else None,
        in_target=(now.in_target or 0.0) - (before.in_target or 0.0) if has_shares else None,
        median=_ratio(spread.median, earlier.median) if may_tell else None,
        p90=_ratio(spread.p90, earlier.p90) if may_tell else None,
    )


def _ratio(now: float | None, before: float | None) -> float | None:
    return None if now is None or not before else now / before


def total_of(cases: Selection, clock: str) -> Figures:
    """Return the figures of a selection all together, with the spread of one clock."""
    return _grouped(cases, Grouping(by_nothing, 1), {0: ("", "")}, (clock,))[0]


def board(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime, clocks: Iterable[str] = CLOCKS) -> Board:
    """Return every figure of a cohort; the spreads of a clock that is not asked for stay empty."""
    return board_of(session, selection(session, viewer, cohort, now=now), clocks)


def board_of(session: Session, cases: Selection, clocks: Iterable[str] = CLOCKS) -> Board:
    """Return every figure of a selection."""
    clocks = tuple(clocks)
    units: Names = {row_id or 0: (code, name) for row_id, code, name in session.exec(_units())}
    units = {0: (QUEUE, "Antrean triase"), **units}
    found = list(session.exec(_accounts()))
    accounts: Names = {row_id or 0: (code, handle) for row_id, code, handle, _ in found}
    platform_of = np.zeros(_size(accounts), dtype=np.int64)
    for row_id, _, _, platform in found:
        platform_of[row_id or 0] = PLATFORMS.index(platform)
    in_all = Grouping(by_unit, 1, np.zeros(_size(units), dtype=np.int64))
    on_platforms = Grouping(by_account, len(PLATFORMS), platform_of)
    of_intents = Grouping(by_intent, len(INTENTS))
    return Board(
        total=_grouped(cases, in_all, {0: ("", "")}, clocks)[0],
        units=_ranked(_received(_grouped(cases, Grouping(by_unit, _size(units)), units, clocks))),
        intents=_received(_grouped(cases, of_intents, _coded(INTENTS), clocks)),
        platforms=_ranked(_received(_grouped(cases, on_platforms, _coded(PLATFORMS), clocks))),
        accounts=_ranked(_received(_grouped(cases, Grouping(by_account, _size(accounts)), accounts, clocks))),
        lag=lag_of(cases),
        is_exact=cases.is_exact,
    )


def _size(names: Names) -> int:
    return max(names, default=0) + 1


def _units() -> Any:
    return select(Unit.id, Unit.code, Unit.short_name)


def _accounts() -> Any:
    return select(Account.id, Account.code, Account.handle, Account.platform)


def _coded(values: Iterable[str | None]) -> Names:
    return {place: (value, value) for place, value in enumerate(values) if value}


@lru_cache(maxsize=1)
def _intents() -> NDArray[np.bool_]:
    """Return which kind of case is received with which intent (kinds x INTENTS)."""
    is_received = counting(Number.RECEIVED)
    of_intent = np.array([[about[0] == intent for intent in INTENTS] for about in KINDS])
    found: NDArray[np.bool_] = of_intent & is_received[:, np.newaxis]
    return found


def _received(found: list[Figures]) -> list[Figures]:
    """Return the groups that received a case."""
    return [group for group in found if group.counts[Number.RECEIVED]]


def _grouped(cases: Selection, by: Grouping, names: Names, clocks: Iterable[str]) -> list[Figures]:
    """Return the figures of each group, in the order of the names."""
    keys = list(names)
    spreads = {clock: cases.spreads(by, clock) for clock in clocks}
    at_keys = {clock: [each[key] for key in keys] for clock, each in spreads.items()}
    return figures_of(cases.kinds(by)[keys], list(names.values()), at_keys)


def _ranked(found: list[Figures]) -> list[Figures]:
    """Return the groups with a place in the ranking first, best first, then the others by name (D18)."""

    def place(one: Figures) -> tuple[bool, float, str, str]:
        """Return what a group is ordered by."""
        return not one.is_ranked, -(one.in_target or 0.0) if one.is_ranked else 0.0, *alphabetical(one.name)

    return sorted(found, key=place)


def figures_of(kinds: Ints, names: Sequence[tuple[str, str]], spreads: Mapping[str, Sequence[Spread]]) -> list[Figures]:
    """Return the figures of groups from their cases by kind (groups x KINDS), names, and spreads by clock."""
    nothing = [Spread(0)] * len(names)
    # As floats for the speed of BLAS; whole numbers below 2 ** 53 stay exact.
    cases = kinds.astype(np.float64)
    numbers = (cases @ weights()).astype(np.int64).tolist()
    mixes = (cases @ _intents()).astype(np.int64).tolist()
    walls, workings = spreads.get("wall", nothing), spreads.get("working", nothing)
    return [
        Figures(*name, dict(zip(NUMBERS, counts, strict=True)), wall=wall, working=working, mix=_mix(mix))
        for name, counts, mix, wall, working in zip(names, numbers, mixes, walls, workings, strict=True)
    ]


def _mix(counts: Sequence[int]) -> dict[Intent, int]:
    return {intent: count for intent, count in zip(INTENTS, counts, strict=True) if count and intent is not None}


def lag_of(cases: Selection) -> Spread:
    """Return how long it took from a comment's posting until we saw it (D2)."""
    return cases.spreads(Grouping(by_nothing, 1), "lag")[0]


def immature_since(session: Session, last_day: date, *, now: datetime, zone: ZoneInfo) -> tuple[datetime, int] | None:
    """Return when the first day begins whose longest first-response target still runs, and its working days (D19).

    None when every day up to `last_day` is mature, or the regency has no calendar.
    """
    history = calendars.histories(session).get(calendars.DEFAULT)
    if history is None:
        return None
    days = longest_target_days(session, now)
    day = min(last_day, now.astimezone(zone).date())
    earliest = max(day - timedelta(days=LOOK_BACK_DAYS), history.starts_at.astimezone(zone).date())
    found = None
    while day >= earliest and is_immature(day, now, history, target_days=days):
        found, day = day, day - timedelta(days=1)
    return None if found is None else (datetime.combine(found, time(), zone), days)


def longest_target_days(session: Session, now: datetime) -> int:
    """Return the longest first-response target in force, in working days."""
    rules = [rule for rule in calendars.targets(session) if rule.kind is TargetKind.FIRST_RESPONSE]
    days: Iterable[int] = [
        rule.amount for rule in rules if rule.measure is TargetMeasure.WORKING_DAYS and rule.in_force_from <= now
    ]
    return max(days, default=LONGEST_TARGET_DAYS)
