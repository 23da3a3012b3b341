"""Reply: a public answer is saved first and sent after the commit; an answer given elsewhere is recorded.

Saving twice with one idempotency key is saving once, so a form sent again does no harm.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind, Reply, ReplyKind, ReplyStatus
from triage.connectors.base import Outgoing
from triage.errors import InvalidInput
from triage.queries import cases, directory, history
from triage.rules import workflow
from triage.rules.permissions import Viewer

ACKNOWLEDGEMENT, SUBSTANTIVE = ReplyKind.ACKNOWLEDGEMENT, ReplyKind.SUBSTANTIVE


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person wants to say to the citizen."""

    text: str
    kind: ReplyKind
    asks_citizen: bool
    key: str


def save_reply(session: Session, viewer: Viewer, code: str, answer: Answer, *, version: int, now: datetime) -> Reply:
    """Save an answer for sending; raise Stale when the case changed, WrongMove when it is closed; commits."""
    case = cases.for_work(session, viewer, code)
    earlier = saved_before(session, case, answer)
    if earlier is not None:
        return earlier
    cases.refuse_stale(case, version)
    workflow.next_state(case.state, workflow.Move.ASK_CITIZEN if answer.asks_citizen else workflow.Move.REPLY)
    reply = new_reply(case, viewer, answer, now=now)
    session.add(reply)
    forget_draft(session, case, viewer)
    session.commit()
    return reply


def record_elsewhere(
    session: Session,
    viewer: Viewer,
    code: str,
    answer: Answer,
    *,
    sent_at: datetime,
    now: datetime,
) -> Reply:
    """Record an answer given in the platform's own application, at the time it was given; commits.

    Raises InvalidInput for a time in the future or before the citizen wrote.
    """
    case = cases.for_work(session, viewer, code)
    earlier = saved_before(session, case, answer)
    if earlier is not None:
        return earlier
    if sent_at > now:
        raise InvalidInput("Waktu balasan ada di masa depan. Isi waktu saat balasan dikirim.")
    if sent_at < case.opened_at:
        raise InvalidInput("Waktu balasan lebih awal dari komentarnya. Periksa tanggal dan jamnya.")
    reply = new_reply(case, viewer, answer, now=now)
    reply.status, reply.sent_at = ReplyStatus.ELSEWHERE, sent_at
    session.add(reply)
    session.flush()
    note_sent(session, case, reply, viewer.actor, now=now)
    session.commit()
    return reply


def saved_before(session: Session, case: Case, answer: Answer) -> Reply | None:
    """Return the answer that a form sent twice has saved already; asked under the lock of its case."""
    earlier = cases.reply_by_key(session, answer.key)
    if earlier is not None and earlier.case_id != case.id:
        raise InvalidInput("Formulir ini milik kasus lain. Muat ulang kasus ini, lalu kirim lagi.")
    return earlier


def new_reply(case: Case, viewer: Viewer, answer: Answer, *, now: datetime) -> Reply:
    """Return the answer's row, credited to the unit that holds the case."""
    return Reply(
        case_id=case.id or 0,
        unit_id=case.holder_id,
        author_id=viewer.user_id,
        kind=answer.kind,
        status=ReplyStatus.QUEUED,
        text=answer.text,
        idempotency_key=answer.key,
        asks_citizen=answer.asks_citizen,
        created_at=now,
    )


def start_sending(session: Session, reply_id: int) -> Reply | None:
    """Take an answer for sending; None when it was sent already; commits.

    An answer found as SENDING was interrupted: it is sent again with the same idempotency key.
    """
    reply = cases.reply(session, reply_id)
    if reply.status not in (ReplyStatus.QUEUED, ReplyStatus.SENDING):
        session.rollback()
        return None
    reply.status = ReplyStatus.SENDING
    reply.attempts += 1
    session.add(reply)
    session.commit()
    return reply


def as_outgoing(reply: Reply, address: cases.Address) -> Outgoing:
    """Return an answer as its platform takes it."""
    return Outgoing(address.handle, address.parent_external_id, reply.text, reply.idempotency_key)


def finish_sending(session: Session, reply_id: int, *, platform_id: str, sent_at: datetime, now: datetime) -> None:
    """Note that the platform took an answer: the citizen's clock stops; commits."""
    reply = cases.reply(session, reply_id)
    if reply.status is ReplyStatus.SENT:
        session.rollback()
        return
    reply.status, reply.platform_id, reply.sent_at, reply.error = ReplyStatus.SENT, platform_id, sent_at, ""
    case = cases.locked(session, reply.case_id)
    note_sent(session, case, reply, f"user:{reply.author_id}", now=now)
    session.commit()


def fail_sending(session: Session, reply_id: int, reason: str, *, now: datetime) -> None:
    """Note that the platform refused an answer: it stays visible and can be sent again; commits."""
    reply = cases.reply(session, reply_id)
    if reply.status is not ReplyStatus.SENDING:  # another worker got through with the same key
        session.rollback()
        return
    reply.status, reply.error = ReplyStatus.FAILED, reason
    case = cases.locked(session, reply.case_id)
    history.append(session, case, EventKind.REPLY_FAILED, at=now, now=now, actor="system", reply=reply.id)
    session.add_all([reply, case])
    session.commit()


def resend(session: Session, viewer: Viewer, code: str, reply_id: int) -> Reply:
    """Queue a failed answer again under its first key; raise InvalidInput when it did not fail; commits."""
    case = cases.for_work(session, viewer, code)
    reply = cases.reply_of_case(session, case, reply_id)
    if reply is None or reply.status is not ReplyStatus.FAILED:
        raise InvalidInput("Hanya balasan yang gagal terkirim yang dapat dikirim ulang.")
    reply.status, reply.error = ReplyStatus.QUEUED, ""
    session.add(reply)
    session.commit()
    return reply


def note_sent(session: Session, case: Case, reply: Reply, actor: str, *, now: datetime) -> None:
    """Write a sent answer into the case's history, state and figures."""
    units = {code: unit_id for code, (unit_id, _) in directory.unit_ids(session).items()}
    code = next((code for code, unit_id in units.items() if unit_id == reply.unit_id), None)
    sent_at = reply.sent_at or now
    move = workflow.Move.ASK_CITIZEN if reply.asks_citizen else workflow.Move.REPLY
    history.append(
        session,
        case,
        EventKind.REPLIED,
        at=sent_at,
        now=now,
        actor=actor,
        reply=reply.id,
        unit=code,
        kind=reply.kind,
        automatic=False,
        native=reply.status is ReplyStatus.ELSEWHERE,
        asks_citizen=reply.asks_citizen,
    )
    if workflow.may_move(case.state, move):
        before, case.state = case.state, workflow.next_state(case.state, move)
        if reply.asks_citizen and before is not case.state:
            history.append(session, case, EventKind.PAUSED, at=sent_at, now=now, actor=actor, reason="waiting_citizen")
    case.is_waiting_for_us = case.last_comment_at > sent_at
    history.refresh_figures(session, case)
    session.add_all([reply, case])


def forget_draft(session: Session, case: Case, viewer: Viewer) -> None:
    """Drop the person's draft once its text is an answer."""
    draft = cases.draft(session, case.id or 0, viewer.user_id)
    if draft is not None:
        session.delete(draft)
