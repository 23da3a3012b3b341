"""Rebuilds of all measured rows: which were made, what they still have to do, and the work on one piece."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from models import Case, MeasureRun
from triage.queries import intake, measures
from triage.rules.metrics import DEFINITION, Intervals
from triage.rules.targets import sort_moment


class Told(NamedTuple):
    """The figures on a case row, that the events must say as well."""

    id: int
    first_response_at: Any
    response_wall_s: int | None
    response_working_s: int | None
    responder_unit_id: int | None


def run(session: Session, run_id: int) -> MeasureRun:
    """Return a rebuild, locked for a change."""
    found = select(MeasureRun).where(MeasureRun.id == run_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def unfinished(session: Session) -> list[MeasureRun]:
    """Return the rebuilds that are not finished, oldest first."""
    found = select(MeasureRun).where(col(MeasureRun.finished_at).is_(None)).order_by(col(MeasureRun.id))
    return list(session.exec(found))


def is_due(session: Session) -> bool:
    """Tell whether no rebuild by this definition was ever begun: rows may be missing or old."""
    return session.exec(select(MeasureRun.id).where(MeasureRun.definition == DEFINITION).limit(1)).first() is None


def case_count(session: Session, after: int = 0) -> int:
    """Return how many cases there are behind an id."""
    return session.exec(select(func.count()).select_from(Case).where(col(Case.id) > after)).one()


def rebuild(session: Session, *, after: int, limit: int, by: measures.Ruler) -> list[int]:
    """Measure the next cases anew, locked meanwhile; return their ids. What the case row says is set right, too."""
    columns = (
        Case.id, Case.first_response_at, Case.response_wall_s, Case.response_working_s, Case.responder_unit_id,
    )  # fmt: skip
    found = select(*columns).where(col(Case.id) > after).order_by(col(Case.id)).limit(limit).with_for_update()  # type: ignore[call-overload]
    told = [Told(*row) for row in session.connection().execute(found)]
    one = measures.refresh_run(session, [row.id for row in told], by) if told else {}
    corrections = [right for row in told if (right := figures(row.id, one[row.id], by.units)) != row]
    intake.update_cases(session, [row._asdict() for row in corrections])
    return [row.id for row in told]


def figures(case_id: int, one: Intervals, units: Mapping[str, int]) -> Told:
    """Return what the case row should say."""
    frt = one.frt
    if frt is None:
        return Told(case_id, None, None, None, None)
    return Told(case_id, frt.end, frt.wall_s, frt.working_s, units.get(one.responder_unit or ""))


def settle(session: Session, case_ids: Sequence[int]) -> None:
    """Measure cases whose history was written in bulk, and bring the figures on their rows in step."""
    if not case_ids:
        return
    by = measures.ruler(session)
    one = measures.refresh(session, case_ids, by)
    changes: list[dict[str, Any]] = []
    for ids in intake.chunks(case_ids):
        rows = select(Case.id, Case.due_at, Case.opened_at).where(col(Case.id).in_(ids))
        for case_id, due_at, opened_at in session.exec(rows):
            told = figures(case_id or 0, one[case_id or 0], by.units)
            sort_at = sort_moment(due_at=due_at, answered_at=told.first_response_at, opened_at=opened_at)
            changes.append(told._asdict() | {"sort_at": sort_at})
    intake.update_cases(session, changes)
