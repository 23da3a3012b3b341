"""Importing a file in the browser: what a person sees from the upload to the refused rows."""

import io
import re
from pathlib import Path

import pytest

from models import Role
from tests import factories
from tests.factories import TOKEN
from triage.connectors.headers import FIELDS
from triage.extensions import db
from triage.forms.imports import MappingForm
from triage.jobs.queue import bound

ROWS = (
    "ID Komentar;Tanggal;Nama Pengguna;Komentar;Caption\n"
    "1;17/11/2026 08:15;@rina;Lampu jalan di depan pasar mati;Pelayanan\n"
    "2;17/11/2026 09.40;@budi;Kapan pembagian KTP?;Pelayanan\n"
    "3;entah;@joko;Terima kasih pak;Pelayanan\n"
)


@pytest.fixture
def desk(client):
    """A browser of Diskominfo, and the account DINKES-IG."""
    factories.account(db.session)
    person = factories.user(db.session, Role.DISKOMINFO)
    db.session.rollback()
    return factories.log_in(client, person.username)


def send(client, content, name="rekap.csv", account=None):
    page = client.get("/impor").text
    chosen = re.search(r'<option[^>]* value="(\d+)"', page).group(1) if account is None else account
    data = {
        "account": chosen,
        "upload": (io.BytesIO(content), name),
        "csrf_token": TOKEN.search(client.get("/profil").text).group(1),
    }
    return client.post("/impor", data=data, content_type="multipart/form-data")


def chosen(**given):
    columns = {"text": "Komentar", "posted_at": "Tanggal", "external_id": "ID Komentar", "author_name": "Nama Pengguna"}
    return dict.fromkeys(FIELDS, "") | columns | given


def import_rows(client, rows=ROWS, **given):
    """Upload, confirm and run; return the import's address."""
    address = send(client, rows.encode()).location
    assert factories.post(client, address, begin="1", **chosen(**given)).status_code == 302
    db.session.rollback()
    bound().drain()
    return address


def test_the_form_asks_for_every_field_a_file_can_have(app):
    with app.test_request_context():
        assert {field.name for field in MappingForm().columns()} == set(FIELDS)


def test_an_upload_shows_the_guessed_columns_and_how_the_dates_are_read(desk):
    answer = send(desk, ROWS.encode())
    page = desk.get(answer.location).text
    assert re.search(r'name="text"[\s\S]*?<option selected value="Komentar">', page)
    assert "Asia/Jakarta" in page
    assert "17 Nov 2026 08.15 WIB" in page
    assert "Akan ditolak" in page


def test_nothing_is_stored_before_the_columns_are_confirmed(desk):
    send(desk, ROWS.encode())
    bound().drain()
    assert "Belum ada komentar" not in desk.get("/impor").text
    assert "Menunggu pemeriksaan kolom" in desk.get("/impor").text


def test_a_confirmed_file_is_imported_and_its_refused_rows_can_be_downloaded(desk):
    address = import_rows(desk)
    page = desk.get(address).text
    assert re.search(r"Baris dibaca</div>\s*<div class=\"tile-value\">3<", page)
    assert re.search(r"Diterima</div>\s*<div class=\"tile-value\">2<", page)
    assert re.search(r"Ditolak</div>\s*<div class=\"tile-value\">1<", page)
    refused = desk.get(f"{address}/ditolak.csv")
    assert "rekap-ditolak.csv" in refused.headers["Content-Disposition"]
    assert "Tanggal “entah” tidak dikenali" in refused.data.decode("utf-8-sig")


def test_the_same_file_twice_says_that_everything_was_there(desk):
    import_rows(desk, ROWS.rpartition("3;")[0])
    page = desk.get(import_rows(desk, ROWS.rpartition("3;")[0])).text
    assert "sudah ada sebelumnya" in page
    assert re.search(r"Duplikat</div>\s*<div class=\"tile-value\">2<", page)


def test_a_required_column_left_out_is_asked_for_and_nothing_begins(desk):
    address = send(desk, ROWS.encode()).location
    answer = factories.post(desk, address, begin="1", **chosen(posted_at=""))
    assert answer.status_code == 422
    assert "Pilih kolom tanggal." in answer.text


def test_other_columns_are_shown_before_they_are_taken(desk):
    address = send(desk, ROWS.encode()).location
    factories.post(desk, address, **chosen(text="Nama Pengguna"))
    assert "@rina" in re.search(r"Contoh pembacaan[\s\S]*?</table>", desk.get(address).text).group(0)
    assert "Mulai impor" in desk.get(address).text


def test_a_file_is_confirmed_once(desk):
    address = import_rows(desk)
    assert factories.post(desk, address, begin="1", **chosen()).status_code == 422


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "kosong", id="empty"),
        pytest.param(bytes(range(256)) * 40, "", id="binary"),
        pytest.param(b"satu kata", "judul", id="no headers"),
    ],
)
def test_a_file_that_is_no_table_is_explained_on_the_form(desk, content, says, tmp_path):
    answer = send(desk, content)
    assert answer.status_code == 422
    assert 'id="upload-error-1"' in answer.text
    assert says in answer.text
    assert not list((tmp_path / "uploads").iterdir())


def test_a_file_that_is_too_large_gets_a_page_that_says_so(app, desk):
    token = TOKEN.search(desk.get("/profil").text).group(1)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    data = {"account": "1", "csrf_token": token, "upload": (io.BytesIO(b"x" * 5000), "besar.csv")}
    answer = desk.post("/impor", data=data, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "Berkas terlalu besar" in answer.text


def test_a_preview_can_be_thrown_away(desk, tmp_path):
    address = send(desk, ROWS.encode()).location
    assert factories.post(desk, f"{address}/buang").status_code == 302
    assert desk.get(address).status_code == 404
    assert not list((tmp_path / "uploads").iterdir())


def test_a_finished_import_cannot_be_thrown_away(desk):
    address = import_rows(desk)
    assert factories.post(desk, f"{address}/buang").status_code == 422
    assert desk.get(address).status_code == 200


@pytest.mark.parametrize("rest", ["", "/kemajuan", "/ditolak.csv"])
def test_an_import_of_another_unit_is_not_found(app, desk, rest):
    address = import_rows(desk)
    stranger = factories.user(db.session, units=("DISDIK",))
    db.session.rollback()
    other = factories.log_in(app.test_client(), stranger.username)
    assert other.get(address + rest).status_code == 404
    assert "rekap.csv" not in other.get("/impor").text


def test_an_opd_admin_is_offered_only_accounts_of_own_units_and_cannot_send_for_others(app, desk):
    theirs = factories.account(db.session, code="DISDIK-FB", unit="DISDIK", platform="facebook")
    person = factories.user(db.session, units=("DINKES",))
    db.session.rollback()
    own = factories.log_in(app.test_client(), person.username)
    assert "DISDIK-FB" not in own.get("/impor").text
    assert send(own, ROWS.encode(), account=theirs.id).status_code == 422


def test_a_running_import_refreshes_itself_and_a_finished_one_does_not(desk):
    address = send(desk, ROWS.encode()).location
    factories.post(desk, address, begin="1", **chosen())
    part = desk.get(f"{address}/kemajuan").text
    assert "every 1s" in part
    assert "<html" not in part
    assert ">Perbarui</a>" in part
    bound().drain()
    part = desk.get(f"{address}/kemajuan").text
    assert "every 1s" not in part
    assert "Belum ada model yang aktif" in part


def test_comments_count_as_under_way_until_the_model_read_them(serving, desk):
    address = import_rows(desk)
    page = desk.get(address).text
    assert "Impor selesai" in page
    assert re.search(r"Menunggu model</div>\s*<div class=\"tile-value\">0<", page)


def test_a_supervisor_may_not_import(app, desk):
    person = factories.user(db.session, Role.SUPERVISOR)
    db.session.rollback()
    assert factories.log_in(app.test_client(), person.username).get("/impor").status_code == 403


def test_an_upload_is_stored_under_a_name_nobody_can_guess(desk, tmp_path):
    address = send(desk, ROWS.encode(), name="../../etc/rekap.csv").location
    (stored,) = (tmp_path / "uploads").iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.csv", stored.name)
    assert Path(address).name not in stored.name


def test_among_several_accounts_none_is_chosen_beforehand(desk):
    alone = desk.get("/impor").text
    assert "Pilih akun</option>" not in alone
    factories.account(db.session, code="DINKES-FB", platform="facebook")
    db.session.rollback()
    page = desk.get("/impor").text
    offered = re.search(r'<select[^>]*id="account".*?</select>', page, re.DOTALL).group(0)
    assert '<option value="">Pilih akun</option>' in offered
    assert "selected" not in offered
    answer = send(desk, ROWS.encode(), account="")
    assert answer.status_code == 422
    assert "Pilih akun tempat komentar ini ditulis." in answer.text
