"""Importing comments from CSV and XLSX files: look first (`sniff`), let a person confirm, then read (`open_rows`).

Rows are read one at a time, in bounded memory. A bad row is a Refused value and costs nothing else; a file that
cannot be read as a whole raises UnreadableFile with a message that says what to do.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import Final

from triage.connectors.base import Incoming, Refused
from triage.connectors.csv_file import CsvTable
from triage.connectors.headers import FIELDS, TITLE_ROWS, Mapping, find_header, guess_mapping, name_columns
from triage.connectors.kinds import EMPTY, kind_of
from triage.connectors.rows import RowReader, clean
from triage.connectors.tables import DEFAULT_LIMITS, FileLimits, Header, Kind, Row, Table
from triage.connectors.xlsx_file import open_sheets
from triage.errors import UnreadableFile

__all__ = [
    "DEFAULT_LIMITS",
    "FileLimits",
    "Mapping",
    "Preview",
    "Reader",
    "explaining_system_errors",
    "find_table",
    "open_rows",
    "sniff",
]

SHOWN_ROWS: Final = 5
SHOWN_CHARACTERS: Final = 500
GUESS_ROWS: Final = 50
REQUIRED: Final = {
    "text": "Kolom isi komentar belum dipilih. Judul yang dikenali: “Komentar”, “Isi Pesan”, “Teks”, “Comment”.",
    "posted_at": "Kolom tanggal belum dipilih; tanpa tanggal, waktu tanggap tidak dapat dihitung. "
    "Judul yang dikenali: “Tanggal”, “Waktu”, “Date”, “Timestamp”, “created_time”.",
}
NO_HEADER: Final = (
    "Baris judul kolom tidak ditemukan. Tulis nama kolom di baris pertama, misalnya: "
    "ID Komentar, Tanggal, Nama Pengguna, Komentar, ID Unggahan, Tautan."
)
NO_ROWS: Final = "Berkas hanya berisi judul kolom, tanpa komentar. Isi barisnya, lalu unggah lagi."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file looks like, for a person to confirm: `mapping` is a guess, `header_row` counts from 1."""

    kind: Kind
    encoding: str
    separator: str
    headers: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]
    mapping: Mapping
    header_row: int


class Reader:
    """Iterate over the rows of a file; `headers`, `rows_read` and `progress` may be read at any time."""

    def __init__(self, table: Table, header: Header, rows: RowReader, *, limits: FileLimits) -> None:
        self.headers = header.names
        self.rows_read = 0
        self._table = table
        self._header = header
        self._rows = rows
        self._limits = limits

    @property
    def progress(self) -> float:
        """Return how much of the file has been read, 0 to 1."""
        return self._table.progress

    def __iter__(self) -> Iterator[Incoming | Refused]:
        """Yield each row once, in the file's order; raise UnreadableFile where the file breaks off."""
        self.rows_read = 0
        with explaining_system_errors():
            for row in self._table.rows(self._header):
                if self.rows_read == self._limits.rows:
                    rows = f"{self._limits.rows:,}".replace(",", ".")
                    raise UnreadableFile(f"Berkas berisi lebih dari {rows} baris. Bagi menjadi beberapa berkas.")
                self.rows_read += 1
                yield self._rows.read(row)


def sniff(path: Path, *, limits: FileLimits = DEFAULT_LIMITS) -> Preview:
    """Look at the start of a file and guess which column holds what; raise UnreadableFile if it is no table."""
    with explaining_system_errors():
        table, header, sample = find_table(path, limits)
    return Preview(
        kind=table.kind,
        encoding=table.encoding,
        separator=table.separator,
        headers=header.names,
        sample_rows=tuple(tuple(clean(cell)[:SHOWN_CHARACTERS] for cell in row.cells) for row in sample[:SHOWN_ROWS]),
        mapping=guess_mapping(header.names, [row.cells for row in sample if not row.problem]),
        header_row=header.number,
    )


def open_rows(
    path: Path, mapping: Mapping, *, zone: tzinfo, now: datetime, limits: FileLimits = DEFAULT_LIMITS
) -> Reader:
    """Return a reader of the file's rows; `zone` is the account's, for times without one, and `now` bounds the future.

    Raises UnreadableFile if the file is no table or the mapping lacks text or time, or names a missing column.
    """
    with explaining_system_errors():
        table, header, _ = find_table(path, limits)
    _check(mapping, header.names)
    rows = RowReader(mapping, headers=header.names, zone=zone, now=now)
    return Reader(table, header, rows, limits=limits)


def find_table(path: Path, limits: FileLimits) -> tuple[Table, Header, list[Row]]:
    """Return the first visible sheet that has headers and rows (a CSV file is one sheet), and its first rows."""
    message = EMPTY
    for table in _tables(path, limits):
        first = list(islice(table.rows(), TITLE_ROWS + 1))
        place = find_header(first)
        if place is None:
            message = NO_HEADER if first else message
            continue
        if len(first[place].cells) > limits.columns:
            raise UnreadableFile(f"Berkas berisi lebih dari {limits.columns} kolom. Hapus kolom yang tidak perlu.")
        header = name_columns(first[place])
        sample = list(islice(table.rows(header), GUESS_ROWS))
        if sample:
            return table, header, sample
        message = NO_ROWS
    raise UnreadableFile(message)


def _tables(path: Path, limits: FileLimits) -> Sequence[Table]:
    if kind_of(path, limits=limits) == "xlsx":
        return open_sheets(path, limits=limits)
    return [CsvTable(path, limits=limits)]


def _check(mapping: Mapping, headers: Sequence[str]) -> None:
    for field, message in REQUIRED.items():
        if getattr(mapping, field) is None:
            raise UnreadableFile(message)
    missing = {name for name in (getattr(mapping, field) for field in FIELDS) if name is not None} - set(headers)
    if missing:
        raise UnreadableFile(f"Kolom “{min(missing)}” tidak ada dalam berkas. Pilih dari: {', '.join(headers[:20])}.")


@contextmanager
def explaining_system_errors() -> Iterator[None]:
    """Turn an error of the operating system into UnreadableFile."""
    try:
        yield
    except OSError as exc:
        raise UnreadableFile(f"Berkas tidak dapat dibaca ({exc.strerror}). Unggah ulang.") from exc
