"""A comment that an official copies in by hand. Words are tidied and measured by flow.enter."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from models import Account, Unit


class EntryForm(FlaskForm):
    """What is seen of a comment elsewhere."""

    account = SelectField("Akun resmi", invalid_choice_message="Pilih akun resmi dari daftar.")
    text = TextAreaField("Isi komentar", validators=[DataRequired("Salin isi komentar warga.")])
    author_name = StringField(
        "Nama atau akun warga", validators=[Length(max=200, message="Nama paling panjang 200 huruf.")]
    )
    posted_at = DateTimeLocalField(
        "Waktu komentar", validators=[DataRequired("Isi tanggal dan jam komentar.")], format=["%Y-%m-%dT%H:%M"]
    )
    post_caption = TextAreaField(
        "Isi unggahan yang dikomentari",
        validators=[Length(max=5000, message="Isi unggahan paling panjang 5.000 huruf. Salin bagian awalnya saja.")],
    )
    permalink = StringField(
        "Tautan komentar",
        validators=[
            Optional(),
            Length(max=1000, message="Tautan paling panjang 1.000 huruf."),
            Regexp(r"^\s*https?://\S+\s*$", message="Salin tautan lengkap yang diawali https://, atau kosongkan."),
        ],
    )

    def offer(self, accounts: Iterable[tuple[Account, Unit]]) -> "EntryForm":
        """Offer the accounts that the person enters comments for; return the form."""
        offered = {account.code: f"{account.handle} ({unit.short_name})" for account, unit in accounts}
        self.account.choices = offered if len(offered) == 1 else {"": "Pilih akun"} | offered
        return self

    def validate_account(self, field: SelectField) -> None:
        """Refuse the invitation to choose."""
        if not field.data:
            raise ValidationError("Pilih akun resmi tempat komentar itu ditulis.")

    def words(self) -> dict[str, str]:
        """Return the comment's texts by name."""
        names = ("text", "author_name", "post_caption", "permalink")
        return {name: self[name].data or "" for name in names}

    def posted_at_in(self, zone: str) -> datetime:
        """Return the comment's moment, typed in a zone; not yet in UTC, where the year 1 would not fit."""
        local: datetime = self.posted_at.data
        return local.replace(tzinfo=ZoneInfo(zone))
