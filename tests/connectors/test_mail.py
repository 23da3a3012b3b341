"""The mail connector against a real SMTP server on this machine: what arrives, and what each refusal becomes."""

import socket
import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from triage.connectors.mail import PLAIN, STARTTLS, TLS, Letter, SmtpMailer
from triage.errors import PermanentFailure, TemporaryFailure

LETTER = Letter(
    to="siti@dinkes.go.id",
    subject="Ringkasan Tanggap – 2 terlambat",
    text="Selamat pagi Bu Siti,\n\n2 kasus terlambat.\n.\nTitik sendiri tetap sampai.\n",
    key="digest-7-20261118",
)


class Box:
    """A mailbox that keeps what comes, and answers the recipient and the text as a test says."""

    def __init__(self, rcpt="250 OK", data="250 OK"):
        self.letters, self.rcpt, self.data = [], rcpt, data

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, _session, envelope):
        if self.data == "silence":
            server.transport.close()
            return "250 OK"
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return self.data


@contextmanager
def post_office(box, **given):
    office = Controller(box, hostname="127.0.0.1", port=free_port(), **given)
    office.start()
    try:
        yield office.port
    finally:
        office.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mailer(port, security=PLAIN, **given):
    return SmtpMailer(
        host="localhost", port=port, sender="tanggap@contoh.go.id", security=security, timeout_s=5, **given
    )


@pytest.fixture(scope="module")
def certificate():
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def server_side(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.issue_cert("localhost", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


@pytest.fixture
def trusted(certificate, tmp_path, monkeypatch):
    """Make this process trust the test's own authority, the way an operator does: by the environment."""
    certificate.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def test_a_letter_arrives_as_it_was_written():
    box = Box()
    with post_office(box) as port:
        mailer(port).send(LETTER)
    (found,) = box.letters
    assert (found["To"], found["From"]) == ("siti@dinkes.go.id", "tanggap@contoh.go.id")
    assert found["Subject"] == "Ringkasan Tanggap – 2 terlambat"
    assert found["Message-ID"] == "<digest-7-20261118@contoh.go.id>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_line_end_in_a_subject_makes_no_second_header():
    box = Box()
    with post_office(box) as port, pytest.raises(ValueError, match="linefeed"):
        mailer(port).send(Letter(to="a@b.go.id", subject="Hai\r\nBcc: semua@x.id", text="x", key="k"))
    assert box.letters == []


def test_starttls_and_a_password_are_used_together(server_side, trusted):
    box, seen = Box(), []

    def check(_server, _session, _envelope, _mechanism, given):
        seen.append(given)
        return AuthResult(success=given == LoginPassword(b"tanggap", b"rahasia"), handled=False)

    asked = {"tls_context": server_side, "require_starttls": True, "authenticator": check, "auth_required": True}
    with post_office(box, **asked) as port:
        mailer(port, STARTTLS, user="tanggap", password="rahasia").send(LETTER)
        with pytest.raises(PermanentFailure, match="TANGGAP_MAIL_PASSWORD"):
            mailer(port, STARTTLS, user="tanggap", password="keliru").send(LETTER)
    assert len(box.letters) == 1
    assert len(seen) >= 2


def test_tls_from_the_first_byte(server_side, trusted):
    box = Box()
    with post_office(box, ssl_context=server_side) as port:
        mailer(port, TLS).send(LETTER)
    assert len(box.letters) == 1


def test_a_server_whose_certificate_nobody_knows_gets_nothing(server_side):
    box = Box()
    with post_office(box, tls_context=server_side) as port, pytest.raises(PermanentFailure, match="sertifikat"):
        mailer(port, STARTTLS).send(LETTER)
    assert box.letters == []


def test_a_server_without_starttls_is_not_trusted_with_the_letter():
    box = Box()
    with post_office(box) as port, pytest.raises(PermanentFailure, match="TANGGAP_MAIL_SECURITY"):
        mailer(port, STARTTLS).send(LETTER)
    assert box.letters == []


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        pytest.param({"rcpt": "450 mailbox busy"}, TemporaryFailure, id="busy mailbox"),
        pytest.param({"rcpt": "550 no such user"}, PermanentFailure, id="unknown recipient"),
        pytest.param({"data": "451 try later"}, TemporaryFailure, id="put off after the text"),
        pytest.param({"data": "554 looks like spam"}, PermanentFailure, id="refused text"),
        pytest.param({"data": "silence"}, PermanentFailure, id="nobody knows whether it arrived"),
    ],
)
def test_what_the_server_says_decides_whether_another_try_helps(answers, failure):
    with post_office(Box(**answers)) as port, pytest.raises(failure) as told:
        mailer(port).send(LETTER)
    assert LETTER.to not in told.value.message
    assert "spam" not in told.value.message


def test_a_server_that_is_down_is_tried_again():
    with pytest.raises(TemporaryFailure, match="tidak dapat dihubungi"):
        mailer(free_port()).send(LETTER)
