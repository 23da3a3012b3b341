"""The archive that an XLSX file is, opened within limits, and its XML parts read as streams.

Every part is parsed as a stream by expat, never as a tree: in a tree a 4-byte cell costs 300 bytes, so that a file
of some kilobytes fills the memory (measured with openpyxl: 24 KB became 1.6 GB). Documents with a DTD are refused.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, Protocol
from xml.parsers import expat

from triage.connectors.kinds import REMEDY
from triage.connectors.tables import FileLimits
from triage.errors import UnreadableFile

CHUNK: Final = 64 * 1024
BROKEN: Final = f"Berkas Excel ini rusak atau terpotong. Unduh ulang, atau: {REMEDY}"
TOO_LARGE: Final = (
    "Isi berkas Excel ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas, atau simpan sebagai .csv."
)
LOCKED: Final = "Berkas Excel ini dikunci dengan kata sandi. Hapus kata sandinya, lalu simpan ulang sebagai .xlsx."
_ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
)

DEEPEST: Final = 100
MOST_NAMES: Final = 5_000

Attributes = dict[str, str]


def open_archive(path: str, *, limits: FileLimits) -> zipfile.ZipFile:
    """Open the archive once its directory shows that it is not a bomb; raise UnreadableFile otherwise."""
    try:
        archive = zipfile.ZipFile(path)
    except (*_ARCHIVE_ERRORS, OSError) as exc:
        raise UnreadableFile(BROKEN) from exc
    try:
        _check(archive.infolist(), limits)
    except UnreadableFile:
        archive.close()
        raise
    return archive


def _check(entries: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    is_dense = unpacked > 10_000_000 and unpacked > limits.unpacked_ratio * max(packed, 1)
    if len(entries) > limits.zip_entries or unpacked > limits.unpacked_bytes or is_dense:
        raise UnreadableFile(TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile(LOCKED)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise UnreadableFile(BROKEN)


class Handler(Protocol):
    """What a part's content is reported to; names come without their namespace prefix."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, piece: str) -> None:
        """Take a piece of text."""


class PartReader:
    """Feed one part of the archive to expat, in chunks, and report to the handler what it finds, within limits."""

    def __init__(self, archive: zipfile.ZipFile, part: str, handler: Handler, *, limits: FileLimits) -> None:
        self.progress = 0.0
        self._archive = archive
        self._part = part
        self._handler = handler
        self._limits = limits
        self._bytes = self._depth = 0
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = handler.text
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def chunks(self) -> Iterator[None]:
        """Parse chunk by chunk; after each one the handler has been told what it held."""
        try:
            size = max(self._archive.getinfo(self._part).file_size, 1)
            with self._archive.open(self._part) as file:
                while chunk := file.read(CHUNK):
                    self._feed(chunk)
                    self.progress = min(self._bytes / size, 1.0)
                    yield
            self._parser.Parse(b"", True)
            yield
        except (*_ARCHIVE_ERRORS, OSError, expat.ExpatError) as exc:
            raise UnreadableFile(BROKEN) from exc

    def read(self) -> None:
        """Parse the whole part."""
        for _ in self.chunks():
            pass

    def _feed(self, chunk: bytes) -> None:
        """Parse a chunk; refuse what expat would have to remember: an endless tag, or ever new names."""
        self._parser.Parse(chunk, False)
        self._bytes += len(chunk)
        if (
            self._bytes - max(self._parser.CurrentByteIndex, 0) > self._limits.tag_bytes
            or len(self._names) > MOST_NAMES
        ):
            raise UnreadableFile(BROKEN)

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableFile(BROKEN)
        self._handler.start(tag.rpartition(":")[2] if ":" in tag else tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(tag.rpartition(":")[2] if ":" in tag else tag)


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile(BROKEN)
