"""Writing tables as XLSX, row by row, in the memory of one row, straight into the file.

Words are inline strings: no spreadsheet program takes them for a formula, whatever a citizen wrote. A table longer
than a sheet goes on in the next one, under the same headers.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self
from xml.sax.saxutils import escape

from triage.connectors.tables import CELL_CHARACTERS

Cell = str | int | float | datetime | None
MOST_ROWS: Final = 1_048_576  # of a sheet, the headers among them
_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of a sheet, which knows no zones
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _MOMENT, _HEADER = 0, 1, 2  # places among the cell formats of _STYLES
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    "</fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    '<xf fontId="0"/><xf fontId="0" numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_sheet(path: Path, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write rows, the first of them headers that stay in view, as the only sheet of a workbook."""
    lines = iter(rows)
    with SheetsWriter(path, title=title, headers=next(lines)) as sheet:
        sheet.write(lines)


class SheetsWriter:
    """A workbook that takes rows one after the other; `parts` counts its sheets."""

    def __init__(self, path: Path, *, title: str, headers: Sequence[str], most_rows: int = MOST_ROWS) -> None:
        self.parts = 0
        self._title, self._headers, self._most_rows = _NOT_IN_TITLES.sub(" ", title), headers, most_rows
        self._package = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._sheet: IO[bytes] = self._begun()

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""
        for cells in rows:
            if self._rows == self._most_rows:
                self._end()
                self._sheet = self._begun()
            self._rows += 1
            self._sheet.write(f"<row>{''.join(map(_cell, cells))}</row>".encode())

    def _begun(self) -> IO[bytes]:
        self.parts, self._rows = self.parts + 1, 1
        # A sheet's length is not known before its end, so that its place must take a long one.
        sheet = self._package.open(f"xl/worksheets/sheet{self.parts}.xml", "w", force_zip64=True)
        sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'.encode())
        sheet.write(b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>')
        sheet.write(b'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" defaultColWidth="16"/><sheetData>')
        sheet.write(f"<row>{''.join(_words(header, _HEADER) for header in self._headers)}</row>".encode())
        return sheet

    def _end(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def close(self) -> None:
        """Finish the file."""
        self._end()
        for name, body in _parts(self._title, self.parts).items():
            self._package.writestr(name, _HEAD + body)
        self._package.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        return _words(cell)
    if isinstance(cell, datetime):
        return f'<c s="{_MOMENT}"><v>{(cell - _EPOCH).total_seconds() / 86_400:.9f}</v></c>'
    return f"<c><v>{cell!r}</v></c>"


def _words(words: str, style: int = _PLAIN) -> str:
    safe = escape(_REFUSED.sub("", words[:CELL_CHARACTERS])).replace("\r", "&#13;")
    look = f' s="{style}"' if style else ""
    return f'<c{look} t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _parts(title: str, sheets: int) -> dict[str, str]:
    """Return the small parts of a package that say what its sheets are."""
    numbers = range(1, sheets + 1)
    names = [title[:31], *(f"{title[:24]} ({number})" for number in numbers[1:])]
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        )
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    links = "".join(_link(number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _links(links + _link(sheets + 1, "styles", "styles.xml")),
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
    }


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
