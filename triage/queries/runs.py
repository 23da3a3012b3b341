"""Snapshots, training runs and promotions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models import Promotion, PromotionAction, RunStatus, Snapshot, TrainingRun, User
from triage.errors import NotFound
from triage.queries import directory
from triage.rules.permissions import TABLE, Action


def active(session: Session) -> TrainingRun | None:
    """Return the run whose model serves."""
    return session.exec(select(TrainingRun).where(col(TrainingRun.is_active))).first()


def shadow(session: Session) -> TrainingRun | None:
    """Return the run that reads beside the active one."""
    return session.exec(select(TrainingRun).where(col(TrainingRun.shadow_since).is_not(None))).first()


def get(session: Session, run_id: int) -> TrainingRun | None:
    """Return a run by id."""
    return session.get(TrainingRun, run_id)


def known(session: Session, run_id: int) -> TrainingRun:
    """Return a run by id; raise NotFound."""
    run = get(session, run_id)
    if run is None:
        raise NotFound("Model ini tidak ada.")
    return run


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


def to_compare(session: Session, step: str) -> list[TrainingRun]:
    """Return finished runs whose comparison was asked for, which their step says."""
    asked = select(TrainingRun).where(TrainingRun.status == RunStatus.DONE, TrainingRun.step == step)
    return list(session.exec(asked))


def snapshot(session: Session, snapshot_id: int) -> Snapshot | None:
    """Return a snapshot by id."""
    return session.get(Snapshot, snapshot_id)


def corrections_in_use(session: Session, user_id: int) -> tuple[TrainingRun, int] | None:
    """Return the active run and how many of a person's corrections it learned from; None where it learned none."""
    run = active(session)
    learned = snapshot(session, run.snapshot_id) if run and run.snapshot_id else None
    count = learned.counts.get("corrected_by", {}).get(str(user_id), 0) if learned else 0
    return (run, count) if run and count else None


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


def let_serve(
    session: Session,
    run: TrainingRun,
    action: PromotionAction,
    *,
    actor: str,
    reason: str,
    figures: dict[str, Any] | None = None,
    objections: list[str] | None = None,
    now: datetime,
) -> None:
    """Make a run the active one and note it in the history with what was known; the caller commits."""
    before = active(session)
    if before is not None:
        before.is_active = False
        session.add(before)
        session.flush()
    run.is_active, run.shadow_since = True, None
    session.add(run)
    session.add(
        Promotion(
            run_id=run.id or 0,
            previous_run_id=before.id if before else None,
            action=action,
            actor=actor,
            reason=reason[:400],
            figures=figures,
            objections=objections,
            at=now,
        )
    )


def people(session: Session, listed: Sequence[TrainingRun], decided: Sequence[Promotion]) -> dict[str, str]:
    """Return the names of those who started runs and promoted models, by actor (user:<id>)."""
    ids = {run.created_by_id for run in listed if run.created_by_id}
    ids |= {int(entry.actor.removeprefix("user:")) for entry in decided if entry.actor.startswith("user:")}
    return {f"user:{user_id}": name for user_id, name in directory.user_names(session, ids).items()}


def decider_count(session: Session) -> int:
    """Return how many active users may decide which model serves."""
    roles = list(TABLE[Action.MANAGE_MODELS])
    return session.exec(
        select(func.count()).select_from(User).where(col(User.role).in_(roles), col(User.is_active))
    ).one()
