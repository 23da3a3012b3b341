"""Verdicts on comments: what waits for the classifier, what it said, what people said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models import Account, Case, CaseState, Comment, Intent, Label, LabelSource, LabelSubject, Unit
from triage.queries import intake, writing

LABELS = cast(Table, Label.__table__)  # type: ignore[attr-defined]


class Waiting(NamedTuple):
    """A comment that waits for the classifier."""

    comment_id: int
    text: str
    account_unit: str
    account_level: str


class PendingComment(NamedTuple):
    """A judged comment that still waits to be classified, with what is known of its case."""

    comment_id: int
    case_id: int
    posted_at: datetime
    state: CaseState
    closed_at: datetime | None
    is_waiting_for_us: bool
    intent: Intent | None
    intent_confidence: float | None
    is_intent_sure: bool
    is_intent_by_person: bool
    unit_id: int | None
    is_unit_by_person: bool
    routed_at: datetime | None
    marks: int = 0


class PendingCase(NamedTuple):
    """A classified case that waits for a unit, with the model's newest verdict on its unit."""

    case_id: int
    intent: Intent
    opened_at: datetime
    due_at: datetime | None
    first_response_at: datetime | None
    state: CaseState
    is_backfill: bool
    unit_id: int | None
    holder_id: int | None
    is_unit_by_person: bool
    account_unit_id: int
    unit: str
    confidence: float
    is_sure: bool
    run_id: int
    reference: str | None
    marks: int = 0


def waiting(session: Session, limit: int, *, after: int = 0) -> list[Waiting]:
    """Return the oldest comments that wait for the classifier, those behind the id `after`."""
    found = (
        select(Comment.id, Comment.text, Unit.code, Unit.level)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(col(Comment.classified_at).is_(None), col(Comment.id) > after)
        .order_by(col(Comment.id))
        .limit(limit)
    )
    return [Waiting(*row) for row in session.execute(found)]


def unclassified(session: Session, first: int, last: int) -> list[PendingComment]:
    """Return the comments between two ids that still wait for the classifier, locked with their cases.

    What somebody else works on at the moment is passed over, where the database can: it waits for the next turn.
    """
    found = (
        select(  # type: ignore[call-overload,misc]
            Comment.id,
            Comment.case_id,
            Comment.posted_at,
            Case.state,
            Case.closed_at,
            Case.is_waiting_for_us,
            Case.intent,
            Case.intent_confidence,
            Case.is_intent_sure,
            Case.is_intent_by_person,
            Case.unit_id,
            Case.is_unit_by_person,
            Case.routed_at,
            Case.marks,
        )
        .join(Case, col(Case.id) == Comment.case_id)
        .where(col(Comment.classified_at).is_(None), col(Comment.id).between(first, last))
        .order_by(col(Comment.id))
        .with_for_update(of=(Comment, Case), skip_locked=True)
    )
    return [PendingComment(*row) for row in session.execute(found)]


def unclassified_count(session: Session) -> int:
    """Return how many comments wait for the classifier."""
    return session.exec(select(func.count()).select_from(Comment).where(col(Comment.classified_at).is_(None))).one()


def unrouted(session: Session, limit: int) -> list[PendingCase]:
    """Return cases that wait for a unit, with the newest unit verdict of the model on any of their comments."""
    waiting = (
        select(Case.id)
        .where(col(Case.intent).is_not(None), col(Case.routed_at).is_(None))
        .order_by(col(Case.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.exec(waiting))
    if not ids:
        return []
    newest = newest_unit_labels(ids)
    found = (
        select(  # type: ignore[call-overload,misc]
            Case.id,
            Case.intent,
            Case.opened_at,
            Case.due_at,
            Case.first_response_at,
            Case.state,
            Case.is_backfill,
            Case.unit_id,
            Case.holder_id,
            Case.is_unit_by_person,
            Account.unit_id,
            Label.value,
            Label.confidence,
            Label.is_sure,
            Label.run_id,
            Case.reference,
            Case.marks,
        )
        .join(newest, newest.c.case_id == Case.id)
        .join(Label, col(Label.id) == newest.c.label_id)
        .join(Account, col(Account.id) == Case.account_id)
        .order_by(col(Case.id))
    )
    return [PendingCase(*row) for row in session.exec(found)]


def texts(session: Session, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the texts of the comments of cases, oldest first."""
    found: dict[int, list[str]] = {}
    for ids in intake.chunks(case_ids):
        told = select(Comment.case_id, Comment.text).where(col(Comment.case_id).in_(ids)).order_by(col(Comment.id))
        for case_id, said in session.exec(told):
            found.setdefault(case_id, []).append(said)
    return found


def newest_unit_labels(case_ids: Sequence[int | None]) -> Any:
    """Return the selection of the model's newest unit label of each case, as case_id and label_id.

    A label has a run just where its source is the model; asked by source, SQLite would walk all labels there are.
    """
    return (
        select(Comment.case_id, func.max(Label.id).label("label_id"))
        .join(Label, col(Label.comment_id) == Comment.id)
        .where(col(Comment.case_id).in_(case_ids), col(Label.run_id).is_not(None), Label.subject == LabelSubject.UNIT)
        .group_by(col(Comment.case_id))
        .subquery()
    )


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append labels in bulk."""
    writing.insert_rows(session, LABELS, rows)


def mark_classified(session: Session, comment_ids: Sequence[int], now: datetime) -> None:
    """Take comments out of the classifier's queue."""
    for ids in intake.chunks(comment_ids):
        waiting = update(Comment).where(col(Comment.id).in_(ids)).values(classified_at=now)
        session.execute(waiting, execution_options={"synchronize_session": False})


def of_case(session: Session, case_id: int) -> list[Label]:
    """Return every label on a case's comments, oldest first."""
    found = select(Label).join(Comment, col(Comment.id) == Label.comment_id).where(Comment.case_id == case_id)
    return list(session.exec(found.order_by(col(Label.id))))


def gathered_by_subject(session: Session) -> dict[LabelSubject, dict[str, int]]:
    """Return how many comments people gave each verdict, most first, for intents and for units."""
    found = (
        select(Label.subject, Label.value, func.count(func.distinct(Label.comment_id)).label("n"))
        .where(Label.source == LabelSource.PERSON)
        .group_by(col(Label.subject), Label.value)
        .order_by(text("n desc"), Label.value)
    )
    counts: dict[LabelSubject, dict[str, int]] = {subject: {} for subject in LabelSubject}
    for subject, value, count in session.exec(found):
        counts[LabelSubject(subject)][value] = count
    return counts


def override_share(session: Session, since: datetime) -> tuple[int, int]:
    """Return (comments whose model intent a person changed, comments classified by the model) since a moment."""
    by_model = (Label.source == LabelSource.MODEL, Label.subject == LabelSubject.INTENT)
    classified = select(func.count(func.distinct(Label.comment_id))).where(*by_model, Label.created_at >= since)
    said = aliased(Label)
    agreed = (
        select(said.id)
        .where(said.source == LabelSource.MODEL, said.subject == LabelSubject.INTENT)
        .where(said.comment_id == Label.comment_id, said.value == Label.value)
    )
    changed = select(func.count(func.distinct(Label.comment_id))).where(
        Label.source == LabelSource.PERSON,
        Label.subject == LabelSubject.INTENT,
        Label.created_at >= since,
        ~agreed.exists(),
    )
    return session.exec(changed).one(), session.exec(classified).one()
