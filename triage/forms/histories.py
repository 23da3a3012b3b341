"""Bringing in a log of what happened: the file is all there is to say."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class HistoryForm(FlaskForm):
    """A log as JSONL, or as a table."""

    upload = FileField("Berkas riwayat (JSONL, XLSX atau CSV)", validators=[FileRequired("Pilih berkasnya dulu.")])
