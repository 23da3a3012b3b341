"""What every page has around it: navigation by permission, names, and errors turned into pages."""

import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from triage.errors import InvalidInput, NotAllowed, NotFound, Stale, TriageError, UnreadableFile, WrongMove
from triage.extensions import db, login_manager
from triage.rules.metrics import DEFINITION
from triage.rules.permissions import Action

log = logging.getLogger("tanggap")
blueprint = Blueprint("shell", __name__)
KEPT_FIELDS = {"text": "Tulisan Anda", "reason": "Alasan", "password": ""}
CODES: dict[type[TriageError], int] = {
    InvalidInput: 422,
    UnreadableFile: 422,
    NotAllowed: 403,
    NotFound: 404,
    WrongMove: 409,
    Stale: 409,
}
# Pages that stand under another's entry.
UNDER = {
    "exports": "figures",
    "calendar_editor": "calendars",
    "recomputes": "calendars",
    "targets": "calendars",
    "keywords": "calendars",
    "histories": "imports",
    "notices": "calendars",
    "deadlines": "figures",
    "fairness": "figures",
}
# (endpoint, label, icon, the action it needs)
NAVIGATION = (
    ("inbox.page", "Kotak masuk", "inbox", Action.SEE_CASES),
    ("figures.overview", "Angka", "chart-bar", Action.SEE_FIGURES),
    ("approvals.overview", "Persetujuan", "checks", Action.APPROVE_HIDING),
    ("imports.overview", "Impor", "file-import", Action.ENTER_COMMENTS),
    ("entry.page", "Catat komentar", "plus", Action.ENTER_COMMENTS),
    ("labelling.overview", "Pelabelan", "tag", Action.LABEL),
    ("calendars.overview", "Aturan", "calendar", Action.SEE_RULES),
    ("models.overview", "Model", "cpu", Action.MANAGE_MODELS),
    ("directory.users", "Registrasi", "users", Action.MANAGE_DIRECTORY),
)


@dataclass(frozen=True)
class Shell:
    """The frame of a page for one signed-in user."""

    navigation: list[tuple[str, str, str, bool]]
    account_menu: list[tuple[str, str, str, bool]]
    user_name: str
    user_role: str
    unit_name: str
    office_name: str
    keys_on: bool
    definition_version: str = DEFINITION
    logout_endpoint: str = "session.log_out"


@blueprint.app_context_processor
def frame() -> dict[str, Any]:
    """Give templates the frame and the moment; nobody signed in has no frame."""
    given = {"now": datetime.now(UTC), "office_name": current_app.config["TANGGAP"].office_name}
    if g.get("is_failing") or not current_user.is_authenticated:
        return given
    viewer, user = current_user.viewer, current_user.row
    here = (request.endpoint or "").split(".")[0]
    here = UNDER.get(here, here)
    entries = [
        (endpoint, label, icon, endpoint.split(".")[0] == here)
        for endpoint, label, icon, action in NAVIGATION
        if viewer.may(action) and endpoint in current_app.view_functions
    ]
    menu = [("session.profile", "Profil dan kata sandi", "settings", False)]
    return given | {
        "may_manage_rules": viewer.may(Action.MANAGE_RULES),
        "shell": Shell(
            entries,
            menu,
            user.name,
            user.role.value,
            ", ".join(current_user.unit_names),
            given["office_name"],
            user.uses_shortcuts,
        ),
    }


def error_page(code: int, message: str | None = None, reason: str = "") -> tuple[str, int]:
    """Return an error as a page; what was typed stands on it, so that nothing is lost."""
    g.is_failing = True
    db.session.rollback()
    typed = request.form if request.method == "POST" else {}
    kept = [(label, typed[name]) for name, label in KEPT_FIELDS.items() if label and typed.get(name, "").strip()]
    reference = secrets.token_hex(4)
    log.warning("request refused", extra={"status": code, "endpoint": request.endpoint, "reference": reference})
    page = render_template(
        "errors/error.html",
        code=code,
        message=message,
        reason=reason,
        kept=kept,
        reference=reference,
        back_url=request.referrer if code in (409, 422) else None,
        origin_url=request.referrer if is_same_site(request.referrer) else None,
        login_url=url_for("session.log_in"),
    )
    return page, code


def is_same_site(address: str | None) -> bool:
    """Tell whether an address is a page of ours, which may be offered as a link."""
    return (address or "").startswith(request.host_url)


@blueprint.app_errorhandler(TriageError)
def refuse(error: TriageError) -> tuple[str, int]:
    """Turn an error of ours into a page with its own words."""
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), 422)
    return error_page(code, error.message)


@blueprint.app_errorhandler(CSRFError)
def refuse_token(_error: CSRFError) -> tuple[str, int]:
    """Explain a form whose session is gone, and show what was typed."""
    return error_page(400, reason="csrf")


@blueprint.app_errorhandler(HTTPException)
def refuse_request(error: HTTPException) -> Any:
    """Turn an HTTP error into a page, with the headers that belong to it such as Allow and Retry-After."""
    if error.code is None or error.code < 400:
        return error
    own = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return *error_page(error.code), own


@blueprint.app_errorhandler(Exception)
def fail(error: Exception) -> tuple[str, int]:
    """Log what nobody foresaw, with its traceback, and say that it is our fault."""
    log.error("request failed", exc_info=error, extra={"endpoint": request.endpoint})
    return error_page(500)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator,unused-ignore]
def ask_to_sign_in() -> Any:
    """Send a person to the log-in page and back; a partial or posted request gets a page that says so."""
    if request.headers.get("HX-Request") or request.method != "GET":
        return error_page(401)
    return current_app.redirect(url_for("session.log_in", kembali=request.full_path.rstrip("?")))
