"""Bringing comments in from a file: upload, confirm the columns, watch, see the result."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import NotFound, UnreadableFile
from triage.extensions import db
from triage.flow import receive
from triage.forms.imports import MappingForm, UploadForm
from triage.jobs import tasks
from triage.queries import intake, runs
from triage.queries.intake import ImportStanding
from triage.rules.permissions import Action

blueprint = Blueprint("imports", __name__)


@blueprint.get("/impor")
@allowed(Action.ENTER_COMMENTS)
def overview() -> str:
    """Show the upload form and the newest imports."""
    return upload_page(upload_form())


@blueprint.post("/impor")
@allowed(Action.ENTER_COMMENTS)
def upload() -> Response | tuple[str, int]:
    """Store a file and lead to its columns; a file that is no table is explained on the form."""
    form = upload_form()
    if not form.validate_on_submit():
        return upload_page(form), 422
    account_id, sent = int(form.account.data), form.upload.data
    folder = current_app.config["TANGGAP"].uploads_dir
    try:
        kept = receive.keep_upload(sent.stream, sent.filename, account_id, folder, user_id=viewer().user_id)
    except UnreadableFile as exc:
        form.upload.errors = (exc.message,)
        return upload_page(form), 422
    record = receive.receive_file(db.session, kept, status=receive.PREVIEWED, now=datetime.now(UTC))
    return redirect(url_for("imports.page", key=record.key))


@blueprint.errorhandler(413)
def refuse_size(_error: Exception) -> tuple[str, int]:
    """Say what to do with a file that is too large; its form cannot be read any more."""
    most_mb = current_app.config["TANGGAP"].max_upload_mb
    message = f"Berkas paling besar {most_mb} MB. Bagi menjadi beberapa berkas, lalu unggah satu per satu."
    back_url = url_for("imports.overview")
    return render_template("errors/error.html", code=413, message=message, back_url=back_url), 413


@blueprint.get("/impor/<key>")
@allowed(Action.ENTER_COMMENTS)
def page(key: str) -> str:
    """Show one import: the columns to confirm, or how far it is and what came of it."""
    standing = standing_of(key)
    if standing.state == receive.PREVIEWED:
        return columns_page(standing, None)
    return render_template("imports/progress.html", standing=standing, has_model=has_model())


@blueprint.post("/impor/<key>")
@allowed(Action.ENTER_COMMENTS)
def choose(key: str) -> str | Response | tuple[str, int]:
    """Take the chosen columns: show how they would be read, or begin the import."""
    standing, moment = standing_of(key), datetime.now(UTC)
    look = receive.look(standing.record, standing.account, now=moment)
    form = MappingForm().offer(look.headers)
    if not form.validate_on_submit():
        return columns_page(standing, form), 422
    begins, record_id = "begin" in request.form, standing.record.id or 0
    db.session.rollback()
    receive.choose_columns(db.session, record_id, form.chosen(), is_confirmed=begins, now=moment)
    if begins:
        tasks.run_import.enqueue(record_id)
    return redirect(url_for("imports.page", key=key))


@blueprint.post("/impor/<key>/buang")
@allowed(Action.ENTER_COMMENTS)
def discard(key: str) -> Response:
    """Forget a file whose columns were not confirmed."""
    receive.discard_file(db.session, standing_of(key).record.id or 0)
    flash("Berkas dibuang. Belum ada komentar yang masuk darinya.", "success")
    return redirect(url_for("imports.overview"))


@blueprint.get("/impor/<key>/kemajuan")
@allowed(Action.ENTER_COMMENTS)
def progress(key: str) -> str:
    """Return how far an import is, as the part of the page that refreshes itself."""
    return render_template("imports/standing.html", standing=standing_of(key), has_model=has_model())


@blueprint.get("/impor/<key>/ditolak.csv")
@allowed(Action.ENTER_COMMENTS)
def refused(key: str) -> Response:
    """Hand out the refused rows with their reasons."""
    record = standing_of(key).record
    path = receive.refused_path(Path(record.stored_as)).resolve()
    if not record.refused or not path.is_file():
        raise NotFound("Impor ini tidak punya baris yang ditolak.")
    name = f"{Path(record.filename).stem}-ditolak.csv"
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name)


def standing_of(key: str) -> ImportStanding:
    """Return an import within the viewer's reach; raise NotFound for any other."""
    found = intake.import_in_reach(db.session, viewer(), key)
    if found is None:
        raise NotFound("Impor ini tidak ada, atau milik akun unit lain.")
    return intake.standing(db.session, *found, has_model=has_model(), now=datetime.now(UTC))


def has_model() -> bool:
    """Tell whether a model is there to classify what came in."""
    return runs.active(db.session) is not None


def upload_form() -> UploadForm:
    """Return the upload form with the accounts within the viewer's reach."""
    form = UploadForm()
    accounts = intake.accounts_to_fill(db.session, viewer())
    return form.offer({str(account.id): f"{account.handle} – {account.code}" for account in accounts})


def upload_page(form: UploadForm) -> str:
    """Return the page with the upload form and the newest imports."""
    listed = intake.imports(db.session, viewer())
    may_replay = viewer().may(Action.MANAGE_DIRECTORY)
    most_mb = current_app.config["TANGGAP"].max_upload_mb
    return render_template("imports/overview.html", form=form, imports=listed, most_mb=most_mb, may_replay=may_replay)


def columns_page(standing: ImportStanding, form: MappingForm | None) -> str:
    """Return the page that asks which column holds what."""
    look = receive.look(standing.record, standing.account, now=datetime.now(UTC))
    shown = form or MappingForm(formdata=None, obj=look.mapping).offer(look.headers)
    return render_template("imports/columns.html", standing=standing, look=look, form=shown)
