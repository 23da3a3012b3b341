"""Where the rows say that files lie: uploads, snapshots and models, by their path."""

from collections.abc import Callable

from sqlalchemy import update
from sqlmodel import Session, SQLModel, select

COLUMN = "stored_as"


def repoint(session: Session, place: Callable[[str], str]) -> int:
    """Let every row that names a file name it where `place` says it lies now; return how many changed."""
    changed = 0
    for table in SQLModel.metadata.sorted_tables:
        if COLUMN not in table.c:
            continue
        stored = table.c[COLUMN]
        for row_id, path in session.connection().execute(select(table.c.id, stored).where(stored != "")).all():
            if (now := place(path)) != path:
                session.connection().execute(update(table).where(table.c.id == row_id).values({COLUMN: now}))
                changed += 1
    return changed
