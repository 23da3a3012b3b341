from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Intent
from tests.rules.calendars import WIB, history, wib
from triage.rules.aggregates import (
    Outcomes,
    cohort_day,
    counts_as_received,
    is_immature,
    may_rank,
    outcomes,
    response_rate,
    summarise,
)
from triage.rules.metrics import Flag
from triage.rules.targets import DueState

OFFICE = history()


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=60))
def test_quantiles_are_those_of_numpy(values):
    found = summarise(values)
    assert found.n == len(values)
    assert found.median == pytest.approx(np.quantile(values, 0.5))
    assert found.p90 == pytest.approx(np.quantile(values, 0.9))


def test_unknown_values_enter_no_figure_but_are_counted():
    assert summarise([None, 0, None, 100]) == summarise([0, 100, None, None])
    assert (summarise([None, 0, 100]).n, summarise([None, 0, 100]).median, summarise([None, 0, 100]).unknown) == (
        2,
        50,
        1,
    )


def test_over_nothing_there_is_no_figure():
    assert summarise([]) == summarise(iter(()))
    assert (summarise([None]).median, summarise([None]).p90) == (None, None)
    assert Outcomes().share is None
    assert response_rate(answered=0, received=0) is None


def test_share_in_target_is_over_answered_and_overdue_but_not_over_open_cases_not_yet_due():
    states = [DueState.ANSWERED_IN_TIME] * 6 + [DueState.ANSWERED_LATE] * 2 + [DueState.LATE] * 4
    waiting = [DueState.LATER] * 3 + [DueState.TODAY] * 2 + [DueState.NONE] * 5
    found = outcomes(states + waiting)
    assert found == Outcomes(in_time=6, answered_late=2, overdue=4, not_due=5, without_target=5)
    assert (found.counted, found.share) == (12, 0.5)


@given(st.lists(st.sampled_from(DueState)))
def test_every_case_is_in_exactly_one_outcome(states):
    found = outcomes(states)
    assert found.counted + found.not_due + found.without_target == len(states)


@pytest.mark.parametrize(
    ("intent", "flags", "is_backfill", "expected"),
    [
        pytest.param(Intent.COMPLAINT, (), False, True, id="complaint"),
        pytest.param(Intent.HOAX_REPORT, (), False, True, id="hoax-report"),
        pytest.param(Intent.PRAISE, (), False, False, id="praise-has-its-own-line"),
        pytest.param(Intent.OTHER, (), False, False, id="other"),
        pytest.param(None, (), False, False, id="not-classified-yet"),
        pytest.param(Intent.QUESTION, (), True, False, id="older-than-the-connection"),
        pytest.param(Intent.QUESTION, {Flag.WITHDRAWN_BEFORE_REPLY}, False, False, id="taken-back"),
        pytest.param(Intent.QUESTION, {Flag.HIDDEN_BEFORE_REPLY}, False, True, id="hidden-by-us"),
        pytest.param(
            Intent.QUESTION, {Flag.HIDDEN_BEFORE_REPLY, Flag.HIDING_APPROVED}, False, False, id="hiding-approved"
        ),
    ],
)
def test_the_denominator_holds_what_must_be_answered(intent, flags, is_backfill, expected):
    assert counts_as_received(intent, flags, is_backfill=is_backfill) is expected


def test_the_response_rate_is_answered_over_received():
    assert response_rate(answered=3, received=4) == 0.75


@pytest.mark.parametrize(("n", "expected"), [(9, False), (10, True)])
def test_units_with_fewer_than_ten_cases_are_not_ranked(n, expected):
    assert may_rank(n) is expected


def test_a_case_belongs_to_the_day_of_its_comment_in_the_regencys_zone():
    assert cohort_day(datetime(2026, 5, 4, 17, 30, tzinfo=UTC), WIB) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-05-04 12:00", True, id="today"),
        pytest.param("2026-05-07 15:59", True, id="until-the-third-working-day-closes"),
        pytest.param("2026-05-07 16:00", False, id="from-then-on"),
    ],
)
def test_a_cohort_is_immature_while_its_longest_target_runs(now, expected):
    assert is_immature(date(2026, 5, 4), wib(now), OFFICE) is expected
    assert is_immature(date(2026, 5, 8), wib("2026-05-13 16:00"), OFFICE)
