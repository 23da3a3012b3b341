"""Rebuild: every interval of every case is measured again from the events, piece by piece, in bounded memory.

The rows it writes are those that the steps keep up to date, so a rebuild changes something only after a change of a
calendar or of the definition. One piece is one commit; an interrupted rebuild goes on where it stopped.
"""

from datetime import datetime

from sqlmodel import Session

from models import MeasureRun
from triage.queries import measures, rebuilds
from triage.rules.metrics import DEFINITION

PIECE = 2000


def start(session: Session, *, actor: str, reason: str, now: datetime) -> int:
    """Begin a rebuild, or return the one that is under way; commits."""
    under_way = rebuilds.unfinished(session)
    if under_way:
        session.rollback()
        return under_way[0].id or 0
    run = MeasureRun(
        definition=DEFINITION, calendar_edition=measures.edition(session), reason=reason, actor=actor, started_at=now
    )
    session.add(run)
    session.commit()
    return run.id or 0


def advance(session: Session, run_id: int, *, now: datetime, limit: int = PIECE) -> bool:
    """Measure the next piece; tell whether there may be more; commits. The last piece finishes the rebuild."""
    run = rebuilds.run(session, run_id)
    if run.finished_at is not None:
        session.rollback()
        return False
    done = rebuilds.rebuild(session, after=run.last_case_id, limit=limit, by=measures.ruler(session))
    run.heartbeat_at = now
    if done:
        run.cases, run.last_case_id = run.cases + len(done), done[-1]
    else:
        run.finished_at = now
    session.add(run)
    session.commit()
    return bool(done)
