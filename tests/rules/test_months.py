"""Months of the office: what an address means, where weeks are cut, and when the first working day is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.rules.calendars import history
from triage.errors import InvalidInput
from triage.rules import months

TODAY = date(2026, 11, 18)


def test_this_month_and_earlier_ones_can_be_meant():
    assert months.read_month(" 2026-11 ", today=TODAY) == date(2026, 11, 1)
    assert months.read_month("2000-01", today=TODAY) == date(2000, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "0000-01", "1999-12", "2026-1", "x" * 400, "２０２６-10", "\x00"]
)
def test_what_is_no_month_is_refused_with_an_example(text):
    with pytest.raises(InvalidInput, match="Pilih dari daftar, misalnya 2026-11"):
        months.read_month(text, today=TODAY)


def test_a_month_that_has_not_begun_is_refused():
    with pytest.raises(InvalidInput, match="belum mulai"):
        months.read_month("2026-12", today=TODAY)


@pytest.mark.parametrize("month", [date(2026, number, 1) for number in range(1, 13)])
def test_the_weeks_of_a_month_cover_each_day_once(month):
    first, last = months.days_of(month)
    found = [
        date.fromordinal(n)
        for start, end in months.weeks_of(month)
        for n in range(start.toordinal(), end.toordinal() + 1)
    ]
    assert found == [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    assert all(start.weekday() == 0 for start, _ in months.weeks_of(month)[1:])


def test_a_month_begins_and_ends_in_the_offices_zone():
    start, end = months.bounds(months.days_of(date(2026, 12, 1)), ZoneInfo("Asia/Jakarta"))
    assert start == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_the_first_working_day_leaves_out_weekends_and_holidays():
    free = history(holidays=frozenset({date(2026, 11, 2)}))
    assert months.first_working_day(date(2026, 11, 1), history()) == date(2026, 11, 2)
    assert months.first_working_day(date(2026, 11, 1), free) == date(2026, 11, 3)
