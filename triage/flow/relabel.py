"""Relabel: a person's choice of intent becomes a label beside the model's, never over it."""

from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind, Label, LabelSource, LabelSubject
from models import Intent as Intent
from triage.queries import calendars, cases, directory, history
from triage.rules import targets
from triage.rules.marks import marks_of
from triage.rules.permissions import Viewer


def relabel(session: Session, viewer: Viewer, code: str, intent: Intent, *, now: datetime) -> Case:
    """Set a case's intent; a case without a target yet gets the intent's, a frozen one stays; commits."""
    case = cases.for_work(session, viewer, code)
    first = cases.comments(session, case.id or 0)[0]
    before = case.intent
    session.add(
        Label(
            comment_id=first.id or 0,
            subject=LabelSubject.INTENT,
            value=intent,
            source=LabelSource.PERSON,
            user_id=viewer.user_id,
            created_at=now,
        )
    )
    history.append(
        session,
        case,
        EventKind.LABEL_CHANGED,
        at=now,
        now=now,
        actor=viewer.actor,
        subject=LabelSubject.INTENT,
        **{"from": before, "to": intent},
    )
    case.intent, case.intent_confidence, case.is_intent_sure, case.is_intent_by_person = intent, None, True, True
    apply_target(session, case, now=now)
    session.add(case)
    session.commit()
    return case


def apply_target(session: Session, case: Case, *, now: datetime) -> None:
    """Freeze the first-response target on a case that has none (M1 D13), and set its place in the inbox."""
    codes = {unit_id: code for code, (unit_id, _) in directory.unit_ids(session).items()}
    holder = codes.get(case.holder_id or 0)
    by_unit = calendars.by_unit(session)
    if case.due_at is None and not case.is_backfill:
        rules, flags = calendars.targets(session), marks_of(case.marks)
        chosen = targets.in_force(rules, intent=case.intent, unit=holder, at=now, flags=flags)
        frozen = targets.freeze(chosen, by_unit.get(holder) or by_unit[None], opened_at=case.opened_at)
        if frozen is not None:
            case.due_at = frozen.due_at
            applied = EventKind.TARGET_APPLIED
            history.append(session, case, applied, at=now, now=now, actor="system", **frozen.data)
    case.sort_at = targets.sort_moment(
        due_at=case.due_at if targets.is_must_answer(case.intent) else None,
        answered_at=case.first_response_at,
        opened_at=case.opened_at,
    )
