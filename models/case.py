"""Cases, their append-only history and what people write about them inside the house.

A case is one citizen's thread under one post on one account. What is on the case row is a projection of
its events, kept in the same transaction, so that the inbox reads one table.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column
from models.label import Intent

CLOSED_SQL = "state in ('resolved', 'no_answer_needed')"
OPEN_SQL = "state not in ('resolved', 'no_answer_needed')"
IMPORTED_SQL = "reference is not null"
UNROUTED_SQL = "intent is not null and routed_at is null"


class CaseState(StrEnum):
    """Where a case stands; the moves between them are triage.rules.workflow."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING_CITIZEN = "waiting_citizen"
    WAITING_OTHER = "waiting_other"
    RESOLVED = "resolved"
    NO_ANSWER_NEEDED = "no_answer_needed"


class EventKind(StrEnum):
    """What can happen to a case (metrics M1)."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    LABEL_CHANGED = "label_changed"
    ROUTED = "routed"
    ASSIGNED = "assigned"
    REPLIED = "replied"
    REPLY_FAILED = "reply_failed"
    NOTED = "noted"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    NO_ANSWER_NEEDED = "no_answer_needed"
    WITHDRAWN_BY_CITIZEN = "withdrawn_by_citizen"
    HIDDEN_BY_US = "hidden_by_us"
    TARGET_APPLIED = "target_applied"
    CALENDAR_CHANGED = "calendar_changed"


class Mark(StrEnum):
    """What a comment is beside its intent; a case carries the marks of all its comments."""

    EMERGENCY = "darurat"
    ABUSE = "berkadar_pengawasan"
    PROPOSAL = "aspirasi"
    REMINDER = "tindak_lanjut"
    SEVERAL = "multi_isu"
    IRONY = "sarkas"
    PERSONAL = "info_pribadi"


class Case(SQLModel, table=True):
    """One citizen's thread. `code` is the public tracking code: random, so it reveals no counts.

    `unit_id` is who is responsible, also an outside body; `holder_id` is the regency's unit that works on it
    (for an outside body the unit of the account), empty in the triage queue. `intent` is empty until the
    comment is classified, `routed_at` until a unit was looked for. `due_at` is the frozen target of the first
    response, `sort_at` the inbox order. `response_working_s` is NULL, never 0, without a calendar (M1 D11).
    `marks` has one bit for each Mark (triage.rules.marks).
    `reference` is what an imported log called the case, '' if it had no name for it; NULL if it came in live.
    """

    __tablename__ = "citizen_case"
    __table_args__ = (
        Index(
            "uq_citizen_case_one_open",
            "account_id",
            "post_id",
            "author_key",
            unique=True,
            sqlite_where=text(OPEN_SQL),
            postgresql_where=text(OPEN_SQL),
        ),
        Index("ix_citizen_case_author", "account_id", "post_id", "author_key", "id"),
        Index(
            "ix_citizen_case_open_sort",
            "holder_id",
            "sort_at",
            "id",
            sqlite_where=text(OPEN_SQL),
            postgresql_where=text(OPEN_SQL),
        ),
        Index(
            "ix_citizen_case_open_sort_all",
            "sort_at",
            "id",
            sqlite_where=text(OPEN_SQL),
            postgresql_where=text(OPEN_SQL),
        ),
        # Everything the view counts need, so that counting reads this index and no row.
        Index(
            "ix_citizen_case_open_counts",
            "holder_id",
            "state",
            "intent",
            "assignee_id",
            "sort_at",
            sqlite_where=text(OPEN_SQL),
            postgresql_where=text(OPEN_SQL),
        ),
        Index("ix_citizen_case_unrouted", "id", sqlite_where=text(UNROUTED_SQL), postgresql_where=text(UNROUTED_SQL)),
        Index("ix_citizen_case_holder_id_opened_at", "holder_id", "opened_at", "id"),
        Index("ix_citizen_case_unit_id_opened_at", "unit_id", "opened_at", "id"),
        Index("ix_citizen_case_opened_at", "opened_at", "id"),
        Index("ix_citizen_case_holder_id_closed_at", "holder_id", "closed_at", "id"),
        Index(
            "ix_citizen_case_closed",
            "state",
            "closed_at",
            "id",
            sqlite_where=text(CLOSED_SQL),
            postgresql_where=text(CLOSED_SQL),
        ),
        Index(
            "ix_citizen_case_reference",
            "reference",
            sqlite_where=text(IMPORTED_SQL),
            postgresql_where=text(IMPORTED_SQL),
        ),
        CheckConstraint(f"({CLOSED_SQL}) = (closed_at is not null)", name="closed_at"),
        CheckConstraint("response_wall_s >= 0 and response_working_s >= 0", name="never_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=16, unique=True)
    account_id: int = Field(foreign_key="account.id")
    post_id: int = Field(foreign_key="post.id")
    author_key: str = Field(max_length=64)
    state: CaseState = Field(sa_column=enum_column(CaseState))
    intent: Intent | None = Field(default=None, sa_column=enum_column(Intent, nullable=True))
    intent_confidence: float | None = None
    is_intent_sure: bool = False
    is_intent_by_person: bool = False
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    holder_id: int | None = Field(default=None, foreign_key="unit.id")
    is_unit_by_person: bool = False
    routed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    assignee_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    excerpt: str = Field(default="", max_length=240)
    marks: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    is_backfill: bool = False
    opened_at: datetime = Field(sa_column=moment_column())
    last_comment_at: datetime = Field(sa_column=moment_column())
    comment_count: int = 1
    due_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    sort_at: datetime = Field(sa_column=moment_column())
    is_waiting_for_us: bool = True
    first_response_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    response_wall_s: int | None = None
    response_working_s: int | None = None
    responder_unit_id: int | None = Field(default=None, foreign_key="unit.id")
    resume_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reference: str | None = Field(default=None, max_length=200)
    version: int = 1


class Event(SQLModel, table=True):
    """One thing that happened, never changed or removed: triggers on both databases see to that.

    `at` is when it happened (a platform's time for comments and replies), `recorded_at` when we learnt it.
    `actor` is never empty: 'citizen', 'system', 'model:<run>' or 'user:<id>'.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        Index("ix_case_event_case_id_id", "case_id", "id"),
        CheckConstraint("actor <> ''", name="actor"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id")
    kind: EventKind = Field(sa_column=enum_column(EventKind))
    at: datetime = Field(sa_column=moment_column())
    recorded_at: datetime = Field(sa_column=moment_column())
    actor: str = Field(max_length=60)
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class Draft(SQLModel, table=True):
    """An unsent reply of one person on one case, kept on the server."""

    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    updated_at: datetime = Field(sa_column=moment_column())


class Note(SQLModel, table=True):
    """An internal remark; nothing leads from this table to any platform."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", index=True)
    author_id: int = Field(foreign_key="app_user.id")
    text: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment_column())


class PastWord(SQLModel, table=True):
    """What an imported log says that we wrote: an answer, or an internal remark; its author is a mere name there."""

    __tablename__ = "past_word"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", index=True)
    is_internal: bool
    author_name: str = Field(default="", max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=moment_column())
