"""Models: what serves, what people labelled, training, comparing, promoting and rolling back."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.extensions import db
from triage.flow import retrain
from triage.forms.models import DecisionForm
from triage.jobs import tasks
from triage.queries import directory, labels, runs
from triage.rules.permissions import Action

blueprint = Blueprint("models", __name__)
OVERRIDES_WITHIN = timedelta(days=30)


@blueprint.get("/model")
@allowed(Action.MANAGE_MODELS)
def overview() -> str:
    """Show the active model, the labels of people, the runs and the history."""
    return overview_page(DecisionForm(formdata=None))


@blueprint.post("/model/latih")
@allowed(Action.MANAGE_MODELS)
def train() -> Response:
    """Begin a training in the background."""
    run = retrain.queue_run(db.session, actor_id=viewer().user_id, seed=0, now=datetime.now(UTC))
    tasks.train_model.enqueue(run.id)
    return redirect(url_for("models.page", run_id=run.id))


@blueprint.get("/model/<int(max=2147483647):run_id>")
@allowed(Action.MANAGE_MODELS)
def page(run_id: int) -> str:
    """Show one run: its progress, or its figures beside those of the model it was compared with."""
    return run_page(run_id, DecisionForm(formdata=None))


@blueprint.get("/model/<int(max=2147483647):run_id>/kemajuan")
@allowed(Action.MANAGE_MODELS)
def progress(run_id: int) -> str:
    """Return how far a training is, as the part of the page that refreshes itself."""
    run = runs.known(db.session, run_id)
    return render_template("models/standing.html", run=run, seconds_left=runs.seconds_left(run, datetime.now(UTC)))


@blueprint.post("/model/<int(max=2147483647):run_id>/aktifkan")
@allowed(Action.MANAGE_MODELS)
def promote(run_id: int) -> Response | tuple[str, int]:
    """Let a candidate serve."""
    form = DecisionForm()
    runs.known(db.session, run_id)
    if not form.validate_on_submit():
        return run_page(run_id, form), 422
    db.session.rollback()
    retrain.promote(db.session, viewer(), run_id, reason=form.reason.data or "", now=datetime.now(UTC))
    flash(f"Model #{run_id} aktif. Komentar yang masuk mulai sekarang dibaca olehnya.", "success")
    return redirect(url_for("models.overview"))


@blueprint.post("/model/kembalikan")
@allowed(Action.MANAGE_MODELS)
def roll_back() -> Response | tuple[str, int]:
    """Let the model before the active one serve again."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return overview_page(form), 422
    db.session.rollback()
    run = retrain.roll_back(db.session, viewer(), reason=form.reason.data or "", now=datetime.now(UTC))
    flash(f"Model #{run.id} aktif kembali.", "success")
    return redirect(url_for("models.overview"))


@blueprint.get("/model/<int(max=2147483647):run_id>/kartu")
@allowed(Action.MANAGE_MODELS)
def card(run_id: int) -> str:
    """Show the model card, made for paper."""
    run = runs.known(db.session, run_id)
    return render_template("models/card.html", run=run, card=retrain.card_of(run))


def overview_page(form: DecisionForm) -> str:
    """Return the page of all models."""
    listed, decided = runs.newest(db.session), runs.promotions(db.session)
    since = datetime.now(UTC) - OVERRIDES_WITHIN
    return render_template(
        "models/overview.html",
        active=runs.active(db.session),
        previous=runs.previous(db.session),
        runs=listed,
        unfinished=runs.unfinished(db.session),
        promotions=decided,
        people=runs.people(db.session, listed, decided),
        labels=labels.gathered_by_subject(db.session),
        overrides=labels.override_share(db.session, since),
        units={unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)},
        form=form,
    )


def run_page(run_id: int, form: DecisionForm) -> str:
    """Return the page of one run."""
    run = runs.known(db.session, run_id)
    return render_template(
        "models/page.html",
        run=run,
        snapshot=runs.snapshot(db.session, run.snapshot_id) if run.snapshot_id else None,
        people=runs.people(db.session, [run], []),
        seconds_left=runs.seconds_left(run, datetime.now(UTC)),
        needs_second_person=retrain.needs_second_person(db.session, viewer(), run),
        active=runs.active(db.session),
        form=form,
    )
