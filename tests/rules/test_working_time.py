from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.calendars import (
    ALWAYS,
    NORMAL,
    RAMADAN,
    WEEK,
    calendar,
    day_hours,
    history,
    is_open,
    naive_seconds,
    wib,
)
from triage.rules.calendars import CLOSED_WEEK, CalendarError, SeasonHours, week_of
from triage.rules.working_time import (
    CalendarHistory,
    NoWorkingTime,
    OutsideCalendar,
    add_working_hours,
    is_working_moment,
    next_opening,
    nth_working_day_close,
    working_seconds,
    working_seconds_or_none,
)

HOUR = 3600
OFFICE = history()
ROUND_THE_CLOCK = history(code="24jam", week=ALWAYS, seasons=(), holidays=frozenset())
QUARTER = timedelta(minutes=15)
ZONES = [
    "Asia/Jakarta",
    "Asia/Makassar",
    "Asia/Jayapura",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Europe/Lisbon",
    "America/Santiago",
]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-05-04 08:00", "2026-05-04 09:00", HOUR, id="inside-a-morning"),
        pytest.param("2026-05-04 11:00", "2026-05-04 14:00", 2 * HOUR, id="the-lunch-break-does-not-count"),
        pytest.param("2026-05-08 11:00", "2026-05-08 13:30", HOUR, id="friday-has-a-longer-break"),
        pytest.param("2026-05-04 00:00", "2026-05-11 00:00", 37.5 * HOUR, id="a-week-has-37.5-hours"),
        pytest.param("2026-02-23 00:00", "2026-03-02 00:00", 32.5 * HOUR, id="a-ramadan-week-has-32.5-hours"),
        pytest.param("2026-05-09 10:00", "2026-05-09 10:20", 0, id="saturday-is-0-not-unknown"),
        pytest.param("2026-05-11 15:00", "2026-05-13 08:00", 1.5 * HOUR, id="a-free-tuesday"),
        pytest.param("2026-05-04 09:00", "2026-05-04 08:00", 0, id="backwards-is-0"),
        pytest.param("2026-05-04 08:00", "2026-05-04 08:00", 0, id="no-time-at-all"),
    ],
)
def test_working_time_follows_the_calendar(start, end, expected):
    assert working_seconds(wib(start), wib(end), OFFICE) == expected


def test_round_the_clock_units_work_every_second_on_holidays_too():
    assert working_seconds(wib("2026-02-16 21:13"), wib("2026-02-18 21:13"), ROUND_THE_CLOCK) == 48 * HOUR


def test_the_zone_of_the_argument_does_not_matter():
    start, end = wib("2026-05-04 08:00"), wib("2026-05-05 10:00")
    assert working_seconds(start.astimezone(UTC), end, OFFICE) == working_seconds(start, end.astimezone(UTC), OFFICE)


def test_a_naive_moment_is_refused():
    with pytest.raises(TypeError):
        working_seconds(wib("2026-05-04 08:00").replace(tzinfo=None), wib("2026-05-04 09:00"), OFFICE)


def test_the_version_in_force_on_each_day_counts():
    longer = calendar(version=2, in_force_from=date(2026, 5, 6), week=(day_hours("08:00-20:00"),) * 7)
    both = history(calendar(), longer)
    assert working_seconds(wib("2026-05-05 00:00"), wib("2026-05-06 00:00"), both) == 7.5 * HOUR
    assert working_seconds(wib("2026-05-06 00:00"), wib("2026-05-07 00:00"), both) == 12 * HOUR
    assert working_seconds(wib("2026-05-05 15:00"), wib("2026-05-06 09:00"), both) == 2 * HOUR


def test_a_calendar_edit_leaves_earlier_days_as_they_were():
    before = history(calendar())
    after = history(calendar(), calendar(version=2, in_force_from=date(2026, 5, 6), week=ALWAYS))
    span = wib("2026-04-01 00:00"), wib("2026-05-06 00:00")
    assert working_seconds(*span, before) == working_seconds(*span, after)


def test_a_later_correction_overrules_the_versions_after_its_first_day():
    middle = calendar(version=2, in_force_from=date(2026, 6, 1), week=ALWAYS)
    correction = calendar(version=3, in_force_from=date(2026, 1, 1), holidays=frozenset())
    span = wib("2026-06-01 00:00"), wib("2026-06-08 00:00")
    assert working_seconds(*span, history(calendar(), middle, correction)) == 37.5 * HOUR


def test_before_the_first_version_working_time_is_unknown_and_not_0():
    span = wib("2024-12-31 09:00"), wib("2025-01-02 09:00")
    assert working_seconds_or_none(*span, OFFICE) is None
    with pytest.raises(OutsideCalendar, match="31-12-2024"):
        working_seconds(*span, OFFICE)


def test_without_a_calendar_working_time_is_unknown_and_not_0():
    assert working_seconds_or_none(wib("2026-05-09 10:00"), wib("2026-05-09 10:20"), None) is None
    assert working_seconds_or_none(wib("2026-05-09 10:00"), wib("2026-05-09 10:20"), OFFICE) == 0


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 7), 24, id="an-ordinary-day"),
        pytest.param(date(2026, 3, 8), 23, id="clocks-go-forward"),
        pytest.param(date(2026, 11, 1), 25, id="clocks-go-back"),
    ],
)
def test_daylight_saving_changes_the_length_of_a_day(day, hours):
    zone = ZoneInfo("America/New_York")
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    here = history(zone="America/New_York", week=ALWAYS, seasons=(), holidays=frozenset())
    assert working_seconds(start, start + timedelta(days=1), here) == hours * HOUR


def test_daylight_saving_moves_the_opening_in_utc_but_not_on_the_wall():
    here = history(zone="America/New_York", seasons=(), holidays=frozenset())
    assert next_opening(datetime(2026, 3, 6, 0, tzinfo=UTC), here) == datetime(2026, 3, 6, 12, 30, tzinfo=UTC)
    assert next_opening(datetime(2026, 3, 9, 0, tzinfo=UTC), here) == datetime(2026, 3, 9, 11, 30, tzinfo=UTC)


@st.composite
def weeks(draw, grid=15):
    days = []
    for _ in range(7):
        bounds = sorted(draw(st.sets(st.integers(0, 1440 // grid), max_size=6)))
        days.append(tuple((a * grid, b * grid) for a, b in zip(bounds[::2], bounds[1::2], strict=False)))
    return tuple(days)


@st.composite
def histories(draw):
    versions = []
    for number in range(draw(st.integers(1, 3))):
        starts_on = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 40)))
        season = SeasonHours(
            name="musim",
            starts_on=starts_on,
            week=draw(weeks()),
            ends_on=starts_on + timedelta(days=draw(st.integers(0, 20))),
        )
        holidays = draw(st.sets(st.integers(0, 60), max_size=5))
        first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 120)) if number else 0)
        versions.append(
            calendar(
                version=number + 1,
                zone=draw(st.sampled_from(ZONES)) if not number else versions[0].zone,
                in_force_from=first,
                week=draw(weeks()),
                seasons=(season,),
                holidays=frozenset(date(2026, 3, 1) + timedelta(days=d) for d in holidays),
            )
        )
    return CalendarHistory(tuple(versions))


moments = st.integers(0, 100 * 86_400).map(lambda s: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=s))


@settings(max_examples=80, deadline=None)
@given(histories(), moments, st.integers(0, 12 * 86_400))
def test_working_seconds_equal_the_naive_count(found, start, length):
    end = start + timedelta(seconds=length)
    assert working_seconds(start, end, found) == naive_seconds(start, end, found.versions, QUARTER)


@settings(max_examples=10, deadline=None)
@given(moments, st.integers(0, 3 * 86_400))
def test_working_seconds_equal_the_minute_by_minute_count(start, length):
    end = start + timedelta(seconds=length)
    assert working_seconds(start, end, OFFICE) == naive_seconds(start, end, OFFICE.versions)


@settings(max_examples=80, deadline=None)
@given(histories(), st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_the_parts_of_a_span_sum_to_the_whole(found, three):
    start, middle, end = three
    parts = working_seconds(start, middle, found) + working_seconds(middle, end, found)
    assert parts == working_seconds(start, end, found)
    assert 0 <= working_seconds(start, end, found) <= (end - start).total_seconds()


@settings(max_examples=80, deadline=None)
@given(histories(), moments)
def test_a_working_moment_is_what_the_local_clock_says(found, moment):
    assert is_working_moment(moment, found) == is_open(moment, found.versions)


@settings(max_examples=80, deadline=None)
@given(histories(), moments, st.integers(1, 40))
def test_added_hours_are_found_again_as_working_time(found, start, hours):
    try:
        due = add_working_hours(start, hours, found)
    except NoWorkingTime:
        assert not any(found.versions[-1].week)
        return
    assert working_seconds(start, due, found) == hours * HOUR
    assert working_seconds(start, due - timedelta(seconds=1), found) == hours * HOUR - 1


def test_answers_do_not_depend_on_what_was_asked_before():
    fresh, used = history(), history()
    working_seconds(wib("2026-05-04 08:00"), wib("2040-05-04 08:00"), used)
    span = wib("2025-03-03 08:00"), wib("2027-03-01 08:00")
    assert working_seconds(*span, fresh) == working_seconds(*span, used)
    assert fresh == used


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        pytest.param("2026-05-04 08:00", 2, "2026-05-04 10:00", id="same-morning"),
        pytest.param("2026-05-04 11:00", 2, "2026-05-04 14:00", id="over-lunch"),
        pytest.param("2026-05-04 15:00", 2, "2026-05-05 08:30", id="over-night"),
        pytest.param("2026-05-04 14:00", 2, "2026-05-04 16:00", id="ends-at-closing-time"),
        pytest.param("2026-05-08 18:00", 2, "2026-05-11 09:30", id="after-hours-starts-at-the-next-opening"),
        pytest.param("2026-05-11 15:30", 1, "2026-05-13 08:00", id="a-holiday-between"),
        pytest.param("2024-06-01 10:00", 2, "2025-01-01 09:30", id="before-the-first-version"),
    ],
)
def test_working_hours_are_added_inside_working_time(start, hours, due):
    assert add_working_hours(wib(start), hours, OFFICE) == wib(due)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        pytest.param("2026-05-04 09:00", 1, "2026-05-05 16:00", id="next-day"),
        pytest.param("2026-05-04 05:00", 1, "2026-05-05 16:00", id="before-opening-is-the-day-of-receipt-too"),
        pytest.param("2026-05-04 23:00", 1, "2026-05-05 16:00", id="late-in-the-evening"),
        pytest.param("2026-05-07 09:00", 1, "2026-05-08 16:30", id="friday-closes-later"),
        pytest.param("2026-05-08 09:00", 1, "2026-05-11 16:00", id="over-the-weekend"),
        pytest.param("2026-05-09 09:00", 1, "2026-05-11 16:00", id="received-on-saturday"),
        pytest.param("2026-05-08 09:00", 3, "2026-05-14 16:00", id="three-days-with-a-holiday"),
        pytest.param("2026-02-18 09:00", 1, "2026-02-19 15:00", id="into-ramadan"),
        pytest.param("2026-05-04 09:00", 14, "2026-05-25 16:00", id="fourteen-days"),
        pytest.param("2024-06-01 10:00", 1, "2025-01-02 16:00", id="before-the-first-version"),
    ],
)
def test_day_deadlines_run_to_the_closing_time_of_the_nth_working_day_after_receipt(start, n, due):
    assert nth_working_day_close(wib(start), n, OFFICE) == wib(due)


def test_a_round_the_clock_day_closes_at_midnight():
    assert nth_working_day_close(wib("2026-05-04 09:00"), 1, ROUND_THE_CLOCK) == wib("2026-05-06 00:00")


def test_the_local_day_of_receipt_is_taken_in_the_calendars_zone():
    eastern = history(zone="Asia/Jayapura")
    due = datetime(2026, 5, 6, 7, 0, tzinfo=UTC)  # 16:00 WIT on the 6th: 15:30 UTC on the 4th is the 5th there
    assert nth_working_day_close(datetime(2026, 5, 4, 15, 30, tzinfo=UTC), 1, eastern) == due


@pytest.mark.parametrize("ask", [
    pytest.param(lambda h: add_working_hours(wib("2026-05-04 08:00"), 1, h), id="hours"),
    pytest.param(lambda h: nth_working_day_close(wib("2026-05-04 08:00"), 1, h), id="days"),
    pytest.param(lambda h: next_opening(wib("2026-05-04 08:00"), h), id="opening"),
])  # fmt: skip
def test_a_calendar_without_hours_ends_the_search_with_a_message(ask):
    with pytest.raises(NoWorkingTime, match="Isi jam kerjanya"):
        ask(history(week=CLOSED_WEEK, seasons=()))


def test_an_opening_beyond_the_horizon_is_not_found_whatever_was_asked_before():
    late = history(calendar(week=CLOSED_WEEK, seasons=()), calendar(version=2, in_force_from=date(2028, 1, 3)))
    assert is_working_moment(wib("2028-01-03 08:00"), late)
    for ask in (
        lambda: add_working_hours(wib("2026-05-04 08:00"), 1, late),
        lambda: next_opening(wib("2026-05-04 08:00"), late),
    ):
        with pytest.raises(NoWorkingTime):
            ask()


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        pytest.param("2026-05-04 08:00", "2026-05-04 08:00", id="open-already"),
        pytest.param("2026-05-04 12:00", "2026-05-04 13:00", id="lunch"),
        pytest.param("2026-05-04 16:00", "2026-05-05 07:30", id="closing-time-is-closed"),
        pytest.param("2026-02-18 20:00", "2026-02-19 08:00", id="first-day-of-ramadan"),
    ],
)
def test_the_next_opening_is_found(at, opening):
    assert next_opening(wib(at), OFFICE) == wib(opening)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"zone": "Asia/Palembang"}, "Zona waktu", id="unknown-zone"),
        pytest.param({"zone": ""}, "Zona waktu", id="no-zone"),
        pytest.param({"zone": "../etc"}, "Zona waktu", id="a-path"),
        pytest.param({"week": WEEK[:6]}, "tujuh hari", id="six-days"),
        pytest.param({"week": (((480, 480),), *WEEK[1:])}, "bertumpuk", id="empty-interval"),
        pytest.param({"week": (((480, 720), (700, 960)), *WEEK[1:])}, "bertumpuk", id="overlap"),
        pytest.param({"week": (((480, 1441),), *WEEK[1:])}, "bertumpuk", id="beyond-midnight"),
        pytest.param({"seasons": (RAMADAN, RAMADAN)}, "bertumpuk", id="seasons-overlap"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused(changes, message):
    with pytest.raises(CalendarError, match=message):
        calendar(**changes)


def test_a_season_that_ends_before_it_starts_is_refused():
    with pytest.raises(CalendarError, match="berakhir sebelum dimulai"):
        SeasonHours(name="Ramadan", starts_on=date(2026, 3, 1), ends_on=date(2026, 2, 1), week=WEEK)


def test_a_history_mixes_no_calendars():
    with pytest.raises(CalendarError, match="kode yang sama"):
        history(calendar(), calendar(code="puskesmas"))


def test_a_week_is_built_from_intervals_in_any_order():
    rows = [(0, 780, 960), (0, 450, 720), (4, 450, 690)]
    assert week_of(rows) == (NORMAL, (), (), (), ((450, 690),), (), ())
