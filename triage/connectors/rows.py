"""Turning one row of cells into a comment, or into a refusal with its reason.

Words stay as they were written: only control characters, white space around and a spreadsheet's escape go.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from triage.connectors.base import Incoming, Refused
from triage.connectors.dates import DateError, DateReader
from triage.connectors.headers import FIELDS, Mapping
from triage.connectors.spreadsheet import without_escape
from triage.connectors.tables import CELL_CHARACTERS, Row
from triage.connectors.words import FIT, TEXT_CHARACTERS, is_seen, stable_id, tidy

EMPTY_TEXT: Final = "Isi komentar kosong; isi kolom komentar atau hapus baris ini."
LONG_TEXT: Final = f"Isi komentar lebih dari {TEXT_CHARACTERS:,} huruf; periksa apakah kolomnya benar.".replace(
    ",", "."
)


def clean(cell: str) -> str:
    """Return a cell's words, tidied and without a spreadsheet's escape."""
    cell = tidy(cell)
    return without_escape(cell) if cell.startswith("'") else cell


class RowReader:
    """Read rows of one file by its mapping; `mapping` must name columns in `headers`, and text and posted_at."""

    def __init__(self, mapping: Mapping, *, headers: Sequence[str], zone: tzinfo, now: datetime) -> None:
        place = {name: index for index, name in enumerate(headers)}
        chosen = {field: getattr(mapping, field) for field in FIELDS}
        self._columns = [
            (field, place[name], FIT.get(field, str)) for field, name in chosen.items() if name is not None
        ]
        self._dates = DateReader(zone)
        self._now = now

    def read(self, row: Row) -> Incoming | Refused:
        """Return the comment in a row, or why there is none."""
        if row.problem:
            return refuse(row, row.problem)
        cells, width = row.cells, len(row.cells)
        values = {field: fit(clean(cells[column])) if column < width else "" for field, column, fit in self._columns}
        text, posted_time = values["text"], values.pop("posted_time", "")
        if not is_seen(text):
            return refuse(row, EMPTY_TEXT)
        if len(text) > TEXT_CHARACTERS:
            return refuse(row, LONG_TEXT)
        try:
            posted_at = self._dates.read(join_moment(values.pop("posted_at"), posted_time), now=self._now)
        except DateError as exc:
            return refuse(row, str(exc))
        values["external_id"] = values.get("external_id") or stable_id(values, posted_at)
        return Incoming(**values, posted_at=posted_at, row=row.number, is_own=False)


def join_moment(day: str, time: str) -> str:
    """Return a day and the time beside it as one moment; a sheet writes a bare day as midnight.

    >>> join_moment("2026-03-01T00:00:00", "08.15"), join_moment("1 Maret 2026", "")
    ('2026-03-01 08.15', '1 Maret 2026')
    """
    return f"{day.removesuffix('T00:00:00')} {time}" if day and time else day


def refuse(row: Row, reason: str) -> Refused:
    """Return the refusal of a row, its cells cut to what a spreadsheet can hold."""
    return Refused(row.number, reason, tuple(cell[:CELL_CHARACTERS] for cell in row.cells))
