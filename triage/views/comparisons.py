"""Comparisons: measuring a candidate against today's active model, and what it would read otherwise."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed
from triage.extensions import db
from triage.flow import compare
from triage.jobs import training
from triage.queries import changes, directory, runs
from triage.rules.permissions import Action

blueprint = Blueprint("comparisons", __name__)


@blueprint.post("/model/<int(max=2147483647):run_id>/bandingkan")
@allowed(Action.MANAGE_MODELS)
def again(run_id: int) -> Response:
    """Compare a candidate with the model that is active now."""
    compare.ask(db.session, run_id)
    training.compare_run.enqueue(run_id)
    flash("Perbandingan dengan model aktif sedang dihitung; biasanya selesai dalam setengah menit.", "info")
    return redirect(url_for("models.page", run_id=run_id))


@blueprint.get("/model/<int(max=2147483647):run_id>/perubahan")
@allowed(Action.MANAGE_MODELS)
def changed(run_id: int) -> str:
    """Show the comments whose intent or unit a candidate reads otherwise."""
    run = runs.known(db.session, run_id)
    kind, is_live = "unit" if request.args.get("dalam") == "unit" else "jenis", request.args.get("dari") == "warga"
    after = min(max(request.args.get("setelah", 0, type=int), 0), 2**31 - 1)
    rows, following = changes.page(db.session, run_id, kind=kind, is_live=is_live, after=after)
    return render_template(
        "models/changes.html",
        run=run,
        rows=rows,
        following=following,
        kind=kind,
        source="warga" if is_live else "pembanding",
        counts=changes.counts(db.session, run_id),
        units={unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)},
    )
