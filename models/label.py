"""Verdicts on intent and unit, append-only: by a model run or by a person, never overwritten."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column


class Intent(StrEnum):
    """What the agency must do with a comment (labelling guide v1)."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    HOAX_REPORT = "hoax_report"
    PRAISE = "praise"
    OTHER = "other"


class LabelSubject(StrEnum):
    """What a label speaks about."""

    INTENT = "intent"
    UNIT = "unit"


class LabelSource(StrEnum):
    """Who gave the verdict."""

    MODEL = "model"
    PERSON = "person"


class Label(SQLModel, table=True):
    """One verdict on one comment: an intent value or a unit code.

    `probabilities` maps the classes to 0-1; `reasons` is what a person is shown: words with weights for an
    intent, ledger parts for a unit. A unit label with value '' says: no unit could be named.
    """

    __table_args__ = (
        CheckConstraint("(source = 'model') = (run_id is not null)", name="by_model"),
        CheckConstraint("(source = 'person') = (user_id is not null)", name="by_person"),
        Index("ix_label_comment_id_subject_id", "comment_id", "subject", "id"),
        Index("ix_label_source_subject_created_at", "source", "subject", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id")
    subject: LabelSubject = Field(sa_column=enum_column(LabelSubject))
    value: str = Field(max_length=40)
    source: LabelSource = Field(sa_column=enum_column(LabelSource))
    run_id: int | None = Field(default=None, foreign_key="training_run.id")
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    confidence: float | None = None
    is_sure: bool = True
    probabilities: dict[str, float] = Field(default_factory=dict, sa_column=json_column())
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    created_at: datetime = Field(sa_column=moment_column())
