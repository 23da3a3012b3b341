"""Escalate: whoever should know of a late case is told once on each step, several cases in one letter."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import EscalationStep, Notice, NoticeKind, NoticeStatus
from triage.queries import notices
from triage.rules import chasing
from triage.rules.chasing import Step
from triage.rules.letters import Desk, escalation
from triage.rules.permissions import Viewer


def escalate(session: Session, desk: Desk, *, now: datetime) -> list[int]:
    """Queue the letters about cases that reached a step; return their ids; commits.

    A second worker that does the same at this very moment loses: the cases of its letters are told of already.
    """
    steps = [step for step in notices.steps(session) if step.is_active]
    late = {step.number: notices.late_untold(session, step.number, now=now) for step in steps}
    found = chasing.letters(steps, late, notices.people(session))
    queued = []
    try:
        for step, person, cases in found:
            subject, text = escalation(desk, step, person, cases)
            notice = Notice(
                key=f"escalation-{step.number}-{person.user_id}-{cases[0].code}",
                kind=NoticeKind.ESCALATION,
                step=step.number,
                user_id=person.user_id,
                address=person.address,
                subject=subject,
                body=text,
                status=NoticeStatus.QUEUED,
                created_at=now,
                try_at=now,
            )
            notices.add(session, notice, [case.case_id for case in cases])
            queued.append(notice.id or 0)
        session.commit()
    except IntegrityError:
        session.rollback()
        return []
    return queued


def set_steps(session: Session, viewer: Viewer, wanted: Sequence[Step], *, now: datetime) -> int:
    """Set the steps that differ from those in force; return how many; raise InvalidInput for a bent ladder; commits."""
    chasing.refuse_unclear(wanted)
    known = notices.steps(session)
    changed = [step for step in wanted if step not in known]
    session.add_all(
        EscalationStep(
            number=step.number,
            audience=step.audience,
            after_hours=step.after_hours,
            is_active=step.is_active,
            set_at=now,
            actor=viewer.actor,
        )
        for step in changed
    )
    session.commit()
    return len(changed)
