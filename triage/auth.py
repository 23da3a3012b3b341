"""Who is asking and what they may do: sign-in with argon2, sessions that can be ended, guarded views.

A view names its action with `@allowed(Action....)`; tests/test_routes.py fails for a view that does not.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, current_app, session
from flask_login import UserMixin, current_user, login_required

from models import User
from triage.extensions import db, login_manager
from triage.queries import directory
from triage.rules.passwords import is_right
from triage.rules.permissions import Action, Viewer

View = TypeVar("View", bound=Callable[..., Any])
STARTED = "started_at"


class SignedIn(UserMixin):
    """A signed-in user as Flask-Login carries it: the row and what the rules need."""

    def __init__(self, user: User, unit_ids: frozenset[int], unit_names: list[str]) -> None:
        self.row = user
        self.unit_names = unit_names
        self.viewer = Viewer(user.id or 0, user.role, unit_ids)

    def get_id(self) -> str:
        """Return the session's name of the user; it changes when all sessions are to end."""
        return f"{self.row.id}.{self.row.session_epoch}"


@login_manager.user_loader
def load_user(session_id: str) -> SignedIn | None:
    """Return the user of a session; None when it is over, or the user deactivated, deleted or signed out everywhere."""
    user_id, _, epoch = session_id.partition(".")
    if not user_id.isdigit() or is_over(datetime.now(UTC)):
        return None
    user = directory.user_with_units(db.session, int(user_id))
    if user is None or not user[0].is_active or str(user[0].session_epoch) != epoch:
        return None
    return SignedIn(*user)


def viewer() -> Viewer:
    """Return who is asking; only inside a guarded view."""
    return cast(Viewer, current_user.viewer)


def check_password(user: User | None, password: str) -> bool:
    """Tell whether a password is right and its user may sign in."""
    right = is_right(user.password_hash if user else None, password)
    return right and user is not None and user.is_active


def allowed(action: Action) -> Callable[[View], View]:
    """Guard a view: sign-in first, then 403 unless the role may do the action at all."""

    def guard(view: View) -> View:
        """Return the view behind the guard."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            """Refuse who may not, else show the view."""
            if not viewer().may(action):
                abort(403)
            return view(*args, **kwargs)

        session_view = login_required(guarded)
        session_view.action = action
        return cast(View, session_view)

    return guard


def start_session(now: datetime) -> None:
    """Begin a fresh session: old keys are dropped so that a planted session gains nothing."""
    session.clear()
    session.permanent = True
    session[STARTED] = now.timestamp()


def is_over(now: datetime) -> bool:
    """Tell whether the session lasted its hours: counted from its beginning, so that being busy prolongs nothing."""
    age_s: float = now.timestamp() - session.get(STARTED, 0.0)
    return age_s > current_app.permanent_session_lifetime.total_seconds()
