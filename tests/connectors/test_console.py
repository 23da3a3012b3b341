"""The console connector: it keeps what it sends, once, and fails where it is told to."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.connectors.base import Outgoing, PermanentFailure, TemporaryFailure
from triage.connectors.console import ConsoleConnector, OrderedFailure

NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
REPLY = Outgoing("@dinas.contoh", "c-1", "Terima kasih 🙏, akan kami tindak lanjuti.", "reply-1")


def noon() -> datetime:
    return NOON


def lines(record: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


SEND_MANY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from triage.connectors.base import Outgoing
from triage.connectors.console import ConsoleConnector

console = ConsoleConnector(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
for n in range(25):
    print(console.send(Outgoing("@dinas.contoh", "c-1", "Terima kasih.", f"reply-{n}")))
"""


def test_a_sending_is_kept_as_one_line(tmp_path):
    record = tmp_path / "new" / "outbox.jsonl"
    sent = ConsoleConnector(record, clock=noon).send(REPLY)
    assert lines(record) == [
        {
            "key": "reply-1",
            "platform_id": sent.platform_id,
            "at": "2026-03-01T05:00:00+00:00",
            "account": "@dinas.contoh",
            "parent": "c-1",
            "text": REPLY.text,
        }
    ]


def test_a_key_seen_before_gives_the_first_receipt_also_to_a_new_process(tmp_path):
    record = tmp_path / "outbox.jsonl"
    first = ConsoleConnector(record, clock=noon).send(REPLY)
    later = ConsoleConnector(record, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    assert later.send(REPLY) == first
    assert len(lines(record)) == 1


def test_a_key_within_another_key_or_text_is_a_different_sending(tmp_path):
    console = ConsoleConnector(tmp_path / "outbox.jsonl", clock=noon)
    first = console.send(replace(REPLY, text='tentang "reply-2"'))
    assert console.send(replace(REPLY, idempotency_key="reply-2")) != first


def test_processes_that_send_the_same_replies_record_each_once(tmp_path):
    record = tmp_path / "outbox.jsonl"
    command = [sys.executable, "-c", SEND_MANY, str(record)]
    senders = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) for _ in range(2)]
    receipts = [sender.communicate()[0] for sender in senders]
    assert receipts[0] == receipts[1]
    assert [line["key"] for line in lines(record)] == [f"reply-{n}" for n in range(25)]


def test_a_line_torn_by_a_crash_is_not_taken_for_a_sending(tmp_path):
    record = tmp_path / "outbox.jsonl"
    console = ConsoleConnector(record, clock=noon)
    console.send(REPLY)
    with record.open("a", encoding="utf-8") as file:
        file.write('{"key": "reply-2", "platf')
    console.send(replace(REPLY, idempotency_key="reply-2"))
    assert [line["key"] for line in lines(record)] == ["reply-1", "reply-2"]


@pytest.mark.parametrize("match", ["@dinas.contoh", "tindak lanjuti"], ids=["by handle", "by words"])
def test_an_ordered_failure_records_nothing_and_a_resend_succeeds(tmp_path, match):
    record = tmp_path / "outbox.jsonl"
    console = ConsoleConnector(record, clock=noon, failures=[OrderedFailure(match)])
    with pytest.raises(TemporaryFailure, match="Coba kirim ulang"):
        console.send(REPLY)
    assert lines(record) == []
    assert console.send(REPLY).platform_id == "console-1"


def test_a_failure_ordered_for_ever_stays(tmp_path):
    failure = OrderedFailure("Terima kasih", PermanentFailure, times=None)
    console = ConsoleConnector(tmp_path / "outbox.jsonl", clock=noon, failures=[failure])
    for _ in range(3):
        with pytest.raises(PermanentFailure, match="tidak dapat dikirim"):
            console.send(REPLY)


def test_a_failure_ordered_for_others_does_not_touch_this_one(tmp_path):
    console = ConsoleConnector(tmp_path / "outbox.jsonl", clock=noon, failures=[OrderedFailure("@lain")])
    assert console.send(REPLY).at == NOON


def test_a_record_that_cannot_be_written_is_a_temporary_failure(tmp_path):
    (tmp_path / "outbox.jsonl").mkdir()
    with pytest.raises(TemporaryFailure, match="Periksa disk"):
        ConsoleConnector(tmp_path / "outbox.jsonl", clock=noon).send(REPLY)
