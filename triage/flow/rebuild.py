"""Rebuild: every interval of every case is measured again from the events, piece by piece, in bounded memory.

The rows are those that the steps keep up to date, so a rebuild changes something only after a change of a calendar, of
the limits or of the definition. A piece is looked at without holding anybody up; only what differs is written, in one
short transaction. An interrupted rebuild goes on where it stopped.
"""

from datetime import datetime

from sqlmodel import Session

from models import MeasureRun
from triage.queries import measures, rebuilds

PIECE = 4000


def start(session: Session, *, actor: str, reason: str, now: datetime) -> int:
    """Begin a rebuild, or return the one that is under way; commits. One by other rules begins again."""
    definition, limits = measures.rule(session)
    run = next(iter(rebuilds.unfinished(session)), None)
    if run is None:
        run = MeasureRun(definition="", reason=reason, actor=actor, started_at=now)
    if (run.definition, run.limits) != (definition, limits):
        run.definition, run.limits, run.calendar_edition = definition, limits, measures.edition(session)
        run.cases = run.last_case_id = 0
    session.add(run)
    session.commit()
    return run.id or 0


def start_if_due(session: Session, *, now: datetime) -> None:
    """Begin a rebuild where rows were made by another definition or other limits; commits."""
    is_due = rebuilds.is_due(session)
    session.rollback()
    if is_due:
        start(session, actor="system", reason="Definisi atau batas waktu berubah", now=now)


def look(session: Session, run_id: int, *, limit: int = PIECE) -> rebuilds.Piece | None:
    """Measure the next cases and compare them with their rows; None when there are no more. Holds nothing open."""
    session.rollback()
    rebuilds.stand_still(session)
    run = rebuilds.run(session, run_id)
    piece = None
    if run.finished_at is None:
        piece = rebuilds.look(session, after=run.last_case_id, limit=limit, by=measures.ruler(session))
    session.rollback()
    return piece


def keep(session: Session, run_id: int, piece: rebuilds.Piece | None, *, now: datetime) -> bool:
    """Write what differs in a piece; tell whether there may be more; commits. No piece finishes the rebuild."""
    run = rebuilds.locked(session, run_id)
    if run.finished_at is not None:
        session.rollback()
        return False
    if piece is None:
        run.finished_at = now
    elif run.last_case_id >= piece.ids[0] or not rebuilds.mend(session, piece):
        session.rollback()  # another worker was there before, or a calendar changed meanwhile: look again
        return True
    else:
        run.cases, run.last_case_id = run.cases + len(piece.ids), piece.ids[-1]
    run.heartbeat_at = now
    session.add(run)
    session.commit()
    return piece is not None


def advance(session: Session, run_id: int, *, now: datetime, limit: int = PIECE) -> bool:
    """Look at the next piece and write what differs; tell whether there may be more; commits."""
    return keep(session, run_id, look(session, run_id, limit=limit), now=now)
