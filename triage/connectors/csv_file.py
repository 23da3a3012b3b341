"""Reading CSV of any common make, row by row, such that one broken row costs that row only.

A quote that is not closed would swallow the rows after it: its first line is refused and reading goes on with the
next one. Broken bytes and quotes in the wrong place refuse their row, never guess. Memory holds one record.
"""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from triage.connectors import decoding
from triage.connectors.headers import TITLE_ROWS, fields_named
from triage.connectors.tables import CELL_CHARACTERS, FileLimits, Header, Kind, Row, is_blank

SEPARATORS: Final = (";", ",", "\t", "|")
SAMPLE_CHARACTERS: Final = 256 * 1024
SAMPLE_ROWS: Final = 60
PROGRESS_EVERY: Final = 200
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([;,\t|])"?[\r\n]', re.IGNORECASE)  # a hint Excel understands

BROKEN_BYTES: Final = "Ada huruf yang rusak di baris ini; perbaiki hurufnya lalu simpan berkas sebagai CSV UTF-8."
OPEN_QUOTE: Final = (
    "Tanda kutip ganda tidak berpasangan; apit seluruh isi sel dengan tanda kutip dan gandakan kutip di dalamnya."
)
TOO_LONG: Final = "Baris terlalu panjang untuk satu komentar; periksa tanda kutip dan pemisah kolomnya."


class _Lines:
    """Hand lines to the CSV reader, remember those of the record in hand, and take lines back."""

    def __init__(self, file: TextIO, limits: FileLimits) -> None:
        self._read = partial(file.readline, limits.line_characters)
        self._limits = limits
        self._next: deque[str] = deque()
        self.taken: list[str] = []
        self.is_cut = False

    def start_record(self) -> bool:
        """Forget the lines of the last record; return whether there is another one."""
        self.taken = []
        self.is_cut = False
        if not self._next and (line := self._read()):
            self._next.append(line)
        return bool(self._next)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next.popleft() if self._next else self._read()
        if not line:
            raise StopIteration
        if len(line) == self._limits.line_characters:
            self._skip_rest(line)
        self.taken.append(line)
        if len(self.taken) > self._limits.record_lines:
            raise csv.Error(OPEN_QUOTE)
        return line

    def read_again(self, lines: Sequence[str]) -> None:
        """Put lines back, to be read before the rest of the file."""
        self._next.extendleft(reversed(lines))

    def _skip_rest(self, line: str) -> None:
        self.is_cut = True
        while line and not line.endswith(("\n", "\r")):
            line = self._read()


class CsvTable:
    """A CSV file whose encoding and separator are known."""

    kind: Final[Kind] = "csv"

    def __init__(self, path: Path, *, limits: FileLimits) -> None:
        self._path = path
        self._limits = limits
        self._size = max(path.stat().st_size, 1)
        self._encoding = decoding.detect(path)
        self._broken = self._encoding.broken
        self.encoding = self._encoding.name
        self.progress = 0.0
        sample = self.sample(SAMPLE_CHARACTERS)
        said = _SEPARATOR_LINE.match(sample)
        self.separator = said[1] if said else guess_separator(sample)

    def sample(self, characters: int) -> str:
        """Return the decoded start of the file."""
        with self._path.open("rb") as raw, self._decoded(raw) as file:
            return file.read(characters)

    def rows(self, header: Header | None = None) -> Iterator[Row]:
        """Yield the rows that are not blank; with a header, those after it, checked for width."""
        self.progress, number = 0.0, 0
        start = header.number if header else 0
        with self._path.open("rb") as raw, self._decoded(raw) as file:
            lines = _Lines(file, self._limits)
            reader = csv.reader(lines, delimiter=self.separator, strict=True)
            while lines.start_record():
                number += 1
                cells, problem = self._record(reader, lines, header if number > start else None)
                if not number % PROGRESS_EVERY:
                    self.progress = min(raw.tell() / self._size, 1.0)
                if number > start and (problem or not is_blank(cells)):
                    yield Row(number, cells, problem)
        self.progress = 1.0

    def _record(self, reader: Iterator[list[str]], lines: _Lines, header: Header | None) -> tuple[list[str], str]:
        """Return the next record, or its first line with a problem; the lines after that one are read again."""
        try:
            cells = next(reader)
            problem = self._problem(cells, lines, header)
        except csv.Error:
            problem = TOO_LONG if max(map(len, lines.taken)) > csv.field_size_limit() else OPEN_QUOTE
        if not problem:
            return cells, ""
        lines.read_again(lines.taken[1:])
        first = self._broken.sub("\ufffd", lines.taken[0][:CELL_CHARACTERS])
        return first.rstrip("\r\n").split(self.separator), problem

    def _problem(self, cells: Sequence[str], lines: _Lines, header: Header | None) -> str:
        if lines.is_cut:
            return TOO_LONG
        if not self._encoding.is_sound and any(map(self._broken.search, lines.taken)):
            return BROKEN_BYTES
        if header is None or not cells or header.least <= len(cells) <= len(header.names):
            return ""
        if len(cells) > len(header.names) and is_blank(cells[len(header.names) :]):
            return ""
        return (
            f"Jumlah kolom {len(cells)}, seharusnya {len(header.names)}; "
            "apit teks yang memuat pemisah kolom atau baris baru dengan tanda kutip ganda."
        )

    def _decoded(self, raw: BinaryIO) -> io.TextIOWrapper:
        raw.seek(self._encoding.skip)
        return io.TextIOWrapper(raw, self._encoding.codec, errors=self._encoding.errors, newline="")


def guess_separator(sample: str) -> str:
    """Return the separator that gives the most known headers, then the most even rows, then the most columns."""
    return max(SEPARATORS, key=lambda separator: _evenness(sample, separator))


def _evenness(sample: str, separator: str) -> tuple[int, float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in islice(reader, SAMPLE_ROWS) if not is_blank(row))
    if not rows:
        return 0, 0.0, 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    known = max(len(fields_named(row)) for row in rows[: TITLE_ROWS + 1])
    return known, count / len(rows) if width > 1 else 0.0, width
