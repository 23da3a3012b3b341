"""Editing a calendar part by part: the week, one season, the free days of a year; each save is a new version."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import TriageError
from triage.extensions import db
from triage.flow import keep_calendar
from triage.forms.calendars import ChangeForm, HoursForm, NewCalendarForm, SeasonForm, YearForm, zones
from triage.jobs.recomputing import recompute_figures
from triage.queries import calendar_versions
from triage.rules import free_days
from triage.rules.calendar_months import month_of
from triage.rules.calendar_versions import Draft, differences
from triage.rules.calendars import SeasonHours
from triage.rules.permissions import Action

blueprint = Blueprint("calendar_editor", __name__, url_prefix="/kalender")
YEAR = "/<code>/libur/<int(min=2005, max=2060):year>"
EMPTY_ROWS = 3
Answer = str | Response | tuple[str, int]
Page = Callable[..., str]


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def tomorrow() -> date:
    """Return the office's next day: a change that begins then leaves the past as it is."""
    zone = ZoneInfo(current_app.config["TANGGAP"].office_zone)
    return now().astimezone(zone).date() + timedelta(days=1)


def newest(code: str) -> tuple[Draft, dict[str, Any]]:
    """Return the newest version's content, and what a form begins with."""
    row = calendar_versions.version(db.session, code)
    return calendar_versions.draft_of(db.session, row), {"based_on": row.version, "in_force_from": tomorrow()}


def save(code: str, form: ChangeForm, wanted: Callable[[Draft], Draft], page: Page) -> Answer:
    """Show what a change would do, or save it as a new version; what is refused stands on the form."""
    if not form.validate_on_submit():
        return page(form), 422
    change = keep_calendar.Change(in_force_from=form.in_force_from.data, reason=form.reason.data)
    try:
        before, _ = newest(code)
        draft = wanted(before)
        if form.look.data:
            return page(form, preview=preview(code, before, draft, change, form.base))
        return saved(code, draft, change, form.base)
    except TriageError as exc:
        db.session.rollback()
        form.form_errors = [exc.message]
        form.based_on.data = calendar_versions.version(db.session, code).version
        return page(form), 422


def saved(code: str, draft: Draft, change: keep_calendar.Change, base: int) -> Response:
    """Save a version and lead to the recompute that it needs, or to the calendar."""
    db.session.rollback()
    row, again = keep_calendar.save_version(db.session, viewer(), code, draft, change, based_on=base, now=now())
    if again is None:
        flash(f"Versi {row.version} disimpan. Angka yang lalu tidak berubah.", "success")
        return redirect(url_for("calendars.page", code=code))
    recompute_figures.enqueue(again.id)
    flash(f"Versi {row.version} disimpan. Angka yang lalu dihitung ulang.", "success")
    return redirect(url_for("recomputes.page", recompute_id=again.id))


def preview(code: str, before: Draft, draft: Draft, change: keep_calendar.Change, base: int) -> dict[str, Any]:
    """Return what a change would do: where it differs, one month in hours, and how many cases it touches."""
    count, stretch = keep_calendar.touched(db.session, code, draft, change, based_on=base, now=now())
    calendar = draft.as_calendar(code, base + 1, change.in_force_from)
    changed = differences(before, draft)
    return {
        "month": month_of(calendar, draft.free_day_names, change.in_force_from),
        "differences": changed,
        "count": count,
        "stretch": stretch,
    }


@blueprint.get("/<code>/jam")
@allowed(Action.MANAGE_RULES)
def hours(code: str) -> str:
    """Show the editor of a calendar's name, zone and week."""
    draft, given = newest(code)
    form = HoursForm(formdata=None, data=given | {"name": draft.name, "zone": draft.zone})
    form.fill(draft.week)
    return hours_page(code)(form)


@blueprint.post("/<code>/jam")
@allowed(Action.MANAGE_RULES)
def save_hours(code: str) -> Answer:
    """Save a calendar's name, zone and week as a new version."""
    form = HoursForm()
    calendar_versions.version(db.session, code)
    name, zone = (form.name.data or "").strip(), (form.zone.data or "").strip()
    return save(code, form, lambda draft: replace(draft, name=name, zone=zone, week=form.week), hours_page(code))


def hours_page(code: str) -> Page:
    """Return how the editor of the week is drawn."""
    return lambda form, preview=None: render_template(
        "calendars/hours.html", code=code, form=form, preview=preview, zones=zones()
    )


@blueprint.get("/<code>/musim")
@allowed(Action.MANAGE_RULES)
def season(code: str) -> str:
    """Show the editor of one season: one there is, or a new one, proposed for a year when asked."""
    draft, given = newest(code)
    known = next((s for s in draft.seasons if s.name == request.args.get("nama")), None)
    week = known.week if known else (draft.seasons[-1].week if draft.seasons else draft.week)
    shown = known or proposed_season(draft)
    given |= {"old_name": known.name if known else "", "name": shown.name if shown else ""}
    given |= {"starts_on": shown.starts_on, "ends_on": shown.ends_on} if shown else {}
    form = SeasonForm(formdata=None, data=given)
    form.fill(week)
    return season_page(code)(form)


def proposed_season(draft: Draft) -> free_days.FastingMonth | None:
    """Return the next Ramadan that the calendar does not have yet."""
    known, year = {s.name for s in draft.seasons}, tomorrow().year
    coming = [month for near in range(year, year + 4) for month in free_days.fasting_months(near)]
    return next((month for month in coming if month.name not in known and month.ends_on >= tomorrow()), None)


@blueprint.post("/<code>/musim")
@allowed(Action.MANAGE_RULES)
def save_season(code: str) -> Answer:
    """Save, change or remove one season as a new version."""
    form = SeasonForm()
    calendar_versions.version(db.session, code)
    return save(code, form, lambda draft: with_season(draft, form), season_page(code))


def with_season(draft: Draft, form: SeasonForm) -> Draft:
    """Return a draft with a season added, changed or removed."""
    kept = [s for s in draft.seasons if s.name != form.old_name.data]
    if not form.is_removed.data:
        kept.append(SeasonHours(form.name.data.strip(), form.starts_on.data, form.ends_on.data, form.week))
    return replace(draft, seasons=tuple(sorted(kept, key=lambda s: s.starts_on)))


def season_page(code: str) -> Page:
    """Return how the editor of a season is drawn."""
    return lambda form, preview=None: render_template("calendars/season.html", code=code, form=form, preview=preview)


@blueprint.get(YEAR)
@allowed(Action.MANAGE_RULES)
def year(code: str, year: int) -> str:
    """Show the free days of a year: those of the calendar, and those proposed, for a person to confirm."""
    draft, given = newest(code)
    known = [day for day in draft.free_days if day.on_day.year == year]
    taken = {day.on_day for day in known}
    rows = [*known, *(day for day in free_days.proposed(year) if day.on_day not in taken)]
    days = [
        {"on_day": day.on_day.isoformat(), "name": day.name, "kind": day.kind.value,
         "is_kept": day.on_day in taken or not taken}
        for day in sorted(rows, key=lambda day: day.on_day)
    ]  # fmt: skip
    empty = {"on_day": "", "name": "", "kind": "local", "is_kept": True}
    return year_page(code, year)(YearForm(formdata=None, data=given | {"days": [*days, *[empty] * EMPTY_ROWS]}))


@blueprint.post(YEAR)
@allowed(Action.MANAGE_RULES)
def save_year(code: str, year: int) -> Answer:
    """Save the free days of a year as a new version."""
    form = YearForm()
    calendar_versions.version(db.session, code)
    return save(code, form, lambda draft: draft.with_year(year, form.chosen(year)), year_page(code, year))


def year_page(code: str, year: int) -> Page:
    """Return how the free days of a year are drawn, each with where it comes from."""
    draft, _ = newest(code)
    return lambda form, preview=None: render_template(
        "calendars/year.html",
        code=code,
        year=year,
        form=form,
        preview=preview,
        kept={day.on_day.isoformat() for day in draft.free_days},
        proposed={day.on_day.isoformat(): day for day in free_days.proposed(year)},
        has_joint_leave=free_days.has_joint_leave(year),
    )


@blueprint.get("/baru")
@allowed(Action.MANAGE_RULES)
def new() -> str:
    """Ask for a calendar of its own."""
    return new_page(offered(NewCalendarForm(formdata=None, in_force_from=date(tomorrow().year, 1, 1))))


@blueprint.post("/baru")
@allowed(Action.MANAGE_RULES)
def create() -> Answer:
    """Add a calendar as a copy of another, to be edited next."""
    form = offered(NewCalendarForm())
    if not form.validate_on_submit():
        return new_page(form), 422
    draft = replace(newest(form.copied_from.data)[0], name=form.name.data.strip())
    change = keep_calendar.Change(in_force_from=form.in_force_from.data, reason=form.reason.data)
    db.session.rollback()
    try:
        keep_calendar.create(db.session, viewer(), form.code.data, draft, change, now=now())
    except TriageError as exc:
        db.session.rollback()
        form.form_errors = [exc.message]
        return new_page(form), 422
    flash("Kalender dibuat. Sesuaikan jamnya, lalu tetapkan untuk unit.", "success")
    return redirect(url_for("calendar_editor.hours", code=form.code.data))


def offered(form: NewCalendarForm) -> NewCalendarForm:
    """Offer every calendar to copy; return the form."""
    return form.offer((row.code, row.name) for row in calendar_versions.newest(db.session))


def new_page(form: NewCalendarForm) -> str:
    """Return the page of a new calendar."""
    return render_template("calendars/new.html", form=form)
