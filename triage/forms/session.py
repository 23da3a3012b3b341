"""Signing in and one's own profile."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length


class LogInForm(FlaskForm):
    """User name and password."""

    username = StringField("Nama pengguna", validators=[DataRequired("Isi nama pengguna."), Length(max=80)])
    password = PasswordField("Kata sandi", validators=[DataRequired("Isi kata sandi."), Length(max=200)])


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    current = PasswordField("Kata sandi sekarang", validators=[DataRequired("Isi kata sandi sekarang.")])
    password = PasswordField("Kata sandi baru", validators=[DataRequired("Isi kata sandi baru."), Length(max=200)])
    repeated = PasswordField(
        "Ulangi kata sandi baru", validators=[EqualTo("password", "Kedua kata sandi baru belum sama.")]
    )


class PreferencesForm(FlaskForm):
    """How a person likes to work and to be told."""

    uses_shortcuts = BooleanField("Pakai pintasan papan ketik")
    wants_digest = BooleanField("Terima ringkasan harian lewat e-mail")
