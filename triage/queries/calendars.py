"""Working calendars and targets, read as the values that the rules take."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from models import CalendarAssignment, Holiday, Season, Target, Unit, WorkCalendar, WorkHours
from triage.rules.assignments import Assignment, pieces
from triage.rules.calendars import Calendar, SeasonHours, week_of
from triage.rules.targets import TargetRule
from triage.rules.working_time import CalendarHistory

DEFAULT = "kantor"


class Edition(NamedTuple):
    """How far calendars had come: the newest ids of versions and of assignments to units."""

    version: int
    assignment: int


def histories(session: Session, *, until: Edition | None = None) -> dict[str, CalendarHistory]:
    """Return every calendar's versions by calendar code; with `until` only those of an edition."""
    hours: dict[tuple[int, int | None], list[tuple[int, int, int]]] = defaultdict(list)
    columns = (
        WorkHours.calendar_id,
        WorkHours.season_id,
        WorkHours.weekday,
        WorkHours.starts_minute,
        WorkHours.ends_minute,
    )
    intervals = select(*columns).order_by(col(WorkHours.weekday), col(WorkHours.starts_minute))  # type: ignore[call-overload]
    for calendar_id, season_id, weekday, starts, ends in session.execute(intervals):
        hours[calendar_id, season_id].append((weekday, starts, ends))
    seasons: dict[int, list[SeasonHours]] = defaultdict(list)
    for season in session.exec(select(Season).order_by(col(Season.starts_on))):
        week = week_of(hours[season.calendar_id, season.id])
        seasons[season.calendar_id].append(SeasonHours(season.name, season.starts_on, season.ends_on, week))
    free = defaultdict(set)
    for calendar_id, day in session.exec(select(col(Holiday.calendar_id), col(Holiday.on_day))):
        free[calendar_id].add(day)
    versions: dict[str, list[Calendar]] = defaultdict(list)
    for found in session.exec(select(WorkCalendar).order_by(WorkCalendar.code, col(WorkCalendar.version))):
        if until is not None and (found.id or 0) > until.version:
            continue
        key = found.id or 0
        versions[found.code].append(
            Calendar(
                found.code,
                found.version,
                found.zone,
                found.in_force_from,
                week_of(hours[key, None]),
                tuple(seasons[key]),
                frozenset(free[key]),
            )
        )
    return {code: built(tuple(found)) for code, found in versions.items()}


@lru_cache(maxsize=64)
def built(versions: tuple[Calendar, ...]) -> CalendarHistory:
    """Return one shared object a set of versions: it remembers the working time it has laid out."""
    return CalendarHistory(versions)


def by_unit(session: Session, *, until: Edition | None = None) -> dict[str | None, CalendarHistory | None]:
    """Return the calendar of every unit by unit code; None stands for the triage queue and the regency.

    A unit that changed its calendar has a history made of both. With `until` all is as it stood in an edition.
    """
    found = histories(session, until=until)
    versions = {code: history.versions for code, history in found.items()}
    changes = assignments(session, until=until)
    calendars: dict[str | None, CalendarHistory | None] = {None: found.get(DEFAULT)}
    for unit_id, code, first in session.exec(select(Unit.id, Unit.code, Unit.calendar_code)):
        made = changes.get(unit_id or 0)
        own = pieces(first, made, versions) if made else ()
        calendars[code] = built(own) if own else found.get(first)
    return calendars


def assignments(session: Session, *, until: Edition | None = None) -> dict[int, list[Assignment]]:
    """Return the later calendars of units by unit id, in the order they were assigned."""
    made: dict[int, list[Assignment]] = defaultdict(list)
    for row in session.exec(select(CalendarAssignment).order_by(col(CalendarAssignment.id))):
        if until is None or (row.id or 0) <= until.assignment:
            made[row.unit_id].append(Assignment(row.calendar_code, row.in_force_from))
    return made


def targets(session: Session) -> list[TargetRule]:
    """Return every target with its unit's code."""
    joined = select(Target, Unit.code).outerjoin(Unit, col(Unit.id) == Target.unit_id)
    rows = session.exec(joined.order_by(col(Target.id))).all()
    return [
        TargetRule(
            intent=row.intent,
            kind=row.kind,
            measure=row.measure,
            amount=row.amount,
            in_force_from=row.in_force_from,
            unit=code,
            flag=row.flag,
            is_active=row.is_active,
        )
        for row, code in rows
    ]


def edition(session: Session) -> Edition:
    """Return how far calendars have come."""
    version = session.exec(select(func.max(WorkCalendar.id))).one()
    assignment = session.exec(select(func.max(CalendarAssignment.id))).one()
    return Edition(version or 0, assignment or 0)
