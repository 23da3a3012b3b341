"""What waits for a supervisor's word, as a short list that leads to the cases."""

from flask import Blueprint, render_template

from triage.auth import allowed, viewer
from triage.extensions import db
from triage.queries import hidings
from triage.rules.permissions import Action

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/persetujuan")
@allowed(Action.APPROVE_HIDING)
def overview() -> str:
    """Show the hidden comments whose reason nobody has judged yet."""
    waiting = hidings.every_waiting(db.session, viewer())
    return render_template("approvals/overview.html", waiting=waiting, most_shown=hidings.MOST_SHOWN)
