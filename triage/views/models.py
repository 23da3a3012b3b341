"""Models: what serves, what people labelled, training, comparing, promoting and rolling back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.extensions import db
from triage.flow import card, observe, promote, retrain
from triage.forms.models import DecisionForm, RollbackForm
from triage.jobs import training
from triage.queries import changes, directory, labels, runs, watch
from triage.rules.charts import Chart, coverage_chart, own_coverage_chart, reliability_chart
from triage.rules.permissions import Action
from triage.rules.training import seconds_left, stages

blueprint = Blueprint("models", __name__)
OVERRIDES_WITHIN = timedelta(days=30)


@blueprint.get("/model")
@allowed(Action.MANAGE_MODELS)
def overview() -> str:
    """Show the active model, the labels of people, the runs and the history."""
    return overview_page(RollbackForm(formdata=None))


@blueprint.post("/model/latih")
@allowed(Action.MANAGE_MODELS)
def train() -> Response:
    """Begin a training in the background."""
    run = retrain.queue_run(db.session, actor_id=viewer().user_id, seed=0, now=datetime.now(UTC))
    training.train_model.enqueue(run.id)
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
    return render_template("models/standing.html", run=run, **standing(run))


@blueprint.post("/model/<int(max=2147483647):run_id>/hentikan")
@allowed(Action.MANAGE_MODELS)
def cancel(run_id: int) -> Response:
    """Ask a training to stop."""
    run = retrain.cancel(db.session, run_id, now=datetime.now(UTC))
    ended = run.finished_at is not None
    flash("Pelatihan dihentikan." if ended else "Pelatihan sedang dihentikan; tunggu beberapa detik.", "info")
    return redirect(url_for("models.page", run_id=run_id))


@blueprint.post("/model/<int(max=2147483647):run_id>/aktifkan", endpoint="promote")
@allowed(Action.MANAGE_MODELS)
def activate(run_id: int) -> Response | tuple[str, int]:
    """Let a candidate serve."""
    form = DecisionForm()
    runs.known(db.session, run_id)
    if not form.validate_on_submit():
        return run_page(run_id, form), 422
    db.session.rollback()
    reason, override = form.reason.data or "", form.override.data
    promote.promote(db.session, viewer(), run_id, reason=reason, override=override, now=datetime.now(UTC))
    flash(f"Model #{run_id} aktif. Komentar yang masuk mulai sekarang dibaca olehnya.", "success")
    return redirect(url_for("models.overview"))


@blueprint.post("/model/kembalikan")
@allowed(Action.MANAGE_MODELS)
def roll_back() -> Response | tuple[str, int]:
    """Let the model before the active one serve again."""
    form = RollbackForm()
    if not form.validate_on_submit():
        return overview_page(form), 422
    db.session.rollback()
    run = promote.roll_back(db.session, viewer(), reason=form.reason.data or "", now=datetime.now(UTC))
    flash(f"Model #{run.id} aktif kembali.", "success")
    return redirect(url_for("models.overview"))


@blueprint.get("/model/<int(max=2147483647):run_id>/kartu", endpoint="card")
@allowed(Action.MANAGE_MODELS)
def card_page(run_id: int) -> str:
    """Show the model card, made for paper."""
    run = runs.known(db.session, run_id)
    learned = runs.snapshot(db.session, run.snapshot_id) if run.snapshot_id else None
    told = card.describe(run)
    return render_template(
        "models/card.html",
        run=run,
        told=told,
        card=told.card,
        snapshot=learned,
        charts=charts_of(run.comparison) | coverage_of(run.scores),
    )


def overview_page(form: DecisionForm) -> str:
    """Return the page of all models."""
    listed, decided = runs.newest(db.session), runs.promotions(db.session)
    since = datetime.now(UTC) - OVERRIDES_WITHIN
    readings = watch.drift(db.session, serving.id or 0, limit=1) if (serving := runs.active(db.session)) else []
    return render_template(
        "models/overview.html",
        alarms=observe.alarms(readings[0] if readings else None, watch.weeks(db.session, 26)),
        shadow=runs.shadow(db.session),
        active=serving,
        previous=runs.previous(db.session),
        runs=listed,
        unfinished=runs.unfinished(db.session),
        promotions=decided,
        people=runs.people(db.session, listed, decided),
        labels=labels.gathered_by_subject(db.session),
        overrides=labels.override_share(db.session, since),
        units=unit_names(),
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
        **standing(run),
        objections=promote.objections(db.session, run),
        needs_second_person=promote.needs_second_person(db.session, viewer(), run),
        active=runs.active(db.session),
        units=unit_names(),
        changes=changes.counts(db.session, run_id),
        charts=charts_of(run.comparison),
        form=form,
    )


def charts_of(comparison: dict[str, Any]) -> dict[str, Chart]:
    """Return the charts of a comparison; one kept by an older version has none."""
    if "coverage" not in comparison:
        return {}
    names = (f"model #{comparison['against']} (pembanding)", "model ini")
    return {
        "coverage": coverage_chart(comparison["coverage"], names),
        "reliability": reliability_chart(comparison["reliability"], names),
    }


def coverage_of(scores: dict[str, Any]) -> dict[str, Chart]:
    """Return the risk-coverage curve of one model alone."""
    found = scores.get("coverage_accuracy", {})
    return (
        {"own_coverage": own_coverage_chart({float(share): value for share, value in found.items()})} if found else {}
    )


def unit_names() -> dict[str, str]:
    """Return the short name of every unit."""
    return {unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)}


def standing(run: Any) -> dict[str, Any]:
    """Return what the page says of a training's way: its stages and the time left."""
    left = seconds_left(run.progress, run.started_at, datetime.now(UTC))
    return {"stages": stages(run.progress, is_running=run.status == "running"), "seconds_left": left}
