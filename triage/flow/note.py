"""Note: an internal remark on a case, and the unsent reply kept on the server. Neither leaves the house."""

from datetime import datetime

from sqlmodel import Session

from models import Case, Draft, EventKind, Note
from triage.queries import cases, history
from triage.rules.permissions import Viewer


def add_note(session: Session, viewer: Viewer, code: str, text: str, *, now: datetime) -> Case:
    """Keep a note; commits."""
    case = cases.for_work(session, viewer, code)
    note = Note(case_id=case.id or 0, author_id=viewer.user_id, text=text, created_at=now)
    session.add(note)
    session.flush()
    history.append(session, case, EventKind.NOTED, at=now, now=now, actor=viewer.actor, note=note.id)
    session.add(case)
    session.commit()
    return case


def save_draft(session: Session, viewer: Viewer, code: str, text: str, *, now: datetime) -> None:
    """Keep the person's unsent reply on a case; an empty one is dropped; commits."""
    case = cases.for_work(session, viewer, code)
    draft = cases.draft(session, case.id or 0, viewer.user_id)
    if not text.strip():
        if draft is not None:
            session.delete(draft)
    elif draft is None:
        session.add(Draft(case_id=case.id or 0, user_id=viewer.user_id, text=text, updated_at=now))
    else:
        draft.text, draft.updated_at = text, now
        session.add(draft)
    session.commit()
