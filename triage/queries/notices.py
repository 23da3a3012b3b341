"""E-mails to staff: the ladder in force, who can be told, what waits to be sent, and who was told what."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import tuple_
from sqlmodel import Session, col, func, select

from models import (
    Case,
    EscalationStep,
    Membership,
    Notice,
    NoticeCase,
    NoticeKind,
    NoticeStatus,
    Unit,
    User,
)
from triage.errors import NotFound
from triage.queries import calendars
from triage.queries.cohorts import Number, counted_by, measured
from triage.queries.deadlines import QUEUE_NAME
from triage.queries.inbox import is_open
from triage.queries.intake import chunks
from triage.queries.paging import PAGE_SIZE, Cursor, Page
from triage.rules import targets
from triage.rules.chasing import START, LateCase, Person, Step


@dataclass(frozen=True)
class Told:
    """Somebody was told about a case, as an entry of the case's history."""

    at: datetime
    name: str
    step: int
    status: NoticeStatus
    kind: str = "notified"
    actor: str = "system"
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sending:
    """One message as the list shows it."""

    notice: Notice
    name: str
    cases: int


def steps(session: Session) -> list[Step]:
    """Return the ladder in force: of each step the newest row, the start values where none was set."""
    newest = select(func.max(EscalationStep.id)).group_by(col(EscalationStep.number))
    found = session.exec(select(EscalationStep).where(col(EscalationStep.id).in_(newest)))
    known = {step.number: step for step in START}
    known |= {row.number: Step(row.number, row.audience, row.after_hours, row.is_active) for row in found}
    return [known[number] for number in sorted(known)]


def step_changes(session: Session, limit: int = 30) -> list[EscalationStep]:
    """Return who set which step when, newest first."""
    return list(session.exec(select(EscalationStep).order_by(col(EscalationStep.id).desc()).limit(limit)))


def people(session: Session) -> list[Person]:
    """Return everybody who may sign in and has an address, by id."""
    units, heads = defaultdict(set), defaultdict(set)
    for row in session.exec(select(Membership)):
        units[row.user_id].add(row.unit_id)
        if row.is_head:
            heads[row.user_id].add(row.unit_id)
    found = session.exec(select(User).where(col(User.is_active), User.email != "").order_by(col(User.id)))
    return [
        Person(
            user_id=user.id or 0,
            name=user.name,
            address=user.email,
            role=user.role,
            wants_digest=user.wants_digest,
            units=frozenset(units[user.id or 0]),
            heads=frozenset(heads[user.id or 0]),
        )
        for user in found
    ]


def units_without(session: Session, people: Iterable[Person]) -> list[str]:
    """Return the short names of the regency's units that no person with an address heads, by name."""
    headed = {unit_id for person in people for unit_id in person.heads}
    found = select(Unit).where(col(Unit.is_active), col(Unit.is_external).is_(False)).order_by(Unit.short_name)
    return [unit.short_name for unit in session.exec(found) if unit.id not in headed]


def late_untold(session: Session, step: int, *, now: datetime) -> list[LateCase]:
    """Return the cases that are late now and of which nobody was told on a step; without a calendar none is."""
    told = select(NoticeCase.case_id).where(NoticeCase.case_id == Case.id, NoticeCase.step == step).exists()
    found = (
        measured(select(Case.id, Case.code, Case.holder_id, Case.due_at, Unit.code, Unit.short_name))  # type: ignore[call-overload]
        .outerjoin(Unit, col(Unit.id) == Case.holder_id)
        .where(is_open(), col(Case.sort_at) < now, counted_by(Number.OVERDUE, now), ~told)
    )
    histories = calendars.by_unit(session)
    late = []
    for case_id, code, holder_id, due_at, unit, name in session.execute(found):
        late_s = targets.late_seconds(due_at, now, histories.get(unit) or histories[None])
        if late_s is not None:
            late.append(
                LateCase(
                    case_id=case_id,
                    code=code,
                    holder_id=holder_id,
                    unit=name or QUEUE_NAME,
                    due_at=due_at,
                    late_s=late_s,
                )
            )
    return late


def digested(session: Session, keys: Collection[str]) -> set[str]:
    """Return which of some messages are there already, by their keys."""
    return {
        key for few in chunks(list(keys)) for key in session.exec(select(Notice.key).where(col(Notice.key).in_(few)))
    }


def add(session: Session, notice: Notice, cases: Iterable[int] = ()) -> None:
    """Add a message with the cases it is about; the caller commits."""
    session.add(notice)
    session.flush()
    links = [
        NoticeCase(notice_id=notice.id or 0, case_id=case_id, step=notice.step or 0, user_id=notice.user_id)
        for case_id in cases
    ]
    session.add_all(links)
    session.flush()


def due(session: Session, *, now: datetime) -> list[int]:
    """Return the ids of the messages to send now, the longest waiting first."""
    waiting = col(Notice.status).in_((NoticeStatus.QUEUED, NoticeStatus.SENDING))
    found = select(Notice.id).where(waiting, Notice.try_at <= now).order_by(col(Notice.try_at)).limit(200)
    return [notice_id for notice_id in session.exec(found) if notice_id is not None]


def locked(session: Session, notice_id: int) -> Notice:
    """Return a message, locked until the commit; raise NotFound."""
    found = session.exec(select(Notice).where(Notice.id == notice_id).with_for_update()).first()
    if found is None:
        raise NotFound("Pesan ini tidak ada.")
    session.refresh(found)
    return found


def address_of(session: Session, user_id: int) -> str:
    """Return where a person is written to, empty when nowhere."""
    found = session.exec(select(User.email).where(User.id == user_id, col(User.is_active))).first()
    return found or ""


def sendings(session: Session, *, only_failed: bool, after: str = "") -> Page[Sending]:
    """Return one page of messages, newest first; raise BadCursor for a mangled address."""
    cases = select(func.count()).where(NoticeCase.notice_id == Notice.id).scalar_subquery()
    found = select(Notice, User.name, cases).join(User, col(User.id) == Notice.user_id)
    found = found.where(Notice.status != NoticeStatus.EMPTY)
    if only_failed:
        found = found.where(Notice.status == NoticeStatus.FAILED)
    key = tuple_(col(Notice.created_at), col(Notice.id))
    if after:
        cursor = Cursor.decode(after)
        found = found.where(key < tuple_(cursor.at, cursor.row_id))
    rows = session.exec(found.order_by(col(Notice.created_at).desc(), col(Notice.id).desc()).limit(PAGE_SIZE + 1)).all()
    shown = [Sending(notice, name, number) for notice, name, number in rows[:PAGE_SIZE]]
    if len(rows) <= PAGE_SIZE:
        return Page(shown, None)
    last = shown[-1].notice
    return Page(shown, Cursor(last.created_at, last.id or 0).encode())


def failed(session: Session) -> int:
    """Return how many messages could not be sent."""
    return session.exec(select(func.count()).where(Notice.status == NoticeStatus.FAILED)).one()


def of_case(session: Session, case_id: int) -> list[Told]:
    """Return who was told about a case, in order."""
    found = (
        select(Notice, User.name)
        .join(NoticeCase, col(NoticeCase.notice_id) == Notice.id)
        .join(User, col(User.id) == Notice.user_id)
        .where(NoticeCase.case_id == case_id, Notice.kind == NoticeKind.ESCALATION)
        .order_by(col(Notice.id))
    )
    return [Told(row.sent_at or row.created_at, name, row.step or 0, row.status) for row, name in session.exec(found)]
