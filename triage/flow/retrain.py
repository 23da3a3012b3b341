"""Retrain: the life of one training, from the wish for it to a candidate with its figures, or to a clear other end.

The row says where a training stands. A worker that takes it keeps its heartbeat fresh; one that falls silent is
found by the sweep, and the training begins again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models import PromotionAction, RunStatus, TrainingRun
from triage.errors import InvalidInput
from triage.queries import runs

SILENT_FOR = timedelta(minutes=3)
MOST_ATTEMPTS = 3
UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True)
class Sources:
    """Where the start-up corpus, the frozen rows and the lexicon lie."""

    seed: Path
    frozen: Path
    lexicon: Path


@dataclass(frozen=True)
class Cost:
    """What a training took: seconds and memory of its own process."""

    seconds: float | None = None
    peak_memory_mb: float | None = None


def sources(data: Path) -> Sources:
    """Return the files of the data folder."""
    return Sources(data / "seed/comments.jsonl", data / "samples/comments.jsonl", data / "lexicons/slang.tsv")


def queue_run(session: Session, *, actor_id: int | None, seed: int, now: datetime) -> TrainingRun:
    """Ask for a training; raise InvalidInput while another one is under way; commits."""
    if runs.unfinished(session):
        raise InvalidInput("Pelatihan lain sedang berjalan. Tunggu sampai selesai atau hentikan, lalu mulai lagi.")
    run = TrainingRun(
        status=RunStatus.QUEUED, seed=seed, created_by_id=actor_id, created_at=now, step="Menunggu giliran"
    )
    session.add(run)
    session.commit()
    return run


def start_run(session: Session, run_id: int, *, now: datetime) -> TrainingRun | None:
    """Take a queued training, or one whose worker fell silent; None when there is nothing to do; commits.

    One that was asked to stop, or whose worker died too often, ends here instead.
    """
    run = runs.locked(session, run_id)
    if not (run.status is RunStatus.QUEUED or is_silent(run, now)):
        session.rollback()
        return None
    if run.cancel_asked_at is not None:
        close(run, RunStatus.CANCELLED, now=now)
    elif run.attempts >= MOST_ATTEMPTS:
        close(run, RunStatus.FAILED, now=now)
        run.error = (
            f"Pekerja latar terputus {run.attempts} kali di tengah pelatihan. Periksa memori server, lalu mulai lagi."
        )
    else:
        run.status, run.heartbeat_at, run.progress, run.error = RunStatus.RUNNING, now, 0.0, ""
        run.started_at, run.attempts, run.step = now, run.attempts + 1, "Menyusun bahan latihan"
    session.add(run)
    session.commit()
    return run if run.status is RunStatus.RUNNING else None


def is_silent(run: TrainingRun, now: datetime) -> bool:
    """Tell whether a running training has lost its worker."""
    heard_at = run.heartbeat_at or run.created_at
    return run.status is RunStatus.RUNNING and now - heard_at > SILENT_FOR


def note_progress(session: Session, run_id: int, share: float, step: str, *, now: datetime) -> bool:
    """Show how far a training is and that its worker lives; tell whether it shall go on; commits."""
    run = runs.locked(session, run_id)
    shall_go_on = run.status is RunStatus.RUNNING and run.cancel_asked_at is None
    if shall_go_on:
        run.progress, run.step, run.heartbeat_at = share, step[:200], now
        session.add(run)
    session.commit()
    return shall_go_on


def cancel(session: Session, run_id: int, *, now: datetime) -> TrainingRun:
    """Ask a training to stop: at once when no worker has it; raise InvalidInput when it has ended; commits."""
    runs.known(session, run_id)
    run = runs.locked(session, run_id)
    if run.status not in UNDER_WAY:
        raise InvalidInput("Pelatihan ini sudah berakhir; tidak ada yang perlu dihentikan.")
    run.cancel_asked_at = run.cancel_asked_at or now
    run.step = "Sedang dihentikan"
    if run.status is RunStatus.QUEUED or is_silent(run, now):
        close(run, RunStatus.CANCELLED, now=now)
    session.add(run)
    session.commit()
    return run


def note_cancelled(session: Session, run_id: int, *, now: datetime) -> None:
    """End a training that was asked to stop; commits. One that has ended already keeps its end."""
    run = runs.locked(session, run_id)
    if run.status in UNDER_WAY:
        close(run, RunStatus.CANCELLED, now=now)
        session.add(run)
    session.commit()


def finish_run(
    session: Session,
    run_id: int,
    folder: Path,
    digest: str,
    *,
    scores: dict[str, Any],
    comparison: dict[str, Any],
    cost: Cost | None = None,
    is_needed: bool = False,
    now: datetime,
) -> TrainingRun:
    """Keep a trained candidate with its figures; commits.

    The very first model serves at once, and so does one that is needed: no artefact before it can be read any more,
    as after an update that cuts words otherwise, and comments would wait for a person.
    One that was asked to stop meanwhile ends as stopped; one that another worker ended stays as it is.
    """
    run = runs.locked(session, run_id)
    if run.status not in UNDER_WAY or run.cancel_asked_at is not None:
        session.rollback()
        if run.status in UNDER_WAY:
            note_cancelled(session, run_id, now=now)
        return run
    close(run, RunStatus.DONE, now=now)
    run.stored_as, run.digest, run.scores, run.comparison = str(folder), digest, scores, comparison
    run.train_seconds, run.peak_memory_mb = (cost.seconds, cost.peak_memory_mb) if cost else (None, None)
    is_first = runs.active(session) is None
    if is_first or is_needed:
        reason = "model pertama" if is_first else "model sebelumnya tidak dapat dibaca lagi"
        runs.let_serve(session, run, PromotionAction.PROMOTE, actor="system", reason=reason, now=now)
    session.add(run)
    session.commit()
    return run


def fail_run(session: Session, run_id: int, reason: str, *, now: datetime) -> None:
    """End a training that could not finish; commits."""
    run = runs.locked(session, run_id)
    if run.status in UNDER_WAY:
        close(run, RunStatus.FAILED, now=now)
        run.error = reason[:1000]
        session.add(run)
    session.commit()


def close(run: TrainingRun, status: RunStatus, *, now: datetime) -> None:
    """Set a training's end."""
    words = {RunStatus.DONE: "Selesai", RunStatus.FAILED: "Gagal", RunStatus.CANCELLED: "Dihentikan"}
    run.status, run.step, run.finished_at = status, words[status], now
    run.progress = 1.0 if status is RunStatus.DONE else run.progress
