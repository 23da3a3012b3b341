"""A training can be watched, stopped and repeated, and a dead worker leaves none behind."""

import json
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

from models import RunStatus
from tests import corpus
from tests.factories import NOW
from triage.errors import InvalidInput
from triage.extensions import ModelShelf, db
from triage.flow import fit, retrain
from triage.jobs import tasks, training
from triage.jobs.queue import bound
from triage.jobs.schedule import sweep
from triage.queries import runs

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def small_corpus(app, tmp_path):
    return corpus.shrink(app, tmp_path)


@pytest.fixture
def job(small_corpus):
    """A job on the small corpus."""
    rows, lexicon = small_corpus / "seed/comments.jsonl", small_corpus / "lexicons/slang.tsv"
    return fit.job(str(rows), lexicon, [("DPUPR", "jalan rusak", None)], seed=4, moment=NOW.isoformat())


def queued(now=NOW):
    return retrain.queue_run(db.session, actor_id=None, seed=0, now=now)


def state(run_id):
    db.session.rollback()
    run = runs.locked(db.session, run_id)
    db.session.rollback()
    return run


@pytest.mark.slow
def test_the_same_rows_settings_and_seed_give_the_same_bytes_and_say_what_they_cost(job, tmp_path):
    told = []
    first, again = (
        fit.fit(tmp_path / name, job, watch=lambda share, step: told.append((share, step)) or True)
        for name in ("satu", "dua")
    )
    assert first.digest == again.digest
    assert (tmp_path / "satu/model.npz").read_bytes() == (tmp_path / "dua/model.npz").read_bytes()
    assert first.seconds > 0
    assert 50 < first.peak_memory_mb < 3000
    assert {"Melatih model akhir pada semua data", "Selesai"} <= {step for _, step in told}


def test_a_training_that_is_told_to_stop_stops_at_once_and_leaves_no_model(job, tmp_path):
    with pytest.raises(fit.Stopped):
        fit.fit(tmp_path / "henti", job, watch=lambda share, step: False)
    assert [path.name for path in (tmp_path / "henti").iterdir()] == ["job.json"]


def test_a_process_that_is_ended_is_gone():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.PIPE)
    fit.end(process)
    assert process.returncode < 0
    assert "memori" in fit.reason(process.returncode)


def test_a_training_ends_when_whoever_watched_it_is_gone(job, tmp_path):
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job | {"folder": str(tmp_path / "yatim")}))
    command = [sys.executable, "-m", "classifiers", str(path), "--watched"]
    with subprocess.Popen(command, cwd=fit.ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        process.stdin.close()
        assert process.wait(60) == 3
    assert not (tmp_path / "yatim").exists()


def test_somebody_stops_a_running_training(app, small_corpus):
    run_id = queued().id

    def stop():
        with app.app_context():
            for _ in range(600):
                is_running = runs.known(db.session, run_id).status is RunStatus.RUNNING
                db.session.rollback()
                if is_running:
                    retrain.cancel(db.session, run_id, now=LATER)
                    return
                time.sleep(0.05)

    somebody = threading.Thread(target=stop)
    somebody.start()
    training.train_model.work(run_id)
    somebody.join()
    ended = state(run_id)
    assert ended.status is RunStatus.CANCELLED
    assert ended.finished_at is not None
    assert runs.active(db.session) is None
    assert queued().status is RunStatus.QUEUED


def test_a_queued_training_is_stopped_at_once_and_an_ended_one_not_at_all(session):
    run = queued()
    assert retrain.cancel(session, run.id, now=NOW).status is RunStatus.CANCELLED
    with pytest.raises(InvalidInput, match="sudah berakhir"):
        retrain.cancel(session, run.id, now=NOW)
    assert retrain.start_run(session, run.id, now=NOW) is None


def test_a_stopped_training_does_not_become_a_candidate_after_all(session, artefact):
    run_id = queued().id
    retrain.start_run(session, run_id, now=NOW)
    retrain.cancel(session, run_id, now=NOW)
    assert not retrain.note_progress(session, run_id, 0.5, "Melatih", now=NOW)
    done = retrain.finish_run(session, run_id, *artefact, scores={}, comparison={}, now=NOW)
    assert done.status is RunStatus.CANCELLED
    assert runs.active(session) is None


def test_a_training_whose_worker_fell_silent_is_begun_again_but_not_for_ever(session):
    run_id = queued().id
    moment = NOW
    for attempt in range(1, retrain.MOST_ATTEMPTS + 1):
        assert retrain.start_run(session, run_id, now=moment).attempts == attempt
        assert retrain.start_run(session, run_id, now=moment + timedelta(seconds=30)) is None
        moment += retrain.SILENT_FOR + timedelta(seconds=1)
    assert retrain.start_run(session, run_id, now=moment) is None
    ended = state(run_id)
    assert ended.status is RunStatus.FAILED
    assert "terputus 3 kali" in ended.error


def test_a_stop_that_no_living_worker_hears_works_at_once(session):
    run_id = queued().id
    retrain.start_run(session, run_id, now=NOW)
    assert retrain.cancel(session, run_id, now=NOW).status is RunStatus.RUNNING
    assert retrain.cancel(session, run_id, now=LATER).status is RunStatus.CANCELLED


def test_the_sweep_begins_a_forgotten_training_again(app, small_corpus):
    (small_corpus / "seed/comments.jsonl").write_text("")
    run_id = queued().id
    retrain.start_run(db.session, run_id, now=NOW - timedelta(days=1))
    sweep.work()
    bound().drain()
    ended = state(run_id)
    assert (ended.status, ended.attempts) == (RunStatus.FAILED, 2)
    assert "belum cukup" in ended.error


def test_a_model_that_an_update_made_unreadable_is_replaced_by_the_next_one(
    serving, artefact, small_corpus, monkeypatch
):
    copy = small_corpus.parent / "lama"
    shutil.copytree(serving.stored_as, copy)
    (copy / "model.npz").write_bytes(b"versi lama")
    serving.stored_as = str(copy)
    db.session.commit()
    monkeypatch.setattr(tasks, "model_shelf", ModelShelf())  # a worker that has loaded nothing yet
    found = training.measured(*artefact, (), training.corpus())
    assert found.comparison == {}
    assert found.scores["n"] > 100
    run_id = queued().id
    done = retrain.finish_run(
        db.session, run_id, *artefact, scores=found.scores, comparison={}, is_needed=tasks.serving() is None, now=NOW
    )
    assert done.is_active
    assert runs.promotions(db.session)[0].reason == "model sebelumnya tidak dapat dibaca lagi"
    assert tasks.serving().run_id == run_id
