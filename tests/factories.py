"""Rows with valid defaults for tests: each function names only what a test is about."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count

from argon2 import PasswordHasher
from sqlmodel import Session, select

from models import Account, Case, Comment, HolidayKind, Intent, Recompute, Role, Source, User
from triage.connectors.base import Incoming
from triage.flow import hand_over, ingest, keep_calendar, register, relabel
from triage.queries import calendar_versions, directory
from triage.rules.free_days import FreeDay
from triage.rules.permissions import Viewer

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, 10.00 WIB
PASSWORD = "kalimat rahasia uji"
# Little work to make and to check: a sign-in would be most of a page test's time, and a test is no attacker.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
PASSWORD_HASH = QUICK_HASHER.hash(PASSWORD)
SALT = "garam"
numbers = count(1)


def incoming(text="Lampu jalan di Simpang Tiga padam sejak Senin", **given):
    number = next(numbers)
    values = {
        "external_id": f"k{number:06}",  # sorted as they came, whatever ran before
        "text": text,
        "posted_at": NOW - timedelta(hours=2),
        "author_name": f"warga{number}",
        "post_id": "p1",
        "post_caption": "Pelayanan hari ini",
    }
    return Incoming(**(values | given))


def account(session: Session, code="DINKES-IG", unit="DINKES", platform="instagram", **given) -> Account:
    values = {
        "handle": f"@{code.lower()}",
        "zone": "Asia/Jakarta",
        "connected_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return register.create_account(
        session, register.NewAccount(**(values | given | {"code": code, "unit": unit, "platform": platform}))
    )


def user(session: Session, role=Role.OPD_ADMIN, units=("DINKES",), username="", **given) -> User:
    wanted = register.NewUser(
        username=username or f"{role}{next(numbers)}",
        name=given.get("name", "Budi Santoso"),
        role=role,
        password=PASSWORD,
        password_hash=PASSWORD_HASH,
        units=units if role == Role.OPD_ADMIN else (),
        email=given.get("email", ""),
    )
    return register.create_user(session, wanted, now=NOW)


def viewer(session: Session, role=Role.OPD_ADMIN, units=("DINKES",), **given) -> Viewer:
    person = user(session, role, units, **given)
    found = directory.user_with_units(session, person.id)
    session.rollback()
    return Viewer(person.id, person.role, found[1])


def take_in(session: Session, where: Account, *messages: Incoming, now=NOW, **given):
    """Send messages through the real ingest path."""
    values = {"source": Source.FILE, "salt": SALT, "reopen_days": 7}
    return ingest.ingest(session, where.id, list(messages), now=now, **(values | given))


def case(session: Session, where: Account, unit="DINKES", intent="complaint", **message) -> Case:
    """A case that a person has classified and handed to a unit, so that tests need no model."""
    arrived = incoming(**message)
    take_in(session, where, arrived, now=message.get("posted_at", NOW))
    found = session.exec(select(Case).join(Comment).where(Comment.external_id == arrived.external_id)).one()
    desk = Viewer(user(session, Role.DISKOMINFO).id, Role.DISKOMINFO, frozenset())
    hand_over.hand_over(session, desk, found.code, unit=unit, reason="uji", version=found.version, now=NOW)
    return relabel.relabel(session, desk, found.code, Intent(intent), now=NOW)


def change(since=date(2026, 11, 17), reason="SE Bupati 12/2026"):
    """From when a change of a rule counts, and why."""
    return keep_calendar.Change(in_force_from=since, reason=reason)


def correction(
    session: Session, day=date(2026, 11, 17), code="kantor", kind=HolidayKind.LOCAL, **given
) -> Recompute | None:
    """A day that turns out to have been free: a new version, and the recompute that waits for it."""
    desk = given.pop("viewer", None) or viewer(session, Role.DISKOMINFO)
    newest = calendar_versions.version(session, code)
    draft = calendar_versions.draft_of(session, newest)
    of_year = [free for free in draft.free_days if free.on_day.year == day.year]
    changed = draft.with_year(day.year, [*of_year, FreeDay(day, "Libur daerah", kind)])
    values = {"based_on": newest.version, "now": NOW}
    return keep_calendar.save_version(session, desk, code, changed, change(day), **(values | given))[1]


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def log_in(client, username, password=PASSWORD):
    """Sign a browser in through the page, as a person does."""
    answer = post(client, "/masuk", page="/masuk", username=username, password=password)
    assert answer.status_code == 302, answer.text
    return client


def post(client, address, page="/profil", **values):
    """Send a form with the token of a page that the person has open."""
    token = TOKEN.search(client.get(page).text)
    return client.post(address, data=values | {"csrf_token": token.group(1) if token else ""})
