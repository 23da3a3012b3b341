"""Writing long tables as CSV or XLSX, row by row, in the memory of one row.

A cell is words, a number, a local moment without its zone, or nothing. Words can become no formula in either.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from triage.connectors.spreadsheet import formula_safe
from triage.connectors.workbook import Cell, SheetsWriter

__all__ = ["Cell", "CsvWriter", "SheetsWriter", "TableWriter", "open_table", "plain"]


class TableWriter(Protocol):
    """A file that takes rows; its parts (sheets) are counted, for a table can be longer than a sheet."""

    parts: int

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""

    def __enter__(self) -> Self:
        """Return the file, ready for its rows."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Finish the file."""


class CsvWriter:
    """A CSV file that an Indonesian office's spreadsheet opens: BOM, semicolons, decimal commas."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.parts = 1
        self._file = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self._csv = csv.writer(self._file, delimiter=";", lineterminator="\r\n")
        self._csv.writerow([formula_safe(header) for header in headers])

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""
        self._csv.writerows([plain(cell) for cell in cells] for cells in rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def open_table(path: Path, *, title: str, headers: Sequence[str]) -> TableWriter:
    """Return a file for rows, of the kind that its name ends with."""
    if path.suffix == ".xlsx":
        return SheetsWriter(path, title=title, headers=headers)
    return CsvWriter(path, headers)


def plain(cell: Cell) -> str:
    """Return a cell of a CSV file: nothing stays empty, numbers get a decimal comma, words cannot become formulas.

    >>> plain(0.25), plain(None), plain("=1+1"), plain(datetime(2026, 11, 6, 16, 0))
    ('0,25', '', "'=1+1", '2026-11-06 16:00:00')
    """
    if isinstance(cell, str):
        return formula_safe(cell)
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell)
