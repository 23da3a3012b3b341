"""The training job: snapshot, fit in a process of its own, measure, keep. It can be watched, stopped and repeated."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app

from triage.errors import InvalidInput
from triage.extensions import UnsoundModel, db, model_shelf
from triage.flow import compare, fit, retrain, snapshot
from triage.jobs.queue import job
from triage.jobs.tasks import DATA, classify_waiting, now, serving, settings
from triage.queries import directory, runs

FITTED = 0.9  # share of the work that is done when the model is trained and has still to be measured
UNFORESEEN = "Terjadi galat yang tidak terduga; rinciannya ada di catatan server. Coba mulai lagi."


@job
def train_model(run_id: int) -> None:
    """Train a candidate and measure it against the active model on the frozen rows."""
    run = retrain.start_run(db.session, run_id, now=now())
    if run is None:
        return
    try:
        make(run_id, run.seed)
    except fit.Stopped:
        db.session.rollback()
        retrain.note_cancelled(db.session, run_id, now=now())
    except InvalidInput as exc:
        db.session.rollback()
        retrain.fail_run(db.session, run_id, exc.message, now=now())
    except Exception:
        db.session.rollback()
        retrain.fail_run(db.session, run_id, UNFORESEEN, now=now())
        raise
    classify_waiting.enqueue()


def make(run_id: int, seed: int) -> None:
    """Take a snapshot, train on it, measure and keep the candidate."""
    files, folder = corpus(), settings().models_dir / f"run-{run_id}"
    learned = snapshot.take_snapshot(
        db.session, run_id, settings().models_dir, corpus=files.seed, samples=files.frozen, now=now()
    )
    files = replace(files, frozen=Path(learned.tested_as or files.frozen))
    phrases = tuple(directory.keywords(db.session))
    job = fit.job(learned.stored_as, files.lexicon, phrases, seed=seed, moment=learned.created_at.isoformat())
    db.session.rollback()
    fitted = fit.fit(folder, job, watch=lambda share, step: watch(run_id, share * FITTED, step))
    watch(run_id, FITTED, "Mengukur pada baris pembanding")
    found = measured(folder, fitted.digest, phrases, files)
    retrain.finish_run(
        db.session,
        run_id,
        folder,
        fitted.digest,
        scores=found.scores | {"speed": fitted.speed},
        comparison=found.comparison,
        cost=retrain.Cost(fitted.seconds, fitted.peak_memory_mb),
        is_needed=serving() is None,
        now=now(),
    )
    compare.keep(db.session, run_id, found)


@job
def compare_run(run_id: int) -> None:
    """Compare a finished candidate with the model that is active now."""
    run = runs.known(db.session, run_id)
    folder, digest, phrases = Path(run.stored_as), run.digest, tuple(directory.keywords(db.session))
    files = measured_on(run_id)
    db.session.rollback()
    try:
        compare.keep(db.session, run_id, measured(folder, digest, phrases, files))
    except UnsoundModel as exc:
        compare.give_up(db.session, run_id, exc.message)


def between(champion_id: int, challenger_id: int) -> compare.Comparison:
    """Compare any two trained models on the frozen rows, without keeping the result."""
    phrases = tuple(directory.keywords(db.session))
    pair = [runs.known(db.session, run_id) for run_id in (champion_id, challenger_id)]
    for run in pair:
        if not run.digest:
            raise InvalidInput(f"Model #{run.id} belum selesai dilatih.")
    places = [(Path(run.stored_as), run.digest) for run in pair]
    files = measured_on(challenger_id)
    db.session.rollback()
    try:
        old, new = (model_shelf.open(folder, digest, phrases) for folder, digest in places)
    except UnsoundModel as exc:
        raise InvalidInput(exc.message) from exc
    return compare.between(old, new, files.frozen)


def watch(run_id: int, share: float, step: str) -> bool:
    """Show how far a training is; tell whether it shall go on."""
    return retrain.note_progress(db.session, run_id, share, step, now=now())


def corpus() -> retrain.Sources:
    """Return the start-up corpus: that of the data folder unless the application is given another."""
    return retrain.sources(Path(current_app.config.get("CORPUS_DIR", DATA)))


def measured_on(run_id: int) -> retrain.Sources:
    """Return the files of a trained run: the frozen rows are those of its snapshot, where it has its own."""
    files, run = corpus(), runs.known(db.session, run_id)
    learned = runs.snapshot(db.session, run.snapshot_id) if run.snapshot_id else None
    return replace(files, frozen=Path(learned.tested_as)) if learned and learned.tested_as else files


def measured(folder: Path, digest: str, phrases: Any, files: retrain.Sources) -> compare.Measured:
    """Return a candidate's figures and its comparison with the model that serves, if one does."""
    candidate, found = model_shelf.open(folder, digest, phrases), serving()
    if found is None:
        return compare.score(candidate, files.frozen)
    active = (found.model, found.keywords)
    return compare.measure(db.session, candidate, active, files.frozen, against=found.run_id)
