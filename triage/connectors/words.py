"""A citizen's words as they come in, whatever the way: what goes, what stays, and how long each part may be.

Words stay as they were written; only control characters and white space around them go. Lengths are in characters.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

TEXT_CHARACTERS: Final = 20_000
NAME_CHARACTERS: Final = 200
ID_CHARACTERS: Final = 200
LINK_CHARACTERS: Final = 1_000
CAPTION_CHARACTERS: Final = 5_000
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SEEN: Final = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_ROUNDED: Final = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)


def tidy(words: str) -> str:
    """Return words without control characters, broken halves of characters and white space around.

    Emoji, zero-width and right-to-left marks stay: they are part of what was written.
    """
    if not words.isprintable():
        words = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return words.strip()


def is_seen(text: str) -> bool:
    """Tell whether a text shows anything at all: blanks and invisible marks alone are no comment."""
    return _SEEN.search(text) is not None


def fit_id(words: str) -> str:
    """Return an id that fits: a long one keeps its start and gets a digest, one that Excel rounded is none."""
    if len(words) > ID_CHARACTERS:
        return words[: ID_CHARACTERS - 41] + "~" + digest(words)
    return "" if words[1:2] in {".", ","} and _ROUNDED.fullmatch(words) else words


def fit_link(words: str) -> str:
    """Return a web address that fits, or nothing: a cut one would lead elsewhere."""
    return words if len(words) <= LINK_CHARACTERS and _LINK.fullmatch(words) else ""


FIT: Final[dict[str, Callable[[str], str]]] = {
    "text": str,
    "external_id": fit_id,
    "author_name": lambda words: words[:NAME_CHARACTERS],
    "author_id": fit_id,
    "post_id": fit_id,
    "post_caption": lambda words: words[:CAPTION_CHARACTERS],
    "permalink": fit_link,
    "parent_id": fit_id,
}


def stable_id(values: Mapping[str, str], posted_at: datetime) -> str:
    """Return an id made of what a comment consists of, so that the same comment twice gives the same id."""
    author = values.get("author_id") or values.get("author_name", "")
    post = values.get("post_id") or values.get("post_caption", "")
    return "berkas-" + digest("\x1f".join((author, posted_at.isoformat(), post, values["text"])))


def digest(text: str) -> str:
    """Return 40 hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
