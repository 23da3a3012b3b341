"""Entering a comment that was seen elsewhere, and where it went."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import enter, ingest, register
from triage.forms.entry import EntryForm
from triage.jobs import tasks
from triage.queries import directory, intake
from triage.queries import entry as entries
from triage.rules.permissions import Action

blueprint = Blueprint("entry", __name__, url_prefix="/catat")
NEW = "Komentar tercatat dan masuk antrean pembacaan."
KNOWN = "Komentar ini sudah tercatat sebelumnya, jadi tidak ditambahkan lagi."


def settings() -> Any:
    """Return the application's settings."""
    return current_app.config["TANGGAP"]


def local_now() -> datetime:
    """Return the moment in the office's zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(settings().office_zone))


def entry_form(**given: Any) -> EntryForm:
    """Return the form with the open accounts that the viewer enters comments for."""
    found = directory.accounts(db.session)
    return EntryForm(**given).offer(
        (account, unit) for account, unit in found if viewer().reaches(Action.ENTER_COMMENTS, unit.id)
    )


def form_page(form: EntryForm) -> str:
    """Return the page with the form."""
    return render_template("entry/page.html", form=form, now=local_now())


@blueprint.get("")
@allowed(Action.ENTER_COMMENTS)
def page() -> str:
    """Ask for a comment."""
    return form_page(entry_form(account=request.args.get("akun", ""), posted_at=local_now().replace(tzinfo=None)))


@blueprint.post("")
@allowed(Action.ENTER_COMMENTS)
def record() -> str | Response | tuple[str, int]:
    """Take a comment in, have it read, and lead to its case."""
    form = entry_form()
    if not form.validate_on_submit():
        return form_page(form), 422
    try:
        moment = form.posted_at_in(settings().office_zone)
        message = enter.message(form.words(), posted_at=moment, now=local_now())
    except InvalidInput as exc:
        form.form_errors = [exc.message]
        return form_page(form), 422
    code, is_new = take_in(register.known_account(db.session, form.account.data).id or 0, message)
    tasks.classify_waiting.enqueue()
    flash(NEW if is_new else KNOWN, "success" if is_new else "info")
    return redirect(url_for("entry.result", code=code))


def take_in(account_id: int, message: enter.Incoming) -> tuple[str, bool]:
    """Store a comment; return its case's code, and whether it was not there before."""
    done = ingest.ingest(
        db.session,
        account_id,
        [message],
        source=enter.BY_HAND,
        salt=settings().author_salt,
        reopen_days=settings().reopen_working_days,
        now=datetime.now(UTC),
    )
    code = intake.case_code(db.session, account_id, message.external_id)
    db.session.rollback()
    return code, done.accepted == 1


@blueprint.get("/<code>")
@allowed(Action.ENTER_COMMENTS)
def result(code: str) -> str | Response:
    """Lead to the case as soon as the viewer may see it; until then, or else, say where it is."""
    found = entries.entered(db.session, viewer(), code)
    if request.headers.get("HX-Request"):
        return render_template("entry/state.html", entered=found)
    if found.is_visible:
        return redirect(url_for("inbox.case", code=found.code))
    return render_template("entry/result.html", entered=found)
