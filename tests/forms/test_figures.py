"""The address of a page of figures: periods in the office's zone, and what becomes of nonsense."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from models import Intent, Platform
from triage.forms.figures import asked

TODAY = date(2026, 3, 15)
WIB = ZoneInfo("Asia/Jakarta")


def read(**args):
    return asked(args, today=TODAY, units=["DINKES"], accounts=["DINKES-IG"])


@pytest.mark.parametrize(
    ("period", "first_day", "last_day"),
    [
        pytest.param("7", "2026-03-09", "2026-03-15", id="today-is-the-seventh-day"),
        pytest.param("30", "2026-02-14", "2026-03-15", id="thirty-days"),
        pytest.param("90", "2025-12-16", "2026-03-15", id="ninety-days"),
        pytest.param("bulan-ini", "2026-03-01", "2026-03-15", id="this-month-until-today"),
        pytest.param("bulan-lalu", "2026-02-01", "2026-02-28", id="last-month-whole"),
    ],
)
def test_presets_count_back_from_today(period, first_day, last_day):
    found = read(periode=period)
    assert (found.first_day.isoformat(), found.last_day.isoformat()) == (first_day, last_day)
    assert found.problems == ()


def test_both_days_of_a_period_belong_to_it_in_the_offices_zone():
    found = read(periode="bebas", dari="2026-03-01", sampai="2026-03-02")
    assert found.bounds(WIB) == (datetime(2026, 3, 1, tzinfo=WIB), datetime(2026, 3, 3, tzinfo=WIB))


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        pytest.param({"dari": "2026-03-02", "sampai": "2026-03-01"}, ("2026-03-02", "2026-03-01"), id="swapped"),
        pytest.param({"dari": " kemarin "}, ("kemarin", ""), id="no-dates"),
        pytest.param({"dari": "x" * 900, "sampai": "y"}, ("x" * 40, "y"), id="endless"),
    ],
)
def test_the_form_keeps_days_that_mean_no_period(args, shown):
    found = read(periode="bebas", **args)
    assert found.in_form == ("bebas", *shown)
    assert (found.period, found.first_day.isoformat()) == ("30", "2026-02-14")


def test_the_form_of_a_period_shows_its_days():
    assert read(periode="7").in_form == ("7", "2026-03-09", "2026-03-15")


def test_every_filter_is_read_and_leads_back_to_its_address():
    args = {"periode": "bebas", "dari": "2026-03-01", "sampai": "2026-03-02", "unit": "DINKES", "jenis": "question",
            "platform": "instagram", "akun": "DINKES-IG", "jam": "dinding"}  # fmt: skip
    found = read(**args)
    assert (found.intent, found.platform) == (Intent.QUESTION, Platform.INSTAGRAM)
    assert found.args == args


@pytest.mark.parametrize(
    ("args", "remedy"),
    [
        pytest.param({"periode": "abad"}, "Pilih dari daftar", id="unknown-period"),
        pytest.param({"periode": "bebas"}, "Isi “Dari” dan “Sampai”", id="free-without-days"),
        pytest.param({"periode": "bebas", "dari": "kemarin", "sampai": "2026-03-02"}, "Isi “Dari”", id="no-date"),
        pytest.param(
            {"periode": "bebas", "dari": "2026-02-30", "sampai": "2026-03-02"}, "Isi “Dari”", id="no-such-day"
        ),
        pytest.param({"periode": "bebas", "dari": "0001-01-01", "sampai": "9999-12-31"}, "2000", id="beyond-calendars"),
        pytest.param({"periode": "bebas", "dari": "2026-03-02", "sampai": "2026-03-01"}, "Tukar", id="swapped"),
        pytest.param({"jenis": "gosip"}, "Pilih dari daftar", id="unknown-intent"),
        pytest.param({"platform": "friendster"}, "Pilih dari daftar", id="unknown-platform"),
        pytest.param({"unit": "XX"}, "Pilih dari daftar", id="unknown-unit"),
        pytest.param({"akun": "XX"}, "Pilih dari daftar", id="unknown-account"),
        pytest.param({"jam": "pasir"}, "Pilih dari daftar", id="unknown-clock"),
    ],
)
def test_what_does_not_fit_falls_back_and_is_named(args, remedy):
    found = read(**args)
    assert len(found.problems) == 1
    assert remedy in found.problems[0]
    assert (found.first_day, found.last_day) == (date(2026, 2, 14), TODAY)
    assert (found.unit, found.intent, found.platform, found.account, found.clock) == ("", None, None, "", "kerja")
