"""Reading one sheet of an XLSX file row by row, every cell as text: numbers plain, moments as ISO without a zone.

Formulas give the value that was saved with them. Memory holds the shared texts and the rows of one chunk.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from triage.connectors.archive import open_archive
from triage.connectors.tables import CELL_CHARACTERS, FileLimits, Header, Kind, Row, is_blank
from triage.connectors.xlsx_package import Attributes, PartReader
from triage.connectors.xlsx_parts import MOST_PIECES, Sheet, Workbook, read_workbook, unescape
from triage.errors import UnreadableFile

EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 a sheet has no zone
EMPTY_ROWS: Final = (
    "Lembar ini memuat terlalu banyak baris kosong berformat. Hapus baris kosong di bawah data, lalu simpan ulang."
)
LAST_DAY: Final = 2_958_465  # 9999-12-31, where Excel's calendar ends
_PLAIN_INTEGER: Final = re.compile(r"-?\d+")


class XlsxTable:
    """One worksheet."""

    kind: Final[Kind] = "xlsx"
    encoding: Final = "XLSX"
    separator: Final = ""

    def __init__(self, path: Path, workbook: Workbook, sheet: Sheet, *, limits: FileLimits) -> None:
        self._path = path
        self._workbook = workbook
        self._sheet = sheet
        self._limits = limits
        self.progress = 0.0

    def rows(self, header: Header | None = None) -> Iterator[Row]:
        """Yield the rows that are not blank; with a header, those after it, filled up to its width."""
        width = len(header.names) if header else 0
        start = header.number if header else 0
        with open_archive(self._path, limits=self._limits) as archive:
            cells = _Cells(self._workbook, limits=self._limits)
            reader = PartReader(archive, self._sheet.part, cells, limits=self._limits)
            last = 0
            for _ in reader.chunks():
                self.progress = reader.progress
                done = cells.take()
                last = reader.bytes_read if done else last
                if reader.bytes_read - last > self._limits.gap_bytes:
                    raise UnreadableFile(EMPTY_ROWS)
                for number, values in done:
                    if number > start and not is_blank(values):
                        values.extend([""] * (width - len(values)))
                        yield Row(number, values[:width] if header else values)
        self.progress = 1.0


def open_sheets(path: Path, *, limits: FileLimits) -> list[XlsxTable]:
    """Return the visible sheets in the order of their tabs."""
    with open_archive(path, limits=limits) as archive:
        workbook = read_workbook(archive, limits=limits)
        parts = set(archive.namelist())
    return [
        XlsxTable(path, workbook, sheet, limits=limits)
        for sheet in workbook.sheets
        if sheet.is_visible and sheet.part in parts
    ]


class _Cells:
    """Gather the cells that expat reports into rows."""

    def __init__(self, workbook: Workbook, *, limits: FileLimits) -> None:
        self._workbook = workbook
        self._limits = limits
        self._done: list[tuple[int, list[str]]] = []
        self._row: list[str] = []
        self._number = self._column = 0
        self._kind, self._style = "n", 0
        self._pieces: list[str] = []
        self._takes = self._is_phonetic = False

    def take(self) -> list[tuple[int, list[str]]]:
        """Return the rows that are complete and forget them."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._takes = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "row":
            number = attributes.get("r", "")
            given = int(number) if number.isdecimal() and len(number) < 8 else 0
            self._number = max(given, self._number + 1)
            self._row, self._column = [], 0

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = column_number(reference) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 8 else 0
        self._pieces.clear()

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._takes and len(self._pieces) < MOST_PIECES:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name in ("v", "t"):
            self._takes = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row" and self._row:
            self._done.append((self._number, self._row))
            self._row = []

    def _end_cell(self) -> None:
        if not self._pieces or not 0 < self._column <= self._limits.columns:
            return
        value = self._value("".join(self._pieces))
        self._row.extend([""] * (self._column - len(self._row)))
        self._row[self._column - 1] = value

    def _value(self, raw: str) -> str:
        match self._kind:
            case "s":
                place = int(raw) if raw.isdecimal() and len(raw) < 10 else -1
                return self._workbook.shared[place] if 0 <= place < len(self._workbook.shared) else ""
            case "n" if self._style in self._workbook.date_styles:
                return moment_text(raw, counts_from_1904=self._workbook.counts_from_1904)
            case "n":
                return number_text(raw)
            case "b":
                return "TRUE" if raw.strip() == "1" else "FALSE"
            case "e":
                return ""
            case _:
                return unescape(raw[: CELL_CHARACTERS + 1])


def column_number(reference: str) -> int:
    """Return the number of a cell's column from its reference; 0 if that is none.

    >>> column_number("A1"), column_number("AB12")
    (1, 28)
    """
    number = 0
    for letter in reference[:3]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def number_text(raw: str) -> str:
    """Return a number as a person would type it: no exponent, no trailing zeros.

    >>> number_text("1.7E+9"), number_text("5.0"), number_text("46082.34375")
    ('1700000000', '5', '46082.34375')
    """
    if _PLAIN_INTEGER.fullmatch(raw):
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e18 else repr(number)


def moment_text(raw: str, *, counts_from_1904: bool) -> str:
    """Return the moment that a serial number stands for, or the time of day below 1, or the number if it is neither."""
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if not 0 <= serial <= LAST_DAY:
        return number_text(raw)
    moment = EPOCHS[counts_from_1904] + timedelta(seconds=round(serial * 86_400))
    return moment.time().isoformat() if serial < 1 else moment.isoformat()
