"""The background jobs that chase late work: letters are written every few minutes and sent one by one."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from triage.errors import ConnectorError, TemporaryFailure
from triage.extensions import db, mail
from triage.flow import digest, escalate, notify
from triage.jobs.queue import job, periodic
from triage.jobs.tasks import now, settings
from triage.queries import notices


@periodic("*/5 * * * *")
def chase() -> None:
    """Write the digests and warnings that are due, and send what waits; nothing happens without a mail server."""
    if mail.carrier is None:
        return
    found = settings()
    digest.queue_digests(db.session, desk(), hour=found.digest_hour, soon_days=found.due_soon_days, now=now())
    escalate.escalate(db.session, desk(), now=now())
    waiting = notices.due(db.session, now=now())
    db.session.rollback()
    for notice_id in waiting:
        send_notice.enqueue(notice_id)


@job
def send_notice(notice_id: int) -> None:
    """Hand one message to the mail server."""
    if mail.carrier is None:
        return
    letter = notify.start(db.session, notice_id, now=now())
    if letter is None:
        return
    try:
        mail.carrier.send(letter)
    except TemporaryFailure as exc:
        notify.put_off(db.session, notice_id, exc.message, now=now())
    except ConnectorError as exc:
        notify.fail(db.session, notice_id, exc.message)
    else:
        notify.finish(db.session, notice_id, now=now())


def desk() -> digest.Desk:
    """Return what letters need: the office's name and zone, and addresses that work from a mailbox."""
    found = settings()
    scheme, _, rest = found.base_url.partition("://")
    host, _, folder = rest.partition("/")
    addresses = current_app.url_map.bind(host, script_name=f"/{folder}", url_scheme=scheme)

    def link(endpoint: str, **values: Any) -> str:
        """Return the full address of a page."""
        given = {name: value for name, value in values.items() if value}
        return addresses.build(endpoint, given, force_external=True)

    return digest.Desk(office=found.office_name, zone=ZoneInfo(found.office_zone), link=link)
