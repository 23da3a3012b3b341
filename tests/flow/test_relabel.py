"""Correcting the intent: a label beside the model's, and the deadline that the case did not have yet."""

import pytest
from sqlmodel import select

from models import EventKind, Intent, Label, LabelSource, LabelSubject
from tests.factories import NOW, account, viewer
from tests.flow.readings import again, events, serving_run, told
from triage.errors import NotFound
from triage.flow import relabel


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def found(session):
    where = account(session)
    return told(session, where, serving_run(session), intent="praise")


def test_the_models_label_stays_beside_the_persons(session, admin, found):
    relabel.relabel(session, admin, found.code, Intent.COMPLAINT, now=NOW)
    kept = session.exec(select(Label).where(Label.subject == LabelSubject.INTENT).order_by(Label.id)).all()
    assert [(label.source, label.value) for label in kept] == [
        (LabelSource.MODEL, "praise"),
        (LabelSource.PERSON, "complaint"),
    ]
    now = again(session, found)
    assert (now.intent, now.is_intent_by_person, now.is_intent_sure, now.intent_confidence) == (
        Intent.COMPLAINT, True, True, None,
    )  # fmt: skip


def test_the_correction_is_written_down_with_what_it_was(session, admin, found):
    relabel.relabel(session, admin, found.code, Intent.COMPLAINT, now=NOW)
    (event,) = events(session, found, EventKind.LABEL_CHANGED)
    assert (event.actor, event.data["from"], event.data["to"]) == (f"user:{admin.user_id}", "praise", "complaint")


def test_a_praise_that_is_a_complaint_gets_its_deadline_and_its_place(session, admin, found):
    assert found.due_at is None
    relabel.relabel(session, admin, found.code, Intent.COMPLAINT, now=NOW)
    now = again(session, found)
    assert now.sort_at == now.due_at is not None
    assert [event.actor for event in events(session, found, EventKind.TARGET_APPLIED)] == ["system"]


def test_a_complaint_that_is_praise_leaves_the_top_of_the_list_and_keeps_its_target(session, admin, found):
    relabel.relabel(session, admin, found.code, Intent.COMPLAINT, now=NOW)
    due_at = again(session, found).due_at
    relabel.relabel(session, admin, found.code, Intent.PRAISE, now=NOW)
    now = again(session, found)
    assert now.due_at == due_at
    assert now.sort_at > due_at


def test_confirming_the_intent_is_a_verdict_too(session, admin, found):
    relabel.relabel(session, admin, found.code, Intent.PRAISE, now=NOW)
    assert again(session, found).is_intent_by_person is True


def test_a_foreign_case_cannot_be_corrected(session, found):
    with pytest.raises(NotFound):
        relabel.relabel(session, viewer(session, units=("DPUPR",)), found.code, Intent.OTHER, now=NOW)
