"""The cases behind a number of the figures, page by page or all of them, and the list of late cases."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import tuple_
from sqlmodel import Session, col, func, select

from models import Account, Case, CaseState, Intent, Platform, Unit
from triage.queries.cohorts import (
    QUEUE,
    Cohort,
    Number,
    Outcome,
    Pace,
    attributed,
    behind,
    narrowed,
    outcome,
    pace,
    within,
)
from triage.queries.inbox import is_open, visible
from triage.queries.paging import PAGE_SIZE, Cursor, Page
from triage.rules.permissions import Action, Viewer

READ_AT_ONCE = 1_000


class CaseRow(NamedTuple):
    """One case behind a number; `unit` is the one it is attributed to, None in the triage queue."""

    row_id: int
    code: str
    excerpt: str
    intent: Intent | None
    state: CaseState
    opened_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    wall_s: int | None
    working_s: int | None
    unit_code: str | None
    unit: str | None
    platform: Platform
    account: str
    outcome: Outcome
    pace: Pace

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for an answer."""
        return self.outcome in (Outcome.OPEN_WITHOUT_TARGET, Outcome.OVERDUE, Outcome.NOT_DUE)

    @property
    def is_out_of_hours(self) -> bool:
        """Tell whether it was written and answered outside working hours (D11)."""
        return self.pace is Pace.OUT_OF_HOURS


def rows(
    session: Session, viewer: Viewer, cohort: Cohort, number: Number, *, now: datetime, after: str = ""
) -> Page[CaseRow]:
    """Return one page of the cases behind a number, newest first; raise BadCursor for a mangled address."""
    found = _selection(now).where(*within(viewer, cohort), *behind(number, now))
    return _page(session, found, col(Case.opened_at), after, newest_first=True)


def every_row(session: Session, viewer: Viewer, cohort: Cohort, number: Number, *, now: datetime) -> Iterator[CaseRow]:
    """Return all cases behind a number, newest first, read little by little; the query runs at once."""
    found = _selection(now).where(*within(viewer, cohort), *behind(number, now))
    found = found.order_by(col(Case.opened_at).desc(), col(Case.id).desc())
    return map(_row, session.execute(found.execution_options(yield_per=READ_AT_ONCE)))


def count(session: Session, viewer: Viewer, cohort: Cohort, number: Number, *, now: datetime) -> int:
    """Return how many cases are behind a number."""
    found = select(func.count()).select_from(Case).where(*within(viewer, cohort), *behind(number, now))
    return session.exec(found).one()


def late(
    session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime, after: str = "", newest_first: bool = False
) -> Page[CaseRow]:
    """Return one page of the cases overdue now, of any period: the earliest deadline first, or the latest."""
    found = _selection(now).where(*_late(viewer, cohort, now))
    return _page(session, found, col(Case.sort_at), after, newest_first=newest_first)


def late_by_unit(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime) -> list[tuple[str, str, int]]:
    """Return (unit's code, short name, overdue cases) of each unit that has any, most first."""
    found = (
        select(Unit.code, Unit.short_name, func.count())
        .select_from(Case)
        .outerjoin(Unit, col(Unit.id) == attributed())
        .where(*_late(viewer, cohort, now))
        .group_by(Unit.code, Unit.short_name)
    )
    counted = [(code or QUEUE, name or "Antrean triase", number) for code, name, number in session.exec(found)]
    return sorted(counted, key=lambda row: (-row[2], row[1]))


def _late(viewer: Viewer, cohort: Cohort, now: datetime) -> list[Any]:
    """Return the conditions of a late case: while an answer is owed, sort_at is its deadline and is indexed."""
    scope = visible(viewer, Action.SEE_FIGURES)
    return [scope, is_open(), col(Case.sort_at) < now, *behind(Number.OVERDUE, now), *narrowed(cohort)]


def _selection(now: datetime) -> Any:
    columns = (
        Case.id, Case.code, Case.excerpt, Case.intent, Case.state, Case.opened_at, Case.due_at,
        Case.first_response_at, Case.response_wall_s, Case.response_working_s, Unit.code, Unit.short_name,
        Account.platform, Account.handle, outcome(now), pace(), Case.sort_at,
    )  # fmt: skip
    return (
        select(*columns)  # type: ignore[call-overload]
        .select_from(Case)
        .join(Account, col(Account.id) == Case.account_id)
        .outerjoin(Unit, col(Unit.id) == attributed())
    )


def _row(found: Any) -> CaseRow:
    return CaseRow._make((*found[:14], Outcome(found[14]), Pace(found[15])))


def _page(session: Session, found: Any, by: Any, after: str, *, newest_first: bool) -> Page[CaseRow]:
    key = tuple_(by, col(Case.id))
    if after:
        cursor = Cursor.decode(after)
        last = tuple_(cursor.at, cursor.row_id)
        found = found.where(key < last if newest_first else key > last)
    found = found.order_by(by.desc(), col(Case.id).desc()) if newest_first else found.order_by(by, col(Case.id))
    read = session.execute(found.limit(PAGE_SIZE + 1)).all()
    shown = [_row(row) for row in read[:PAGE_SIZE]]
    if len(read) <= PAGE_SIZE:
        return Page(shown, None)
    return Page(shown, Cursor(read[PAGE_SIZE - 1]._mapping[by.key], shown[-1].row_id).encode())
