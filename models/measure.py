"""What the history of a case says by definition M1, kept as rows so that pages can sum and sort them.

These rows are a projection: each can be made again from the events (`flask metrics rebuild`). A case whose clocks no
step has moved yet has none; `queries.measures` says which those are and what holds for them.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, text
from sqlmodel import Field, SQLModel

from models.base import moment_column


class CaseMeasure(SQLModel, table=True):
    """The intervals of one case: seconds by two clocks, NULL where it did not happen (yet).

    `..._working_s` is also NULL, never 0, where there is no calendar. `flags` has one bit for each of
    rules.history.FLAG_BITS. `calendar_edition` is the newest calendar version there was when this was measured, and
    `credited_user_id` the sender of the first reply, NULL if that was written outside the application.
    """

    __tablename__ = "case_measure"
    __table_args__ = (
        CheckConstraint(
            "frt_wall_s >= 0 and frt_working_s >= 0 and tts_wall_s >= 0 and tts_working_s >= 0"
            " and resolution_first_wall_s >= 0 and resolution_first_working_s >= 0"
            " and resolution_full_wall_s >= 0 and resolution_full_working_s >= 0"
            " and paused_wall_s >= 0 and paused_working_s >= 0"
            " and waiting_other_wall_s >= 0 and waiting_other_working_s >= 0"
            " and triage_wall_s >= 0 and triage_working_s >= 0"
            " and unit_response_wall_s >= 0 and unit_response_working_s >= 0",
            name="never_negative",
        ),
        CheckConstraint("bounces >= 0 and episodes >= 1", name="counts"),
    )

    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    definition: str = Field(max_length=8)
    calendar_edition: int = 0
    received_at: datetime = Field(sa_column=moment_column())
    first_response_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    frt_wall_s: int | None = None
    frt_working_s: int | None = None
    substantive_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    tts_wall_s: int | None = None
    tts_working_s: int | None = None
    first_resolved_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    resolution_first_wall_s: int | None = None
    resolution_first_working_s: int | None = None
    last_resolved_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    resolution_full_wall_s: int | None = None
    resolution_full_working_s: int | None = None
    paused_wall_s: int = 0
    paused_working_s: int | None = 0
    waiting_other_wall_s: int = 0
    waiting_other_working_s: int | None = 0
    triaged_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    triage_wall_s: int | None = None
    triage_working_s: int | None = None
    unit_response_wall_s: int | None = None
    unit_response_working_s: int | None = None
    responder_unit_id: int | None = Field(default=None, foreign_key="unit.id")
    credited_user_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    bounces: int = 0
    episodes: int = 1
    waiting_since: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    flags: int = 0


class CaseHold(SQLModel, table=True):
    """A stretch during which one unit (NULL: the triage queue) held a case whose citizen waited (M1 D14)."""

    __tablename__ = "case_hold"
    __table_args__ = (CheckConstraint("wall_s >= 0 and working_s >= 0", name="never_negative"),)

    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    number: int = Field(primary_key=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    started_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime = Field(sa_column=moment_column())
    wall_s: int
    working_s: int | None = None


class CaseWait(SQLModel, table=True):
    """A waiting interval after the first reply (M1 D5): answered by a unit, or lapsed without an answer."""

    __tablename__ = "case_wait"
    __table_args__ = (CheckConstraint("wall_s >= 0 and working_s >= 0", name="never_negative"),)

    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    number: int = Field(primary_key=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    is_answered: bool
    started_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime = Field(sa_column=moment_column())
    wall_s: int
    working_s: int | None = None


class MeasureRun(SQLModel, table=True):
    """One rebuild of all measured rows; the newest says by which definition and limits (D9/D10, days) they are made."""

    __tablename__ = "measure_run"

    id: int | None = Field(default=None, primary_key=True)
    definition: str = Field(max_length=8)
    limits: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": text("''")})
    calendar_edition: int = 0
    reason: str = Field(default="", max_length=400)
    actor: str = Field(max_length=60)
    cases: int = 0
    last_case_id: int = 0
    started_at: datetime = Field(sa_column=moment_column())
    heartbeat_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
