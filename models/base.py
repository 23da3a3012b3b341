"""Column kinds and constraint names shared by every table.

Enums are stored by value with a CHECK, moments as aware UTC, so that a wrong state cannot be written
from any client of the database. Portable between SQLite and PostgreSQL.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


MOMENTS_KEPT = 4096


class Encoded(str):
    """JSON text that was written before; a JSON column takes it as it is."""

    __slots__ = ()


class StoredJson(TypeDecorator[Any]):
    """Plain lists and tables, or what is Encoded already."""

    impl = JSON
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what makes a value storable."""
        process = super().bind_processor(dialect)
        if process is None:
            return None
        return lambda value: str(value) if isinstance(value, Encoded) else process(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what makes a moment storable; one moment stands in many rows of a batch, so the last are kept."""
        process = super().bind_processor(dialect)
        return None if process is None else lru_cache(maxsize=MOMENTS_KEPT)(process)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raise ValueError for a naive one, which could mean any hour."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def enum_column(kind: type[StrEnum], *, nullable: bool = False, name: str | None = None) -> Column[Any]:
    """Return a column that stores an enum by its value, guarded by a CHECK constraint."""
    values = [member.value for member in kind]
    stored = Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=max(32, *(len(value) for value in values)),
        name=name or kind.__name__.lower(),
    )
    return Column(stored, nullable=nullable)


def moment_column(*, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Return a column of aware UTC moments."""
    return Column(UtcDateTime, nullable=nullable, index=index)


def json_column(*, nullable: bool = False) -> Column[Any]:
    """Return a JSON column."""
    return Column(StoredJson, nullable=nullable)
