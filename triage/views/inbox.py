"""The inbox: the list of cases with its views, filters and search, and one case beside it."""

import secrets
from datetime import UTC, datetime

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.extensions import db
from triage.forms.cases import (
    CloseForm,
    CommentForm,
    DecideForm,
    ElsewhereForm,
    HandOverForm,
    HideForm,
    NoteForm,
    ReasonForm,
    ReplyForm,
)
from triage.forms.inbox import kept_args, narrowed_by
from triage.queries import case_page, directory
from triage.queries import inbox as inbox_queries
from triage.queries.inbox import Filter, View
from triage.rules.permissions import Action
from triage.rules.targets import end_of_day

blueprint = Blueprint("inbox", __name__)
VIEWS = {
    View.OPEN: ("Terbuka", "inbox", ""),
    View.NEW: ("Baru", "circle-dashed", ""),
    View.MINE: ("Tugas saya", "user", ""),
    View.LATE: ("Terlambat", "clock-exclamation", "late"),
    View.TODAY: ("Tenggat hari ini", "clock", "today"),
    View.WAITING: ("Menunggu", "hourglass", ""),
    View.HOAX: ("Laporan hoaks", "flag-exclamation", ""),
    View.TRIAGE: ("Antrean triase", "tag", ""),
    View.RESOLVED: ("Selesai", "circle-check", ""),
    View.NO_ANSWER: ("Tidak perlu tanggapan", "archive", ""),
    View.ALL: ("Semua", "list", ""),
}


@blueprint.get("/")
def start() -> Response:
    """Lead to the inbox."""
    return redirect(url_for("inbox.page"))


@blueprint.get("/kasus")
@allowed(Action.SEE_CASES)
def page() -> str:
    """Show the list."""
    return workbench(None)


@blueprint.get("/kasus/<code>")
@allowed(Action.SEE_CASES)
def case(code: str) -> str:
    """Show one case beside the list."""
    return workbench(case_page.read(db.session, viewer(), code))


@blueprint.get("/kasus/baru-masuk")
@allowed(Action.SEE_CASES)
def arrivals() -> str:
    """Say how many cases came in since the list was drawn, without moving it."""
    since = request.args.get("sejak", default=datetime.fromtimestamp(0, UTC), type=moment_of)
    count = inbox_queries.arrived_since(db.session, viewer(), since=since)
    return render_template("inbox/arrivals.html", count=count, args=kept_args(request.args))


def moment_of(seconds: str) -> datetime:
    """Return the moment of an address; raise ValueError for what is none."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (OverflowError, OSError) as exc:
        raise ValueError(f"{seconds} is no moment") from exc


def workbench(open_case: case_page.CasePage | None) -> str:
    """Return the page with views, list and case."""
    moment = datetime.now(UTC)
    day_end = end_of_day(moment, current_app.config["TANGGAP"].office_zone)
    wanted = chosen()
    listed = inbox_queries.page(db.session, viewer(), wanted, now=moment, day_end=day_end)
    return render_template(
        "inbox/page.html",
        open=open_case,
        forms_of_case=forms_for(open_case) if open_case else None,
        listed=listed,
        wanted=wanted,
        counts=inbox_queries.counts(db.session, viewer(), now=moment, day_end=day_end),
        views=shown_views(),
        units=open_case.units if open_case else directory.units(db.session),
        args=kept_args(request.args),
        refused=g.get("refused"),
        now=moment,
    )


def chosen() -> Filter:
    """Return the filter of the address."""
    view = inbox_queries.view_named(request.args.get("tampilan", ""), viewer())
    return Filter(view=view, after=request.args.get("setelah", "")[:200], **narrowed_by(request.args))


def shown_views() -> dict[View, tuple[str, str, str]]:
    """Return the views of the viewer's role: only some see the triage queue."""
    return {view: about for view, about in VIEWS.items() if view is not View.TRIAGE or viewer().may(Action.SEE_TRIAGE)}


def forms_for(found: case_page.CasePage) -> dict[str, FlaskForm]:
    """Return the forms of a case by the step that takes them; a refused one stands as it was typed."""
    version, refused = found.case.version, g.get("refused")
    forms = blank_forms(found, version, secrets.token_urlsafe(16))
    if refused and refused.step in forms:
        forms[refused.step] = refused.again(version) or forms[refused.step]
    for step, form in forms.items():
        for field in form:
            field.id = f"{step}-{field.name}"
    forms["hand_over_case"].unit.choices = destinations(found)
    forms["withdraw_comment"].comment.choices = list(found.may_withdraw.items())
    forms["hide_comment"].comment.choices = list(found.may_hide.items())
    return forms


def blank_forms(found: case_page.CasePage, version: int, key: str) -> dict[str, FlaskForm]:
    """Return the forms of a case, filled with what is known."""
    draft = found.draft.text if found.draft else ""
    return {
        "add_note": NoteForm(formdata=None),
        "send_reply": ReplyForm(formdata=None, version=version, key=key, text=draft),
        "record_elsewhere": ElsewhereForm(formdata=None, key=f"{key}-e"),
        "resolve_case": CloseForm(formdata=None, version=version),
        "needs_no_answer": CloseForm(formdata=None, version=version),
        "hand_over_case": HandOverForm(formdata=None, version=version),
        "wait": ReasonForm(formdata=None),
        "reopen": ReasonForm(formdata=None),
        "withdraw_comment": CommentForm(formdata=None, version=version),
        "hide_comment": HideForm(formdata=None, version=version),
        "judge_hiding": DecideForm(formdata=None),
    }


def destinations(found: case_page.CasePage) -> dict[str, str]:
    """Return the units to choose from by code, those that the model weighed first."""
    weighed = {score.name: score.probability for score in found.weighed if not score.is_chosen}
    others = [unit for unit in found.units if unit != found.unit]
    likely = sorted(others, key=lambda unit: -weighed.get(unit.short_name, 0.0))
    return {"": "Pilih unit"} | {
        unit.code: f"{unit.short_name} – usulan model" if unit.short_name in weighed else unit.short_name
        for unit in likely
    }
