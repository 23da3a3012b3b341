"""From a person's label to a model that serves, and back again: with the real training on a small corpus."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models import Intent, Label, LabelSource, RunStatus, Snapshot
from tests import corpus, factories
from tests.comparisons import comparison
from tests.conftest import DATA
from tests.factories import NOW
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import card, promote, relabel, retrain, review
from triage.jobs import tasks, training
from triage.jobs.queue import bound
from triage.queries import labels, runs

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(app):
    """A person of Diskominfo, and a second one."""
    return [factories.viewer(db.session, "diskominfo") for _ in range(2)]


def finished(artefact, by=None, now=NOW):
    """A trained run that does not serve, unless it is the first."""
    run = retrain.queue_run(db.session, actor_id=by, seed=0, now=now)
    active = runs.active(db.session)
    found = comparison(active.id) if active else {}
    return retrain.finish_run(db.session, run.id, *artefact, scores={}, comparison=found, now=now)


@pytest.fixture
def small_corpus(app, tmp_path):
    return corpus.shrink(app, tmp_path)


@pytest.mark.slow
def test_a_correction_becomes_a_label_a_candidate_a_serving_model_and_can_be_undone(serving, desk, small_corpus):
    first, second = desk
    account = factories.account(db.session)
    corrected = factories.case(db.session, account, text="Nomor KTP saya 3201010101010001, kapan pupuk subsidi datang")
    relabel.relabel(db.session, first, corrected.code, Intent.QUESTION, now=NOW)

    run = retrain.queue_run(db.session, actor_id=first.user_id, seed=0, now=NOW)
    training.train_model.work(run.id)

    trained = runs.get(db.session, run.id)
    assert trained.status is RunStatus.DONE, trained.error
    assert not trained.is_active
    snapshot = db.session.get(Snapshot, trained.snapshot_id)
    assert snapshot.counts["from_people"] == 1
    lines = Path(snapshot.stored_as).read_text(encoding="utf-8").splitlines()
    learned = [line for line in lines if "pupuk subsidi datang" in line]
    assert len(learned) == 1
    assert "question" in learned[0]
    assert "3201010101010001" not in learned[0]
    assert review.suspects(db.session).run_id == run.id
    db.session.rollback()
    found = trained.comparison
    assert found["against"] == serving.id
    assert found["champion"]["n"] == found["challenger"]["n"] == snapshot.counts["frozen"]

    reason = "contoh kecil, jadi keberatannya dikesampingkan"
    promote.promote(db.session, second, trained.id, reason=reason, override=True, now=LATER)
    factories.take_in(db.session, account, factories.incoming("Jalan depan pasar rusak parah"), now=LATER)
    tasks.classify_waiting.work()
    assert newest_reader() == trained.id

    promote.roll_back(db.session, second, reason="ternyata tidak", now=LATER)
    factories.take_in(db.session, account, factories.incoming("Air PDAM mati dua hari"), now=LATER)
    tasks.classify_waiting.work()
    assert newest_reader() == serving.id
    assert [entry.reason for entry in runs.promotions(db.session)] == ["ternyata tidak", reason, "model pertama"]


def newest_reader():
    """Return the run that classified the newest comment."""
    by_model = select(Label.run_id).where(Label.source == LabelSource.MODEL).order_by(Label.id.desc())
    return db.session.exec(by_model).first()


def test_only_one_training_at_a_time(app):
    retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    with pytest.raises(InvalidInput, match="Pelatihan lain sedang berjalan"):
        retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)


def test_who_trained_a_model_does_not_promote_it_while_there_is_a_second_person(serving, artefact, desk):
    run = finished(artefact, by=desk[0].user_id)
    with pytest.raises(InvalidInput, match="pengguna Diskominfo yang lain"):
        promote.promote(db.session, desk[0], run.id, reason="baik", now=LATER)
    assert runs.active(db.session).id == serving.id
    assert promote.promote(db.session, desk[1], run.id, reason="baik", now=LATER).is_active


def test_a_lone_person_may_promote_what_they_trained(serving, artefact):
    alone = factories.viewer(db.session, "diskominfo")
    run = finished(artefact, by=alone.user_id)
    assert promote.promote(db.session, alone, run.id, reason="baik", now=LATER).is_active


def falling(artefact, by):
    run = retrain.queue_run(db.session, actor_id=by, seed=0, now=NOW)
    found = comparison(runs.active(db.session).id, complaint=(-0.12, -0.03))
    return retrain.finish_run(db.session, run.id, *artefact, scores={}, comparison=found, now=NOW)


def test_a_model_that_lets_a_class_fall_is_refused_unless_a_second_person_says_why(serving, artefact, desk):
    run = falling(artefact, by=desk[0].user_id)
    with pytest.raises(InvalidInput, match="F1 Pengaduan turun"):
        promote.promote(db.session, desk[1], run.id, reason="sudah baik menurut kami", now=LATER)
    with pytest.raises(InvalidInput, match="alasan yang lengkap"):
        promote.promote(db.session, desk[1], run.id, reason="baik", override=True, now=LATER)
    reason = "baris pengaduan pembanding berisi ejaan lama"
    promote.promote(db.session, desk[1], run.id, reason=reason, override=True, now=LATER)
    entry = runs.promotions(db.session)[0]
    assert (entry.run_id, entry.previous_run_id, entry.actor, entry.reason) == (
        run.id,
        serving.id,
        desk[1].actor,
        reason,
    )
    assert entry.objections[0].startswith("F1 Pengaduan turun")
    assert entry.figures["difference"] == 0.05


def test_nobody_sets_objections_to_their_own_model_aside(serving, artefact):
    alone = factories.viewer(db.session, "diskominfo")
    run = falling(artefact, by=alone.user_id)
    with pytest.raises(InvalidInput, match="orang kedua"):
        promote.promote(db.session, alone, run.id, reason="tidak ada orang lain di kantor", override=True, now=LATER)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(serving, artefact, desk, reason):
    run = finished(artefact)
    with pytest.raises(InvalidInput, match="Tulis alasannya"):
        promote.promote(db.session, desk[0], run.id, reason=reason, now=LATER)


@pytest.mark.parametrize("damaged", ["model.npz", "card.json"])
def test_a_damaged_artefact_is_refused_and_the_last_good_model_goes_on(serving, artefact, desk, tmp_path, damaged):
    broken = tmp_path / "broken"
    shutil.copytree(artefact[0], broken)
    content = bytearray((broken / damaged).read_bytes())
    content[len(content) // 2] ^= 1
    (broken / damaged).write_bytes(bytes(content))
    run = finished((broken, artefact[1]))
    with pytest.raises(InvalidInput, match="tidak dapat dipakai"):
        promote.promote(db.session, desk[0], run.id, reason="baik", now=LATER)
    db.session.rollback()
    assert runs.active(db.session).id == serving.id
    factories.take_in(db.session, factories.account(db.session), factories.incoming())
    tasks.classify_waiting.work()
    assert newest_reader() == serving.id


def test_there_is_nothing_to_roll_back_to_before_a_second_model(serving, desk):
    with pytest.raises(InvalidInput, match="Belum ada model sebelumnya"):
        promote.roll_back(db.session, desk[0], reason="uji", now=LATER)


def test_a_changed_card_is_not_shown(serving, artefact, tmp_path):
    shutil.copytree(artefact[0], tmp_path / "changed")
    path = tmp_path / "changed/card.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))
    assert card.card_of(serving).intents
    with pytest.raises(InvalidInput, match="berbeda dari yang tercatat"):
        card.card_of(finished((tmp_path / "changed", artefact[1])))


def test_a_training_that_cannot_finish_tells_why_and_a_new_one_may_start(serving, small_corpus, tmp_path):
    (tmp_path / "corpus/seed/comments.jsonl").write_text("")
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    training.train_model.enqueue(run.id)
    db.session.rollback()
    bound().drain()
    failed = runs.locked(db.session, run.id)
    assert failed.status is RunStatus.FAILED
    assert failed.error
    assert runs.active(db.session).id == serving.id
    assert retrain.queue_run(db.session, actor_id=None, seed=0, now=LATER).status is RunStatus.QUEUED


def test_an_agreeing_person_is_no_override(serving, desk):
    account = factories.account(db.session)
    for text in ("Jalan depan pasar rusak parah, tolong diperbaiki", "Kapan jadwal posyandu bulan ini?"):
        factories.take_in(db.session, account, factories.incoming(text))
    tasks.classify_waiting.work()
    said = db.session.exec(
        select(Label).where(Label.subject == "intent", Label.source == LabelSource.MODEL).order_by(Label.id)
    ).all()
    for label, value in zip(said, (said[0].value, "praise"), strict=True):
        db.session.add(
            Label(
                comment_id=label.comment_id,
                subject="intent",
                value=value,
                source=LabelSource.PERSON,
                user_id=desk[0].user_id,
                created_at=tasks.now(),
            )
        )
    db.session.commit()
    assert labels.override_share(db.session, tasks.now() - timedelta(days=30)) == (1, 2)
    assert labels.gathered_by_subject(db.session)["intent"]["praise"] == 1


def test_the_web_process_does_not_load_the_training_library():
    code = (
        "import sys, tempfile, pathlib; from triage import create_app; from triage.config import Config\n"
        "create_app(Config(data_dir=pathlib.Path(tempfile.mkdtemp()), secret_key='u', author_salt='g'))\n"
        "assert 'flask' in sys.modules; assert 'sklearn' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=DATA.parent, check=False)
    assert done.returncode == 0, done.stderr
