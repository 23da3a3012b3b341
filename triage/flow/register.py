"""Register: users, official accounts and their tokens, kept by Diskominfo."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session

from models import Account, Platform, Role, User
from triage.errors import InvalidInput, NotFound
from triage.queries import directory
from triage.rules.passwords import hash_password, weakness

TOKEN_PREFIX = "tgp_"


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A person who shall sign in; units by code."""

    username: str
    name: str
    role: str
    password: str
    units: Collection[str] = ()


def create_user(session: Session, wanted: NewUser, *, now: datetime) -> User:
    """Add a user; raise InvalidInput for a taken name, weak password, or an OPD admin without a unit; commits."""
    username = wanted.username.strip()
    if not username or not wanted.name.strip():
        raise InvalidInput("Isi nama pengguna dan nama lengkap.")
    if wanted.role not in [role.value for role in Role]:
        raise InvalidInput(f"Peran harus salah satu dari: {', '.join(role.value for role in Role)}.")
    if directory.user_by_name(session, username) is not None:
        raise InvalidInput(f"Nama pengguna “{username}” sudah dipakai. Pilih nama lain.")
    refuse_weak(wanted.password, username)
    user = User(
        username=username,
        name=wanted.name.strip(),
        role=Role(wanted.role),
        password_hash=hash_password(wanted.password),
        created_at=now,
    )
    session.add(user)
    session.flush()
    join_units(session, user, wanted.units)
    session.commit()
    return user


def join_units(session: Session, user: User, codes: Collection[str]) -> None:
    """Make a user work for exactly these units; raise InvalidInput for unknown ones or none at all."""
    known = directory.unit_ids(session)
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise InvalidInput(f"Unit “{unknown[0]}” tidak dikenal. Pilih unit dari daftar.")
    if user.role is Role.OPD_ADMIN and not codes:
        raise InvalidInput("Admin OPD harus terikat pada paling sedikit satu unit.")
    directory.set_memberships(session, user.id or 0, [known[code][0] for code in codes])


def refuse_weak(password: str, username: str) -> None:
    """Raise InvalidInput for a password that is too easy."""
    if reason := weakness(password, username):
        raise InvalidInput(reason)


def change_user(
    session: Session, user_id: int, *, name: str, role: str, is_active: bool, units: Collection[str], self_id: int
) -> User:
    """Change a user; raise InvalidInput when the last Diskominfo user would be lost; commits. Ends old sessions."""
    found = directory.user_with_units(session, user_id)
    if found is None:
        raise NotFound("Pengguna ini tidak ada.")
    user = found[0]
    loses = user.role is Role.DISKOMINFO and (role != Role.DISKOMINFO or not is_active)
    if loses and (user.id == self_id or directory.diskominfo_count(session) <= 1):
        raise InvalidInput(
            "Akses Diskominfo ini tidak dapat dicabut: itu akun Anda sendiri atau satu-satunya yang ada."
        )
    if user.role != role or user.is_active != is_active:
        user.session_epoch += 1
    user.name, user.role, user.is_active = name.strip(), Role(role), is_active
    session.add(user)
    join_units(session, user, units)
    session.commit()
    return user


def set_password(session: Session, user_id: int, password: str) -> User:
    """Give a user a new password and end the user's sessions; raise InvalidInput for a weak one; commits."""
    found = directory.user_with_units(session, user_id)
    if found is None:
        raise NotFound("Pengguna ini tidak ada.")
    user = found[0]
    refuse_weak(password, user.username)
    user.password_hash, user.session_epoch = hash_password(password), user.session_epoch + 1
    session.add(user)
    session.commit()
    return user


def set_shortcuts(session: Session, user_id: int, *, is_on: bool) -> None:
    """Keep whether a user works with keyboard shortcuts; commits."""
    found = directory.user_with_units(session, user_id)
    if found is None:
        raise NotFound("Pengguna ini tidak ada.")
    found[0].uses_shortcuts = is_on
    session.add(found[0])
    session.commit()


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An official account; the unit by code."""

    code: str
    unit: str
    platform: str
    handle: str
    zone: str
    connected_at: datetime


def create_account(session: Session, wanted: NewAccount) -> Account:
    """Add an official account; raise InvalidInput for a taken code, unknown unit or zone; commits."""
    unit = directory.unit_by_code(session, wanted.unit)
    if unit is None or unit.is_external:
        raise InvalidInput("Pilih unit pemerintah kabupaten sebagai pemilik akun.")
    if directory.account_by_code(session, wanted.code) is not None:
        raise InvalidInput(f"Kode akun “{wanted.code}” sudah dipakai. Pilih kode lain.")
    if directory.account_by_handle(session, Platform(wanted.platform), wanted.handle.strip()) is not None:
        raise InvalidInput(f"Akun {wanted.handle} di platform itu sudah terdaftar.")
    try:
        ZoneInfo(wanted.zone)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise InvalidInput("Zona waktu tidak dikenal. Pilih WIB, WITA atau WIT.") from exc
    account = Account(
        code=wanted.code.strip(),
        unit_id=unit.id or 0,
        platform=Platform(wanted.platform),
        handle=wanted.handle.strip(),
        zone=wanted.zone,
        connected_at=wanted.connected_at,
    )
    session.add(account)
    session.commit()
    return account


def set_account_active(session: Session, code: str, *, is_active: bool) -> Account:
    """Open or close an account for new comments; commits."""
    account = known_account(session, code)
    account.is_active = is_active
    session.add(account)
    session.commit()
    return account


def new_token(session: Session, code: str) -> str:
    """Give an account a new REST token and return it: only its hash is kept, the old one ends; commits."""
    account = known_account(session, code)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    account.token_digest = token_digest(token)
    session.add(account)
    session.commit()
    return token


def known_account(session: Session, code: str) -> Account:
    """Return the account of a code; raise NotFound with what to do."""
    account = directory.account_by_code(session, code)
    if account is None:
        known = ", ".join(directory.account_codes(session)[:20]) or "belum ada akun"
        raise NotFound(f"Akun “{code}” tidak terdaftar. Akun yang ada: {known}.")
    return account


def token_digest(token: str) -> str:
    """Return the SHA-256 by which a token is found."""
    return hashlib.sha256(token.encode()).hexdigest()
