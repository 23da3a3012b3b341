"""Watching models: figures per week, drift, the shadow run, and the history of decisions."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed
from triage.extensions import db
from triage.flow import observe, shadow
from triage.queries import directory, runs, watch
from triage.rules.permissions import Action

blueprint = Blueprint("watching", __name__)
SHOWN_WEEKS = 26


@blueprint.get("/model/pemantauan")
@allowed(Action.MANAGE_MODELS)
def page() -> str:
    """Show how models do week by week, and whether the comments change."""
    active = runs.active(db.session)
    readings = watch.drift(db.session, active.id or 0) if active else []
    weeks = watch.weeks(db.session, SHOWN_WEEKS)
    return render_template(
        "models/watch.html",
        active=active,
        weeks=weeks,
        readings=readings,
        alarms=observe.alarms(readings[0] if readings else None, weeks),
        alpha=observe.ALPHA,
        window=observe.WINDOW,
        reference=observe.REFERENCE,
    )


@blueprint.get("/model/riwayat")
@allowed(Action.MANAGE_MODELS)
def history() -> str:
    """Show every decision on models, for paper."""
    decided = runs.promotions(db.session, limit=1_000)
    return render_template("models/history.html", promotions=decided, people=runs.people(db.session, [], decided))


@blueprint.get("/model/<int(max=2147483647):run_id>/bayangan")
@allowed(Action.MANAGE_MODELS)
def shadow_page(run_id: int) -> str:
    """Show what a candidate says of live comments beside the active model and people."""
    run = runs.known(db.session, run_id)
    before = request.args.get("sebelum", 0, type=int)
    rows, following = watch.differing(db.session, run_id, before=min(max(before, 0), 2**31 - 1) or None)
    return render_template(
        "models/shadow.html",
        run=run,
        rows=rows,
        following=following,
        agreement=watch.agreement(db.session, run_id),
        pairs=watch.pairs(db.session, run_id),
        units={unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)},
    )


@blueprint.post("/model/<int(max=2147483647):run_id>/bayangan/mulai")
@allowed(Action.MANAGE_MODELS)
def begin_shadow(run_id: int) -> Response:
    """Let a candidate read live comments beside the active model."""
    shadow.start(db.session, run_id, now=datetime.now(UTC))
    flash(f"Model #{run_id} membaca komentar baru sebagai bayangan. Tidak ada keputusan yang berubah.", "success")
    return redirect(url_for("watching.shadow_page", run_id=run_id))


@blueprint.post("/model/<int(max=2147483647):run_id>/bayangan/akhiri")
@allowed(Action.MANAGE_MODELS)
def end_shadow(run_id: int) -> Response:
    """Take a candidate out of the shadow."""
    shadow.stop(db.session, run_id)
    flash(f"Model #{run_id} berhenti membaca. Bacaannya tetap tersimpan.", "info")
    return redirect(url_for("watching.shadow_page", run_id=run_id))
