"""Turning one row of cells into a comment, or into a refusal with its reason.

Words stay as they were written: only control characters, white space around and a spreadsheet's escape go.
"""

import hashlib
import re
from collections.abc import Sequence
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


class RowReader:
    """Read rows of one file by its mapping; `mapping` must name columns in `headers`, and text and posted_at."""

    def __init__(self, mapping: Mapping, *, headers: Sequence[str], zone: tzinfo, now: datetime) -> None:
        place = {name: index for index, name in enumerate(headers)}
        chosen = {field: getattr(mapping, field) for field in FIELDS}
        self._at = {field: None if name is None else place[name] for field, name in chosen.items()}
        self._dates = DateReader(zone)
        self._now = now

    def read(self, row: Row) -> Incoming | Refused:
        """Return the comment in a row, or why there is none."""
        if row.problem:
            return refuse(row, row.problem)
        text = self._cell(row, "text")
        if not _SEEN.search(text):
            return refuse(row, EMPTY_TEXT)
        if len(text) > TEXT_CHARACTERS:
            return refuse(row, LONG_TEXT)
        try:
            posted_at = self._dates.read(self._moment(row), now=self._now)
        except DateError as exc:
            return refuse(row, str(exc))
        return self._incoming(row, text, posted_at)

    def _moment(self, row: Row) -> str:
        moment = self._cell(row, "posted_at")
        return f"{moment} {self._cell(row, 'posted_time')}".strip() if moment else ""

    def _incoming(self, row: Row, text: str, posted_at: datetime) -> Incoming:
        author_name = self._cell(row, "author_name")[:NAME_CHARACTERS]
        author_id, post_id = self._id(row, "author_id"), self._id(row, "post_id")
        post_caption = self._cell(row, "post_caption")[:CAPTION_CHARACTERS]
        identity = (author_id or author_name, posted_at, post_id or post_caption, text)
        return Incoming(
            external_id=self._id(row, "external_id") or stable_id(*identity),
            text=text,
            posted_at=posted_at,
            author_name=author_name,
            author_id=author_id,
            post_id=post_id,
            post_caption=post_caption,
            permalink=self._link(row),
            parent_id=self._id(row, "parent_id"),
            row=row.number,
        )

    def _cell(self, row: Row, field: str) -> str:
        column = self._at[field]
        if column is None or column >= len(row.cells):
            return ""
        cell = row.cells[column]
        return clean(cell) if cell else ""

    def _id(self, row: Row, field: str) -> str:
        """Return an id that fits: a long one keeps its start and gets a digest, one that Excel rounded is none."""
        cell = self._cell(row, field)
        if len(cell) > ID_CHARACTERS:
            return cell[: ID_CHARACTERS - 41] + "~" + _digest(cell)
        return "" if cell[1:2] in {".", ","} and _ROUNDED.fullmatch(cell) else cell

    def _link(self, row: Row) -> str:
        cell = self._cell(row, "permalink")
        return cell if len(cell) <= LINK_CHARACTERS and _LINK.fullmatch(cell) else ""


def refuse(row: Row, reason: str) -> Refused:
    """Return the refusal of a row, its cells cut to what a spreadsheet can hold."""
    return Refused(row.number, reason, tuple(cell[:CELL_CHARACTERS] for cell in row.cells))


def stable_id(author: str, posted_at: datetime, post: str, text: str) -> str:
    """Return an id made of what a comment consists of, so that the same file twice gives the same ids."""
    return "berkas-" + _digest("\x1f".join((author, posted_at.isoformat(), post, text)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
