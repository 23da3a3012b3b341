"""The import job: what is in the tables after it, whatever happened in between."""

import io

from tests import factories
from tests.factories import NOW
from triage.extensions import db
from triage.flow import receive
from triage.jobs import tasks
from triage.jobs.queue import bound
from triage.jobs.schedule import sweep

HEADER = "ID Komentar;Tanggal;Komentar\n"


def queued(account, rows, folder, header=HEADER):
    upload = receive.keep_upload(io.BytesIO((header + rows).encode()), "rekap.csv", account.id, folder)
    return receive.receive_file(db.session, upload, status=receive.QUEUED, now=NOW)


def line(number, text="Lampu mati"):
    return f"{number};2026-11-17 08:15;{text} {number}\n"


def test_a_file_in_several_batches_is_counted_whole(app, tmp_path):
    rows = "".join(line(number) for number in range(2 * receive.BATCH + 7)) + line(0) + "x;entah;Halo\n"
    record = queued(factories.account(db.session), rows, tmp_path)
    tasks.run_import.work(record.id)
    done = receive.result(db.session, record.key)
    assert (done.accepted, done.duplicate, done.refused) == (2 * receive.BATCH + 7, 1, 1)
    assert done.rows_read == 2 * receive.BATCH + 9
    assert done.progress == 1.0


def test_an_import_whose_message_was_lost_is_found_by_the_sweep(app, tmp_path):
    record = queued(factories.account(db.session), line(1), tmp_path)
    sweep.work()
    db.session.rollback()
    bound().drain()
    assert receive.result(db.session, record.key).status == "done"


def test_a_second_message_for_the_same_import_changes_nothing(app, tmp_path):
    record = queued(factories.account(db.session), line(1), tmp_path)
    tasks.run_import.work(record.id)
    tasks.run_import.work(record.id)
    done = receive.result(db.session, record.key)
    assert (done.accepted, done.duplicate) == (1, 0)


def test_a_file_that_vanished_fails_with_its_reason_and_hurts_no_other(app, tmp_path):
    account = factories.account(db.session)
    lost, good = queued(account, line(1), tmp_path), queued(account, line(2), tmp_path)
    tmp_path.joinpath(lost.stored_as).unlink()
    for record in (lost, good):
        tasks.run_import.work(record.id)
    assert receive.result(db.session, lost.key).status == "failed"
    assert receive.result(db.session, lost.key).error
    assert receive.result(db.session, good.key).accepted == 1


def test_the_sweep_leaves_classifying_to_an_import_under_way(app, tmp_path):
    record = queued(factories.account(db.session), line(1), tmp_path)
    receive.start_import(db.session, record.id, now=NOW)
    assert names_swept().count("classify_waiting") == 0
    receive.finish_import(db.session, record.id, now=NOW)
    assert names_swept().count("classify_waiting") == 1


def names_swept():
    """Return what the sweep asks for, and take it off the queue."""
    sweep.work()
    db.session.rollback()
    found = []
    while (task := bound().huey.dequeue()) is not None:
        found.append(task.name.rsplit(".", 1)[-1])
    return found
