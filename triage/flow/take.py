"""Take: a person takes a case, or gives it to a colleague of the unit that holds it."""

from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind
from triage.queries import cases, history
from triage.rules import workflow
from triage.rules.permissions import Viewer


def take(session: Session, viewer: Viewer, code: str, *, now: datetime) -> Case:
    """Make the viewer the assignee; raise WrongMove on a closed case; commits."""
    case = cases.for_work(session, viewer, code)
    case.state = workflow.next_state(case.state, workflow.Move.TAKE)
    if case.assignee_id != viewer.user_id:
        case.assignee_id = viewer.user_id
        history.append(session, case, EventKind.ASSIGNED, at=now, now=now, actor=viewer.actor, user=viewer.user_id)
    session.add(case)
    session.commit()
    return case
