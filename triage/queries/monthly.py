"""Everything that a monthly report says, each number by the one source of figures (M1 D19, D20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from triage.queries import metrics
from triage.queries.cohorts import Cohort
from triage.queries.metrics import Board as Board
from triage.queries.metrics import Figures
from triage.rules.months import Days, weeks_of
from triage.rules.months import before as before
from triage.rules.months import bounds as bounds
from triage.rules.months import days_of as days_of
from triage.rules.months import first_working_day as first_working_day
from triage.rules.permissions import Action, Scope, Viewer

MONTHS_BACK = 5


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """The figures of a month, of its weeks, and of the months up to it; `immature` as metrics tells it."""

    month: date
    made_at: datetime
    sees_all: bool
    board: Board
    weeks: list[tuple[Days, Figures]]
    months: list[tuple[date, Figures]]
    immature: tuple[datetime, int] | None

    @property
    def before(self) -> Figures:
        """Return the figures of the month before."""
        return self.months[-2][1]


@dataclass(frozen=True)
class Eyes:
    """Who asks, when, and in which zone."""

    viewer: Viewer
    zone: ZoneInfo
    at: datetime


def parts(month: date) -> list[Days]:
    """Return the days of each board that a report takes: the month, its weeks, the months before, oldest first."""
    return [days_of(month), *weeks_of(month), *(days_of(one) for one in earlier(month))]


def earlier(month: date) -> list[date]:
    """Return the months before, oldest first."""
    return [before(month, number) for number in range(MONTHS_BACK, 0, -1)]


def board(session: Session, eyes: Eyes, days: Days) -> Board:
    """Return the figures of some days."""
    start, end = bounds(days, eyes.zone)
    return metrics.board(session, eyes.viewer, Cohort(start=start, end=end), now=eyes.at)


def monthly(session: Session, eyes: Eyes, month: date, boards: Sequence[Board]) -> Monthly:
    """Return what a report says, from the boards of its parts in their order."""
    weeks = weeks_of(month)
    whole, of_weeks, of_months = boards[0], boards[1 : len(weeks) + 1], boards[len(weeks) + 1 :]
    months = zip(earlier(month), of_months, strict=True)
    return Monthly(
        month=month,
        made_at=eyes.at,
        sees_all=eyes.viewer.scope(Action.SEE_FIGURES) is Scope.ALL,
        board=whole,
        weeks=[(days, found.total) for days, found in zip(weeks, of_weeks, strict=True)],
        months=[*((one, found.total) for one, found in months), (month, whole.total)],
        immature=_immature(session, eyes, days_of(month)),
    )


def _immature(session: Session, eyes: Eyes, days: Days) -> tuple[datetime, int] | None:
    """Return from when on the month's days are immature."""
    found = metrics.immature_since(session, days[1], now=eyes.at, zone=eyes.zone)
    return found and (max(found[0], bounds(days, eyes.zone)[0]), found[1])
