"""The register in the browser: Diskominfo keeps users, units and accounts; nobody else gets in."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models import Account, Role, Unit, User
from tests.factories import PASSWORD, account, case, log_in, post, user
from triage.extensions import db
from triage.queries import directory

NEW_USER = {
    "username": "siti.dinkes",
    "name": "Siti Aminah",
    "role": "opd_admin",
    "units": "DINKES",
    "password": "hujan di sore hari",
}
NEW_ACCOUNT = {
    "unit": "DINKES",
    "platform": "instagram",
    "handle": "@dinkes.contoh",
    "code": "",
    "zone": "Asia/Makassar",
    "connected_on": "2026-01-31",
}


@pytest.fixture
def desk(app, client):
    """A browser in which Diskominfo is signed in."""
    user(db.session, Role.DISKOMINFO, username="meja", name="Rina")
    db.session.rollback()
    return log_in(client, "meja")


def stored(table, **given):
    db.session.rollback()
    db.session.expire_all()
    found = db.session.exec(select(table).filter_by(**given)).first()
    db.session.expunge_all()
    db.session.rollback()
    return found


def user_id(username):
    found = directory.user_by_name(db.session, username).id
    db.session.rollback()
    return found


@pytest.mark.parametrize("role", [Role.OPD_ADMIN, Role.SUPERVISOR])
@pytest.mark.parametrize(
    "address", ["pengguna", "pengguna/baru", "pengguna/1", "unit", "unit/DINKES", "akun", "akun/baru"]
)
def test_other_roles_are_shut_out(app, client, role, address):
    user(db.session, role, username="lain")
    db.session.rollback()
    assert log_in(client, "lain").get(f"/registrasi/{address}").status_code == 403


def test_a_new_user_can_sign_in(app, desk):
    answer = post(desk, "/registrasi/pengguna/baru", **NEW_USER)
    assert answer.status_code == 302
    page = desk.get("/registrasi/pengguna").text
    assert "Siti Aminah" in page
    assert "Dinkes" in page
    log_in(app.test_client(), "siti.dinkes", NEW_USER["password"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"username": ""}, "Isi nama pengguna.", id="no name"),
        pytest.param({"username": "meja"}, "sudah dipakai", id="taken name"),
        pytest.param({"username": "MEJA"}, "sudah dipakai", id="taken name in capitals"),
        pytest.param({"username": "a b"}, "tanpa spasi", id="space in name"),
        pytest.param({"username": "a\x00bc"}, "tanpa spasi", id="NUL in name"),
        pytest.param({"name": "\x00\x07"}, "Isi nama", id="control characters"),
        pytest.param({"name": "n" * 121}, "120 huruf", id="long name"),
        pytest.param({"role": "raja"}, "Pilih salah satu dari daftar", id="unknown role"),
        pytest.param({"units": "EXT_PLN"}, "Pilih unit dari daftar", id="outside body"),
        pytest.param({"units": "LAIN"}, "Pilih unit dari daftar", id="unknown unit"),
        pytest.param({"units": []}, "paling sedikit satu unit", id="admin without unit"),
        pytest.param({"password": "pendek"}, "minimal 10", id="short password"),
        pytest.param({"password": "siti.dinkes1"}, "tidak boleh memuat nama", id="name in password"),
    ],
)
def test_a_user_that_cannot_be_is_refused_on_the_form_and_typed_text_stays(desk, given, message):
    answer = post(desk, "/registrasi/pengguna/baru", **(NEW_USER | given))
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="opd_admin"' in answer.text
    assert stored(User, username="siti.dinkes") is None


def test_a_closed_user_is_signed_out_at_once(app, desk):
    user(db.session, username="budi")
    theirs = log_in(app.test_client(), "budi")
    given = {"name": "Budi", "role": "opd_admin", "units": "DINKES"}
    assert post(desk, f"/registrasi/pengguna/{user_id('budi')}", **given).status_code == 302
    assert theirs.get("/kasus").status_code == 302
    assert stored(User, username="budi").is_active is False


def test_units_of_a_user_can_be_changed(desk):
    user(db.session, username="budi")
    given = {"name": "Budi", "role": "opd_admin", "units": ["DPUPR", "DISDIK"], "is_active": "y"}
    post(desk, f"/registrasi/pengguna/{user_id('budi')}", **given)
    assert sorted(directory.unit_codes_of(db.session, user_id("budi"))) == ["DISDIK", "DPUPR"]
    page = desk.get(f"/registrasi/pengguna/{user_id('budi')}").text
    assert re.findall(r'value="(\w+)" id="unit-\w+" checked', page) == ["DISDIK", "DPUPR"]


def test_diskominfo_cannot_shut_itself_out(desk):
    answer = post(desk, f"/registrasi/pengguna/{user_id('meja')}", name="Rina", role="supervisor", is_active="y")
    assert answer.status_code == 422
    assert "tidak dapat dicabut" in answer.text
    assert stored(User, username="meja").role is Role.DISKOMINFO


def test_a_new_password_ends_the_old_one_and_its_sessions(app, desk):
    user(db.session, username="budi")
    theirs = log_in(app.test_client(), "budi")
    assert (
        post(desk, f"/registrasi/pengguna/{user_id('budi')}/kata-sandi", password="kalimat yang baru").status_code
        == 302
    )
    assert theirs.get("/kasus").status_code == 302
    log_in(app.test_client(), "budi", "kalimat yang baru")


def test_a_weak_new_password_is_refused(desk):
    user(db.session, username="budi")
    answer = post(desk, f"/registrasi/pengguna/{user_id('budi')}/kata-sandi", password="aaaaaaaaaaaa")
    assert answer.status_code == 422
    assert "terlalu mudah" in answer.text


def test_the_own_password_is_changed_in_the_profile(app, desk):
    page = f"/registrasi/pengguna/{user_id('meja')}"
    assert "halaman Profil" in desk.get(page).text
    assert post(desk, f"{page}/kata-sandi", password="kalimat yang baru").status_code == 422
    log_in(app.test_client(), "meja", PASSWORD)


@pytest.mark.parametrize(
    "address",
    [
        "pengguna/999",
        "pengguna/2147483648",
        "pengguna/99999999999999999999",
        "unit/LAIN",
        "unit/%00",
        "akun/LAIN",
        "akun/%00",
    ],
)
def test_what_is_not_there_is_not_found(desk, address):
    assert desk.get(f"/registrasi/{address}").status_code == 404


def test_a_unit_gets_a_new_name(desk):
    post(desk, "/registrasi/unit/DINKES", name="Dinas Kesehatan Baru", short_name="Dinkes B", is_active="y")
    assert "Dinkes B" in desk.get("/registrasi/unit").text
    assert stored(Unit, code="DINKES").is_active is True


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"short_name": "x" * 81}, {"short_name": "\x07"}], ids=["empty", "long", "control"]
)
def test_a_unit_keeps_its_name_when_the_new_one_cannot_be(desk, given):
    before = stored(Unit, code="DINKES").short_name
    values = {"name": "Dinas", "short_name": "D", "is_active": "y"} | given
    assert post(desk, "/registrasi/unit/DINKES", **values).status_code == 422
    assert stored(Unit, code="DINKES").short_name == before


def test_a_unit_with_work_stays_in_use_until_it_is_done(desk):
    where = account(db.session)
    case(db.session, where)
    values = {"name": "Dinas Kesehatan", "short_name": "Dinkes"}
    assert "1 kasus terbuka" in post(desk, "/registrasi/unit/DINKES", **values).text
    account(db.session, code="DISDIK-FB", unit="DISDIK", platform="facebook")
    assert "1 akun resmi terbuka" in post(desk, "/registrasi/unit/DISDIK", **values).text
    assert post(desk, "/registrasi/unit/DPUPR", **values).status_code == 302
    assert stored(Unit, code="DPUPR").is_active is False


def test_a_new_account_gets_a_code_and_begins_at_its_own_midnight(desk):
    assert post(desk, "/registrasi/akun/baru", **NEW_ACCOUNT).status_code == 302
    found = stored(Account, handle="@dinkes.contoh")
    assert found.code == "DINKES-IG"
    assert found.connected_at == datetime(2026, 1, 30, 16, tzinfo=UTC)
    post(desk, "/registrasi/akun/baru", **(NEW_ACCOUNT | {"handle": "@dinkes.dua"}))
    assert stored(Account, handle="@dinkes.dua").code == "DINKES-IG-2"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"unit": ""}, "Pilih unit pemilik", id="no unit"),
        pytest.param({"unit": "EXT_PLN"}, "Pilih salah satu", id="outside body"),
        pytest.param({"platform": "friendster"}, "Pilih salah satu", id="unknown platform"),
        pytest.param({"zone": "Mars/Olympus"}, "Pilih salah satu", id="unknown zone"),
        pytest.param({"handle": ""}, "Isi nama akun", id="no handle"),
        pytest.param({"handle": "\x00"}, "Isi nama akun", id="NUL handle"),
        pytest.param({"handle": "@DINKES.lama"}, "sudah terdaftar", id="taken handle"),
        pytest.param({"code": "lama-ig"}, "sudah dipakai", id="taken code"),
        pytest.param({"code": "../x"}, "huruf, angka atau garis", id="code with a path"),
        pytest.param({"connected_on": "kemarin"}, "Isi tanggalnya", id="no date"),
        pytest.param({"connected_on": "0001-01-01"}, "antara 1 Januari 2005", id="first day of all"),
        pytest.param({"connected_on": "9999-12-31"}, "antara 1 Januari 2005", id="far future"),
        pytest.param(
            {"connected_on": (datetime.now(UTC) + timedelta(days=2)).date().isoformat()},
            "hari ini",
            id="day after tomorrow",
        ),
    ],
)
def test_an_account_that_cannot_be_is_refused_on_the_form(desk, given, message):
    account(db.session, code="LAMA-IG", handle="@dinkes.lama")
    answer = post(desk, "/registrasi/akun/baru", **(NEW_ACCOUNT | given))
    assert answer.status_code == 422
    assert message in answer.text
    assert stored(Account, handle="@dinkes.contoh") is None


def test_an_account_is_closed_and_opened(desk):
    account(db.session)
    post(desk, "/registrasi/akun/DINKES-IG/tutup")
    assert stored(Account, code="DINKES-IG").is_active is False
    assert "Ditutup" in desk.get("/registrasi/akun").text
    post(desk, "/registrasi/akun/DINKES-IG/buka")
    assert stored(Account, code="DINKES-IG").is_active is True


def test_an_account_of_a_unit_out_of_use_stays_closed(desk):
    account(db.session)
    post(desk, "/registrasi/akun/DINKES-IG/tutup")
    post(desk, "/registrasi/unit/DINKES", name="Dinas Kesehatan", short_name="Dinkes")
    answer = post(desk, "/registrasi/akun/DINKES-IG/buka")
    assert answer.status_code == 422
    assert "Aktifkan unitnya" in answer.text


def test_a_token_is_shown_once_and_lies_nowhere(desk):
    account(db.session)
    answer = post(desk, "/registrasi/akun/DINKES-IG/token")
    token = re.search(r"tgp_[\w-]{40,}", answer.text).group()
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(token in value for value in answer.headers.getlist("Set-Cookie"))
    assert token not in desk.get("/registrasi/akun/DINKES-IG").text
    assert token not in str(stored(Account, code="DINKES-IG").model_dump())
    sent = desk.post("/api/v1/comments", json={"comments": [1]}, headers={"Authorization": f"Bearer {token}"})
    assert sent.status_code == 422


def test_every_form_needs_its_token(desk):
    account(db.session)
    for address in ("pengguna/baru", "unit/DINKES", "akun/baru", "akun/DINKES-IG/token", "akun/DINKES-IG/tutup"):
        assert desk.post(f"/registrasi/{address}", data=NEW_USER).status_code == 400, address


def test_a_user_gets_an_address_which_is_shown_and_checked(desk):
    assert post(desk, "/registrasi/pengguna/baru", **NEW_USER, email="siti@DINKES.go.id").status_code == 302
    person = stored(User, username="siti.dinkes")
    assert person.email == "siti@dinkes.go.id"
    assert person.wants_digest
    page = f"/registrasi/pengguna/{person.id}"
    assert "siti@dinkes.go.id" in desk.get(page).text
    kept = {"name": person.name, "role": "opd_admin", "units": "DINKES", "is_active": "y"}
    refused = post(desk, page, **kept, email="siti@dinkes, lain@x.id")
    assert (refused.status_code, "bukan alamat e-mail" in refused.text) == (422, True)
    assert post(desk, page, **kept, email="").status_code == 302
    assert stored(User, username="siti.dinkes").email == ""


def test_a_unit_names_its_heads_and_a_change_of_the_user_keeps_them(desk):
    person, stranger = user(db.session, units=("DINKES", "DISDIK")), user(db.session, units=("DPUPR",))
    heads = "/registrasi/unit/DINKES/kepala"
    assert post(desk, heads, heads=person.id).status_code == 302
    assert post(desk, heads, heads=stranger.id).status_code == 422
    again = {"name": person.name, "role": "opd_admin", "units": ["DINKES", "DPUPR"], "is_active": "y"}
    assert post(desk, f"/registrasi/pengguna/{person.id}", **again).status_code == 302
    db.session.rollback()
    units = {code: directory.unit_by_code(db.session, code).id for code in ("DINKES", "DPUPR")}
    assert directory.members(db.session, units["DINKES"]) == [(person, True)]
    assert {is_head for _, is_head in directory.members(db.session, units["DPUPR"])} == {False}
    assert f'id="head-{person.id}" checked' in desk.get("/registrasi/unit/DINKES").text


def test_a_person_switches_the_digest_off_and_the_shortcuts_stay(app, client):
    person = user(db.session, email="budi@dinkes.go.id")
    db.session.rollback()
    browser = log_in(client, person.username)
    assert "budi@dinkes.go.id" in browser.get("/profil").text
    assert post(browser, "/profil/pintasan", uses_shortcuts="y").status_code == 302
    found = stored(User, username=person.username)
    assert (found.uses_shortcuts, found.wants_digest) == (True, False)
