"""Weeks are counted in the office's zone, windows against the first comments, and alarms need more than chance."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import DriftReading, Label, LabelSource, LabelSubject, ModelWeek
from tests import factories
from tests.factories import NOW
from tests.flow.readings import serving_run
from triage.extensions import db
from triage.flow import observe
from triage.jobs import watching
from triage.queries import watch

ZONE = "Asia/Jakarta"
MONDAY = date(2026, 11, 16)


def read(session, run_id, comment_id, intent="complaint", *, at=NOW, sure=True, unit_sure=True, p=0.8):
    """Let a model say its word on a comment."""
    by_model = {"comment_id": comment_id, "source": LabelSource.MODEL, "run_id": run_id, "created_at": at}
    session.add(Label(subject=LabelSubject.INTENT, value=intent, confidence=p, is_sure=sure, **by_model))
    session.add(Label(subject=LabelSubject.UNIT, value="DINKES", confidence=0.7, is_sure=unit_sure, **by_model))


def correct(session, person_id, comment_id, intent):
    session.add(
        Label(
            comment_id=comment_id, subject=LabelSubject.INTENT, value=intent, source=LabelSource.PERSON,
            user_id=person_id, created_at=NOW,
        )
    )  # fmt: skip


@pytest.fixture
def comments(session):
    """Ten comments and the run that reads them."""
    where = factories.account(session)
    factories.take_in(session, where, *(factories.incoming(f"Lampu nomor {n} padam") for n in range(10)))
    ids = list(session.exec(factories.select(factories.Comment.id)))
    return serving_run(session), ids


def test_a_week_counts_what_was_read_doubted_queued_and_corrected(session, comments):
    run_id, ids = comments
    person = factories.user(session, "diskominfo").id
    for comment_id in ids[:6]:
        read(session, run_id, comment_id)
    read(session, run_id, ids[6], "praise", sure=False, unit_sure=False)
    read(session, run_id, ids[7], "question", unit_sure=False)
    read(session, run_id, ids[8], at=datetime(2026, 11, 15, 16, 59, tzinfo=UTC))  # Sunday 23.59 WIB
    read(session, run_id, ids[9], at=datetime(2026, 11, 15, 17, 0, tzinfo=UTC))  # Monday 00.00 WIB
    session.flush()
    correct(session, person, ids[0], "question")
    correct(session, person, ids[1], "question")
    session.flush()
    correct(session, person, ids[1], "complaint")  # back to what the model said
    session.commit()
    observe.count_weeks(session, zone=ZONE, now=NOW)
    observe.count_weeks(session, zone=ZONE, now=NOW)
    this, last = watch.weeks(session, 10)
    assert (this.week_on, this.run_id, this.read, this.unsure, this.triaged, this.need_answer, this.corrected) == (
        MONDAY, run_id, 9, 1, 1, 8, 1,
    )  # fmt: skip
    assert this.mix == {"complaint": 7, "praise": 1, "question": 1}
    assert (last.week_on, last.read) == (MONDAY - timedelta(weeks=1), 1)


def test_windows_are_measured_once_and_a_changed_mix_is_seen(serving, monkeypatch):
    session = db.session
    monkeypatch.setattr(observe, "REFERENCE", 40)
    monkeypatch.setattr(observe, "WINDOW", 20)
    where = factories.account(session)
    factories.take_in(session, where, *(factories.incoming(f"Lampu nomor {n} padam") for n in range(85)))
    ids = list(session.exec(factories.select(factories.Comment.id).order_by(factories.Comment.id)))
    for place, comment_id in enumerate(ids):
        read(session, serving.id, comment_id, "praise" if place >= 60 else "complaint", p=0.5 + place % 5 / 10)
    session.commit()
    model = watching.serving().model
    assert observe.read_windows(session, model, serving.id, now=NOW) == 2
    assert observe.read_windows(session, model, serving.id, now=NOW) == 0
    second, first = watch.drift(session, serving.id)
    assert (first.window, first.n, second.window) == (1, 20, 2)
    assert first.mix_p == 1.0
    assert second.mix_p < observe.ALPHA
    assert second.confidence_p == 1.0
    assert second.last_comment_id == ids[79]
    assert observe.alarms(second, []) == ["Bauran jenis komentar berubah pada 20 komentar terakhir."]
    assert observe.alarms(first, []) == []


def week(week_on, **given):
    values = {"run_id": 1, "read": 200, "unsure": 20, "triaged": 30, "need_answer": 150, "corrected": 10, "mix": {}}
    return ModelWeek(week_on=week_on, computed_at=NOW, **(values | given))


SHARES = {
    "as before": ({}, []),
    "more corrected": ({"corrected": 40}, ["Bagian koreksi jenis minggu ini naik menjadi 20% dari 5%."]),
    "fewer queued": ({"triaged": 5}, ["Bagian kasus yang masuk antrean triase minggu ini turun menjadi 3% dari 20%."]),
    "too few to say": ({"read": 20, "corrected": 20}, []),
}


@pytest.mark.parametrize(("given", "said"), SHARES.values(), ids=SHARES.keys())
def test_a_weeks_share_is_an_alarm_only_beyond_chance(given, said):
    weeks = [week(MONDAY, **given), *(week(MONDAY - timedelta(weeks=back)) for back in (1, 2, 3))]
    assert observe.alarms(None, weeks) == said


def test_nothing_counted_is_no_alarm():
    assert observe.alarms(None, []) == []
    calm = DriftReading(
        run_id=1, window=1, n=200, last_comment_id=1, mix_p=0.2, confidence_p=0.5, unknown_p=1.0, at=NOW
    )
    assert observe.alarms(calm, [week(MONDAY)]) == []
