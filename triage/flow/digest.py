"""Digest: in the morning of a working day everybody who wants it is told how the own units stand, once a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import Notice, NoticeKind, NoticeStatus, Role
from triage.queries import calendars, deadlines, directory, notices
from triage.queries.deadlines import Bounds, Standing
from triage.rules.chasing import Person
from triage.rules.letters import NEAREST, digest
from triage.rules.letters import Desk as Desk


def queue_digests(session: Session, desk: Desk, *, hour: int, soon_days: int, now: datetime) -> list[int]:
    """Queue the digests of the day that are not there yet; return the ids of those to send; commits.

    Who has nothing to hear gets an empty one, which is kept so that a case of the afternoon makes no morning's digest.
    """
    today = now.astimezone(desk.zone)
    if today.hour < hour:
        return []
    wanted = {key_of(person, today.date()): person for person in notices.people(session) if person.wants_digest}
    known = notices.digested(session, wanted)
    waiting = {key: person for key, person in wanted.items() if key not in known}
    if not waiting:
        session.rollback()
        return []
    working = at_work(session, today.date())
    until = deadlines.bounds(session, now=now, days=soon_days)
    standings = deadlines.standings(session, until, now=now)
    queued = [
        written(session, desk, key, person, told_about(person, standings), until=until, now=now)
        for key, person in waiting.items()
        if is_at_work(person, working)
    ]
    try:
        session.commit()
    except IntegrityError:  # another worker was faster
        session.rollback()
        return []
    return [notice.id or 0 for notice in queued if notice.status is NoticeStatus.QUEUED]


def key_of(person: Person, day: date) -> str:
    """Return the name of a person's digest of a day."""
    return f"digest-{person.user_id}-{day:%Y%m%d}"


def at_work(session: Session, day: date) -> Mapping[int | None, bool]:
    """Return which units work on a day, by id; None is the regency."""
    histories = calendars.by_unit(session)
    ids = {code: unit_id for code, (unit_id, _) in directory.unit_ids(session).items()}
    found: dict[int | None, bool] = {}
    for code, history in histories.items():
        used = history or histories[None]
        found[ids[code] if code else None] = used is not None and bool(used.in_force_on(day).hours_on(day))
    return found


def is_at_work(person: Person, working: Mapping[int | None, bool]) -> bool:
    """Tell whether one of a person's units works today; who has none keeps the regency's days."""
    return any(working.get(unit_id, False) for unit_id in person.units or {None})


def told_about(person: Person, standings: Sequence[Standing]) -> list[Standing]:
    """Return what a person's digest is about: the own units; for the regency's desk the queue and whatever is late."""
    if person.role is Role.OPD_ADMIN:
        own = [row for row in standings if row.holder_id in person.units]
    else:
        own = [row for row in standings if row.holder_id is None or row.line.late]
    return [row for row in own if row.line.is_worth_telling]


def written(
    session: Session,
    desk: Desk,
    key: str,
    person: Person,
    about: Sequence[Standing],
    *,
    until: Bounds,
    now: datetime,
) -> Notice:
    """Add one person's digest, empty if there is nothing to say."""
    cases = deadlines.nearest(session, [row.holder_id for row in about], until, now=now, limit=NEAREST) if about else []
    subject, text = digest(desk, person, [row.line for row in about], cases) if about else ("", "")
    notice = Notice(
        key=key,
        kind=NoticeKind.DIGEST,
        user_id=person.user_id,
        address=person.address,
        subject=subject,
        body=text,
        status=NoticeStatus.QUEUED if about else NoticeStatus.EMPTY,
        created_at=now,
        try_at=now,
    )
    notices.add(session, notice)
    return notice
