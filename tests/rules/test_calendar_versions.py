"""What versions of a calendar say: months in hours, differences, the past that a change touches, units over time."""

from dataclasses import replace
from datetime import date

import pytest

from models import HolidayKind
from tests.rules.calendars import ALWAYS, FASTING_WEEK, RAMADAN, WEEK, calendar, wib
from triage.rules.assignments import Assignment, calendar_on, pieces
from triage.rules.calendar_months import month_of
from triage.rules.calendar_versions import Difference, Draft, changed_stretch, differences
from triage.rules.calendars import CalendarError
from triage.rules.free_days import FreeDay
from triage.rules.working_time import CalendarHistory, working_seconds

FREE = FreeDay(date(2026, 5, 12), "Cuti bersama", HolidayKind.JOINT_LEAVE)
DRAFT = Draft(name="Jam kantor", zone="Asia/Jakarta", week=WEEK, seasons=(RAMADAN,), free_days=(FREE,))
NOW = wib("2026-06-01 10:00")


@pytest.mark.parametrize(
    ("month", "hours", "days"),
    [
        pytest.param(date(2026, 5, 20), 20 * 7.5, 20, id="a free Tuesday is left out"),
        pytest.param(date(2026, 3, 1), 15 * 6.5 + 7 * 7.5, 22, id="Ramadan to the 20th"),
    ],
)
def test_a_month_is_shown_in_hours_with_its_total(month, hours, days):
    found = month_of(calendar(), {FREE.on_day: FREE.name}, month)
    assert (found.minutes / 60, found.working_days) == (hours, days)


def test_a_month_names_its_free_days_and_seasons_and_keeps_its_weeks():
    found = month_of(calendar(), {FREE.on_day: FREE.name}, date(2026, 5, 1))
    assert [day.note for day in found.days if day.note] == ["Cuti bersama"]
    assert [len(week) for week in found.weeks] == [7] * 5
    assert found.weeks[0][:4] == [None] * 4
    assert (found.before, found.after) == (date(2026, 4, 1), date(2026, 6, 1))
    assert month_of(calendar(), {}, date(2026, 3, 2)).days[1].note == "Ramadan 1447"


def test_two_versions_differ_where_a_person_would_look():
    fasting = replace(RAMADAN, week=(*FASTING_WEEK[:4], (), (), ()))
    new = replace(DRAFT, zone="Asia/Makassar", week=(*WEEK[:5], ((480, 720),), ()), seasons=(fasting,), free_days=())
    assert differences(DRAFT, new) == [
        Difference("Zona waktu", "Asia/Jakarta", "Asia/Makassar"),
        Difference("Sabtu", "libur", "08.00-12.00"),
        Difference("Ramadan 1447, Jumat", "08.00-11.30, 12.30-15.30", "libur"),
        Difference("12-05-2026", "Cuti bersama", ""),
    ]
    assert differences(DRAFT, DRAFT) == []


def test_a_year_is_replaced_and_the_other_years_stay():
    other = FreeDay(date(2027, 1, 1), "Tahun Baru", HolidayKind.NATIONAL)
    assert DRAFT.with_year(2027, [other]).free_days == (FREE, other)
    assert DRAFT.with_year(2026, []).free_days == ()


def test_the_same_day_twice_is_refused():
    with pytest.raises(CalendarError, match="dua kali"):
        replace(DRAFT, free_days=(FREE, FREE)).as_calendar("kantor", 1, date(2025, 1, 1))


def stretch(**changes):
    old = CalendarHistory((calendar(),))
    new = calendar(**({"version": 2, "in_force_from": date(2026, 1, 1)} | changes))
    return changed_stretch(old, CalendarHistory((calendar(), new)), since=new.in_force_from, until=NOW)


def test_a_correction_touches_only_the_days_whose_hours_change():
    begin, end = stretch(holidays=frozenset({date(2026, 2, 17), date(2026, 5, 12), date(2026, 5, 20)}))
    assert begin <= wib("2026-05-20 07:30") < wib("2026-05-20 16:00") <= end
    assert (end - begin).days <= 2


def test_the_same_amount_at_other_hours_is_a_change_too():
    moved = (((480, 720), (780, 990)),) * 4 + WEEK[4:]
    assert stretch(week=moved, in_force_from=date(2026, 5, 25)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the same hours"),
        pytest.param({"week": ALWAYS, "in_force_from": date(2026, 7, 1)}, id="from a later day on"),
        pytest.param({"holidays": frozenset({date(2026, 2, 17), date(2026, 5, 12), date(2026, 12, 25)})}, id="a later day off"),
    ],
)  # fmt: skip
def test_a_change_of_the_future_touches_nothing(changes):
    assert stretch(**changes) is None


CALENDARS = {
    "kantor": (calendar(),),
    "24jam": (calendar(code="24jam", week=ALWAYS, seasons=(), holidays=frozenset()),),
}
MOVED = [Assignment("24jam", date(2026, 5, 4))]


def test_a_unit_keeps_its_old_calendar_for_the_days_before_it_got_another():
    history = CalendarHistory(pieces("kantor", MOVED, CALENDARS))
    sunday, monday, tuesday = wib("2026-05-03 00:00"), wib("2026-05-04 00:00"), wib("2026-05-05 00:00")
    assert working_seconds(sunday, monday, history) == 0
    assert working_seconds(monday, tuesday, history) == 24 * 3600


def test_a_later_assignment_overrules_from_its_own_day_on():
    back = [*MOVED, Assignment("kantor", date(2026, 5, 6))]
    history = CalendarHistory(pieces("kantor", back, CALENDARS))
    assert working_seconds(wib("2026-05-05 00:00"), wib("2026-05-07 00:00"), history) == (24 + 7.5) * 3600
    days = [calendar_on("kantor", back, day) for day in (date(2026, 5, 3), date(2026, 5, 5), date(2026, 5, 6))]
    assert days == ["kantor", "24jam", "kantor"]


def test_a_corrected_assignment_replaces_the_wrong_one():
    earlier = [*MOVED, Assignment("24jam", date(2026, 5, 1))]
    history = CalendarHistory(pieces("kantor", earlier, CALENDARS))
    assert working_seconds(wib("2026-05-02 00:00"), wib("2026-05-03 00:00"), history) == 24 * 3600
