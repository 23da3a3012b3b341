"""Reading events and writing measured rows in bulk, without the work that the ORM and its types do on each value.

What it reads and writes is the same as by the tables of models/: SQLite keeps moments as text in UTC and JSON as
text, PostgreSQL's driver gives both as values.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session

from triage.rules.clocks import HANDLERS
from triage.rules.history import HistoryEvent

Form = Callable[[datetime], Any]
Plain = tuple[Any, ...]
KINDS = {kind.value: kind for kind in HANDLERS}
COLUMNS = "case_id, kind, at, actor, data, id, recorded_at"
OF_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
# The spellings are our own constants; ids are parameters.
SOME = text(f"select {COLUMNS} from case_event where case_id in :ids and kind in ({OF_KINDS}) order by id")  # noqa: S608


def events_of(session: Session, ids: Sequence[int]) -> dict[int, list[HistoryEvent]]:
    """Return the events that move a clock, of some hundred cases, as they were recorded."""
    return _events(session, SOME.bindparams(bindparam("ids", expanding=True)), {"ids": list(ids)})


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


def form_of_moments(session: Session) -> Form:
    """Return what turns a moment into the value that the database's driver gives for it."""
    return stored_moment if session.get_bind().dialect.name == "sqlite" else as_it_is


def stored_moment(moment: datetime) -> str:
    """Return a moment as SQLite keeps it: text in UTC, to the microsecond."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")[:26]


def as_it_is(moment: datetime) -> datetime:
    """Return a moment as PostgreSQL's driver takes and gives it."""
    return moment


def insert_plain(session: Session, table: str, columns: Sequence[str], rows: Sequence[Plain]) -> None:
    """Insert rows of values as the driver gives and takes them, in the order of the columns."""
    if not rows:
        return
    names = ", ".join(columns)
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        session.connection().exec_driver_sql(f"insert into {table} ({names}) values ({marks})", list(rows))  # noqa: S608
    else:
        driver: Any = session.connection().connection
        with driver.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def update_plain(session: Session, table: str, columns: Sequence[str], rows: Sequence[Plain]) -> None:
    """Set columns by id; each row has the values as the driver gives and takes them, and then the id."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        sets = ", ".join(f"{name} = ?" for name in columns)
        connection.exec_driver_sql(f"update {table} set {sets} where id = ?", list(rows))  # noqa: S608
        return
    names, sets = ", ".join([*columns, "id"]), ", ".join(f"{name} = told.{name}" for name in columns)
    connection.exec_driver_sql(f"create temp table told on commit drop as select {names} from {table} where false")  # noqa: S608
    insert_plain(session, "told", [*columns, "id"], rows)
    connection.exec_driver_sql(f"update {table} set {sets} from told where {table}.id = told.id")  # noqa: S608
    connection.exec_driver_sql("drop table told")
