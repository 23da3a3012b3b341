"""What people do with a case, checked before it reaches the flow. Field errors are in the user's words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from models import Intent, ReplyKind

LONGEST_REPLY = 8000
KINDS = {ReplyKind.SUBSTANTIVE.value: "Menjawab isi", ReplyKind.ACKNOWLEDGEMENT.value: "Hanya tanda terima"}


class VersionedForm(FlaskForm):
    """A form that knows which state of the case its reader saw."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("Muat ulang kasus ini, lalu ulangi.")])


class KindField:
    """What an answer does for the citizen: it settles the matter, or says that it was received."""

    kind = RadioField("Balasan ini", choices=KINDS, default=ReplyKind.SUBSTANTIVE.value)

    @property
    def chosen_kind(self) -> ReplyKind:
        """Return the chosen kind."""
        return ReplyKind(self.kind.data)


class ReplyForm(KindField, VersionedForm):
    """A public answer."""

    text = TextAreaField(
        "Balasan publik",
        validators=[
            DataRequired("Tulis balasannya dulu."),
            Length(max=LONGEST_REPLY, message=f"Balasan paling panjang {LONGEST_REPLY} karakter. Ringkas isinya."),
        ],
    )
    asks_citizen = BooleanField("Menanyakan sesuatu kepada warga (menunggu warga)")
    key = HiddenField(validators=[DataRequired("Muat ulang kasus ini, lalu kirim lagi."), Length(max=40)])


class ElsewhereForm(KindField, FlaskForm):
    """An answer given in the platform's own application."""

    text = TextAreaField(
        "Isi balasan di aplikasi", validators=[DataRequired("Salin isi balasannya."), Length(max=LONGEST_REPLY)]
    )
    sent_at = DateTimeLocalField(
        "Waktu balasan", validators=[DataRequired("Isi tanggal dan jam balasan.")], format=["%Y-%m-%dT%H:%M"]
    )
    key = HiddenField(validators=[DataRequired("Muat ulang kasus ini, lalu kirim lagi."), Length(max=40)])

    def sent_at_utc(self, zone: str) -> datetime:
        """Return the time of the answer, typed in the office's zone, in UTC."""
        local: datetime = self.sent_at.data
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class NoteForm(FlaskForm):
    """An internal note."""

    text = TextAreaField("Catatan internal", validators=[DataRequired("Tulis catatannya dulu."), Length(max=8000)])


class DraftForm(FlaskForm):
    """The unsent reply as it stands in the browser."""

    text = TextAreaField(validators=[Length(max=LONGEST_REPLY)])


class IntentForm(FlaskForm):
    """A correction of the intent."""

    intent = SelectField("Jenis", choices={intent.value: intent.value for intent in Intent})

    @property
    def chosen(self) -> Intent:
        """Return the chosen intent."""
        return Intent(self.intent.data)


class HandOverForm(VersionedForm):
    """A hand-over; the units are given by the view."""

    unit = SelectField("Unit tujuan", validators=[DataRequired("Pilih unit tujuan.")])
    reason = TextAreaField("Alasan disposisi", validators=[DataRequired("Tulis alasan disposisi."), Length(max=400)])


class CloseForm(VersionedForm):
    """Closing a case, with a reason where one is needed."""

    reason = TextAreaField("Alasan", validators=[Length(max=400)])


class ReasonForm(FlaskForm):
    """A step with a reason."""

    reason = TextAreaField("Alasan", validators=[DataRequired("Tulis alasannya."), Length(max=400)])
