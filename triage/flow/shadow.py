"""Shadow: a candidate reads live comments beside the active model, and its word decides nothing."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from classifiers import store
from classifiers.compare import Reader, verdicts
from classifiers.predict import Model
from classifiers.routing import KeywordTable
from models import RunStatus, TrainingRun
from triage.errors import InvalidInput
from triage.queries import runs, watch
from triage.rules.routing import as_model_knows


def start(session: Session, run_id: int, *, now: datetime) -> TrainingRun:
    """Set a candidate into the shadow, instead of another one; raise InvalidInput for an unfit one; commits."""
    run = runs.known(session, run_id)
    if run.status is not RunStatus.DONE or run.is_active:
        raise InvalidInput("Hanya model yang selesai dilatih dan belum aktif yang dapat membaca sebagai bayangan.")
    try:
        store.load(Path(run.stored_as), run.digest)
    except store.ArtefactError as exc:
        raise InvalidInput(f"Model #{run.id} tidak dapat dipakai: {exc.message}") from exc
    other = runs.shadow(session)
    if other is not None and other.id != run.id:
        other.shadow_since = None
        session.add(other)
    run.shadow_since = run.shadow_since or now
    session.add(run)
    session.commit()
    return run


def stop(session: Session, run_id: int) -> TrainingRun:
    """Take a candidate out of the shadow; what it said stays; commits."""
    run = runs.known(session, run_id)
    run.shadow_since = None
    session.add(run)
    session.commit()
    return run


def read(
    session: Session, model: Model, keywords: KeywordTable, *, run_id: int, since: datetime, limit: int, now: datetime
) -> int:
    """Let the shadow read up to `limit` comments that the active model has read; return how many; commits."""
    pending = watch.unshadowed(session, run_id, since, limit)
    session.rollback()
    if not pending:
        return 0
    said = verdicts(
        Reader(model, keywords),
        [comment.text for comment in pending],
        [as_model_knows(comment.account_unit, comment.account_level) for comment in pending],
    )
    rows = [
        {
            "run_id": run_id,
            "comment_id": comment.comment_id,
            "active_run_id": comment.active_run_id,
            "intent": verdict.intent,
            "intent_p": verdict.intent_probability,
            "unit": verdict.unit,
            "unit_p": verdict.unit_probability,
            "active_intent": comment.intent,
            "active_intent_p": comment.intent_p,
            "active_unit": comment.unit,
            "active_unit_p": comment.unit_p,
            "at": now,
        }
        for comment, verdict in zip(pending, said, strict=True)
    ]
    watch.add_shadow(session, rows)
    session.commit()
    return len(rows)
