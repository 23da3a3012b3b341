"""Telling from its first bytes what a file is, whatever its name says, and saying what to do with a wrong one."""

import re
from pathlib import Path
from typing import Final

from triage.connectors.archive import REMEDY, open_archive
from triage.connectors.decoding import utf16
from triage.connectors.tables import FileLimits, Kind
from triage.errors import UnreadableFile

HEAD_BYTES: Final = 64 * 1024
EMPTY: Final = "Berkas kosong. Pilih berkas yang berisi baris judul kolom dan komentar."
OLD_EXCEL: Final = f"Ini berkas Excel lama (.xls). {REMEDY}"
LOCKED_EXCEL: Final = (
    f"Berkas Excel ini dikunci dengan kata sandi. Hapus kata sandinya, lalu simpan sebagai .xlsx. {REMEDY}"
)
HTML: Final = f"Ini halaman web (HTML), meskipun namanya berakhiran lain. {REMEDY}"
XML: Final = f"Ini berkas XML, bukan tabel. {REMEDY}"
JSON: Final = "Ini berkas JSON, bukan tabel. Unduh ulang sebagai CSV atau Excel (.xlsx), atau kirim lewat API."
BINARY: Final = "Berkas ini bukan teks dan bukan Excel. Pilih berkas .xlsx atau .csv."
_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "Ini berkas PDF, bukan tabel. Minta data aslinya sebagai .xlsx atau .csv."),
    (b"\x89PNG", "Ini gambar (PNG), bukan tabel. Pilih berkas .xlsx atau .csv."),
    (b"\xff\xd8\xff", "Ini gambar (JPEG), bukan tabel. Pilih berkas .xlsx atau .csv."),
    (b"GIF8", "Ini gambar (GIF), bukan tabel. Pilih berkas .xlsx atau .csv."),
    (b"MZ", "Ini program Windows, bukan tabel. Jangan dibuka; pilih berkas .xlsx atau .csv."),
    (b"\x7fELF", "Ini program, bukan tabel. Pilih berkas .xlsx atau .csv."),
    (b"\x1f\x8b", "Ini arsip GZIP. Keluarkan isinya dulu, lalu pilih berkas .xlsx atau .csv."),
    (b"Rar!", "Ini arsip RAR. Keluarkan isinya dulu, lalu pilih berkas .xlsx atau .csv."),
    (b"7z\xbc\xaf", "Ini arsip 7-Zip. Keluarkan isinya dulu, lalu pilih berkas .xlsx atau .csv."),
    (b"SQLite format 3\x00", "Ini basis data SQLite. Ekspor tabelnya sebagai .csv."),
    (b"{\\rtf", f"Ini dokumen RTF. {REMEDY}"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LATIN_MARK: Final = "\xef\xbb\xbf"  # how the mark of UTF-8 reads in Latin-1
_MARKUP: Final = re.compile(
    r"\s*<(?:(!doctype html|html|head|body|table|meta|style|div)|(\?xml|\w+[\s>]))", re.IGNORECASE
)
_JSON: Final = re.compile(r"\s*(?:\[\s*[\[{]|\{\s*[\"}])")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROLS: Final = 0.02
FEW_CONTROLS: Final = 20  # a small file may hold some and still be text


def kind_of(path: Path, *, limits: FileLimits) -> Kind:
    """Return what the file is; raise UnreadableFile, with what to do, for everything that is no table."""
    if path.stat().st_size > limits.file_bytes:
        raise UnreadableFile(
            f"Berkas lebih besar dari {limits.file_bytes // 1_000_000} MB. Bagi menjadi beberapa berkas."
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, limits)
    if head.startswith(_OLE):
        raise UnreadableFile(LOCKED_EXCEL if _is_locked(path) else OLD_EXCEL)
    for signature, message in _SIGNATURES:
        if head.startswith(signature) and (len(signature) > 2 or b"\x00" in head[:64]):
            raise UnreadableFile(message)
    _refuse_other_text(head)
    return "csv"


def _refuse_other_text(head: bytes) -> None:
    encoding = utf16(head)
    text = head.decode(encoding.codec, "replace") if encoding else head.decode("latin-1").removeprefix(_LATIN_MARK)
    text = text.removeprefix("\ufeff")
    if not text.strip(" \t\r\n\x00"):
        raise UnreadableFile(EMPTY)
    if markup := _MARKUP.match(text):
        raise UnreadableFile(HTML if markup[1] or "<html" in text[:2000].lower() else XML)
    if _JSON.match(text):
        raise UnreadableFile(JSON)
    if len(_CONTROLS.findall(text)) > max(FEW_CONTROLS, _MOST_CONTROLS * len(text)):
        raise UnreadableFile(BINARY)


def _is_locked(path: Path) -> bool:
    """Tell a workbook with a password, which is an encrypted stream in the old container, from an old workbook."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def _kind_of_zip(path: Path, limits: FileLimits) -> Kind:
    with open_archive(path, limits=limits) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("xl/") for n in names)):
        if "xl/workbook.bin" in names:
            raise UnreadableFile(f"Ini berkas Excel biner (.xlsb). {REMEDY}")
        return "xlsx"
    if "content.xml" in names:
        raise UnreadableFile(f"Ini berkas OpenDocument (.ods). {REMEDY}")
    if any(name.startswith("word/") for name in names):
        raise UnreadableFile("Ini dokumen Word, bukan tabel. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx.")
    raise UnreadableFile("Ini arsip ZIP. Keluarkan isinya dulu, lalu pilih berkas .xlsx atau .csv.")
