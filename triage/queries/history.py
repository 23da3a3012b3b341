"""The append-only history of a case, and the figures on the case row that follow from it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Case, Event, EventKind
from triage.queries import measures
from triage.rules import workflow
from triage.rules.metrics import Intervals
from triage.rules.targets import sort_moment


def append(
    session: Session, case: Case, kind: EventKind, /, *, at: datetime, now: datetime, actor: str, **data: Any
) -> None:
    """Add one event to a case's history and count the case's version up."""
    session.add(Event(case_id=case.id or 0, kind=kind, at=at, recorded_at=now, actor=actor, data=data))
    case.version += 1


def of_case(session: Session, case_id: int) -> list[Event]:
    """Return a case's events as they were recorded."""
    return list(session.exec(select(Event).where(Event.case_id == case_id).order_by(col(Event.id))))


def refresh_figures(session: Session, case: Case) -> Intervals:
    """Bring the measured rows and the figures on the case row in step with the events; the caller commits.

    Return what was measured.
    """
    one = measures.refresh(session, [case.id or 0])[case.id or 0]
    if one.frt is not None:
        case.first_response_at = one.frt.end
        case.response_wall_s = one.frt.wall_s
        case.response_working_s = one.frt.working_s
        case.responder_unit_id = measures.unit_id(session, one.responder_unit)
    if one.frt is not None or case.due_at is None:
        case.sort_at = sort_moment(due_at=case.due_at, answered_at=case.first_response_at, opened_at=case.opened_at)
    session.add(case)
    return one


def take_out(session: Session, case: Case, *, now: datetime) -> None:
    """Bring a case in step after a comment was taken back or its hiding judged; the caller commits.

    What nobody had answered is closed when nothing in it waits any more: the event just appended says why.
    """
    one = refresh_figures(session, case)
    if one.waiting_since is not None:
        return
    case.is_waiting_for_us = False
    if one.frt is None and workflow.is_open(case.state):
        case.state, case.closed_at = workflow.next_state(case.state, workflow.Move.NO_ANSWER), now
