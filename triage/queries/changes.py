"""What a candidate reads otherwise than the active model, on frozen rows and on citizens' newest comments."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert
from sqlmodel import Session, col, func, select

from models import Account, Case, Comment, Label, LabelSource, LabelSubject, RunChange, Unit
from triage.queries.intake import chunks
from triage.rules.privacy import mask

CHANGES = cast(Table, RunChange.__table__)  # type: ignore[attr-defined]
PAGE_SIZE = 50
KINDS = ("jenis", "unit")


class LiveComment(NamedTuple):
    """A citizen's comment with the unit on whose account it stands."""

    comment_id: int
    text: str
    account_unit: str
    account_level: str


class Shown(NamedTuple):
    """One change as a person sees it: masked, with the case it belongs to."""

    change: RunChange
    text: str
    case_code: str | None


def newest_comments(session: Session, limit: int) -> list[LiveComment]:
    """Return the newest comments that a model has read."""
    found = (
        select(Comment.id, Comment.text, Unit.code, Unit.level)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(col(Comment.classified_at).is_not(None))
        .order_by(col(Comment.id).desc())
        .limit(limit)
    )
    return [LiveComment(*row) for row in session.exec(found)]


def people_said(session: Session, comment_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """Return the newest verdict of a person by comment and subject."""
    said: dict[tuple[int, str], str] = {}
    for ids in chunks(comment_ids):
        found = (
            select(Label.comment_id, Label.subject, Label.value)
            .where(Label.source == LabelSource.PERSON, col(Label.comment_id).in_(ids))
            .order_by(col(Label.id))
        )
        said |= {(comment_id, LabelSubject(subject).value): value for comment_id, subject, value in session.exec(found)}
    return said


def replace(session: Session, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a run changes instead of what was kept before; the caller commits."""
    session.execute(delete(RunChange).where(col(RunChange.run_id) == run_id))
    if rows:
        session.connection().execute(insert(CHANGES), [{"run_id": run_id} | dict(row) for row in rows])


def counts(session: Session, run_id: int) -> dict[tuple[str, bool], int]:
    """Return how many rows change, by kind and by whether they are citizens' comments."""
    found: dict[tuple[str, bool], int] = {}
    for kind in KINDS:
        by_source = (
            select(col(RunChange.comment_id).is_not(None), func.count())
            .where(RunChange.run_id == run_id, differs(kind))
            .group_by(col(RunChange.comment_id).is_not(None))
        )
        found |= {(kind, bool(is_live)): count for is_live, count in session.exec(by_source)}
    return found


def differs(kind: str) -> Any:
    """Return the condition that a change is one of intent or of unit."""
    before, after = (
        (RunChange.unit_before, RunChange.unit_after)
        if kind == "unit"
        else (RunChange.intent_before, RunChange.intent_after)
    )
    return col(before) != col(after)


def page(session: Session, run_id: int, *, kind: str, is_live: bool, after: int = 0) -> tuple[list[Shown], int | None]:
    """Return one page of changes in their order, and the last id when there are more."""
    found = (
        select(RunChange, Comment.text, Case.code)
        .join(Comment, col(Comment.id) == RunChange.comment_id, isouter=True)
        .join(Case, col(Case.id) == Comment.case_id, isouter=True)
        .where(RunChange.run_id == run_id, col(RunChange.id) > after, differs(kind))
        .where(col(RunChange.comment_id).is_not(None) if is_live else col(RunChange.comment_id).is_(None))
        .order_by(col(RunChange.id))
        .limit(PAGE_SIZE + 1)
    )
    rows = [Shown(change, mask(text or change.text), code) for change, text, code in session.exec(found)]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].change.id if len(rows) > PAGE_SIZE else None
