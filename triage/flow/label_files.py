"""Label files: labelled texts come in from a file, masked and each once, and go out again with where they come from.

A row that cannot be taken costs nothing else: it goes to a file of refused rows beside the upload.
"""

import csv
import hashlib
import io
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from models import ImportStatus, Intent, LabelImport
from triage.connectors.base import Refused
from triage.connectors.labelled import Labelled, LabelReader, Vocabulary
from triage.connectors.spreadsheet import RefusedWriter, formula_safe
from triage.connectors.workbook import write_sheet
from triage.errors import UnreadableFile
from triage.queries import directory, label_files, material
from triage.rules.guideline import VERSION
from triage.rules.labelling import STANDING_NAMES
from triage.rules.material import Settled, text_digest
from triage.rules.privacy import mask
from triage.rules.routing import KINDS

BATCH = 500
SILENT_FOR = timedelta(minutes=5)
COPY_BYTES = 1024 * 1024
SUFFIXES = (".csv", ".xlsx", ".tsv", ".txt", ".jsonl")
INTENT_WORDS = {
    "pengaduan": Intent.COMPLAINT,
    "pertanyaan": Intent.QUESTION,
    "laporan hoaks": Intent.HOAX_REPORT,
    "hoaks": Intent.HOAX_REPORT,
    "pujian": Intent.PRAISE,
    "lainnya": Intent.OTHER,
}
NO_UNIT_WORDS = ("unknown", "none", "tidak disebut", "-")
HEADERS = ("teks", "jenis", "unit", "akun", "asal", "pedoman", "waktu")
FORMATS = ("csv", "xlsx", "jsonl")
BOM = "\ufeff"


@dataclass(frozen=True)
class Batch:
    """A piece of a file: its labels, and how far the reading is."""

    labels: list[Labelled]
    refused: int
    rows_read: int
    progress: float


def vocabulary(session: Session) -> Vocabulary:
    """Return the words for classes and units: codes and names."""
    intents = {intent.value: intent.value for intent in Intent} | {w: i.value for w, i in INTENT_WORDS.items()}
    units = {code.lower(): code for code in KINDS.values()}
    for unit in directory.units(session, only_active=False):
        units |= {unit.name.lower(): unit.code, unit.short_name.lower(): unit.code, unit.code.lower(): unit.code}
    return Vocabulary(intents, units | dict.fromkeys(NO_UNIT_WORDS, ""))


def keep_copy(session: Session, file: Path, folder: Path, *, now: datetime) -> LabelImport:
    """Queue a file of this machine; raise UnreadableFile when it holds no labels; commits."""
    if not file.is_file():
        raise UnreadableFile(f"Berkas {file} tidak ada. Periksa nama dan letaknya.")
    with file.open("rb") as stream:
        return keep_upload(session, stream, file.name, folder, user_id=None, now=now)


def keep_upload(
    session: Session, stream: IO[bytes], filename: str, folder: Path, *, user_id: int | None, now: datetime
) -> LabelImport:
    """Store an uploaded file and queue it; raise UnreadableFile when it holds no labels; commits."""
    suffix = Path(filename).suffix.lower()
    path = folder / f"label-{secrets.token_hex(16)}{suffix if suffix in SUFFIXES else '.csv'}"
    with path.open("xb") as stored:
        shutil.copyfileobj(stream, stored, COPY_BYTES)
    try:
        LabelReader(path, vocabulary(session))
    except UnreadableFile:
        path.unlink()
        raise
    record = LabelImport(
        key=secrets.token_urlsafe(12),
        filename=filename[:200],
        stored_as=str(path),
        status=ImportStatus.QUEUED,
        created_by_id=user_id,
        created_at=now,
    )
    session.add(record)
    session.commit()
    return record


def refused_path(record: LabelImport) -> Path:
    """Return where the refused rows of an import lie."""
    path = Path(record.stored_as)
    return path.with_name(f"{path.stem}-ditolak.csv")


def start(session: Session, import_id: int, *, now: datetime) -> LabelImport | None:
    """Take a queued import, or one whose worker fell silent; None when another worker has it; commits."""
    record = label_files.locked(session, import_id)
    fell_silent = record.heartbeat_at is not None and now - record.heartbeat_at > SILENT_FOR
    if record.status is ImportStatus.QUEUED or (record.status is ImportStatus.RUNNING and fell_silent):
        record.status, record.heartbeat_at, record.progress, record.error = ImportStatus.RUNNING, now, 0.0, ""
        session.add(record)
        session.commit()
        return record
    session.rollback()
    return None


def batches(record: LabelImport, words: Vocabulary) -> Iterator[Batch]:
    """Yield a file's labels in pieces; raise UnreadableFile when it cannot be read to its end."""
    reader = LabelReader(Path(record.stored_as), words)
    with RefusedWriter(refused_path(record), headers=reader.headers) as refusals:
        labels: list[Labelled] = []
        for row in reader:
            if isinstance(row, Refused):
                refusals.write(row)
            else:
                labels.append(row)
            if len(labels) >= BATCH:
                yield Batch(labels, refusals.count, reader.rows_read, min(reader.progress, 0.99))
                labels = []
        yield Batch(labels, refusals.count, reader.rows_read, 1.0)


def take(session: Session, import_id: int, batch: Batch, *, now: datetime) -> None:
    """Keep a piece of a file, each label once, and show how far the import is; commits."""
    record = label_files.locked(session, import_id)
    rows = {row["digest"]: row for row in (as_row(label, import_id, now) for label in batch.labels)}
    label_files.add(session, list(rows.values()))
    record.progress, record.rows_read, record.refused = batch.progress, batch.rows_read, batch.refused
    record.accepted = label_files.accepted_count(session, import_id)
    record.duplicate = max(0, record.rows_read - record.refused - record.accepted)
    record.heartbeat_at = now
    session.add(record)
    session.commit()


def as_row(label: Labelled, import_id: int, now: datetime) -> dict[str, Any]:
    """Return a label as it is stored: without personal data, named by what it says."""
    text = mask(label.text)
    said = json.dumps([text, label.intent, label.unit, label.account], ensure_ascii=False)
    return {
        "import_id": import_id,
        "digest": hashlib.sha256(said.encode()).hexdigest(),
        "text_digest": text_digest(text),
        "text": text,
        "intent": label.intent,
        "unit": label.unit,
        "account": label.account,
        "guideline": label.guideline,
        "created_at": now,
    }


def finish(session: Session, import_id: int, *, now: datetime, error: str = "") -> LabelImport:
    """End an import; with an error it failed as a whole; commits."""
    record = label_files.locked(session, import_id)
    record.status = ImportStatus.FAILED if error else ImportStatus.DONE
    record.error, record.finished_at = error, now
    record.progress = record.progress if error else 1.0
    session.add(record)
    session.commit()
    return record


def exported(session: Session) -> Iterator[tuple[str, ...]]:
    """Yield what counts of people's labels, masked, in the order of HEADERS."""
    for row in material.people_labelled(session):
        yield cells(row)


def cells(row: Settled) -> tuple[str, ...]:
    """Return one label as the cells of a file; a text that names no unit says UNKNOWN."""
    unit = "UNKNOWN" if row.unit == "" else row.unit or ""
    at = row.at.isoformat(timespec="seconds") if row.at else ""
    return row.text, row.intent or "", unit, row.account, STANDING_NAMES[row.standing], row.guideline or VERSION, at


def write(path: Path, rows: Iterable[tuple[str, ...]], *, form: str) -> int:
    """Write labels to a file in one of FORMATS; return how many there were."""
    found = list(rows)
    safe = [HEADERS, *([formula_safe(cell) for cell in row] for row in found)]
    if form == "xlsx":
        write_sheet(path, "label", safe)
    elif form == "csv":
        page = io.StringIO()
        csv.writer(page, delimiter=";", lineterminator="\r\n").writerows(safe)
        path.write_text(BOM + page.getvalue(), encoding="utf-8", newline="")
    else:
        lines = (json.dumps(dict(zip(HEADERS, row, strict=True)), ensure_ascii=False) + "\n" for row in found)
        path.write_text("".join(lines), encoding="utf-8")
    return len(found)


def packed(session: Session, folder: Path, form: str) -> bytes:
    """Return the file of all labels that people gave."""
    path = folder / f"ekspor-{secrets.token_hex(8)}"
    try:
        write(path, exported(session), form=form)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
