"""Targets are set from a day on, by intent and where wanted by unit and flag; what is frozen stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from models import Case, Event, EventKind, Intent, Role, Target, TargetKind, TargetMeasure
from tests.factories import NOW, account, case, viewer
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import set_target
from triage.queries import calendars
from triage.rules.due_preview import due, in_force
from triage.rules.targets import choose_target

ZONE = "Asia/Jakarta"
TODAY, TOMORROW = date(2026, 11, 18), date(2026, 11, 19)


@pytest.fixture
def lone(app):
    """A session on SQLite alone, for what no database does in its own way."""
    return db.session


def wanted(**changes):
    fields = {
        "intent": Intent.COMPLAINT,
        "kind": TargetKind.FIRST_RESPONSE,
        "measure": TargetMeasure.WORKING_HOURS,
        "amount": 4,
        "in_force_from": TODAY,
        "reason": "Perbup 7/2026",
    }
    return set_target.Wanted(**(fields | changes))


def put(session, now=NOW, **changes):
    desk = viewer(session, Role.DISKOMINFO)
    return set_target.set_target(session, desk, wanted(**changes), zone=ZONE, now=now)


def chosen(session, *, unit="DINKES", flags=(), at=NOW + timedelta(minutes=1)):
    rules = calendars.targets(session)
    kind = TargetKind.FIRST_RESPONSE
    found = choose_target(rules, intent=Intent.COMPLAINT, kind=kind, unit=unit, at=at, flags=flags)
    return (found.measure.value, found.amount) if found else None


def test_a_target_of_today_counts_at_once_and_says_who_set_it(session):
    row = put(session)
    assert (row.in_force_from, row.reason, row.created_at) == (NOW, "Perbup 7/2026", NOW)
    assert chosen(session) == ("working_hours", 4)
    assert chosen(session, at=NOW - timedelta(seconds=1)) == ("working_days", 3)


def test_a_target_of_a_later_day_begins_with_that_day_in_the_offices_zone(session):
    row = put(session, in_force_from=TOMORROW)
    assert row.in_force_from == datetime(2026, 11, 18, 17, tzinfo=UTC)
    assert chosen(session) == ("working_days", 3)


def test_a_case_that_has_its_deadline_keeps_it_and_the_next_case_gets_the_new_one(session):
    where = account(session)
    first = case(session, where)
    due_at = session.get(Case, first.id).due_at
    put(session)
    second = case(session, where, author_name="lain")
    assert session.get(Case, first.id).due_at == due_at
    assert session.get(Case, second.id).due_at < due_at


def test_all_three_kinds_are_frozen_in_the_cases_history_at_once(session):
    found = case(session, account(session))
    event = session.exec(select(Event).where(Event.case_id == found.id, Event.kind == EventKind.TARGET_APPLIED)).one()
    assert (event.data["target"], event.data["amount"]) == ("first_response", 3)
    assert {kind: frozen["amount"] for kind, frozen in event.data["others"].items()} == {
        "acknowledge": 2,
        "resolution": 14,
    }


def test_the_most_special_target_counts(lone):
    put(lone, unit="DINKES", amount=5)
    put(lone, flag="darurat", amount=1)
    assert chosen(lone) == ("working_hours", 5)
    assert chosen(lone, unit="DLH") == ("working_days", 3)
    assert chosen(lone, flags=("darurat",)) == ("working_hours", 1)
    assert chosen(lone, unit="DLH", flags=("berkadar",)) == ("working_days", 3)


def test_a_special_target_that_is_ended_gives_way_to_the_wider_one(lone):
    put(lone, unit="DINKES", amount=5)
    put(lone, unit="DINKES", is_ended=True, now=NOW + timedelta(hours=1))
    assert chosen(lone, at=NOW + timedelta(hours=2)) == ("working_days", 3)
    assert chosen(lone) == ("working_hours", 5)


def test_without_a_target_a_new_case_has_no_deadline_and_an_old_one_keeps_what_was_promised(lone):
    where = account(lone)
    first = case(lone, where)
    due_at = lone.get(Case, first.id).due_at
    put(lone, is_ended=True)
    second = case(lone, where, author_name="lain")
    assert (lone.get(Case, first.id).due_at, lone.get(Case, second.id).due_at) == (due_at, None)


def test_an_ended_target_can_be_set_again(lone):
    put(lone, is_ended=True)
    put(lone, amount=6, now=NOW + timedelta(hours=1))
    assert chosen(lone, at=NOW + timedelta(hours=2)) == ("working_hours", 6)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"in_force_from": date(2026, 11, 17)}, "hanya berlaku ke depan", id="yesterday"),
        pytest.param({"in_force_from": date(2030, 1, 1)}, "paling jauh dua tahun", id="far ahead"),
        pytest.param({"intent": Intent.PRAISE}, "Hanya pengaduan", id="praise"),
        pytest.param({"amount": 0}, "1 sampai 500", id="nothing"),
        pytest.param({"amount": 251, "measure": TargetMeasure.WORKING_DAYS}, "1 sampai 250", id="too many days"),
        pytest.param({"flag": "berkadar"}, "Pilih penanda", id="a mark that no case bears"),
        pytest.param({"reason": " "}, "alasan", id="no reason"),
        pytest.param({"unit": "TIDAK-ADA"}, "Pilih unit", id="unknown unit"),
        pytest.param({"unit": "EXT_PLN"}, "Pilih unit", id="an outside body"),
        pytest.param({"amount": 3, "measure": TargetMeasure.WORKING_DAYS}, "angka yang sama", id="no change"),
        pytest.param({"unit": "DINKES", "is_ended": True}, "tidak ada yang diakhiri", id="nothing to end"),
    ],
)
def test_a_target_that_cannot_be_is_refused_and_nothing_is_saved(lone, changes, told):
    before = len(lone.exec(select(Target)).all())
    with pytest.raises(InvalidInput, match=told):
        put(lone, **changes)
    assert len(lone.exec(select(Target)).all()) == before


def test_a_preview_says_when_a_comment_that_arrives_now_would_be_due(lone):
    by_unit, rules = calendars.by_unit(lone), in_force(calendars.targets(lone), NOW)
    question = next(rule for rule in rules if (rule.intent, rule.kind) == (Intent.QUESTION, TargetKind.FIRST_RESPONSE))
    assert due(question, by_unit, NOW).isoformat() == "2026-11-19T09:00:00+00:00"
    assert due(question, {None: None}, NOW) is None
    assert len(rules) == 8
