"""The register, kept by Diskominfo: users, units, official accounts and their tokens."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import register
from triage.forms.directory import AccountForm, NewPasswordForm, NewUserForm, UnitForm, UserForm
from triage.queries import calendar_versions, directory
from triage.rules.permissions import Action

blueprint = Blueprint("directory", __name__, url_prefix="/registrasi")
Answer = str | Response | tuple[str, int]
USER = "/pengguna/<int(max=2147483647):user_id>"
UNIT = "/unit/<code>"


def is_saved(form: FlaskForm, save: Callable[[], object]) -> bool:
    """Check a form and save it; what the register refuses stands on the form."""
    if not form.validate_on_submit():
        return False
    try:
        save()
    except InvalidInput as exc:
        db.session.rollback()
        form.form_errors = [exc.message]
        return False
    return True


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def office_zone() -> str:
    """Return the office's zone."""
    zone: str = current_app.config["TANGGAP"].office_zone
    return zone


@blueprint.get("/pengguna")
@allowed(Action.MANAGE_DIRECTORY)
def users() -> str:
    """List the users."""
    return render_template("directory/users.html", users=directory.users(db.session))


@blueprint.get("/pengguna/baru")
@allowed(Action.MANAGE_DIRECTORY)
def new_user() -> str:
    """Ask for a new user."""
    form = NewUserForm(is_active=True).offer(directory.units(db.session))
    return render_template("directory/new_user.html", form=form)


@blueprint.post("/pengguna/baru")
@allowed(Action.MANAGE_DIRECTORY)
def create_user() -> Answer:
    """Add a user."""
    form = NewUserForm().offer(directory.units(db.session))
    if not is_saved(form, lambda: register.create_user(db.session, wanted_user(form), now=now())):
        return render_template("directory/new_user.html", form=form), 422
    flash(f"{form.name.data} dapat masuk dengan nama pengguna {form.username.data}.", "success")
    return redirect(url_for("directory.users"))


def wanted_user(form: NewUserForm) -> register.NewUser:
    """Return the user that a form describes."""
    return register.NewUser(
        username=form.username.data,
        name=form.name.data,
        role=form.role.data,
        password=form.password.data,
        units=form.units.data or (),
        email=form.email.data or "",
    )


def filled(user_id: int) -> UserForm:
    """Return a user's form as it is stored."""
    user, units = register.known_user(db.session, user_id), directory.unit_codes_of(db.session, user_id)
    known = {"role": user.role.value, "units": units}
    return UserForm(formdata=None, obj=user, data=known)


@blueprint.get(USER)
@allowed(Action.MANAGE_DIRECTORY)
def edit_user(user_id: int) -> str:
    """Show one user."""
    return user_page(user_id, filled(user_id), NewPasswordForm(formdata=None))


def user_page(user_id: int, form: UserForm, password: NewPasswordForm) -> str:
    """Return the page of one user."""
    return render_template(
        "directory/user.html",
        user=register.known_user(db.session, user_id),
        form=form.offer(directory.units(db.session)),
        password=password,
        is_self=user_id == viewer().user_id,
    )


@blueprint.post(USER)
@allowed(Action.MANAGE_DIRECTORY)
def change_user(user_id: int) -> Answer:
    """Change a user's name, role, units, or whether they may sign in."""
    form = UserForm().offer(directory.units(db.session))
    if not is_saved(form, lambda: save_user(user_id, form)):
        return user_page(user_id, form, NewPasswordForm(formdata=None)), 422
    flash("Perubahan pengguna disimpan.", "success")
    return redirect(url_for("directory.users"))


def save_user(user_id: int, form: UserForm) -> None:
    """Change a user as a form says."""
    register.change_user(
        db.session,
        user_id,
        name=form.name.data,
        role=form.role.data,
        is_active=bool(form.is_active.data),
        units=form.units.data or (),
        self_id=viewer().user_id,
        email=form.email.data or "",
    )


@blueprint.post(f"{USER}/kata-sandi")
@allowed(Action.MANAGE_DIRECTORY)
def set_password(user_id: int) -> Answer:
    """Give a user a new password; their sessions end."""
    if user_id == viewer().user_id:
        raise InvalidInput("Ganti kata sandi Anda sendiri di halaman Profil.")
    form = NewPasswordForm()
    if not is_saved(form, lambda: register.set_password(db.session, user_id, form.password.data)):
        return user_page(user_id, filled(user_id), form), 422
    flash("Kata sandi diganti. Sampaikan langsung kepada orangnya; sesi lamanya sudah diakhiri.", "success")
    return redirect(url_for("directory.edit_user", user_id=user_id))


@blueprint.get("/unit")
@allowed(Action.MANAGE_DIRECTORY)
def units() -> str:
    """List the units."""
    found = directory.units(db.session, only_active=False)
    return render_template("directory/units.html", units=found, calendars=calendars_today())


def calendars_today() -> dict[str, str]:
    """Return the calendar that each of the regency's own units works by today, by unit code."""
    today = now().astimezone(ZoneInfo(office_zone())).date()
    return {unit.code: code for unit, code in calendar_versions.unit_calendars(db.session, today)}


def unit_page(code: str, form: UnitForm) -> str:
    """Return the page of one unit with those who work for it."""
    unit = register.known_unit(db.session, code)
    members, calendar = directory.members(db.session, unit.id or 0), calendars_today().get(unit.code)
    return render_template("directory/unit.html", unit=unit, form=form, members=members, calendar=calendar)


@blueprint.get(UNIT)
@allowed(Action.MANAGE_DIRECTORY)
def edit_unit(code: str) -> str:
    """Show one unit."""
    return unit_page(code, UnitForm(formdata=None, obj=register.known_unit(db.session, code)))


@blueprint.post(UNIT)
@allowed(Action.MANAGE_DIRECTORY)
def change_unit(code: str) -> Answer:
    """Change a unit's names or whether it is in use."""
    form = UnitForm()
    if not is_saved(form, lambda: save_unit(code, form)):
        return unit_page(code, form), 422
    flash("Perubahan unit disimpan.", "success")
    return redirect(url_for("directory.units"))


@blueprint.post(f"{UNIT}/kepala")
@allowed(Action.MANAGE_DIRECTORY)
def choose_heads(code: str) -> Response:
    """Say who heads a unit."""
    chosen = [int(value) for value in request.form.getlist("heads") if value.isdecimal()]
    register.set_heads(db.session, code, chosen)
    flash("Kepala unit disimpan.", "success")
    return redirect(url_for("directory.edit_unit", code=code))


def save_unit(code: str, form: UnitForm) -> None:
    """Change a unit as a form says."""
    is_active = bool(form.is_active.data)
    register.change_unit(db.session, code, name=form.name.data, short_name=form.short_name.data, is_active=is_active)


@blueprint.get("/akun")
@allowed(Action.MANAGE_DIRECTORY)
def accounts() -> str:
    """List the official accounts."""
    return render_template("directory/accounts.html", accounts=directory.accounts(db.session, only_active=False))


def account_form(**given: object) -> AccountForm:
    """Return the form of a new account, in the office's zone unless told otherwise."""
    form = AccountForm(**given)
    return form.offer(directory.units(db.session), today=now().astimezone(ZoneInfo(office_zone())).date())


@blueprint.get("/akun/baru")
@allowed(Action.MANAGE_DIRECTORY)
def new_account() -> str:
    """Ask for a new account."""
    form = account_form(zone=office_zone(), connected_on=now().astimezone(ZoneInfo(office_zone())).date())
    return render_template("directory/new_account.html", form=form)


@blueprint.post("/akun/baru")
@allowed(Action.MANAGE_DIRECTORY)
def create_account() -> Answer:
    """Add an account."""
    form = account_form()
    if not is_saved(form, lambda: register.create_account(db.session, wanted_account(form))):
        return render_template("directory/new_account.html", form=form), 422
    flash(f"Akun {form.handle.data} terdaftar.", "success")
    return redirect(url_for("directory.accounts"))


def wanted_account(form: AccountForm) -> register.NewAccount:
    """Return the account that a form describes."""
    return register.NewAccount(
        code=(form.code.data or "").upper(),
        unit=form.unit.data,
        platform=form.platform.data,
        handle=form.handle.data,
        zone=form.zone.data,
        connected_at=form.connected_at(),
    )


def account_page(code: str, token: str = "") -> str:
    """Return the page of one account; a token is shown this once."""
    account = register.known_account(db.session, code)
    unit = directory.unit_by_id(db.session, account.unit_id)
    return render_template("directory/account.html", account=account, unit=unit, token=token)


@blueprint.get("/akun/<code>")
@allowed(Action.MANAGE_DIRECTORY)
def account(code: str) -> str:
    """Show one account."""
    return account_page(code)


@blueprint.post("/akun/<code>/buka")
@allowed(Action.MANAGE_DIRECTORY)
def open_account(code: str) -> Response:
    """Let an account take comments again."""
    register.set_account_active(db.session, code, is_active=True)
    flash("Akun dibuka. Komentar baru diterima lagi.", "success")
    return redirect(url_for("directory.account", code=code))


@blueprint.post("/akun/<code>/tutup")
@allowed(Action.MANAGE_DIRECTORY)
def close_account(code: str) -> Response:
    """Close an account for new comments; its cases stay."""
    register.set_account_active(db.session, code, is_active=False)
    flash("Akun ditutup. Kasus yang ada tetap dapat dikerjakan.", "success")
    return redirect(url_for("directory.account", code=code))


@blueprint.post("/akun/<code>/token")
@allowed(Action.MANAGE_DIRECTORY)
def new_token(code: str) -> str:
    """Make a token and show it on this very answer: it is stored nowhere, so there is no page to come back to."""
    return account_page(code, register.new_token(db.session, code))
