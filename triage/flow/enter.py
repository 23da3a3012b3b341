"""Enter: words that a person typed or another system sent become a message that fits our tables.

They are tidied and measured as rows of a file are, so that the same comment is the same whatever its way in.
"""

from datetime import UTC, datetime
from typing import Any

from models import Source
from triage.connectors.base import Incoming as Incoming
from triage.connectors.dates import EARLIEST_YEAR, MOST_AHEAD
from triage.connectors.words import FIT, TEXT_CHARACTERS, digest, is_seen, stable_id
from triage.connectors.words import tidy as tidy
from triage.errors import InvalidInput

BY_HAND = Source.MANUAL


def message(words: dict[str, str], *, posted_at: datetime, now: datetime) -> Incoming:
    """Return a comment that a person typed or another system sent; raise InvalidInput with what to do.

    `words` are Incoming's texts by name; without an external id one is made of what the comment consists of.
    """
    values: dict[str, Any] = {name: FIT[name](tidy(value)) for name, value in words.items()}
    refuse_text(values["text"])
    moment = checked_moment(posted_at, now=now)
    values["external_id"] = values.get("external_id") or stable_id(values, moment)
    if values.get("post_caption") and not values.get("post_id"):
        values["post_id"] = f"unggahan-{digest(values['post_caption'])}"  # else every caption would join one post
    return Incoming(**values, posted_at=moment)


def refuse_text(text: str) -> None:
    """Raise InvalidInput for a text that shows nothing or cannot be one comment."""
    if not is_seen(text):
        raise InvalidInput("Isi komentar kosong. Salin teks komentar seperti yang ditulis warga.")
    if len(text) > TEXT_CHARACTERS:
        longest = f"{TEXT_CHARACTERS:,}".replace(",", ".")
        raise InvalidInput(f"Isi komentar lebih dari {longest} huruf. Periksa apakah ini satu komentar saja.")


def checked_moment(moment: datetime, *, now: datetime) -> datetime:
    """Return an aware moment in UTC; raise InvalidInput before EARLIEST_YEAR or after `now`."""
    if moment.year < EARLIEST_YEAR:
        raise InvalidInput(f"Waktu komentar sebelum tahun {EARLIEST_YEAR}. Periksa tahunnya.")
    if moment.year > now.year + 1 or moment.astimezone(UTC) - MOST_AHEAD > now:
        raise InvalidInput("Waktu komentar ada di masa depan. Periksa tanggal, jam dan zona waktunya.")
    return moment.astimezone(UTC)
