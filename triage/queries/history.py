"""The append-only history of a case, and the figures on the case row that follow from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Case, Event, EventKind
from triage.queries import calendars
from triage.rules.clocks import MetricSettings
from triage.rules.history import HistoryEvent
from triage.rules.metrics import Intervals, intervals
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


def measured(session: Session, case_id: int, settings: MetricSettings) -> Intervals:
    """Return every interval of a case's history by definition M1."""
    session.flush()
    events = [
        HistoryEvent(kind=event.kind, at=event.at, actor=event.actor, data=event.data, seq=event.id or 0)
        for event in of_case(session, case_id)
    ]
    return intervals(events, calendars.by_unit(session), settings)


def refresh_figures(session: Session, case: Case, *, reopen_days: int, units: Mapping[str, int]) -> None:
    """Bring the response figures on the case row in step with its events; the caller commits."""
    found = measured(session, case.id or 0, MetricSettings(reopen_limit_days=reopen_days))
    if found.frt is not None:
        case.first_response_at = found.frt.end
        case.response_wall_s = found.frt.wall_s
        case.response_working_s = found.frt.working_s
        case.responder_unit_id = units.get(found.responder_unit or "")
    case.sort_at = sort_moment(due_at=case.due_at, answered_at=case.first_response_at, opened_at=case.opened_at)
