"""What Diskominfo types into the register: users, units, official accounts."""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp

from models import Platform, Role, Unit

FIRST_DAY = date(2005, 1, 1)
CHOOSE = "Pilih salah satu dari daftar."
ROLES = {
    Role.OPD_ADMIN.value: "Admin OPD: mengerjakan kotak masuk unitnya",
    Role.SUPERVISOR.value: "Supervisor: membaca semua kasus dan angka",
    Role.DISKOMINFO.value: "Diskominfo: triase, registrasi, model dan semua kasus",
}
PLATFORMS = {
    Platform.FACEBOOK.value: "Facebook",
    Platform.INSTAGRAM.value: "Instagram",
    Platform.TIKTOK.value: "TikTok",
    Platform.YOUTUBE.value: "YouTube",
    Platform.X.value: "X",
    Platform.THREADS.value: "Threads",
    Platform.WHATSAPP.value: "WhatsApp",
    Platform.TELEGRAM.value: "Telegram",
    Platform.GOOGLE.value: "Ulasan Google",
    Platform.WEBSITE.value: "Situs web",
    Platform.OTHER.value: "Lainnya",
}
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


class UserForm(FlaskForm):
    """A person's name, role and units."""

    name = StringField(
        "Nama lengkap",
        validators=[DataRequired("Isi nama lengkap."), Length(max=120, message="Nama paling panjang 120 huruf.")],
    )
    role = RadioField(
        "Peran", choices=ROLES, default=Role.OPD_ADMIN.value, validate_choice=True, invalid_choice_message=CHOOSE
    )
    email = StringField("Alamat e-mail", validators=[Length(max=254, message="Alamat paling panjang 254 huruf.")])
    units = SelectMultipleField("Unit", invalid_choice_message="Pilih unit dari daftar.")
    is_active = BooleanField("Boleh masuk")

    def offer(self, units: Iterable[Unit]) -> "UserForm":
        """Offer the regency's own units; return the form."""
        self.units.choices = {unit.code: unit.short_name for unit in units if not unit.is_external}
        return self


class NewUserForm(UserForm):
    """A person who shall sign in for the first time."""

    username = StringField(
        "Nama pengguna",
        validators=[
            DataRequired("Isi nama pengguna."),
            Length(min=3, max=80, message="Nama pengguna 3 sampai 80 huruf."),
            Regexp(r"^[A-Za-z0-9._@-]+$", message="Pakai huruf, angka, titik, garis atau @ tanpa spasi."),
        ],
    )
    password = PasswordField(
        "Kata sandi pertama", validators=[DataRequired("Isi kata sandi pertama."), Length(max=200)]
    )


class NewPasswordForm(FlaskForm):
    """A password for somebody who lost theirs."""

    password = PasswordField("Kata sandi baru", validators=[DataRequired("Isi kata sandi baru."), Length(max=200)])


class UnitForm(FlaskForm):
    """What of a unit may change."""

    name = StringField(
        "Nama resmi", validators=[DataRequired("Isi nama resmi."), Length(max=200, message="Paling panjang 200 huruf.")]
    )
    short_name = StringField(
        "Nama pendek",
        validators=[DataRequired("Isi nama pendek."), Length(max=80, message="Paling panjang 80 huruf.")],
    )
    is_active = BooleanField("Unit aktif")


class AccountForm(FlaskForm):
    """A new official account."""

    unit = SelectField("Unit pemilik", invalid_choice_message=CHOOSE)
    platform = SelectField("Platform", choices=PLATFORMS, invalid_choice_message=CHOOSE)
    handle = StringField(
        "Nama akun",
        validators=[DataRequired("Isi nama akun."), Length(max=120, message="Nama akun paling panjang 120 huruf.")],
    )
    code = StringField(
        "Kode akun",
        validators=[
            Optional(),
            Regexp(r"^[A-Za-z0-9][A-Za-z0-9_-]{1,59}$", message="Pakai 2 sampai 60 huruf, angka atau garis."),
        ],
    )
    zone = SelectField("Zona waktu", choices=ZONES, invalid_choice_message=CHOOSE)
    connected_on = DateField("Terhubung sejak", validators=[DataRequired("Isi tanggalnya, misalnya 2026-11-21.")])

    def offer(self, units: Iterable[Unit], *, today: date) -> "AccountForm":
        """Offer the regency's own units, and no day after today; return the form."""
        offered = {unit.code: unit.short_name for unit in units if not unit.is_external}
        self.unit.choices = {"": "Pilih unit"} | offered
        self.today = today
        return self

    def validate_unit(self, field: SelectField) -> None:
        """Refuse the invitation to choose."""
        if not field.data:
            raise ValidationError("Pilih unit pemilik akun.")

    def validate_connected_on(self, field: DateField) -> None:
        """Refuse a day from which nothing could be measured."""
        if field.data and not FIRST_DAY <= field.data <= self.today:
            raise ValidationError("Isi tanggal antara 1 Januari 2005 dan hari ini.")

    def connected_at(self) -> datetime:
        """Return when measuring begins: the start of the day where the account is."""
        return datetime.combine(self.connected_on.data, time(), tzinfo=ZoneInfo(self.zone.data))
