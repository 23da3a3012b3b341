"""Importing a log in the browser: as lines or as a table, with what came of it and what was refused."""

from io import BytesIO

import openpyxl
import pytest

from tests.factories import Role, log_in, post, user
from triage.extensions import db
from triage.jobs.queue import bound
from triage.queries import case_list

ROWS = [
    ("Catatan kantor", None, None, None, None, None, None, None),
    ("waktu", "kejadian", "kasus", "platform", "akun", "penulis", "teks", "substantif"),
    ("04/05/2026 09:00", "comment", "S-1", "instagram", "DINKES", "siti", "Puskesmas tutup?", None),
    ("04/05/2026 10:00", "Reply", "S-1", None, None, "Budi", "Buka lagi besok.", "tidak"),
    ("kemarin sore", "resolve", "S-1", None, None, None, None, None),
]


@pytest.fixture
def desk(app, client):
    user(db.session, Role.DISKOMINFO, username="meja")
    db.session.rollback()
    return log_in(client, "meja")


def table():
    book, file = openpyxl.Workbook(), BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def send(browser, raw, name):
    return post(browser, "/impor-riwayat", "/impor-riwayat", upload=(BytesIO(raw), name))


def test_a_table_of_the_office_is_imported_and_its_refused_row_can_be_downloaded(desk):
    answer = send(desk, table(), "catatan.xlsx")
    assert answer.status_code == 302
    bound().drain()
    page = desk.get(answer.location).text
    assert "3 dari 3 baris" in page
    assert "Impor selesai" in page
    assert "DINKES-INSTAGRAM didaftarkan" in page
    refused = desk.get(f"{answer.location}/ditolak.csv").text
    assert "5;" in refused
    assert "kemarin sore" in refused
    [found] = case_list.listing(db.session, "")
    assert (found["case"], found["frt"], found["tts"]["wall"]) == ("S-1", {"wall": 3600, "working": 3600}, None)
    db.session.rollback()
    assert "catatan.xlsx" in desk.get("/impor-riwayat").text


def test_a_file_without_the_needed_columns_is_explained_on_the_form(desk):
    answer = send(desk, b"komentar,tanggal\nLampu padam,2026-05-04\n", "komentar.csv")
    assert answer.status_code == 422
    assert "kolom at (waktu) dan type (kejadian)" in answer.text


def test_a_broken_log_fails_with_its_reason(desk):
    answer = send(desk, b"\x00\x01\x02", "log.jsonl")
    bound().drain()
    assert "bukan teks" in desk.get(answer.location).text
