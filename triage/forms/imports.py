"""Bringing in a file: which account it belongs to, and which column holds what."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import DataRequired

NO_COLUMN = {"": "– tidak ada –"}


class UploadForm(FlaskForm):
    """A file and the account its comments were left on."""

    account = SelectField("Akun resmi", validators=[DataRequired("Pilih akun tempat komentar ini ditulis.")])
    upload = FileField("Berkas CSV atau XLSX", validators=[FileRequired("Pilih berkasnya dulu.")])

    def offer(self, accounts: dict[str, str]) -> "UploadForm":
        """Offer accounts; among several none is chosen beforehand, or a file would go to the first of the alphabet."""
        self.account.choices = accounts if len(accounts) < 2 else {"": "Pilih akun"} | accounts
        return self


class MappingForm(FlaskForm):
    """The column of each field; the view gives the columns of the file."""

    text = SelectField("Isi komentar", validators=[DataRequired("Pilih kolom isi komentar.")])
    posted_at = SelectField("Tanggal", validators=[DataRequired("Pilih kolom tanggal.")])
    posted_time = SelectField("Jam, bila di kolom sendiri")
    external_id = SelectField("ID komentar")
    author_name = SelectField("Nama pengguna")
    author_id = SelectField("ID pengguna")
    post_id = SelectField("ID unggahan")
    post_caption = SelectField("Isi unggahan")
    permalink = SelectField("Tautan komentar")
    parent_id = SelectField("ID komentar induk")

    def offer(self, headers: Sequence[str]) -> "MappingForm":
        """Let every field choose among the file's columns."""
        for field in self.columns():
            field.choices = NO_COLUMN | {name: name for name in headers}
        return self

    def columns(self) -> list[SelectField]:
        """Return the fields that name a column, in their order."""
        return [field for field in self if isinstance(field, SelectField)]

    def chosen(self) -> dict[str, str | None]:
        """Return the column of each field, None where there is none."""
        return {field.name: field.data or None for field in self.columns()}
