"""Our public answers: saved first, sent after the commit, with one idempotency key each."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, String, Text
from sqlmodel import Field, SQLModel

from models.base import enum_column, moment_column


class ReplyStatus(StrEnum):
    """Where an answer stands; ELSEWHERE was given in the platform's own application."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    ELSEWHERE = "elsewhere"


class ReplyKind(StrEnum):
    """An acknowledgement stops the first-response clock, only a substantive answer stops D6."""

    ACKNOWLEDGEMENT = "acknowledgement"
    SUBSTANTIVE = "substantive"


def digest_of(text: str) -> str | None:
    """Return what two answers of one wording share, whatever their spaces and capitals; None for no words."""
    words = " ".join(text.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32] if words else None


def _of_own_text(context: Any) -> str | None:
    return digest_of(context.get_current_parameters()["text"])


class Reply(SQLModel, table=True):
    """One public answer to a case; `sent_at` is the platform's time. The text never changes, nor does its digest."""

    __table_args__ = (CheckConstraint("(status in ('sent', 'elsewhere')) = (sent_at is not null)", name="sent_at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    author_id: int = Field(foreign_key="app_user.id")
    kind: ReplyKind = Field(sa_column=enum_column(ReplyKind))
    status: ReplyStatus = Field(sa_column=enum_column(ReplyStatus))
    text: str = Field(sa_column=Column(Text, nullable=False))
    text_digest: str | None = Field(
        default=None, sa_column=Column(String(32), nullable=True, index=True, default=_of_own_text)
    )
    idempotency_key: str = Field(max_length=40, unique=True)
    platform_id: str = Field(default="", max_length=200)
    asks_citizen: bool = False
    attempts: int = 0
    error: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_column=moment_column())
    sent_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
