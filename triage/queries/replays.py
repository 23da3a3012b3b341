"""What an imported log meets: accounts, the cases it has named before, and what their histories hold already."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models import (
    Account,
    Case,
    CaseState,
    Comment,
    Event,
    EventKind,
    HistoryImport,
    ImportStatus,
    PastWord,
    Unit,
    User,
)
from triage.queries import intake
from triage.queries.directory import storable


@dataclass(frozen=True)
class Place:
    """An account with its unit's code."""

    account: Account
    unit: str


class Past(NamedTuple):
    """One event of a case, with the external id of the comment it is about."""

    case_id: int
    kind: EventKind
    at: datetime
    data: dict[str, Any]
    comment: str


class Named(NamedTuple):
    """A case that a log has named before, or that came in live and is named now."""

    id: int
    reference: str | None
    account_id: int
    post_id: int
    author_key: str
    state: CaseState
    due_at: datetime | None
    opened_at: datetime


CASE = (
    Case.id,
    Case.reference,
    Case.account_id,
    Case.post_id,
    Case.author_key,
    Case.state,
    Case.due_at,
    Case.opened_at,
)


def places(session: Session) -> list[Place]:
    """Return every account with its unit's code: active ones first, then by age."""
    found = select(Account, Unit.code).join(Unit, col(Unit.id) == Account.unit_id)
    return [Place(*row) for row in session.exec(found.order_by(col(Account.is_active).desc(), col(Account.id)))]


def user_ids(session: Session) -> dict[str, int]:
    """Return the ids of users by their user name."""
    return {name: user_id for name, user_id in session.exec(select(User.username, User.id)) if user_id}


def named(session: Session, references: Sequence[str]) -> dict[str, list[Named]]:
    """Return the cases that a log has named, by reference, oldest first; locked."""
    found: dict[str, list[Named]] = defaultdict(list)
    for chunk in intake.chunks(references):
        rows = select(*CASE).where(col(Case.reference).in_(chunk), col(Case.reference).is_not(None))  # type: ignore[call-overload]
        for row in session.execute(rows.order_by(col(Case.id)).with_for_update()):
            found[row[1]].append(Named(*row))
    return found


def of_comments(session: Session, account_id: int, external_ids: Sequence[str]) -> dict[str, tuple[int, Named]]:
    """Return (comment id, case) of the comments of an account that are there already, by external id."""
    found: dict[str, tuple[int, Named]] = {}
    for chunk in intake.chunks(external_ids):
        rows = (
            select(Comment.external_id, Comment.id, *CASE)  # type: ignore[call-overload]
            .join(Case, col(Case.id) == Comment.case_id)
            .where(Comment.account_id == account_id, col(Comment.external_id).in_(chunk))
        )
        found |= {row[0]: (row[1], Named(*row[2:])) for row in session.execute(rows)}
    return found


def in_threads(session: Session, account_id: int, threads: Sequence[intake.Thread]) -> dict[intake.Thread, list[Named]]:
    """Return the cases of citizens under posts of an account, by (post, citizen), oldest first."""
    found: dict[intake.Thread, list[Named]] = defaultdict(list)
    for post_id, key in dict.fromkeys(threads):
        rows = select(*CASE).where(Case.account_id == account_id, Case.post_id == post_id, Case.author_key == key)  # type: ignore[call-overload]
        found[post_id, key] = [Named(*row) for row in session.execute(rows.order_by(col(Case.id)))]
    return found


def histories(session: Session, case_ids: Sequence[int]) -> dict[int, list[Past]]:
    """Return everything that the histories of cases hold."""
    found: dict[int, list[Past]] = defaultdict(list)
    names = comments(session, case_ids)
    for chunk in intake.chunks(case_ids):
        rows = select(Event.case_id, Event.kind, Event.at, Event.data).where(col(Event.case_id).in_(chunk))
        for case_id, kind, at, data in session.execute(rows.order_by(col(Event.id))):
            found[case_id].append(Past(case_id, kind, at, data, names.get(data.get("comment") or 0, "")))
    return found


def comments(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """Return the external ids of the comments of cases, by id."""
    found: dict[int, str] = {}
    for chunk in intake.chunks(case_ids):
        rows = select(Comment.id, Comment.external_id).where(col(Comment.case_id).in_(chunk))
        found |= {comment_id: name for comment_id, name in session.exec(rows) if comment_id}
    return found


def add_words(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a log says that we wrote."""
    if rows:
        session.execute(insert(PastWord), rows)


def words(session: Session, case_id: int) -> list[PastWord]:
    """Return what an imported log says that we wrote on a case, oldest first."""
    return list(session.exec(select(PastWord).where(PastWord.case_id == case_id).order_by(col(PastWord.at))))


def locked(session: Session, import_id: int) -> HistoryImport:
    """Return an import, locked for a change."""
    found = select(HistoryImport).where(HistoryImport.id == import_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def by_key(session: Session, key: str) -> HistoryImport | None:
    """Return the import of a key."""
    return session.exec(select(HistoryImport).where(HistoryImport.key == storable(key))).first()


def newest(session: Session, limit: int = 30) -> list[HistoryImport]:
    """Return the newest imports."""
    return list(session.exec(select(HistoryImport).order_by(col(HistoryImport.id).desc()).limit(limit)))


def unfinished(session: Session) -> list[int]:
    """Return the ids of imports that wait or were left half done."""
    statuses = (ImportStatus.QUEUED, ImportStatus.RUNNING)
    return [i for i in session.exec(select(HistoryImport.id).where(col(HistoryImport.status).in_(statuses))) if i]
