"""Warnings of late work: the ladder that Diskominfo sets, and every e-mail with where it stands."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput
from triage.extensions import db, mail
from triage.flow import escalate, notify
from triage.forms.notices import AUDIENCES, wanted
from triage.jobs.chasing import send_notice
from triage.queries import directory, notices
from triage.rules.permissions import Action

blueprint = Blueprint("notices", __name__, url_prefix="/peringatan")
FAILED = "gagal"


@blueprint.get("")
@allowed(Action.SEE_RULES)
def overview() -> str:
    """Show the ladder and the e-mails."""
    return page()


@blueprint.post("")
@allowed(Action.MANAGE_RULES)
def save() -> Response | tuple[str, int]:
    """Set the steps of the ladder."""
    try:
        steps = wanted(request.form, notices.steps(db.session))
        changed = escalate.set_steps(db.session, viewer(), steps, now=datetime.now(UTC))
    except InvalidInput as exc:
        db.session.rollback()
        return page(problem=exc.message, typed=request.form), 422
    flash(f"{changed} tahap diubah." if changed else "Tidak ada yang berubah.", "success")
    return redirect(url_for("notices.overview"))


@blueprint.post("/<int(max=2147483647):notice_id>/kirim-ulang")
@allowed(Action.MANAGE_RULES)
def resend(notice_id: int) -> Response:
    """Send a failed e-mail again."""
    notify.resend(db.session, notice_id, now=datetime.now(UTC))
    send_notice.enqueue(notice_id)
    flash("E-mail dikirim ulang.", "success")
    return redirect(url_for("notices.overview", tampil=request.args.get("tampil") or None))


def page(problem: str = "", typed: Any = None) -> str:
    """Return the page; what was typed and refused stays in its fields."""
    after, only_failed = request.args.get("setelah", "")[:200], request.args.get("tampil") == FAILED
    changes = notices.step_changes(db.session)
    people = notices.people(db.session)
    return render_template(
        "notices/overview.html",
        problem=problem,
        typed=typed,
        steps=notices.steps(db.session),
        audiences=AUDIENCES,
        changes=changes,
        names=directory.user_names(db.session, {int(row.actor[5:]) for row in changes if row.actor[5:].isdigit()}),
        headless=notices.units_without(db.session, people),
        has_mail=mail.carrier is not None,
        digest_hour=current_app.config["TANGGAP"].digest_hour,
        failed=notices.failed(db.session),
        only_failed=only_failed,
        after=after,
        listed=notices.sendings(db.session, only_failed=only_failed, after=after),
    )
