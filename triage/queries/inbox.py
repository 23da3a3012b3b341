"""The inbox: which cases a viewer sees, in which order, and how many wait in each view.

The viewer's scope is part of the base query, so that no view can show another unit's cases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, text, tuple_
from sqlmodel import Session, col, false, func, select, true

from models import CLOSED_SQL, OPEN_SQL, Account, Case, CaseState, Intent, Mark, Platform, Unit, User
from triage.queries import search
from triage.queries.paging import PAGE_SIZE, Cursor, Page
from triage.rules.marks import BITS, marks_of
from triage.rules.permissions import Action, Scope, Viewer
from triage.rules.targets import is_must_answer
from triage.rules.workflow import is_open as is_open_state

WAITING = (CaseState.WAITING_CITIZEN, CaseState.WAITING_OTHER)


class View(StrEnum):
    """The lists of the inbox."""

    OPEN = "open"
    NEW = "new"
    MINE = "mine"
    LATE = "late"
    TODAY = "today"
    WAITING = "waiting"
    HOAX = "hoax"
    TRIAGE = "triage"
    RESOLVED = "resolved"
    NO_ANSWER = "no_answer"
    ALL = "all"


CLOSED_STATES = {View.RESOLVED: CaseState.RESOLVED, View.NO_ANSWER: CaseState.NO_ANSWER_NEEDED}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the address of an inbox page says."""

    view: View = View.OPEN
    intent: Intent | None = None
    unit: str = ""
    platform: Platform | None = None
    account: str = ""
    mark: Mark | None = None
    query: str = ""
    after: str = ""


@dataclass(frozen=True)
class InboxRow:
    """One line of the list."""

    case: Case
    code: str
    intent: Intent | None
    confidence: float | None
    is_sure: bool
    text: str
    platform: Platform
    author: str
    unit: str | None
    assignee: str | None
    posted_at: datetime
    due_at: datetime | None
    is_waiting: bool

    @property
    def marks(self) -> list[Mark]:
        """What the case is beside its intent."""
        return marks_of(self.case.marks)

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return self.case.state


def line(case: Case, platform: Platform, handle: str, unit: str | None, assignee: str | None) -> InboxRow:
    """Return a line; it waits while the citizen is owed a first answer that has a deadline."""
    owed = is_open_state(case.state) and case.first_response_at is None and is_must_answer(case.intent)
    return InboxRow(
        case,
        case.code,
        case.intent,
        case.intent_confidence,
        case.is_intent_sure,
        case.excerpt,
        platform,
        handle,
        unit,
        assignee,
        case.opened_at,
        case.due_at,
        owed,
    )


def visible(viewer: Viewer, action: Action = Action.SEE_CASES) -> Any:
    """Return the condition that limits cases to those the viewer may see."""
    scope = viewer.scope(action)
    if scope is Scope.ALL:
        return true()
    if scope is Scope.OWN:
        return col(Case.holder_id).in_(sorted(viewer.unit_ids))
    return false()


def is_open() -> Any:
    """Return the condition of an open case, spelt as in the partial indexes: a parameter would hide them."""
    return text(f"citizen_case.{OPEN_SQL}")


def closed_as(state: CaseState, viewer: Viewer) -> Any:
    """Return the condition of a case closed in one way; who sees every unit's gets it as the partial index spells it.

    For others the order by unit is the way in: SQLite would walk all units' closed cases to find a few of one unit.
    """
    closed = col(Case.state) == state
    sees_all = viewer.scope(Action.SEE_CASES) is Scope.ALL
    return and_(text(f"citizen_case.{CLOSED_SQL}"), closed) if sees_all else closed


def among_open(view: View, viewer: Viewer, *, now: datetime, day_end: datetime) -> Any:
    """Return what sets a view of open cases apart; while a first response is owed, sort_at is its deadline."""
    conditions: dict[View, Callable[[], Any]] = {
        View.OPEN: lambda: true(),
        View.NEW: lambda: col(Case.state) == CaseState.NEW,
        View.MINE: lambda: col(Case.assignee_id) == viewer.user_id,
        View.LATE: lambda: col(Case.sort_at) < now,
        View.TODAY: lambda: and_(col(Case.sort_at) >= now, col(Case.sort_at) < day_end),
        View.WAITING: lambda: col(Case.state).in_(WAITING),
        View.HOAX: lambda: col(Case.intent) == Intent.HOAX_REPORT,
        View.TRIAGE: lambda: col(Case.holder_id).is_(None),
    }
    return conditions[view]()


def belongs(view: View, viewer: Viewer, *, now: datetime, day_end: datetime) -> Any:
    """Return the condition of a view."""
    if view is View.ALL:
        return true()
    if view in CLOSED_STATES:
        return closed_as(CLOSED_STATES[view], viewer)
    return and_(is_open(), among_open(view, viewer, now=now, day_end=day_end))


def counts(session: Session, viewer: Viewer, *, now: datetime, day_end: datetime) -> dict[View, int]:
    """Return how many open cases wait in each view that is counted, in one pass over one index."""
    counted = (View.NEW, View.MINE, View.LATE, View.TODAY, View.WAITING, View.HOAX, View.TRIAGE)
    sums = [func.count().filter(among_open(view, viewer, now=now, day_end=day_end)) for view in counted]
    row = session.execute(select(func.count(), *sums).select_from(Case).where(visible(viewer), is_open())).one()
    return dict(zip((View.OPEN, *counted), row, strict=True))


def page(session: Session, viewer: Viewer, wanted: Filter, *, now: datetime, day_end: datetime) -> Page[InboxRow]:
    """Return one page of a view: nearest deadline first, closed cases newest first."""
    found = rows().where(visible(viewer), belongs(wanted.view, viewer, now=now, day_end=day_end))
    found = narrow(session, found, wanted)
    by, newest_first = order(wanted.view)
    key = tuple_(by, col(Case.id))
    if wanted.after:
        cursor = Cursor.decode(wanted.after)
        last = tuple_(cursor.at, cursor.row_id)
        found = found.where(key < last if newest_first else key > last)
    found = found.order_by(by.desc() if newest_first else by, col(Case.id).desc() if newest_first else col(Case.id))
    lines = [line(*row) for row in session.execute(found.limit(PAGE_SIZE + 1))]
    if len(lines) <= PAGE_SIZE:
        return Page(lines, None)
    last_case = lines[PAGE_SIZE - 1].case
    return Page(lines[:PAGE_SIZE], Cursor(getattr(last_case, by.key), last_case.id or 0).encode())


def rows() -> Any:
    """Return the selection of inbox lines with everything that a line shows."""
    return (
        select(Case, Account.platform, Account.handle, Unit.short_name, User.name)  # type: ignore[call-overload]
        .join(Account, col(Account.id) == Case.account_id)
        .outerjoin(Unit, col(Unit.id) == Case.unit_id)
        .outerjoin(User, col(User.id) == Case.assignee_id)
    )


def order(view: View) -> tuple[Any, bool]:
    """Return (column, newest first) of a view."""
    if view in CLOSED_STATES:
        return col(Case.closed_at), True
    if view is View.ALL:
        return col(Case.opened_at), True
    return col(Case.sort_at), False


def narrow(session: Session, found: Any, wanted: Filter) -> Any:
    """Return the selection narrowed by the filters of the address."""
    if wanted.intent:
        found = found.where(Case.intent == wanted.intent)
    if wanted.unit:
        found = found.where(of_unit(wanted))
    if wanted.platform:
        # Behind a function, or SQLite begins at the accounts and sorts all their cases; without an account, nothing.
        is_used = select(Account.id).where(Account.platform == wanted.platform).exists()
        found = found.where(is_used, func.lower(Account.platform) == wanted.platform.value)
    if wanted.account:
        found = found.where(Account.code == wanted.account)
    if wanted.mark:
        found = found.where(col(Case.marks).op("&")(BITS[wanted.mark]) != 0)
    if wanted.query:
        found = search.narrow(session, found, wanted.query)
    return found


def of_unit(wanted: Filter) -> Any:
    """Return the condition of the unit in the address, so that the best index of the view is used.

    One value and no list, for the unit's own index to give the rows in their order. Open cases are few: there the
    function keeps SQLite from fetching and sorting all that a unit ever had.
    """
    unit_id = select(Unit.id).where(Unit.code == wanted.unit).scalar_subquery()
    is_of_open = wanted.view is not View.ALL and wanted.view not in CLOSED_STATES
    return (func.coalesce(Case.unit_id, 0) if is_of_open else col(Case.unit_id)) == unit_id


def view_named(name: str, viewer: Viewer) -> View:
    """Return the view of an address: open cases where there is none such, or it is not for this person."""
    is_for_viewer = name != View.TRIAGE or viewer.may(Action.SEE_TRIAGE)
    return View(name) if name in list(View) and is_for_viewer else View.OPEN


def following(
    session: Session, viewer: Viewer, wanted: Filter, code: str, *, now: datetime, day_end: datetime
) -> str | None:
    """Return the code of the open case that comes after a case in a narrowed view, else of the view's first.

    A view that holds closed cases leads on among the open ones. None when no other case is left.
    """
    view = View.OPEN if wanted.view is View.ALL or wanted.view in CLOSED_STATES else wanted.view
    belonging = (visible(viewer), belongs(view, viewer, now=now, day_end=day_end), Case.code != code)
    found = narrow(session, rows().where(*belonging), wanted).with_only_columns(col(Case.code))
    found = found.order_by(col(Case.sort_at), col(Case.id)).limit(1)
    before = select(Case.sort_at).where(Case.code == code).scalar_subquery()
    following: str | None = session.execute(found.where(col(Case.sort_at) >= before)).scalar()
    return following or session.execute(found).scalar()


def arrived_since(session: Session, viewer: Viewer, *, since: datetime) -> int:
    """Return how many open cases came to the viewer's units after a moment, at most 100."""
    newer = select(Case.id).where(visible(viewer), is_open(), col(Case.routed_at) > since).limit(100)
    return session.exec(select(func.count()).select_from(newer.subquery())).one()
