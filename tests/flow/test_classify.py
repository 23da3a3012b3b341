"""What a reading does to a case: its intent, its closing, its reopening; a person's word stands."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from models import Case, CaseState, Comment, EventKind, Intent, Label, LabelSource
from tests.factories import NOW, account, incoming, take_in
from tests.flow.readings import again, desk, events, read, serving_run, told
from triage.extensions import db
from triage.flow import classify, relabel, resolve
from triage.jobs import tasks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def where(session):
    return account(session)


@pytest.fixture
def run(session, where):
    return serving_run(session)


def test_a_reading_leaves_two_labels_an_event_and_a_unit(session, where, run):
    found = told(session, where, run)
    assert (found.intent, found.is_intent_sure, found.intent_confidence) == (Intent.COMPLAINT, True, 0.95)
    kept = session.exec(select(Label).order_by(Label.id)).all()
    assert [(label.subject, label.value, label.source, label.run_id) for label in kept] == [
        ("intent", "complaint", LabelSource.MODEL, run),
        ("unit", "DINKES", LabelSource.MODEL, run),
    ]
    assert kept[0].reasons == [{"word": "lampu", "weight": 1.5}]
    assert kept[1].reasons[0]["parts"] == [{"name": "kata kunci", "detail": "lampu", "value": 2.0}]
    (event,) = events(session, found, EventKind.CLASSIFIED)
    assert (event.actor, event.data["intent"]) == (f"model:{run}", "complaint")


def test_reading_twice_reads_nothing_anew(session, where, run):
    told(session, where, run)
    read(session, run, "question")
    assert session.exec(select(func.count()).select_from(Label)).one() == 2


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        ("question", "complaint", "complaint"),
        ("complaint", "question", "complaint"),
        ("praise", "question", "question"),
        ("complaint", "hoax_report", "hoax_report"),
        ("hoax_report", "praise", "hoax_report"),
        ("praise", "other", "praise"),
    ],
)
def test_the_more_pressing_intent_of_a_thread_wins(session, where, run, first, later, expected):
    told(session, where, run, intent=first, at=NOW - HOUR)
    found = told(session, where, run, "masih ada lagi", intent=later)
    assert (found.intent, found.comment_count) == (expected, 2)


def test_a_persons_intent_is_never_overridden(session, where, run):
    found = told(session, where, run, intent="question", at=NOW - HOUR)
    relabel.relabel(session, desk(session), found.code, Intent.PRAISE, now=NOW - HOUR)
    later = told(session, where, run, "hoaks beredar", intent="hoax_report")
    assert (later.id, later.intent, later.is_intent_by_person) == (found.id, Intent.PRAISE, True)


def test_a_case_that_a_person_called_other_is_not_closed_by_a_later_reading(session, where, run):
    found = told(session, where, run, intent="question", at=NOW - HOUR)
    relabel.relabel(session, desk(session), found.code, Intent.OTHER, now=NOW - HOUR)
    assert told(session, where, run, "lampu padam", intent="complaint").state is CaseState.NEW


@pytest.mark.parametrize(
    ("is_sure", "confidence", "state"),
    [
        (True, 0.95, CaseState.NO_ANSWER_NEEDED),
        (True, 0.8, CaseState.NEW),
        (False, 0.95, CaseState.NEW),
    ],
    ids=["beyond doubt", "sure", "unsure"],
)
def test_only_an_other_beyond_doubt_closes_as_no_answer_needed(session, where, run, is_sure, confidence, state):
    found = told(session, where, run, "hadir", intent="other", is_sure=is_sure, confidence=confidence)
    is_closed = state is CaseState.NO_ANSWER_NEEDED
    assert found.state is state
    assert (found.closed_at is not None) is is_closed
    assert [event.actor for event in events(session, found, EventKind.NO_ANSWER_NEEDED)] == [f"model:{run}"] * is_closed


def test_a_complaint_after_a_closed_other_reopens_with_unit_and_deadline(session, where, run):
    told(session, where, run, "hadir", intent="other", at=NOW - HOUR)
    found = told(session, where, run, "jalan rusak", unit="DPUPR")
    assert (found.state, found.intent, found.comment_count) == (CaseState.IN_PROGRESS, Intent.COMPLAINT, 2)
    assert events(session, found, EventKind.ROUTED)[-1].data["to"] == "DPUPR"
    assert found.due_at is not None
    assert [event.actor for event in events(session, found, EventKind.REOPENED)] == ["citizen"]


def closed(session, where, run):
    found = told(session, where, run, at=NOW - DAY)
    resolve.resolve(session, desk(session), found.code, reason="sudah", version=found.version, now=NOW - HOUR)
    return found


@pytest.mark.parametrize("intent", ["praise", "other"])
def test_thanks_after_closing_do_not_reopen(session, where, run, intent):
    closed(session, where, run)
    found = told(session, where, run, "terima kasih", intent=intent)
    assert (found.state, found.comment_count) == (CaseState.RESOLVED, 2)


@pytest.mark.parametrize("intent", ["complaint", "question", "hoax_report"])
def test_a_new_matter_after_closing_reopens(session, where, run, intent):
    closed(session, where, run)
    found = told(session, where, run, "padam lagi", intent=intent)
    assert (found.state, found.closed_at, found.is_waiting_for_us) == (CaseState.IN_PROGRESS, None, True)


def test_a_comment_written_before_closing_but_seen_later_does_not_reopen(session, where, run):
    closed(session, where, run)
    take_in(session, where, incoming("cepat ya", author_id="siti", posted_at=NOW - 2 * HOUR))
    read(session, run)
    assert session.exec(select(Case.state)).one() is CaseState.RESOLVED


def test_a_closed_case_stays_closed_while_the_citizen_has_a_newer_open_one(session, where, run):
    """Two imports before any reading: the first joins the closed case, the second comes too late and opens its own."""
    old = told(session, where, run, at=NOW - 40 * DAY)
    resolve.resolve(session, desk(session), old.code, reason="sudah", version=old.version, now=NOW - 39 * DAY)
    take_in(session, where, incoming("padam lagi", author_id="siti", posted_at=NOW - 38 * DAY))
    take_in(session, where, incoming("masih padam", author_id="siti", posted_at=NOW - DAY))
    read(session, run)
    states = session.exec(select(Case.state).order_by(Case.id)).all()
    assert states == [CaseState.RESOLVED, CaseState.NEW]
    assert session.exec(select(Comment).where(Comment.classified_at.is_(None))).all() == []


def test_of_two_closed_cases_of_a_thread_only_the_newest_reopens(session, where, run):
    boss = desk(session)
    old = told(session, where, run, at=NOW - 40 * DAY)
    resolve.resolve(session, boss, old.code, reason="sudah", version=old.version, now=NOW - 39 * DAY)
    take_in(session, where, incoming("padam lagi", author_id="siti", posted_at=NOW - 38 * DAY))
    take_in(session, where, incoming("masih padam", author_id="siti", posted_at=NOW - DAY))
    newer = session.exec(select(Case).order_by(Case.id.desc())).first()
    resolve.resolve(session, boss, newer.code, reason="sudah", version=newer.version, now=NOW - 2 * HOUR)
    take_in(session, where, incoming("eh padam", author_id="siti", posted_at=NOW - HOUR))
    read(session, run)
    assert session.exec(select(Case.state).order_by(Case.id)).all() == [CaseState.RESOLVED, CaseState.IN_PROGRESS]


def test_the_real_model_reads_what_waits_and_leaves_nothing(serving):
    where = account(db.session)
    texts = ["Lampu jalan padam sejak Senin", "Jam buka puskesmas?", "🙏🙏", "", "a" * 20_000, "شكرا", "\u202emundur"]
    take_in(db.session, where, *[incoming(text or "-") for text in texts])
    found = tasks.serving()
    batch = classify.read(db.session, limit=3)
    said = found.judge(*classify.as_asked(batch))
    assert classify.keep(db.session, batch, said, run_id=found.run_id, now=NOW) == 3
    tasks.classify_all(lambda: NOW)
    assert db.session.exec(select(func.count()).select_from(Label)).one() == 2 * len(texts)
    assert db.session.exec(select(Case.intent).where(Case.intent.is_(None))).all() == []


def test_an_earlier_comment_seen_late_sets_the_start_of_the_case_back(session, where, run):
    found = told(session, where, run, at=NOW - HOUR)
    told(session, where, run, "sejak kemarin", at=NOW - DAY)
    assert again(session, found).opened_at == NOW - DAY
