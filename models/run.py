"""Training: snapshots of labelled data, runs that made a model, and who let which model serve."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column


class RunStatus(StrEnum):
    """Where a training run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PromotionAction(StrEnum):
    """Why the serving model changed."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


class Snapshot(SQLModel, table=True):
    """An immutable set of labelled rows, named by its SHA-256: one file to learn from, one to be measured on.

    No near-duplicate and no author of the first stands in the second (`tested_as`, NULL where nothing was read
    by two people yet). `guideline` is the version under which people labelled.
    """

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(max_length=64, unique=True)
    stored_as: str = Field(max_length=400)
    tested_as: str | None = Field(default=None, max_length=400)
    guideline: str | None = Field(default=None, max_length=20)
    row_count: int
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    created_at: datetime = Field(sa_column=moment_column())


class TrainingRun(SQLModel, table=True):
    """One trained model with its figures; at most one is active, by a partial unique index."""

    __tablename__ = "training_run"
    __table_args__ = (
        Index(
            "uq_training_run_one_active",
            "is_active",
            unique=True,
            sqlite_where=text("is_active"),
            postgresql_where=text("is_active"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    status: RunStatus = Field(sa_column=enum_column(RunStatus))
    is_active: bool = False
    snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id")
    stored_as: str = Field(default="", max_length=400)
    digest: str = Field(default="", max_length=64)
    seed: int = 0
    progress: float = 0.0
    step: str = Field(default="", max_length=200)
    error: str = Field(default="", max_length=1000)
    scores: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    comparison: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(sa_column=moment_column())
    started_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    heartbeat_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    cancel_asked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    train_seconds: float | None = None  # of the training process, without queueing and measuring
    peak_memory_mb: float | None = None
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    shadow_since: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Promotion(SQLModel, table=True):
    """Which run began to serve, when, by whose hand, why, and on which figures; append-only."""

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="training_run.id", index=True)
    previous_run_id: int | None = Field(default=None, foreign_key="training_run.id")
    action: PromotionAction = Field(sa_column=enum_column(PromotionAction))
    actor: str = Field(max_length=60)
    reason: str = Field(default="", max_length=400)
    at: datetime = Field(sa_column=moment_column())
    figures: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    objections: list[str] | None = Field(default=None, sa_column=json_column(nullable=True))  # set aside by the reason


class RunChange(SQLModel, table=True):
    """One comment that a candidate reads otherwise than the model it is compared with.

    A frozen row carries its masked text and the truth; a citizen's comment is pointed to and not copied.
    """

    __tablename__ = "run_change"

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="training_run.id", index=True)
    comment_id: int | None = Field(default=None, foreign_key="comment.id")
    text: str = ""
    truth_intent: str = Field(default="", max_length=40)
    truth_unit: str = Field(default="", max_length=40)
    intent_before: str = Field(max_length=40)
    intent_after: str = Field(max_length=40)
    intent_before_p: float
    intent_after_p: float
    unit_before: str = Field(max_length=40)
    unit_after: str = Field(max_length=40)
    unit_before_p: float
    unit_after_p: float
