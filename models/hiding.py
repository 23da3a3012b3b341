"""Comments that we hid, and what a supervisor said to it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.base import moment_column

WAITING_SQL = "decided_at is null"


class Hiding(SQLModel, table=True):
    """One citizen's comment that we hid before it was answered: why, and whether the reason was approved (M1 D17).

    The figures follow the events; this is the list of what waits for a supervisor. `is_approved` stays empty where
    nothing was left to decide, because the citizen took the comment back.
    """

    __table_args__ = (
        Index(
            "uq_hiding_waiting",
            "comment_id",
            unique=True,
            sqlite_where=text(WAITING_SQL),
            postgresql_where=text(WAITING_SQL),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", index=True)
    comment_id: int = Field(foreign_key="comment.id")
    reason: str = Field(max_length=400)
    hidden_by_id: int = Field(foreign_key="app_user.id")
    hidden_at: datetime = Field(sa_column=moment_column())
    is_approved: bool | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
