"""Files of cases and figures, and monthly reports: ordered here, made in the background, fetched here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput, NotFound
from triage.extensions import db
from triage.flow import produce
from triage.forms.exports import EVERY, FIGURES, ExportForm, ReportForm
from triage.forms.figures import Asked, asked
from triage.jobs import exporting
from triage.queries import directory, exports
from triage.queries.cohorts import QUEUE, Cohort, Number
from triage.rules.months import before, read_month
from triage.rules.permissions import Action, Scope

blueprint = Blueprint("exports", __name__, url_prefix="/unduhan")
REPORT = "Laporan bulanan"
MONTHS_OFFERED = 24
TITLES = {"cases": "Kasus", "figures": "Angka"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Question:
    """What the address asks, as the page of figures reads it, with its filters in words."""

    asked: Asked
    cohort: Cohort
    filters: str
    moment: datetime
    today: date


@blueprint.get("")
@allowed(Action.SEE_FIGURES)
def overview() -> str:
    """Show what can be ordered for the period and filters of the address, and what was."""
    return overview_page(ExportForm(formdata=None), question())


@blueprint.post("")
@allowed(Action.SEE_FIGURES)
def order() -> Response | tuple[str, int]:
    """Order a table; an address that does not mean one exact period is refused, for a file does not say so."""
    form, found = ExportForm(), question()
    if found.asked.problems:
        raise InvalidInput(found.asked.problems[0])
    if not form.validate_on_submit():
        return overview_page(form, found), 422
    return ordered(wanted(form, found), found.moment)


@blueprint.post("/laporan")
@allowed(Action.SEE_FIGURES)
def report() -> Response | tuple[str, int]:
    """Order the report of a month; one that cannot be meant is named on the form."""
    form, found = report_form(), question()
    try:
        month = read_month(form.month.data or "", today=found.today)
    except InvalidInput as exc:
        form.month.errors = [exc.message]
        return overview_page(ExportForm(formdata=None), found, form), 422
    said = {"name": f"laporan-{month:%Y-%m}", "filters": ""}
    what = produce.Wanted(kind="report", title=REPORT, month=month, requester_id=viewer().user_id, asked=said)
    return ordered(what, found.moment)


@blueprint.get("/<key>")
@allowed(Action.SEE_FIGURES)
def page(key: str) -> str:
    """Show how far an order is, or its files."""
    return render_template("exports/page.html", **standing(key))


@blueprint.get("/<key>/kemajuan")
@allowed(Action.SEE_FIGURES)
def progress(key: str) -> str:
    """Return how far an order is, as the part of the page that refreshes itself."""
    return render_template("exports/standing.html", **standing(key))


@blueprint.get("/<key>/berkas.<any(csv, xlsx, pdf):form>")
@allowed(Action.SEE_FIGURES)
def download(key: str, form: str) -> Response:
    """Hand out a finished file."""
    row = in_reach(key)
    path = produce.path_of(current_app.config["TANGGAP"].exports_dir.resolve(), row.key, form)
    if form not in [file["form"] for file in row.files] or row.removed_at or not path.is_file():
        raise NotFound("Berkas ini tidak ada, atau masa simpannya sudah habis. Pesan lagi di halaman Unduhan.")
    return send_file(path, mimetype=TYPES[form], as_attachment=True, download_name=f"{row.asked['name']}.{form}")


def ordered(what: produce.Wanted, moment: datetime) -> Response:
    """Keep an order, ask for its making, and lead to its page."""
    db.session.rollback()
    row = produce.order(db.session, what, now=moment)
    exporting.make_export.enqueue(row.id)
    return redirect(url_for("exports.page", key=row.key))


def wanted(form: ExportForm, found: Question) -> produce.Wanted:
    """Return the order that a form and its address describe."""
    first, last = found.asked.first_day, found.asked.last_day
    kind = "figures" if form.content.data == FIGURES else "cases"
    number = None if form.content.data in (EVERY, FIGURES) else Number.RECEIVED
    name = {"figures": "angka", "cases": "kasus" if number else "semua-kasus"}[kind]
    day_name = current_app.jinja_env.filters["day_name"]
    said = {
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "days": f"{day_name(first)} – {day_name(last)}",
        "filters": found.filters,
        "name": f"{name}-{first:%Y%m%d}-{last:%Y%m%d}",
    }
    return produce.Wanted(
        kind=kind,
        form=form.form.data,
        title=f"{TITLES[kind]}{'' if number or kind == 'figures' else ' (semua)'}",
        requester_id=viewer().user_id,
        asked=exports.asked_of(found.cohort, number, said),
    )


def question() -> Question:
    """Return what the address asks."""
    moment, zone = datetime.now(UTC), ZoneInfo(current_app.config["TANGGAP"].office_zone)
    units = {unit.code: unit.short_name for unit in directory.units(db.session, only_active=False)}
    units[QUEUE] = "Antrean triase"
    accounts = {account.code: account.handle for account, _ in directory.accounts(db.session, only_active=False)}
    today = moment.astimezone(zone).date()
    form = asked(request.args, today=today, units=list(units), accounts=list(accounts))
    start, end = form.bounds(zone)
    cohort = Cohort(
        start=start, end=end, unit=form.unit, intent=form.intent, platform=form.platform, account=form.account
    )
    say = current_app.jinja_env.filters
    given = (
        f"unit {units[form.unit]}" if form.unit else "",
        f"jenis {say['intent_name'](form.intent)}" if form.intent else "",
        f"platform {say['platform_name'](form.platform)}" if form.platform else "",
        f"akun {accounts[form.account]}" if form.account else "",
    )
    return Question(form, cohort, ", ".join(part for part in given if part), moment, today)


def overview_page(form: ExportForm, found: Question, report: ReportForm | None = None) -> str:
    """Return the page with what can be ordered and what was."""
    report = report or ReportForm(formdata=None, month=f"{before(found.today.replace(day=1)):%Y-%m}")
    return render_template(
        "exports/overview.html",
        form=form,
        report=report.offer(months(found.today)),
        asked=found.asked,
        args=found.asked.args,
        filters=found.filters,
        orders=exports.newest(db.session, viewer()),
        sees_all=viewer().scope(Action.SEE_FIGURES) is Scope.ALL,
        keep_days=current_app.config["TANGGAP"].export_days,
    )


def report_form() -> ReportForm:
    """Return what was sent about a report."""
    return ReportForm().offer([])


def months(today: date) -> list[tuple[str, str]]:
    """Return the months that are offered, this one first, as (2026-10, its name)."""
    name = current_app.jinja_env.filters["month_name"]
    listed = [before(today.replace(day=1), number) for number in range(MONTHS_OFFERED)]
    return [(f"{one:%Y-%m}", f"{name(one)}{'' if place else ' (masih berjalan)'}") for place, one in enumerate(listed)]


def in_reach(key: str) -> Any:
    """Return an order within the viewer's reach; raise NotFound for any other."""
    found = exports.in_reach(db.session, viewer(), key)
    if found is None:
        raise NotFound("Unduhan ini tidak ada, atau milik orang lain.")
    return found


def standing(key: str) -> dict[str, object]:
    """Return what the page of an order shows."""
    row = in_reach(key)
    return {"order": row, "seconds_left": exports.seconds_left(row, datetime.now(UTC))}
