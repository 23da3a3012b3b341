"""Reading a log of what happened: one JSON object a line, in any order, each with its original time.

A line that cannot be is refused with its number and the reason; the others are taken all the same. Lines are read
one by one, so that the length of a file costs no memory.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from triage.connectors.base import Refused
from triage.connectors.dates import EARLIEST_YEAR, MOST_AHEAD
from triage.connectors.words import TEXT_CHARACTERS, digest, fit_id, tidy
from triage.errors import UnreadableFile

# In the order in which they count when they bear the same time: the citizen, who holds the case, what we did.
TYPES: Final = (
    "comment", "reopen", "route", "assign", "resume", "reply", "note", "pause", "hide", "withdraw",
    "no_answer_needed", "resolve",
)  # fmt: skip
WORDS: Final = ("case", "platform", "account", "post", "author", "external_id", "text", "unit", "reason")
MARKS: Final = ("substantive", "automatic", "native", "approved")
LONGEST_LINE: Final = 200_000  # bytes
LONGEST_WORD: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened; empty words and None were not said. `digest` is the same for the same line."""

    number: int
    at: datetime
    type: str
    case: str = ""
    platform: str = ""
    account: str = ""
    post: str = ""
    author: str = ""
    external_id: str = ""
    text: str = ""
    unit: str = ""
    reason: str = ""
    substantive: bool | None = None
    automatic: bool | None = None
    native: bool | None = None
    approved: bool | None = None
    digest: str = ""

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Return the place among other lines: by time, then by type, and the same however the file is sorted."""
        return self.at, TYPES.index(self.type), self.digest


class Unusable(ValueError):
    """Say why a line cannot be taken."""


def read_lines(path: Path, *, now: datetime) -> Iterator[tuple[int, Line | Refused]]:
    """Yield each line with its place in the file, in bytes; raise UnreadableFile for what is no text at all."""
    try:
        with path.open("rb") as file:
            if b"\x00" in file.read(4096):
                raise UnreadableFile("Berkas ini bukan teks. Kirim berkas JSONL: satu objek JSON pada setiap baris.")
            file.seek(0)
            place = number = 0
            while raw := file.readline(LONGEST_LINE + 1):
                start, place, number = place, place + len(raw), number + 1
                if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                    place = _skip_line(file, place)
                if raw.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield start, taken(raw, number, now=now)
    except OSError as exc:
        raise UnreadableFile(f"Berkas {path.name} tidak dapat dibuka ({exc.strerror}). Periksa letaknya.") from exc


def line_at(file: Any, place: int, number: int, *, now: datetime) -> Line | Refused:
    """Return a line again from its place in an open file."""
    file.seek(place)
    return taken(file.readline(LONGEST_LINE + 1), number, now=now)


def taken(raw: bytes, number: int, *, now: datetime) -> Line | Refused:
    """Return a line, or why it is refused."""
    try:
        if len(raw) > LONGEST_LINE:
            raise Unusable(f"Baris lebih panjang dari {LONGEST_LINE} bita.")
        return line_of(_record(raw), number, now=now)
    except Unusable as exc:
        return Refused(number, str(exc), (tidy(raw[:2000].decode("utf-8", errors="replace")),))


def line_of(record: dict[str, Any], number: int, *, now: datetime) -> Line:
    """Return a line from its values by name; raise Unusable."""
    kind = record.get("type")
    if kind not in TYPES:
        raise Unusable(f"Jenis kejadian {_shown(kind)} tidak dikenal. Pakai salah satu: {', '.join(sorted(TYPES))}.")
    values: dict[str, Any] = {name: _word(record, name) for name in WORDS}
    values |= {name: _mark(record, name) for name in MARKS}
    line = Line(number=number, at=_moment(record.get("at"), now=now), type=kind, **values)
    said = (str(getattr(line, field.name)) for field in fields(Line) if field.name not in ("number", "digest"))
    object.__setattr__(line, "digest", digest("\x1f".join(said)))
    return line


def as_json(line: Line) -> str:
    """Return a line as it could stand in a log."""
    said = {name: getattr(line, name) for name in ("type", *WORDS, *MARKS)}
    return json.dumps(
        {"at": line.at.isoformat()} | {name: value for name, value in said.items() if value not in ("", None)},
        ensure_ascii=False,
    )


def subject_of(line: Line) -> str:
    """Return what the lines about one case have in common; '' if a line does not say which case it is about.

    That is the reference, or else account, post and citizen; a comment that names neither is a case of its own.
    """
    if line.case:
        return f"r\x1f{line.case}"
    if line.type not in ("comment", "withdraw") or not (line.author and line.account):
        return f"c\x1f{line.digest}" if line.type == "comment" else ""
    return "\x1f".join(("t", line.platform.lower(), line.account.upper(), line.post, line.author))


def _record(raw: bytes) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise Unusable("Baris ini bukan teks UTF-8.") from exc
    except (ValueError, RecursionError) as exc:
        raise Unusable("Baris ini bukan JSON yang benar. Periksa tanda kutip, koma dan kurungnya.") from exc
    if not isinstance(record, dict):
        raise Unusable("Baris ini bukan objek JSON. Tulis {...} dengan nama dan isinya.")
    return record


def _moment(value: Any, *, now: datetime) -> datetime:
    if not isinstance(value, str) or not value.strip():
        raise Unusable("Waktu (at) tidak ada. Tulis misalnya 2026-03-01T08:15:00+07:00.")
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            raise Unusable(f"Waktu {_shown(value)} tidak menyebut zona. Tambahkan misalnya +07:00.")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        if isinstance(exc, Unusable):
            raise
        raise Unusable(f"Waktu {_shown(value)} tidak terbaca. Tulis misalnya 2026-03-01T08:15:00+07:00.") from exc
    if moment.year < EARLIEST_YEAR:
        raise Unusable(f"Waktu {_shown(value)} sebelum tahun {EARLIEST_YEAR}. Periksa tahunnya.")
    if moment - MOST_AHEAD > now:
        raise Unusable(f"Waktu {_shown(value)} ada di masa depan. Periksa tanggal dan zonanya.")
    return moment


def _word(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unusable(f"Isi {name} harus berupa teks.")
    found = tidy(str(value))
    if name == "text" and len(found) > TEXT_CHARACTERS:
        raise Unusable(f"Isi text lebih dari {TEXT_CHARACTERS} huruf.")
    if name == "external_id":
        return fit_id(found)
    return found if name in ("text", "reason") else _short(name, found)


def _short(name: str, found: str) -> str:
    if len(found) > LONGEST_WORD:
        raise Unusable(f"Isi {name} lebih dari {LONGEST_WORD} huruf.")
    return found


def _mark(record: dict[str, Any], name: str) -> bool | None:
    value = record.get(name)
    if value is not None and not isinstance(value, bool):
        raise Unusable(f"Isi {name} harus true atau false.")
    return value


def _shown(value: Any) -> str:
    return f"“{str(value)[:60]}”"


def _skip_line(file: Any, place: int) -> int:
    while piece := file.readline(LONGEST_LINE):
        place += len(piece)
        if piece.endswith(b"\n"):
            break
    return place
