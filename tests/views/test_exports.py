"""Files that people order: what stands in them is what the screen says, and only whoever may fetches them."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from statistics import median

import openpyxl
import pytest
from flask import g
from sqlmodel import select

from models import Export, ReplyKind, Role, User
from tests.factories import account, case, log_in, post, user, viewer
from triage.extensions import db
from triage.flow import produce, reply
from triage.jobs import exporting, schedule
from triage.jobs.queue import bound
from triage.queries import exports, metrics
from triage.queries.cohorts import Number

YEAR = "periode=bebas&dari=2026-01-01&sampai=2026-12-31"
FRIDAY_16 = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)  # 16.00 WIB
MONDAY_8 = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)


def answer(found, *, at):
    """Record an answer given in the platform's own application."""
    desk = viewer(db.session, Role.DISKOMINFO)
    said = reply.Answer(text="Siap, kami cek", kind=ReplyKind.SUBSTANTIVE, asks_citizen=False, key=f"k-{found.code}")
    reply.record_elsewhere(db.session, desk, found.code, said, sent_at=at, now=at + timedelta(hours=1))
    return found


@pytest.fixture
def place(app):
    """Two answered cases and an open one of Dinkes, an open one of Disdik, and a praise."""
    where = account(db.session)
    answer(case(db.session, where, posted_at=FRIDAY_16, text="=HYPERLINK(1) hubungi 081234567890"), at=MONDAY_8)
    answer(case(db.session, where, posted_at=FRIDAY_16), at=FRIDAY_16 + timedelta(minutes=30))
    case(db.session, where, posted_at=datetime(2026, 6, 2, 3, 0, tzinfo=UTC))
    case(db.session, where, unit="DISDIK", intent="question", posted_at=datetime(2026, 6, 3, 3, 0, tzinfo=UTC))
    case(db.session, where, intent="praise", posted_at=FRIDAY_16)
    db.session.rollback()
    return where


def browser_of(app, role=Role.SUPERVISOR, units=(), **given):
    person = user(db.session, role, units, **given)
    db.session.rollback()
    g.pop("_login_user", None)  # the test's context outlives a request, and with it who was signed in
    return log_in(app.test_client(), person.username)


def order(browser, query=YEAR, **form):
    values = {"content": "kasus", "form": "csv"} | form
    return post(browser, f"/unduhan?{query}", page=f"/unduhan?{query}", **values)


def made(browser, **given):
    """Order a file and let the worker make it; return the address of its page."""
    answer = order(browser, **given)
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    bound().drain()
    g.pop("_login_user", None)
    return answer.location


def table(browser, address):
    response = browser.get(f"{address}/berkas.csv")
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"))


def board(browser_role=Role.SUPERVISOR):
    row = db.session.exec(select(Export)).first()
    who = viewer(db.session, browser_role)
    return metrics.board(db.session, who, exports.cohort_of(row.asked), now=row.created_at)


def test_the_file_of_cases_gives_the_figures_of_the_screen(app, place):
    browser = browser_of(app)
    rows = table(browser, made(browser))
    total = board().total
    walls = [int(row["Jawaban pertama: jam dinding (detik)"]) for row in rows if row["Dijawab oleh"]]
    working = [int(row["Jawaban pertama: jam kerja (detik)"]) for row in rows if row["Dijawab oleh"]]
    assert len(rows) == total.counts[Number.RECEIVED] == 4
    assert len(walls) == total.counts[Number.ANSWERED] == 2
    assert (median(walls), median(working)) == (total.wall.median, total.working.median)
    late = [row for row in rows if row["Terhadap target"] == "terbuka, lewat tenggat"]
    assert len(late) == total.counts[Number.OVERDUE]


def test_a_case_is_told_with_every_interval_and_its_definition(app, place):
    browser = browser_of(app)
    row = table(browser, made(browser))[2]
    assert row["Definisi"] == "M1"
    assert row["Ditulis warga: waktu (Asia/Jakarta)"] == "2026-11-06 16:00:00"
    assert row["Jawaban pertama: waktu (Asia/Jakarta)"] == "2026-11-09 08:00:00"
    assert (row["Jawaban pertama: jam dinding (detik)"], row["Jawaban pertama: jam kerja (detik)"]) == (
        "230400",
        "3600",
    )
    assert row["Jawaban berisi: jam kerja (detik)"] == "3600"
    assert row["Penyelesaian pertama: jam dinding (detik)"] == ""
    assert row["Jeda menunggu warga: jam dinding (detik)"] == "0"
    assert row["Pegangan: semua (unit dinding/kerja, detik)"].endswith("230400/3600")


def test_a_file_runs_no_formula_and_shows_no_personal_data(app, place):
    browser = browser_of(app)
    excerpts = [row["Cuplikan (disamarkan)"] for row in table(browser, made(browser))]
    assert any(excerpt.startswith("'=HYPERLINK(1) hubungi") for excerpt in excerpts)
    assert "081234567890" not in "".join(excerpts)


def test_the_workbook_says_what_the_csv_file_says(app, place):
    browser = browser_of(app)
    rows = table(browser, made(browser, content="semua"))
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"{made(browser, content='semua', form='xlsx')}/berkas.xlsx").data)
    )
    found = list(book["Kasus"].iter_rows(values_only=True))
    assert found[0] == tuple(rows[0])
    plain = [["" if cell is None else str(cell) for cell in row] for row in found[1:]]
    assert len(rows) == 5
    assert plain == [[value.removeprefix("'") for value in row.values()] for row in rows]


def test_the_file_of_figures_gives_those_of_the_screen(app, place):
    browser = browser_of(app)
    rows = table(browser, made(browser, content="angka"))
    found = board()
    assert [row["Kelompok"] for row in rows] == ["Semua", "Unit", "Unit", "Jenis", "Jenis", "Platform", "Akun"]
    assert int(rows[0]["Masuk"]) == found.total.counts[Number.RECEIVED]
    assert float(rows[0]["Jam kerja: median (detik)"].replace(",", ".")) == found.total.working.median
    assert {row["Nama"]: int(row["Masuk"]) for row in rows if row["Kelompok"] == "Unit"} == {
        unit.name: unit.counts[Number.RECEIVED] for unit in found.units
    }


def test_filters_of_the_address_count_in_the_file(app, place):
    browser = browser_of(app)
    address = made(browser, query=f"{YEAR}&unit=DISDIK&jenis=question")
    assert [row["Kode unit"] for row in table(browser, address)] == ["DISDIK"]
    assert "unit Disdik, jenis Pertanyaan" in browser.get(address).text


def test_an_opd_admin_gets_own_units_only(app, place):
    browser = browser_of(app, Role.OPD_ADMIN, ("DINKES",))
    assert {row["Kode unit"] for row in table(browser, made(browser, content="semua"))} == {"DINKES"}


def test_the_page_shows_progress_then_the_file_with_its_digest(app, place):
    browser = browser_of(app)
    address = order(browser).location
    assert "Menunggu giliran" in browser.get(address).text
    assert 'hx-trigger="every 1s"' in browser.get(f"{address}/kemajuan").text
    db.session.rollback()
    bound().drain()
    page = browser.get(address).text
    assert re.search(r'Baris</div>\s*<div class="tile-value">4<', page)
    assert re.search(r"SHA-256 CSV: <code>[0-9a-f]{64}</code>", page)
    assert "Unduh CSV (" in page
    assert "hx-trigger" not in page
    assert address in browser.get("/unduhan").text


def test_nobody_else_fetches_a_file_but_diskominfo(app, place):
    browser = browser_of(app)
    address = made(browser)
    for role, units, code in (
        (Role.SUPERVISOR, (), 404),
        (Role.OPD_ADMIN, ("DINKES",), 404),
        (Role.DISKOMINFO, (), 200),
    ):
        other = browser_of(app, role, units)
        assert [other.get(f"{address}{end}").status_code for end in ("", "/kemajuan", "/berkas.csv")] == [code] * 3
        assert (address in other.get("/unduhan").text) == (code == 200)


@pytest.mark.parametrize(
    ("query", "form", "remedy"),
    [
        pytest.param("periode=abad", {}, "Periode “abad” tidak dikenal", id="unknown-period"),
        pytest.param(
            "periode=bebas&dari=2026-03-02&sampai=2026-03-01", {}, "Tukar kedua tanggalnya", id="swapped-days"
        ),
        pytest.param(YEAR, {"content": "rahasia"}, "Isi", id="unknown-content"),
        pytest.param(YEAR, {"form": "exe"}, "Bentuk", id="unknown-form"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_made(app, place, query, form, remedy):
    refused = order(browser_of(app), query=query, **form)
    assert refused.status_code == 422
    assert remedy in refused.text
    assert db.session.exec(select(Export)).all() == []


def test_a_person_has_three_orders_under_way_at_most(app, place):
    browser = browser_of(app)
    assert [order(browser).status_code for _ in range(4)] == [302, 302, 302, 422]


def test_a_file_is_removed_after_its_days_and_its_receipt_stays(app, place):
    browser = browser_of(app)
    address = made(browser)
    folder = app.config["TANGGAP"].exports_dir
    assert len(list(folder.iterdir())) == 1
    assert produce.remove_expired(db.session, folder, now=datetime.now(UTC) + timedelta(days=6)) == 0
    assert produce.remove_expired(db.session, folder, now=datetime.now(UTC) + timedelta(days=8)) == 1
    assert list(folder.iterdir()) == []
    assert "Masa simpan berkas ini habis" in browser.get(address).text
    gone = browser.get(f"{address}/berkas.csv")
    assert gone.status_code == 404
    assert "Pesan lagi" in gone.text


def test_what_a_lost_worker_left_is_removed_after_a_day(app, place):
    folder, now = app.config["TANGGAP"].exports_dir, datetime.now(UTC)
    folder.mkdir(exist_ok=True)
    (folder / "abc-1.part.csv").write_text("separuh")
    produce.remove_expired(db.session, folder, now=now + timedelta(hours=23))
    assert [path.name for path in folder.iterdir()] == ["abc-1.part.csv"]
    produce.remove_expired(db.session, folder, now=now + timedelta(hours=25))
    assert list(folder.iterdir()) == []


def test_an_order_whose_message_was_lost_is_found_by_the_sweep(app, place):
    browser = browser_of(app)
    address = order(browser).location
    db.session.rollback()
    while bound().huey.dequeue():
        pass
    schedule.sweep.work()
    db.session.rollback()
    bound().drain()
    assert "Siap diunduh" in browser.get("/unduhan").text
    assert browser.get(f"{address}/berkas.csv").status_code == 200


def first_order(app):
    browser = browser_of(app)
    order(browser)
    db.session.rollback()
    return db.session.exec(select(Export.id)).one()


def test_a_worker_that_was_taken_for_lost_changes_nothing_any_more(app, place):
    key, now = first_order(app), datetime.now(UTC)
    lost = produce.start(db.session, key, now=now)
    assert produce.start(db.session, key, now=now + timedelta(minutes=1)) is None
    taken = produce.start(db.session, key, now=now + timedelta(minutes=9))
    assert taken.attempt == lost.attempt + 1
    assert not produce.note(db.session, lost, done=5, total=9, now=now)
    assert produce.note(db.session, taken, done=5, total=9, now=now)


def test_an_order_that_is_lost_again_and_again_fails_with_what_to_do(app, place):
    key, now = first_order(app), datetime.now(UTC)
    for attempt in range(4):
        produce.start(db.session, key, now=now + timedelta(hours=attempt))
    row = db.session.get(Export, key)
    assert (row.status, row.attempts) == ("failed", 4)
    assert "Pesan lagi" in row.error


def test_nothing_is_made_for_somebody_who_was_dismissed(app, place):
    key = first_order(app)
    row = db.session.get(Export, key)
    db.session.get(User, row.requester_id).is_active = False
    db.session.commit()
    exporting.make_export.work(key)
    assert db.session.get(Export, key).status == "failed"
    assert not list(app.config["TANGGAP"].exports_dir.glob("*"))
