"""A log kept as a table (XLSX or CSV): each row becomes one line of a log, under the row's own number.

The columns are named like the fields of a line, or in Indonesian. A time without an offset is in the office's zone.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from triage.connectors.dates import DateError, DateReader
from triage.connectors.files import explaining_system_errors, find_table
from triage.connectors.spreadsheet import without_escape
from triage.connectors.tables import DEFAULT_LIMITS
from triage.errors import UnreadableFile

SUFFIXES: Final = (".xlsx", ".csv", ".tsv", ".txt")
COLUMNS: Final = {
    "at": ("at", "waktu", "tanggal"), "type": ("type", "kejadian", "jenis"), "case": ("case", "kasus", "rujukan"),
    "platform": ("platform",), "account": ("account", "akun"), "post": ("post", "unggahan"),
    "author": ("author", "penulis", "nama"), "external_id": ("external_id", "id"),
    "text": ("text", "teks", "isi"), "unit": ("unit", "opd"), "substantive": ("substantive", "substantif"),
    "automatic": ("automatic", "otomatis"), "native": ("native", "di aplikasi"), "reason": ("reason", "alasan"),
    "approved": ("approved", "disetujui"),
}  # fmt: skip
MARKS: Final = ("substantive", "automatic", "native", "approved")
YES_NO: Final = {
    "true": True,
    "ya": True,
    "1": True,
    "yes": True,
    "false": False,
    "tidak": False,
    "0": False,
    "no": False,
}


def write_lines(path: Path, target: IO[str], *, zone: ZoneInfo) -> None:
    """Write a table as a log; raise UnreadableFile when it is no table or lacks the time or the type."""
    with explaining_system_errors():
        table, header, _ = find_table(path, DEFAULT_LIMITS)
        names = {name.strip().lower(): place for place, name in enumerate(header.names)}
        places = {
            field: next((names[name] for name in spellings if name in names), None)
            for field, spellings in COLUMNS.items()
        }
        if places["at"] is None or places["type"] is None:
            raise UnreadableFile("Tabel harus punya kolom at (waktu) dan type (kejadian). Lihat contoh di halaman ini.")
        dates, written = DateReader(zone), 0
        for row in table.rows(header):
            target.write("\n" * (row.number - 1 - written))  # so that a line has the number of its row
            target.write(json.dumps(_record(row.cells, places, dates), ensure_ascii=False) + "\n")
            written = row.number


def _record(cells: Any, places: dict[str, int | None], dates: DateReader) -> dict[str, Any]:
    said: dict[str, Any] = {
        field: without_escape(cells[place].strip())
        for field, place in places.items()
        if place is not None and place < len(cells) and cells[place].strip()
    }
    for mark in MARKS:
        if mark in said:
            said[mark] = YES_NO.get(said[mark].lower(), said[mark])
    said["type"] = said.get("type", "").lower()
    said["at"] = _moment(said.get("at", ""), dates)
    return said


def _moment(raw: str, dates: DateReader) -> str:
    """Return a cell's moment with its offset; one that no form fits stays as it is, and is refused with its reason."""
    try:
        if datetime.fromisoformat(raw).tzinfo is not None:
            return raw
    except ValueError:
        pass  # not ISO 8601: one of the forms of a sheet
    try:
        return dates.parse(raw).astimezone(UTC).isoformat()
    except DateError:
        return raw
