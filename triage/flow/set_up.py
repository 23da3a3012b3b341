"""Set-up: the reference data of a regency goes into an empty or older database; what is there stays."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models import (
    Holiday,
    HolidayKind,
    Intent,
    KeywordKind,
    Season,
    Target,
    TargetKind,
    TargetMeasure,
    Unit,
    UnitKeyword,
    WorkCalendar,
    WorkHours,
)
from triage.queries import calendars, directory

OUTSIDE = "eksternal"


@dataclass(frozen=True)
class Added:
    """How many rows were new."""

    units: int
    calendars: int
    targets: int


def add_reference(session: Session, folder: Path, *, now: datetime) -> Added:
    """Add units with keywords, calendars and targets that are not there yet; commits."""
    days = json.loads((folder / "calendar.json").read_text(encoding="utf-8"))
    added = Added(
        add_units(session, json.loads((folder / "opd.json").read_text(encoding="utf-8")), days),
        add_calendars(session, days, now=now),
        add_targets(session, json.loads((folder / "targets.json").read_text(encoding="utf-8"))),
    )
    session.commit()
    return added


def add_units(session: Session, records: list[dict[str, Any]], days: dict[str, Any]) -> int:
    """Add the units of opd.json that are missing, then their phrases, which name each other."""
    known = directory.unit_ids(session)
    missing = [record for record in records if record["code"] not in known]
    for record in missing:
        session.add(
            Unit(
                code=record["code"],
                name=record["name"],
                short_name=record["short_name"].split("/")[0],
                level=record["level"],
                is_external=record["level"].startswith(OUTSIDE),
                subjects=record["subjects"],
                calendar_code=days["unit_calendars"].get(record["code"], days["default_calendar"]),
            )
        )
    session.flush()
    ids = {code: unit_id for code, (unit_id, _) in directory.unit_ids(session).items()}
    for record in missing:
        session.add_all(phrases(record, ids))
    return len(missing)


def phrases(record: dict[str, Any], ids: dict[str, int]) -> list[UnitKeyword]:
    """Return a unit's phrases, each once."""
    unit_id = ids[record["code"]]
    own = [UnitKeyword(unit_id=unit_id, kind=KeywordKind.OWN, phrase=p) for p in dict.fromkeys(record["keywords"])]
    elsewhere = {
        phrase: UnitKeyword(
            unit_id=unit_id,
            kind=KeywordKind.NOT_RESPONSIBLE,
            phrase=phrase,
            route_to_id=ids[other["route_to"]],
            subject=other["subject"],
        )
        for other in record["not_responsible_for"]
        for phrase in other["keywords"]
    }
    return own + list(elsewhere.values())


def add_calendars(session: Session, days: dict[str, Any], *, now: datetime) -> int:
    """Add the first version of each calendar that is missing."""
    known = calendars.histories(session)
    missing = [record for record in days["calendars"] if record["code"] not in known]
    for record in missing:
        calendar = WorkCalendar(
            code=record["code"],
            name=record["name"],
            zone=record["zone"],
            created_at=now,
            in_force_from=date.fromisoformat(record["in_force_from"]),
            reason="nilai awal",
        )
        session.add(calendar)
        session.flush()
        session.add_all(hours(record["hours"], calendar.id or 0, None))
        for season in record["seasons"]:
            add_season(session, season, calendar.id or 0)
        if record["has_holidays"]:
            session.add_all(
                Holiday(
                    calendar_id=calendar.id or 0,
                    on_day=date.fromisoformat(day["on_day"]),
                    name=day["name"],
                    kind=HolidayKind(day["kind"]),
                )
                for day in days["holidays"]
            )
    return len(missing)


def add_season(session: Session, record: dict[str, Any], calendar_id: int) -> None:
    """Add a season with its own hours."""
    starts_on, ends_on = date.fromisoformat(record["starts_on"]), date.fromisoformat(record["ends_on"])
    season = Season(calendar_id=calendar_id, name=record["name"], starts_on=starts_on, ends_on=ends_on)
    session.add(season)
    session.flush()
    session.add_all(hours(record["hours"], calendar_id, season.id))


def hours(week: dict[str, list[list[str]]], calendar_id: int, season_id: int | None) -> list[WorkHours]:
    """Return a week's intervals as rows."""
    return [
        WorkHours(
            calendar_id=calendar_id,
            season_id=season_id,
            weekday=int(weekday),
            starts_minute=minutes(starts),
            ends_minute=minutes(ends),
        )
        for weekday, intervals in week.items()
        for starts, ends in intervals
    ]


def minutes(clock: str) -> int:
    """Return the minutes after midnight of a time such as 07:30."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def add_targets(session: Session, record: dict[str, Any]) -> int:
    """Add the start targets when there is none at all: afterwards they are the regency's own."""
    if calendars.targets(session):
        return 0
    in_force_from = datetime.fromisoformat(record["in_force_from"])
    session.add_all(
        Target(
            intent=Intent(row["intent"]),
            kind=TargetKind(row["kind"]),
            measure=TargetMeasure(row["measure"]),
            amount=row["amount"],
            in_force_from=in_force_from,
        )
        for row in record["targets"]
    )
    return len(record["targets"])
