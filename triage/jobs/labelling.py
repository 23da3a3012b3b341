"""The job that reads a file of labelled texts."""

from triage.errors import UnreadableFile
from triage.extensions import db
from triage.flow import label_files
from triage.jobs.queue import job
from triage.jobs.tasks import now


@job
def import_labels(import_id: int) -> None:
    """Read a queued file of labels, batch by batch."""
    record = label_files.start(db.session, import_id, now=now())
    if record is None:
        return
    words = label_files.vocabulary(db.session)
    db.session.rollback()
    try:
        for batch in label_files.batches(record, words):
            label_files.take(db.session, import_id, batch, now=now())
        label_files.finish(db.session, import_id, now=now())
    except UnreadableFile as exc:
        db.session.rollback()
        label_files.finish(db.session, import_id, error=exc.message, now=now())
