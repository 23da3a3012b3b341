"""Who may do what: the whole table spelt out a second time, so that a slip in either shows."""

import pytest

from models import Role
from triage.rules.permissions import TABLE, Action, Scope, Viewer

OWN, ALL, NO = Scope.OWN, Scope.ALL, None
ROLES = (Role.OPD_ADMIN, Role.SUPERVISOR, Role.DISKOMINFO)
EXPECTED = {
    Action.SEE_CASES: (OWN, ALL, ALL),
    Action.WORK_CASES: (OWN, NO, ALL),
    Action.APPROVE_HIDING: (NO, ALL, NO),
    Action.SEE_TRIAGE: (NO, ALL, ALL),
    Action.ENTER_COMMENTS: (OWN, NO, ALL),
    Action.SEE_FIGURES: (OWN, ALL, ALL),
    Action.SEE_PATTERNS: (NO, ALL, ALL),
    Action.MANAGE_DIRECTORY: (NO, NO, ALL),
    Action.MANAGE_MODELS: (NO, NO, ALL),
    Action.LABEL: (NO, NO, ALL),
    Action.SEE_RULES: (NO, ALL, ALL),
    Action.MANAGE_RULES: (NO, NO, ALL),
    Action.USE_OWN_PROFILE: (OWN, OWN, OWN),
}


def test_every_action_is_decided():
    assert set(EXPECTED) == set(Action) == set(TABLE)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_as_far_as_agreed(role, action):
    scope = EXPECTED[action][ROLES.index(role)]
    viewer = Viewer(7, role, frozenset({1, 2}))
    assert (viewer.scope(action), viewer.may(action)) == (scope, scope is not None)
    reach = {unit: viewer.reaches(action, unit) for unit in (1, 3, None)}
    assert reach == {1: scope in (OWN, ALL), 3: scope is ALL, None: scope is ALL}


def test_somebody_without_a_unit_reaches_nothing_of_their_own():
    assert not Viewer(7, Role.OPD_ADMIN).reaches(Action.SEE_CASES, None)


def test_a_viewer_is_named_in_the_history_by_id():
    assert Viewer(7, Role.DISKOMINFO).actor == "user:7"
