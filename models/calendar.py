"""Working calendars (versioned) and response targets.

A calendar is never changed: an edit is a new version with the day from which it is in force, so that a
closed period keeps the hours it was measured with (M1 D12). What a correction changed in the figures is kept
beside it, old value and new. Targets and the calendars of units follow the same rule: rows are only added.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column
from models.label import Intent


class HolidayKind(StrEnum):
    """Why a day is free."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    LOCAL = "local"


class TargetKind(StrEnum):
    """What a target limits."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class TargetMeasure(StrEnum):
    """How a target counts: hours inside working time, or the closing time of the nth working day."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class RecomputeStatus(StrEnum):
    """How far a recompute is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WorkCalendar(SQLModel, table=True):
    """One version of a working calendar, in force from a local day until the next version."""

    __tablename__ = "work_calendar"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, index=True)
    name: str = Field(max_length=120)
    version: int = 1
    zone: str = Field(default="Asia/Jakarta", max_length=60)
    in_force_from: date
    created_at: datetime = Field(sa_column=moment_column())
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    reason: str = Field(default="", max_length=400)


class Season(SQLModel, table=True):
    """A stretch of days with hours of its own, such as Ramadan; both ends inclusive, local days."""

    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    id: int | None = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="work_calendar.id", index=True)
    name: str = Field(max_length=80)
    starts_on: date
    ends_on: date


class WorkHours(SQLModel, table=True):
    """One working interval of a weekday (0 = Monday), in minutes after local midnight; several a day."""

    __tablename__ = "work_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("0 <= starts_minute and starts_minute < ends_minute and ends_minute <= 1440", name="order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="work_calendar.id", index=True)
    season_id: int | None = Field(default=None, foreign_key="season.id")
    weekday: int
    starts_minute: int
    ends_minute: int


class Holiday(SQLModel, table=True):
    """A local day without working hours."""

    __table_args__ = (UniqueConstraint("calendar_id", "on_day"),)

    id: int | None = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="work_calendar.id", index=True)
    on_day: date
    name: str = Field(max_length=120)
    kind: HolidayKind = Field(sa_column=enum_column(HolidayKind))


class CalendarAssignment(SQLModel, table=True):
    """A unit works by another calendar from a local day on; before its first row Unit.calendar_code counts.

    The newest row overrules every older one from its day on, as a calendar's versions do.
    """

    __tablename__ = "calendar_assignment"

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    calendar_code: str = Field(max_length=40)
    in_force_from: date
    created_at: datetime = Field(sa_column=moment_column())
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    reason: str = Field(max_length=400)


class Recompute(SQLModel, table=True):
    """The figures of a past period reckoned again after a correction of a calendar or of a unit's calendar.

    `begins_at` to `ends_at` is the time whose working hours changed; cases that lived then are looked at, in the
    order of their ids up to `last_case_id`. The two editions are the newest ids of versions and of assignments with the
    change. `report` holds what changed by month once it is done.
    """

    id: int | None = Field(default=None, primary_key=True)
    calendar_id: int | None = Field(default=None, foreign_key="work_calendar.id")
    assignment_id: int | None = Field(default=None, foreign_key="calendar_assignment.id")
    calendar_edition: int = 0
    assignment_edition: int = 0
    begins_at: datetime = Field(sa_column=moment_column())
    ends_at: datetime = Field(sa_column=moment_column())
    status: RecomputeStatus = Field(sa_column=enum_column(RecomputeStatus))
    total: int = 0
    done: int = 0
    changed: int = 0
    last_case_id: int = 0
    report: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    error: str = Field(default="", max_length=400)
    created_at: datetime = Field(sa_column=moment_column())
    started_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class RecomputedFigure(SQLModel, table=True):
    """What a recompute changed on a case: the old values stay readable.

    `before_s` and `after_s` are the first response in working seconds; `others` has further intervals that changed,
    by name: [before, after].
    """

    __tablename__ = "recomputed_figure"

    recompute_id: int = Field(foreign_key="recompute.id", primary_key=True)
    case_id: int = Field(foreign_key="citizen_case.id", primary_key=True)
    before_s: int | None = None
    after_s: int | None = None
    others: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class Target(SQLModel, table=True):
    """A response target from a moment on, by intent and kind, and where wanted by unit and by flag.

    A change is a new row. A row that is not active ends the target of its unit and flag from its moment on; the
    next wider target counts then, if there is one. `flag` is the code of a mark on a case, empty for all.
    """

    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: int | None = Field(default=None, primary_key=True)
    intent: Intent = Field(sa_column=enum_column(Intent))
    kind: TargetKind = Field(sa_column=enum_column(TargetKind))
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    flag: str = Field(default="", max_length=40)
    measure: TargetMeasure = Field(sa_column=enum_column(TargetMeasure))
    amount: int
    is_active: bool = True
    in_force_from: datetime = Field(sa_column=moment_column())
    created_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    created_by_id: int | None = Field(default=None, foreign_key="app_user.id")
    reason: str = Field(default="", max_length=400)
