"""Who is there: units (OPD and outside bodies), their official accounts, users and memberships.

A unit's code is stable and its name editable, because names and mergers differ per regency.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

from models.base import enum_column, json_column, moment_column


class Role(StrEnum):
    """What a user is for; what each may do stands in triage.rules.permissions."""

    OPD_ADMIN = "opd_admin"
    SUPERVISOR = "supervisor"
    DISKOMINFO = "diskominfo"


class Platform(StrEnum):
    """Where an official account lives."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    X = "x"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    GOOGLE = "google"
    THREADS = "threads"
    WEBSITE = "website"
    OTHER = "other"


class KeywordKind(StrEnum):
    """Whether a phrase speaks for its unit or names a matter that belongs elsewhere."""

    OWN = "own"
    NOT_RESPONSIBLE = "not_responsible"


class Unit(SQLModel, table=True):
    """An agency, kecamatan, kelurahan, desa, BUMD or outside body that can be responsible.

    `calendar_code` is the calendar it began with; later ones stand in CalendarAssignment.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    short_name: str = Field(max_length=80)
    level: str = Field(max_length=40)
    is_external: bool = False
    is_active: bool = True
    subjects: list[str] = Field(default_factory=list, sa_column=json_column())
    calendar_code: str = Field(default="kantor", max_length=40)


class UnitKeyword(SQLModel, table=True):
    """One phrase of the routing gazetteer; NOT_RESPONSIBLE phrases route to another unit."""

    __tablename__ = "unit_keyword"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "phrase"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    kind: KeywordKind = Field(sa_column=enum_column(KeywordKind))
    phrase: str = Field(max_length=120)
    route_to_id: int | None = Field(default=None, foreign_key="unit.id")
    subject: str = Field(default="", max_length=200)


class Account(SQLModel, table=True):
    """One official account of a unit on one platform.

    `connected_at` is where measuring begins (M1 D2: older comments are backfill); `token_digest` is the
    SHA-256 of the REST token, which itself is shown once and never stored.
    """

    __table_args__ = (UniqueConstraint("platform", "handle"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    platform: Platform = Field(sa_column=enum_column(Platform))
    handle: str = Field(max_length=120)
    zone: str = Field(default="Asia/Jakarta", max_length=60)
    connected_at: datetime = Field(sa_column=moment_column())
    is_active: bool = True
    token_digest: str | None = Field(default=None, max_length=64, unique=True)


class User(SQLModel, table=True):
    """A person who signs in. `session_epoch` rises to end all of the person's sessions at once.

    `email` is empty for who gets no e-mail; `wants_digest` is the person's own choice.
    """

    __tablename__ = "app_user"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=120)
    role: Role = Field(sa_column=enum_column(Role))
    password_hash: str = Field(max_length=200)
    is_active: bool = True
    session_epoch: int = 0
    uses_shortcuts: bool = True
    email: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": text("''")})
    wants_digest: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    created_at: datetime = Field(sa_column=moment_column())


class Membership(SQLModel, table=True):
    """A user works for a unit; several units a user are possible. A head is told of what stays late."""

    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True, index=True)
    is_head: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
