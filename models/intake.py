"""What came in: raw deliveries, imports, posts and citizens' comments, verbatim.

UNIQUE (platform, account, external id) makes a second copy of a comment impossible, whatever the way in.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column
from models.directory import Platform


class ImportStatus(StrEnum):
    """Where a file import stands."""

    PREVIEWED = "previewed"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Source(StrEnum):
    """The way a comment came in."""

    FILE = "file"
    MANUAL = "manual"
    API = "api"


class RawEvent(SQLModel, table=True):
    """One delivery of another system, stored before anything is parsed."""

    __tablename__ = "raw_event"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    received_at: datetime = Field(sa_column=moment_column(index=True))
    body: str = Field(sa_column=Column(Text, nullable=False))
    processed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class FileImport(SQLModel, table=True):
    """One CSV or XLSX file on its way in; `key` names it in addresses, `stored_as` on disk."""

    __tablename__ = "file_import"
    __table_args__ = (CheckConstraint("progress >= 0 and progress <= 1", name="progress"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    filename: str = Field(max_length=200)
    stored_as: str = Field(max_length=400)
    mapping: dict[str, str | None] = Field(default_factory=dict, sa_column=json_column())
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


class HistoryImport(SQLModel, table=True):
    """One log of what happened, with its original times, on its way in; `key` names it in addresses."""

    __tablename__ = "history_import"
    __table_args__ = (CheckConstraint("progress >= 0 and progress <= 1", name="progress"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    filename: str = Field(max_length=200)
    stored_as: str = Field(max_length=400)
    status: ImportStatus = Field(sa_column=enum_column(ImportStatus))
    progress: float = 0.0
    lines: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    cases: int = 0
    error: str = Field(default="", max_length=1000)
    remarks: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(sa_column=moment_column(index=True))
    heartbeat_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Post(SQLModel, table=True):
    """What the account published; external id '' stands for comments without a known post."""

    __table_args__ = (UniqueConstraint("account_id", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    external_id: str = Field(max_length=200)
    caption: str = Field(default="", sa_column=Column(Text, nullable=False))
    permalink: str = Field(default="", max_length=1000)


class Comment(SQLModel, table=True):
    """One message of a citizen, verbatim, never changed: an edit is a CommentVersion.

    `posted_at` is the platform's own time and the start of every clock; `first_seen_at` is ours.
    `classified_at` is empty while the comment waits for the classifier.
    """

    __table_args__ = (
        UniqueConstraint("platform", "account_id", "external_id"),
        Index("ix_comment_case_id_posted_at", "case_id", "posted_at"),
        Index(
            "ix_comment_unclassified",
            "id",
            sqlite_where=Column("classified_at").is_(None),
            postgresql_where=Column("classified_at").is_(None),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: Platform = Field(sa_column=enum_column(Platform))
    account_id: int = Field(foreign_key="account.id")
    external_id: str = Field(max_length=200)
    post_id: int = Field(foreign_key="post.id")
    case_id: int = Field(foreign_key="citizen_case.id")
    parent_external_id: str = Field(default="", max_length=200)
    author_key: str = Field(max_length=64)
    author_name: str = Field(default="", max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    permalink: str = Field(default="", max_length=1000)
    source: Source = Field(sa_column=enum_column(Source))
    import_id: int | None = Field(default=None, foreign_key="file_import.id", index=True)
    posted_at: datetime = Field(sa_column=moment_column())
    first_seen_at: datetime = Field(sa_column=moment_column())
    classified_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class CommentVersion(SQLModel, table=True):
    """A later wording of a comment, as the platform brought it."""

    __tablename__ = "comment_version"

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", index=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    seen_at: datetime = Field(sa_column=moment_column())
