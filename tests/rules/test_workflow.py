"""The state graph: what is open and closed, and that every refusal says what to do."""

import pytest

from models import CaseState
from triage.errors import WrongMove
from triage.rules.workflow import CLOSED, GRAPH, OPEN, Move, is_open, may_move, next_state

EVERY = [(state, move) for move in Move for state in CaseState]


def test_every_state_is_open_or_closed_and_never_both():
    assert set(CaseState) == OPEN | CLOSED
    assert not OPEN & CLOSED


def test_every_move_has_its_row():
    assert set(GRAPH) == set(Move)


@pytest.mark.parametrize(("state", "move"), EVERY)
def test_a_move_leads_where_the_graph_says_or_is_refused_with_a_remedy(state, move):
    if may_move(state, move):
        assert next_state(state, move) is GRAPH[move][state]
        return
    with pytest.raises(WrongMove, match=r"^Kasus .+\.$"):
        next_state(state, move)


@pytest.mark.parametrize(("state", "move"), [(state, move) for state, move in EVERY if state in CLOSED])
def test_a_closed_case_is_left_by_reopening_only(state, move):
    if may_move(state, move):
        assert is_open(next_state(state, move)) is (move is Move.REOPEN)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_can_be_closed_in_both_ways(state):
    assert next_state(state, Move.RESOLVE) is CaseState.RESOLVED
    assert next_state(state, Move.NO_ANSWER) is CaseState.NO_ANSWER_NEEDED


def test_the_citizens_word_ends_waiting_for_them_and_no_other_waiting():
    assert next_state(CaseState.WAITING_CITIZEN, Move.CITIZEN_WROTE) is CaseState.IN_PROGRESS
    assert next_state(CaseState.WAITING_OTHER, Move.CITIZEN_WROTE) is CaseState.WAITING_OTHER


def test_every_state_can_be_reached_from_a_new_case():
    reached, edge = {CaseState.NEW}, {CaseState.NEW}
    while edge:
        edge = {row[state] for row in GRAPH.values() for state in edge if state in row} - reached
        reached |= edge
    assert reached == set(CaseState)
