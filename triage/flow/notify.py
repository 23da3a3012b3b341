"""Notify: a written message is handed to the mail server once; a failure stays visible and can be sent again."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models import NoticeStatus
from triage.connectors.mail import Letter
from triage.errors import InvalidInput
from triage.queries import notices

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=5)
# Longer than the mail server may take: a sending that is older was broken off.
BROKEN_OFF_AFTER = timedelta(minutes=10)
BROKEN_OFF = (
    "Pengiriman terputus; tidak diketahui apakah terkirim. Tanyakan penerimanya, lalu kirim ulang bila belum sampai."
)


def start(session: Session, notice_id: int, *, now: datetime) -> Letter | None:
    """Take a message for sending; None when it is not its time; commits.

    A sending that was broken off may have arrived, so it is not repeated by itself: it fails, and a person decides.
    """
    notice = notices.locked(session, notice_id)
    if notice.status is NoticeStatus.SENDING and notice.try_at <= now:
        notice.status, notice.error = NoticeStatus.FAILED, BROKEN_OFF
        session.commit()
        return None
    if notice.status is not NoticeStatus.QUEUED or notice.try_at > now:
        session.rollback()
        return None
    notice.status, notice.attempts, notice.try_at = NoticeStatus.SENDING, notice.attempts + 1, now + BROKEN_OFF_AFTER
    session.add(notice)
    session.commit()
    return Letter(to=notice.address, subject=notice.subject, text=notice.body, key=notice.key)


def finish(session: Session, notice_id: int, *, now: datetime) -> None:
    """Note that the mail server took a message; commits."""
    notice = notices.locked(session, notice_id)
    notice.status, notice.sent_at, notice.error = NoticeStatus.SENT, now, ""
    session.add(notice)
    session.commit()


def put_off(session: Session, notice_id: int, reason: str, *, now: datetime) -> None:
    """Note that the mail server was not to be had: tried again after longer and longer pauses, then failed; commits."""
    notice = notices.locked(session, notice_id)
    is_over = notice.attempts >= MOST_ATTEMPTS
    notice.status, notice.error = NoticeStatus.FAILED if is_over else NoticeStatus.QUEUED, reason[:400]
    notice.try_at = now + FIRST_PAUSE * 2 ** (notice.attempts - 1)
    session.add(notice)
    session.commit()


def fail(session: Session, notice_id: int, reason: str) -> None:
    """Note that the mail server refused a message; commits."""
    notice = notices.locked(session, notice_id)
    notice.status, notice.error = NoticeStatus.FAILED, reason[:400]
    session.add(notice)
    session.commit()


def resend(session: Session, notice_id: int, *, now: datetime) -> None:
    """Queue a failed message again, to the person's present address; raise InvalidInput if it did not fail; commits."""
    notice = notices.locked(session, notice_id)
    address = notices.address_of(session, notice.user_id)
    if notice.status is not NoticeStatus.FAILED:
        raise InvalidInput("Hanya pesan yang gagal terkirim yang dapat dikirim ulang.")
    if not address:
        raise InvalidInput("Penerima ini tidak lagi punya alamat e-mail. Isi dulu di Registrasi.")
    notice.status, notice.address, notice.attempts, notice.try_at = NoticeStatus.QUEUED, address, 0, now
    session.add(notice)
    session.commit()
