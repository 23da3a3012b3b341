"""Resolve: a case is closed as settled or as needing no answer, waits for others, goes on, or is reopened."""

from datetime import datetime

from sqlmodel import Session

from models import Case, CaseState, EventKind
from triage.errors import InvalidInput
from triage.queries import cases, history
from triage.rules import workflow
from triage.rules.permissions import Viewer


def resolve(session: Session, viewer: Viewer, code: str, *, reason: str, version: int, now: datetime) -> Case:
    """Close a case as settled; without any answer a reason is needed (M1 D7), else InvalidInput; commits."""
    case = cases.for_work(session, viewer, code, version)
    if case.first_response_at is None and not reason.strip():
        if cases.is_answering(session, case):
            raise InvalidInput("Balasan masih dikirim. Tunggu sampai terkirim, lalu tandai selesai lagi.")
        raise InvalidInput("Kasus ini belum pernah dibalas. Tulis alasan mengapa boleh selesai tanpa balasan.")
    close(session, case, CaseState.RESOLVED, EventKind.RESOLVED, viewer.actor, reason=reason.strip(), now=now)
    return case


def needs_no_answer(session: Session, viewer: Viewer, code: str, *, reason: str, version: int, now: datetime) -> Case:
    """Close a case as needing no answer, with a reason; commits."""
    case = cases.for_work(session, viewer, code, version)
    close(
        session,
        case,
        CaseState.NO_ANSWER_NEEDED,
        EventKind.NO_ANSWER_NEEDED,
        viewer.actor,
        reason=reason.strip(),
        now=now,
    )
    return case


def close(
    session: Session, case: Case, state: CaseState, kind: EventKind, actor: str, *, reason: str, now: datetime
) -> None:
    """Close a case in one of the two ways; raise WrongMove when it is closed already; commits."""
    move = workflow.Move.RESOLVE if state is CaseState.RESOLVED else workflow.Move.NO_ANSWER
    case.state = workflow.next_state(case.state, move)
    case.closed_at, case.is_waiting_for_us = now, False
    history.append(session, case, kind, at=now, now=now, actor=actor, reason=reason)
    history.refresh_figures(session, case)
    session.commit()


def reopen(session: Session, viewer: Viewer, code: str, *, reason: str, now: datetime) -> Case:
    """Open a closed case again; raise InvalidInput while the citizen has a newer open case here; commits."""
    case = cases.for_work(session, viewer, code)
    state = workflow.next_state(case.state, workflow.Move.REOPEN)
    newer = cases.open_sibling(session, case)
    if newer is not None:
        raise InvalidInput(f"Warga ini punya kasus terbuka yang lebih baru di unggahan yang sama: {newer}.")
    case.state, case.closed_at, case.is_waiting_for_us = state, None, True
    history.append(session, case, EventKind.REOPENED, at=now, now=now, actor=viewer.actor, reason=reason)
    history.refresh_figures(session, case)
    session.commit()
    return case


def wait_for_others(session: Session, viewer: Viewer, code: str, *, reason: str, now: datetime) -> Case:
    """Mark a case as waiting for somebody else; the citizen's clock runs on (M1 D9); commits."""
    case = cases.for_work(session, viewer, code)
    case.state = workflow.next_state(case.state, workflow.Move.WAIT_OTHER)
    history.append(
        session, case, EventKind.PAUSED, at=now, now=now, actor=viewer.actor, reason="waiting_other", remark=reason
    )
    history.refresh_figures(session, case)
    session.commit()
    return case


def resume(session: Session, viewer: Viewer, code: str, *, now: datetime) -> Case:
    """Go on with a case that waited; commits."""
    case = cases.for_work(session, viewer, code)
    case.state = workflow.next_state(case.state, workflow.Move.RESUME)
    history.append(session, case, EventKind.RESUMED, at=now, now=now, actor=viewer.actor)
    history.refresh_figures(session, case)
    session.commit()
    return case
