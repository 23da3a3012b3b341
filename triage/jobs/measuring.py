"""The background jobs of measuring: a rebuild of every case's rows, piece by piece."""

import gc

from triage.extensions import db, reading
from triage.flow import rebuild
from triage.jobs.backlog import without_gc
from triage.jobs.queue import job
from triage.jobs.tasks import now


@job
def rebuild_measures(run_id: int) -> None:
    """Measure every case again from its events; only writing what differs holds up who else writes."""
    with without_gc():
        is_more = True
        while is_more:
            with reading():
                piece = rebuild.look(db.session, run_id)
            is_more = rebuild.keep(db.session, run_id, piece, now=now())
            del piece
            gc.collect()
