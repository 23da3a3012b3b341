"""The `flask ...` commands that bring labels in and take them out."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from triage.errors import UnreadableFile
from triage.extensions import db
from triage.flow import label_files as files
from triage.jobs import labelling
from triage.queries import label_files


@click.command("import-labels")
@click.argument("file", type=click.Path(path_type=Path))
def import_labels(file: Path) -> None:
    """Take labelled texts from a CSV, XLSX or JSON lines file; the next training learns from them."""
    folder = current_app.config["TANGGAP"].uploads_dir
    record = files.keep_copy(db.session, file, folder, now=datetime.now(UTC))
    labelling.import_labels.work(record.id)
    done = label_files.by_key(db.session, record.key)
    if done.error:
        raise UnreadableFile(done.error)
    click.echo(f"Diterima: {done.accepted}\nDuplikat: {done.duplicate}\nDitolak: {done.refused}")
    if done.refused:
        click.echo(f"Baris yang ditolak: {files.refused_path(done)}")


@click.command("export-labels")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(files.FORMATS), help="csv unless the file's name says more")
def export_labels(file: Path, form: str | None) -> None:
    """Write what people labelled to a file: masked, with where each label comes from."""
    named = file.suffix.removeprefix(".").lower()
    chosen = form or (named if named in files.FORMATS else files.FORMATS[0])
    click.echo(f"Label: {files.write(file, files.exported(db.session), form=chosen)}")


COMMANDS = (import_labels, export_labels)
