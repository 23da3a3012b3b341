"""Working calendars and targets, read as the values that the rules take."""

from collections import defaultdict
from functools import lru_cache

from sqlmodel import Session, col, select

from models import Holiday, Season, Target, Unit, WorkCalendar, WorkHours
from triage.rules.calendars import Calendar, SeasonHours, week_of
from triage.rules.targets import TargetRule
from triage.rules.working_time import CalendarHistory

DEFAULT = "kantor"


def histories(session: Session) -> dict[str, CalendarHistory]:
    """Return every calendar's versions by calendar code."""
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


def by_unit(session: Session) -> dict[str | None, CalendarHistory | None]:
    """Return the calendar of every unit by unit code; None stands for the triage queue and the regency."""
    found = histories(session)
    calendars: dict[str | None, CalendarHistory | None] = {None: found.get(DEFAULT)}
    for code, calendar_code in session.exec(select(Unit.code, Unit.calendar_code)):
        calendars[code] = found.get(calendar_code)
    return calendars


def targets(session: Session) -> list[TargetRule]:
    """Return every target with its unit's code."""
    rows = session.exec(select(Target, Unit.code).outerjoin(Unit, col(Unit.id) == Target.unit_id)).all()
    return [
        TargetRule(
            intent=row.intent,
            kind=row.kind,
            measure=row.measure,
            amount=row.amount,
            in_force_from=row.in_force_from,
            unit=code,
        )
        for row, code in rows
    ]
