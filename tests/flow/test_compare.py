"""What a candidate would read otherwise is kept with the run, and citizens' comments are pointed to, not copied."""

from sqlmodel import select

from models import RunChange
from tests import corpus, factories
from tests.comparisons import comparison
from tests.factories import NOW
from tests.flow.readings import serving_run
from triage.extensions import db
from triage.flow import compare, retrain
from triage.jobs import tasks, training
from triage.jobs.schedule import sweep
from triage.queries import changes, runs


def row(number, comment_id=None, **given):
    values = {
        "comment_id": comment_id, "text": "" if comment_id else f"Baris {number}", "truth_intent": "question", "truth_unit": "",
        "intent_before": "complaint", "intent_after": "question", "intent_before_p": 0.6, "intent_after_p": 0.7,
        "unit_before": "DPUPR", "unit_after": "DPUPR", "unit_before_p": 0.6, "unit_after_p": 0.7,
    }  # fmt: skip
    return values | given


def candidate(session):
    run = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    return run.id


def test_changes_are_paged_in_order_masked_and_lead_to_their_case(session):
    where, run_id = factories.account(session), serving_run(session)
    case = factories.case(session, where, text="Hubungi 081234567890, lampu padam")
    comment = changes.newest_comments(session, 10)
    session.rollback()
    assert comment == []  # nothing has been read by a model yet
    rows = [row(n) for n in range(changes.PAGE_SIZE + 3)] + [row(0, comment_id=first_comment(session, case))]
    compare.keep(session, run_id, compare.Measured({"n": 1}, comparison(1), rows))
    first, following = changes.page(session, run_id, kind="jenis", is_live=False)
    rest, end = changes.page(session, run_id, kind="jenis", is_live=False, after=following)
    assert [shown.text for shown in first + rest] == [f"Baris {n}" for n in range(changes.PAGE_SIZE + 3)]
    assert end is None
    (live,), _ = changes.page(session, run_id, kind="jenis", is_live=True)
    assert live.case_code == case.code
    assert "lampu padam" in live.text
    assert "081234567890" not in live.text
    assert changes.counts(session, run_id) == {("jenis", False): changes.PAGE_SIZE + 3, ("jenis", True): 1}
    assert changes.page(session, run_id, kind="unit", is_live=True) == ([], None)


def first_comment(session, case):
    from_case = changes.select(changes.Comment.id).where(changes.Comment.case_id == case.id)
    return session.exec(from_case).first()


def test_a_new_comparison_takes_the_place_of_the_old_one(session):
    run_id = serving_run(session)
    compare.keep(session, run_id, compare.Measured({"n": 1}, comparison(1), [row(1), row(2)]))
    compare.keep(session, run_id, compare.Measured({"n": 2}, comparison(2), [row(3)]))
    assert [change.text for change in session.exec(select(RunChange))] == ["Baris 3"]
    assert runs.known(session, run_id).comparison["against"] == 2


def test_a_candidate_is_compared_again_with_todays_model_and_a_lost_message_is_found(serving, artefact, tmp_path, app):
    corpus.shrink(app, tmp_path)
    factories.take_in(db.session, factories.account(db.session), factories.incoming("Jalan depan pasar rusak parah"))
    tasks.classify_waiting.work()
    run_id = candidate(db.session)
    retrain.finish_run(db.session, run_id, *artefact, scores={"speed": {"load_ms": 9.0}}, comparison={}, now=NOW)
    compare.ask(db.session, run_id)
    sweep.work()
    app.extensions["queue"].drain()
    run = runs.known(db.session, run_id)
    assert run.step == "Selesai"
    assert run.comparison["against"] == serving.id
    assert run.comparison["live"] == {"n": 1, "routed_before": run.comparison["live"]["routed_after"], "routed_after": run.comparison["live"]["routed_after"]}  # fmt: skip
    assert run.comparison["challenger"]["n"] == run.scores["n"] > 100
    assert run.scores["speed"] == {"load_ms": 9.0}
    assert changes.counts(db.session, run_id) == {}
    assert training.between(serving.id, run_id).macro_f1_difference == 0.0


def test_a_comparison_with_a_damaged_artefact_says_so_and_is_not_tried_for_ever(serving, artefact, tmp_path):
    run_id = candidate(db.session)
    retrain.finish_run(db.session, run_id, tmp_path / "hilang", artefact[1], scores={}, comparison={}, now=NOW)
    compare.ask(db.session, run_id)
    training.compare_run.work(run_id)
    assert runs.known(db.session, run_id).step.startswith("Perbandingan gagal:")
    assert runs.to_compare(db.session, compare.COMPARING) == []


def test_a_training_that_was_stopped_while_it_was_measured_keeps_its_end(session):
    run = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    retrain.cancel(session, run.id, now=NOW)
    compare.keep(session, run.id, compare.Measured({"n": 1}, comparison(1), [row(1)]))
    session.expire_all()
    found = runs.known(session, run.id)
    assert (found.step, found.scores, changes.counts(session, run.id)) == ("Dihentikan", {}, {})
