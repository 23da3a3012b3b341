"""Response targets: what is in force and what it means now, setting one from a day on, and the history."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import TriageError
from triage.extensions import db
from triage.flow import set_target
from triage.forms.targets import INTENTS, KINDS, MEASURES, TargetForm
from triage.queries import calendars, directory, targets
from triage.rules.due_preview import due, standings
from triage.rules.permissions import Action

blueprint = Blueprint("targets", __name__, url_prefix="/target")


def zone() -> str:
    """Return the office's zone."""
    name: str = current_app.config["TANGGAP"].office_zone
    return name


@blueprint.get("")
@allowed(Action.SEE_RULES)
def overview() -> str:
    """Show the targets in force, a form for a change, and the history."""
    today = datetime.now(UTC).astimezone(ZoneInfo(zone())).date()
    asked = {name: request.args[name] for name in ("intent", "kind", "unit", "flag", "measure") if name in request.args}
    return page(TargetForm(formdata=None, data={"in_force_from": today, "kind": "first_response"} | asked))


@blueprint.post("")
@allowed(Action.MANAGE_RULES)
def save() -> str | Response | tuple[str, int]:
    """Show what a target would mean, or set it from its day on."""
    form, now = offered(TargetForm()), datetime.now(UTC)
    if not form.validate_on_submit():
        return page(form), 422
    try:
        if form.look.data:
            return page(form, preview=preview(wanted(form), now))
        db.session.rollback()
        set_target.set_target(db.session, viewer(), wanted(form), zone=zone(), now=now)
    except TriageError as exc:
        db.session.rollback()
        form.form_errors = [exc.message]
        return page(form), 422
    flash("Target disimpan. Kasus yang sudah punya tenggat tidak berubah.", "success")
    return redirect(url_for("targets.overview"))


def wanted(form: TargetForm) -> set_target.Wanted:
    """Return the target that a form describes."""
    return set_target.Wanted(
        intent=form.intent.data,
        kind=form.kind.data,
        measure=form.measure.data,
        amount=form.amount.data,
        in_force_from=form.in_force_from.data,
        reason=form.reason.data,
        unit=form.unit.data,
        flag=form.flag.data,
        is_ended=bool(form.is_ended.data),
    )


def preview(found: set_target.Wanted, now: datetime) -> dict[str, Any]:
    """Return what a target would mean for a comment that arrives now, beside what counts today."""
    rule = set_target.as_rule(db.session, found, zone=zone(), now=now)
    known, by_unit = set_target.before(db.session, rule), calendars.by_unit(db.session)
    after = due(rule, by_unit, now) if rule.is_active else None
    return {"rule": rule, "due_at": after, "known": known, "known_due_at": due(known, by_unit, now) if known else None}


def offered(form: TargetForm) -> TargetForm:
    """Offer the regency's own units; return the form."""
    return form.offer((unit.code, unit.short_name) for unit in directory.units(db.session) if not unit.is_external)


def page(form: TargetForm, preview: dict[str, Any] | None = None) -> str:
    """Return the page of the targets."""
    now = datetime.now(UTC)
    return render_template(
        "targets/page.html",
        form=offered(form),
        preview=preview,
        standings=standings(calendars.targets(db.session), calendars.by_unit(db.session), now),
        log=targets.log(db.session),
        units={unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)},
        names={"intent": INTENTS, "kind": KINDS, "measure": MEASURES},
    )
