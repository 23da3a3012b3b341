"""Files that are no table of comments: each gets its own message with what to do, and nothing else ever escapes."""

import gzip
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from triage.connectors.base import Incoming, Refused
from triage.connectors.files import FileLimits, open_rows, sniff
from triage.errors import UnreadableFile

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def workbook():
    book = Workbook()
    for cells in (["ID", "Tanggal", "Komentar"], ["c1", datetime(2026, 3, 1), "Jalan rusak"]):  # noqa: DTZ001 cells have no zone
        book.active.append(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


WRONG = {
    "empty": (b"", "kosong"),
    "blank": (b" \r\n\t\n", "kosong"),
    "only a mark": (b"\xef\xbb\xbf", "kosong"),
    "only NUL": (bytes(500), "kosong"),
    "only headers": (b"ID;Tanggal;Komentar\n", "tanpa komentar"),
    "no headers": (b"1/3/2026;Halo semua\n2/3/2026;Halo\n", "judul kolom tidak ditemukan"),
    "one line of prose": (b"Jalan di depan rumah saya rusak", "judul kolom tidak ditemukan"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(50), "gambar"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(50), "gambar"),
    "program": (b"MZ\x90\x00" + bytes(50), "program"),
    "gzip": (gzip.compress(b"a;b"), "GZIP"),
    "old Excel": (OLE, "Excel lama"),
    "locked Excel": (OLE + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
    "binary Excel": (zipped("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
    "OpenDocument": (zipped("mimetype", "content.xml"), "OpenDocument"),
    "Word": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "archive": (zipped("a.csv"), "ZIP"),
    "empty archive": (zipped(), "ZIP"),
    "torn archive": (workbook()[:2_000], "rusak atau terpotong"),
    "HTML": (b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table>", "HTML"),
    "HTML table": (b"<TABLE border=1><tr>", "HTML"),
    "HTML in UTF-16": ("<!DOCTYPE html><p>".encode("utf-16"), "HTML"),
    "XML": (b'<?xml version="1.0"?><Workbook>', "XML"),
    "JSON list": (b'[{"message": "halo"}]', "JSON"),
    "JSON object": (b'{"data": []}', "JSON"),
    "binary": (bytes(range(256)) * 20, "bukan teks"),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_each_wrong_file_gets_its_own_message(put, content, message):
    with pytest.raises(UnreadableFile, match=message) as refusal:
        sniff(put(content, name="komentar.xlsx"))
    assert refusal.value.message.endswith(".")


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(put):
    with pytest.raises(UnreadableFile, match="lebih besar dari 1 MB"):
        sniff(put(b"a;b\n" * 300_000), limits=FileLimits(file_bytes=1_000_000))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "tidak-ada.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="tidak dapat dibaca"):
            sniff(path)


def test_too_many_columns_are_refused(put):
    with pytest.raises(UnreadableFile, match="lebih dari 200 kolom"):
        sniff(put("Tanggal,Komentar" + ",x" * 300 + "\n1/3/2026,Halo" + ",1" * 300 + "\n"))


SLOW = {
    "a million columns": b"Tanggal;Komentar" + b";" * 900_000 + b"\n1/3/2026;Halo\n",
    "a line of blanks for a time": b"Tanggal;Komentar\n1/3/2026" + b" " * 100_000 + b"x;Halo\n",
    "a time of digits": b"Tanggal;Komentar\n" + b"1" * 100_000 + b"x;Halo\n",
    "a line of quotes": b"Tanggal;Komentar\n" + b'"' * 100_001 + b"\n1/3/2026;Halo\n",
    "quotes in every line": b"Tanggal;Komentar\n" + b'1/3/2026;"\n' * 20_000,
    "brackets": b"Tanggal;Komentar\n1/3/2026;" + b"[" * 100_000 + b"\n",
    "title rows of blanks": b"\n" * 500_000 + b"Tanggal;Komentar\n1/3/2026;Halo\n",
}


@pytest.mark.parametrize("content", SLOW.values(), ids=SLOW)
def test_no_small_file_keeps_the_machine_busy(put, content):
    path = put(content)
    start = process_time()
    read_all(path)
    assert process_time() - start < 5


def read_all(path):
    """Read a file as the import does; return what came out, nothing if it was refused as a whole."""
    with suppress(UnreadableFile):
        return list(open_rows(path, sniff(path).mapping, zone=UTC, now=NOW))
    return []


CSV = 'ID;Tanggal;Komentar\nc1;2026-03-01;Halo 🙏\nc2;2026-03-01;"Jalan; rusak"\n'.encode()
TEXTS = st.text(st.sampled_from('ID;Tanggal,Komentar\n\r\t"|\0\ufeff\u20281/3=é🙏 '), max_size=200)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda tail: CSV + tail),
    st.binary(max_size=100).map(lambda head: head + CSV),
    TEXTS.map(lambda text: text.encode()),
    TEXTS.map(lambda text: b"Tanggal;Komentar\n" + text.encode("utf-16")),
    TEXTS.map(lambda text: text.encode("utf-16")),
)


@settings(deadline=None)  # the disk may be slow
@given(BYTES)
@example(CSV.replace(b"\n", b"\r"))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    rows = read_all(path)
    assert all(isinstance(item, Incoming | Refused) for item in rows)


WORKBOOK = workbook()


@settings(deadline=None)  # the disk may be slow
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_changed_bytes_is_read_or_refused(tmp_path_factory, place, change):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(WORKBOOK[:place] + change + WORKBOOK[place + len(change) :])
    rows = read_all(path)
    assert all(isinstance(item, Incoming | Refused) for item in rows)


PARTS = {name: zipfile.ZipFile(BytesIO(WORKBOOK)).read(name) for name in zipfile.ZipFile(BytesIO(WORKBOOK)).namelist()}


@settings(deadline=None)  # the disk may be slow
@given(st.sampled_from([name for name in PARTS if name.startswith("xl/")]), st.data())
def test_a_workbook_with_a_changed_part_is_read_or_refused(tmp_path_factory, name, data):
    part = PARTS[name]
    place = data.draw(st.integers(0, len(part) - 1))
    change = data.draw(
        st.binary(min_size=1, max_size=4) | st.sampled_from([b"<c>", b"</c>", b"-1", b"1e999", b"nan", b'"'])
    )
    path = tmp_path_factory.mktemp("any") / "file"
    with zipfile.ZipFile(path, "w") as archive:
        for other, content in PARTS.items():
            archive.writestr(other, part[:place] + change + part[place + len(change) :] if other == name else content)
    rows = read_all(path)
    assert all(isinstance(item, Incoming | Refused) for item in rows)
