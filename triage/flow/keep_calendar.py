"""Keep calendars: a new version, a new calendar, or another calendar for a unit, each with who, when and why.

Nothing is edited in place. A change that reaches into the past leaves a recompute behind, to be run by a job.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import CalendarAssignment, Recompute, RecomputeStatus, WorkCalendar
from triage.errors import InvalidInput
from triage.queries import calendar_versions, calendars, directory, recomputes
from triage.rules.calendar_versions import Draft, changed_stretch, differences
from triage.rules.permissions import Viewer
from triage.rules.working_time import CalendarHistory

EARLIEST = date(2005, 1, 1)
FURTHEST_DAYS = 3 * 366


@dataclass(frozen=True, kw_only=True)
class Change:
    """What people say about a change: from which local day it counts, and why."""

    in_force_from: date
    reason: str


def create(session: Session, viewer: Viewer, code: str, draft: Draft, change: Change, *, now: datetime) -> WorkCalendar:
    """Add a calendar of its own; raise InvalidInput for a taken code; commits."""
    if calendar_versions.lock_newest(session, code):
        raise InvalidInput(f"Kode kalender “{code}” sudah dipakai. Pilih kode lain.")
    _check(draft, change, code, 1, now=now)
    return _written(session, viewer, code, 1, draft, change, now=now)[0]


def save_version(
    session: Session, viewer: Viewer, code: str, draft: Draft, change: Change, *, based_on: int, now: datetime
) -> tuple[WorkCalendar, Recompute | None]:
    """Add a version, and a recompute where working hours of the past change; commits.

    Raises InvalidInput when nothing changed, or when somebody saved a version since the editor was opened.
    """
    newest = calendar_versions.lock_newest(session, code)
    if newest != based_on:
        raise InvalidInput(
            f"Versi {newest} sudah disimpan orang lain sejak halaman ini dibuka. Bandingkan dahulu, lalu simpan lagi."
        )
    before = calendar_versions.version(session, code, newest)
    if not differences(calendar_versions.draft_of(session, before), draft):
        raise InvalidInput("Tidak ada yang berubah, jadi tidak ada versi baru yang disimpan.")
    _check(draft, change, code, newest + 1, now=now)
    return _written(session, viewer, code, newest + 1, draft, change, now=now)


def touched(
    session: Session, code: str, draft: Draft, change: Change, *, based_on: int, now: datetime
) -> tuple[int, tuple[datetime, datetime] | None]:
    """Return how many cases a version would reckon again, and the stretch of time, before anything is saved."""
    _check(draft, change, code, based_on + 1, now=now)
    known = calendars.histories(session)[code]
    after = CalendarHistory((*known.versions, draft.as_calendar(code, based_on + 1, change.in_force_from)))
    stretch = changed_stretch(known, after, since=change.in_force_from, until=now)
    return (recomputes.count(session, *stretch), stretch) if stretch else (0, None)


def assign(
    session: Session, viewer: Viewer, unit_code: str, calendar_code: str, change: Change, *, now: datetime
) -> Recompute | None:
    """Give a unit another calendar from a day on; return the recompute if that day has passed; commits."""
    unit = directory.unit_by_code(session, unit_code)
    known = calendars.histories(session).get(calendar_code)
    if unit is None or unit.is_external or known is None:
        raise InvalidInput("Pilih unit dan kalender dari daftar.")
    _check_change(change, now=now)
    first = known.in_force[0].in_force_from
    if change.in_force_from < first:
        raise InvalidInput(
            f"Kalender {calendar_code} baru berlaku sejak {first:%d-%m-%Y}. Pilih hari itu atau sesudahnya."
        )
    before = calendars.by_unit(session)[unit.code]
    made = CalendarAssignment(
        unit_id=unit.id or 0,
        calendar_code=calendar_code,
        in_force_from=change.in_force_from,
        created_at=now,
        created_by_id=viewer.user_id,
        reason=change.reason.strip(),
    )
    session.add(made)
    session.flush()
    after = calendars.by_unit(session)[unit.code]
    found = _queued(session, before, after, change, now=now)
    if found is not None:
        found.assignment_id = made.id
    session.commit()
    return found


def _written(
    session: Session, viewer: Viewer, code: str, number: int, draft: Draft, change: Change, *, now: datetime
) -> tuple[WorkCalendar, Recompute | None]:
    before = calendars.histories(session).get(code)
    row = WorkCalendar(
        code=code,
        name=draft.name,
        version=number,
        zone=draft.zone,
        in_force_from=change.in_force_from,
        created_at=now,
        created_by_id=viewer.user_id,
        reason=change.reason.strip(),
    )
    try:
        calendar_versions.add(session, row, draft)
    except IntegrityError as exc:
        session.rollback()
        raise InvalidInput(
            "Versi yang sama baru saja disimpan orang lain. Muat ulang, bandingkan, simpan lagi."
        ) from exc
    found = _queued(session, before, calendars.histories(session)[code], change, now=now)
    if found is not None:
        found.calendar_id = row.id
    session.commit()
    return row, found


def _queued(
    session: Session, before: CalendarHistory | None, after: CalendarHistory | None, change: Change, *, now: datetime
) -> Recompute | None:
    """Return a recompute for the stretch of the past that a change touches, None where it touches none."""
    if before is None or after is None:
        return None
    stretch = changed_stretch(before, after, since=change.in_force_from, until=now)
    if stretch is None:
        return None
    begins_at, ends_at = stretch
    total = recomputes.count(session, begins_at, ends_at)
    status = RecomputeStatus.QUEUED
    version, assignment = calendars.edition(session)
    found = Recompute(
        calendar_edition=version,
        assignment_edition=assignment,
        begins_at=begins_at,
        ends_at=ends_at,
        status=status,
        total=total,
        created_at=now,
    )
    session.add(found)
    return found


def _check(draft: Draft, change: Change, code: str, number: int, *, now: datetime) -> None:
    """Raise for a draft or a day that cannot be meant."""
    _check_change(change, now=now)
    draft.as_calendar(code, number, change.in_force_from)
    if not any(draft.week):
        raise InvalidInput("Kalender tanpa satu jam kerja pun tidak dapat mengukur apa-apa. Isi jam kerjanya.")


def _check_change(change: Change, *, now: datetime) -> None:
    if not change.reason.strip():
        raise InvalidInput("Tulis alasannya: alasan ini tercatat di riwayat versi.")
    if not EARLIEST <= change.in_force_from <= now.date() + timedelta(days=FURTHEST_DAYS):
        raise InvalidInput("Tanggal mulai berlaku harus antara 01-01-2005 dan tiga tahun ke depan.")
