"""Comments on their way through the model, judged on the spot or in a second process."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import func, select

from models import Case, Comment, Label
from tests.factories import NOW, account, incoming, take_in
from triage.extensions import db
from triage.jobs import tasks
from triage.jobs.backlog import Backlog

TEXTS = ("Lampu jalan padam sejak Senin", "Jam buka puskesmas?", "🙏🙏", "Terima kasih banyak", "Jalan rusak parah")


@pytest.fixture
def five(serving):
    """Five comments that wait for the model."""
    where = account(db.session)
    take_in(db.session, where, *[incoming(text) for text in TEXTS])


def labels():
    rows = db.session.exec(select(Label).order_by(Label.comment_id, Label.subject)).all()
    return [(row.comment_id, row.subject, row.value, row.confidence, row.probabilities, row.reasons) for row in rows]


def judged(serving, **given):
    with Backlog(lambda: serving, limit=2, **given) as waiting:
        waiting.finish(lambda: NOW)
    return labels()


def test_a_second_process_says_what_this_one_would_have_said(five):
    serving = tasks.serving()
    kept = judged(serving, second_from=1)
    texts = [c.text for c in db.session.exec(select(Comment).order_by(Comment.id))]
    here = serving.judge(texts, ["DINKES"] * len(texts))
    assert [row[2] for row in kept if row[1] == "intent"] == [said.intent for said in here]
    assert len(kept) == 2 * len(TEXTS)
    assert all(row[4] and row[5] is not None for row in kept)
    assert db.session.exec(select(func.count()).select_from(Case).where(Case.intent.is_(None))).one() == 0


def test_a_second_process_that_dies_loses_no_comment(five, caplog):
    serving = replace(tasks.serving(), folder=Path("gone"))
    assert len(judged(serving, second_from=1)) == 2 * len(TEXTS)
    assert "second judge lost" in caplog.text


def test_a_few_comments_are_judged_on_the_spot(five):
    serving = replace(tasks.serving(), folder=Path("gone"))
    assert len(judged(serving)) == 2 * len(TEXTS)


def test_without_a_model_comments_wait(five):
    assert judged(None) == []
    assert db.session.exec(select(func.count()).select_from(Comment).where(Comment.classified_at.is_(None))).one() == 5
