"""The times that exports and hand-kept sheets write, as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.connectors.dates import DateError, DateReader, looks_dated

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MORNING = datetime(2026, 3, 1, 1, 15, tzinfo=UTC)  # 08:15 in Jakarta
MIDNIGHT = datetime(2026, 2, 28, 17, 0, tzinfo=UTC)  # 1 March in Jakarta

FORMS = {
    "2026-03-01T08:15:00+0700": MORNING,
    "2026-03-01T08:15:00+07:00": MORNING,
    "2026-03-01T01:15:00Z": MORNING,
    "2026-03-01T01:15:00.000Z": MORNING,
    "2026-03-01T08:15:00": MORNING,
    "2026-03-01 08:15:00": MORNING,
    "2026-03-01 08:15:00 +0700": MORNING,
    "2026-03-01 08:15": MORNING,
    "2026-03-01": MIDNIGHT,
    "2026/03/01 08:15": MORNING,
    "01/03/2026 08:15": MORNING,
    "1/3/2026 8:15": MORNING,
    "01/03/26 08:15": MORNING,
    "01/03/2026, 08.15": MORNING,
    "01/03/2026 08:15:00": MORNING,
    "01-03-2026 08:15": MORNING,
    "01.03.2026 08.15": MORNING,
    "01/03/2026 08:15 AM": MORNING,
    "01/03/2026 8:15am": MORNING,
    "01/03/2026 08.15 WIB": MORNING,
    "01/03/2026 09.15 WITA": MORNING,
    "01/03/2026 10.15 WIT": MORNING,
    "01/03/2026 08:15 GMT+7": MORNING,
    "01/03/2026 01:15 UTC": MORNING,
    "1 Maret 2026 08.15": MORNING,
    "1 Maret 2026 pukul 08.15": MORNING,
    "1 maret 2026 pukul 08.15 WIB": MORNING,
    "Minggu, 1 Maret 2026 08:15": MORNING,
    "Minggu, 1 Maret 2026 pukul 08.15": MORNING,
    "1 Mar 2026 08:15": MORNING,
    "1 March 2026 at 8:15 AM": MORNING,
    "March 1, 2026 8:15 AM": MORNING,
    "Mar 1, 2026, 8:15:00 AM": MORNING,
    "Sunday, March 1, 2026 at 8:15 AM": MORNING,
    "Sun, 01 Mar 2026 08:15:00 +0700": MORNING,
    "Sun Mar 01 01:15:00 +0000 2026": MORNING,
    "01-Mar-26": MIDNIGHT,
    "01-Mar-2026 08:15": MORNING,
    "1 Maret 2026": MIDNIGHT,
    "46082.34375": MORNING,
    "46082,34375": MORNING,
    "46082": MIDNIGHT,
    "1772327700": MORNING,
    "1772327700000": MORNING,
    "1772327700000000": MORNING,
    "  01/03/2026 08:15  ": MORNING,
}


@pytest.mark.parametrize(("raw", "moment"), FORMS.items(), ids=FORMS)
def test_each_known_form_gives_the_moment_in_utc(raw, moment):
    found = DateReader(JAKARTA).read(raw, now=NOW)
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    ("raw", "month"),
    [
        ("5 Jan 2026", 1), ("5 Januari 2026", 1), ("5 Pebruari 2026", 2), ("5 February 2026", 2), ("5 Mrt 2026", 3),
        ("5 April 2026", 4), ("5 Mei 2026", 5), ("5 May 2026", 5), ("5 Juni 2025", 6), ("5 Juli 2025", 7),
        ("5 Agt 2025", 8), ("5 Agu 2025", 8), ("5 Agustus 2025", 8), ("5 Aug 2025", 8), ("5 Sept 2025", 9),
        ("5 Oktober 2025", 10), ("5 Oct 2025", 10), ("5 Nopember 2025", 11), ("5 Desember 2025", 12), ("5 Des 2025", 12),
    ],
)  # fmt: skip
def test_months_are_known_in_both_languages(raw, month):
    assert DateReader(UTC).read(raw, now=NOW).month == month


def test_the_day_comes_before_the_month():
    assert DateReader(UTC).read("03/04/2026", now=NOW) == datetime(2026, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 PM", 13), ("11.05 p.m.", 23), ("11:05 am", 11)]
)
def test_twelve_hour_clocks_are_understood(raw, hour):
    assert DateReader(UTC).read(f"01/03/2026 {raw}", now=NOW).hour == hour


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Jakarta", 1), ("Asia/Makassar", 0), ("UTC", 8)], ids=["WIB", "WITA", "UTC"]
)
def test_a_time_without_zone_is_in_the_accounts_zone(zone, hour):
    assert DateReader(ZoneInfo(zone)).read("01/03/2026 08:15", now=NOW).hour == hour


@pytest.mark.parametrize(
    "raw",
    [
        "", "kemarin", "3/13/2026", "31/02/2026", "00/03/2026", "01/03/2026 25:00", "01/03/2026 13:00 PM", "1 Foo 2026",
        "1,77E+09", "-5", "0", "123", "99999999999999999999", "2026-03-01T08:15:00+99:00", "9999-12-31T23:59-10:00",
        "0001-01-01", "Komentar bagus", "01/03/2026 kata", "٠١/٠٣/٢٠٢٦ ؟",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_a_reason(raw):
    with pytest.raises(DateError, match="Tanggal"):
        DateReader(JAKARTA).read(raw, now=NOW)


@pytest.mark.parametrize("raw", ["3 hari yang lalu", "2 jam", "5d", "kemarin pukul 08.00", "2 days ago", "Baru saja"])
def test_a_relative_time_is_refused_with_the_remedy(raw):
    with pytest.raises(DateError, match="tidak menyebut hari"):
        DateReader(JAKARTA).read(raw, now=NOW)


def test_ten_minutes_ahead_pass_and_more_are_refused():
    dates = DateReader(UTC)
    ahead = NOW + timedelta(minutes=10)
    assert dates.read(ahead.isoformat(), now=NOW) == ahead
    with pytest.raises(DateError, match="masa depan"):
        dates.read((ahead + timedelta(seconds=1)).isoformat(), now=NOW)


def test_a_year_before_2005_is_refused():
    assert DateReader(UTC).read("2005-01-01", now=NOW).year == 2005
    with pytest.raises(DateError, match="sebelum tahun 2005"):
        DateReader(UTC).read("31/12/2004", now=NOW)


def test_a_column_with_mixed_forms_is_read_cell_by_cell():
    dates = DateReader(JAKARTA)
    assert [dates.read(raw, now=NOW) for raw in FORMS] == list(FORMS.values())


MOMENTS = st.integers(1_104_710_400, 1_780_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(MOMENTS)
def test_every_moment_survives_each_way_of_writing_it(moment):
    written = [moment.isoformat(), str(int(moment.timestamp()))]
    written += map(
        moment.strftime, ("%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H.%M.%S", "%d %B %Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S")
    )
    assert {DateReader(UTC).read(raw, now=NOW) for raw in written} == {moment}


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(raw):
    assert looks_dated(raw) in (True, False)
