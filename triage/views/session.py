"""Signing in, signing out and one's own profile."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from triage.auth import SignedIn, allowed, check_password, start_session, viewer
from triage.extensions import db, limiter
from triage.flow import register
from triage.forms.session import LogInForm, PasswordForm, PreferencesForm
from triage.queries import directory, runs
from triage.rules.permissions import Action

blueprint = Blueprint("session", __name__)


def attempt_limit() -> str:
    """Return the limit of log-in attempts."""
    limit: str = current_app.config["TANGGAP"].login_limit
    return limit


def name_tried() -> str:
    """Return the user name that is tried, so that one name cannot be guessed from many addresses."""
    return f"name:{request.form.get('username', '').strip().lower()[:80]}"


def safe_return(address: str) -> str:
    """Return a local address to go back to; anything that leads elsewhere becomes the start page."""
    is_path = address.startswith("/") and not address.startswith("//")
    is_plain = "\\" not in address and address.isprintable()  # browsers drop tabs and line ends: "/\t/x" is "//x"
    return address if is_path and is_plain else url_for("inbox.page")


@blueprint.get("/masuk")
def log_in() -> str | Response:
    """Show the log-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("inbox.page"))
    return render_template("session/log_in.html", form=LogInForm())


@blueprint.post("/masuk")
@limiter.limit(attempt_limit, key_func=get_remote_address)
@limiter.limit(attempt_limit, key_func=name_tried)
def try_log_in() -> str | Response | tuple[str, int]:
    """Check a name and password."""
    form = LogInForm()
    if not form.validate_on_submit():
        return render_template("session/log_in.html", form=form), 422
    user = directory.user_by_name(db.session, form.username.data or "")
    if not check_password(user, form.password.data or "") or user is None:
        form.form_errors = ["Nama pengguna atau kata sandi keliru. Periksa lagi, atau mintalah kata sandi baru."]
        return render_template("session/log_in.html", form=form), 422
    start_session(datetime.now(UTC))
    login_user(SignedIn(user, frozenset(), []))
    return redirect(safe_return(request.args.get("kembali", "")))


@blueprint.post("/keluar")
@allowed(Action.USE_OWN_PROFILE)
def log_out() -> Response:
    """End the session."""
    logout_user()
    flash("Anda sudah keluar.", "success")
    return redirect(url_for("session.log_in"))


@blueprint.get("/profil")
@allowed(Action.USE_OWN_PROFILE)
def profile() -> str:
    """Show one's own profile."""
    preferences = PreferencesForm(obj=current_user.row)
    used = runs.corrections_in_use(db.session, viewer().user_id)
    return render_template("session/profile.html", form=PasswordForm(), preferences=preferences, used=used)


@blueprint.post("/profil/kata-sandi")
@allowed(Action.USE_OWN_PROFILE)
@limiter.limit(attempt_limit)
def change_password() -> str | Response | tuple[str, int]:
    """Set a new password of one's own; every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit() and not check_password(current_user.row, form.current.data or ""):
        form.current.errors = ("Kata sandi sekarang keliru.",)
    if form.errors or not form.is_submitted():
        preferences = PreferencesForm(formdata=None, obj=current_user.row)
        return render_template("session/profile.html", form=form, preferences=preferences), 422
    user = register.set_password(db.session, viewer().user_id, form.password.data or "")
    login_user(SignedIn(user, viewer().unit_ids, []))
    flash("Kata sandi diganti. Sesi lain sudah diakhiri.", "success")
    return redirect(url_for("session.profile"))


@blueprint.post("/profil/pintasan")
@allowed(Action.USE_OWN_PROFILE)
def change_preferences() -> Response:
    """Turn the keyboard shortcuts and the daily digest on or off."""
    form = PreferencesForm()
    register.set_preferences(
        db.session,
        viewer().user_id,
        uses_shortcuts=bool(form.uses_shortcuts.data),
        wants_digest=bool(form.wants_digest.data),
    )
    flash("Pilihan disimpan.", "success")
    return redirect(url_for("session.profile"))
