"""What runs beside the work: the shadow's reading each minute, and the watch over models each hour."""

from pathlib import Path

from triage.extensions import UnsoundModel, db, model_shelf
from triage.flow import observe, shadow
from triage.jobs.queue import periodic
from triage.jobs.tasks import log, now, serving, settings
from triage.queries import directory, runs


@periodic("* * * * *")
def read_in_shadow() -> None:
    """Let the candidate in the shadow read what the active model has read since; nothing to do without one."""
    run = runs.shadow(db.session)
    if run is None or run.shadow_since is None:
        db.session.rollback()
        return
    run_id, since, place = run.id or 0, run.shadow_since, (Path(run.stored_as), run.digest)
    phrases = tuple(directory.keywords(db.session))
    db.session.rollback()
    try:
        model, keywords = model_shelf.open(*place, phrases)
    except UnsoundModel:
        log.error("model refused", extra={"run": run_id})
        return
    size = settings().batch_size
    while shadow.read(db.session, model, keywords, run_id=run_id, since=since, limit=size, now=now()) == size:
        pass


@periodic("7 * * * *")
def watch_models() -> None:
    """Count the weeks and test the newest windows for drift."""
    observe.count_weeks(db.session, zone=settings().office_zone, now=now())
    found = serving()
    if found is not None:
        observe.read_windows(db.session, found.model, found.run_id, now=now())
