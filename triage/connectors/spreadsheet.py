"""Writing CSV that spreadsheet programs open without running what citizens wrote.

A cell is unsafe not only at its start: an office whose list separator is ; splits our commas wrongly and the other
way round, so a formula sign right after a separator or a line break is made harmless as well.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from triage.connectors.base import Refused

_FORMULA_START: Final = re.compile(r"(^|[;,\t\r\n])(\"*)(?=[=+\-@\t\r＝＋－＠])")
_ESCAPED_WITHIN: Final = re.compile(r"(^|[;,\t\r\n])(\"*)'(?=[=+\-@\t\r＝＋－＠])")
_ESCAPED: Final = re.compile(r"'(?=[=+\-@])")


def formula_safe(cell: str) -> str:
    """Put an apostrophe before each sign that a spreadsheet program would take for the start of a formula.

    >>> formula_safe("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> formula_safe("Terima kasih, min - mantap")
    'Terima kasih, min - mantap'
    """
    return _FORMULA_START.sub(r"\1\2'", cell)


def without_escape(cell: str) -> str:
    """Take off the one leading apostrophe that a spreadsheet escape put before a formula sign.

    >>> without_escape("'=1+1"), without_escape("'kata'")
    ('=1+1', "'kata'")
    """
    return cell[1:] if _ESCAPED.match(cell) else cell


def without_escapes(cell: str) -> str:
    """Take back every apostrophe that `formula_safe` may have put into a cell, for files that we wrote ourselves.

    >>> without_escapes(formula_safe("a,-b"))
    'a,-b'
    """
    return _ESCAPED_WITHIN.sub(r"\1\2", cell)


class RefusedWriter:
    """Write refused rows, one by one, to a CSV file that Excel opens (UTF-8 with BOM) and import takes again.

    Columns: baris, alasan, then the original cells under the original headers. Use it as a context manager.
    """

    def __init__(self, path: Path, *, headers: Sequence[str]) -> None:
        self.count = 0
        self._file = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self._csv = csv.writer(self._file, delimiter=";")
        self._write(("baris", "alasan", *headers))

    def write(self, refused: Refused) -> None:
        """Append one refused row."""
        self.count += 1
        self._write((str(refused.row), refused.reason, *refused.cells))

    def flush(self) -> None:
        """Push what was written to the disk, so that the file can be read while the import runs."""
        self._file.flush()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()

    def _write(self, cells: Iterable[str]) -> None:
        self._csv.writerow([formula_safe(cell) for cell in cells])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
