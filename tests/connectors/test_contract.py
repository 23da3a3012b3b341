"""What every connector promises, whatever the platform: each test runs over all of them."""

from datetime import UTC, datetime, timedelta

import pytest

from triage.connectors.base import ConnectorError, Outgoing
from triage.connectors.console import ConsoleConnector, OrderedFailure

NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
BROKEN_HANDLE = "@akun.putus"


def console(tmp_path):
    failures = [OrderedFailure(BROKEN_HANDLE, times=None)]
    return ConsoleConnector(tmp_path / "outbox.jsonl", clock=lambda: NOON, failures=failures)


@pytest.fixture(params=[console], ids=["console"])
def connector(request, tmp_path):
    return request.param(tmp_path)


def outgoing(key="reply-1", *, handle="@dinas.contoh", text="Terima kasih."):
    return Outgoing(handle, "c-1", text, key)


def test_it_names_its_platform(connector):
    assert connector.platform
    assert connector.platform == connector.platform.lower()


def test_a_receipt_has_an_id_and_an_aware_utc_time(connector):
    sent = connector.send(outgoing())
    assert sent.platform_id
    assert sent.at.utcoffset() == timedelta(0)


def test_the_same_key_gives_the_same_receipt(connector):
    assert connector.send(outgoing()) == connector.send(outgoing())


def test_different_keys_give_different_receipts(connector):
    assert connector.send(outgoing("a")).platform_id != connector.send(outgoing("b")).platform_id


@pytest.mark.parametrize("text", ["🙏🙏", "شكرا", "baris\nkedua", "=1+1", "x" * 100_000], ids=lambda text: text[:9])
def test_it_sends_any_words(connector, text):
    assert connector.send(outgoing(text=text)).platform_id


def test_a_failure_says_in_words_what_to_do(connector):
    with pytest.raises(ConnectorError) as failure:
        connector.send(outgoing(handle=BROKEN_HANDLE))
    assert failure.value.message.endswith(".")
    assert "@" not in failure.value.message
