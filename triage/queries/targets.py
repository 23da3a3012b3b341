"""Targets as people read them: every row that was ever set, with who and why."""

from typing import NamedTuple

from sqlmodel import Session, col, select

from models import Target, Unit, User


class TargetEntry(NamedTuple):
    """One row of the history of targets; the author is empty for the set-up."""

    target: Target
    unit: str | None
    author: str | None


def log(session: Session) -> list[TargetEntry]:
    """Return every target that was set or ended, newest first."""
    found = (
        select(Target, Unit.short_name, User.name)
        .outerjoin(Unit, col(Unit.id) == Target.unit_id)
        .outerjoin(User, col(User.id) == Target.created_by_id)
        .order_by(col(Target.id).desc())
    )
    return [TargetEntry(*row) for row in session.exec(found)]
