"""Handing a case over: its holder, its history, the label it leaves, and who sees it afterwards."""

import pytest
from sqlmodel import select

from models import EventKind, Label, LabelSource, LabelSubject, Role, Unit
from tests.factories import NOW, account, case, viewer
from tests.flow.readings import again, desk, events
from triage.errors import InvalidInput, NotFound, Stale
from triage.flow import hand_over, take
from triage.queries import cases


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def found(session):
    return case(session, account(session))


def give(session, who, found, unit, *, version=None, reason="bukan kewenangan kami"):
    version = again(session, found).version if version is None else version
    return hand_over.hand_over(session, who, found.code, unit=unit, reason=reason, version=version, now=NOW)


def names(session, found):
    codes = {unit.id: unit.code for unit in session.exec(select(Unit))}
    now = again(session, found)
    return codes.get(now.unit_id), codes.get(now.holder_id)


def test_the_new_unit_sees_the_case_and_the_old_one_no_more(session, admin, found):
    give(session, admin, found, "DPUPR")
    assert names(session, found) == ("DPUPR", "DPUPR")
    assert cases.find(session, viewer(session, units=("DPUPR",)), found.code).id == found.id
    with pytest.raises(NotFound):
        cases.find(session, admin, found.code)


def test_the_way_and_the_reason_are_written_down(session, admin, found):
    give(session, admin, found, "DPUPR")
    event = events(session, found, EventKind.ROUTED)[-1]
    assert (event.actor, event.data["from"], event.data["to"]) == (f"user:{admin.user_id}", "DINKES", "DPUPR")
    assert event.data["reason"] == "bukan kewenangan kami"


def test_the_choice_becomes_a_persons_label(session, admin, found):
    give(session, admin, found, "DPUPR")
    label = session.exec(select(Label).where(Label.subject == LabelSubject.UNIT).order_by(Label.id.desc())).first()
    assert (label.value, label.source, label.user_id) == ("DPUPR", LabelSource.PERSON, admin.user_id)
    assert again(session, found).is_unit_by_person is True


def test_an_outside_body_is_responsible_while_the_accounts_unit_keeps_the_case(session, admin, found):
    outside = session.exec(select(Unit.code).where(Unit.is_external)).first()
    give(session, admin, found, outside)
    assert names(session, found) == (outside, "DINKES")
    assert cases.find(session, admin, found.code).id == found.id


def test_a_case_that_moves_has_no_assignee_any_more_but_one_that_stays_keeps_them(session, admin, found):
    take.take(session, admin, found.code, now=NOW)
    outside = session.exec(select(Unit.code).where(Unit.is_external)).first()
    give(session, admin, found, outside)
    assert again(session, found).assignee_id == admin.user_id
    give(session, admin, found, "DPUPR")
    assert again(session, found).assignee_id is None


@pytest.mark.parametrize(
    ("unit", "message"), [("TIDAKADA", "dari daftar"), ("", "dari daftar"), ("DINKES", "sudah ada di unit")]
)
def test_a_wrong_destination_is_refused(session, admin, found, unit, message):
    known = len(events(session, found))
    with pytest.raises(InvalidInput, match=message):
        give(session, admin, found, unit)
    session.rollback()
    assert len(events(session, found)) == known


def test_an_older_state_of_the_case_is_refused(session, admin, found):
    with pytest.raises(Stale):
        give(session, admin, found, "DPUPR", version=again(session, found).version - 1)


@pytest.mark.parametrize(
    ("role", "units"), [(Role.OPD_ADMIN, ("DPUPR",)), (Role.SUPERVISOR, ())], ids=["foreign unit", "supervisor"]
)
def test_who_may_not_work_the_case_cannot_move_it(session, found, role, units):
    with pytest.raises(NotFound):
        give(session, viewer(session, role, units), found, "DPUPR")


def test_the_deadline_goes_with_the_case(session, found):
    due_at = again(session, found).due_at
    give(session, desk(session), found, "DPUPR")
    assert again(session, found).due_at == due_at is not None
