"""Produce: an order of files from asking to removal; what is in them is made by the steps that write them.

The row is the truth: whoever takes an order gets a number, and a worker that was taken for lost meanwhile changes
nothing any more, because its number is not the newest.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import Export, ExportKind, ExportStatus
from triage.errors import InvalidInput
from triage.queries import exports
from triage.rules.permissions import Viewer

SILENT_FOR = timedelta(minutes=3)
LEFT_FOR = timedelta(days=1)
MOST_ATTEMPTS = 3
MOST_UNDER_WAY = 3
GONE = "Pemesan berkas ini sudah tidak aktif atau tidak lagi berhak melihat angka. Masuk lagi, lalu pesan ulang."
LOST = "Pembuatan terhenti beberapa kali. Pesan lagi; bila tetap gagal, hubungi pengelola server."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is ordered; without a requester it is the schedule's."""

    kind: str  # a value of models.ExportKind
    title: str
    form: str = ""
    month: date | None = None
    requester_id: int | None = None
    asked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An order in the hands of a worker, with the eyes it sees with: its requester's rights as they are now."""

    export_id: int
    attempt: int
    key: str
    kind: str
    form: str
    month: date | None
    asked: dict[str, str]
    asked_at: datetime
    viewer: Viewer


def order(session: Session, wanted: Wanted, *, now: datetime) -> Export:
    """Keep an order; raise InvalidInput when its requester has too many under way; commits."""
    if wanted.requester_id and exports.under_way(session, wanted.requester_id) >= MOST_UNDER_WAY:
        raise InvalidInput(f"Sudah ada {MOST_UNDER_WAY} unduhan Anda yang sedang dibuat. Tunggu salah satunya selesai.")
    row = Export(
        key=secrets.token_urlsafe(18),
        kind=ExportKind(wanted.kind),
        form=wanted.form,
        month=wanted.month,
        status=ExportStatus.QUEUED,
        requester_id=wanted.requester_id,
        title=wanted.title[:200],
        asked=wanted.asked,
        created_at=now,
    )
    session.add(row)
    session.commit()
    return row


def order_scheduled(session: Session, wanted: Wanted, *, now: datetime) -> Export | None:
    """Keep the schedule's order of a month's report; None when there is one already; commits."""
    if wanted.month is None or exports.has_scheduled(session, wanted.month):
        session.rollback()
        return None
    try:
        return order(session, wanted, now=now)
    except IntegrityError:  # another worker was first
        session.rollback()
        return None


def start(session: Session, export_id: int, *, now: datetime) -> Taken | None:
    """Take an order that nobody works on; None for any other; fail one that cannot be made; commits."""
    row = exports.locked(session, export_id)
    is_free = row.heartbeat_at is None or now - row.heartbeat_at > SILENT_FOR
    if row.status not in exports.UNFINISHED or not is_free:
        session.rollback()
        return None
    viewer = exports.requester(session, row)
    row.attempts += 1
    if viewer is None or row.attempts > MOST_ATTEMPTS:
        row.status, row.error, row.finished_at = ExportStatus.FAILED, LOST if viewer else GONE, now
    else:
        row.status, row.started_at, row.heartbeat_at, row.done = ExportStatus.RUNNING, now, now, 0
    session.add(row)
    session.commit()
    return taken_of(row, viewer) if viewer and row.status is ExportStatus.RUNNING else None


def taken_of(row: Export, viewer: Viewer) -> Taken:
    """Return an order as a worker has it."""
    return Taken(
        export_id=row.id or 0,
        attempt=row.attempts,
        key=row.key,
        kind=row.kind.value,
        form=row.form,
        month=row.month,
        asked=row.asked,
        asked_at=row.created_at,
        viewer=viewer,
    )


def note(session: Session, taken: Taken, *, done: int, total: int, now: datetime) -> bool:
    """Note how far an order is; tell whether it is still this worker's; commits."""
    row = exports.locked(session, taken.export_id)
    if row.attempts != taken.attempt or row.status is not ExportStatus.RUNNING:
        session.rollback()
        return False
    row.done, row.total, row.heartbeat_at = done, max(total, done), now
    session.add(row)
    session.commit()
    return True


def finish(session: Session, taken: Taken, paths: list[Path], *, keep_days: int | None, now: datetime) -> None:
    """Close an order whose files are there; they are kept so many days, None: for good; commits."""
    files = [described(path) for path in paths]
    row = exports.locked(session, taken.export_id)
    row.status, row.files, row.finished_at = ExportStatus.DONE, files, now
    row.total = row.done
    row.expires_at = None if keep_days is None else now + timedelta(days=keep_days)
    session.add(row)
    session.commit()


def fail(session: Session, export_id: int, error: str, *, now: datetime) -> None:
    """Close an order that cannot be made, with what a person can do about it; commits."""
    row = exports.locked(session, export_id)
    row.status, row.error, row.finished_at = ExportStatus.FAILED, error[:400], now
    session.add(row)
    session.commit()


def remove_expired(session: Session, folder: Path, *, now: datetime) -> int:
    """Remove the files past their time and what lost workers left; return how many orders lost theirs; commits."""
    for part in folder.glob("*.part.*"):
        if part.stat().st_mtime < (now - LEFT_FOR).timestamp():
            part.unlink(missing_ok=True)
    rows = exports.expired(session, now)
    for row in rows:
        for file in row.files:
            path_of(folder, row.key, file["form"]).unlink(missing_ok=True)
        row.removed_at = now
        session.add(row)
    session.commit()
    return len(rows)


def path_of(folder: Path, key: str, form: str) -> Path:
    """Return where a finished file lies."""
    return folder / f"{key}.{form}"


def part_of(folder: Path, taken: Taken, form: str) -> Path:
    """Return where a file lies while it is made; each attempt has its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{taken.key}-{taken.attempt}.part.{form}"


def described(path: Path) -> dict[str, Any]:
    """Return what the receipt says of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"form": path.suffix[1:], "bytes": path.stat().st_size, "sha256": digest}
