"""What became of a comment that a person entered, also when its case went to another unit."""

from typing import NamedTuple

from sqlmodel import Session, col, select

from models import Account, Case, Intent, Unit
from triage.errors import NotFound
from triage.queries.directory import storable
from triage.rules.permissions import Action, Viewer


class Entered(NamedTuple):
    """A case of an account that the viewer enters comments for; `holder` is empty in the triage queue."""

    code: str
    is_read: bool
    is_visible: bool
    intent: Intent | None
    holder: str | None


def entered(session: Session, viewer: Viewer, code: str) -> Entered:
    """Return where a case of a reachable account stands; raise NotFound for any other."""
    found = (
        select(Case, Account.unit_id, Unit.short_name)
        .join(Account, col(Account.id) == Case.account_id)
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(Case.code == storable(code).upper())
    )
    row = session.exec(found).first()
    if row is None or not viewer.reaches(Action.ENTER_COMMENTS, row[1]):
        raise NotFound("Catatan ini tidak ada, atau akun resminya di luar unit Anda.")
    case, _, holder = row
    is_visible = viewer.reaches(Action.SEE_CASES, case.holder_id)
    return Entered(case.code, case.routed_at is not None, is_visible, case.intent, holder)
