"""What several people's verdicts come to, and which label counts."""

import pytest

from models import Intent, LabelStream, TaskState
from triage.rules import guideline
from triage.rules.labelling import Outcome, Reading, Standing, outcome, standing

C, Q = Intent.COMPLAINT, Intent.QUESTION
OPEN, DISPUTED, SETTLED = TaskState.OPEN, TaskState.DISPUTED, TaskState.SETTLED


def said(user, intent, unit=None):
    return Reading(user, intent, unit, is_doubtful=intent is None)


@pytest.mark.parametrize(
    ("stream", "readings", "expected"),
    [
        pytest.param("gold", [], Outcome(OPEN), id="nobody read it"),
        pytest.param("gold", [said(1, C)], Outcome(OPEN), id="gold waits for the second"),
        pytest.param("training", [said(1, C)], Outcome(SETTLED, C), id="one is enough to learn from"),
        pytest.param("gold", [said(1, C), said(2, C)], Outcome(SETTLED, C), id="two agree"),
        pytest.param("gold", [said(1, C), said(2, Q)], Outcome(DISPUTED), id="two differ"),
        pytest.param("gold", [said(1, None)], Outcome(DISPUTED), id="the first doubts"),
        pytest.param("training", [said(1, None)], Outcome(DISPUTED), id="doubt while training"),
        pytest.param("gold", [said(1, C, "A"), said(2, C)], Outcome(SETTLED, C, "A"), id="one named a unit"),
        pytest.param("gold", [said(1, C, "A"), said(2, C, "B")], Outcome(DISPUTED), id="units differ"),
        pytest.param(
            "gold", [said(1, C, ""), said(2, C, "B")], Outcome(DISPUTED), id="named by one, absent to the other"
        ),
        pytest.param("gold", [said(1, C, ""), said(2, C, "")], Outcome(SETTLED, C, ""), id="both find none"),
    ],
)
def test_readings_come_to_an_outcome(stream, readings, expected):
    assert outcome(LabelStream(stream), readings) == expected


def test_a_decision_ends_the_difference_whatever_it_says():
    found = outcome(LabelStream.GOLD, [said(1, C), said(2, Q)], said(3, Intent.PRAISE, "A"))
    assert found == Outcome(TaskState.ADJUDICATED, Intent.PRAISE, "A")


def test_labels_weigh_in_the_stated_order():
    assert sorted(Standing) == [
        Standing.UNREAD,
        Standing.CORPUS,
        Standing.IMPORTED,
        Standing.SINGLE,
        Standing.REVIEWED,
        Standing.AGREED,
        Standing.ADJUDICATED,
    ]
    assert standing(TaskState.ADJUDICATED, 2) is Standing.ADJUDICATED
    assert (standing(SETTLED, 2), standing(SETTLED, 1)) == (Standing.AGREED, Standing.SINGLE)


def test_the_guideline_explains_each_class_with_examples_and_look_alikes():
    assert [section.intent for section in guideline.SECTIONS] == list(Intent)
    for section in guideline.SECTIONS:
        assert len(section.examples) >= 3
        assert section.look_alikes
        assert section.intent not in {intent for _, intent in section.look_alikes}
