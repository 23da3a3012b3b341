"""Cases by their deadline as it stands now: due soon, late, and how many of each a unit has.

Soon depends on the working days of the unit that holds the case, so it is one moment a unit; the regency's calendar
counts where a unit has none, as it does for deadlines.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from models import Case, CaseState, Unit
from triage.queries import calendars, directory, metric_rows
from triage.queries.cohorts import QUEUE, Number, counted_by, measured
from triage.queries.inbox import is_open, visible
from triage.queries.metric_rows import CaseRow
from triage.queries.paging import Page
from triage.rules import targets
from triage.rules.calendars import CalendarError
from triage.rules.letters import DueCase, UnitLine
from triage.rules.permissions import Action, Viewer
from triage.rules.wording import alphabetical

QUEUE_NAME = "Antrean triase"
NOBODY = 0  # no unit has this id
Bounds = Mapping[int | None, datetime]


class Standing(NamedTuple):
    """How many open cases of a unit are new, due soon and late; `holder_id` is None for the triage queue."""

    holder_id: int | None
    line: UnitLine


def bounds(session: Session, *, now: datetime, days: int) -> Bounds:
    """Return until when a deadline is soon, by holder's id, None for the triage queue."""
    histories = calendars.by_unit(session)
    found: dict[int | None, datetime] = {}
    holders: list[tuple[str | None, int | None]] = [(None, None)]
    holders += [
        (code, unit_id) for code, (unit_id, is_external) in directory.unit_ids(session).items() if not is_external
    ]
    for code, holder_id in holders:
        history = histories.get(code) or histories[None]
        try:
            found[holder_id] = targets.soon_until(now, history, days=days) if history else now
        except CalendarError:  # a calendar without working days has no next one
            found[holder_id] = now
    return found


def is_soon(until: Bounds, now: datetime) -> Any:
    """Return the condition of a deadline that is near and not over; sort_at is the deadline while one is owed."""
    by_moment = defaultdict(list)
    for holder_id, moment in until.items():
        by_moment[moment].append(holder_id)
    near = [and_(_is_of_group(ids), col(Case.sort_at) <= moment) for moment, ids in by_moment.items()]
    return and_(col(Case.sort_at) >= now, col(Case.sort_at) <= max(until.values()), or_(*near))


def owed_soon(viewer: Viewer, until: Bounds, now: datetime) -> list[Any]:
    """Return the conditions of the cases due soon that a viewer may see."""
    return [visible(viewer, Action.SEE_FIGURES), is_open(), is_soon(until, now), counted_by(Number.NOT_DUE, now)]


def soon(
    session: Session, viewer: Viewer, until: Bounds, *, now: datetime, unit: str = "", after: str = ""
) -> Page[CaseRow]:
    """Return one page of the cases due soon, of one unit by code or of all, the earliest deadline first."""
    conditions = owed_soon(viewer, until, now)
    if unit == QUEUE:
        conditions.append(col(Case.holder_id).is_(None))
    elif unit:
        conditions.append(col(Case.holder_id) == select(Unit.id).where(Unit.code == unit).scalar_subquery())
    return metric_rows.soonest(session, conditions, now=now, after=after)


def soon_by_unit(session: Session, viewer: Viewer, until: Bounds, *, now: datetime) -> list[tuple[str, str, int]]:
    """Return (unit's code, short name, cases due soon) of each unit that has any, most first."""
    found = (
        measured(select(Unit.code, Unit.short_name, func.count()))
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(*owed_soon(viewer, until, now))
        .group_by(Unit.code, Unit.short_name)
    )
    counted = [(code or QUEUE, name or QUEUE_NAME, number) for code, name, number in session.exec(found)]
    return sorted(counted, key=lambda row: (-row[2], *alphabetical(row[1])))


def standings(session: Session, until: Bounds, *, now: datetime) -> list[Standing]:
    """Return how every unit with open cases stands, by name, the triage queue first."""
    owed = counted_by(Number.OVERDUE, now)
    counts = (
        func.count().filter(col(Case.state) == CaseState.NEW),
        func.count().filter(is_soon(until, now), counted_by(Number.NOT_DUE, now)),
        func.count().filter(col(Case.sort_at) < now, owed),
    )
    found = (
        measured(select(Case.holder_id, Unit.code, Unit.short_name, *counts))  # type: ignore[call-overload]
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(is_open())
        .group_by(Case.holder_id, Unit.code, Unit.short_name)
    )
    read = [
        Standing(holder_id, UnitLine(code=code or QUEUE, name=name or QUEUE_NAME, new=new, soon=soon, late=late))
        for holder_id, code, name, new, soon, late in session.execute(found)
    ]
    return sorted(read, key=lambda row: (row.holder_id is not None, *alphabetical(row.line.name)))


def nearest(
    session: Session, holders: Collection[int | None], until: Bounds, *, now: datetime, limit: int
) -> list[DueCase]:
    """Return the cases of some units that are late or due soon, the earliest deadline first."""
    late = and_(col(Case.sort_at) < now, counted_by(Number.OVERDUE, now))
    soon = and_(is_soon(until, now), counted_by(Number.NOT_DUE, now))
    found = (
        measured(select(Case.code, Unit.short_name, Case.due_at))
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(is_open(), _held_by(list(holders)), or_(late, soon))
        .order_by(col(Case.sort_at), col(Case.id))
    )
    rows = session.exec(found.limit(limit))
    return [DueCase(code, name or QUEUE_NAME, due_at) for code, name, due_at in rows if due_at is not None]


def _held_by(ids: list[int | None]) -> Any:
    """Return the condition of who holds a case; NULL is in no list."""
    known = col(Case.holder_id).in_([holder_id for holder_id in ids if holder_id is not None])
    return or_(known, col(Case.holder_id).is_(None)) if None in ids else known


def _is_of_group(ids: list[int | None]) -> Any:
    """Return the same condition for many holders at once, through coalesce: deadlines are to be looked up, not holders.

    With the bare column SQLite walks every case that any of them ever had.
    """
    return func.coalesce(col(Case.holder_id), NOBODY).in_([NOBODY if one is None else one for one in ids])
