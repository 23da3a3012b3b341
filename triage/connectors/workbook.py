"""Writing one sheet of text as XLSX, row by row, in the memory of one row.

Every cell is an inline string: no spreadsheet program takes it for a formula, whatever a citizen wrote.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from triage.connectors.tables import CELL_CHARACTERS

_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_sheet(path: Path, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write rows, the first of them headers that stay in view, as the only sheet of a workbook."""
    workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    workbook += f'<sheet name="{escape(title[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in {**PARTS, "xl/workbook.xml": workbook}.items():
            package.writestr(name, _HEAD + body)
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'.encode())
            sheet.write(b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>')
            sheet.write(b"</sheetView></sheetViews><sheetData>")
            for cells in rows:
                sheet.write(f"<row>{''.join(map(_cell, cells))}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")


def _cell(words: str) -> str:
    safe = escape(_REFUSED.sub("", words[:CELL_CHARACTERS])).replace("\r", "&#13;")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'
