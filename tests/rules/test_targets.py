from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Intent, TargetKind, TargetMeasure
from tests.rules.calendars import WIB, history, wib
from triage.rules.targets import (
    DueState,
    TargetRule,
    choose_target,
    deadline,
    due_state,
    first_response,
    is_must_answer,
    sort_moment,
)

OFFICE = history()
moments = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001


def rule(**changes):
    fields = {
        "intent": Intent.COMPLAINT,
        "kind": TargetKind.FIRST_RESPONSE,
        "measure": TargetMeasure.WORKING_DAYS,
        "amount": 3,
        "in_force_from": wib("2025-01-01 00:00"),
    }
    return TargetRule(**(fields | changes))


GENERAL = rule()
NEWER = rule(amount=2, in_force_from=wib("2026-05-01 00:00"))
OWN = rule(amount=1, unit="DISHUB")
RESOLUTION = rule(kind=TargetKind.RESOLUTION, amount=14)
RULES = [NEWER, RESOLUTION, GENERAL, OWN]


@pytest.mark.parametrize(
    ("unit", "at", "expected"),
    [
        pytest.param("DLH", "2026-04-30 23:59", GENERAL, id="the-general-rule"),
        pytest.param("DLH", "2026-05-01 00:00", NEWER, id="the-newest-in-force-from-its-own-moment"),
        pytest.param("DISHUB", "2026-06-01 08:00", OWN, id="a-units-own-before-a-newer-general-rule"),
        pytest.param(None, "2026-06-01 08:00", NEWER, id="the-triage-queue-has-the-general-rule"),
        pytest.param("DLH", "2024-12-31 08:00", None, id="before-any-rule"),
    ],
)
def test_the_target_in_force_is_chosen(unit, at, expected):
    for rules in (RULES, RULES[::-1]):
        assert first_response(rules, intent=Intent.COMPLAINT, unit=unit, at=wib(at)) == expected


def test_a_second_target_never_overrules_the_first_response():
    shorter = rule(kind=TargetKind.ACKNOWLEDGE, measure=TargetMeasure.WORKING_HOURS, amount=2)
    chosen = choose_target(
        [shorter, GENERAL],
        intent=Intent.COMPLAINT,
        kind=TargetKind.FIRST_RESPONSE,
        unit=None,
        at=wib("2026-05-04 08:00"),
    )
    assert chosen == GENERAL


@pytest.mark.parametrize("intent", [Intent.PRAISE, Intent.OTHER, None])
def test_what_needs_no_answer_has_no_target(intent):
    assert first_response(RULES, intent=intent, unit=None, at=wib("2026-06-01 08:00")) is None
    assert not is_must_answer(intent)


@pytest.mark.parametrize("intent", [Intent.COMPLAINT, Intent.QUESTION, Intent.HOAX_REPORT])
def test_complaints_questions_and_hoax_reports_must_be_answered(intent):
    assert is_must_answer(intent)


@pytest.mark.parametrize(
    ("chosen", "start", "due"),
    [
        pytest.param(GENERAL, "2026-05-04 09:00", "2026-05-07 16:00", id="three-working-days"),
        pytest.param(OWN, "2026-05-08 17:00", "2026-05-11 16:00", id="one-working-day-over-the-weekend"),
        pytest.param(
            rule(measure=TargetMeasure.WORKING_HOURS, amount=2),
            "2026-05-04 15:00",
            "2026-05-05 08:30",
            id="two-working-hours-over-night",
        ),
    ],
)
def test_the_deadline_follows_the_calendar(chosen, start, due):
    assert deadline(wib(start), chosen, OFFICE) == wib(due)


DUE = wib("2026-05-05 16:00")


@pytest.mark.parametrize(
    ("due", "answered", "now", "expected"),
    [
        pytest.param(None, None, "2026-05-05 12:00", DueState.NONE, id="no-deadline"),
        pytest.param(None, "2026-05-05 11:00", "2026-05-05 12:00", DueState.NONE, id="no-deadline-but-answered"),
        pytest.param(DUE, None, "2026-05-04 23:59", DueState.LATER, id="the-day-before"),
        pytest.param(DUE, None, "2026-05-05 00:00", DueState.TODAY, id="from-local-midnight"),
        pytest.param(DUE, None, "2026-05-05 16:00", DueState.TODAY, id="the-last-second"),
        pytest.param(DUE, None, "2026-05-05 16:01", DueState.LATE, id="after"),
        pytest.param(
            DUE, "2026-05-05 16:00", "2026-06-01 08:00", DueState.ANSWERED_IN_TIME, id="answered-in-the-last-second"
        ),
        pytest.param(DUE, "2026-05-05 16:01", "2026-06-01 08:00", DueState.ANSWERED_LATE, id="answered-late"),
        pytest.param(wib("2026-05-06 00:00"), None, "2026-05-05 09:00", DueState.TODAY, id="midnight-ends-the-day"),
        pytest.param(wib("2026-05-06 00:00"), None, "2026-05-06 00:00", DueState.TODAY, id="at-midnight"),
    ],
)
def test_lateness_is_decided_in_one_place(due, answered, now, expected):
    found = due_state(due_at=due, answered_at=answered and wib(answered), now=wib(now).astimezone(UTC), zone=WIB)
    assert found is expected


@given(moments, moments, st.none() | moments)
def test_every_case_with_a_deadline_has_one_state_other_than_none(due, now, answered):
    found = due_state(due_at=due, answered_at=answered, now=now, zone=WIB)
    assert found is not DueState.NONE
    assert (answered is None) == (found in (DueState.LATER, DueState.TODAY, DueState.LATE))


@given(moments, moments, moments)
def test_answered_cases_stand_behind_open_deadlines_in_the_order_they_came(due, first, second):
    answered = [sort_moment(due_at=due, answered_at=first, opened_at=opened) for opened in (first, second)]
    assert sort_moment(due_at=due, answered_at=None, opened_at=first) == due < min(answered)
    assert (answered[0] < answered[1]) == (first < second)
    assert sort_moment(due_at=None, answered_at=None, opened_at=first) > due + timedelta(days=365)
