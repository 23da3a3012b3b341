"""Who may do what, as one table: role x action -> scope.

`OWN` means the cases and accounts of the user's own units, `ALL` every one, a missing entry never. The
scope is enforced in the base query of queries/cases.py, so a view cannot forget it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from models import Role


class Scope(StrEnum):
    """How far an action reaches."""

    OWN = "own"
    ALL = "all"


class Action(StrEnum):
    """What can be done in the application."""

    SEE_CASES = "see_cases"
    WORK_CASES = "work_cases"
    APPROVE_HIDING = "approve_hiding"
    SEE_TRIAGE = "see_triage"
    ENTER_COMMENTS = "enter_comments"
    SEE_FIGURES = "see_figures"
    SEE_PATTERNS = "see_patterns"
    MANAGE_DIRECTORY = "manage_directory"
    MANAGE_MODELS = "manage_models"
    LABEL = "label"
    SEE_RULES = "see_rules"
    MANAGE_RULES = "manage_rules"
    USE_OWN_PROFILE = "use_own_profile"


TABLE: dict[Action, dict[Role, Scope]] = {
    Action.SEE_CASES: {Role.OPD_ADMIN: Scope.OWN, Role.SUPERVISOR: Scope.ALL, Role.DISKOMINFO: Scope.ALL},
    Action.WORK_CASES: {Role.OPD_ADMIN: Scope.OWN, Role.DISKOMINFO: Scope.ALL},
    # Not for those who work the cases: nobody approves what they hid themselves.
    Action.APPROVE_HIDING: {Role.SUPERVISOR: Scope.ALL},
    Action.SEE_TRIAGE: {Role.SUPERVISOR: Scope.ALL, Role.DISKOMINFO: Scope.ALL},
    Action.ENTER_COMMENTS: {Role.OPD_ADMIN: Scope.OWN, Role.DISKOMINFO: Scope.ALL},
    Action.SEE_FIGURES: {Role.OPD_ADMIN: Scope.OWN, Role.SUPERVISOR: Scope.ALL, Role.DISKOMINFO: Scope.ALL},
    Action.SEE_PATTERNS: {Role.SUPERVISOR: Scope.ALL, Role.DISKOMINFO: Scope.ALL},
    Action.MANAGE_DIRECTORY: {Role.DISKOMINFO: Scope.ALL},
    Action.MANAGE_MODELS: {Role.DISKOMINFO: Scope.ALL},
    Action.LABEL: {Role.DISKOMINFO: Scope.ALL},
    Action.SEE_RULES: {Role.SUPERVISOR: Scope.ALL, Role.DISKOMINFO: Scope.ALL},
    Action.MANAGE_RULES: {Role.DISKOMINFO: Scope.ALL},
    Action.USE_OWN_PROFILE: dict.fromkeys(Role, Scope.OWN),
}


@dataclass(frozen=True)
class Viewer:
    """Who asks: what the rules and the base query need to know of a signed-in user."""

    user_id: int
    role: Role
    unit_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def actor(self) -> str:
        """How the user is named in the event log."""
        return f"user:{self.user_id}"

    def scope(self, action: Action) -> Scope | None:
        """Return how far the user may go with an action; None: not at all."""
        return TABLE[action].get(self.role)

    def may(self, action: Action) -> bool:
        """Tell whether the user may do this at all."""
        return self.scope(action) is not None

    def reaches(self, action: Action, unit_id: int | None) -> bool:
        """Tell whether the action reaches what belongs to a unit; None stands for the triage queue."""
        scope = self.scope(action)
        return scope is Scope.ALL or (scope is Scope.OWN and unit_id in self.unit_ids)
