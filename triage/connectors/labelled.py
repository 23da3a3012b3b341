"""Labelled texts in a file: CSV, XLSX or JSON lines in, one label or one refusal a row out.

Columns are found by their names (text, intent, unit, account, guideline, in English or Indonesian). Which words name
which class and unit is given by the caller.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from triage.connectors.base import Refused
from triage.connectors.files import DEFAULT_LIMITS, FileLimits, explaining_system_errors, find_table
from triage.connectors.rows import EMPTY_TEXT, LONG_TEXT, clean, refuse
from triage.connectors.spreadsheet import without_escapes
from triage.connectors.tables import Row
from triage.connectors.words import TEXT_CHARACTERS, is_seen, tidy
from triage.errors import UnreadableFile

FIELDS: Final = ("text", "intent", "unit", "account", "guideline")
NAMES: Final = {
    "text": ("text", "teks", "komentar", "isikomentar", "isi", "comment"),
    "intent": ("intent", "jenis", "label", "kelas", "kategori"),
    "unit": ("unit", "opd", "kodeunit", "unitcode"),
    "account": ("account", "akun", "unitakun"),
    "guideline": ("guideline", "pedoman"),
}
NO_TEXT: Final = "Kolom teks tidak ditemukan. Beri judul “teks” (atau “text”) pada kolom isi komentar."
NO_LABEL: Final = "Kolom label tidak ditemukan. Beri judul “jenis” atau “unit” pada kolom labelnya."
NOTHING_SAID: Final = "Baris ini tanpa jenis dan tanpa unit; isi salah satunya."
BAD_JSON: Final = "Baris ini bukan satu objek JSON; tulis satu objek {…} per baris."


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled text; None: the file says nothing of it, unit '': it says that none is named."""

    row: int
    text: str
    intent: str | None
    unit: str | None
    account: str
    guideline: str


@dataclass(frozen=True)
class Vocabulary:
    """Which words, in lower case, name which class and which unit; '' stands for no unit."""

    intents: Mapping[str, str]
    units: Mapping[str, str]


class LabelReader:
    """Iterate over a file of labelled texts; `headers`, `rows_read` and `progress` may be read at any time."""

    def __init__(self, path: Path, vocabulary: Vocabulary, *, limits: FileLimits = DEFAULT_LIMITS) -> None:
        self._path, self._vocabulary, self._limits = path, vocabulary, limits
        self.rows_read, self.progress = 0, 0.0
        self.headers: tuple[str, ...] = FIELDS
        self._is_json = is_json_lines(path)
        if not self._is_json:
            with explaining_system_errors():
                self._table, self._header, _ = find_table(path, limits)
            self.headers = self._header.names
            self._places = places(self.headers)

    def __iter__(self) -> Iterator[Labelled | Refused]:
        """Yield each row once, in the file's order; raise UnreadableFile where the file breaks off."""
        with explaining_system_errors():
            for row in self._json_rows() if self._is_json else self._table_rows():
                self.rows_read += 1
                if self.rows_read > self._limits.rows:
                    raise UnreadableFile("Berkas berisi terlalu banyak baris. Bagi menjadi beberapa berkas.")
                yield row

    def _table_rows(self) -> Iterator[Labelled | Refused]:
        for row in self._table.rows(self._header):
            self.progress = self._table.progress
            cells = [without_escapes(clean(cell)) for cell in row.cells]
            values = {name: cells[i] if i < len(cells) else "" for name, i in self._places.items()}
            yield refuse(row, row.problem) if row.problem else self._read(row, values)
        self.progress = 1.0

    def _json_rows(self) -> Iterator[Labelled | Refused]:
        size = max(self._path.stat().st_size, 1)
        with self._path.open("rb") as lines:
            number = 0
            while line := lines.readline(self._limits.line_characters):
                number, self.progress = number + 1, min(lines.tell() / size, 1.0)
                if not line.strip():
                    continue
                row = Row(number, [line.decode("utf-8", "replace").strip()])
                try:
                    found = {name: value_of(json.loads(line), name) for name in FIELDS}
                except (ValueError, TypeError, RecursionError):
                    yield refuse(row, BAD_JSON)
                    continue
                yield self._read(Row(number, list(found.values())), found)

    def _read(self, row: Row, values: Mapping[str, str]) -> Labelled | Refused:
        """Return the label in a row, or why there is none."""
        text, known = values["text"], self._vocabulary
        intent, unit, account = (values.get(name, "").strip() for name in ("intent", "unit", "account"))
        problems = (
            (not is_seen(text), EMPTY_TEXT),
            (len(text) > TEXT_CHARACTERS, LONG_TEXT),
            (not intent and not unit, NOTHING_SAID),
            (intent and intent.lower() not in known.intents, f"Jenis “{intent[:60]}” tidak dikenal."),
            (unit and unit.lower() not in known.units, f"Unit “{unit[:60]}” tidak dikenal; pakai kode unitnya."),
            (account and account.lower() not in known.units, f"Unit akun “{account[:60]}” tidak dikenal."),
        )
        for is_wrong, reason in problems:
            if is_wrong:
                return refuse(row, reason)
        return Labelled(
            row.number,
            text,
            known.intents[intent.lower()] if intent else None,
            known.units[unit.lower()] if unit else None,
            known.units[account.lower()] if account else "",
            values.get("guideline", "")[:20],
        )


def is_json_lines(path: Path) -> bool:
    """Tell whether a file begins with a JSON object rather than with a table."""
    with explaining_system_errors(), path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def places(headers: Sequence[str]) -> dict[str, int]:
    """Return the column of each field; raise UnreadableFile when text or both labels are missing."""
    keys = [re.sub(r"[^a-z]", "", header.lower()) for header in headers]
    found = {name: keys.index(key) for name, names in NAMES.items() for key in reversed(names) if key in keys}
    if "text" not in found:
        raise UnreadableFile(NO_TEXT)
    if "intent" not in found and "unit" not in found:
        raise UnreadableFile(NO_LABEL)
    return found


def value_of(record: Mapping[str, object], field: str) -> str:
    """Return a field of a JSON object by any of its names, tidied; raise TypeError for what is no text."""
    if not isinstance(record, dict):
        raise TypeError("not an object")
    for name, value in record.items():
        if name.lower() in NAMES[field] and value is not None:
            if not isinstance(value, str):
                raise TypeError(field)
            return tidy(value)
    return ""
