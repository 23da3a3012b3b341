"""Withdraw: the citizen deleted a comment on the platform; before any answer the case counts no more (M1 D17)."""

from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind
from triage.errors import InvalidInput
from triage.queries import cases, hidings, history
from triage.rules.permissions import Viewer
from triage.rules.taken_back import Fate


def withdraw(session: Session, viewer: Viewer, code: str, *, comment_id: int, version: int, now: datetime) -> Case:
    """Note that the citizen took a comment back; raise InvalidInput where it is none that stands; commits.

    A case that nobody had answered is closed when none of its comments is left.
    """
    case = cases.for_work(session, viewer, code, version)
    if hidings.fate_of(session, case, comment_id) in (Fate.WITHDRAWN, Fate.HIDDEN_APPROVED):
        raise InvalidInput("Komentar ini sudah dikeluarkan dari kasus. Pilih komentar lain.")
    hiding = hidings.waiting_for(session, comment_id)
    if hiding is not None:
        hiding.decided_at = now
    kind = EventKind.WITHDRAWN_BY_CITIZEN
    history.append(session, case, kind, at=now, now=now, actor=viewer.actor, comment=comment_id)
    history.take_out(session, case, now=now)
    session.commit()
    return case
