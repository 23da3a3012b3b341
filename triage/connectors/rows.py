"""Turning one row of cells into a comment, or into a refusal with its reason.

Words stay as they were written: only control characters, white space around and a spreadsheet's escape go.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from triage.connectors.base import Incoming, Refused
from triage.connectors.dates import DateError, DateReader
from triage.connectors.headers import FIELDS, Mapping
from triage.connectors.spreadsheet import without_escape
from triage.connectors.tables import CELL_CHARACTERS, Row

TEXT_CHARACTERS: Final = 20_000
NAME_CHARACTERS: Final = 200
ID_CHARACTERS: Final = 200
LINK_CHARACTERS: Final = 1_000
CAPTION_CHARACTERS: Final = 5_000
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SEEN: Final = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_ROUNDED: Final = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)

EMPTY_TEXT: Final = "Isi komentar kosong; isi kolom komentar atau hapus baris ini."
LONG_TEXT: Final = f"Isi komentar lebih dari {TEXT_CHARACTERS:,} huruf; periksa apakah kolomnya benar.".replace(
    ",", "."
)


def clean(cell: str) -> str:
    """Return a cell without control characters, white space around it and a spreadsheet's escape.

    Emoji, zero-width and right-to-left marks stay: they are part of what was written.
    """
    if not cell.isprintable():
        cell = _CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    cell = cell.strip()
    return without_escape(cell) if cell.startswith("'") else cell


def _id(cell: str) -> str:
    """Return an id that fits: a long one keeps its start and gets a digest, one that Excel rounded is none."""
    if len(cell) > ID_CHARACTERS:
        return cell[: ID_CHARACTERS - 41] + "~" + _digest(cell)
    return "" if cell[1:2] in {".", ","} and _ROUNDED.fullmatch(cell) else cell


def _link(cell: str) -> str:
    return cell if len(cell) <= LINK_CHARACTERS and _LINK.fullmatch(cell) else ""


_FIT: Final[dict[str, Callable[[str], str]]] = {
    "text": str,
    "posted_at": str,
    "posted_time": str,
    "external_id": _id,
    "author_name": lambda cell: cell[:NAME_CHARACTERS],
    "author_id": _id,
    "post_id": _id,
    "post_caption": lambda cell: cell[:CAPTION_CHARACTERS],
    "permalink": _link,
    "parent_id": _id,
}


class RowReader:
    """Read rows of one file by its mapping; `mapping` must name columns in `headers`, and text and posted_at."""

    def __init__(self, mapping: Mapping, *, headers: Sequence[str], zone: tzinfo, now: datetime) -> None:
        place = {name: index for index, name in enumerate(headers)}
        chosen = {field: getattr(mapping, field) for field in FIELDS}
        self._columns = [(field, place[name], _FIT[field]) for field, name in chosen.items() if name is not None]
        self._dates = DateReader(zone)
        self._now = now

    def read(self, row: Row) -> Incoming | Refused:
        """Return the comment in a row, or why there is none."""
        if row.problem:
            return refuse(row, row.problem)
        cells, width = row.cells, len(row.cells)
        values = {field: fit(clean(cells[column])) if column < width else "" for field, column, fit in self._columns}
        text, posted_time = values["text"], values.pop("posted_time", "")
        if not _SEEN.search(text):
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


def stable_id(values: dict[str, str], posted_at: datetime) -> str:
    """Return an id made of what a comment consists of, so that the same file twice gives the same ids."""
    author = values.get("author_id") or values.get("author_name", "")
    post = values.get("post_id") or values.get("post_caption", "")
    return "berkas-" + _digest("\x1f".join((author, posted_at.isoformat(), post, values["text"])))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
