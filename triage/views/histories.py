"""Bringing in logs of what happened, with their original times: upload, watch, see the result."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import NotFound, UnreadableFile
from triage.extensions import db
from triage.flow import receive_history
from triage.forms.histories import HistoryForm
from triage.jobs import replaying
from triage.queries import replays
from triage.rules.permissions import Action

blueprint = Blueprint("histories", __name__, url_prefix="/impor-riwayat")


@blueprint.get("")
@allowed(Action.MANAGE_DIRECTORY)
def overview() -> str:
    """Show the upload form and the newest imports."""
    return upload_page(HistoryForm())


@blueprint.post("")
@allowed(Action.MANAGE_DIRECTORY)
def upload() -> Response | tuple[str, int]:
    """Store a log and begin its import; a file that is none is explained on the form."""
    form, settings = HistoryForm(), current_app.config["TANGGAP"]
    if not form.validate_on_submit():
        return upload_page(form), 422
    sent, user_id = form.upload.data, viewer().user_id
    zone, folder, moment = settings.office_zone, settings.uploads_dir, datetime.now(UTC)
    try:
        record = receive_history.keep_log(
            db.session, sent.stream, sent.filename, folder, user_id=user_id, now=moment, zone=zone
        )
    except UnreadableFile as exc:
        form.upload.errors = (exc.message,)
        return upload_page(form), 422
    replaying.run_history_import.enqueue(record.id)
    return redirect(url_for("histories.page", key=record.key))


@blueprint.get("/<key>")
@allowed(Action.MANAGE_DIRECTORY)
def page(key: str) -> str:
    """Show how far an import is, or what came of it."""
    return render_template("histories/page.html", record=receive_history.result(db.session, key))


@blueprint.get("/<key>/kemajuan")
@allowed(Action.MANAGE_DIRECTORY)
def progress(key: str) -> str:
    """Return how far an import is, as the part of the page that refreshes itself."""
    return render_template("histories/standing.html", record=receive_history.result(db.session, key))


@blueprint.get("/<key>/ditolak.csv")
@allowed(Action.MANAGE_DIRECTORY)
def refused(key: str) -> Response:
    """Hand out the refused lines with their reasons."""
    record = receive_history.result(db.session, key)
    path = receive_history.refused_path(Path(record.stored_as)).resolve()
    if not record.refused or not path.is_file():
        raise NotFound("Impor ini tidak punya baris yang ditolak.")
    name = f"{Path(record.filename).stem}-ditolak.csv"
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name)


def upload_page(form: HistoryForm) -> str:
    """Return the page with the upload form and the newest imports."""
    most_mb = current_app.config["TANGGAP"].max_upload_mb
    return render_template("histories/overview.html", form=form, imports=replays.newest(db.session), most_mb=most_mb)
