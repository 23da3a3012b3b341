"""Files that people asked for or the schedule made: tables of cases and figures, and monthly reports.

The row is the order and its receipt; the file lies beside the database and is removed after a time, the row is not.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column


class ExportKind(StrEnum):
    """What is in the files."""

    CASES = "cases"
    FIGURES = "figures"
    REPORT = "report"


class ExportStatus(StrEnum):
    """How far an order is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Export(SQLModel, table=True):
    """One order of files. `asked` is the cohort as queries.exports reads it, `month` the first day of a report's month.

    `requester_id` is empty for what the schedule ordered, once a month. `files` tells each file's extension, bytes and
    SHA-256. `attempts` names the worker that has the order: one that was taken for lost changes nothing any more.
    """

    __tablename__ = "export_order"
    __table_args__ = (
        Index(
            "uq_export_order_scheduled",
            "month",
            unique=True,
            sqlite_where=text("requester_id is null"),
            postgresql_where=text("requester_id is null"),
        ),
        Index("ix_export_order_created_at", "created_at", "id"),
        CheckConstraint("(kind = 'report') = (month is not null)", name="month"),
        CheckConstraint("done >= 0 and total >= 0", name="counts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    kind: ExportKind = Field(sa_column=enum_column(ExportKind))
    form: str = Field(default="", max_length=8)  # csv or xlsx; a report is made in all its forms
    month: date | None = None
    status: ExportStatus = Field(sa_column=enum_column(ExportStatus))
    requester_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    title: str = Field(max_length=200)
    asked: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    total: int = 0
    done: int = 0
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    error: str = Field(default="", max_length=400)
    attempts: int = 0
    created_at: datetime = Field(sa_column=moment_column())
    started_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    heartbeat_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    removed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
