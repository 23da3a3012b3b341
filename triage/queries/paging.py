"""Keyset paging: a page is found by the last row before it, so page 1,000 costs what page 1 costs."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from triage.errors import TriageError

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1


class BadCursor(TriageError):
    """The address names a page that cannot be read."""


@dataclass(frozen=True)
class Cursor:
    """The sort moment and id of the last row shown."""

    at: datetime
    row_id: int

    def encode(self) -> str:
        """Return the cursor for an address."""
        return base64.urlsafe_b64encode(json.dumps([self.at.isoformat(), self.row_id]).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Return the cursor of an address; raise BadCursor when it was mangled."""
        try:
            at, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            moment = datetime.fromisoformat(at)
            if moment.tzinfo is None or not 0 <= int(row_id) <= LARGEST_ID:
                raise ValueError("no row has this moment and id")
            return cls(moment.astimezone(UTC), int(row_id))
        except (ValueError, TypeError, OverflowError, binascii.Error) as exc:
            raise BadCursor("Halaman ini tidak dikenal. Buka kembali daftar dari awal.") from exc


Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows and the cursor of the next one."""

    rows: list[Row]
    next: str | None
