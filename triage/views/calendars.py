"""Calendars as supervisors and Diskominfo read them: versions, months in hours, comparisons, who works by which."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import TriageError
from triage.extensions import db
from triage.flow import keep_calendar
from triage.forms.calendars import AssignmentForm
from triage.jobs.recomputing import recompute_figures
from triage.queries import calendar_versions, directory, recomputes
from triage.rules.calendar_months import month_of
from triage.rules.calendar_versions import differences
from triage.rules.hours import worked_minutes
from triage.rules.permissions import Action

blueprint = Blueprint("calendars", __name__, url_prefix="/kalender")


def today() -> date:
    """Return the office's day."""
    return datetime.now(UTC).astimezone(ZoneInfo(current_app.config["TANGGAP"].office_zone)).date()


@blueprint.get("")
@allowed(Action.SEE_RULES)
def overview() -> str:
    """List the calendars, who works by them, and what corrections changed."""
    rows = calendar_versions.newest(db.session)
    drafts = {row.code: calendar_versions.draft_of(db.session, row) for row in rows}
    assigned = [code for _, code in calendar_versions.unit_calendars(db.session, today())]
    return render_template(
        "calendars/overview.html",
        calendars=rows,
        week_minutes={code: sum(map(worked_minutes, draft.week)) for code, draft in drafts.items()},
        unit_counts={row.code: assigned.count(row.code) for row in rows},
        authors=calendar_versions.authors(db.session, rows),
        recomputes=recomputes.newest(db.session),
    )


@blueprint.get("/<code>")
@allowed(Action.SEE_RULES)
def page(code: str) -> str:
    """Show one version of a calendar, the newest unless another is asked for, with one month in hours."""
    versions = calendar_versions.versions(db.session, code)
    shown = calendar_versions.version(db.session, code, number_asked("versi"))
    draft = calendar_versions.draft_of(db.session, shown)
    calendar = draft.as_calendar(code, shown.version, shown.in_force_from)
    month = month_of(calendar, draft.free_day_names, month_asked())
    return render_template(
        "calendars/page.html",
        calendar=shown,
        draft=draft,
        versions=versions,
        authors=calendar_versions.authors(db.session, versions),
        month=month,
        year=month.first_day.year,
    )


@blueprint.get("/<code>/banding")
@allowed(Action.SEE_RULES)
def compare(code: str) -> str:
    """Show by what two versions differ."""
    versions = calendar_versions.versions(db.session, code)
    new = calendar_versions.version(db.session, code, number_asked("baru"))
    old = calendar_versions.version(db.session, code, number_asked("lama") or max(1, new.version - 1))
    drafts = [calendar_versions.draft_of(db.session, row) for row in (old, new)]
    return render_template(
        "calendars/compare.html",
        versions=versions,
        old=old,
        new=new,
        differences=differences(*drafts),
        authors=calendar_versions.authors(db.session, versions),
    )


@blueprint.get("/unit")
@allowed(Action.SEE_RULES)
def units() -> str:
    """Show which unit works by which calendar."""
    return units_page(AssignmentForm(formdata=None, in_force_from=today()))


@blueprint.post("/unit")
@allowed(Action.MANAGE_RULES)
def assign() -> Response | tuple[str, int]:
    """Give a unit another calendar from a day on."""
    form = offered(AssignmentForm())
    if form.validate_on_submit():
        change = keep_calendar.Change(in_force_from=form.in_force_from.data, reason=form.reason.data)
        args = (form.unit.data, form.calendar.data, change)
        try:
            found = keep_calendar.assign(db.session, viewer(), *args, now=datetime.now(UTC))
            return assigned(found.id if found else None)
        except TriageError as exc:
            db.session.rollback()
            form.form_errors = [exc.message]
    return units_page(form), 422


def assigned(recompute_id: int | None) -> Response:
    """Lead to the recompute that a change of the past needs, or back to the list."""
    if recompute_id is None:
        flash("Kalender unit disimpan. Angka yang lalu tidak berubah.", "success")
        return redirect(url_for("calendars.units"))
    recompute_figures.enqueue(recompute_id)
    return redirect(url_for("recomputes.page", recompute_id=recompute_id))


def offered(form: AssignmentForm) -> AssignmentForm:
    """Offer the regency's own units and all calendars; return the form."""
    units = [(unit.code, unit.short_name) for unit in directory.units(db.session) if not unit.is_external]
    return form.offer(units, [(row.code, row.name) for row in calendar_versions.newest(db.session)])


def units_page(form: AssignmentForm) -> str:
    """Return the page of units and their calendars."""
    log = calendar_versions.assignment_log(db.session)
    return render_template(
        "calendars/units.html",
        form=offered(form),
        units=calendar_versions.unit_calendars(db.session, today()),
        calendars={row.code: row.name for row in calendar_versions.newest(db.session)},
        log=log,
        authors=calendar_versions.authors(db.session, [row for row, _ in log]),
    )


def number_asked(name: str) -> int | None:
    """Return a version number of the address; None where there is none that could be."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and 0 < len(typed) < 9 else None


def month_asked() -> date:
    """Return the first day of the month of the address, the present month where there is none that could be."""
    typed = request.args.get("bulan", "")
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today().replace(day=1)
    return found if 2000 <= found.year <= 2100 else today().replace(day=1)
