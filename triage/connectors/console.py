"""A platform of our own for trying things out: it keeps every sending as one JSON line in a file.

Sending is durable (fsync) and happens once for each key, also with several processes (file lock, POSIX only).
Failures can be ordered at construction, so that resending can be shown and tested with real code.
"""

import fcntl
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from triage.connectors.base import ConnectorError, Outgoing, PermanentFailure, Sent, TemporaryFailure


@dataclass(frozen=True, slots=True)
class OrderedFailure:
    """Fail sendings whose account handle is `match` or whose text holds it.

    Each idempotency key fails `times` times and succeeds after that; None fails for ever.
    """

    match: str
    error: type[ConnectorError] = TemporaryFailure
    times: int | None = 1


MESSAGES: Final[dict[type[ConnectorError], str]] = {
    TemporaryFailure: "Balasan belum terkirim: platform sedang tidak menjawab. Coba kirim ulang beberapa saat lagi.",
    PermanentFailure: "Balasan tidak dapat dikirim: komentar sudah tidak ada atau izin akun dicabut. "
    "Periksa komentar dan sambungan akunnya.",
}


class ConsoleConnector:
    """Record sendings in a file instead of publishing them."""

    platform: Final = "console"

    def __init__(self, record: Path, *, clock: Callable[[], datetime], failures: Sequence[OrderedFailure] = ()) -> None:
        self._record = record
        self._clock = clock
        self._failures = tuple(failures)
        self._failed: Counter[tuple[str, str]] = Counter()

    def send(self, outgoing: Outgoing) -> Sent:
        """Append the reply to the record, or return the receipt that its key already has."""
        self._record.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._record.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed
                _drop_torn_line(file)
                known = _find(file, outgoing.idempotency_key)
                if known is not None:
                    return known
                self._fail_if_ordered(outgoing)
                return self._append(file, outgoing)
        except OSError as exc:
            message = f"Balasan belum terkirim: catatan pengiriman tidak dapat ditulis ({exc.strerror}). Periksa disk."
            raise TemporaryFailure(message) from exc

    def _append(self, file: BinaryIO, outgoing: Outgoing) -> Sent:
        at = self._clock().astimezone(UTC)
        number = sum(1 for _ in _lines(file)) + 1
        sent = Sent(platform_id=f"console-{number}", at=at)
        line = {
            "key": outgoing.idempotency_key,
            "platform_id": sent.platform_id,
            "at": at.isoformat(),
            "account": outgoing.account_handle,
            "parent": outgoing.parent_external_id,
            "text": outgoing.text,
        }
        file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return sent

    def _fail_if_ordered(self, outgoing: Outgoing) -> None:
        for failure in self._failures:
            if failure.match != outgoing.account_handle and failure.match not in outgoing.text:
                continue
            seen = (failure.match, outgoing.idempotency_key)
            self._failed[seen] += 1
            if failure.times is None or self._failed[seen] <= failure.times:
                raise failure.error(MESSAGES.get(failure.error, MESSAGES[TemporaryFailure]))


def _lines(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _find(file: BinaryIO, key: str) -> Sent | None:
    needle = json.dumps(key, ensure_ascii=False).encode("utf-8", "replace")
    for line in _lines(file):
        if needle in line and (entry := json.loads(line))["key"] == key:
            return Sent(platform_id=entry["platform_id"], at=datetime.fromisoformat(entry["at"]))
    return None


def _drop_torn_line(file: BinaryIO) -> None:
    """Cut off a last line without its end: a process died while writing it, so nobody has its receipt."""
    end = 0
    for line in _lines(file):
        if line.endswith(b"\n"):
            end += len(line)
    file.truncate(end)
