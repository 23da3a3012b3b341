"""Models at work: what the shadow has still to read, what it said, figures per week and windows of readings."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, cast
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models import (
    Account,
    Case,
    Comment,
    DriftReading,
    Label,
    LabelSource,
    LabelSubject,
    ModelWeek,
    ShadowPrediction,
    Unit,
)
from triage.queries.intake import insert_ignoring
from triage.rules.privacy import mask
from triage.rules.targets import MUST_ANSWER

PAGE_SIZE = 50
LATE_BY = timedelta(hours=1)  # a verdict that is written so much after a later one is still seen by the shadow


class Unshadowed(NamedTuple):
    """A comment that the active model has read since the shadow began, and what it said."""

    comment_id: int
    text: str
    account_unit: str
    account_level: str
    active_run_id: int
    intent: str
    intent_p: float
    unit: str
    unit_p: float


class Differing(NamedTuple):
    """A comment that shadow and active model read differently, with what a person said; masked."""

    prediction: ShadowPrediction
    text: str
    case_code: str
    person_intent: str | None


def unshadowed(session: Session, run_id: int, since: datetime, limit: int) -> list[Unshadowed]:
    """Return comments that the active model has read and the shadow has not, oldest first."""
    said = ShadowPrediction
    read = select(Label.created_at).join(
        said, (col(said.comment_id) == Label.comment_id) & (col(said.active_run_id) == Label.run_id)
    )
    last = session.exec(read.where(said.run_id == run_id).order_by(col(said.id).desc()).limit(1)).first()
    unit = aliased(Label)
    done = select(ShadowPrediction.id).where(
        ShadowPrediction.run_id == run_id, ShadowPrediction.comment_id == Label.comment_id
    )
    found = (
        select(  # type: ignore[call-overload]
            Label.comment_id,
            Comment.text,
            Unit.code,
            Unit.level,
            Label.run_id,
            Label.value,
            Label.confidence,
            unit.value,
            unit.confidence,
        )
        .join(unit, (col(unit.comment_id) == Label.comment_id) & (col(unit.run_id) == Label.run_id))
        .join(Comment, col(Comment.id) == Label.comment_id)
        .join(Account, col(Account.id) == Comment.account_id)
        .join(Unit, col(Unit.id) == Account.unit_id)
        .where(Label.source == LabelSource.MODEL, Label.subject == LabelSubject.INTENT)
        .where(unit.subject == LabelSubject.UNIT, col(Label.created_at) >= max(since, (last or since) - LATE_BY))
        .where(~done.exists())
        .order_by(col(Label.id))
        .limit(limit)
    )
    return [Unshadowed(*row) for row in session.exec(found)]


def add_shadow(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a shadow said; what another worker kept already stays; the caller commits."""
    insert_ignoring(session, ShadowPrediction, rows)


class Agreement(NamedTuple):
    """How often two models said the same, and who was right where a person spoke."""

    n: int
    same_intent: int
    same_unit: int
    judged: int
    active_right: int
    shadow_right: int


def newest_person_intents() -> Any:
    """Return the selection of the newest intent label of a person by comment."""
    return (
        select(Label.comment_id, func.max(Label.id).label("label_id"))
        .where(Label.source == LabelSource.PERSON, Label.subject == LabelSubject.INTENT)
        .group_by(col(Label.comment_id))
        .subquery()
    )


def count(condition: Any) -> Any:
    """Return how many rows meet a condition, as a column."""
    return func.coalesce(func.sum(cast(condition, Integer)), 0)


def agreement(session: Session, run_id: int) -> Agreement:
    """Return the agreement of a shadow with the models that were active beside it."""
    said = ShadowPrediction
    both = session.exec(
        select(func.count(), count(col(said.intent) == said.active_intent), count(col(said.unit) == said.active_unit))
        .select_from(said)
        .where(said.run_id == run_id)
    ).one()
    newest = newest_person_intents()
    judged = session.exec(
        select(func.count(), count(col(said.active_intent) == Label.value), count(col(said.intent) == Label.value))
        .select_from(said)
        .join(newest, newest.c.comment_id == said.comment_id)
        .join(Label, col(Label.id) == newest.c.label_id)
        .where(said.run_id == run_id)
    ).one()
    return Agreement(*both, *judged)


def pairs(session: Session, run_id: int) -> list[tuple[str, str, int]]:
    """Return how often the active model said one intent and the shadow another, most first."""
    said = ShadowPrediction
    n = func.count()
    found = (
        select(said.active_intent, said.intent, n)
        .where(said.run_id == run_id, col(said.intent) != said.active_intent)
        .group_by(said.active_intent, said.intent)
        .order_by(n.desc(), said.active_intent, said.intent)
    )
    return [(before, after, count) for before, after, count in session.exec(found)]


def differing(session: Session, run_id: int, *, before: int | None = None) -> tuple[list[Differing], int | None]:
    """Return a page of comments that are read differently, newest first, and the last id when there are more."""
    said, newest = ShadowPrediction, newest_person_intents()
    found = (
        select(said, Comment.text, Case.code, Label.value)
        .join(Comment, col(Comment.id) == said.comment_id)
        .join(Case, col(Case.id) == Comment.case_id)
        .join(newest, newest.c.comment_id == said.comment_id, isouter=True)
        .join(Label, col(Label.id) == newest.c.label_id, isouter=True)
        .where(said.run_id == run_id)
        .where((col(said.intent) != said.active_intent) | (col(said.unit) != said.active_unit))
        .order_by(col(said.id).desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = session.exec(found.where(col(said.id) < before) if before else found).all()
    shown = [Differing(row, mask(text), code, value) for row, text, code, value in rows[:PAGE_SIZE]]
    return shown, shown[-1].prediction.id if len(rows) > PAGE_SIZE else None


class WeekCounts(NamedTuple):
    """What one model did in a week."""

    run_id: int
    read: int
    unsure: int
    triaged: int
    need_answer: int
    corrected: int
    mix: dict[str, int]


def week(session: Session, start: datetime, end: datetime) -> list[WeekCounts]:
    """Return what each model read from `start` until before `end`, and what people changed of it since."""
    intent, unit, person = Label, aliased(Label), aliased(Label)
    mine = (
        intent.source == LabelSource.MODEL,
        intent.subject == LabelSubject.INTENT,
        col(intent.created_at) >= start,
        col(intent.created_at) < end,
    )
    by_class = session.exec(
        select(intent.run_id, intent.value, intent.is_sure, func.count())
        .where(*mine)
        .group_by(col(intent.run_id), intent.value, col(intent.is_sure))
    ).all()
    triaged = session.exec(
        select(intent.run_id, func.count())
        .join(unit, (col(unit.comment_id) == intent.comment_id) & (col(unit.run_id) == intent.run_id))
        .where(*mine, unit.subject == LabelSubject.UNIT, ~col(unit.is_sure), col(intent.value).in_(MUST_ANSWER))
        .group_by(col(intent.run_id))
    ).all()
    newest = newest_person_intents()
    corrected = session.exec(
        select(intent.run_id, func.count())
        .join(newest, newest.c.comment_id == intent.comment_id)
        .join(person, col(person.id) == newest.c.label_id)
        .where(*mine, person.value != intent.value)
        .group_by(col(intent.run_id))
    ).all()
    return summed(by_class, dict(triaged), dict(corrected))


def summed(
    by_class: Sequence[tuple[Any, str, bool, int]], triaged: Mapping[Any, int], corrected: Mapping[Any, int]
) -> list[WeekCounts]:
    """Return counts by class and certainty as one row a model."""
    found: dict[int, WeekCounts] = {}
    for run_id, value, is_sure, n in by_class:
        row = found.get(run_id) or WeekCounts(run_id, 0, 0, triaged.get(run_id, 0), 0, corrected.get(run_id, 0), {})
        found[run_id] = row._replace(
            read=row.read + n,
            unsure=row.unsure + (0 if is_sure else n),
            need_answer=row.need_answer + (n if value in MUST_ANSWER else 0),
            mix={**row.mix, value: row.mix.get(value, 0) + n},
        )
    return [found[run_id] for run_id in sorted(found)]


def weeks(session: Session, limit: int) -> list[ModelWeek]:
    """Return the newest weeks, newest first."""
    order = (col(ModelWeek.week_on).desc(), col(ModelWeek.run_id).desc())
    return list(session.exec(select(ModelWeek).order_by(*order).limit(limit)))


def week_of(session: Session, week_on: Any, run_id: int) -> ModelWeek | None:
    """Return the row of a week and a model."""
    return session.exec(select(ModelWeek).where(ModelWeek.week_on == week_on, ModelWeek.run_id == run_id)).first()


class Reading(NamedTuple):
    """One verdict of a model on a comment's intent."""

    label_id: int
    comment_id: int
    intent: str
    confidence: float
    text: str


def readings(session: Session, run_id: int, *, after: int, limit: int) -> list[Reading]:
    """Return what a model read after a comment it had read, in the order of its reading."""
    mark = select(func.max(Label.id)).where(
        Label.comment_id == after, Label.run_id == run_id, Label.subject == LabelSubject.INTENT
    )
    since = session.exec(mark).one() or 0
    found = (
        select(Label.id, Label.comment_id, Label.value, Label.confidence, Comment.text)  # type: ignore[call-overload]
        .join(Comment, col(Comment.id) == Label.comment_id)
        .where(Label.source == LabelSource.MODEL, Label.subject == LabelSubject.INTENT, Label.run_id == run_id)
        .where(col(Label.id) > since)
        .order_by(col(Label.id))
        .limit(limit)
    )
    return [Reading(*row) for row in session.exec(found)]


def drift(session: Session, run_id: int, limit: int = 20) -> list[DriftReading]:
    """Return a model's newest windows, newest first."""
    found = select(DriftReading).where(DriftReading.run_id == run_id).order_by(col(DriftReading.window).desc())
    return list(session.exec(found.limit(limit)))
