"""The start calendars and targets in data/reference say what the law and the joint decrees say."""

import json
from datetime import date
from pathlib import Path

import holidays
import pytest

from models import HolidayKind, Intent, TargetKind, TargetMeasure
from tests.rules.calendars import FASTING_WEEK, WEEK
from triage.rules.calendars import Calendar, SeasonHours, week_of
from triage.rules.working_time import CalendarHistory

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
FILE = json.loads((REFERENCE / "calendar.json").read_text(encoding="utf-8"))
TARGETS = json.loads((REFERENCE / "targets.json").read_text(encoding="utf-8"))["targets"]
FREE_2026 = {
    "national": "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25",
    "joint_leave": "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
}


def minutes(clock):
    return int(clock[:2]) * 60 + int(clock[3:])


def week(hours):
    return week_of((int(day), minutes(a), minutes(b)) for day, pairs in hours.items() for a, b in pairs)


def days(year, kind):
    return {
        date.fromisoformat(row["on_day"])
        for row in FILE["holidays"]
        if row["kind"] == kind and row["on_day"].startswith(str(year))
    }


@pytest.mark.parametrize("kind", ["national", "joint_leave"])
def test_free_days_of_2026_are_those_of_the_joint_decree(kind):
    assert days(2026, kind) == {date.fromisoformat(f"2026-{day}") for day in FREE_2026[kind].split()}


@pytest.mark.parametrize("year", [2025, 2026, 2027])
@pytest.mark.parametrize(("kind", "category"), [("national", "public"), ("joint_leave", "government")])
def test_free_days_equal_the_holidays_package(year, kind, category):
    assert days(year, kind) == set(holidays.country_holidays("ID", years=year, categories=(category,)))


@pytest.mark.parametrize("row", FILE["calendars"], ids=lambda row: row["code"])
def test_each_start_calendar_is_a_calendar(row):
    seasons = tuple(
        SeasonHours(
            name=s["name"],
            starts_on=date.fromisoformat(s["starts_on"]),
            week=week(s["hours"]),
            ends_on=date.fromisoformat(s["ends_on"]),
        )
        for s in row["seasons"]
    )
    found = Calendar(
        code=row["code"],
        version=1,
        zone=row["zone"],
        week=week(row["hours"]),
        seasons=seasons,
        in_force_from=date.fromisoformat(row["in_force_from"]),
    )
    assert CalendarHistory((found,)).code == row["code"]


def test_office_hours_are_those_of_the_definition():
    office = next(row for row in FILE["calendars"] if row["code"] == FILE["default_calendar"])
    assert week(office["hours"]) == WEEK
    assert {week(season["hours"]) for season in office["seasons"]} == {FASTING_WEEK}
    fixed = [(s["starts_on"], s["ends_on"]) for s in office["seasons"] if not s["is_estimate"]]
    assert fixed == [("2026-02-19", "2026-03-20")]


def test_holidays_have_a_name_and_a_known_kind_and_no_day_twice():
    assert all(row["name"] and HolidayKind(row["kind"]) for row in FILE["holidays"])
    assert len({row["on_day"] for row in FILE["holidays"]}) == len(FILE["holidays"])


def test_units_that_never_close_exist_in_the_directory():
    units = {unit["code"] for unit in json.loads((REFERENCE / "opd.json").read_text(encoding="utf-8"))}
    codes = {row["code"] for row in FILE["calendars"]}
    assert set(FILE["unit_calendars"]) <= units
    assert set(FILE["unit_calendars"].values()) <= codes


def test_start_targets_are_those_of_the_definition():
    found = {(row["intent"], row["kind"]): (row["measure"], row["amount"]) for row in TARGETS}
    assert len(found) == len(TARGETS)
    assert found["question", "first_response"] == ("working_days", 1)
    assert found["complaint", "first_response"] == ("working_days", 3)
    assert found["hoax_report", "first_response"] == ("working_days", 1)
    assert found["complaint", "resolution"] == ("working_days", 14)
    assert found["question", "resolution"] == ("working_days", 5)
    assert {found[intent, "acknowledge"] for intent in ("complaint", "question", "hoax_report")} == {
        ("working_hours", 2)
    }
    for intent, kind in found:
        assert Intent(intent) not in (Intent.PRAISE, Intent.OTHER)
        assert TargetKind(kind)
        assert TargetMeasure(found[intent, kind][0])
