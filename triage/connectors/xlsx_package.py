"""Reading the XML parts of an XLSX file as streams, within limits.

Every part is parsed as a stream by expat, never as a tree: in a tree a 4-byte cell costs 300 bytes, so that a file
of some kilobytes fills the memory (measured with openpyxl: 24 KB became 1.6 GB). Documents with a DTD are refused.
"""

import zipfile
from collections.abc import Iterator
from typing import Final, Protocol
from xml.parsers import expat

from triage.connectors.archive import ARCHIVE_ERRORS, BROKEN
from triage.connectors.tables import FileLimits
from triage.errors import UnreadableFile

CHUNK: Final = 64 * 1024
DEEPEST: Final = 100
MOST_NAMES: Final = 5_000

Attributes = dict[str, str]


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
        self.bytes_read = self._depth = 0
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
                    self.progress = min(self.bytes_read / size, 1.0)
                    yield
            self._parser.Parse(b"", True)
            yield
        except (*ARCHIVE_ERRORS, expat.ExpatError) as exc:
            raise UnreadableFile(BROKEN) from exc

    def read(self) -> None:
        """Parse the whole part."""
        for _ in self.chunks():
            pass

    def _feed(self, chunk: bytes) -> None:
        """Parse a chunk; refuse what expat would have to remember: an endless tag, or ever new names."""
        self._parser.Parse(chunk, False)
        self.bytes_read += len(chunk)
        if (
            self.bytes_read - max(self._parser.CurrentByteIndex, 0) > self._limits.tag_bytes
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
