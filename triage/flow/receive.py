"""Receive: a file or a delivery is stored before anything of it is read into tables.

A file is read in batches that are small against memory; each batch goes through flow.ingest by the job that drives
both. Refused rows go to a file of their own beside the upload, so nothing is lost.
"""

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models import Account, FileImport, ImportStatus, RawEvent, Source
from triage.connectors.base import Incoming, Refused
from triage.connectors.files import Mapping, open_rows, sniff
from triage.connectors.spreadsheet import RefusedWriter
from triage.errors import InvalidInput, NotFound, UnreadableFile
from triage.queries import intake

BATCH = 2000
EXAMPLES = 5
COPY_BYTES = 1024 * 1024
SILENT_FOR = timedelta(minutes=5)
DELIVERED = Source.API
PREVIEWED, QUEUED = ImportStatus.PREVIEWED, ImportStatus.QUEUED
SUFFIXES = (".csv", ".xlsx", ".tsv", ".txt")


@dataclass(frozen=True)
class Upload:
    """A stored file and how its columns are to be read."""

    key: str
    account_id: int
    filename: str
    path: Path
    mapping: Mapping
    user_id: int | None


@dataclass(frozen=True)
class Batch:
    """A piece of a file: what can be taken, what is refused so far, and how far the reading is."""

    account_id: int
    import_id: int
    source: Source
    incoming: list[Incoming]
    refused: int
    rows_read: int
    progress: float


@dataclass(frozen=True)
class Example:
    """One row as it would be read: its moment and words, or why it would be refused."""

    row: int
    posted_at: datetime | None
    author: str
    text: str
    reason: str


@dataclass(frozen=True)
class Look:
    """The start of a stored file: its columns, first rows, chosen columns and examples; `problem` says what lacks."""

    headers: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]
    mapping: Mapping
    examples: list[Example]
    problem: str


def refused_path(path: Path) -> Path:
    """Return where the refused rows of an upload lie."""
    return path.with_name(f"{path.stem}-ditolak.csv")


def keep_copy(file: Path, account_id: int, folder: Path, *, user_id: int | None = None) -> Upload:
    """Copy a file into the uploads and look at it; raise UnreadableFile when it is no table."""
    if not file.is_file():
        raise UnreadableFile(f"Berkas {file} tidak ada. Periksa nama dan letaknya.")
    with file.open("rb") as stream:
        return keep_upload(stream, file.name, account_id, folder, user_id=user_id)


def keep_upload(
    stream: IO[bytes], filename: str, account_id: int, folder: Path, *, user_id: int | None = None
) -> Upload:
    """Store an uploaded file under a name of its own and look at it; raise UnreadableFile when it is no table."""
    key, suffix = secrets.token_urlsafe(12), Path(filename).suffix.lower()
    path = folder / f"{secrets.token_hex(16)}{suffix if suffix in SUFFIXES else '.csv'}"
    with path.open("xb") as stored:
        shutil.copyfileobj(stream, stored, COPY_BYTES)
    try:
        preview = sniff(path)
    except UnreadableFile:
        path.unlink()
        raise
    return Upload(key, account_id, filename, path, preview.mapping, user_id)


def receive_file(session: Session, upload: Upload, *, status: ImportStatus, now: datetime) -> FileImport:
    """Keep a stored file with its guessed columns; commits."""
    record = FileImport(
        key=upload.key,
        account_id=upload.account_id,
        filename=upload.filename[:200],
        stored_as=str(upload.path),
        mapping=asdict(upload.mapping),
        status=status,
        created_by_id=upload.user_id,
        created_at=now,
    )
    session.add(record)
    session.commit()
    return record


def look(record: FileImport, account: Account, *, now: datetime) -> Look:
    """Return the first rows of a stored file, and how the columns as they are chosen would be read."""
    path, mapping = Path(record.stored_as), Mapping(**record.mapping)
    preview = sniff(path)
    try:
        reader = open_rows(path, mapping, zone=ZoneInfo(account.zone), now=now)
        read = [example(row) for row in islice(reader, EXAMPLES)]
    except UnreadableFile as exc:
        return Look(preview.headers, preview.sample_rows, mapping, [], exc.message)
    return Look(preview.headers, preview.sample_rows, mapping, read, "")


def example(row: Incoming | Refused) -> Example:
    """Return how one row was read."""
    if isinstance(row, Refused):
        return Example(row.row, None, "", "", row.reason)
    return Example(row.row, row.posted_at, row.author_name, row.text, "")


def choose_columns(
    session: Session, import_id: int, chosen: dict[str, str | None], *, is_confirmed: bool, now: datetime
) -> None:
    """Keep the columns of a previewed file, and queue it once they are confirmed; commits.

    Its moment becomes that of the confirmation: the time left is reckoned from there. Raises InvalidInput when the file
    was confirmed before.
    """
    record = previewed(session, import_id)
    record.mapping = asdict(Mapping(**chosen))
    if is_confirmed:
        record.status, record.created_at = ImportStatus.QUEUED, now
    session.add(record)
    session.commit()


def discard_file(session: Session, import_id: int) -> None:
    """Forget a previewed file that brought nothing yet; raise InvalidInput once it was confirmed; commits."""
    record = previewed(session, import_id)
    session.delete(record)
    session.commit()
    Path(record.stored_as).unlink(missing_ok=True)


def previewed(session: Session, import_id: int) -> FileImport:
    """Return an import that waits for its confirmation, locked; raise InvalidInput otherwise."""
    record = intake.locked_import(session, import_id)
    if record.status is not ImportStatus.PREVIEWED:
        session.rollback()
        raise InvalidInput("Berkas ini sudah diproses. Lihat hasilnya di daftar impor.")
    return record


def start_import(session: Session, import_id: int, *, now: datetime) -> FileImport | None:
    """Take a queued import, or one whose worker fell silent; None when another worker has it; commits."""
    record = intake.locked_import(session, import_id)
    fell_silent = record.heartbeat_at is not None and now - record.heartbeat_at > SILENT_FOR
    if record.status is ImportStatus.QUEUED or (record.status is ImportStatus.RUNNING and fell_silent):
        record.status, record.heartbeat_at = ImportStatus.RUNNING, now
        record.rows_read = record.accepted = record.duplicate = record.refused = 0
        record.progress, record.error = 0.0, ""
        session.add(record)
        session.commit()
        return record
    session.rollback()
    return None


def batches(record: FileImport, *, zone: str, now: datetime) -> Iterator[Batch]:
    """Yield a file's rows in pieces; raise UnreadableFile when it cannot be read as a whole."""
    path = Path(record.stored_as)
    refused_path(path).unlink(missing_ok=True)
    reader = open_rows(path, Mapping(**record.mapping), zone=ZoneInfo(zone), now=now)
    with RefusedWriter(refused_path(path), headers=reader.headers) as refusals:
        incoming: list[Incoming] = []
        refused = 0
        for row in reader:
            if isinstance(row, Refused):
                refusals.write(row)
                refused += 1
            else:
                incoming.append(row)
            if len(incoming) >= BATCH:
                yield piece(record, incoming, refused, reader.rows_read, min(reader.progress, 0.99))
                incoming = []
        yield piece(record, incoming, refused, reader.rows_read, 1.0)


def piece(record: FileImport, incoming: list[Incoming], refused: int, rows_read: int, progress: float) -> Batch:
    """Return one batch of an import's file."""
    return Batch(record.account_id, record.id or 0, Source.FILE, incoming, refused, rows_read, progress)


def note_progress(session: Session, import_id: int, batch: Batch, *, now: datetime) -> None:
    """Show how far an import is, and that its worker lives; commits."""
    record = intake.locked_import(session, import_id)
    record.progress, record.rows_read, record.refused = batch.progress, batch.rows_read, batch.refused
    record.accepted = intake.accepted_count(session, import_id)
    record.duplicate = max(0, record.rows_read - record.refused - record.accepted)
    record.heartbeat_at = now
    session.add(record)
    session.commit()


def finish_import(session: Session, import_id: int, *, now: datetime, error: str = "") -> FileImport:
    """End an import; with an error it failed as a whole; commits."""
    record = intake.locked_import(session, import_id)
    record.status = ImportStatus.FAILED if error else ImportStatus.DONE
    record.error, record.finished_at = error, now
    record.progress = record.progress if error else 1.0
    session.add(record)
    session.commit()
    return record


def receive_delivery(session: Session, account_id: int, messages: Sequence[Incoming], *, now: datetime) -> RawEvent:
    """Store a checked delivery of another system; commits."""
    body = json.dumps([as_record(message) for message in messages], ensure_ascii=False)
    event = RawEvent(account_id=account_id, received_at=now, body=body)
    session.add(event)
    session.commit()
    return event


def as_record(message: Incoming) -> dict[str, object]:
    """Return a message as plain values."""
    names = ("external_id", "text", "author_name", "author_id", "post_id", "post_caption", "permalink", "parent_id")
    return {name: getattr(message, name) for name in names} | {"posted_at": message.posted_at.isoformat()}


def messages_of(event: RawEvent) -> list[Incoming]:
    """Return the messages of a stored delivery."""
    return [
        Incoming(**record | {"posted_at": datetime.fromisoformat(record["posted_at"]).astimezone(UTC)})
        for record in json.loads(event.body)
    ]


def finish_delivery(session: Session, event_id: int, *, now: datetime) -> None:
    """Note that a delivery is in the tables; commits."""
    event = intake.delivery(session, event_id)
    event.processed_at = now
    session.add(event)
    session.commit()


def result(session: Session, key: str) -> FileImport:
    """Return an import by its key; raise NotFound."""
    record = intake.import_by_key(session, key)
    if record is None:
        raise NotFound("Impor ini tidak ada.")
    return record
