"""Where the rows say that files lie: uploads, snapshots and models, by their path."""

from collections.abc import Callable

from sqlalchemy import update
from sqlmodel import Session, SQLModel, select

COLUMNS = ("stored_as", "tested_as")


def repoint(session: Session, place: Callable[[str], str]) -> int:
    """Let every row that names a file name it where `place` says it lies now; return how many names changed."""
    changed = 0
    stored = [table.c[name] for table in SQLModel.metadata.sorted_tables for name in COLUMNS if name in table.c]
    for column in stored:
        table = column.table
        for row_id, path in session.connection().execute(select(table.c.id, column).where(column != "")).all():
            if (now := place(path)) != path:
                session.connection().execute(update(table).where(table.c.id == row_id).values({column: now}))
                changed += 1
    return changed
