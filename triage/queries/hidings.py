"""Comments that were taken back or hidden: how one stands, and which hidings wait for a supervisor's word."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models import Account, Case, Comment, Hiding, Platform, Unit, User
from triage.errors import InvalidInput
from triage.queries import history
from triage.queries.inbox import visible
from triage.rules.permissions import Action, Viewer
from triage.rules.taken_back import Fate, fates

MOST_SHOWN = 100


class WaitingHiding(NamedTuple):
    """One line of the list: the case, why it was hidden, by whom and when, and how urgent the answer is."""

    code: str
    excerpt: str
    reason: str
    hidden_by: str
    hidden_at: datetime
    due_at: datetime | None
    platform: Platform
    handle: str
    unit: str | None


def fate_of(session: Session, case: Case, comment_id: int) -> Fate | None:
    """Return what became of a comment of a case; raise InvalidInput when it is no comment of this case."""
    found = select(Comment.id).where(Comment.id == comment_id, Comment.case_id == case.id)
    if session.exec(found).first() is None:
        raise InvalidInput("Pilih komentar dari kasus ini.")
    known = fates(history.of_case(session, case.id or 0))
    return known.get(comment_id) or known.get(None)


def waiting_for(session: Session, comment_id: int) -> Hiding | None:
    """Return the hiding of a comment that nobody has decided yet."""
    found = select(Hiding).where(Hiding.comment_id == comment_id, col(Hiding.decided_at).is_(None))
    return session.exec(found).first()


def waiting(session: Session, case: Case, hiding_id: int) -> Hiding | None:
    """Return a hiding of a case that waits for a word; an answered case needs none any more."""
    if case.first_response_at is not None:
        return None
    found = select(Hiding).where(Hiding.id == hiding_id, Hiding.case_id == case.id, col(Hiding.decided_at).is_(None))
    return session.exec(found).first()


def waiting_in(session: Session, case: Case) -> list[Hiding]:
    """Return the hidings of a case that wait for a word, oldest first."""
    if case.first_response_at is not None:
        return []
    found = select(Hiding).where(Hiding.case_id == case.id, col(Hiding.decided_at).is_(None))
    return list(session.exec(found.order_by(col(Hiding.id))))


def every_waiting(session: Session, viewer: Viewer) -> list[WaitingHiding]:
    """Return the oldest hidings that wait for the viewer's word."""
    columns: Any = (
        Case.code, Case.excerpt, Hiding.reason, User.name, Hiding.hidden_at, Case.due_at, Account.platform,
        Account.handle, Unit.short_name,
    )  # fmt: skip
    found = (
        select(*columns)
        .select_from(Hiding)
        .join(Case, col(Case.id) == Hiding.case_id)
        .join(User, col(User.id) == Hiding.hidden_by_id)
        .join(Account, col(Account.id) == Case.account_id)
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(col(Hiding.decided_at).is_(None), col(Case.first_response_at).is_(None))
        .where(visible(viewer, Action.APPROVE_HIDING))
        .order_by(col(Hiding.hidden_at), col(Hiding.id))
        .limit(MOST_SHOWN)
    )
    return [WaitingHiding(*row) for row in session.execute(found)]
