"""Watching models at work: what a shadow would have said, figures per week, and how the comments drift."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import json_column, moment_column


class ShadowPrediction(SQLModel, table=True):
    """What a candidate in the shadow says of a live comment, beside the active model's word; append-only.

    Apart from the labels, so that it can decide nothing.
    """

    __tablename__ = "shadow_prediction"
    __table_args__ = (UniqueConstraint("run_id", "comment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="training_run.id")
    comment_id: int = Field(foreign_key="comment.id")
    active_run_id: int = Field(foreign_key="training_run.id")
    intent: str = Field(max_length=40)
    intent_p: float
    unit: str = Field(max_length=40)
    unit_p: float
    active_intent: str = Field(max_length=40)
    active_intent_p: float
    active_unit: str = Field(max_length=40)
    active_unit_p: float
    at: datetime = Field(sa_column=moment_column())


class ModelWeek(SQLModel, table=True):
    """How one model did in one week of the office; counted again while corrections may still come."""

    __tablename__ = "model_week"
    __table_args__ = (UniqueConstraint("week_on", "run_id"),)

    id: int | None = Field(default=None, primary_key=True)
    week_on: date  # its Monday
    run_id: int = Field(foreign_key="training_run.id")
    read: int
    unsure: int  # intent below its threshold
    triaged: int  # unit below its threshold, of those that need an answer
    need_answer: int
    corrected: int  # intent changed by a person
    mix: dict[str, int] = Field(default_factory=dict, sa_column=json_column())
    computed_at: datetime = Field(sa_column=moment_column())


class DriftReading(SQLModel, table=True):
    """One window of comments against the first ones the same model read; p-values of three tests."""

    __tablename__ = "drift_reading"
    __table_args__ = (UniqueConstraint("run_id", "window"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="training_run.id")
    window: int  # 1 is the first one after the reference
    n: int
    last_comment_id: int = Field(foreign_key="comment.id")
    mix_p: float
    confidence_p: float
    unknown_p: float
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    at: datetime = Field(sa_column=moment_column())
