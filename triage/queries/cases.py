"""One case: found within the viewer's scope, locked for work, read with everything its page shows."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Account, Case, Comment, CommentVersion, Draft, Event, EventKind, Note, Post, Reply, ReplyStatus, Unit
from triage.errors import NotFound, Stale
from triage.queries.inbox import is_open, visible
from triage.queries.intake import chunks
from triage.rules.permissions import Action, Viewer

# An answer that asks the citizen something is sent and makes the case wait: two events.
STEPS_OF_SENDING = 2
ON_THEIR_WAY = (ReplyStatus.QUEUED, ReplyStatus.SENDING)


class Place(NamedTuple):
    """Where a case stands: its post, its account and the account's unit."""

    post: Post
    account: Account
    unit: Unit


def find(session: Session, viewer: Viewer, code: str, action: Action = Action.SEE_CASES) -> Case:
    """Return a case the viewer may see; raise NotFound otherwise, so that foreign codes tell nothing."""
    case = session.exec(select(Case).where(Case.code == code.upper(), visible(viewer, action))).first()
    if case is None:
        raise NotFound("Kasus ini tidak ada, atau sudah dialihkan ke unit lain.")
    return case


def for_work(
    session: Session, viewer: Viewer, code: str, version: int | None = None, *, action: Action = Action.WORK_CASES
) -> Case:
    """Return a case locked for a change; raise NotFound, or Stale when it changed since `version` was shown.

    The viewer's own answer that left meanwhile is no surprise to them.
    """
    found = select(Case).where(Case.code == code.upper(), visible(viewer, action)).with_for_update()
    case = session.exec(found.execution_options(populate_existing=True)).first()
    if case is None:
        raise NotFound("Kasus ini tidak ada, atau sudah dialihkan ke unit lain.")
    if version is not None and not is_own_answer_gone_out(session, viewer, case, version):
        refuse_stale(case, version)
    return case


def is_own_answer_gone_out(session: Session, viewer: Viewer, case: Case, version: int) -> bool:
    """Tell whether all that happened since `version` is that the viewer's own answer was sent."""
    steps = case.version - version
    if not 0 < steps <= STEPS_OF_SENDING:
        return False
    newest = select(Event.kind, Event.actor).where(Event.case_id == case.id).order_by(col(Event.id).desc())
    return all(
        kind in (EventKind.REPLIED, EventKind.PAUSED) and actor == viewer.actor
        for kind, actor in session.exec(newest.limit(steps))
    )


def refuse_stale(case: Case, version: int) -> None:
    """Raise Stale when a case changed since `version` was shown."""
    if case.version != version:
        raise Stale("Kasus ini berubah sejak Anda membukanya. Baca perubahannya, lalu ulangi.")


def locked(session: Session, case_id: int) -> Case:
    """Return a case by id, locked for a change by the system."""
    found = select(Case).where(Case.id == case_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def place(session: Session, case: Case) -> Place:
    """Return a case's post, account and the account's unit."""
    found = (
        select(Post, Account, Unit)
        .join(Account, col(Account.id) == Post.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(Post.id == case.post_id)
    )
    return Place(*session.exec(found).one())


def comments(session: Session, case_id: int) -> list[Comment]:
    """Return the citizen's comments, oldest first."""
    found = select(Comment).where(Comment.case_id == case_id).order_by(col(Comment.posted_at), col(Comment.id))
    return list(session.exec(found))


def versions(session: Session, comment_ids: Sequence[int]) -> list[CommentVersion]:
    """Return the later wordings of comments, oldest first."""
    found = select(CommentVersion).where(col(CommentVersion.comment_id).in_(comment_ids))
    return list(session.exec(found.order_by(col(CommentVersion.id))))


def replies(session: Session, case_id: int) -> list[Reply]:
    """Return our answers, oldest first."""
    return list(session.exec(select(Reply).where(Reply.case_id == case_id).order_by(col(Reply.id))))


def notes(session: Session, case_id: int) -> list[Note]:
    """Return the internal notes, oldest first."""
    return list(session.exec(select(Note).where(Note.case_id == case_id).order_by(col(Note.id))))


def draft(session: Session, case_id: int, user_id: int) -> Draft | None:
    """Return a person's unsent reply."""
    return session.get(Draft, (case_id, user_id))


def units_by_id(session: Session, ids: Sequence[int | None]) -> dict[int, Unit]:
    """Return units by id."""
    found = select(Unit).where(col(Unit.id).in_([unit_id for unit_id in ids if unit_id]))
    return {unit.id: unit for unit in session.exec(found) if unit.id}


def reply(session: Session, reply_id: int) -> Reply:
    """Return one answer, locked for its sending."""
    found = select(Reply).where(Reply.id == reply_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def reply_of_case(session: Session, case: Case, reply_id: int) -> Reply | None:
    """Return an answer of a case, locked; None when it has no such answer."""
    found = select(Reply).where(Reply.id == reply_id, Reply.case_id == case.id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).first()


def reply_by_key(session: Session, key: str) -> Reply | None:
    """Return the answer of an idempotency key: a form sent twice finds the first one."""
    return session.exec(select(Reply).where(Reply.idempotency_key == key)).first()


def unsent_replies(session: Session) -> list[int]:
    """Return the ids of answers that were saved but not handed to their platform."""
    waiting = col(Reply.status).in_(ON_THEIR_WAY)
    return [reply_id for reply_id in session.exec(select(Reply.id).where(waiting)) if reply_id]


def is_answering(session: Session, case: Case) -> bool:
    """Tell whether an answer to a case is on its way to the platform."""
    waiting = select(Reply.id).where(Reply.case_id == case.id, col(Reply.status).in_(ON_THEIR_WAY))
    return session.exec(waiting).first() is not None


def open_sibling(session: Session, case: Case) -> str | None:
    """Return the code of the open case of the same citizen under the same post, if there is one."""
    same = select(Case.code).where(
        Case.account_id == case.account_id, Case.post_id == case.post_id, Case.author_key == case.author_key
    )
    return session.exec(same.where(is_open(), Case.id != case.id)).first()


def reopenable(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Return which closed cases may open again: the newest of each thread, where the citizen has no open case."""
    sibling = aliased(Case)
    has_open_one = (
        select(sibling.id)
        .where(sibling.account_id == Case.account_id, sibling.post_id == Case.post_id)
        .where(sibling.author_key == Case.author_key, col(sibling.closed_at).is_(None))
    ).exists()
    newest: dict[tuple[int, int, str], int] = {}
    for ids in chunks(case_ids):
        found = select(Case.id, Case.account_id, Case.post_id, Case.author_key)
        for case_id, *thread in session.execute(found.where(col(Case.id).in_(ids), ~has_open_one)):
            key = (thread[0], thread[1], thread[2])
            newest[key] = max(case_id, newest.get(key, 0))
    return set(newest.values())


class Address(NamedTuple):
    """Where an answer goes: platform, the account's handle, the comment it answers."""

    platform: str
    handle: str
    parent_external_id: str


def outgoing(session: Session, reply: Reply) -> Address:
    """Return where an answer goes: under the citizen's newest comment that it can answer."""
    found = (
        select(Account.platform, Account.handle, Comment.external_id)
        .join(Comment, col(Comment.account_id) == Account.id)
        .where(Comment.case_id == reply.case_id, col(Comment.first_seen_at) <= reply.created_at)
        .order_by(col(Comment.posted_at).desc(), col(Comment.id).desc())
        .limit(1)
    )
    return Address(*session.exec(found).one())


class Standing(NamedTuple):
    """How a case stands, in plain values."""

    external_id: str
    holder: str | None
    account_unit: str
    intent: str | None
    is_closed: bool
    version: int


def standing(session: Session, code: str) -> Standing:
    """Return how a case stands, with the external id of its first comment."""
    holder = aliased(Unit)
    found = (
        select(Comment.external_id, holder.code, Unit.code, Case.intent, Case.closed_at, Case.version)  # type: ignore[call-overload]
        .join(Case, col(Case.id) == Comment.case_id)
        .join(Account, col(Account.id) == Case.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .outerjoin(holder, col(holder.id) == Case.holder_id)
        .where(Case.code == code)
        .order_by(col(Comment.posted_at), col(Comment.id))
        .limit(1)
    )
    external_id, holder_code, unit, intent, closed_at, version = session.exec(found).one()
    return Standing(external_id, holder_code, unit, intent, closed_at is not None, version)


def codes_of(session: Session, external_ids: Sequence[str]) -> list[str]:
    """Return the codes of the cases that comments belong to, in the order of the codes."""
    found = select(Case.code).join(Comment, col(Comment.case_id) == Case.id)
    return list(session.exec(found.where(col(Comment.external_id).in_(external_ids)).distinct().order_by(Case.code)))
