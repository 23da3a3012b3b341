"""Files on their way in: stored first, previewed, confirmed once, taken up again after a crash."""

import io
from datetime import timedelta

import pytest

from models import ImportStatus
from tests import factories
from tests.factories import NOW
from triage.errors import InvalidInput, UnreadableFile
from triage.flow import receive

ROWS = "ID Komentar;Tanggal;Komentar\n1;2026-11-17 08:15;Lampu mati\n2;2026-11-17 09:15;Kapan nyala?\n"
COLUMNS = {"text": "Komentar", "posted_at": "Tanggal", "external_id": "ID Komentar"}


@pytest.fixture
def account(session):
    return factories.account(session, zone="Asia/Jayapura")


def kept(session, account, folder, content=ROWS, name="rekap.csv", status=receive.PREVIEWED):
    upload = receive.keep_upload(io.BytesIO(content.encode()), name, account.id, folder)
    return receive.receive_file(session, upload, status=status, now=NOW)


def test_a_preview_reads_times_in_the_zone_of_the_account(session, account, tmp_path):
    look = receive.look(kept(session, account, tmp_path), account, now=NOW)
    assert look.headers == ("ID Komentar", "Tanggal", "Komentar")
    assert [line.posted_at.hour for line in look.examples] == [23, 0]  # 08.15 WIT is 23.15 UTC the day before


def test_a_preview_without_a_text_column_says_what_lacks(session, account, tmp_path):
    record = kept(session, account, tmp_path)
    receive.choose_columns(session, record.id, {"posted_at": "Tanggal"}, is_confirmed=False, now=NOW)
    look = receive.look(record, account, now=NOW)
    assert look.examples == []
    assert "Kolom isi komentar belum dipilih" in look.problem


def test_an_unreadable_upload_leaves_nothing_behind(session, account, tmp_path):
    folder = tmp_path / "tempat"
    folder.mkdir()
    with pytest.raises(UnreadableFile):
        kept(session, account, folder, content="")
    assert list(folder.iterdir()) == []


def test_columns_are_confirmed_once(session, account, tmp_path):
    record = kept(session, account, tmp_path)
    later = NOW + timedelta(hours=3)
    receive.choose_columns(session, record.id, COLUMNS, is_confirmed=True, now=later)
    confirmed = receive.result(session, record.key)
    assert (confirmed.status, confirmed.created_at) == (ImportStatus.QUEUED, later)
    with pytest.raises(InvalidInput, match="sudah diproses"):
        receive.choose_columns(session, record.id, COLUMNS, is_confirmed=True, now=later)
    with pytest.raises(InvalidInput, match="sudah diproses"):
        receive.discard_file(session, record.id)


def test_an_import_is_taken_by_one_worker_until_that_one_falls_silent(session, account, tmp_path):
    record = kept(session, account, tmp_path, status=receive.QUEUED)
    assert receive.start_import(session, record.id, now=NOW) is not None
    assert receive.start_import(session, record.id, now=NOW + timedelta(minutes=1)) is None
    assert receive.start_import(session, record.id, now=NOW + timedelta(minutes=6)) is not None


def test_refused_rows_lie_beside_the_upload_with_their_reasons(session, account, tmp_path):
    record = kept(session, account, tmp_path, content=ROWS + "3;entah;Terima kasih\n")
    pieces = list(receive.batches(record, zone=account.zone, now=NOW))
    assert (pieces[-1].refused, pieces[-1].rows_read, pieces[-1].progress) == (1, 3, 1.0)
    assert [message.text for piece in pieces for message in piece.incoming] == ["Lampu mati", "Kapan nyala?"]
    assert "entah" in receive.refused_path(tmp_path / record.stored_as).read_text("utf-8-sig")
