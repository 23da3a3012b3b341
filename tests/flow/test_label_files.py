"""Labels in files: in, each once and masked, and out again with where they come from; on both databases."""

import csv
import json
from datetime import timedelta
from io import BytesIO

import pytest
from sqlmodel import select

from models import Comment, ImportedLabel, ImportStatus, Intent, Role
from tests import factories
from tests.factories import NOW
from triage.flow import label, label_files, relabel, snapshot
from triage.jobs import labelling as jobs
from triage.queries import material
from triage.rules.labelling import Standing

HEAD = "teks,jenis,unit,akun\n"
ROWS = 'NIK saya 3201010101010001 ditolak,pengaduan,DISDUKCAPIL,DISDUKCAPIL\n"Mantap, min",pujian,,\nApa ini,entah,,\n'


def bring(session, tmp_path, body, name="label.csv"):
    """Import a file as the worker does; return its record."""
    session.rollback()
    record = label_files.keep_upload(session, BytesIO(body.encode()), name, tmp_path, user_id=None, now=NOW)
    jobs.import_labels.work(record.id)
    session.refresh(record)
    session.rollback()
    return record


def test_labels_come_in_masked_with_their_refusals_beside_them(session, tmp_path):
    done = bring(session, tmp_path, HEAD + ROWS)
    assert (done.status, done.accepted, done.duplicate, done.refused) == (ImportStatus.DONE, 2, 0, 1)
    found = session.exec(select(ImportedLabel).order_by(ImportedLabel.id)).all()
    assert [(row.text, row.intent, row.unit) for row in found] == [
        ("NIK saya [NIK] ditolak", Intent.COMPLAINT, "DISDUKCAPIL"),
        ("Mantap, min", Intent.PRAISE, None),
    ]
    refused = label_files.refused_path(done).read_text(encoding="utf-8-sig")
    assert "Jenis “entah” tidak dikenal" in refused
    assert "Apa ini" in refused


def test_the_same_file_twice_changes_nothing_and_a_new_label_of_a_text_counts(session, tmp_path):
    bring(session, tmp_path, HEAD + ROWS)
    again = bring(session, tmp_path, HEAD + ROWS)
    assert (again.accepted, again.duplicate, again.refused) == (0, 2, 1)
    bring(session, tmp_path, HEAD + '"Mantap, min",pengaduan,,\n')
    told = {row.text: (row.intent, row.standing) for row in material.people_labelled(session)}
    assert told["Mantap, min"] == ("complaint", Standing.IMPORTED)
    assert len(told) == 2


def test_an_import_whose_worker_died_is_finished_by_the_next_one(session, tmp_path):
    body = HEAD + "".join(f"Keluhan nomor {i},pengaduan,,\n" for i in range(600))
    record = label_files.keep_upload(session, BytesIO(body.encode()), "x.csv", tmp_path, user_id=None, now=NOW)
    words = label_files.vocabulary(session)
    session.rollback()
    label_files.start(session, record.id, now=NOW)
    label_files.take(session, record.id, next(label_files.batches(record, words)), now=NOW)
    assert label_files.start(session, record.id, now=NOW) is None, "its worker may still be there"
    later = NOW + timedelta(minutes=6)
    label_files.start(session, record.id, now=later)
    for batch in label_files.batches(record, words):
        label_files.take(session, record.id, batch, now=later)
    done = label_files.finish(session, record.id, now=later)
    assert (done.accepted, done.duplicate, done.refused) == (600, 0, 0)


def test_imported_labels_enter_the_next_snapshot_and_yield_to_people(session, tmp_path):
    where, desk = factories.account(session), factories.viewer(session, Role.DISKOMINFO)
    found = factories.case(session, where, text="Mantap, min")
    relabel.relabel(session, desk, found.code, Intent.OTHER, now=NOW)
    bring(session, tmp_path, HEAD + ROWS)
    rows = {row.text: row for row, _ in snapshot.gather(session, [], []).learned}
    assert (rows["Mantap, min"].intent, rows["Mantap, min"].source) == ("other", "warga")
    assert (rows["NIK saya [NIK] ditolak"].unit, rows["NIK saya [NIK] ditolak"].source) == ("DISDUKCAPIL", "impor")
    assert len(rows) == 2


@pytest.fixture
def labelled(session, tmp_path):
    """One comment decided by two readers, one corrected, one from a file; hostile and personal words among them."""
    where = factories.account(session)
    people = [factories.viewer(session, Role.DISKOMINFO) for _ in range(2)]
    arrived = factories.incoming("=cmd|' /C calc'!A0 hubungi 0812-3456-7890")
    factories.take_in(session, where, arrived)
    comment_id = session.exec(select(Comment.id)).one()
    label.add_tasks(session, [comment_id], label.GOLD, now=NOW)
    session.commit()
    for person in people:
        label.read(session, person, 1, Intent.OTHER, now=NOW)
        label.name_unit(session, person, 1, "", now=NOW)
    found = factories.case(session, where, text="Lampu padam; -lagi")
    relabel.relabel(session, people[0], found.code, Intent.COMPLAINT, now=NOW)
    bring(session, tmp_path, HEAD + ROWS)
    return {
        "=cmd|' /C calc'!A0 hubungi [telepon]": ("other", "UNKNOWN", "dua orang sepakat"),
        "Lampu padam; -lagi": ("complaint", "DINKES", "satu orang"),
        "NIK saya [NIK] ditolak": ("complaint", "DISDUKCAPIL", "berkas impor"),
        "Mantap, min": ("praise", "", "berkas impor"),
    }


@pytest.mark.parametrize("form", label_files.FORMATS)
def test_what_goes_out_is_masked_says_where_it_comes_from_and_comes_in_again_unchanged(
    session, labelled, tmp_path, form
):
    path = tmp_path / f"keluar.{form}"
    session.rollback()
    assert label_files.write(path, label_files.exported(session), form=form) == 4
    assert b"0812" not in path.read_bytes()
    reader = label_files.LabelReader(path, label_files.vocabulary(session))
    assert {row.text: (row.intent, row.unit) for row in reader} == {
        text: (intent, {"UNKNOWN": "", "": None}.get(unit, unit)) for text, (intent, unit, _) in labelled.items()
    }
    if form == "jsonl":
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert {row["teks"]: (row["jenis"], row["unit"], row["asal"]) for row in lines} == labelled
        assert {row["pedoman"] for row in lines} == {"v1"}
    if form == "csv":
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
