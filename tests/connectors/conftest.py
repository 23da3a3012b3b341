"""Files as people have them, written for one test, and the short way to read them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.connectors.base import Incoming, Refused
from triage.connectors.files import Mapping, open_rows, sniff

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = "ID Komentar;Tanggal;Nama Pengguna;Komentar;ID Unggahan;Tautan"
Read = Callable[..., list[Incoming | Refused]]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of bytes, or of text in an encoding, and return its path."""

    def write(content: str | bytes, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def read() -> Read:
    """Read a file by the mapping that is guessed, or the one that is given."""

    def rows(path: Path, mapping: Mapping | None = None, **options: object) -> list[Incoming | Refused]:
        chosen = mapping or sniff(path).mapping
        return list(open_rows(path, chosen, **{"zone": JAKARTA, "now": NOW, **options}))

    return rows
