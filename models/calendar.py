"""Working calendars (versioned) and response targets.

A calendar is never changed: an edit is a new version with the day from which it is in force, so that a
closed period keeps the hours it was measured with (M1 D12).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import enum_column, moment_column
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


class Target(SQLModel, table=True):
    """A response target by intent and kind; the newest in force wins, a unit's own before the general."""

    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: int | None = Field(default=None, primary_key=True)
    intent: Intent = Field(sa_column=enum_column(Intent))
    kind: TargetKind = Field(sa_column=enum_column(TargetKind))
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    measure: TargetMeasure = Field(sa_column=enum_column(TargetMeasure))
    amount: int
    in_force_from: datetime = Field(sa_column=moment_column())
