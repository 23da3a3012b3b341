"""Units, accounts, users and memberships."""

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models import Account, Case, KeywordKind, Membership, Platform, Role, Unit, UnitKeyword, User
from triage.errors import NotFound
from triage.rules.permissions import Viewer as Viewer
from triage.rules.routing import KINDS
from triage.rules.villages import Village, place_in


class KeywordRow(NamedTuple):
    """One phrase of the gazetteer by unit codes; route_to is set for what belongs elsewhere."""

    unit: str
    phrase: str
    route_to: str | None


def user_with_units(session: Session, user_id: int) -> tuple[User, frozenset[int], list[str]] | None:
    """Return a user with the ids and short names of the units it works for."""
    joined = select(Unit.id, Unit.short_name).join(Membership, col(Membership.unit_id) == Unit.id)
    units = session.exec(joined.where(Membership.user_id == user_id).order_by(Unit.short_name)).all()
    user = session.get(User, user_id)
    if user is None:
        return None
    return user, frozenset(unit_id for unit_id, _ in units if unit_id), [name for _, name in units]


def user_by_name(session: Session, username: str) -> User | None:
    """Return the user of a log-in name, ignoring case."""
    return session.exec(select(User).where(func.lower(User.username) == storable(username).lower())).first()


def user_count(session: Session) -> int:
    """Return how many users there are."""
    return session.exec(select(func.count()).select_from(User)).one()


def users(session: Session) -> list[tuple[User, list[str]]]:
    """Return every user with the short names of the units, by name."""
    names: dict[int, list[str]] = {}
    joined = select(Membership.user_id, Unit.short_name).join(Unit, col(Unit.id) == Membership.unit_id)
    for user_id, name in session.exec(joined.order_by(Unit.short_name)):
        names.setdefault(user_id, []).append(name)
    return [(user, names.get(user.id or 0, [])) for user in session.exec(select(User).order_by(User.name))]


def user_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return names by user id."""
    rows = session.exec(select(User.id, User.name).where(col(User.id).in_(ids)))
    return {user_id: name for user_id, name in rows if user_id is not None}


def lock_diskominfo(session: Session) -> int:
    """Return how many active Diskominfo users there are, locked until the commit: the last one must not be lost."""
    found = select(User.id).where(User.role == Role.DISKOMINFO, col(User.is_active)).order_by(col(User.id))
    return len(session.exec(found.with_for_update()).all())


def units(session: Session, *, only_active: bool = True) -> list[Unit]:
    """Return the units, regency units before outside bodies, by short name."""
    found = select(Unit).order_by(col(Unit.is_external), func.lower(Unit.short_name))
    return list(session.exec(found.where(col(Unit.is_active)) if only_active else found))


def unit_by_code(session: Session, code: str) -> Unit | None:
    """Return the unit of a code."""
    return session.exec(select(Unit).where(Unit.code == storable(code))).first()


def unit_ids(session: Session) -> dict[str, tuple[int, bool]]:
    """Return (id, is it an outside body) of every unit by code."""
    rows = session.exec(select(Unit.code, Unit.id, Unit.is_external))
    return {code: (unit_id, external) for code, unit_id, external in rows if unit_id is not None}


def unit_levels(session: Session) -> dict[str, str]:
    """Return the level of every unit by code."""
    return dict(session.exec(select(Unit.code, Unit.level)).all())


def villages(session: Session) -> list[Village]:
    """Return the active kecamatan, kelurahan and desa with the places that speak for them: in their name, or told."""
    found = (
        select(Unit.code, Unit.level, Unit.name, UnitKeyword.phrase)
        .outerjoin(UnitKeyword, and_(col(UnitKeyword.unit_id) == Unit.id, col(UnitKeyword.kind) == KeywordKind.OWN))
        .where(is_village(), col(Unit.is_active))
        .order_by(Unit.code, UnitKeyword.phrase)
    )
    offices: dict[str, Village] = {}
    for code, level, name, phrase in session.exec(found):
        known = offices.get(code, Village(code, KINDS[level], (place_in(name),)))
        offices[code] = replace(known, places=(*known.places, phrase)) if phrase else known
    return list(offices.values())


def is_village() -> ColumnElement[bool]:
    """Return the condition of one kecamatan, kelurahan or desa; the kinds themselves are none."""
    return and_(col(Unit.level).in_(KINDS), col(Unit.code).not_in(KINDS.values()))


def accounts(session: Session, *, only_active: bool = True) -> list[tuple[Account, Unit]]:
    """Return every account with its unit, by code."""
    found = select(Account, Unit).join(Unit, col(Unit.id) == Account.unit_id).order_by(Account.code)
    return list(session.exec(found.where(col(Account.is_active)) if only_active else found).all())


def account_by_code(session: Session, code: str) -> Account | None:
    """Return the account of a code, ignoring case."""
    return session.exec(select(Account).where(func.lower(Account.code) == storable(code).lower())).first()


def account_by_token(session: Session, digest: str) -> Account | None:
    """Return the active account of a REST token's SHA-256."""
    return session.exec(select(Account).where(Account.token_digest == digest, col(Account.is_active))).first()


def account_codes(session: Session) -> list[str]:
    """Return the codes of the active accounts."""
    return list(session.exec(select(Account.code).where(col(Account.is_active)).order_by(Account.code)))


def keywords(session: Session) -> list[KeywordRow]:
    """Return the gazetteer; a NOT_RESPONSIBLE phrase carries where it goes instead.

    A village's own phrases are no part of it: they are places, and speak once a matter is known as a village's.
    """
    elsewhere = aliased(Unit)
    found = (
        select(Unit.code, UnitKeyword.phrase, elsewhere.code)
        .join(UnitKeyword, col(UnitKeyword.unit_id) == Unit.id)
        .outerjoin(elsewhere, col(elsewhere.id) == UnitKeyword.route_to_id)
        .where((col(UnitKeyword.kind) == KeywordKind.OWN) | col(UnitKeyword.route_to_id).is_not(None))
        .where(not_(is_village()) | col(UnitKeyword.route_to_id).is_not(None))
        .order_by(col(UnitKeyword.unit_id), UnitKeyword.phrase, col(UnitKeyword.id))
    )
    return [KeywordRow(*row) for row in session.exec(found)]


def save_unit(session: Session, unit: Unit, keywords: Collection[UnitKeyword]) -> None:
    """Add a unit with its phrases; the caller commits."""
    session.add(unit)
    session.flush()
    for keyword in keywords:
        keyword.unit_id = unit.id or 0
        session.add(keyword)


def set_memberships(session: Session, user_id: int, wanted: Collection[int]) -> None:
    """Make a user work for exactly these units; the caller commits."""
    rows = {row.unit_id: row for row in session.exec(select(Membership).where(Membership.user_id == user_id))}
    for unit_id in rows.keys() - set(wanted):
        session.delete(rows[unit_id])
    for unit_id in set(wanted) - rows.keys():
        session.add(Membership(user_id=user_id, unit_id=unit_id))


def members(session: Session, unit_id: int) -> list[tuple[User, bool]]:
    """Return the users who work for a unit, each with whether it heads the unit, by name."""
    joined = select(User, Membership.is_head).join(Membership, col(Membership.user_id) == User.id)
    return list(session.exec(joined.where(Membership.unit_id == unit_id).order_by(User.name)).all())


def set_heads(session: Session, unit_id: int, user_ids: Collection[int]) -> None:
    """Make exactly these members the heads of a unit; the caller commits."""
    for row in session.exec(select(Membership).where(Membership.unit_id == unit_id)):
        row.is_head = row.user_id in user_ids
        session.add(row)


def account_by_handle(session: Session, platform: Platform, handle: str) -> Account | None:
    """Return the account of a handle on a platform, ignoring case."""
    same = func.lower(Account.handle) == storable(handle).lower()
    return session.exec(select(Account).where(Account.platform == platform, same)).first()


def storable(words: str) -> str:
    """Return what may be looked up: PostgreSQL refuses a query that holds a NUL."""
    return words.replace("\x00", "").strip()


def unit_codes_of(session: Session, user_id: int) -> list[str]:
    """Return the codes of the units a user works for."""
    joined = select(Unit.code).join(Membership, col(Membership.unit_id) == Unit.id)
    return list(session.exec(joined.where(Membership.user_id == user_id)))


def unit_by_id(session: Session, unit_id: int) -> Unit:
    """Return a unit by id."""
    return session.exec(select(Unit).where(Unit.id == unit_id)).one()


def open_accounts(session: Session, unit_id: int) -> int:
    """Return how many accounts of a unit take comments."""
    found = select(func.count()).select_from(Account).where(Account.unit_id == unit_id, col(Account.is_active))
    return session.exec(found).one()


def open_cases(session: Session, unit_id: int) -> int:
    """Return how many open cases a unit works on."""
    found = select(func.count()).select_from(Case).where(Case.holder_id == unit_id, col(Case.closed_at).is_(None))
    return session.exec(found).one()


def viewer_named(session: Session, username: str) -> Viewer:
    """Return what the rules need to know of a user, by log-in name; raise NotFound."""
    user = user_by_name(session, username)
    found = user_with_units(session, user.id or 0) if user else None
    if found is None:
        raise NotFound(f"Pengguna “{username}” tidak ada.")
    return Viewer(found[0].id or 0, found[0].role, found[1])
