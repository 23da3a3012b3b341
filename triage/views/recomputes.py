"""What a correction of a calendar changed: progress, then old values beside the new."""

from datetime import UTC, date, datetime

from flask import Blueprint, Response, render_template, stream_with_context

from triage.auth import allowed
from triage.extensions import db
from triage.flow import export, recompute
from triage.queries import directory, recomputes
from triage.rules.permissions import Action

blueprint = Blueprint("recomputes", __name__, url_prefix="/kalender/hitung-ulang")


@blueprint.get("/<int(max=2147483647):recompute_id>")
@allowed(Action.SEE_RULES)
def page(recompute_id: int) -> str:
    """Show how far a recompute is, or what it changed."""
    row = recomputes.known(db.session, recompute_id)
    cause = recomputes.cause(db.session, row)
    return render_template(
        "recomputes/page.html",
        recompute=row,
        cause=cause,
        author=directory.user_names(db.session, [cause.created_by_id or 0]).get(cause.created_by_id or 0, "sistem"),
        cases=list(recomputes.changed(db.session, recompute_id)),
        months=[found | {"month": date.fromisoformat(found["month"])} for found in row.report],
        seconds_left=recomputes.seconds_left(row, datetime.now(UTC)),
    )


@blueprint.get("/<int(max=2147483647):recompute_id>/kemajuan")
@allowed(Action.SEE_RULES)
def progress(recompute_id: int) -> str:
    """Return how far a recompute is, as the part of the page that refreshes itself."""
    row = recomputes.known(db.session, recompute_id)
    left = recomputes.seconds_left(row, datetime.now(UTC))
    return render_template("recomputes/standing.html", recompute=row, seconds_left=left)


@blueprint.get("/<int(max=2147483647):recompute_id>/kasus.csv")
@allowed(Action.SEE_RULES)
def csv(recompute_id: int) -> Response:
    """Hand out every changed case with its old and new figures."""
    recomputes.known(db.session, recompute_id)
    rows = recompute.cells(recomputes.changed(db.session, recompute_id, limit=None))
    answer = Response(stream_with_context(export.lines(recompute.HEADERS, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="hitung-ulang-{recompute_id}.csv"'
    return answer
