"""Telling the encoding of a text file from its bytes: UTF-8, UTF-16 with or without a mark, Windows-1252.

The whole file is looked at, in blocks, because the first letter beyond ASCII may come late. Bytes that the encoding
does not have become marks that no sound file holds, so that a broken row is known from a sound one (in UTF-16 the
mark is U+FFFD itself, so that a row which was broken before it came to us counts as broken too).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

BLOCK: Final = 1 << 20
_UTF8_LETTER: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII: Final = bytes(range(0x80))
_NO_LEAD: Final = bytes(range(0xC0))  # all but the bytes that start a letter beyond ASCII


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file: the codec, its name for people, the mark to skip, and whether no byte is bad."""

    codec: str
    name: str
    skip: int = 0
    errors: str = "surrogateescape"
    is_sound: bool = False

    @property
    def broken(self) -> re.Pattern[str]:
        """Return what bad bytes look like after decoding."""
        return re.compile("\ufffd" if self.errors == "replace" else "[\ud800-\udfff]")


def detect(path: Path) -> Encoding:
    """Return the encoding of a file; any bytes get one."""
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        return utf16(head) or _count(file)


def utf16(head: bytes) -> Encoding | None:
    """Return the kind of UTF-16 that a file starts as, if it is one."""
    for mark, codec, name in ((b"\xff\xfe", "utf-16-le", "UTF-16 LE"), (b"\xfe\xff", "utf-16-be", "UTF-16 BE")):
        if head.startswith(mark):
            return Encoding(codec, name, skip=2, errors="replace")
    return _utf16_without_mark(head)


def _utf16_without_mark(head: bytes) -> Encoding | None:
    """Tell UTF-16 by its empty bytes: headers and separators are ASCII, so every other byte is mostly NUL."""
    pairs = len(head) // 2
    if not pairs:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if odd > 0.3 and even < 0.05:
        return Encoding("utf-16-le", "UTF-16 LE", errors="replace")
    if even > 0.3 and odd < 0.05:
        return Encoding("utf-16-be", "UTF-16 BE", errors="replace")
    return None


def _count(file: BinaryIO) -> Encoding:
    """Choose between UTF-8 and Windows-1252: which explains more of the bytes beyond ASCII."""
    has_mark = file.read(3) == codecs.BOM_UTF8
    file.seek(3 if has_mark else 0)
    letters = strays = 0
    for block in _blocks(file):
        if block.isascii():
            continue
        if _is_sound(block):
            letters += len(block.translate(None, _NO_LEAD))
            continue
        found = _UTF8_LETTER.findall(block)
        letters += len(found)
        strays += len(block.translate(None, _ASCII)) - sum(map(len, found))
    if has_mark:
        return Encoding("utf-8", "UTF-8 dengan BOM", skip=3, is_sound=not strays)
    return Encoding("utf-8", "UTF-8", is_sound=not strays) if letters >= strays else Encoding("cp1252", "Windows-1252")


def _is_sound(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the file in blocks that do not cut a UTF-8 letter in two."""
    rest = b""
    while block := file.read(BLOCK):
        block = rest + block
        end = len(block)
        while end > len(block) - 4 and end > 0 and block[end - 1] >= 0x80:
            end -= 1
        rest = block[end:]
        yield block[:end]
    yield rest
