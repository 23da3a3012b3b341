"""Long tables as files: what a spreadsheet reads is what was written, on as many sheets as it takes."""

import csv
from datetime import datetime

import openpyxl
import pytest

from triage.connectors.table_files import open_table
from triage.connectors.workbook import SheetsWriter

HEADERS = ("Kode", "Detik", "Pangsa", "Waktu", "Kata")
MOMENT = datetime(2026, 11, 6, 16, 0, 5)  # noqa: DTZ001  a sheet knows no zones
ROWS = [
    ("AB1", 3600, 0.25, MOMENT, "=HYPERLINK(1)"),
    ("AB2", 0, None, None, "baris satu\nbaris dua <b>&amp; \x07 🙏"),
    ("AB3", None, 1.0, MOMENT, "+6281"),
]
HARMLESS = ["=HYPERLINK(1)", "baris satu\nbaris dua <b>&amp;  🙏", "+6281"]


def written(path, rows=ROWS):
    with open_table(path, title="Kasus", headers=HEADERS) as table:
        table.write(rows)
    return path


def test_a_workbook_holds_numbers_moments_and_words_as_such(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx"))["Kasus"]
    found = list(sheet.iter_rows(values_only=True))
    assert found[0] == HEADERS
    assert found[1][:4] == ("AB1", 3600, 0.25, MOMENT)
    assert found[2][:4] == ("AB2", 0, None, None)
    assert [row[4] for row in found[1:]] == HARMLESS
    assert {cell.data_type for cell in sheet["E"]} == {"s"}  # of a formula it would be "f"


def test_a_csv_file_has_decimal_commas_and_runs_no_formula(tmp_path):
    with written(tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file, delimiter=";"))
    assert found[0] == list(HEADERS)
    assert found[1] == ["AB1", "3600", "0,25", "2026-11-06 16:00:05", "'=HYPERLINK(1)"]
    assert found[2][1:4] == ["0", "", ""]
    assert found[3][4] == "'+6281"


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (3, 1), (4, 2), (7, 3)])
def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path, rows, sheets):
    path = tmp_path / "b.xlsx"
    with SheetsWriter(path, title="Kasus: [semua]", headers=("n",), most_rows=4) as table:
        table.write([number] for number in range(rows))
    assert table.parts == sheets
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == sheets
    found = [list(sheet.iter_rows(values_only=True)) for sheet in book]
    assert [sheet[0] for sheet in found] == [("n",)] * sheets
    assert [row[0] for sheet in found for row in sheet[1:]] == list(range(rows))
