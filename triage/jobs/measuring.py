"""The background jobs of measuring: a rebuild of every case's rows, piece by piece."""

from triage.extensions import db
from triage.flow import rebuild
from triage.jobs.queue import job
from triage.jobs.tasks import now


@job
def rebuild_measures(run_id: int) -> None:
    """Measure every case again from its events."""
    while rebuild.advance(db.session, run_id, now=now()):
        pass
