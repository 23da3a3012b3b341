"""A candidate in the shadow reads what the active model read, and nothing follows from its word."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from models import Account, Case, Label, ShadowPrediction
from tests import factories
from tests.comparisons import comparison
from tests.factories import NOW
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import promote, relabel, retrain, shadow
from triage.jobs import tasks, watching
from triage.queries import runs, watch

TEXTS = ("Jalan depan pasar rusak parah, tolong diperbaiki", "Kapan jadwal posyandu bulan ini?", "Terima kasih, cepat!")


@pytest.fixture
def candidate(serving, artefact):
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    return retrain.finish_run(db.session, run.id, *artefact, scores={}, comparison=comparison(serving.id), now=NOW).id


def arrive(texts=TEXTS):
    """Let comments come in and the active model read them."""
    where = factories.account(db.session)
    factories.take_in(db.session, where, *map(factories.incoming, texts))
    db.session.rollback()
    tasks.classify_waiting.work()


def count(table):
    db.session.rollback()
    return db.session.exec(select(func.count()).select_from(table)).one()


def state():
    db.session.rollback()
    return [(c.intent, c.unit_id, c.due_at, c.version) for c in db.session.exec(select(Case).order_by(Case.id))]


def test_the_shadow_reads_each_comment_once_and_decides_nothing(serving, candidate):
    active = serving.id
    arrive(["Komentar sebelum bayangan dimulai"])
    moment = tasks.now()
    shadow.start(db.session, candidate, now=moment)
    where = db.session.exec(select(Account)).first()
    factories.take_in(db.session, where, *map(factories.incoming, TEXTS))
    db.session.rollback()
    tasks.classify_waiting.work()
    before, labels = state(), count(Label)
    watching.read_in_shadow.work()
    watching.read_in_shadow.work()
    said = db.session.exec(select(ShadowPrediction).order_by(ShadowPrediction.id)).all()
    assert len(said) == len(TEXTS)
    assert {row.active_run_id for row in said} == {active}
    assert all(row.intent == row.active_intent and row.unit == row.active_unit for row in said)  # the same artefact
    assert (state(), count(Label)) == (before, labels)
    assert watch.agreement(db.session, candidate)[:3] == (3, 3, 3)
    assert watch.differing(db.session, candidate) == ([], None)


def test_a_shadow_that_fell_behind_misses_nothing(serving, candidate):
    since, where = NOW - timedelta(hours=9), factories.account(db.session)
    shadow.start(db.session, candidate, now=since)
    for hours in (8, 4):
        factories.take_in(db.session, where, factories.incoming())
        db.session.rollback()
        tasks.classify_all(lambda hours=hours: NOW - timedelta(hours=hours))
    found = tasks.serving()
    about = {"run_id": candidate, "since": since, "limit": 1, "now": NOW}
    assert [shadow.read(db.session, found.model, found.keywords, **about) for _ in range(3)] == [1, 1, 0]


def test_differences_are_shown_masked_beside_what_people_said(serving, candidate):
    arrive(["Hubungi 081234567890, jalan rusak parah"])
    comment = db.session.exec(select(factories.Comment)).one()
    desk = factories.viewer(db.session, "diskominfo")
    case = db.session.exec(select(Case)).one()
    relabel.relabel(db.session, desk, case.code, relabel.Intent.QUESTION, now=NOW)
    row = {
        "run_id": candidate, "comment_id": comment.id, "active_run_id": serving.id, "at": NOW,
        "intent": "question", "intent_p": 0.6, "unit": "DINKES", "unit_p": 0.5,
        "active_intent": "complaint", "active_intent_p": 0.7, "active_unit": "DPUPR", "active_unit_p": 0.8,
    }  # fmt: skip
    watch.add_shadow(db.session, [row])
    watch.add_shadow(db.session, [row | {"intent": "praise"}])
    db.session.commit()
    (shown,), following = watch.differing(db.session, candidate)
    assert following is None
    assert (shown.case_code, shown.person_intent, shown.prediction.intent) == (case.code, "question", "question")
    assert "081234567890" not in shown.text
    assert watch.agreement(db.session, candidate) == (1, 0, 0, 1, 0, 1)
    assert watch.pairs(db.session, candidate) == [("complaint", "question", 1)]


def test_there_is_one_shadow_and_it_ends_when_it_begins_to_serve(serving, candidate, artefact):
    other = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW).id
    retrain.finish_run(db.session, other, *artefact, scores={}, comparison=comparison(serving.id), now=NOW)
    shadow.start(db.session, candidate, now=NOW)
    shadow.start(db.session, other, now=NOW)
    assert runs.shadow(db.session).id == other
    desk = factories.viewer(db.session, "diskominfo")
    promote.promote(db.session, desk, other, reason="lebih baik", now=NOW)
    assert runs.shadow(db.session) is None
    with pytest.raises(InvalidInput, match="belum aktif"):
        shadow.start(db.session, other, now=NOW)
    shadow.start(db.session, candidate, now=NOW)
    shadow.stop(db.session, candidate)
    assert runs.shadow(db.session) is None


def test_a_damaged_candidate_does_not_become_a_shadow(serving, tmp_path, artefact):
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    retrain.finish_run(db.session, run.id, tmp_path / "hilang", artefact[1], scores={}, comparison={}, now=NOW)
    with pytest.raises(InvalidInput, match="tidak dapat dipakai"):
        shadow.start(db.session, run.id, now=NOW)


def test_without_a_shadow_nothing_is_read(serving):
    arrive()
    watching.read_in_shadow.work()
    assert count(ShadowPrediction) == 0
