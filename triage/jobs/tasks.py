"""The background jobs: ids in, flow, the next job. The clock is read here; the work is in flow/."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import current_app

from triage.errors import ConnectorError, TemporaryFailure, UnreadableFile
from triage.extensions import Serving, UnsoundModel, db, model_shelf, platforms
from triage.flow import ingest, receive, reply, route
from triage.jobs.backlog import Backlog
from triage.jobs.queue import job
from triage.queries import cases, directory, intake, runs

DATA = Path(__file__).parent.parent.parent / "data"
MOST_ATTEMPTS = 5
log = logging.getLogger("tanggap")


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def settings() -> Any:
    """Return the application's settings."""
    return current_app.config["TANGGAP"]


@job
def run_import(import_id: int) -> None:
    """Read a confirmed file into comments and cases, batch by batch, and classify what it brought on the way."""
    record = receive.start_import(db.session, import_id, now=now())
    if record is None:
        return
    zone = intake.account(db.session, record.account_id).zone
    try:
        with backlog() as waiting:
            for batch in receive.batches(record, zone=zone, now=now()):
                take_batch(batch)
                waiting.step(now())
            receive.finish_import(db.session, import_id, now=now())
            waiting.finish(now)
    except UnreadableFile as exc:
        db.session.rollback()
        receive.finish_import(db.session, import_id, error=exc.message, now=now())
    classify_waiting.enqueue()


def take_batch(batch: receive.Batch) -> None:
    """Store one piece of a file and show how far the import is."""
    if batch.incoming:
        ingest.ingest(
            db.session,
            batch.account_id,
            batch.incoming,
            source=batch.source,
            salt=settings().author_salt,
            reopen_days=settings().reopen_working_days,
            import_id=batch.import_id,
            now=now(),
        )
    receive.note_progress(db.session, batch.import_id, batch, now=now())


@job
def take_delivery(event_id: int) -> None:
    """Read a stored delivery of another system into comments and cases."""
    event = intake.delivery(db.session, event_id)
    if event.processed_at is None:
        ingest.ingest(
            db.session,
            event.account_id,
            receive.messages_of(event),
            source=receive.DELIVERED,
            salt=settings().author_salt,
            reopen_days=settings().reopen_working_days,
            now=now(),
        )
        receive.finish_delivery(db.session, event_id, now=now())
    classify_waiting.enqueue()


@job
def classify_waiting() -> None:
    """Classify and route everything that waits, in batches; without a model the comments wait."""
    classify_all(now)
    while route.route(db.session, limit=settings().batch_size, now=now()):
        pass


def classify_all(clock: Callable[[], datetime]) -> None:
    """Classify and route every comment that waits, at the moments a clock tells."""
    with backlog() as waiting:
        waiting.finish(clock)


def backlog() -> Backlog:
    """Return what waits for the model, with the model that serves."""
    return Backlog(serving, limit=settings().batch_size)


def serving() -> Serving | None:
    """Return the active run's model, or that of the last good one when its file is damaged."""
    candidates = [run for run in (runs.active(db.session), runs.previous(db.session)) if run]
    phrases = tuple(directory.keywords(db.session)) if candidates else ()
    db.session.rollback()
    for run in candidates:
        try:
            return model_shelf.serving(run.id or 0, Path(run.stored_as), run.digest, phrases)
        except UnsoundModel:
            log.error("model refused", extra={"run": run.id})
    return None


@job
def send_reply(reply_id: int) -> None:
    """Hand a saved answer to its platform; a failure stays visible and can be sent again."""
    taken = reply.start_sending(db.session, reply_id)
    if taken is None:
        return
    address = cases.outgoing(db.session, taken)
    db.session.rollback()
    try:
        sent = platforms.connector(address.platform).send(reply.as_outgoing(taken, address))
    except TemporaryFailure as exc:
        if taken.attempts >= MOST_ATTEMPTS:
            reply.fail_sending(db.session, reply_id, exc.message, now=now())
    except ConnectorError as exc:
        reply.fail_sending(db.session, reply_id, exc.message, now=now())
    else:
        reply.finish_sending(
            db.session,
            reply_id,
            platform_id=sent.platform_id,
            sent_at=sent.at,
            now=now(),
        )
