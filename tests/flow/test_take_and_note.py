"""Taking a case, remarks inside the house, and the draft that waits on the server."""

import pytest
from sqlmodel import select

from models import CaseState, EventKind, Note
from tests.factories import NOW, account, case, viewer
from tests.flow.readings import again, events
from triage.errors import NotFound, WrongMove
from triage.flow import note, resolve, take
from triage.queries import cases


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def found(session):
    return case(session, account(session))


def test_taking_a_case_begins_it_and_names_who(session, admin, found):
    take.take(session, admin, found.code, now=NOW)
    now = again(session, found)
    assert (now.state, now.assignee_id) == (CaseState.IN_PROGRESS, admin.user_id)
    (event,) = events(session, found, EventKind.ASSIGNED)
    assert (event.actor, event.data) == (f"user:{admin.user_id}", {"user": admin.user_id})


def test_taking_it_twice_is_taking_it_once(session, admin, found):
    take.take(session, admin, found.code, now=NOW)
    take.take(session, admin, found.code, now=NOW)
    assert len(events(session, found, EventKind.ASSIGNED)) == 1


def test_a_colleague_can_take_it_over(session, admin, found):
    take.take(session, admin, found.code, now=NOW)
    colleague = viewer(session)
    take.take(session, colleague, found.code, now=NOW)
    assert again(session, found).assignee_id == colleague.user_id


def test_a_closed_case_is_not_taken(session, admin, found):
    resolve.resolve(session, admin, found.code, reason="x", version=again(session, found).version, now=NOW)
    with pytest.raises(WrongMove):
        take.take(session, admin, found.code, now=NOW)


def test_a_note_is_kept_and_the_history_holds_no_word_of_it(session, admin, found):
    note.add_note(session, admin, found.code, "hubungi pak lurah", now=NOW)
    kept = session.exec(select(Note)).one()
    assert (kept.text, kept.author_id) == ("hubungi pak lurah", admin.user_id)
    (event,) = events(session, found, EventKind.NOTED)
    assert event.data == {"note": kept.id}


def test_a_note_moves_no_clock_and_no_state(session, admin, found):
    before = again(session, found)
    held = before.state, before.first_response_at, before.is_waiting_for_us, before.due_at
    note.add_note(session, admin, found.code, "catatan", now=NOW)
    now = again(session, found)
    assert (now.state, now.first_response_at, now.is_waiting_for_us, now.due_at) == held


def test_a_draft_is_kept_for_each_person_and_changed_in_place(session, admin, found):
    colleague = viewer(session)
    note.save_draft(session, admin, found.code, "Terima", now=NOW)
    note.save_draft(session, admin, found.code, "Terima kasih", now=NOW)
    note.save_draft(session, colleague, found.code, "Halo", now=NOW)
    assert cases.draft(session, found.id, admin.user_id).text == "Terima kasih"
    assert cases.draft(session, found.id, colleague.user_id).text == "Halo"


def test_an_emptied_draft_is_gone(session, admin, found):
    note.save_draft(session, admin, found.code, "Terima", now=NOW)
    note.save_draft(session, admin, found.code, "  ", now=NOW)
    note.save_draft(session, admin, found.code, "", now=NOW)
    assert cases.draft(session, found.id, admin.user_id) is None


def test_a_draft_changes_nothing_that_would_make_others_stale(session, admin, found):
    version = again(session, found).version
    note.save_draft(session, admin, found.code, "Terima", now=NOW)
    assert again(session, found).version == version


@pytest.mark.parametrize(
    "step",
    [
        lambda s, who, code: take.take(s, who, code, now=NOW),
        lambda s, who, code: note.add_note(s, who, code, "x", now=NOW),
        lambda s, who, code: note.save_draft(s, who, code, "x", now=NOW),
    ],
    ids=["take", "note", "draft"],
)
def test_a_foreign_case_is_not_there(session, found, step):
    with pytest.raises(NotFound):
        step(session, viewer(session, units=("DPUPR",)), found.code)
