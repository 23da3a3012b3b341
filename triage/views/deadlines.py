"""The cases due soon, of each unit by its own working days; the late ones stand beside them."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, render_template, request

from triage.auth import allowed, viewer
from triage.extensions import db
from triage.queries import deadlines
from triage.rules.permissions import Action, Scope

blueprint = Blueprint("deadlines", __name__)


@blueprint.get("/angka/segera")
@allowed(Action.SEE_FIGURES)
def soon() -> str:
    """Show every case whose deadline is near."""
    who, now, days = viewer(), datetime.now(UTC), current_app.config["TANGGAP"].due_soon_days
    until = deadlines.bounds(db.session, now=now, days=days)
    by_unit = deadlines.soon_by_unit(db.session, who, until, now=now)
    unit = next((code for code, _, _ in by_unit if code == request.args.get("unit")), "")
    after = request.args.get("setelah", "")[:200]
    return render_template(
        "deadlines/soon.html",
        days=days,
        unit=unit,
        after=after,
        by_unit=by_unit,
        listed=deadlines.soon(db.session, who, until, now=now, unit=unit, after=after),
        sees_all=who.scope(Action.SEE_FIGURES) is Scope.ALL,
    )
