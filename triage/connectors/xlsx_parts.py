"""What an XLSX file holds besides its rows: sheets, shared texts and which number formats show a moment."""

import re
import zipfile
from dataclasses import dataclass
from posixpath import join, normpath, split
from typing import Final, Self

from triage.connectors.archive import TOO_LARGE
from triage.connectors.tables import CELL_CHARACTERS, FileLimits
from triage.connectors.xlsx_package import MOST_NAMES, Attributes, PartReader
from triage.errors import UnreadableFile

FORMAT_CHARACTERS: Final = 255  # the longest that Excel keeps
MOST_PIECES: Final = 4_000  # of one cell's text, as expat hands them out
DATE_FORMAT_IDS: Final = frozenset((*range(14, 23), *range(27, 37), *range(50, 59)))
_NOT_DATE_LETTERS: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|;.*|general', re.IGNORECASE | re.DOTALL)
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet of the workbook."""

    name: str
    part: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is needed to understand the rows: shared texts by number, and which cell styles mean a date."""

    sheets: tuple[Sheet, ...]
    shared: tuple[str, ...]
    date_styles: frozenset[int]
    counts_from_1904: bool


class _Part:
    """A handler that does nothing; the parts below override what they need."""

    is_small: bool = True

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, piece: str) -> None:
        """Take a piece of text."""

    def read(self, archive: zipfile.ZipFile, path: str, limits: FileLimits) -> Self:
        """Read the part if the archive has it; raise UnreadableFile if it is larger than such a part may be."""
        if path in archive.NameToInfo:
            if self.is_small and archive.getinfo(path).file_size > limits.small_part_bytes:
                raise UnreadableFile(TOO_LARGE)
            PartReader(archive, path, self, limits=limits).read()
        return self


class _Relations(_Part):
    """A relationship part: id -> (kind of part, path in the archive)."""

    def __init__(self, folder: str) -> None:
        self.targets: dict[str, tuple[str, str]] = {}
        self._folder = folder

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        if name != "Relationship" or attributes.get("TargetMode") == "External" or len(self.targets) >= MOST_NAMES:
            return
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join(self._folder, target))
        self.targets[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)


class _Book(_Part):
    """The workbook part: its sheets in the order of their tabs, and its calendar."""

    def __init__(self, related: dict[str, tuple[str, str]]) -> None:
        self.sheets: list[Sheet] = []
        self.counts_from_1904 = False
        self._related = related

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif name == "sheet" and len(self.sheets) < MOST_NAMES:
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            kind, part = self._related.get(relation, ("", ""))
            if kind == "worksheet":
                self.sheets.append(
                    Sheet(attributes.get("name", ""), part, attributes.get("state", "visible") == "visible")
                )


class _Styles(_Part):
    """The style part: the numbers of the cell styles whose number format shows a day or an hour."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._formats = set(DATE_FORMAT_IDS)
        self._section = ""
        self._count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        if name in ("cellXfs", "cellStyleXfs", "dxfs"):
            self._section = name
        elif name == "numFmt" and self._section != "dxfs" and is_date_format(attributes.get("formatCode", "")):
            self._formats.add(int(attributes.get("numFmtId", "-1")))
        elif name == "xf" and self._section == "cellXfs":
            if int(attributes.get("numFmtId", "0")) in self._formats:
                self.dates.add(self._count)
            self._count += 1


class _SharedTexts(_Part):
    """The shared texts, without their phonetic readings."""

    is_small = False

    def __init__(self, limits: FileLimits) -> None:
        self.texts: list[str] = []
        self._left = limits.shared_characters
        self._pieces: list[str] = []
        self._takes = self._is_phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""
        if name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._takes = not self._is_phonetic

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "t":
            self._takes = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._add(unescape("".join(self._pieces)[:CELL_CHARACTERS]))
            self._pieces.clear()

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._takes and len(self._pieces) < MOST_PIECES:
            self._pieces.append(piece)

    def _add(self, text: str) -> None:
        self._left -= len(text) + 8  # a place in the list costs as well
        if self._left < 0:
            raise UnreadableFile(TOO_LARGE)
        self.texts.append(text)


def read_workbook(archive: zipfile.ZipFile, *, limits: FileLimits) -> Workbook:
    """Return the sheets in their order, the shared texts and the styles that mean a date."""
    top = _Relations("").read(archive, "_rels/.rels", limits).targets
    path = next((part for kind, part in top.values() if kind == "officeDocument"), "xl/workbook.xml")
    folder, name = split(path)
    related = _Relations(folder).read(archive, join(folder, "_rels", f"{name}.rels"), limits).targets
    book = _Book(related).read(archive, path, limits)
    parts = {kind: part for kind, part in related.values() if kind in ("sharedStrings", "styles")}
    return Workbook(
        sheets=tuple(book.sheets),
        shared=tuple(_SharedTexts(limits).read(archive, parts.get("sharedStrings", ""), limits).texts),
        date_styles=frozenset(_Styles().read(archive, parts.get("styles", ""), limits).dates),
        counts_from_1904=book.counts_from_1904,
    )


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a moment; elapsed time is a plain number.

    >>> is_date_format('[$-421]dd mmmm yyyy'), is_date_format('[h]:mm'), is_date_format('#,##0 "hari"')
    (True, False, False)
    """
    code = code[:FORMAT_CHARACTERS]
    if _ELAPSED.search(code):
        return False
    return re.search("[dmyhs]", _NOT_DATE_LETTERS.sub("", code), re.IGNORECASE) is not None


def unescape(text: str) -> str:
    r"""Undo the format's own escapes of characters that XML cannot hold.

    >>> unescape("a_x000A_b")
    'a\nb'
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
