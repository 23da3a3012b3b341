"""Where a read case goes and when it is due; what a person chose stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models import CaseState, EventKind, Intent, Target, Unit
from tests.factories import NOW, account
from tests.flow.readings import again, desk, events, serving_run, told
from triage.flow import hand_over, keep_keywords, register, relabel
from triage.queries import directory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def where(session):
    return account(session)


@pytest.fixture
def run(session, where):
    return serving_run(session)


def codes(session, case):
    names = {unit.id: unit.code for unit in session.exec(select(Unit))}
    return names.get(case.unit_id), names.get(case.holder_id)


def test_a_sure_unit_gets_the_case(session, where, run):
    found = told(session, where, run, unit="DPUPR")
    assert codes(session, found) == ("DPUPR", "DPUPR")
    (event,) = events(session, found, EventKind.ROUTED)
    assert (event.data["from"], event.data["to"], event.actor) == (None, "DPUPR", f"model:{run}")


def test_an_unsure_unit_leaves_the_case_to_people_with_a_deadline_all_the_same(session, where, run):
    found = told(session, where, run, unit="DPUPR", is_unit_sure=False)
    assert codes(session, found) == (None, None)
    assert found.due_at is not None


def test_an_outside_body_is_responsible_and_the_accounts_unit_holds(session, where, run):
    outside = session.exec(select(Unit.code).where(Unit.is_external)).first()
    found = told(session, where, run, unit=outside)
    assert codes(session, found) == (outside, "DINKES")


@pytest.mark.parametrize("intent", ["praise", "other"])
def test_praise_and_other_stay_with_the_account_and_have_no_deadline(session, where, run, intent):
    found = told(session, where, run, intent=intent, is_sure=False, is_unit_sure=False)
    assert codes(session, found) == ("DINKES", "DINKES")
    assert found.due_at is None


def test_a_matter_of_the_village_on_a_villages_account_is_that_villages(session, run):
    register.add_unit(session, code="DESA_SUKAMAJU", name="Desa Sukamaju", level="desa")
    village = account(session, code="SUKAMAJU-FB", unit="DESA_SUKAMAJU", platform="facebook")
    assert codes(session, told(session, village, run, unit="DESA")) == ("DESA_SUKAMAJU", "DESA_SUKAMAJU")


def test_a_matter_of_some_village_on_an_agencys_account_goes_to_the_villages_as_a_kind(session, where, run):
    assert codes(session, told(session, where, run, unit="DESA")) == ("DESA", "DESA")


def test_a_place_in_the_comment_tells_which_village(session, where, run):
    register.add_unit(session, code="DESA_SUKAMAJU", name="Desa Suka Maju", level="desa")
    register.add_unit(session, code="DESA_MEKAR", name="Desa Mekar", level="desa")
    keep_keywords.add(session, "DESA_MEKAR", "dusun krajan")
    found = told(session, where, run, "Kantor desa suka maju tutup terus", unit="DESA")
    assert codes(session, found) == ("DESA_SUKAMAJU", "DESA_SUKAMAJU")
    (event,) = events(session, found, EventKind.ROUTED)
    assert "disebut “suka maju”" in event.data["reason"]
    told_place = told(session, where, run, "Dusun Krajan kapan dapat bantuan?", unit="DESA", author="lain")
    assert codes(session, told_place) == ("DESA_MEKAR", "DESA_MEKAR")


def test_a_villages_places_are_no_keywords_of_the_model(session, where):
    register.add_unit(session, code="DESA_MEKAR", name="Desa Mekar", level="desa")
    keep_keywords.add(session, "DESA_MEKAR", "simpang tiga")
    keep_keywords.add(session, "DESA_MEKAR", "jalan provinsi", route_to="DPUPR")
    assert [row.phrase for row in directory.keywords(session) if row.unit == "DESA_MEKAR"] == ["jalan provinsi"]


def test_a_case_in_the_queue_is_looked_at_again_when_the_citizen_writes_more(session, where, run):
    told(session, where, run, is_unit_sure=False, at=NOW - HOUR)
    found = told(session, where, run, "di jalan kabupaten", unit="DPUPR")
    assert codes(session, found) == ("DPUPR", "DPUPR")


def test_a_units_case_does_not_move_when_the_citizen_writes_more(session, where, run):
    told(session, where, run, unit="DINKES", at=NOW - HOUR)
    found = told(session, where, run, "jalannya juga", unit="DPUPR")
    assert codes(session, found) == ("DINKES", "DINKES")
    assert len(events(session, found, EventKind.ROUTED)) == 1


def test_a_persons_unit_is_never_overridden(session, where, run):
    found = told(session, where, run, intent="praise", at=NOW - DAY)
    hand_over.hand_over(
        session, desk(session), found.code, unit="DPUPR", reason="milik PU", version=found.version, now=NOW - DAY
    )
    later = told(session, where, run, "lampu padam", unit="DLH")
    assert (codes(session, later), later.intent) == (("DPUPR", "DPUPR"), Intent.COMPLAINT)
    assert later.due_at is not None
    assert [event.data["to"] for event in events(session, later, EventKind.ROUTED)] == ["DINKES", "DPUPR"]


def test_a_case_that_rises_from_praise_to_complaint_gets_the_deadline_it_now_owes(session, where, run):
    first = told(session, where, run, intent="praise", at=NOW - HOUR)
    assert first.due_at is None
    found = told(session, where, run, "tapi lampu padam")
    assert found.due_at is not None
    assert found.sort_at == found.due_at


def test_the_target_is_frozen_though_the_intent_changes_later(session, where, run):
    found = told(session, where, run, intent="question", at=NOW - HOUR)
    due_at = found.due_at
    later = told(session, where, run, "keluhan", intent="complaint")
    assert (later.intent, later.due_at) == (Intent.COMPLAINT, due_at)
    relabel.relabel(session, desk(session), found.code, Intent.QUESTION, now=NOW)
    assert again(session, found).due_at == due_at
    assert len(events(session, found, EventKind.TARGET_APPLIED)) == 1


def test_a_changed_target_moves_no_deadline_that_was_set(session, where, run):
    found = told(session, where, run, intent="question", at=NOW - HOUR)
    due_at = found.due_at
    session.add(
        Target(
            intent=Intent.QUESTION,
            kind="first_response",
            measure="working_hours",
            amount=1,
            in_force_from=NOW - timedelta(minutes=30),
        )
    )
    session.commit()
    told(session, where, run, "lagi", intent="complaint")
    assert again(session, found).due_at == due_at
    assert told(session, where, run, author="joko", intent="question").due_at - NOW == HOUR


def hour_for(session, flag, intent=Intent.COMPLAINT):
    """Give cases with a mark an hour for the first answer."""
    since = NOW - DAY
    values = {"kind": "first_response", "measure": "working_hours", "amount": 1, "in_force_from": since}
    session.add(Target(intent=intent, flag=flag, **values))
    session.commit()


def test_a_marked_case_goes_by_the_target_of_its_mark(session, where, run):
    hour_for(session, "darurat")
    assert told(session, where, run, author="siti", marks=("darurat", "aspirasi")).due_at - NOW == HOUR
    assert told(session, where, run, author="joko", marks=("aspirasi",)).due_at - NOW > DAY


def test_a_marked_case_that_a_person_makes_a_question_goes_by_the_target_of_its_mark(session, where, run):
    hour_for(session, "darurat", Intent.QUESTION)
    found = told(session, where, run, intent="praise", marks=("darurat",))
    assert relabel.relabel(session, desk(session), found.code, Intent.QUESTION, now=NOW).due_at - NOW == HOUR


def test_a_question_is_due_at_the_close_of_the_next_working_day(session, where, run):
    found = told(session, where, run, intent="question", at=NOW)
    assert found.due_at == datetime(2026, 11, 19, 9, 0, tzinfo=UTC)  # Thursday 16.00 WIB


def test_backfill_gets_no_target_neither_by_model_nor_by_person(session, run):
    where = account(session, code="BARU-IG", handle="@baru", connected_at=NOW)
    found = told(session, where, run, at=NOW - DAY)
    assert (found.is_backfill, found.due_at) == (True, None)
    relabel.relabel(session, desk(session), found.code, Intent.QUESTION, now=NOW)
    assert again(session, found).due_at is None


def test_what_needs_no_answer_is_closed_before_it_is_routed(session, where, run):
    found = told(session, where, run, intent="other", unit="DPUPR")
    assert (found.state, codes(session, found)) == (CaseState.NO_ANSWER_NEEDED, ("DINKES", "DINKES"))
