"""Writing many rows at once, without the work that SQLAlchemy does on each value of each row.

What is stored is the same as by the tables of models/, and the database checks it the same. Only SQLite goes the short
way, where this process spends the time; PostgreSQL's driver has its own for many rows.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Enum, Table, bindparam, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, func

from models.base import UtcDateTime
from triage.queries.bulk import stored_moment

Row = Mapping[str, Any]
Storable = Callable[[Any], Any]
DIALECT = sqlite.dialect()
# SQLite brings its search index up to date once a statement, so one statement writes many rows.
ROWS_AT_ONCE = 500
quoted = DIALECT.identifier_preparer.quote


class _Plan(NamedTuple):
    """A statement for rows of the same columns: where its values are in a row, and how they become storable.

    `head` is the statement; an INSERT takes `group`, the places of one row, as often as there are rows.
    """

    head: str
    group: str
    values: Callable[[Row], tuple[Any, ...]]
    storable: tuple[tuple[int, Storable], ...]
    defaults: tuple[Any, ...]

    def told(self, row: Row) -> tuple[Any, ...]:
        """Return a row's values in the order of the statement."""
        values = [*self.values(row), *self.defaults]
        for place, storable in self.storable:
            values[place] = storable(values[place])
        return tuple(values)


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns; those left out get their default."""
    if not rows:
        return
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(insert(table), rows)
        return
    plan, connection = _inserting(table, tuple(rows[0])), session.connection()
    for first in range(0, len(rows), ROWS_AT_ONCE):
        piece = [plan.told(row) for row in rows[first : first + ROWS_AT_ONCE]]
        statement = f"{plan.head} {', '.join([plan.group] * len(piece))}"
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(piece)))


def insert_numbered(session: Session, table: Table, rows: Sequence[Row], *, key: str) -> dict[str, int]:
    """Insert rows that all have the same columns; return their ids by a column that tells them apart."""
    if not rows:
        return {}
    named = table.c[key]
    if session.get_bind().dialect.name == "sqlite":
        # SQLite gives growing ids, and whoever writes has the database alone until the commit.
        last = session.connection().execute(select(func.max(table.c.id))).scalar_one() or 0
        insert_rows(session, table, rows)
        added = session.connection().execute(select(named, table.c.id).where(table.c.id > last))
    else:
        added = session.connection().execute(insert(table).returning(named, table.c.id), rows)
    return dict(added.all())


def update_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Write columns of rows by their `id`; rows with the same columns go in one statement."""
    by_columns: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if len(row) > 1:  # with nothing but the id there is nothing to write
            by_columns.setdefault(tuple(row), []).append(row)
    for columns, same in by_columns.items():
        if session.get_bind().dialect.name == "sqlite":
            plan = _updating(table, columns)
            session.connection().exec_driver_sql(plan.head, [plan.told(row) for row in same])
        else:
            named = [{("row_id" if name == "id" else name): row[name] for name in columns} for row in same]
            session.connection().execute(update(table).where(table.c.id == bindparam("row_id")), named)


@lru_cache(maxsize=64)
def _inserting(table: Table, columns: tuple[str, ...]) -> _Plan:
    left_out = [column for column in table.columns if column.name not in columns and column.default is not None]
    if any(not getattr(column.default, "is_scalar", False) for column in left_out):
        raise ValueError(f"{table.name} has a default that is no plain value: write it into the rows")
    names = (*columns, *(column.name for column in left_out))
    head = f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(name) for name in names)}) VALUES"
    return _planned(table, head, columns, left_out)


@lru_cache(maxsize=256)
def _updating(table: Table, columns: tuple[str, ...]) -> _Plan:
    names = (*(name for name in columns if name != "id"), "id")
    values = ", ".join(f"{quoted(name)} = ?" for name in names[:-1])
    return _planned(table, f"UPDATE {quoted(table.name)} SET {values} WHERE id = ?", names, ())  # noqa: S608


def _planned(table: Table, head: str, columns: Sequence[str], defaults: Sequence[Column[Any]]) -> _Plan:
    written = [*(table.c[name] for name in columns), *defaults]
    storable = tuple((place, found) for place, column in enumerate(written) if (found := _storable(column)))
    filled = tuple([getattr(column.default, "arg", None) for column in defaults])
    group = f"({', '.join('?' for _ in written)})"
    return _Plan(head, group, _picked(columns), storable, filled)


def _picked(columns: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """Return what takes the values of columns out of a row; a single one comes bare from itemgetter."""
    pick = itemgetter(*columns)
    return pick if len(columns) > 1 else lambda row: (pick(row),)


def _storable(column: Column[Any]) -> Storable | None:
    """Return what makes a column's values storable; None where SQLite takes them as they are."""
    if isinstance(column.type, UtcDateTime):
        return _moment
    if isinstance(column.type, Enum):
        return _looked_up({member: member.value for member in column.type.enum_class or ()})
    if isinstance(column.type, Boolean):
        return _looked_up({True: 1, False: 0})
    return column.type.dialect_impl(DIALECT).bind_processor(DIALECT)


def _looked_up(known: Mapping[Any, Any]) -> Storable:
    """Return what gives plain values for members of a class, and leaves anything else to the database's checks."""
    return lambda value: known.get(value, value)


@lru_cache(maxsize=4096)  # what one batch brought was recorded at one moment
def _moment(value: datetime | None) -> str | None:
    """Return a moment as SQLite keeps it: in UTC, to the microsecond; raise ValueError for a naive one."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime refused: {value!r}")
    return stored_moment(value)
