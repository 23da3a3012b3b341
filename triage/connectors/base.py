"""What crosses the border to a platform: values in, values out, and the protocol a connector keeps.

Times are aware UTC. Ids are the platform's own, as text. No connector knows the database or HTTP views.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.errors import ConnectorError, PermanentFailure, TemporaryFailure

__all__ = [
    "Connector",
    "ConnectorError",
    "Incoming",
    "Outgoing",
    "PermanentFailure",
    "Refused",
    "Sent",
    "TemporaryFailure",
]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One comment as it came in; empty text means the source did not say."""

    external_id: str
    text: str
    posted_at: datetime
    author_name: str = ""
    author_id: str = ""
    post_id: str = ""
    post_caption: str = ""
    permalink: str = ""
    parent_id: str = ""
    row: int = 0
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """One row of a file that was not taken: its number in the file (the first row is 1), why, and what it held."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One public reply to send under the comment `parent_external_id`."""

    account_handle: str
    parent_external_id: str
    text: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform's receipt for one reply."""

    platform_id: str
    at: datetime


class Connector(Protocol):
    """One platform."""

    @property
    def platform(self) -> str:
        """Return the platform's code, as accounts name it."""

    def send(self, outgoing: Outgoing) -> Sent:
        """Publish a reply once for each idempotency key and return its receipt.

        Raises TemporaryFailure or PermanentFailure; after either of them nothing was published.
        """
