"""CSV that opens in a spreadsheet program without running a citizen's words."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.connectors.base import Refused
from triage.connectors.files import open_rows, sniff
from triage.connectors.spreadsheet import RefusedWriter, formula_safe, without_escape

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+6281", "'+6281"),
        ("-5", "'-5"),
        ("@bupati tolong", "'@bupati tolong"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1+1", "'＝1+1"),
        ("halo;=1+1", "halo;'=1+1"),
        ('halo,"=1+1', "halo,\"'=1+1"),
        ("baris\n=1+1", "baris\n'=1+1"),
        ("2+2=4, kan?", "2+2=4, kan?"),
        ("jam 8 - 10; @min", "jam 8 - 10; @min"),
        ("", ""),
        ("🙏", "🙏"),
    ],
)
def test_a_cell_is_made_harmless_and_otherwise_left_alone(cell, safe):
    assert formula_safe(cell) == safe


@given(st.text(alphabet="=+-@;,\"'\t\r\na ＝", max_size=20), st.sampled_from(";,\t"))
def test_no_way_of_splitting_a_row_finds_a_formula(cell, separator):
    row = f"1,{formula_safe(cell)}".replace('"', '""')
    parts = [part.lstrip('"') for line in row.splitlines() for part in line.split(separator)]
    assert not [part for part in parts if part.startswith(("=", "+", "-", "@", "＝"))]


@given(st.text(max_size=20))
def test_the_escape_comes_off_again(cell):
    is_formula = cell.startswith(("=", "+", "-", "@"))
    assert not is_formula or without_escape("'" + cell) == cell


@pytest.mark.parametrize("cell", ["'kata'", "''=1", "'", "a'=1", "' =1"])
def test_an_apostrophe_that_is_no_escape_stays(cell):
    assert without_escape(cell) == cell


def write(path: Path, *refused: Refused) -> None:
    with RefusedWriter(path, headers=("Tanggal", "Komentar")) as writer:
        for row in refused:
            writer.write(row)


def test_refused_rows_keep_their_number_reason_and_cells(tmp_path):
    write(tmp_path / "r.csv", Refused(7, "Tanggal kosong", ("", "Jalan; rusak\nparah")), Refused(9, "Pendek", ("x",)))
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows == [
        ["baris", "alasan", "Tanggal", "Komentar"],
        ["7", "Tanggal kosong", "", "Jalan; rusak\nparah"],
        ["9", "Pendek", "x"],
    ]


def test_refused_rows_carry_no_formula_and_survive_broken_letters(tmp_path):
    write(tmp_path / "r.csv", Refused(2, "=1", ("=cmd|' /C calc'!A0", "\udcff rusak")))
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    assert "2;'=1;'=cmd|' /C calc'!A0;? rusak" in text


def test_refused_rows_can_be_corrected_and_imported_again(tmp_path):
    write(tmp_path / "r.csv", Refused(7, "Tanggal kosong", ("01/03/2026", "=Jalan rusak parah")))
    preview = sniff(tmp_path / "r.csv")
    (comment,) = open_rows(tmp_path / "r.csv", preview.mapping, zone=UTC, now=NOW)
    assert comment.text == "=Jalan rusak parah"
