"""Reading events and writing measured rows in bulk, without the work that the ORM and its types do on each value.

What it reads and writes is the same as by the tables of models/: SQLite keeps moments as text in UTC and JSON as
text, PostgreSQL's driver gives both as values.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, TextClause, bindparam, insert, text
from sqlalchemy.dialects import sqlite
from sqlmodel import Session

from triage.rules.clocks import HANDLERS
from triage.rules.history import HistoryEvent

KINDS = {kind.value: kind for kind in HANDLERS}
MOMENTS = ("_at", "_since")  # how the columns of moments end
COLUMNS = "case_id, kind, at, actor, data, id, recorded_at"
OF_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
# The spellings are our own constants; ids are parameters.
SOME = text(f"select {COLUMNS} from case_event where case_id in :ids and kind in ({OF_KINDS}) order by id")  # noqa: S608
RANGE = text(
    f"select {COLUMNS} from case_event where case_id between :first and :last and kind in ({OF_KINDS})"  # noqa: S608
    " order by case_id, id"
)


def events_of(session: Session, ids: Sequence[int]) -> dict[int, list[HistoryEvent]]:
    """Return the events that move a clock, of some hundred cases, as they were recorded."""
    return _events(session, SOME.bindparams(bindparam("ids", expanding=True)), {"ids": list(ids)})


def events_between(session: Session, first: int, last: int) -> dict[int, list[HistoryEvent]]:
    """Return the events that move a clock, of the cases from one id to another."""
    return _events(session, RANGE, {"first": first, "last": last})


def _events(session: Session, statement: TextClause, values: dict[str, Any]) -> dict[int, list[HistoryEvent]]:
    found: dict[int, list[HistoryEvent]] = defaultdict(list)
    rows = session.connection().execute(statement, values)
    if session.get_bind().dialect.name == "sqlite":
        for case_id, kind, at, actor, data, seq, recorded_at in rows:
            found[case_id].append(
                HistoryEvent(KINDS[kind], _moment(at), actor, _values(data), seq, _recorded(recorded_at))
            )
    else:
        for case_id, kind, at, actor, data, seq, recorded_at in rows:
            found[case_id].append(
                HistoryEvent(KINDS[kind], at.astimezone(UTC), actor, data, seq, recorded_at.astimezone(UTC))
            )
    return found


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


_recorded = lru_cache(maxsize=1024)(_moment)  # what one batch brought was recorded at one moment


@lru_cache(maxsize=8192)
def _values(stored: str) -> Mapping[str, Any]:
    """Return an event's data; many events say the same, and nobody changes what was read."""
    found: Mapping[str, Any] = json.loads(stored)
    return found


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns in the same order, without JSON or enums among them."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        statement = _insert_statement(table, tuple(rows[0]))
        moments = [place for place, name in enumerate(rows[0]) if name.endswith(MOMENTS)]
        connection.exec_driver_sql(statement, [_stored(list(row.values()), moments) for row in rows])
    else:
        connection.execute(insert(table), rows)


@lru_cache(maxsize=16)
def _insert_statement(table: Table, columns: tuple[str, ...]) -> str:
    wanted = insert(table).values({name: bindparam(name) for name in columns})
    names = [column.name for column in table.columns if column.name in columns]
    if tuple(names) != columns:
        raise ValueError(f"columns of {table.name} out of order: {columns}")
    return str(wanted.compile(dialect=sqlite.dialect()))


def _stored(values: list[Any], moments: Sequence[int]) -> tuple[Any, ...]:
    """Return values as SQLite keeps them: a moment as text in UTC, to the microsecond."""
    for place in moments:
        moment = values[place]
        if moment is not None:
            in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
            values[place] = in_utc.isoformat(" ", "microseconds")[:26]
    return tuple(values)
