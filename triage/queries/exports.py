"""Orders of files: whose they are, which wait, and which files are past their time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from models import Case, Export, ExportStatus, Intent, Platform, Role, User
from triage.queries import directory
from triage.queries.cohorts import Cohort, Number
from triage.rules.permissions import Action, Scope, Viewer

LISTED = 50
UNFINISHED = (ExportStatus.QUEUED, ExportStatus.RUNNING)


def asked_of(cohort: Cohort, number: Number | None, said: Mapping[str, str]) -> dict[str, str]:
    """Return a cohort as an order keeps it; `said` are the words for people: days, filters, file name."""
    return {
        **said,
        "start": cohort.start.isoformat(),
        "end": cohort.end.isoformat(),
        "unit": cohort.unit,
        "intent": cohort.intent.value if cohort.intent else "",
        "platform": cohort.platform.value if cohort.platform else "",
        "account": cohort.account,
        "number": number.value if number else "",
    }


def cohort_of(asked: Mapping[str, str]) -> Cohort:
    """Return the cohort of an order."""
    return Cohort(
        start=datetime.fromisoformat(asked["start"]),
        end=datetime.fromisoformat(asked["end"]),
        unit=asked["unit"],
        intent=Intent(asked["intent"]) if asked["intent"] else None,
        platform=Platform(asked["platform"]) if asked["platform"] else None,
        account=asked["account"],
    )


def number_of(asked: Mapping[str, str]) -> Number | None:
    """Return the number whose cases were ordered, None for every case of the cohort."""
    return Number(asked["number"]) if asked["number"] else None


def in_reach(session: Session, viewer: Viewer, key: str) -> Export | None:
    """Return an order that a viewer may open, None for any other: it does not exist for them."""
    found: Export | None = session.exec(_reached(viewer).where(Export.key == directory.storable(key))).first()
    return found


def newest(session: Session, viewer: Viewer) -> list[tuple[Export, str]]:
    """Return the newest orders that a viewer may open, with the requester's name, empty for the schedule."""
    found = session.exec(_reached(viewer).order_by(col(Export.created_at).desc(), col(Export.id).desc()).limit(LISTED))
    rows = list(found)
    people = select(User.id, User.name).where(col(User.id).in_({row.requester_id for row in rows}))
    names = dict(session.exec(people).all())
    return [(row, names.get(row.requester_id, "")) for row in rows]


def _reached(viewer: Viewer) -> Any:
    """Return the orders of a viewer: one's own, those of the schedule for who sees all figures, all for Diskominfo."""
    found = select(Export)
    if viewer.scope(Action.MANAGE_DIRECTORY) is Scope.ALL:
        return found
    own = [col(Export.requester_id) == viewer.user_id]
    if viewer.scope(Action.SEE_FIGURES) is Scope.ALL:
        own.append(col(Export.requester_id).is_(None))
    return found.where(or_(*own))


def requester(session: Session, row: Export) -> Viewer | None:
    """Return whose eyes an order sees with, by their rights now; the schedule's see everything; None: not any more."""
    if row.requester_id is None:
        return Viewer(0, Role.SUPERVISOR)
    found = directory.user_with_units(session, row.requester_id)
    if found is None or not found[0].is_active:
        return None
    viewer = Viewer(row.requester_id, found[0].role, found[1])
    return viewer if viewer.may(Action.SEE_FIGURES) else None


def locked(session: Session, export_id: int) -> Export:
    """Return an order, locked until the commit."""
    found = select(Export).where(Export.id == export_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def under_way(session: Session, requester_id: int) -> int:
    """Return how many orders of a person are not finished."""
    found = select(func.count()).select_from(Export)
    return session.exec(found.where(Export.requester_id == requester_id, _is_unfinished())).one()


def waiting(session: Session, *, silent_since: datetime) -> list[int]:
    """Return the orders nobody works on: never begun, or by a worker that fell silent; oldest first."""
    is_silent = or_(col(Export.heartbeat_at).is_(None), col(Export.heartbeat_at) < silent_since)
    found = select(Export.id).where(_is_unfinished(), is_silent).order_by(col(Export.id))
    return [row_id for row_id in session.exec(found) if row_id is not None]


def expired(session: Session, now: datetime) -> list[Export]:
    """Return the orders whose files are past their time and still there."""
    return list(session.exec(select(Export).where(col(Export.expires_at) < now, col(Export.removed_at).is_(None))))


def has_scheduled(session: Session, month: date) -> bool:
    """Tell whether the schedule ordered the report of a month."""
    found = select(Export.id).where(Export.month == month, col(Export.requester_id).is_(None))
    return session.exec(found.limit(1)).first() is not None


def has_cases(session: Session, *, until: datetime) -> bool:
    """Tell whether anybody wrote before a moment: an office that is new has nothing to report."""
    return session.exec(select(Case.id).where(col(Case.opened_at) < until).limit(1)).first() is not None


def seconds_left(row: Export, now: datetime) -> float | None:
    """Return how long an order will take from now on, reckoned from its pace; None where nobody can tell."""
    if row.started_at is None or not row.done or row.status is not ExportStatus.RUNNING:
        return None
    return (now - row.started_at).total_seconds() * max(0, row.total - row.done) / row.done


def _is_unfinished() -> Any:
    return col(Export.status).in_(UNFINISHED)
