"""The monthly report: on paper and in the workbook stands what the screen says, by button and by schedule."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pypdfium2
import pytest
from flask import g
from sqlmodel import select

from models import Export, ReplyKind, Role
from tests.factories import account, case, log_in, post, user, viewer
from triage.extensions import db
from triage.flow import reply
from triage.jobs import exporting
from triage.jobs.queue import bound
from triage.queries import metrics
from triage.queries.cohorts import Cohort, Number

OCTOBER = Cohort(start=datetime(2026, 9, 30, 17, tzinfo=UTC), end=datetime(2026, 10, 31, 17, tzinfo=UTC))
TUESDAY = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)  # 09.00 WIB
FIRST_WORKING_DAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def answer(found, *, after):
    desk, at = viewer(db.session, Role.DISKOMINFO), found.opened_at + after
    said = reply.Answer(text="Siap, kami cek", kind=ReplyKind.SUBSTANTIVE, asks_citizen=False, key=f"k-{found.code}")
    reply.record_elsewhere(db.session, desk, found.code, said, sent_at=at, now=at + timedelta(hours=1))


@pytest.fixture
def october(app):
    """Twelve cases of Dinkes, ten of them answered, and one of Disdik; a word in them that no report may carry."""
    where = account(db.session)
    for number in range(12):
        found = case(db.session, where, posted_at=TUESDAY + timedelta(days=number), text="Kenari hilang, 081234567890")
        if number < 10:
            answer(found, after=timedelta(minutes=30 + number))
    case(db.session, where, unit="DISDIK", intent="question", posted_at=TUESDAY)
    db.session.rollback()


def browser_of(app, role=Role.SUPERVISOR, units=()):
    person = user(db.session, role, units)
    db.session.rollback()
    g.pop("_login_user", None)
    return log_in(app.test_client(), person.username)


def made(browser, month="2026-10"):
    answer = post(browser, "/unduhan/laporan", page="/unduhan", month=month)
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    bound().drain()
    g.pop("_login_user", None)
    return answer.location


def paper(browser, address):
    """Return the words of each page, with single spaces."""
    answer = browser.get(f"{address}/berkas.pdf")
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(answer.data)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def book(browser, address):
    return openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}/berkas.xlsx").data))


def rows(sheet):
    head, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in found]


def board(role=Role.SUPERVISOR):
    row = db.session.exec(select(Export)).first()
    return metrics.board(db.session, viewer(db.session, role), OCTOBER, now=row.created_at)


def test_the_paper_says_what_the_screen_says(app, october):
    browser = browser_of(app)
    pages, total = paper(browser, made(browser)), board().total
    say = app.jinja_env.filters
    first = pages[0]
    assert "Oktober 2026" in first
    for label, value in (
        ("Masuk", total.counts[Number.RECEIVED]),
        ("Dijawab", total.counts[Number.ANSWERED]),
        ("Dalam target", f"{say['percent'](total.in_target)} n = {total.outcomes.counted}"),
        ("Median jawaban, jam kerja", f"{say['working_duration'](total.working.median)} n = {total.working.n}"),
        ("p90 jawaban, jam kerja", f"{say['working_duration'](total.working.p90)} n = {total.working.n}"),
        ("Lewat tenggat", total.counts[Number.OVERDUE]),
    ):
        assert f"{label} {value} " in first, label
    assert f"jam dinding {say['duration'](total.wall.median)}, n = {total.wall.n}" in first
    assert [f"Halaman {n} dari {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "Cara menghitung: definisi M1" in pages[-1]


def test_only_units_with_ten_cases_are_ranked_on_paper(app, october):
    browser = browser_of(app)
    whole = " ".join(paper(browser, made(browser)))
    ranking = whole.split("Per unit: pangsa dalam target")[1].split("Unit yang diperingkatkan")[0]
    unranked = whole.split("Unit yang tidak diperingkatkan (n < 10 atau antrean triase)")[1].split("Per jenis")[0]
    (dinkes,) = [unit for unit in board().units if unit.is_ranked]
    percent = app.jinja_env.filters["percent"](dinkes.in_target)
    assert f"Dinkes {percent} (n = {dinkes.outcomes.counted})" in ranking
    assert "Disdik" not in ranking
    assert "Disdik 1" in unranked


def test_a_report_carries_no_word_of_a_citizen(app, october):
    browser = browser_of(app)
    address = made(browser)
    cells = [str(cell.value) for sheet in book(browser, address) for row in sheet for cell in row]
    for words in (" ".join(paper(browser, address)), " ".join(cells)):
        assert "Kenari" not in words
        assert "0812" not in words


def test_the_workbook_says_what_the_screen_says_and_draws_it(app, october):
    browser = browser_of(app)
    found, expected = book(browser, made(browser)), board()
    units = {row["Unit"]: row for row in rows(found["Unit"])}
    assert list(units) == [unit.name for unit in expected.units]
    for unit in expected.units:
        row = units[unit.name]
        assert (row["Masuk"], row["Dijawab"]) == (unit.counts[Number.RECEIVED], unit.counts[Number.ANSWERED])
        assert row["Dalam target"] == pytest.approx(unit.in_target, abs=1e-12)
        assert row["n (target)"] == unit.outcomes.counted
        if unit.working.n:
            assert seconds(row["Median, jam kerja"]) == pytest.approx(unit.working.median, abs=0.01)
        assert (row["Diperingkatkan"] == "ya") == unit.is_ranked
    assert sum(row["Masuk"] for row in rows(found["Minggu"])) == expected.total.counts[Number.RECEIVED]
    assert rows(found["Bulan"])[-1]["Masuk"] == expected.total.counts[Number.RECEIVED]
    assert len(found["Ringkasan"]._charts) == 3
    assert "M1" in found["Ringkasan"]["A3"].value


def seconds(cell):
    return (
        cell.total_seconds()
        if isinstance(cell, timedelta)
        else cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    )


def test_an_opd_admins_report_holds_own_units_and_says_so(app, october):
    browser = browser_of(app, Role.OPD_ADMIN, ("DISDIK",))
    first = paper(browser, made(browser))[0]
    assert "Masuk 1 " in first
    assert "kasus yang kini dipegang unit pemesannya" in first


def test_a_month_that_still_runs_is_marked_immature(app, october):
    browser = browser_of(app)
    assert "Belum matang sejak" in paper(browser, made(browser, month=f"{datetime.now(UTC):%Y-%m}"))[0]


def test_a_month_without_cases_is_a_report_of_nothing(app, october):
    browser = browser_of(app)
    address = made(browser, month="2026-02")
    pages = paper(browser, address)
    assert "Masuk 0 " in pages[0]
    assert "tidak ada peringkat" in pages[1]
    assert len(book(browser, address)["Ringkasan"]._charts) == 2


@pytest.mark.parametrize(
    ("month", "remedy"),
    [
        ("2100-01", "belum mulai"),
        ("2026-13", "tidak dikenal"),
        ("", "tidak dikenal"),
        ("<b>", "“&lt;b&gt;” tidak dikenal"),
    ],
)
def test_a_month_that_cannot_be_meant_is_named_on_the_form(app, october, month, remedy):
    refused = post(browser_of(app), "/unduhan/laporan", page="/unduhan", month=month)
    assert refused.status_code == 422
    assert remedy in refused.text
    assert db.session.exec(select(Export)).all() == []


def test_the_schedule_makes_last_months_report_once_on_the_first_working_day(app, october):
    for moment, expected in (
        (FIRST_WORKING_DAY - timedelta(days=1), 0),  # a Sunday
        (FIRST_WORKING_DAY, 1),
        (FIRST_WORKING_DAY + timedelta(hours=1), 1),
        (FIRST_WORKING_DAY + timedelta(days=20), 1),
    ):
        exporting.order_report(moment)
        assert len(db.session.exec(select(Export.id)).all()) == expected, moment
        db.session.rollback()
    bound().drain()
    row = db.session.exec(select(Export)).one()
    assert (row.status, row.month, row.requester_id, row.expires_at) == ("done", date(2026, 10, 1), None, None)
    assert "Masuk 13 " in paper(browser_of(app), f"/unduhan/{row.key}")[0]
    assert browser_of(app, Role.OPD_ADMIN, ("DINKES",)).get(f"/unduhan/{row.key}").status_code == 404


def test_a_new_office_gets_no_empty_report(app):
    exporting.order_report(FIRST_WORKING_DAY)
    assert db.session.exec(select(Export)).all() == []
