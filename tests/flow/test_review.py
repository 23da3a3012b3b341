"""A second look at a label: kept or changed by a person, and counted in the next snapshot; on both databases."""

import json
from datetime import timedelta

import pytest

from classifiers.rows import Row
from classifiers.suspects import FILE
from models import Intent, Role
from tests import factories
from tests.factories import NOW
from triage.errors import NotFound
from triage.flow import label, relabel, retrain, review, snapshot
from triage.queries import labelling

LATER = NOW + timedelta(minutes=1)
TEXTS = ["Mantap, tiap hujan banjir", "Kapan diperbaiki, nunggu korban?"]
CORPUS = [Row(text, "praise", "", "DPUPR", f"tulis-{i}", "tulis") for i, text in enumerate(TEXTS)]


@pytest.fixture
def run(session, tmp_path):
    """A finished training that found both corpus rows unlikely."""
    shares = {"complaint": 0.9, "praise": 0.1}
    about = {"given": "praise", "standing": "corpus", "unit": "", "account": "DPUPR", "probabilities": shares}
    lines = [json.dumps({"place": i, "text": text, **about}) + "\n" for i, text in enumerate(TEXTS)]
    (tmp_path / FILE).write_text("".join(lines), encoding="utf-8")
    asked = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    return retrain.finish_run(
        session, asked.id, tmp_path, "d", scores={}, comparison={}, cost=retrain.Cost(1.0, 1.0), now=NOW
    )


@pytest.fixture
def desk(session):
    return factories.viewer(session, Role.DISKOMINFO)


def learned(session):
    session.rollback()
    parts = snapshot.gather(session, CORPUS, [])
    return {row.text: (row.intent, kept.standing.name) for row, kept in parts.learned}


def test_a_changed_label_counts_in_the_next_snapshot_and_a_kept_one_is_not_asked_again(session, run, desk):
    found = review.suspects(session)
    assert (found.run_id, [row.likeliest for row in found.waiting]) == (run.id, ["complaint", "complaint"])
    review.decide(session, desk, 0, Intent.COMPLAINT, now=NOW)
    review.decide(session, desk, 1, Intent.PRAISE, now=NOW)
    assert learned(session) == {TEXTS[0]: ("complaint", "REVIEWED"), TEXTS[1]: ("praise", "REVIEWED")}
    session.rollback()
    assert review.suspects(session).waiting == []


def test_the_newest_look_counts(session, run, desk):
    for intent, at in ((Intent.COMPLAINT, NOW), (Intent.QUESTION, LATER)):
        review.decide(session, desk, 0, intent, now=at)
    assert learned(session)[TEXTS[0]] == ("question", "REVIEWED")


def test_a_look_weighs_more_than_one_person_and_less_than_two(session, run, desk):
    where, other = factories.account(session), factories.viewer(session, Role.DISKOMINFO)
    found = factories.case(session, where, text=TEXTS[0])
    relabel.relabel(session, other, found.code, Intent.OTHER, now=NOW)
    review.decide(session, desk, 0, Intent.COMPLAINT, now=NOW)
    assert learned(session)[TEXTS[0]] == ("complaint", "REVIEWED")
    factories.take_in(session, where, factories.incoming(TEXTS[1]))
    drawn = labelling.at_random(session, 1)
    label.add_tasks(session, drawn, label.TRAINING, now=NOW)
    session.commit()
    label.read(session, desk, 1, None, now=NOW)
    label.adjudicate(session, other, 1, Intent.QUESTION, now=NOW)
    review.decide(session, desk, 1, Intent.COMPLAINT, now=NOW)
    assert learned(session)[TEXTS[1]] == ("question", "ADJUDICATED")


def test_without_a_list_or_a_row_nothing_is_kept(session, desk):
    assert review.suspects(session) is None
    with pytest.raises(NotFound, match="Latih model dulu"):
        review.decide(session, desk, 0, Intent.OTHER, now=NOW)


def test_a_place_that_is_not_listed_is_refused(session, run, desk):
    with pytest.raises(NotFound, match="tidak ada dalam daftar"):
        review.decide(session, desk, 7, Intent.OTHER, now=NOW)
