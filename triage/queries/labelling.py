"""The label screen: which comment a person reads next, what was said of it, progress, disputes and agreement.

Of a person's verdicts on a task the newest counts; a withdrawn one counts as none.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models import (
    Account,
    Comment,
    Intent,
    Label,
    LabelSource,
    LabelStream,
    LabelSubject,
    LabelTask,
    Platform,
    Post,
    TaskState,
    Unit,
    User,
    Verdict,
    VerdictKind,
)
from triage.errors import NotFound
from triage.rules.labelling import UNDO_DEPTH, Reading
from triage.rules.permissions import TABLE, Action

POOL = 400
POOL_FROM = 5000
IDS = range(2**31)  # what the databases take for an id


class Drawn(NamedTuple):
    """A drawn comment as a reader sees it: without its author, and without what anybody else said."""

    task_id: int
    stream: LabelStream
    state: TaskState
    comment_id: int
    text: str
    caption: str
    platform: Platform
    handle: str
    account_unit: str
    posted_at: datetime


class Progress(NamedTuple):
    """How far a stream is; `left` is what still waits for this reader."""

    total: int
    done: int
    disputed: int
    left: int


class Candidate(NamedTuple):
    """A comment that may be drawn for the training stream, with what the model thought of it."""

    comment_id: int
    text: str
    probabilities: dict[str, float]


def counting(kind: VerdictKind = VerdictKind.READING, user_id: int | None = None) -> Any:
    """Return the condition that a verdict is its person's newest on the task, and not withdrawn."""
    newest = (
        select(func.max(Verdict.id)).where(Verdict.kind == kind).group_by(col(Verdict.task_id), col(Verdict.user_id))
    )
    if user_id is not None:
        newest = newest.where(Verdict.user_id == user_id)
    return col(Verdict.id).in_(newest) & ~col(Verdict.is_withdrawn)


def drawn() -> Any:
    """Return the selection of drawn comments."""
    return (
        select(  # type: ignore[call-overload]
            LabelTask.id,
            LabelTask.stream,
            LabelTask.state,
            Comment.id,
            Comment.text,
            Post.caption,
            Comment.platform,
            Account.handle,
            Unit.code,
            Comment.posted_at,
        )
        .join(Comment, col(Comment.id) == LabelTask.comment_id)
        .join(Post, col(Post.id) == Comment.post_id)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
    )


def task(session: Session, task_id: int) -> Drawn:
    """Return one drawn comment; raise NotFound."""
    row = session.exec(drawn().where(LabelTask.id == task_id)).first() if task_id in IDS else None
    if row is None:
        raise NotFound("Komentar ini tidak ada di antrean pelabelan.")
    return Drawn(*row)


def next_task(session: Session, user_id: int, stream: LabelStream) -> Drawn | None:
    """Return what the person reads next: what a colleague has read already first, then by rank."""
    waiting = drawn().where(LabelTask.stream == stream, LabelTask.state == TaskState.OPEN)
    waiting = waiting.where(col(LabelTask.id).not_in(read_by(user_id)))
    order = (col(LabelTask.readings).desc(), col(LabelTask.rank), col(LabelTask.id))
    row = session.exec(waiting.order_by(*order).limit(1)).first()
    return Drawn(*row) if row else None


def read_by(user_id: int) -> Any:
    """Return the selection of tasks that a person has read."""
    return select(Verdict.task_id).where(counting(user_id=user_id))


def locked_task(session: Session, task_id: int) -> LabelTask:
    """Return a task, locked for a change; raise NotFound."""
    found = select(LabelTask).where(LabelTask.id == task_id).with_for_update()
    row = session.exec(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("Komentar ini tidak ada di antrean pelabelan.")
    return row


def verdicts(
    session: Session, task_ids: Collection[int], kind: VerdictKind = VerdictKind.READING
) -> dict[int, list[Verdict]]:
    """Return the verdicts that count on each task, in the order in which they were given."""
    found: dict[int, list[Verdict]] = {task_id: [] for task_id in task_ids}
    rows = select(Verdict).where(col(Verdict.task_id).in_(task_ids), counting(kind)).order_by(col(Verdict.id))
    for verdict in session.exec(rows):
        found[verdict.task_id].append(verdict)
    return found


def as_reading(verdict: Verdict) -> Reading:
    """Return a verdict as the rules see it."""
    return Reading(verdict.user_id, verdict.intent, verdict.unit, verdict.is_doubtful)


def to_undo(session: Session, user_id: int) -> int | None:
    """Return the task that the person read last among the newest UNDO_DEPTH; decided ones stay as they are."""
    touched = (
        select(Verdict.task_id, func.max(Verdict.id).label("last"), func.min(Verdict.id).label("first"))
        .where(Verdict.user_id == user_id, Verdict.kind == VerdictKind.READING)
        .group_by(col(Verdict.task_id))
        .order_by(func.min(Verdict.id).desc())
        .limit(UNDO_DEPTH)
        .subquery()
    )
    found = (
        select(touched.c.task_id)
        .join(Verdict, col(Verdict.id) == touched.c.last)
        .join(LabelTask, col(LabelTask.id) == touched.c.task_id)
        .where(~col(Verdict.is_withdrawn), LabelTask.state != TaskState.ADJUDICATED)
        .order_by(touched.c.last.desc())
    )
    return session.exec(found).first()


class Receipt(NamedTuple):
    """What a person said last: the number under which it is kept, and of which words."""

    verdict_id: int
    task_id: int
    text: str
    intent: Intent | None
    unit: str | None
    created_at: datetime


def receipts(session: Session, user_id: int, limit: int = 3) -> list[Receipt]:
    """Return what a person said last and did not withdraw, newest first."""
    found = (
        select(Verdict.id, Verdict.task_id, Comment.text, Verdict.intent, Verdict.unit, Verdict.created_at)  # type: ignore[call-overload]
        .join(LabelTask, col(LabelTask.id) == Verdict.task_id)
        .join(Comment, col(Comment.id) == LabelTask.comment_id)
        .where(counting(user_id=user_id))
        .order_by(col(Verdict.id).desc())
        .limit(limit)
    )
    return [Receipt(*row) for row in session.exec(found)]


def progress(session: Session, user_id: int) -> dict[LabelStream, Progress]:
    """Return how far each stream is."""
    done = (TaskState.SETTLED, TaskState.ADJUDICATED)
    counted = dict.fromkeys(LabelStream, Progress(0, 0, 0, 0))
    mine = col(LabelTask.id).not_in(read_by(user_id)) & (LabelTask.state == TaskState.OPEN)
    rows = select(  # type: ignore[call-overload]
        LabelTask.stream,
        func.count(),
        func.count().filter(col(LabelTask.state).in_(done)),
        func.count().filter(col(LabelTask.state) == TaskState.DISPUTED),
        func.count().filter(mine),
    ).group_by(LabelTask.stream)
    for stream, *counts in session.exec(rows):
        counted[LabelStream(stream)] = Progress(*counts)
    return counted


def untouched() -> Any:
    """Return the condition that nobody has drawn or labelled a comment yet."""
    by_people = select(Label.comment_id).where(Label.source == LabelSource.PERSON)
    return col(Comment.id).not_in(select(LabelTask.comment_id)) & col(Comment.id).not_in(by_people)


def at_random(session: Session, count: int) -> list[int]:
    """Return comments drawn at random among those that nobody has labelled."""
    return list(session.exec(select(Comment.id).where(untouched()).order_by(func.random()).limit(count)))  # type: ignore[arg-type]


def least_certain(session: Session) -> list[Candidate]:
    """Return up to POOL of the newest POOL_FROM comments that the model was least certain of, such ones first."""
    said = (
        select(Label.comment_id, Label.confidence, Label.probabilities, Label.id)
        .where(Label.source == LabelSource.MODEL, Label.subject == LabelSubject.INTENT)
        .order_by(col(Label.id).desc())
        .limit(POOL_FROM)
        .subquery()
    )
    newest = select(func.max(said.c.id)).group_by(said.c.comment_id)
    found = (
        select(Comment.id, Comment.text, said.c.probabilities)
        .join(said, said.c.comment_id == Comment.id)
        .where(said.c.id.in_(newest), untouched())
        .order_by(said.c.confidence, col(Comment.id))
        .limit(POOL)
    )
    return [Candidate(*row) for row in session.exec(found)]


def model_said(session: Session, comment_id: int) -> dict[str, Label]:
    """Return the model's newest verdicts on a comment, by their subject: "intent" and "unit"."""
    found = select(Label).where(Label.comment_id == comment_id, Label.source == LabelSource.MODEL)
    return {label.subject.value: label for label in session.exec(found.order_by(col(Label.id)))}


def disputes(session: Session, user_id: int) -> list[Drawn]:
    """Return what waits for a decision: first what the person did not read, the oldest first."""
    waiting = drawn().where(LabelTask.state == TaskState.DISPUTED)
    own = col(LabelTask.id).in_(read_by(user_id))
    return [Drawn(*row) for row in session.exec(waiting.order_by(own, col(LabelTask.id)))]


def other_deciders(session: Session, readers: Collection[int]) -> int:
    """Return how many active people may decide a dispute and have not read the comment."""
    may = select(func.count()).select_from(User).where(col(User.is_active), col(User.id).not_in(readers))
    return session.exec(may.where(col(User.role).in_(list(TABLE[Action.LABEL])))).one()


class ReadTwice(NamedTuple):
    """What one reader said of a gold comment that several read."""

    task_id: int
    user_id: int
    intent: Intent


def gold_readings(session: Session) -> list[ReadTwice]:
    """Return every counting intent on gold comments that at least two people read, by task and then by reader."""
    other = aliased(Verdict)
    several = select(other.task_id).where(
        other.kind == VerdictKind.READING, other.task_id == Verdict.task_id, other.user_id != Verdict.user_id
    )
    found = (
        select(Verdict.task_id, Verdict.user_id, Verdict.intent)
        .join(LabelTask, col(LabelTask.id) == Verdict.task_id)
        .where(LabelTask.stream == LabelStream.GOLD, counting(), col(Verdict.intent).is_not(None), several.exists())
        .order_by(col(Verdict.task_id), col(Verdict.user_id))
    )
    return [ReadTwice(task_id, user_id, Intent(said)) for task_id, user_id, said in session.exec(found) if said]


def tasks_by_id(session: Session, task_ids: Sequence[int]) -> list[Drawn]:
    """Return drawn comments by id, in their order."""
    rows = session.exec(drawn().where(col(LabelTask.id).in_(task_ids)).order_by(col(LabelTask.id)))
    return [Drawn(*row) for row in rows]
