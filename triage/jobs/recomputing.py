"""The background job that reckons figures again after a correction of a calendar."""

import gc
import time

from triage.errors import TriageError
from triage.extensions import db
from triage.flow import recompute
from triage.jobs.backlog import without_gc
from triage.jobs.queue import job
from triage.jobs.tasks import now, settings
from triage.queries import recomputes

CASES_A_BATCH = 2000
PAUSE_S = 0.02  # after each batch, so that others who write come in between


@job
def recompute_figures(recompute_id: int) -> None:
    """Reckon the cases of one correction again, batch by batch, then ask for the next correction."""
    if recompute.start(db.session, recompute_id, now=now()) is None:
        return
    try:
        with without_gc():
            while recompute.take_batch(db.session, recompute_id, limit=CASES_A_BATCH, now=now()):
                gc.collect()
                time.sleep(PAUSE_S)
        recompute.finish(db.session, recompute_id, settings().office_zone, now=now())
    except TriageError as exc:
        db.session.rollback()
        recompute.fail(db.session, recompute_id, exc.message, now=now())
    for waiting in recomputes.unfinished(db.session)[:1]:
        db.session.rollback()
        recompute_figures.enqueue(waiting)
