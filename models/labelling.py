"""Labelling: comments drawn for people to read, what each person said of them, labels from files, and second looks.

What a person said is never changed: a newer verdict of the same person on the same task takes the place of the older
one, and a withdrawal is a verdict too. Texts that come without a comment are masked before they are stored.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.base import enum_column, moment_column
from models.intake import ImportStatus
from models.label import Intent


class LabelStream(StrEnum):
    """Why a comment was drawn: to measure (random, read blind by two), or to learn most from."""

    GOLD = "gold"
    TRAINING = "training"


class TaskState(StrEnum):
    """Where a drawn comment stands."""

    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"
    ADJUDICATED = "adjudicated"


class VerdictKind(StrEnum):
    """In which part a person spoke: as a reader, or as the one who decides between readers."""

    READING = "reading"
    ADJUDICATION = "adjudication"


class LabelTask(SQLModel, table=True):
    """One comment in one stream; a comment is drawn once. `intent` and `unit` are what the readers settled on.

    `unit` is NULL where nobody was asked, '' where the text names none. `rank` orders the training stream.
    """

    __tablename__ = "label_task"
    __table_args__ = (Index("ix_label_task_stream_state", "stream", "state", "rank", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", unique=True)
    stream: LabelStream = Field(sa_column=enum_column(LabelStream))
    state: TaskState = Field(sa_column=enum_column(TaskState))
    rank: int = 0
    readings: int = 0
    intent: Intent | None = Field(default=None, sa_column=enum_column(Intent, nullable=True))
    unit: str | None = Field(default=None, max_length=40)
    created_at: datetime = Field(sa_column=moment_column())
    settled_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Verdict(SQLModel, table=True):
    """One keypress of one person on one task; append-only, the newest of a person counts."""

    __tablename__ = "label_verdict"
    __table_args__ = (
        Index("ix_label_verdict_task_id_user_id", "task_id", "user_id", "id"),
        Index("ix_label_verdict_user_id", "user_id", "id"),
        CheckConstraint("not (is_withdrawn and intent is not null)", name="withdrawn_says_nothing"),
        CheckConstraint("is_withdrawn or is_doubtful or intent is not null", name="says_something"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="label_task.id")
    user_id: int = Field(foreign_key="app_user.id")
    kind: VerdictKind = Field(sa_column=enum_column(VerdictKind))
    intent: Intent | None = Field(default=None, sa_column=enum_column(Intent, nullable=True))
    unit: str | None = Field(default=None, max_length=40)
    is_doubtful: bool = False
    is_withdrawn: bool = False
    guideline: str = Field(max_length=20)
    created_at: datetime = Field(sa_column=moment_column())


class LabelImport(SQLModel, table=True):
    """One file of labelled texts on its way in; `key` names it in addresses, `stored_as` on disk."""

    __tablename__ = "label_import"
    __table_args__ = (CheckConstraint("progress >= 0 and progress <= 1", name="progress"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    filename: str = Field(max_length=200)
    stored_as: str = Field(max_length=400)
    status: ImportStatus = Field(sa_column=enum_column(ImportStatus))
    progress: float = 0.0
    rows_read: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    error: str = Field(default="", max_length=1000)
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(sa_column=moment_column(index=True))
    heartbeat_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class ImportedLabel(SQLModel, table=True):
    """One labelled text of a file, masked; append-only. The same text with the same labels is there once.

    `digest` stands for text, labels and account together; `text_digest` for the text alone: its newest row counts.
    """

    __tablename__ = "imported_label"
    __table_args__ = (Index("ix_imported_label_text_digest", "text_digest", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="label_import.id", index=True)
    digest: str = Field(max_length=64, unique=True)
    text_digest: str = Field(max_length=64)
    text: str = Field(sa_column=Column(Text, nullable=False))
    intent: Intent | None = Field(default=None, sa_column=enum_column(Intent, nullable=True))
    unit: str | None = Field(default=None, max_length=40)
    account: str = Field(default="", max_length=40)
    guideline: str = Field(default="", max_length=20)
    created_at: datetime = Field(sa_column=moment_column())


class LabelReview(SQLModel, table=True):
    """A person's second look at a label that a model found unlikely; append-only, the newest of a text counts.

    It names the text by its digest, because the label may come from a comment, a file or the start-up corpus.
    """

    __tablename__ = "label_review"
    __table_args__ = (Index("ix_label_review_text_digest", "text_digest", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="training_run.id")
    text_digest: str = Field(max_length=64)
    before: Intent = Field(sa_column=enum_column(Intent, name="intent_before"))
    after: Intent = Field(sa_column=enum_column(Intent, name="intent_after"))
    user_id: int = Field(foreign_key="app_user.id")
    guideline: str = Field(max_length=20)
    created_at: datetime = Field(sa_column=moment_column())
