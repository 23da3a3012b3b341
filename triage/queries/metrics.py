"""First response over a cohort of cases (M1 D4, D11, D14-D16, D18-D20): the one source of every figure.

Cases are read as a few whole numbers each and counted in numpy. Seconds by two clocks; shares 0-1; a figure over
nothing is None. Quantiles are exact, by linear interpolation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, extract
from sqlmodel import Session, col, func, select

from models import Account, Case, Comment, Intent, Platform, TargetKind, TargetMeasure, Unit
from triage.queries import calendars
from triage.queries.cohorts import INTENTS, KINDS, MEANINGS, QUEUE, Cohort, Number, attributed, behind, kind, within
from triage.rules.aggregates import LONGEST_TARGET_DAYS, Outcomes, is_immature, may_rank, response_rate
from triage.rules.permissions import Viewer

Ints = NDArray[np.int64]
READ_AT_ONCE = 20_000
LAG_CASES = 20_000
LOOK_BACK_DAYS = 60
PLATFORMS = tuple(Platform)
RECEIVED = list(Number).index(Number.RECEIVED)
NONE = -1  # stands for NULL in the arrays


@dataclass(frozen=True)
class Spread:
    """The distribution of durations in seconds; the mean is for files only (D18)."""

    n: int
    median: float | None = None
    p90: float | None = None
    mean: float | None = None


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


NOTHING = Figures("", "", dict.fromkeys(Number, 0), Spread(0), Spread(0))


@dataclass(frozen=True)
class Board:
    """Every figure of a cohort: all together, and by unit, intent, platform and account."""

    total: Figures
    units: list[Figures]
    intents: list[Figures]
    platforms: list[Figures]
    accounts: list[Figures]


def board(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime) -> Board:
    """Return every figure of a cohort, in three queries whatever the number of cases."""
    cases = _read(session, viewer, cohort, now)
    units = {row_id or 0: (code, name) for row_id, code, name in session.exec(_units())}
    accounts = {row_id or 0: (code, handle, platform) for row_id, code, handle, platform in session.exec(_accounts())}
    platform_of = np.full(max(accounts, default=0) + 1, NONE)
    for row_id, (_, _, platform) in accounts.items():
        platform_of[row_id] = PLATFORMS.index(platform)
    received = cases.at(_weights()[:, RECEIVED][cases.kind])
    intent_of = np.array([INTENTS.index(intent) for intent, *_ in KINDS])
    coded = {place: (value, value) for place, value in enumerate(PLATFORMS)}
    everything = _grouped(cases, np.zeros_like(cases.kind), {0: ("", "")})
    return Board(
        total=everything[0] if everything else NOTHING,
        units=_ranked(_grouped(received, received.unit, units | {NONE: (QUEUE, "Antrean triase")})),
        intents=_grouped(received, intent_of[received.kind], {p: (i, i) for p, i in enumerate(INTENTS) if i}),
        platforms=_ranked(_grouped(received, platform_of[received.account], coded)),
        accounts=_ranked(_grouped(received, received.account, {key: about[:2] for key, about in accounts.items()})),
    )


def _units() -> Any:
    return select(Unit.id, Unit.code, Unit.short_name)


def _accounts() -> Any:
    return select(Account.id, Account.code, Account.handle, Account.platform)


@dataclass(frozen=True)
class _Cases:
    """The cases of a cohort as columns, NONE for NULL; `kind` is the place in KINDS."""

    unit: Ints
    account: Ints
    kind: Ints
    wall_s: Ints
    working_s: Ints

    def at(self, places: Any) -> "_Cases":
        """Return some of the cases."""
        return _Cases(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


def _read(session: Session, viewer: Viewer, cohort: Cohort, now: datetime) -> _Cases:
    """Return a cohort's cases, also those that no rate counts: they stand apart on the page."""
    columns = (
        func.coalesce(attributed(), NONE),
        col(Case.account_id),
        kind(now),
        func.coalesce(Case.response_wall_s, NONE),
        func.coalesce(Case.response_working_s, NONE),
    )
    found = select(*columns).where(*within(viewer, cohort))  # type: ignore[call-overload]
    # On the connection: the session would look at each row once more for objects.
    rows = session.connection().execute(found, execution_options={"yield_per": READ_AT_ONCE})
    pieces = chain.from_iterable(rows.partitions())
    table = np.fromiter(chain.from_iterable(pieces), dtype=np.int64).reshape(-1, len(columns))
    return _Cases(*np.ascontiguousarray(table.T))


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.bool_]:
    """Return which kind of case is counted by which number (kinds x numbers)."""
    return np.array([[MEANINGS[number].counts(*about) for number in Number] for about in KINDS])


@lru_cache(maxsize=1)
def _intents() -> NDArray[np.bool_]:
    """Return which kind of case is received with which intent (kinds x INTENTS)."""
    is_received = _weights()[:, RECEIVED]
    of_intent = np.array([[about[0] == intent for intent in INTENTS] for about in KINDS])
    found: NDArray[np.bool_] = of_intent & is_received[:, np.newaxis]
    return found


def _grouped(cases: _Cases, keys: Ints, names: Mapping[int, tuple[str, str]]) -> list[Figures]:
    """Return the figures of each group that has a case, in the order of the names."""
    order = np.argsort(keys, kind="stable")
    present, starts = np.unique(keys[order], return_index=True)
    groups = dict(zip(present.tolist(), np.split(order, starts[1:]), strict=False))
    return [_figures(cases.at(groups[key]), *name) for key, name in names.items() if key in groups]


def _ranked(found: list[Figures]) -> list[Figures]:
    """Return the groups with a place in the ranking first, best first, then the others by name (D18)."""
    return sorted(found, key=lambda f: (not f.is_ranked, -(f.in_target or 0.0) if f.is_ranked else 0.0, f.name))


def _figures(cases: _Cases, code: str, name: str) -> Figures:
    kinds = np.bincount(cases.kind, minlength=len(KINDS))
    counts = dict(zip(Number, (kinds @ _weights()).tolist(), strict=True))
    received = _weights()[:, RECEIVED]
    timed = cases.at(received[cases.kind])
    mix = dict(zip(INTENTS, (kinds @ _intents()).tolist(), strict=True))
    return Figures(
        code,
        name,
        counts,
        wall=spread(timed.wall_s[timed.wall_s != NONE]),
        working=spread(timed.working_s[timed.working_s != NONE]),
        mix={intent: number for intent, number in mix.items() if number and intent is not None},
    )


def spread(values: Ints) -> Spread:
    """Return n, median, p90 and mean of durations."""
    if not values.size:
        return Spread(0)
    median, p90 = np.quantile(values, (0.5, 0.9)).tolist()
    return Spread(int(values.size), median, p90, float(values.mean()))


def ingest_lag(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime) -> Spread:
    """Return how long comments took from their posting until we saw them, over the newest LAG_CASES cases.

    What an old log told is left out: when it was first seen, the log does not say.
    """
    newest = (
        select(Case.id, Case.opened_at)
        .where(*within(viewer, cohort), *behind(Number.RECEIVED, now), col(Case.reference).is_(None))
        .order_by(col(Case.opened_at).desc())
        .limit(LAG_CASES)
        .subquery()
    )
    lag = extract("epoch", col(Comment.first_seen_at)) - extract("epoch", col(Comment.posted_at))
    first = and_(col(Comment.case_id) == newest.c.id, col(Comment.posted_at) == newest.c.opened_at)
    seconds = session.execute(select(lag).select_from(newest).join(Comment, first)).scalars()
    return spread(np.fromiter((int(value) for value in seconds), dtype=np.int64))


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
