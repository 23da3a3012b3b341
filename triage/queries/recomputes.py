"""Recomputes: which cases a change of a calendar touches, what it changed, and what stood there before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, insert, or_
from sqlmodel import Session, col, func, select

from models import (
    CalendarAssignment,
    Case,
    Recompute,
    RecomputedFigure,
    RecomputeStatus,
    Unit,
    WorkCalendar,
)
from triage.errors import NotFound

UNFINISHED = (RecomputeStatus.QUEUED, RecomputeStatus.RUNNING)
LISTED = 50
PAGE = 50


class Cause(NamedTuple):
    """Why figures were reckoned again."""

    title: str
    calendar_code: str
    version: int | None
    reason: str
    created_by_id: int | None


class ChangedCase(NamedTuple):
    """A case with its first response in working seconds before and after."""

    code: str
    unit: str | None
    opened_at: datetime
    before_s: int | None
    after_s: int | None
    others: dict[str, Any]


def known(session: Session, recompute_id: int) -> Recompute:
    """Return a recompute; raise NotFound."""
    found = session.get(Recompute, recompute_id)
    if found is None:
        raise NotFound("Hitung ulang ini tidak ada.")
    return found


def locked(session: Session, recompute_id: int) -> Recompute | None:
    """Return a recompute, locked until the commit: two workers never take the same step."""
    return session.exec(select(Recompute).where(Recompute.id == recompute_id).with_for_update()).first()


def unfinished(session: Session) -> list[int]:
    """Return what waits or runs, oldest first: a correction is applied after the one before it."""
    waiting = select(Recompute.id).where(col(Recompute.status).in_(UNFINISHED)).order_by(col(Recompute.id))
    return [found for found in session.exec(waiting) if found is not None]


def newest(session: Session) -> list[tuple[Recompute, Cause]]:
    """Return the newest recomputes with what caused them."""
    rows = session.exec(select(Recompute).order_by(col(Recompute.id).desc()).limit(LISTED)).all()
    return [(row, cause(session, row)) for row in rows]


def cause(session: Session, row: Recompute) -> Cause:
    """Return what caused a recompute: a version of a calendar, or another calendar for a unit."""
    if row.calendar_id is not None:
        version = session.get_one(WorkCalendar, row.calendar_id)
        title = f"{version.name}, versi {version.version}"
        return Cause(title, version.code, version.version, version.reason, version.created_by_id)
    made = session.get_one(CalendarAssignment, row.assignment_id)
    unit = session.get_one(Unit, made.unit_id)
    return Cause(f"Kalender {unit.short_name}", made.calendar_code, None, made.reason, made.created_by_id)


def count(session: Session, begins_at: datetime, ends_at: datetime) -> int:
    """Return how many cases lived within a stretch of time."""
    return session.exec(select(func.count()).select_from(Case).where(_lived(begins_at, ends_at))).one()


def next_cases(session: Session, row: Recompute, limit: int) -> dict[int, int | None]:
    """Return the next cases of a recompute, locked: their working seconds as shown now by id, in order."""
    wanted = and_(_lived(row.begins_at, row.ends_at), col(Case.id) > row.last_case_id)
    found = select(Case.id, Case.response_working_s).where(wanted).order_by(col(Case.id)).limit(limit).with_for_update()
    return {case_id: seconds for case_id, seconds in session.exec(found) if case_id is not None}


def keep(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what changed, old value and new; the caller commits."""
    if rows:
        session.execute(insert(RecomputedFigure), rows)


def changed(session: Session, recompute_id: int, limit: int | None = PAGE) -> Iterator[ChangedCase]:
    """Yield cases whose figures changed, those whose first response moved most first; None for all of them."""
    moved = func.abs(func.coalesce(RecomputedFigure.after_s, 0) - func.coalesce(RecomputedFigure.before_s, 0))
    found = (
        select(  # type: ignore[call-overload]
            Case.code,
            Unit.short_name,
            Case.opened_at,
            RecomputedFigure.before_s,
            RecomputedFigure.after_s,
            RecomputedFigure.others,
        )
        .join(Case, col(Case.id) == RecomputedFigure.case_id)
        .outerjoin(Unit, col(Unit.id) == Case.responder_unit_id)
        .where(RecomputedFigure.recompute_id == recompute_id)
        .order_by(moved.desc(), col(Case.id))
    )
    for row in session.execute(found.limit(limit)).yield_per(5000):
        yield ChangedCase(*row)


def seconds_by_month(session: Session, row: Recompute, zone: ZoneInfo) -> Iterator[tuple[date, int | None, int | None]]:
    """Yield (first day of the month, before, after) of every answered case that the recompute looked at."""
    kept = and_(col(RecomputedFigure.case_id) == Case.id, col(RecomputedFigure.recompute_id) == row.id)
    columns = select(  # type: ignore[call-overload]
        Case.opened_at,
        Case.response_working_s,
        RecomputedFigure.case_id,
        RecomputedFigure.before_s,
        RecomputedFigure.after_s,
    )
    answered = and_(_lived(row.begins_at, row.ends_at), col(Case.first_response_at).is_not(None))
    found = session.execute(columns.select_from(Case).outerjoin(RecomputedFigure, kept).where(answered))
    for opened_at, now_s, has_changed, before_s, after_s in found.yield_per(5000):
        month = opened_at.astimezone(zone).date().replace(day=1)
        yield (month, before_s, after_s) if has_changed else (month, now_s, now_s)


def _lived(begins_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    """Return the condition that a case began before the end and something of it happened after the beginning."""
    alive = or_(
        col(Case.closed_at).is_(None),
        col(Case.closed_at) >= begins_at,
        col(Case.first_response_at) >= begins_at,
        col(Case.last_comment_at) >= begins_at,
    )
    return and_(col(Case.opened_at) < ends_at, alive)


def seconds_left(row: Recompute, now: datetime) -> float | None:
    """Return how long a recompute will take from now on, reckoned from its pace; None where nobody can tell."""
    if row.started_at is None or not row.done or row.status not in UNFINISHED:
        return None
    return (now - row.started_at).total_seconds() * max(0, row.total - row.done) / row.done
