"""Bulk reading and writing of posts, comments and cases on their way in.

Everything works on one account at a time, under a lock of that account, so that two imports of the same
file at once end like one after the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import insert, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, func, select

from models import Account, Case, CaseState, Comment, CommentVersion, FileImport, ImportStatus, Post, RawEvent
from triage.queries import writing
from triage.rules.permissions import Action, Scope, Viewer

Thread = tuple[int, str]
CHUNK = 500
T = TypeVar("T")
# Bulk statements go to the tables themselves: the ORM's bookkeeping would cost more than the database does.
CASES, COMMENTS, EVENTS = (SQLModel.metadata.tables[name] for name in ("citizen_case", "comment", "case_event"))


class CaseRow(NamedTuple):
    """What ingest needs to know of a case that may take a new comment."""

    id: int
    code: str
    post_id: int
    author_key: str
    state: CaseState
    closed_at: datetime | None
    opened_at: datetime
    last_comment_at: datetime


def lock_account(session: Session, account_id: int) -> Account:
    """Return the account, locked until the commit (SQLite locks the whole database when it begins)."""
    return session.exec(select(Account).where(Account.id == account_id).with_for_update()).one()


def insert_ignoring(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, passing over those that are there already."""
    if not rows:
        return
    postgres = session.get_bind().dialect.name == "postgresql"
    build = postgresql.insert if postgres else sqlite.insert
    session.execute(build(table).on_conflict_do_nothing(), rows)


def post_ids(session: Session, account_id: int, captions: Mapping[str, str]) -> dict[str, int]:
    """Return the ids of posts by external id, adding those that are new."""
    found = known_posts(session, account_id, captions)
    new = [
        {"account_id": account_id, "external_id": external_id, "caption": caption, "permalink": ""}
        for external_id, caption in captions.items()
        if external_id not in found
    ]
    insert_ignoring(session, Post, new)
    return found | known_posts(session, account_id, [str(row["external_id"]) for row in new]) if new else found


def known_posts(session: Session, account_id: int, external_ids: Iterable[str]) -> dict[str, int]:
    """Return the ids of the posts that are there already, by external id."""
    found: dict[str, int] = {}
    for chunk in chunks(list(external_ids)):
        rows = select(Post.external_id, Post.id).where(Post.account_id == account_id, col(Post.external_id).in_(chunk))
        found.update({external_id: post_id for external_id, post_id in session.exec(rows) if post_id})
    return found


def known_comments(session: Session, account_id: int, platform: str, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return (comment id, newest wording) of the comments that are there already, by external id."""
    found: dict[str, tuple[int, str]] = {}
    for chunk in chunks(ids):
        rows = select(Comment.external_id, Comment.id, Comment.text).where(
            Comment.platform == platform, Comment.account_id == account_id, col(Comment.external_id).in_(chunk)
        )
        found.update({external_id: (comment_id or 0, text) for external_id, comment_id, text in session.exec(rows)})
    newest = newest_wordings(session, [comment_id for comment_id, _ in found.values()])
    return {key: (comment_id, newest.get(comment_id, text)) for key, (comment_id, text) in found.items()}


def newest_wordings(session: Session, comment_ids: Sequence[int]) -> dict[int, str]:
    """Return the last version's text of the comments that were edited."""
    found: dict[int, str] = {}
    for chunk in chunks(comment_ids):
        rows = select(CommentVersion.comment_id, CommentVersion.text).where(col(CommentVersion.comment_id).in_(chunk))
        found.update(session.exec(rows.order_by(col(CommentVersion.id))).all())
    return found


def threads(session: Session, account_id: int, keys: Collection[Thread]) -> dict[Thread, CaseRow]:
    """Return the newest case of each (post, citizen), an open one before a closed one; locked until the commit."""
    found: dict[Thread, CaseRow] = {}
    for chunk in chunks(sorted(keys)):
        rows = session.execute(
            select(  # type: ignore[call-overload]
                Case.id,
                Case.code,
                Case.post_id,
                Case.author_key,
                Case.state,
                Case.closed_at,
                Case.opened_at,
                Case.last_comment_at,
            )
            .where(Case.account_id == account_id, tuple_(col(Case.post_id), col(Case.author_key)).in_(chunk))
            .order_by(col(Case.id))  # the order in which everybody locks cases
            .with_for_update()
        )
        ordered = sorted((CaseRow(*row) for row in rows), key=lambda row: (row.closed_at is None, row.id))
        found.update({(row.post_id, row.author_key): row for row in ordered})
    return found


def add_cases(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert cases; return their ids by tracking code."""
    return writing.insert_numbered(session, CASES, rows, key="code")


def add_comments(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert comments; return their ids by external id."""
    return writing.insert_numbered(session, COMMENTS, rows, key="external_id")


def add_events(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append events in bulk."""
    writing.insert_rows(session, EVENTS, rows)


def add_versions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep later wordings of comments."""
    if rows:
        session.execute(insert(CommentVersion), rows)


def update_cases(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update case rows by their `id`; rows with the same keys go in one statement."""
    writing.update_rows(session, CASES, rows)


def grow_cases(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Count further comments on stored cases; `added` is how many, the other keys are columns."""
    for row in rows:
        changes = {key: value for key, value in row.items() if key not in ("id", "added")}
        counted = col(Case.comment_count) + row["added"]
        statement = update(Case).where(col(Case.id) == row["id"])
        session.execute(statement.values(comment_count=counted, version=col(Case.version) + 1, **changes))


def import_by_key(session: Session, key: str) -> FileImport | None:
    """Return the import of a key."""
    return session.exec(select(FileImport).where(FileImport.key == key)).first()


@dataclass(frozen=True)
class ImportStanding:
    """How far an import is: `state` is queued, running, done or failed; running until its comments are classified."""

    record: FileImport
    account: Account
    waiting: int
    state: str
    rows_total: int | None
    seconds_left: float | None


def accounts_to_fill(session: Session, viewer: Viewer) -> list[Account]:
    """Return the active accounts that a person may bring comments into, by code."""
    found = select(Account).where(col(Account.is_active)).order_by(Account.code)
    return list(session.exec(within_reach(found, viewer)))


def within_reach(found: Any, viewer: Viewer) -> Any:
    """Return a statement on accounts, narrowed to those a person may bring comments into."""
    if viewer.scope(Action.ENTER_COMMENTS) is Scope.ALL:
        return found
    return found.where(col(Account.unit_id).in_(viewer.unit_ids))


def imports(session: Session, viewer: Viewer, limit: int = 50) -> list[tuple[FileImport, Account]]:
    """Return the newest imports within a person's reach with their accounts."""
    found = select(FileImport, Account).join(Account, col(Account.id) == FileImport.account_id)
    return list(session.exec(within_reach(found, viewer).order_by(col(FileImport.id).desc()).limit(limit)).all())


def import_in_reach(session: Session, viewer: Viewer, key: str) -> tuple[FileImport, Account] | None:
    """Return the import of a key with its account; None when it is beyond a person's reach."""
    found = select(FileImport, Account).join(Account, col(Account.id) == FileImport.account_id)
    row = session.exec(within_reach(found, viewer).where(FileImport.key == key)).first()
    return (row[0], row[1]) if row else None


def standing(
    session: Session, record: FileImport, account: Account, *, has_model: bool, now: datetime
) -> ImportStanding:
    """Return how far an import is; it is done when its comments are classified, or when no model is there to do it."""
    waiting = unclassified_in_import(session, record.id or 0)
    is_read = record.status is ImportStatus.DONE
    state = "running" if is_read and waiting and has_model else record.status.value
    share = record.progress
    total = record.rows_read if is_read else round(record.rows_read / share) if share > 0 else None
    left = (now - record.created_at).total_seconds() * (1 - share) / share if 0 < share < 1 else None
    return ImportStanding(record, account, waiting, state, total, left)


def unclassified_in_import(session: Session, import_id: int) -> int:
    """Return how many comments of an import still wait for the classifier."""
    waiting = (
        select(func.count())
        .select_from(Comment)
        .where(Comment.import_id == import_id, col(Comment.classified_at).is_(None))
    )
    return session.exec(waiting).one()


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """Yield the values in pieces that fit every database's limit of parameters."""
    return (values[i : i + CHUNK] for i in range(0, len(values), CHUNK))


def locked_import(session: Session, import_id: int) -> FileImport:
    """Return an import, locked for a change."""
    found = select(FileImport).where(FileImport.id == import_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def accepted_count(session: Session, import_id: int) -> int:
    """Return how many comments an import brought."""
    return session.exec(select(func.count()).select_from(Comment).where(Comment.import_id == import_id)).one()


def unfinished_imports(session: Session) -> list[int]:
    """Return the ids of imports that wait or were left half done."""
    statuses = (ImportStatus.QUEUED, ImportStatus.RUNNING)
    return [i for i in session.exec(select(FileImport.id).where(col(FileImport.status).in_(statuses))) if i]


def delivery(session: Session, event_id: int) -> RawEvent:
    """Return a stored delivery."""
    return session.exec(select(RawEvent).where(RawEvent.id == event_id)).one()


def unprocessed_deliveries(session: Session) -> list[int]:
    """Return the ids of deliveries that are not in the tables yet, oldest first."""
    waiting = select(RawEvent.id).where(col(RawEvent.processed_at).is_(None)).order_by(col(RawEvent.id))
    return [i for i in session.exec(waiting) if i]


def account(session: Session, account_id: int) -> Account:
    """Return an account by id."""
    return session.exec(select(Account).where(Account.id == account_id)).one()


def case_code(session: Session, account_id: int, external_id: str) -> str:
    """Return the code of the case that a comment belongs to."""
    found = select(Case.code).join(Comment, col(Comment.case_id) == Case.id)
    return session.exec(found.where(Comment.account_id == account_id, Comment.external_id == external_id)).one()
