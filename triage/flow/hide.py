"""Hide: we hid a comment on the platform; it counts as unanswered unless a supervisor approves the reason (M1 D17)."""

from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind, Hiding
from triage.errors import InvalidInput, WrongMove
from triage.queries import cases, hidings, history
from triage.rules.permissions import Action, Viewer


def hide(
    session: Session, viewer: Viewer, code: str, *, comment_id: int, reason: str, version: int, now: datetime
) -> Case:
    """Note that we hid a comment, and why; raise InvalidInput where it is none that stands; commits.

    Before any answer the reason waits for a supervisor. The case stays as it is: the citizen still waits.
    """
    case = cases.for_work(session, viewer, code, version)
    if hidings.fate_of(session, case, comment_id) is not None:
        raise InvalidInput("Komentar ini sudah ditarik atau disembunyikan. Pilih komentar lain.")
    if case.first_response_at is None:
        session.add(
            Hiding(
                case_id=case.id or 0,
                comment_id=comment_id,
                reason=reason,
                hidden_by_id=viewer.user_id,
                hidden_at=now,
            )
        )
    told = {"comment": comment_id, "reason": reason}
    history.append(session, case, EventKind.HIDDEN_BY_US, at=now, now=now, actor=viewer.actor, **told)
    history.refresh_figures(session, case)
    session.commit()
    return case


def decide(
    session: Session, viewer: Viewer, code: str, hiding_id: int, *, is_approved: bool, remark: str, now: datetime
) -> Case:
    """Approve or refuse the reason of a hiding; raise WrongMove when nothing waits any more; commits.

    An approved one is out of the figures, and the case is closed when nothing else in it waits. A refused one has
    to be shown and answered, so the refusal says why.
    """
    case = cases.for_work(session, viewer, code, action=Action.APPROVE_HIDING)
    hiding = hidings.waiting(session, case, hiding_id)
    if hiding is None:
        raise WrongMove("Penyembunyian ini sudah dinilai, atau kasusnya sudah dijawab. Muat ulang kasus ini.")
    if not is_approved and not remark:
        raise InvalidInput("Tulis mengapa alasannya ditolak, supaya unit tahu apa yang harus diperbaiki.")
    hiding.is_approved, hiding.decided_by_id, hiding.decided_at = is_approved, viewer.user_id, now
    told = {"comment": hiding.comment_id, "hiding": hiding.id, "approved": is_approved, "reason": remark}
    history.append(session, case, EventKind.HIDDEN_BY_US, at=now, now=now, actor=viewer.actor, **told)
    history.take_out(session, case, now=now)
    session.commit()
    return case
