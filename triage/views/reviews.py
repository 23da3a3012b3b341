"""Labels that are likely wrong: the list of the newest model, and one after the other for a person to decide."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput, NotFound
from triage.extensions import db
from triage.flow import review
from triage.forms.labelling import DecisionForm
from triage.queries import directory
from triage.rules import guideline
from triage.rules.permissions import Action

blueprint = Blueprint("reviews", __name__, url_prefix="/pelabelan/periksa")


@blueprint.get("")
@allowed(Action.LABEL)
def overview() -> str:
    """List the labels that the newest model finds unlikely."""
    return render_template("labelling/suspects.html", found=review.suspects(db.session))


@blueprint.get("/<int(max=2147483647):place>")
@allowed(Action.LABEL)
def page(place: int) -> str:
    """Show one label with what the model thinks of it."""
    found = review.suspects(db.session)
    if found is None:
        raise NotFound("Belum ada daftar label untuk diperiksa. Latih model dulu.")
    units = {unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)}
    row, left = found.at(place), len(found.waiting)
    return render_template("labelling/suspect.html", row=row, left=left, units=units, guideline=guideline)


@blueprint.post("/<int(max=2147483647):place>")
@allowed(Action.LABEL)
def decide(place: int) -> Response:
    """Keep a decision and lead to the next label that nobody looked at."""
    form = DecisionForm()
    if not form.validate_on_submit():
        raise InvalidInput("Pilih jenis yang benar; yang sama dengan labelnya berarti tetap.")
    db.session.rollback()
    kept = review.decide(db.session, viewer(), place, form.chosen, now=datetime.now(UTC))
    said = "Label tetap." if kept.before == kept.after else "Label diubah."
    flash(f"{said} Berlaku mulai pelatihan berikutnya. Tanda terima {kept.id}.", "success")
    found = review.suspects(db.session)
    if found is None or not found.waiting:
        return redirect(url_for("reviews.overview"))
    return redirect(url_for("reviews.page", place=found.waiting[0].place))
