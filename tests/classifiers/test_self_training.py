"""Learning from comments that nobody labelled: only sure guesses, only where it helps, and told in the card."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.rows import Row
from classifiers.self_training import FEWEST_OWN, FEWEST_UNREAD, Lesson, is_unread, tried
from classifiers.settings import INTENTS
from classifiers.train import train


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("Kapan buka?", ""), True),
        (Row("Kapan buka?", "question"), False),
        (Row("Kapan buka?", "", "DINKES"), False),
        (Row("mantap", "praise", "UNKNOWN"), False),
    ],
)
def test_a_row_is_unread_when_nobody_gave_it_anything(row, expected):
    assert is_unread(row) is expected


def test_only_sure_guesses_are_learned_and_with_less_weight():
    lesson = Lesson(np.array([0, 1]), ["praise", "other"], np.array([1.0, 2.0]))
    guesses = np.array([[0.95, 0.05], [0.6, 0.4], [0.1, 0.9]])
    found = lesson.with_guesses(np.array([7, 8, 9]), guesses, ["praise", "other"], sure=0.9, weight=0.5)
    assert found.texts.tolist() == [0, 1, 7, 9]
    assert found.labels == ["praise", "other", "praise", "other"]
    assert found.weights.tolist() == [1.0, 2.0, 0.5, 0.5]


def shares(classes):
    """Return probabilities that mean these classes for certain."""
    found = np.zeros((len(classes), len(INTENTS)))
    found[np.arange(len(classes)), classes] = 1
    return found


@pytest.mark.parametrize(
    ("own", "is_own", "helps"),
    [
        pytest.param(FEWEST_OWN, True, True, id="enough-rows-of-its-own-decide-alone"),
        pytest.param(FEWEST_OWN - 1, False, False, id="with-fewer-all-rows-decide"),
    ],
)
def test_an_offices_own_rows_decide_where_there_are_enough(own, is_own, helps):
    rows = [Row("", "praise", source="warga")] * own + [Row("", "praise", source="korpus")] * 300
    truth = np.array([n % len(INTENTS) for n in range(len(rows))])
    wrong = (truth + 1) % len(INTENTS)
    at_home = np.arange(len(rows)) < own
    trial = tried(
        rows, truth, shares(np.where(at_home, wrong, truth)), shares(np.where(at_home, truth, wrong)), unread=5
    )
    assert (trial.is_own, trial.helps, trial.rows) == (is_own, helps, own if is_own else len(rows))


def test_as_good_is_good_enough_and_worse_is_not():
    rows, truth = [Row("", "praise")] * 10, np.arange(10) % 5
    worse = shares(np.append((truth[:1] + 1) % 5, truth[1:]))
    assert tried(rows, truth, shares(truth), shares(truth), unread=5).helps
    assert not tried(rows, truth, shares(truth), worse, unread=5).helps


@pytest.fixture(scope="module")
def unread(seed_rows):
    return [Row(row.text, "", "", row.account, "", "warga") for row in seed_rows[5::20]]


def test_a_card_tells_of_unread_comments_whether_they_were_used(few_rows, unread, lexicon, quick):
    assert len(unread) >= FEWEST_UNREAD
    model = train([*few_rows, *unread], lexicon=lexicon, settings=quick)
    told, bare = model.card.scores["unread"], train(few_rows, lexicon=lexicon, settings=quick)
    assert (told["unread"], told["rows"], told["is_own"]) == (len(unread), len(few_rows), False)
    assert told["is_used"] is (told["with_them"] >= told["without"])
    assert told["without"] == bare.card.scores["intent"]["macro_f1"]
    assert model.card.scores["intent"]["macro_f1"] == max(told["without"], told["with_them"])
    assert model.card.data["rows"] == len(few_rows)
    assert model.card.data["sha256"] != bare.card.data["sha256"]


def test_few_unread_comments_and_a_weight_of_nothing_change_nothing(few_rows, unread, lexicon, quick):
    few = train([*few_rows, *unread[: FEWEST_UNREAD - 1]], lexicon=lexicon, settings=quick)
    off = train([*few_rows, *unread], lexicon=lexicon, settings=replace(quick, unread_weight=0.0))
    assert "unread" not in few.card.scores
    assert "unread" not in off.card.scores
