"""Receive a history: a log of what happened is stored, seen through once, and handed on case by case.

Of each line only its place, its moment and its case are remembered, so that memory grows by some bytes a line. Refused
lines go to a file beside the upload, with number and reason; that file can be corrected and imported again.
"""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import IO, Self
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models import HistoryImport, ImportStatus
from triage.connectors.base import Refused
from triage.connectors.history_lines import Line, as_json, line_at, read_lines, subject_of
from triage.connectors.history_table import SUFFIXES, write_lines
from triage.connectors.spreadsheet import RefusedWriter
from triage.errors import NotFound, UnreadableFile
from triage.queries import replays

LINES_AT_ONCE = 1000
COPY_BYTES = 1024 * 1024
SILENT_FOR = timedelta(minutes=5)
QUEUED = ImportStatus.QUEUED
NO_CASE = "Baris ini tidak menyebut kasus. Isi case dengan rujukan yang sama seperti pada baris comment-nya."


@dataclass
class Contents:
    """Where the good lines of a log lie: (case, moment, place, number), and how many lines there are."""

    lines: int = 0
    duplicate: int = 0
    index: list[tuple[str, float, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Piece:
    """Some cases of a log, each with its lines, and how far the reading is."""

    subjects: list[list[Line]]
    progress: float


def refused_path(path: Path) -> Path:
    """Return where the refused lines of a stored log lie."""
    return path.with_name(f"{path.stem}-ditolak.csv")


def keep_log(
    session: Session,
    stream: IO[bytes],
    filename: str,
    folder: Path,
    *,
    user_id: int | None,
    now: datetime,
    zone: str = "Asia/Jakarta",
) -> HistoryImport:
    """Store a log under a name of its own and queue it; commits.

    A table (XLSX, CSV) is turned into lines; raises UnreadableFile when it is none. `zone` is for its times.
    """
    path = folder / f"{secrets.token_hex(16)}.jsonl"
    suffix = Path(filename).suffix.lower()
    is_table = suffix in SUFFIXES
    stored_at = path.with_suffix(suffix) if is_table else path
    with stored_at.open("xb") as stored:
        shutil.copyfileobj(stream, stored, COPY_BYTES)
    if is_table:
        write_table(stored_at, path, zone=zone)
    record = HistoryImport(
        key=secrets.token_urlsafe(12),
        filename=filename[:200],
        stored_as=str(path),
        status=QUEUED,
        created_by_id=user_id,
        created_at=now,
    )
    session.add(record)
    session.commit()
    return record


def write_table(table: Path, path: Path, *, zone: str) -> None:
    """Write a stored table as a log beside it; the table goes."""
    try:
        with path.open("x", encoding="utf-8") as lines:
            write_lines(table, lines, zone=ZoneInfo(zone))
    except UnreadableFile:
        path.unlink(missing_ok=True)
        raise
    finally:
        table.unlink()


def start(session: Session, import_id: int, *, now: datetime) -> HistoryImport | None:
    """Take a queued log, or one whose worker fell silent; None when another worker has it; commits."""
    record = replays.locked(session, import_id)
    fell_silent = record.heartbeat_at is not None and now - record.heartbeat_at > SILENT_FOR
    if record.status is not QUEUED and not (record.status is ImportStatus.RUNNING and fell_silent):
        session.rollback()
        return None
    record.status, record.heartbeat_at, record.progress = ImportStatus.RUNNING, now, 0.0
    record.lines = record.accepted = record.duplicate = record.refused = record.cases = 0
    record.error = record.remarks = ""
    session.add(record)
    session.commit()
    return record


class Log:
    """A stored log while it is imported, with the file of its refused lines; a context manager."""

    def __init__(self, record: HistoryImport, *, now: datetime) -> None:
        self.path, self.moment = Path(record.stored_as), now
        self.refusals = RefusedWriter(refused_path(self.path), headers=("isi",))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.refusals.close()

    def contents(self) -> Contents:
        """Return what the log holds, and refuse the lines that cannot be; raise UnreadableFile."""
        found, seen = Contents(), set()
        for place, read in read_lines(self.path, now=self.moment):
            found.lines += 1
            line = read
            if isinstance(line, Line) and not subject_of(line):
                line = Refused(line.number, NO_CASE, (as_json(line),))
            if isinstance(line, Refused):
                self.refuse([line])
            elif line.digest in seen:
                found.duplicate += 1
            else:
                seen.add(line.digest)
                found.index.append((subject_of(line), line.at.timestamp(), place, line.number))
        found.index.sort()
        return found

    def pieces(self, found: Contents) -> Iterator[Piece]:
        """Yield the cases of the log in pieces, each case whole."""
        subjects: list[list[Line]] = []
        done = waiting = 0
        with self.path.open("rb") as file:
            for _, entries in groupby(found.index, key=lambda entry: entry[0]):
                lines = [line_at(file, place, number, now=self.moment) for _, _, place, number in entries]
                subjects.append([line for line in lines if isinstance(line, Line)])
                waiting += len(lines)
                if waiting >= LINES_AT_ONCE:
                    done += waiting
                    yield Piece(subjects, done / len(found.index))
                    subjects, waiting = [], 0
        if subjects:
            yield Piece(subjects, 1.0)

    def refuse(self, lines: Sequence[Refused]) -> None:
        """Keep refused lines with their reasons."""
        for line in lines:
            self.refusals.write(line)


def note_progress(session: Session, import_id: int, progress: float, counts: dict[str, int], *, now: datetime) -> None:
    """Show how far a log is, and that its worker lives; commits."""
    record = replays.locked(session, import_id)
    record.progress, record.heartbeat_at = min(progress, 0.99), now
    for name, number in counts.items():
        setattr(record, name, number)
    session.add(record)
    session.commit()


def finish(session: Session, import_id: int, *, now: datetime, error: str = "", remarks: str = "") -> HistoryImport:
    """End an import; with an error it failed as a whole; commits."""
    record = replays.locked(session, import_id)
    record.status = ImportStatus.FAILED if error else ImportStatus.DONE
    record.error, record.remarks, record.finished_at = error, remarks, now
    record.progress = record.progress if error else 1.0
    session.add(record)
    session.commit()
    return record


def result(session: Session, key: str) -> HistoryImport:
    """Return an import by its key; raise NotFound."""
    record = replays.by_key(session, key)
    if record is None:
        raise NotFound("Impor riwayat ini tidak ada.")
    return record


def open_log(file: Path) -> IO[bytes]:
    """Return a log of the machine, open; raise UnreadableFile."""
    try:
        return file.open("rb")
    except OSError as exc:
        raise UnreadableFile(f"Berkas {file} tidak dapat dibuka ({exc.strerror}). Periksa nama dan letaknya.") from exc
