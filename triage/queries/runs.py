"""Snapshots, training runs and promotions."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models import Promotion, RunStatus, Snapshot, TrainingRun


def active(session: Session) -> TrainingRun | None:
    """Return the run whose model serves."""
    return session.exec(select(TrainingRun).where(col(TrainingRun.is_active))).first()


def get(session: Session, run_id: int) -> TrainingRun | None:
    """Return a run by id."""
    return session.get(TrainingRun, run_id)


def locked(session: Session, run_id: int) -> TrainingRun:
    """Return a run, locked for a change."""
    found = select(TrainingRun).where(TrainingRun.id == run_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def newest(session: Session, limit: int = 50) -> list[TrainingRun]:
    """Return runs, newest first."""
    return list(session.exec(select(TrainingRun).order_by(col(TrainingRun.id).desc()).limit(limit)))


def unfinished(session: Session) -> list[TrainingRun]:
    """Return runs that wait or are under way."""
    statuses = (RunStatus.QUEUED, RunStatus.RUNNING)
    return list(session.exec(select(TrainingRun).where(col(TrainingRun.status).in_(statuses))))


def snapshot(session: Session, snapshot_id: int) -> Snapshot | None:
    """Return a snapshot by id."""
    return session.get(Snapshot, snapshot_id)


def snapshot_by_digest(session: Session, digest: str) -> Snapshot | None:
    """Return the snapshot of a digest: the same rows are one snapshot."""
    return session.exec(select(Snapshot).where(Snapshot.digest == digest)).first()


def promotions(session: Session, limit: int = 100) -> Sequence[Promotion]:
    """Return which models began to serve, newest first."""
    return session.exec(select(Promotion).order_by(col(Promotion.id).desc()).limit(limit)).all()


def previous(session: Session) -> TrainingRun | None:
    """Return the run that served before the active one, for a rollback."""
    last = session.exec(select(Promotion).order_by(col(Promotion.id).desc()).limit(1)).first()
    if last is None or last.previous_run_id is None:
        return None
    return session.get(TrainingRun, last.previous_run_id)
