"""Opening the archive that an XLSX file is, once its directory shows that it is not a bomb.

The directory itself is measured before it is read: its entries cost far more in memory than in the file.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from triage.connectors.tables import FileLimits
from triage.errors import UnreadableFile

REMEDY: Final = "Buka di Excel atau LibreOffice, lalu simpan sebagai .xlsx atau .csv."
BROKEN: Final = f"Berkas Excel ini rusak atau terpotong. Unduh ulang berkasnya. {REMEDY}"
TOO_LARGE: Final = (
    "Isi berkas ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas, atau simpan sebagai .csv."
)
LOCKED: Final = "Berkas Excel ini dikunci dengan kata sandi. Hapus kata sandinya, lalu simpan ulang sebagai .xlsx."
ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
    OSError,
)
ENTRY_BYTES: Final = 1_000  # of one entry in the directory, at the most
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"  # for archives over 4 GB, whose sizes stand elsewhere
_TAIL_BYTES: Final = 22 + 65_535  # the end record with the longest comment


def open_archive(path: Path, *, limits: FileLimits) -> zipfile.ZipFile:
    """Return the open archive; raise UnreadableFile if it is broken, locked or beyond the limits."""
    if _directory_bytes(path) > limits.zip_entries * ENTRY_BYTES:
        raise UnreadableFile(TOO_LARGE)
    try:
        archive = zipfile.ZipFile(path)
    except ARCHIVE_ERRORS as exc:
        raise UnreadableFile(BROKEN) from exc
    try:
        _check(archive.infolist(), limits)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def _directory_bytes(path: Path) -> int:
    """Return the size of the directory as the end record gives it."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or _END_64 in tail[max(end - 20, 0) : end]:
        raise UnreadableFile(BROKEN)
    return int.from_bytes(tail[end + 12 : end + 16], "little")


def _check(entries: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    is_dense = unpacked > 10_000_000 and unpacked > limits.unpacked_ratio * max(packed, 1)
    if len(entries) > limits.zip_entries or unpacked > limits.unpacked_bytes or is_dense:
        raise UnreadableFile(TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile(LOCKED)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise UnreadableFile(BROKEN)
