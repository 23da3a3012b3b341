"""E-mails to staff about late work: the ladder of who is told when, each message, and which case it was about.

What was told is kept beside a case's events and not among them: a message to a colleague changes nothing about the
case, moves no clock, and must not count the case's version up while somebody is typing an answer.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import enum_column, moment_column

UNSENT_SQL = "status in ('queued', 'sending')"


class Audience(StrEnum):
    """Who is told; for a case in the triage queue Diskominfo is its unit."""

    UNIT_ADMIN = "unit_admin"
    UNIT_HEAD = "unit_head"
    DISKOMINFO = "diskominfo"
    SUPERVISOR = "supervisor"


class NoticeKind(StrEnum):
    """The morning's digest, or a step of the ladder."""

    DIGEST = "digest"
    ESCALATION = "escalation"


class NoticeStatus(StrEnum):
    """Where a message stands; EMPTY is a digest that had nothing to say and was never sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EMPTY = "empty"


class EscalationStep(SQLModel, table=True):
    """One step of the ladder as it was set at a moment; of each number the newest row holds."""

    __tablename__ = "escalation_step"
    __table_args__ = (CheckConstraint("number >= 1 and after_hours >= 0", name="counts"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int
    audience: Audience = Field(sa_column=enum_column(Audience))
    after_hours: int
    is_active: bool = True
    set_at: datetime = Field(sa_column=moment_column())
    actor: str = Field(max_length=60)


class Notice(SQLModel, table=True):
    """One message to one person. `key` is made from what it is about, so that asking twice is asking once.

    `body` is what was told, word for word; it never holds a citizen's words or name. `try_at` is when it is next due,
    and while it is being sent when a sending without an end counts as broken off.
    """

    __table_args__ = (
        Index("ix_notice_unsent", "try_at", sqlite_where=text(UNSENT_SQL), postgresql_where=text(UNSENT_SQL)),
        Index("ix_notice_created_at", "created_at", "id"),
        CheckConstraint("(status = 'sent') = (sent_at is not null)", name="sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, unique=True)
    kind: NoticeKind = Field(sa_column=enum_column(NoticeKind))
    step: int | None = None
    user_id: int = Field(foreign_key="app_user.id")
    address: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    body: str = Field(sa_column=Column(Text, nullable=False))
    status: NoticeStatus = Field(sa_column=enum_column(NoticeStatus))
    attempts: int = 0
    error: str = Field(default="", max_length=400)
    created_at: datetime = Field(sa_column=moment_column())
    try_at: datetime = Field(sa_column=moment_column())
    sent_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class NoticeCase(SQLModel, table=True):
    """A message was about a case: once for each case, step and person."""

    __tablename__ = "notice_case"
    __table_args__ = (UniqueConstraint("case_id", "step", "user_id"),)

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    step: int
    user_id: int = Field(foreign_key="app_user.id")
