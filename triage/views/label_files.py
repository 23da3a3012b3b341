"""Labelled texts in files: upload, watch, see the result; and everything that people labelled as a file."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import NotFound, UnreadableFile
from triage.extensions import db
from triage.flow import label_files as flow
from triage.forms.labelling import LabelUploadForm
from triage.jobs import labelling as jobs
from triage.queries import label_files as queries
from triage.rules.permissions import Action

blueprint = Blueprint("label_files", __name__, url_prefix="/pelabelan/berkas")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


@blueprint.get("")
@allowed(Action.LABEL)
def overview() -> str:
    """Show the upload form, the files to take along, and the newest imports."""
    return overview_page(LabelUploadForm(formdata=None))


@blueprint.post("")
@allowed(Action.LABEL)
def upload() -> Response | tuple[str, int]:
    """Store a file and read it in the background; a file without labels is explained on the form."""
    form = LabelUploadForm()
    if not form.validate_on_submit():
        return overview_page(form), 422
    sent, folder, user_id = form.upload.data, current_app.config["TANGGAP"].uploads_dir, viewer().user_id
    db.session.rollback()
    try:
        record = flow.keep_upload(
            db.session, sent.stream, sent.filename, folder, user_id=user_id, now=datetime.now(UTC)
        )
    except UnreadableFile as exc:
        form.upload.errors = (exc.message,)
        return overview_page(form), 422
    jobs.import_labels.enqueue(record.id)
    return redirect(url_for("label_files.page", key=record.key))


@blueprint.errorhandler(413)
def refuse_size(_error: Exception) -> tuple[str, int]:
    """Say what to do with a file that is too large; its form cannot be read any more."""
    most_mb = current_app.config["TANGGAP"].max_upload_mb
    message = f"Berkas paling besar {most_mb} MB. Bagi menjadi beberapa berkas, lalu unggah satu per satu."
    back_url = url_for("label_files.overview")
    return render_template("errors/error.html", code=413, message=message, back_url=back_url), 413


@blueprint.get("/<key>")
@allowed(Action.LABEL)
def page(key: str) -> str:
    """Show one import while it runs and after."""
    return render_template("labelling/import.html", record=queries.by_key(db.session, key))


@blueprint.get("/<key>/kemajuan")
@allowed(Action.LABEL)
def progress(key: str) -> str:
    """Return how far an import is, as the part of the page that refreshes itself."""
    return render_template("labelling/import_standing.html", record=queries.by_key(db.session, key))


@blueprint.get("/<key>/ditolak.csv")
@allowed(Action.LABEL)
def refused(key: str) -> Response:
    """Hand out the refused rows with their reasons."""
    record = queries.by_key(db.session, key)
    path = flow.refused_path(record).resolve()
    if not record.refused or not path.is_file():
        raise NotFound("Impor ini tidak punya baris yang ditolak.")
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name="label-ditolak.csv")


@blueprint.get("/ekspor.<any(csv, xlsx, jsonl):form>")
@allowed(Action.LABEL)
def export(form: str) -> Response:
    """Hand out everything that people labelled."""
    body = flow.packed(db.session, current_app.config["TANGGAP"].uploads_dir, form)
    name = f"label-{datetime.now(UTC):%Y%m%d}.{form}"
    answer = current_app.response_class(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def overview_page(form: LabelUploadForm) -> str:
    """Return the page with the upload form and the newest imports."""
    most_mb = current_app.config["TANGGAP"].max_upload_mb
    return render_template("labelling/files.html", form=form, imports=queries.newest(db.session), most_mb=most_mb)
