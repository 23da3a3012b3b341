"""Register: users, units, official accounts and their tokens, kept by Diskominfo."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import Account, Platform, Role, Unit, User
from triage.connectors.words import tidy
from triage.errors import InvalidInput, NotFound
from triage.queries import directory
from triage.rules import addresses
from triage.rules.passwords import hash_password, weakness

TOKEN_PREFIX = "tgp_"  # noqa: S105  says what a token is for, is none  # noqa: S105 the start by which a leaked token is recognised
SHORT_PLATFORM = {
    Platform.FACEBOOK: "FB", Platform.INSTAGRAM: "IG", Platform.YOUTUBE: "YT", Platform.TIKTOK: "TT",
    Platform.WHATSAPP: "WA", Platform.TELEGRAM: "TG", Platform.GOOGLE: "GOOGLE", Platform.THREADS: "THREADS",
    Platform.WEBSITE: "WEB", Platform.OTHER: "LAIN",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A person who shall sign in; units by code. A hash at hand saves making it again."""

    username: str
    name: str
    role: str
    password: str
    units: Collection[str] = ()
    email: str = ""
    password_hash: str = ""


def create_user(session: Session, wanted: NewUser, *, now: datetime) -> User:
    """Add a user; raise InvalidInput for a taken name, weak password, or an OPD admin without a unit; commits."""
    username, name = tidy(wanted.username), tidy(wanted.name)
    if not username or not name:
        raise InvalidInput("Isi nama pengguna dan nama lengkap.")
    role = known_role(wanted.role)
    if directory.user_by_name(session, username) is not None:
        raise InvalidInput(f"Nama pengguna “{username}” sudah dipakai. Pilih nama lain.")
    refuse_weak(wanted.password, username)
    hashed, email = wanted.password_hash or hash_password(wanted.password), addresses.readable(wanted.email)
    user = User(username=username, name=name, role=role, password_hash=hashed, email=email, created_at=now)
    add(session, user, f"Nama pengguna “{username}” sudah dipakai. Pilih nama lain.")
    join_units(session, user, wanted.units)
    session.commit()
    return user


def known_role(code: str) -> Role:
    """Return the role of a code; raise InvalidInput naming those there are."""
    if code not in list(Role):
        raise InvalidInput(f"Peran harus salah satu dari: {', '.join(role.value for role in Role)}.")
    return Role(code)


def add(session: Session, row: User | Account, taken: str) -> None:
    """Add a row; raise InvalidInput when somebody added the same one at this very moment."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as exc:
        session.rollback()
        raise InvalidInput(taken) from exc


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
    session: Session,
    user_id: int,
    *,
    name: str,
    role: str,
    is_active: bool,
    units: Collection[str],
    self_id: int,
    email: str = "",
) -> User:
    """Change a user; raise InvalidInput when the last Diskominfo user would be lost; commits. Ends old sessions."""
    active_diskominfo = directory.lock_diskominfo(session)
    user = known_user(session, user_id)
    wanted, name, email = known_role(role), tidy(name), addresses.readable(email)
    if not name:
        raise InvalidInput("Isi nama lengkap.")
    loses = user.role is Role.DISKOMINFO and user.is_active and (wanted is not Role.DISKOMINFO or not is_active)
    if loses and (user.id == self_id or active_diskominfo <= 1):
        raise InvalidInput(
            "Akses Diskominfo ini tidak dapat dicabut: itu akun Anda sendiri atau satu-satunya yang ada."
        )
    if user.role != wanted or user.is_active != is_active:
        user.session_epoch += 1
    user.name, user.role, user.is_active, user.email = name, wanted, is_active, email
    session.add(user)
    join_units(session, user, units)
    session.commit()
    return user


def known_user(session: Session, user_id: int) -> User:
    """Return the user of an id; raise NotFound."""
    found = directory.user_with_units(session, user_id)
    if found is None:
        raise NotFound("Pengguna ini tidak ada.")
    return found[0]


def set_password(session: Session, user_id: int, password: str) -> User:
    """Give a user a new password and end the user's sessions; raise InvalidInput for a weak one; commits."""
    user = known_user(session, user_id)
    refuse_weak(password, user.username)
    user.password_hash, user.session_epoch = hash_password(password), user.session_epoch + 1
    session.add(user)
    session.commit()
    return user


def set_preferences(session: Session, user_id: int, *, uses_shortcuts: bool, wants_digest: bool) -> None:
    """Keep whether a user works with keyboard shortcuts and wants the daily digest; commits."""
    user = known_user(session, user_id)
    user.uses_shortcuts, user.wants_digest = uses_shortcuts, wants_digest
    session.add(user)
    session.commit()


def change_unit(session: Session, code: str, *, name: str, short_name: str, is_active: bool) -> Unit:
    """Change a unit's names or whether it is in use; raise InvalidInput while work hangs on it; commits."""
    unit = known_unit(session, code)
    name, short_name = tidy(name), tidy(short_name)
    if not name or not short_name:
        raise InvalidInput("Isi nama dan nama pendek unit.")
    if unit.is_active and not is_active:
        refuse_unfinished(session, unit)
    unit.name, unit.short_name, unit.is_active = name, short_name, is_active
    session.add(unit)
    session.commit()
    return unit


def set_heads(session: Session, code: str, user_ids: Collection[int]) -> None:
    """Make exactly these members the heads of a unit; raise InvalidInput for who is no member; commits."""
    unit = known_unit(session, code)
    strangers = set(user_ids) - {user.id for user, _ in directory.members(session, unit.id or 0)}
    if strangers:
        raise InvalidInput("Kepala unit harus pengguna dari unit ini. Ikat orangnya pada unit ini dulu.")
    directory.set_heads(session, unit.id or 0, user_ids)
    session.commit()


def refuse_unfinished(session: Session, unit: Unit) -> None:
    """Raise InvalidInput when a unit still works on cases or has open accounts: both would be lost from sight."""
    if cases := directory.open_cases(session, unit.id or 0):
        raise InvalidInput(
            f"{unit.short_name} masih menangani {cases} kasus terbuka. Selesaikan atau disposisikan dulu."
        )
    if accounts := directory.open_accounts(session, unit.id or 0):
        raise InvalidInput(f"{unit.short_name} masih punya {accounts} akun resmi terbuka. Tutup akunnya dulu.")


def known_unit(session: Session, code: str) -> Unit:
    """Return the unit of a code; raise NotFound."""
    unit = directory.unit_by_code(session, code)
    if unit is None:
        raise NotFound(f"Unit “{code}” tidak terdaftar.")
    return unit


def add_unit(session: Session, *, code: str, name: str, level: str) -> Unit:
    """Add a unit of the regency, such as a village; raise InvalidInput for a taken code; commits."""
    if directory.unit_by_code(session, code) is not None:
        raise InvalidInput(f"Kode unit “{code}” sudah dipakai. Pilih kode lain.")
    unit = Unit(code=code, name=name, short_name=name, level=level)
    session.add(unit)
    session.commit()
    return unit


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An official account; the unit by code. Without a code of its own it gets one from unit and platform."""

    code: str
    unit: str
    platform: str
    handle: str
    zone: str
    connected_at: datetime


def create_account(session: Session, wanted: NewAccount) -> Account:
    """Add an official account; raise InvalidInput for a taken code, unknown unit or zone; commits."""
    unit = directory.unit_by_code(session, wanted.unit)
    if unit is None or unit.is_external or not unit.is_active:
        raise InvalidInput("Pilih unit pemerintah kabupaten yang aktif sebagai pemilik akun.")
    platform, handle = known_platform(wanted.platform), tidy(wanted.handle)
    if not handle:
        raise InvalidInput("Isi nama akun seperti terlihat di platform, misalnya @dinkes.contoh.")
    code = tidy(wanted.code) or suggested_code(session, unit.code, platform)
    if directory.account_by_code(session, code) is not None:
        raise InvalidInput(f"Kode akun “{code}” sudah dipakai. Pilih kode lain.")
    if directory.account_by_handle(session, platform, handle) is not None:
        raise InvalidInput(f"Akun {handle} di platform itu sudah terdaftar.")
    refuse_unknown_zone(wanted.zone)
    account = Account(
        code=code,
        unit_id=unit.id or 0,
        platform=platform,
        handle=handle,
        zone=wanted.zone,
        connected_at=wanted.connected_at,
    )
    add(session, account, f"Akun {handle} atau kode {code} baru saja didaftarkan orang lain. Lihat daftar akun.")
    session.commit()
    return account


def known_platform(code: str) -> Platform:
    """Return the platform of a code; raise InvalidInput."""
    if code not in list(Platform):
        raise InvalidInput("Pilih platform dari daftar.")
    return Platform(code)


def refuse_unknown_zone(name: str) -> None:
    """Raise InvalidInput for what is no IANA zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise InvalidInput("Zona waktu tidak dikenal. Pilih WIB, WITA atau WIT.") from exc


def suggested_code(session: Session, unit: str, platform: Platform) -> str:
    """Return the first free code of a unit's account on a platform, e.g. DINKES-IG, then DINKES-IG-2."""
    first = f"{unit}-{SHORT_PLATFORM.get(platform, platform.value.upper())}"
    tried = chain([first], (f"{first}-{number}" for number in count(2)))
    return next(code for code in tried if directory.account_by_code(session, code) is None)


def set_account_active(session: Session, code: str, *, is_active: bool) -> Account:
    """Open or close an account for new comments; raise InvalidInput when its unit is out of use; commits."""
    account = known_account(session, code)
    if is_active and not directory.unit_by_id(session, account.unit_id).is_active:
        raise InvalidInput("Unit pemilik akun ini tidak aktif. Aktifkan unitnya dulu.")
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
