"""Calendars in the browser: Diskominfo edits them in versions, supervisors read them, bad input loses nothing."""

import re
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models import Recompute, Role, WorkCalendar
from tests.factories import account, case, change, correction, log_in, post, user, viewer
from triage.extensions import db
from triage.flow import keep_calendar
from triage.jobs.queue import bound
from triage.queries import calendar_versions

WEEK = {"monday": "07.30-12.00, 13.00-16.00", "tuesday": "07.30-12.00, 13.00-16.00", "friday": "07.30-11.30"}
HOURS = WEEK | {
    "name": "Jam kantor",
    "zone": "Asia/Makassar",
    "based_on": "1",
    "in_force_from": "2027-01-01",
    "reason": "Surat edaran 5",
}
SEASON = WEEK | {
    "name": "Ramadan 1449",
    "starts_on": "2028-01-28",
    "ends_on": "2028-02-25",
    "based_on": "1",
    "in_force_from": "2027-12-01",
    "reason": "Sidang isbat",
}
ROW = {"is_kept": "y", "on_day": "2029-08-17", "name": "Hari Kemerdekaan", "kind": "national"}


@pytest.fixture
def desk(app, client):
    """A browser in which Diskominfo is signed in."""
    user(db.session, Role.DISKOMINFO, username="meja", name="Rina")
    db.session.rollback()
    return log_in(client, "meja")


def year(*rows, **given):
    fields = {"based_on": "1", "in_force_from": "2028-12-01", "reason": "SKB 2029"}
    cells = {f"days-{n}-{name}": value for n, row in enumerate(rows) for name, value in (ROW | row).items() if value}
    return fields | cells | given


def newest(code="kantor"):
    db.session.rollback()
    db.session.expire_all()
    row = calendar_versions.version(db.session, code)
    found = row.version, calendar_versions.draft_of(db.session, row)
    db.session.rollback()
    return found


def test_the_list_says_what_each_calendar_is(desk):
    page = desk.get("/kalender").text
    assert "Jam kantor 5 hari" in page
    assert "37 j 30 m" in page
    assert "168 j" in page
    assert "Asia/Jakarta (WIB)" in page


def test_a_month_is_shown_in_hours_with_its_total(desk):
    page = desk.get("/kalender/kantor?bulan=2026-12").text
    assert "Desember 2026" in page
    assert "<strong>157 j 30 m</strong> jam kerja dalam 21 hari kerja" in page
    assert "Hari Raya Natal" in page


def test_a_week_is_saved_as_a_new_version_and_the_old_one_stays_readable(desk):
    answer = post(desk, "/kalender/kantor/jam", **HOURS)
    assert answer.location.endswith("/kalender/kantor")
    version, draft = newest()
    assert (version, draft.zone, draft.week[4], draft.week[5]) == (2, "Asia/Makassar", ((450, 690),), ())
    assert len(draft.free_days) == 79
    old = desk.get("/kalender/kantor?versi=1").text
    assert "Asia/Jakarta (WIB)" in old
    assert "versi lama" in old
    log = desk.get("/kalender/kantor").text
    assert "Surat edaran 5" in log
    assert "Rina" in log


def test_two_versions_are_compared_where_they_differ(desk):
    post(desk, "/kalender/kantor/jam", **HOURS)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", desk.get("/kalender/kantor/banding?lama=1&baru=2").text))
    assert "Zona waktu Asia/Jakarta Asia/Makassar" in page
    assert "Jumat 07.30-11.30, 13.00-16.30 07.30-11.30" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"monday": "07.30-12.00, 11.00-16.00"}, "bertumpuk", id="overlapping"),
        pytest.param({"monday": "16.00-07.30"}, "selesai sebelum dimulai", id="end before start"),
        pytest.param({"monday": "pagi"}, "bukan jam kerja", id="words"),
        pytest.param({"zone": "Asia/Bandung"}, "tidak dikenal", id="unknown zone"),
        pytest.param({"zone": ""}, "Pilih zona waktu", id="no zone"),
        pytest.param({"in_force_from": "kemarin"}, "Isi tanggal mulai berlaku", id="no date"),
        pytest.param({"in_force_from": "1999-01-01"}, "antara 01-01-2005", id="long ago"),
        pytest.param({"reason": ""}, "Tulis alasannya", id="no reason"),
        pytest.param({"based_on": "0"}, "sudah disimpan orang lain", id="an old editor"),
        pytest.param({"based_on": "9" * 30}, "sudah disimpan orang lain", id="no version at all"),
        pytest.param(dict.fromkeys(WEEK, ""), "tanpa satu jam kerja", id="no hours"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(desk, changes, told):
    answer = post(desk, "/kalender/kantor/jam", **(HOURS | changes))
    assert answer.status_code == 422
    assert told in answer.text
    assert all(f'value="{HOURS[name]}"' in answer.text for name in ("name", "tuesday") if name not in changes)
    assert newest()[0] == 1


def test_an_editor_that_was_refused_can_be_saved_the_second_time(desk):
    correction(db.session)
    db.session.rollback()
    refused = post(desk, "/kalender/kantor/jam", **HOURS)
    assert "Versi 2 sudah disimpan" in refused.text
    base = re.search(r'name="based_on"[^>]*value="(\d+)"', refused.text)[1]
    assert post(desk, "/kalender/kantor/jam", **(HOURS | {"based_on": base})).status_code == 302
    assert newest()[0] == 3


def test_a_preview_saves_nothing_and_says_what_would_change(desk):
    answer = post(desk, "/kalender/kantor/jam", look="1", **HOURS)
    assert answer.status_code == 200
    assert "Pratinjau, belum tersimpan" in answer.text
    assert "Januari 2027" in answer.text
    assert "Angka yang lalu tidak berubah" in answer.text
    past = post(desk, "/kalender/kantor/jam", look="1", **(HOURS | {"in_force_from": "2026-06-01"}))
    assert "Menyentuh masa lalu: 0 kasus" in past.text
    assert newest()[0] == 1


def test_the_next_ramadan_is_proposed_and_saved_as_a_season(desk):
    assert 'value="Ramadan 1449"' in desk.get("/kalender/kantor/musim").text
    assert post(desk, "/kalender/kantor/musim", **SEASON).status_code == 302
    _, draft = newest()
    assert draft.seasons[-1].name == "Ramadan 1449"
    assert draft.seasons[-1].week[4] == ((450, 690),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"ends_on": "2028-01-01"}, "berakhir sebelum dimulai", id="the end before the start"),
        pytest.param({"starts_on": "2027-03-01", "ends_on": "2027-03-20"}, "bertumpuk", id="over another season"),
        pytest.param({"starts_on": ""}, "Isi hari pertama", id="no first day"),
        pytest.param({"friday": "12-11"}, "selesai sebelum dimulai", id="hours of a day"),
    ],
)
def test_a_season_that_cannot_be_is_told(desk, changes, told):
    answer = post(desk, "/kalender/kantor/musim", **(SEASON | changes))
    assert answer.status_code == 422
    assert told in answer.text
    assert newest()[0] == 1


def test_a_season_is_removed_in_a_new_version_only(desk):
    removed = {"old_name": "Ramadan 1448", "is_removed": "y", "name": "Ramadan 1448"}
    assert post(desk, "/kalender/kantor/musim", **(SEASON | removed)).status_code == 302
    assert [season.name for season in newest()[1].seasons] == ["Ramadan 1446", "Ramadan 1447"]
    assert "Ramadan 1448" in desk.get("/kalender/kantor?versi=1").text


def test_the_free_days_of_a_year_are_proposed_with_their_source_and_its_limit(desk):
    page = desk.get("/kalender/kantor/libur/2029").text
    assert 'value="2029-08-17"' in page
    assert "SKB tiga menteri" in page
    assert "belum mengenal cuti bersama 2029" in page
    assert "usulan, perkiraan" in page


def test_what_a_person_confirms_is_saved_and_what_is_not_ticked_is_not(desk):
    rows = [{}, {"on_day": "2029-12-25", "name": "Natal", "is_kept": ""}, {"on_day": "2029-07-10", "kind": "local"}]
    assert post(desk, "/kalender/kantor/libur/2029", **year(*rows)).status_code == 302
    of_year = [day for day in newest()[1].free_days if day.on_day.year == 2029]
    assert [(f"{day.on_day:%m-%d}", day.kind) for day in of_year] == [("07-10", "local"), ("08-17", "national")]
    assert len(newest()[1].free_days) == 79 + 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param({"on_day": "2029-02-30"}, "Baris 1: isi tanggalnya", id="no such day"),
        pytest.param({"on_day": "2028-08-17"}, "bukan di tahun 2029", id="another year"),
        pytest.param({"name": " "}, "Baris 1: isi nama", id="no name"),
        pytest.param({"kind": "pesta"}, "Baris 1: pilih jenis", id="unknown kind"),
    ],
)
def test_a_free_day_that_cannot_be_is_named_by_its_row(desk, row, told):
    answer = post(desk, "/kalender/kantor/libur/2029", **year(row))
    assert answer.status_code == 422
    assert told in answer.text


def test_the_same_free_day_twice_is_refused(desk):
    answer = post(desk, "/kalender/kantor/libur/2029", **year({}, {"name": "Lagi"}))
    assert (answer.status_code, "dua kali" in answer.text) == (422, True)


def test_a_calendar_of_its_own_begins_as_a_copy_and_is_given_to_a_unit(desk):
    made = {
        "code": "6hari",
        "name": "Enam hari",
        "copied_from": "kantor",
        "in_force_from": "2027-01-01",
        "reason": "RSUD",
    }
    assert post(desk, "/kalender/baru", **made).location.endswith("/kalender/6hari/jam")
    assert newest("6hari")[1].week == newest()[1].week
    given = {"unit": "DINKES", "calendar": "6hari", "in_force_from": "2027-02-01", "reason": "SK 9"}
    assert post(desk, "/kalender/unit", **given).status_code == 302
    assert "SK 9" in desk.get("/kalender/unit").text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"code": "unit"}, "dipakai sistem", id="a word of the address"),
        pytest.param({"code": "24jam"}, "sudah dipakai", id="taken"),
        pytest.param({"code": "Enam Hari"}, "huruf kecil", id="spaces"),
        pytest.param({"copied_from": "tidak-ada"}, "Pilih salah satu", id="no such calendar"),
    ],
)
def test_a_new_calendar_that_cannot_be_is_told(desk, changes, told):
    made = {"code": "6hari", "name": "Enam", "copied_from": "kantor", "in_force_from": "2027-01-01", "reason": "x"}
    answer = post(desk, "/kalender/baru", **(made | changes))
    assert (answer.status_code, told in answer.text) == (422, True)


def test_a_correction_leads_to_its_progress_and_then_to_what_changed(desk):
    case(db.session, account(db.session), posted_at=datetime(2026, 11, 17, 1, tzinfo=UTC))
    db.session.rollback()
    answer = post(desk, "/kalender/kantor/jam", **(HOURS | {"in_force_from": "2026-11-16"}))
    number = db.session.exec(select(Recompute.id)).one()
    db.session.rollback()
    assert answer.location.endswith(f"/kalender/hitung-ulang/{number}")
    waiting = desk.get(answer.location).text
    assert "Menunggu giliran" in waiting
    assert "Surat edaran 5" in waiting
    bound().drain()
    assert "Hitung ulang selesai" not in desk.get(answer.location).text
    part = desk.get(f"{answer.location}/kemajuan", headers={"HX-Request": "true"}).text
    assert "Hitung ulang selesai" in part
    done = desk.get(answer.location).text
    assert "Kasus diperiksa" in done
    assert "Tenggat dan status tepat waktu tidak berubah" in done
    file = desk.get(f"{answer.location}/kasus.csv")
    assert file.mimetype == "text/csv"
    assert file.text.count("\r\n") == 1 + db.session.get_one(Recompute, number).changed


def test_a_supervisor_reads_everything_and_is_offered_no_change(app, client):
    user(db.session, Role.SUPERVISOR, username="bupati")
    correction(db.session)
    number = db.session.exec(select(Recompute.id)).one()
    db.session.rollback()
    browser = log_in(client, "bupati")
    places = ("/kalender", "/kalender/kantor", "/kalender/unit", f"/kalender/hitung-ulang/{number}")
    for page in (browser.get(address) for address in places):
        assert page.status_code == 200
        assert not re.search(r"Ubah jam|Kalender baru|Atur libur|Tetapkan</button>", page.text)
    assert browser.get("/kalender/kantor/jam").status_code == 403


def test_a_version_that_is_not_there_is_404(desk):
    assert desk.get("/kalender/kantor?versi=7").status_code == 404
    assert desk.get("/kalender/tidak-ada").status_code == 404


def test_a_unit_with_a_calendar_of_later_days_shows_todays(desk):
    keep_calendar.assign(
        db.session,
        viewer(db.session, Role.DISKOMINFO),
        "DINKES",
        "24jam",
        change(),
        now=datetime(2026, 11, 18, tzinfo=UTC),
    )
    db.session.rollback()
    row = re.search(r"<code>DINKES</code>[\s\S]*?</tr>", desk.get("/kalender/unit").text)[0]
    assert "/kalender/24jam" in row
    assert db.session.exec(select(WorkCalendar).where(WorkCalendar.code == "24jam")).one().version == 1
