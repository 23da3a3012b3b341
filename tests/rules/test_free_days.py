"""Free days and fasting months proposed for any year."""

from datetime import date

import pytest

from models import HolidayKind
from triage.rules.free_days import fasting_months, has_joint_leave, proposed


def test_a_decreed_year_has_its_national_holidays_and_its_joint_leave():
    days = {day.on_day: day.kind for day in proposed(2026)}
    assert days[date(2026, 8, 17)] is HolidayKind.NATIONAL
    assert days[date(2026, 12, 24)] is HolidayKind.JOINT_LEAVE
    assert has_joint_leave(2026)


def test_a_year_without_a_decree_says_that_its_joint_leave_is_unknown_and_marks_the_moons_days():
    days = {day.name: day for day in proposed(2029)}
    assert not has_joint_leave(2029)
    assert days["Hari Raya Idul Fitri"].is_estimate
    assert not days["Hari Kemerdekaan Republik Indonesia"].is_estimate


@pytest.mark.parametrize(
    ("year", "names"), [(2027, ["Ramadan 1448"]), (2030, ["Ramadan 1451", "Ramadan 1452"])], ids=["one", "two"]
)
def test_the_fasting_months_of_a_year_are_named_by_the_islamic_year(year, names):
    months = fasting_months(year)
    assert [month.name for month in months] == names
    assert {(month.ends_on - month.starts_on).days + 1 for month in months} <= {29, 30}
