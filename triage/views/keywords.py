"""The table of keywords that help the router: by unit, with measured precision and contradictions."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import card, keep_keywords, register
from triage.forms.keywords import KeywordForm
from triage.queries import directory, keywords, runs
from triage.rules.keywords import JudgedKeyword, judged, worst
from triage.rules.permissions import Action
from triage.rules.routing import is_village
from triage.rules.villages import place_in

blueprint = Blueprint("keywords", __name__, url_prefix="/kata-kunci")
MOST_LISTED = 25


@blueprint.get("")
@allowed(Action.MANAGE_RULES)
def overview() -> str:
    """List the units with their phrases counted, and every phrase that deserves a look."""
    found = table()
    by_unit: dict[str, list[JudgedKeyword]] = {}
    for row in found:
        by_unit.setdefault(row.keyword.unit, []).append(row)
    return render_template(
        "keywords/overview.html",
        units=directory.units(db.session, only_active=False),
        by_unit=by_unit,
        doubtful=worst(found),
        most=MOST_LISTED,
        names=names(),
        run=runs.active(db.session),
    )


@blueprint.get("/<code>")
@allowed(Action.MANAGE_RULES)
def unit(code: str) -> str:
    """Show the phrases of one unit."""
    return unit_page(code, KeywordForm(formdata=None))


@blueprint.post("/<code>")
@allowed(Action.MANAGE_RULES)
def add(code: str) -> Response | tuple[str, int]:
    """Add a phrase to a unit."""
    form = offered(code, KeywordForm())
    if form.validate_on_submit():
        try:
            row = keep_keywords.add(db.session, code, form.phrase.data, route_to=form.route_to.data)
        except InvalidInput as exc:
            db.session.rollback()
            form.form_errors = [exc.message]
        else:
            flash(f"“{row.phrase}” ditambahkan. Berlaku untuk komentar yang masuk sesudahnya.", "success")
            return redirect(url_for("keywords.unit", code=code))
    return unit_page(code, form), 422


@blueprint.post("/<code>/<int(max=2147483647):keyword_id>/hapus")
@allowed(Action.MANAGE_RULES)
def remove(code: str, keyword_id: int) -> Response:
    """Remove a phrase."""
    phrase = keep_keywords.remove(db.session, code, keyword_id)
    flash(f"“{phrase}” dihapus. Kasus yang sudah diarahkan tidak berubah.", "success")
    return redirect(url_for("keywords.unit", code=code))


def table() -> list[JudgedKeyword]:
    """Return every phrase, judged by the measures of the model that serves."""
    run = runs.active(db.session)
    try:
        measures = card.card_of(run).keywords if run else {}
    except InvalidInput:  # the card is damaged: the phrases can be edited all the same
        measures = {}
    return judged(keywords.every(db.session), measures)


def names() -> dict[str, str]:
    """Return the short name of every unit by code."""
    return {unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)}


def offered(code: str, form: KeywordForm) -> KeywordForm:
    """Offer the units; return the form. Raise NotFound for an unknown unit."""
    known = register.known_unit(db.session, code)
    return form.offer(known.code, known.short_name, names().items())


def unit_page(code: str, form: KeywordForm) -> str:
    """Return the page of one unit's phrases."""
    unit = register.known_unit(db.session, code)
    return render_template(
        "keywords/unit.html",
        unit=unit,
        is_village=is_village(unit.code, unit.level),
        place=place_in(unit.name),
        form=offered(code, form),
        rows=[row for row in table() if row.keyword.unit == code],
        names=names(),
        run=runs.active(db.session),
    )
