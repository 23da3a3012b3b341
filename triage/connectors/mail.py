"""E-mail to our own people, over SMTP: one connection a message, so that nothing is held open between two.

A failure says whether trying again may help. When the server falls silent after it has the whole message, nobody
knows whether it took it: that is a PermanentFailure, so that no machine sends twice what a person can look up.
"""

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Protocol

from triage.errors import PermanentFailure, TemporaryFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
TIMEOUT_S = 20
RETRY_LATER = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one person; `key` names it for ever, so that a copy can be known as such."""

    to: str
    subject: str
    text: str
    key: str


class Mailer(Protocol):
    """Whatever carries a letter."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over; raise TemporaryFailure or PermanentFailure."""


@dataclass(frozen=True, kw_only=True)
class SmtpMailer:
    """The office's mail server; without a user name it is not logged in to."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    security: str = STARTTLS
    timeout_s: float = TIMEOUT_S

    def send(self, letter: Letter) -> None:
        """Hand a letter to the server; raise TemporaryFailure or PermanentFailure."""
        message = self.message(letter)
        with self._told(), self._connected() as server:
            self._introduce(server)
            server.ehlo_or_helo_if_needed()
            self._expect(server.mail(self.sender))
            self._expect(server.rcpt(letter.to))
            self._hand_over(server, message.as_bytes(policy=SMTP))

    def message(self, letter: Letter) -> EmailMessage:
        """Return a letter as it travels; a machine that answers it will be told that it was no person."""
        domain = self.sender.rpartition("@")[2]
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message["Message-ID"] = f"<{letter.key}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    @contextmanager
    def _connected(self) -> "Iterator[smtplib.SMTP]":
        if self.security == TLS:
            safe = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=safe)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            yield server
        finally:
            server.close()

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.security == STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> None:
        try:
            self._expect(server.data(content))
        except smtplib.SMTPResponseException:  # an answer, if a bad one; smtplib makes it an OSError too
            raise
        except (smtplib.SMTPServerDisconnected, OSError) as exc:
            raise PermanentFailure(
                "Server e-mail diam setelah menerima pesan; tidak diketahui apakah terkirim. "
                "Tanyakan penerimanya, lalu kirim ulang bila belum sampai."
            ) from exc

    @staticmethod
    def _expect(answer: tuple[int, bytes]) -> None:
        code, words = answer
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, words)

    @contextmanager
    def _told(self) -> "Iterator[None]":
        """Turn what smtplib and the network say into our two failures."""
        try:
            yield
        except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as exc:
            raise PermanentFailure(
                f"Sambungan aman ke server e-mail {self.host} gagal. Periksa TANGGAP_MAIL_SECURITY dan sertifikatnya."
            ) from exc
        except smtplib.SMTPResponseException as exc:
            raise refusal(exc.smtp_code) from exc
        except (smtplib.SMTPException, OSError) as exc:
            raise TemporaryFailure(f"Server e-mail {self.host} tidak dapat dihubungi. Dicoba lagi nanti.") from exc


def refusal(code: int) -> TemporaryFailure | PermanentFailure:
    """Return the failure of a server's answer; its own words stay out, they may quote the message."""
    if code in RETRY_LATER:
        return TemporaryFailure(f"Server e-mail menunda pesan (kode {code}). Dicoba lagi nanti.")
    if code in (530, 534, 535, 538):
        return PermanentFailure(
            f"Server e-mail menolak masuk (kode {code}). Periksa TANGGAP_MAIL_USER dan TANGGAP_MAIL_PASSWORD."
        )
    return PermanentFailure(f"Server e-mail menolak pesan (kode {code}). Periksa alamat penerima dan pengirim.")
