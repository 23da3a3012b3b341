"""Labelled texts as people send them: each row is a label or a refusal with its reason."""

import json

import openpyxl
import pytest

from triage.connectors.base import Refused
from triage.connectors.labelled import Labelled, LabelReader, Vocabulary
from triage.connectors.spreadsheet import formula_safe
from triage.connectors.workbook import write_sheet
from triage.errors import UnreadableFile

WORDS = Vocabulary(
    {"complaint": "complaint", "pengaduan": "complaint", "pujian": "praise"},
    {"dinkes": "DINKES", "dinas kesehatan": "DINKES", "unknown": ""},
)


def read(tmp_path, body, name="label.csv"):
    path = tmp_path / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    reader = LabelReader(path, WORDS)
    return list(reader), reader


@pytest.mark.parametrize(
    "body",
    [
        "text,intent,unit,account,guideline\nLampu padam,complaint,DINKES,DINKES,v1\n",
        "Teks;Jenis;Unit;Akun;Pedoman\r\nLampu padam;Pengaduan;Dinas Kesehatan;dinkes;v1\r\n",
        '{"text": "Lampu padam", "intent": "complaint", "unit": "DINKES", "account": "dinkes", "guideline": "v1"}\n\n',
        '\ufeff{"teks": "Lampu padam", "jenis": "pengaduan", "unit": "dinkes", "akun": "DINKES", "pedoman": "v1"}',
    ],
    ids=["English CSV", "Indonesian CSV", "JSON lines", "JSON lines with a mark"],
)
def test_a_label_is_read_from_each_form(tmp_path, body):
    (found,), reader = read(tmp_path, body)
    assert (found.text, found.intent, found.unit) == ("Lampu padam", "complaint", "DINKES")
    assert (found.account, found.guideline) == ("DINKES", "v1")
    assert (reader.rows_read, reader.progress) == (1, 1.0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(",complaint,DINKES", "Isi komentar kosong", id="no text"),
        pytest.param("Lampu,spam,DINKES", "Jenis “spam” tidak dikenal", id="unknown class"),
        pytest.param("Lampu,complaint,DINKOSONG", "Unit “DINKOSONG” tidak dikenal", id="unknown unit"),
        pytest.param("Lampu,,", "tanpa jenis dan tanpa unit", id="no label"),
        pytest.param("x" * 20_001 + ",complaint,", "lebih dari 20.000", id="too long"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_costs_nothing_else(tmp_path, row, reason):
    (bad, good), _ = read(tmp_path, f"text,intent,unit\n{row}\nMantap,pujian,unknown\n")
    assert isinstance(bad, Refused)
    assert reason in bad.reason
    assert bad.row == 2
    assert (good.intent, good.unit) == ("praise", "")


@pytest.mark.parametrize("line", ["{bukan json}", "[1]", '{"text": 3, "intent": "pujian"}', "[" * 5000, '{"text": "a"'])
def test_a_broken_json_line_is_refused_alone(tmp_path, line):
    good = json.dumps({"text": "Mantap", "intent": "pujian"})
    found, _ = read(tmp_path, f"{good}\n{line}\n{good}\n", "label.jsonl")
    assert [isinstance(row, Labelled) for row in found] == [True, False, True]
    assert "JSON" in found[1].reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("jenis,unit\npujian,DINKES\n", "Kolom teks", id="no text column"),
        pytest.param("teks,tanggal\nMantap,2026-01-01\n", "Kolom label", id="no label column"),
        pytest.param("", "kosong", id="empty"),
        pytest.param(b"%PDF-1.7 apa saja", "PDF", id="no table"),
    ],
)
def test_a_file_without_labels_is_refused_as_a_whole(tmp_path, body, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path, body)


def test_a_workbook_written_here_is_read_by_others_and_by_us_and_holds_no_formula(tmp_path):
    texts = ["=HYPERLINK(1)", "a,-b", 'kata "kutip" & <tag>', "dua\nbaris", "emoji 🙏", "mark\x0b\ud800"]
    path = tmp_path / "label.xlsx"
    write_sheet(path, "label", [("teks", "jenis"), *((formula_safe(text), "pujian") for text in texts)])
    cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    assert [row.text for row in LabelReader(path, WORDS)] == [*texts[:5], "mark"]
