"""The background job that imports a log of what happened, piece by piece."""

from collections import Counter

from triage.errors import UnreadableFile
from triage.extensions import db
from triage.flow import receive_history, replay
from triage.jobs.queue import job
from triage.jobs.tasks import classify_waiting, now, settings


@job
def run_history_import(import_id: int) -> None:
    """Read a stored log into cases and histories; what it brought is then classified like any comment."""
    record = receive_history.start(db.session, import_id, now=now())
    if record is None:
        return
    try:
        with receive_history.Log(record, now=now()) as log:
            remarks = take_pieces(import_id, log)
        receive_history.finish(db.session, import_id, remarks="\n".join(remarks), now=now())
    except UnreadableFile as exc:
        db.session.rollback()
        receive_history.finish(db.session, import_id, error=exc.message, now=now())
    classify_waiting.enqueue()


def take_pieces(import_id: int, log: receive_history.Log) -> list[str]:
    """Store a log piece by piece and show how far it is; return what a person should know."""
    found = log.contents()
    counts = Counter(lines=found.lines, duplicate=found.duplicate, accepted=0, cases=0)
    remarks: list[str] = []
    for piece in log.pieces(found):
        taken = replay.replay(
            db.session,
            piece.subjects,
            salt=settings().author_salt,
            reopen_days=settings().reopen_working_days,
            now=now(),
        )
        log.refuse(taken.refused)
        counts.update(accepted=taken.accepted, duplicate=taken.duplicate, cases=taken.cases)
        remarks += taken.remarks
        receive_history.note_progress(db.session, import_id, piece.progress, counts, now=now())
    counts["refused"] = log.refusals.count
    receive_history.note_progress(db.session, import_id, 1.0, counts, now=now())
    return remarks
