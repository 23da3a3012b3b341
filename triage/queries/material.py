"""Everything people labelled, as it becomes material: settled readings, corrections, files, second looks."""

from sqlmodel import Session, col, func, select

from models import (
    Account,
    Comment,
    ImportedLabel,
    Label,
    LabelReview,
    LabelSource,
    LabelStream,
    LabelSubject,
    LabelTask,
    TaskState,
    Unit,
)
from triage.rules.guideline import VERSION
from triage.rules.labelling import Standing, standing
from triage.rules.material import Settled, Told, settle
from triage.rules.privacy import mask

DONE = (TaskState.SETTLED, TaskState.ADJUDICATED)


def key_of(comment_id: int) -> str:
    """Return what a comment's labels are gathered under."""
    return f"komentar-{comment_id}"


def readings(session: Session) -> list[Told]:
    """Return what readers settled on, oldest comment first."""
    found = (
        select(LabelTask, Comment.text, Comment.author_key, Unit.code)
        .join(Comment, col(Comment.id) == LabelTask.comment_id)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(col(LabelTask.state).in_(DONE))
        .order_by(col(Comment.id))
    )
    return [
        Told(
            key_of(task.comment_id),
            text,
            standing(task.state, task.readings),
            task.settled_at,
            task.intent,
            task.unit,
            account,
            author,
            VERSION,
        )
        for task, text, author, account in session.exec(found)
    ]


def corrections(session: Session) -> list[Told]:
    """Return the newest correction of each comment's intent and unit in the inbox, oldest comment first."""
    newest = (
        select(func.max(Label.id))
        .where(Label.source == LabelSource.PERSON)
        .group_by(col(Label.comment_id), col(Label.subject))
    )
    found = (
        select(Label, Comment.text, Comment.author_key, Unit.code)
        .join(Comment, col(Comment.id) == Label.comment_id)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(col(Label.id).in_(newest))
        .order_by(col(Comment.id), col(Label.subject))
    )
    return [
        Told(
            key_of(label.comment_id),
            text,
            Standing.SINGLE,
            label.created_at,
            label.value if label.subject is LabelSubject.INTENT else None,
            label.value if label.subject is LabelSubject.UNIT else None,
            account,
            author,
            VERSION,
            label.user_id,
        )
        for label, text, author, account in session.exec(found)
    ]


def imported(session: Session) -> list[Told]:
    """Return the newest label of each text that came in a file, in the order in which they came."""
    newest = select(func.max(ImportedLabel.id)).group_by(col(ImportedLabel.text_digest))
    found = select(ImportedLabel).where(col(ImportedLabel.id).in_(newest)).order_by(col(ImportedLabel.id))
    return [
        Told(
            f"impor-{row.id}",
            row.text,
            Standing.IMPORTED,
            row.created_at,
            row.intent,
            row.unit,
            row.account,
            guideline=row.guideline,
        )
        for row in session.exec(found)
    ]


def second_looks(session: Session) -> dict[str, str]:
    """Return the intent that people left each text with at their newest second look, by the text's digest."""
    newest = select(func.max(LabelReview.id)).group_by(col(LabelReview.text_digest))
    found = select(LabelReview).where(col(LabelReview.id).in_(newest))
    return {row.text_digest: row.after.value for row in session.exec(found)}


def people_labelled(session: Session) -> list[Settled]:
    """Return what counts for each comment and each text of a file that people labelled, masked."""
    return settle([*readings(session), *corrections(session), *imported(session)])


def unread(session: Session, limit: int) -> list[Settled]:
    """Return the newest comments that nobody labelled or was asked to, masked."""
    by_people = select(Label.id).where(Label.comment_id == Comment.id, Label.source == LabelSource.PERSON)
    asked_for = select(LabelTask.id).where(LabelTask.comment_id == Comment.id)
    found = (
        select(Comment.id, Comment.text, Comment.author_key, Unit.code)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(~by_people.exists(), ~asked_for.exists())
        .order_by(col(Comment.id).desc())
        .limit(limit)
    )
    return [
        Settled(
            key=key_of(comment_id or 0),
            text=mask(text),
            intent=None,
            unit=None,
            account=account,
            author=author,
            standing=Standing.UNREAD,
            guideline="",
            at=None,
        )
        for comment_id, text, author, account in session.exec(found)
    ]


def held_out(session: Session) -> tuple[set[str], set[str]]:
    """Return the keys of the test stream's comments: all that are never learned from, and those to be measured on."""
    drawn = select(LabelTask.comment_id, LabelTask.state).where(LabelTask.stream == LabelStream.GOLD)
    rows = session.exec(drawn).all()
    return {key_of(comment) for comment, _ in rows}, {key_of(comment) for comment, state in rows if state in DONE}
