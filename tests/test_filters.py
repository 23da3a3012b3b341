"""How moments, durations, shares and codes read on the screen."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import CaseState, Intent, Platform, Role
from triage import filters

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)  # Saturday 09.15 in Jakarta


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("Asia/Jakarta", "21 Nov 2026 09.15 WIB", id="west"),
        pytest.param("Asia/Makassar", "21 Nov 2026 10.15 WITA", id="middle"),
        pytest.param("Asia/Jayapura", "21 Nov 2026 11.15 WIT", id="east"),
    ],
)
def test_a_moment_is_shown_in_the_offices_zone(zone, expected):
    assert filters.local_time(NOW, zone=ZoneInfo(zone)) == expected


def test_a_day_is_the_offices_day_not_utcs():
    assert filters.local_date(datetime(2026, 8, 16, 18, 0, tzinfo=UTC), zone=JAKARTA) == "Senin, 17 Agu 2026"


def test_nothing_is_shown_as_a_dash_and_never_as_zero():
    dashes = {
        filters.local_time(None, zone=JAKARTA), filters.local_date(None, zone=JAKARTA), filters.duration(None),
        filters.working_duration(None), filters.since(None, NOW), filters.percent(None), filters.number(None),
    }  # fmt: skip
    assert dashes == {"–"}


@pytest.mark.parametrize(
    ("seconds", "wall", "working"),
    [
        pytest.param(0, "0 m", "0 m", id="zero is a value"),
        pytest.param(20, "< 1 m", "< 1 m", id="under a minute"),
        pytest.param(1200, "20 m", "20 m", id="minutes"),
        pytest.param(7200, "2 j", "2 j", id="full hours"),
        pytest.param(27000, "7 j 30 m", "7 j 30 m", id="a working day"),
        pytest.param(86400, "1 hari", "24 j", id="a full day"),
        pytest.param(230400, "2 hari 16 j", "64 j", id="a weekend"),
        pytest.param(3.6e6 * 1234, "51.416 hari 16 j", "1.234.000 j", id="years"),
    ],
)
def test_wall_time_has_days_and_working_time_has_not(seconds, wall, working):
    assert filters.duration(seconds) == filters.duration(timedelta(seconds=seconds)) == wall
    assert filters.working_duration(seconds) == working


@pytest.mark.parametrize(
    ("left", "text", "tone"),
    [
        pytest.param(timedelta(hours=2, minutes=10), "2 j 10 m lagi", "today", id="today"),
        pytest.param(timedelta(0), "0 m lagi", "today", id="this very moment is not late"),
        pytest.param(timedelta(seconds=-1), "lewat < 1 m", "late", id="a second late"),
        pytest.param(timedelta(days=-1), "lewat 1 hari", "late", id="a day late"),
        pytest.param(timedelta(hours=14, minutes=44), "14 j 44 m lagi", "today", id="last minute of the local day"),
        pytest.param(timedelta(hours=14, minutes=46), "14 j 46 m lagi", "later", id="after the local midnight"),
    ],
)
def test_a_deadline_reads_as_time_left_or_passed(left, text, tone):
    assert filters.deadline(NOW + left, NOW) == text
    assert filters.deadline_tone(NOW + left, NOW, zone=JAKARTA) == tone


def test_an_answered_case_is_never_shown_as_late():
    due_at = NOW - timedelta(days=1)
    assert filters.deadline_tone(due_at, NOW, due_at, zone=JAKARTA) == "answered_in_time"
    assert filters.deadline_tone(due_at, NOW, NOW, zone=JAKARTA) == "answered_late"


def test_a_case_without_target_has_no_deadline():
    assert (filters.deadline(None, NOW), filters.deadline_tone(None, NOW, zone=JAKARTA)) == ("tanpa tenggat", "none")


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "baru saja"),
        (timedelta(minutes=5), "5 m lalu"),
        (timedelta(days=4, hours=1), "4 hari 1 j lalu"),
    ],
    ids=["now", "minutes", "days"],
)
def test_the_past_reads_as_how_long_ago(passed, expected):
    assert filters.since(NOW - passed, NOW) == expected


def test_numbers_and_shares_use_indonesian_separators():
    assert filters.number(12345.6, 1) == "12.345,6"
    assert filters.percent(0.7249, 1) == "72,5%"
    assert filters.percent(1) == "100%"


@pytest.mark.parametrize(
    ("kind", "codes"), [("intent", Intent), ("state", CaseState), ("platform", Platform), ("role", Role)]
)
def test_every_code_has_an_indonesian_name(kind, codes):
    assert set(filters.NAMES[kind]) == {code.value for code in codes}


def test_an_unknown_code_is_shown_as_it_is():
    assert filters.name_of("bluesky", kind="platform") == "bluesky"
