"""Versions of calendars and the calendars of units as people read and edit them; a version is written once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from models import CalendarAssignment, Holiday, Season, Unit, WorkCalendar, WorkHours
from triage.errors import NotFound
from triage.queries import calendars
from triage.queries.directory import storable, user_names
from triage.rules.assignments import calendar_on
from triage.rules.calendar_versions import Draft
from triage.rules.calendars import SeasonHours, Week, week_of
from triage.rules.free_days import FreeDay


def newest(session: Session) -> list[WorkCalendar]:
    """Return the newest version of every calendar, the regency's first, then by name."""
    found: dict[str, WorkCalendar] = {}
    for row in session.exec(select(WorkCalendar).order_by(col(WorkCalendar.version))):
        found[row.code] = row
    return sorted(found.values(), key=lambda row: (row.code != calendars.DEFAULT, row.name.lower()))


def versions(session: Session, code: str) -> list[WorkCalendar]:
    """Return all versions of a calendar, newest first; raise NotFound."""
    same = select(WorkCalendar).where(WorkCalendar.code == storable(code))
    found = list(session.exec(same.order_by(col(WorkCalendar.version).desc())))
    if not found:
        raise NotFound(f"Kalender “{code}” tidak ada.")
    return found


def version(session: Session, code: str, number: int | None = None) -> WorkCalendar:
    """Return one version of a calendar, the newest where none is named; raise NotFound."""
    found = versions(session, code)
    wanted = next((row for row in found if number in (None, row.version)), None)
    if wanted is None:
        raise NotFound(f"Kalender “{code}” tidak punya versi {number}.")
    return wanted


def lock_newest(session: Session, code: str) -> int:
    """Return the number of the newest version, locked until the commit; 0 where there is none."""
    same = select(WorkCalendar.version).where(WorkCalendar.code == code)
    return max(session.exec(same.with_for_update()), default=0)


def draft_of(session: Session, row: WorkCalendar) -> Draft:
    """Return what a version says, with the names of its free days."""
    hours: dict[int | None, list[tuple[int, int, int]]] = defaultdict(list)
    for found in session.exec(select(WorkHours).where(WorkHours.calendar_id == row.id)):
        hours[found.season_id].append((found.weekday, found.starts_minute, found.ends_minute))
    seasons = session.exec(select(Season).where(Season.calendar_id == row.id).order_by(col(Season.starts_on)))
    free = session.exec(select(Holiday).where(Holiday.calendar_id == row.id).order_by(col(Holiday.on_day)))
    return Draft(
        name=row.name,
        zone=row.zone,
        week=week_of(hours[None]),
        seasons=tuple(SeasonHours(s.name, s.starts_on, s.ends_on, week_of(hours[s.id])) for s in seasons),
        free_days=tuple(FreeDay(day.on_day, day.name, day.kind) for day in free),
    )


def add(session: Session, row: WorkCalendar, draft: Draft) -> WorkCalendar:
    """Add a version with everything it says; the caller commits."""
    session.add(row)
    session.flush()
    calendar_id = row.id or 0
    session.add_all(_hours(draft.week, calendar_id, None))
    for season in draft.seasons:
        kept = Season(calendar_id=calendar_id, name=season.name, starts_on=season.starts_on, ends_on=season.ends_on)
        session.add(kept)
        session.flush()
        session.add_all(_hours(season.week, calendar_id, kept.id))
    session.add_all(
        Holiday(calendar_id=calendar_id, on_day=day.on_day, name=day.name, kind=day.kind) for day in draft.free_days
    )
    session.flush()
    return row


def unit_calendars(session: Session, day: date) -> list[tuple[Unit, str]]:
    """Return the regency's own units, by short name, with the calendar that counts on a day."""
    made = calendars.assignments(session)
    units = session.exec(select(Unit).where(col(Unit.is_external).is_(False)).order_by(Unit.short_name))
    return [(unit, calendar_on(unit.calendar_code, made.get(unit.id or 0, []), day)) for unit in units]


def assignment_log(session: Session) -> list[tuple[CalendarAssignment, str]]:
    """Return which unit was given which calendar, newest first, with the unit's short name."""
    joined = select(CalendarAssignment, Unit.short_name).join(Unit, col(Unit.id) == CalendarAssignment.unit_id)
    return list(session.exec(joined.order_by(col(CalendarAssignment.id).desc())).all())


def authors(session: Session, rows: Sequence[WorkCalendar | CalendarAssignment]) -> dict[int | None, str]:
    """Return who made the rows, by user id; nobody stands for the set-up."""
    names: dict[int | None, str] = {None: "sistem"}
    names.update(user_names(session, {row.created_by_id for row in rows if row.created_by_id}).items())
    return names


def _hours(week: Week, calendar_id: int, season_id: int | None) -> list[WorkHours]:
    return [
        WorkHours(calendar_id=calendar_id, season_id=season_id, weekday=weekday, starts_minute=starts, ends_minute=ends)
        for weekday, intervals in enumerate(week)
        for starts, ends in intervals
    ]
