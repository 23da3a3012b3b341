"""The summary, the hours and the load as a person sees them: each number opens as many rows, on both databases."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlmodel import select

from models import Case, CaseHold, Intent, ReplyKind, Role
from tests.factories import NOW, account, case, incoming, take_in, viewer
from tests.views.test_figures import YEAR, signed_in, tile, words
from triage.extensions import db
from triage.flow import hand_over, pack, reply
from triage.queries import cuts, trends, workload
from triage.queries.cohorts import Cohort
from triage.queries.selections import selection
from triage.rules import charts, local_time
from triage.rules.aggregates import summarise

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
LINK = re.compile(r'<a href="(/angka/baris\?[^"]+)">\s*(?:n = )?([\d.]+)<')
OPENED = re.compile(r"<h1>[^<]+: ([\d.]+) kasus</h1>")
DAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday, 08.00 WIB


@pytest.fixture
def filled(each_app):
    """Cases of several weeks: answered fast, slow and never, one handed on, one that went on after its answer."""
    where, desk = account(db.session), viewer(db.session, Role.DISKOMINFO)
    for number in range(6):
        found = case(db.session, where, posted_at=DAY + timedelta(days=number, hours=number), author_id=f"w{number}")
        if number % 2 == 0:
            said = reply.Answer(text="Siap", kind=ReplyKind.SUBSTANTIVE, asks_citizen=False, key=f"k{number}")
            at = found.opened_at + timedelta(hours=1 + 20 * number)
            reply.record_elsewhere(db.session, desk, found.code, said, sent_at=at, now=NOW)
    given = {"unit": "DISDIK", "reason": "uji", "version": found.version, "now": NOW}
    hand_over.hand_over(db.session, desk, found.code, **given)
    take_in(db.session, where, incoming(author_id="w0", posted_at=DAY + timedelta(hours=5)))
    take_in(db.session, where, incoming(author_id="w0", posted_at=DAY + timedelta(days=9)))
    case(db.session, where, intent="praise", posted_at=DAY)
    return each_app


@pytest.mark.parametrize("clock", ["kerja", "dinding"])
@pytest.mark.parametrize("is_packed", [False, True], ids=["from-rows", "from-blocks"])
def test_every_number_of_every_page_opens_as_many_rows(filled, clock, is_packed):
    if is_packed:
        pack.everything(db.session)
    browser = signed_in(filled.test_client())
    for page, least in (("/angka", 40), ("/angka/waktu", 20), ("/angka/beban", 15)):
        links = set(LINK.findall(browser.get(f"{page}?{YEAR}&jam={clock}").text))
        assert len(links) >= least // 2, page
        for address, shown in links:
            opened = OPENED.search(browser.get(html.unescape(address)).text)
            assert opened.group(1) == shown, address


def test_days_and_weeks_sum_up_to_the_period(filled):
    desk = viewer(db.session, Role.DISKOMINFO)
    for last_day, number in ((date(2026, 11, 18), 17), (date(2027, 2, 1), 14)):
        end = datetime(2027, 2, 2, tzinfo=JAKARTA)
        cases = selection(db.session, desk, Cohort(start=DAY - timedelta(days=1), end=end), now=NOW)
        found = trends.by_time(cases, date(2026, 11, 2), last_day, zone=JAKARTA, clock="wall")
        assert len(found) == number
        assert found[0].first_day == date(2026, 11, 2)
        assert found[-1].last_day == last_day
        assert sum(one.figures.counts["masuk"] for one in found) == 6
        assert sum(trends.arrivals(cases, JAKARTA).counts[0]) == 1
        assert trends.answers(cases, JAKARTA).total == sum(bar.count for bar in trends.distribution(cases, "wall")) == 3
    db.session.rollback()


def test_a_heat_map_knows_the_hour_of_the_office(filled):
    desk = viewer(db.session, Role.DISKOMINFO)
    cases = selection(db.session, desk, Cohort(start=DAY, end=DAY + timedelta(hours=1)), now=NOW)
    assert trends.arrivals(cases, JAKARTA).counts[0][8] == 1
    assert trends.answers(cases, JAKARTA).counts[0][9] == 1


def test_what_units_held_is_what_the_measured_rows_say(filled):
    desk = viewer(db.session, Role.DISKOMINFO)
    cohort = Cohort(start=DAY - timedelta(days=1), end=NOW)
    cases = selection(db.session, desk, cohort, now=NOW, parts=cuts.ALL)
    carried = {one.code: one for one in workload.units(db.session, cases, "wall")}
    assert carried["DISDIK"].handed_on == 1
    received = Case.intent != Intent.PRAISE
    holds = db.session.exec(select(CaseHold).join(Case, Case.id == CaseHold.case_id).where(received)).all()
    for one in carried.values():
        seconds = [hold.wall_s for hold in holds if (hold.unit_id or 0) == one.row_id]
        assert (one.hold.n, one.hold.median) == (len(seconds), summarise(seconds).median)
    assert sum(one.hold.n for one in carried.values()) == len(holds) > 0
    assert [count for _, _, count in workload.bounces(cases)] == [5, 1, 0, 0]
    ages = workload.backlog(db.session, desk, cohort, now=NOW, zone=JAKARTA)
    assert sum(age.waiting for age in ages) == 3
    assert [age.name for age in ages][-1] == "lebih dari 90 hari"


def test_every_page_says_how_late_comments_were_seen_and_whether_some_are_missing(app, client):
    account(db.session, "DISDIK-FB", unit="DISDIK", platform="facebook")
    case(db.session, account(db.session), posted_at=DAY)
    browser = signed_in(client)
    period = "periode=bebas&dari=2026-11-01&sampai=2026-11-04"
    for page in ("/angka", "/angka/waktu", "/angka/beban"):
        shown = words(browser.get(f"{page}?{period}").text)
        assert "jeda masuk (ditulis sampai terlihat di sini): median 0 m" in shown
        assert "1 dari 2 akun ada komentarnya, 3 dari 4 hari tanpa komentar" in shown
    row = browser.get(f"/angka?{period}").text.partition(">@disdik-fb</a>")[2].partition("</tr>")[0]
    assert words(row) == "Facebook 0 dari 4 4 hari –"


def test_the_tiles_say_how_it_was_before(app, client):
    where = account(db.session)
    for days in (*range(1, 13), *range(40, 50)):
        case(db.session, where, posted_at=datetime.now(UTC) - timedelta(days=days))
    browser = signed_in(client)
    assert "naik 20%" in tile(browser.get("/angka?periode=30"), "Masuk")
    assert "poin" not in tile(browser.get("/angka?periode=30"), "Dalam target")


@pytest.mark.parametrize("cut", ["lama-9", "masuk-168", "entah-1", "orang-x", "terukur-5", "pindah-4", "masuk-"])
def test_a_cut_that_there_is_not_is_refused_in_words(app, client, cut):
    refused = signed_in(client).get(f"/angka/baris?potong={cut}")
    assert refused.status_code == 422
    assert "Buka halaman Angka" in refused.text


@pytest.mark.parametrize("zone", [JAKARTA, BERLIN, ZoneInfo("Australia/Lord_Howe")], ids=str)
def test_local_days_and_hours_are_those_of_the_zone(zone):
    moments = np.arange(1_700_000_000, 1_700_000_000 + 400 * 86_400, 3_571 * 7)
    local = local_time.local_seconds(moments, zone)
    slots, days = local_time.slots(local), local_time.days(local)
    for place in range(0, len(moments), 11):
        there = datetime.fromtimestamp(int(moments[place]), UTC).astimezone(zone)
        assert slots[place] == there.weekday() * 24 + there.hour
        assert local_time.day_of(int(days[place])) == there.date()


def test_the_second_of_a_clock_change_belongs_to_the_new_time():
    change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    moments = np.array([int(change.timestamp()) - 1, int(change.timestamp())])
    assert local_time.slots(local_time.local_seconds(moments, BERLIN)).tolist() == [6 * 24 + 1, 6 * 24 + 3]


def test_bars_stand_side_by_side_up_to_a_round_number():
    drawn = charts.bars([(30, 10), (0, 0)])
    assert [tick.value for tick in drawn.up] == [0, 10, 20, 30, 40]
    assert drawn.bars[0].height == pytest.approx(0.75 * (drawn.bottom - charts.TOP), abs=0.2)
    assert drawn.bars[0].filled_height == pytest.approx(0.25 * (drawn.bottom - charts.TOP), abs=0.2)
    assert drawn.bars[1].height == 0
