"""What people do with a case, checked before it reaches the flow. Field errors are in the user's words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from models import Intent, ReplyKind

LONGEST_REPLY = 8000
LONGEST_REASON = 400
KINDS = {ReplyKind.SUBSTANTIVE.value: "Menjawab isi", ReplyKind.ACKNOWLEDGEMENT.value: "Hanya tanda terima"}


def plain(text: str | None) -> str | None:
    """Return a typed text with single line ends, as it was counted in the browser, and without NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "") if text else text


def kind_field() -> RadioField:
    """Return the choice between an answer and a receipt."""
    known = AnyOf(list(KINDS), message="Pilih jenis balasan dari daftar.")
    return RadioField(
        "Balasan ini", choices=KINDS, default=ReplyKind.SUBSTANTIVE.value, validate_choice=False, validators=[known]
    )


class VersionedForm(FlaskForm):
    """A form that knows which state of the case its reader saw."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("Muat ulang kasus ini, lalu ulangi.")])


class KindField:
    """What an answer does for the citizen: it settles the matter, or says that it was received."""

    kind = kind_field()

    @property
    def chosen_kind(self) -> ReplyKind:
        """Return the chosen kind."""
        return ReplyKind(self.kind.data)


class ReplyForm(KindField, VersionedForm):
    """A public answer."""

    text = TextAreaField(
        "Balasan publik",
        filters=[plain],
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
        "Isi balasan di aplikasi",
        filters=[plain],
        validators=[
            DataRequired("Salin isi balasannya."),
            Length(max=LONGEST_REPLY, message=f"Isi balasan paling panjang {LONGEST_REPLY} karakter."),
        ],
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

    text = TextAreaField(
        "Catatan internal",
        filters=[plain],
        validators=[
            DataRequired("Tulis catatannya dulu."),
            Length(max=LONGEST_REPLY, message=f"Catatan paling panjang {LONGEST_REPLY} karakter."),
        ],
    )


class DraftForm(FlaskForm):
    """The unsent reply as it stands in the browser."""

    text = TextAreaField(filters=[plain], validators=[Length(max=LONGEST_REPLY)])


class IntentForm(FlaskForm):
    """A correction of the intent."""

    intent = HiddenField("Jenis", validators=[AnyOf(list(Intent), message="Pilih jenis dari daftar.")])

    @property
    def chosen(self) -> Intent:
        """Return the chosen intent."""
        return Intent(self.intent.data)


def reason_field(label: str, *, needed: str = "") -> TextAreaField:
    """Return a short text; `needed` is what to say when it is empty."""
    limit = Length(max=LONGEST_REASON, message=f"Alasan paling panjang {LONGEST_REASON} karakter. Ringkas isinya.")
    return TextAreaField(label, filters=[plain], validators=[limit, *([DataRequired(needed)] if needed else [])])


class HandOverForm(VersionedForm):
    """A hand-over; the units to choose from are given by the page, the flow knows which ones exist."""

    unit = SelectField("Unit tujuan", validate_choice=False, validators=[DataRequired("Pilih unit tujuan.")])
    reason = reason_field("Alasan disposisi", needed="Tulis alasan disposisi.")


class CloseForm(VersionedForm):
    """Closing a case, with a reason where one is needed."""

    reason = reason_field("Alasan")


class CommentForm(VersionedForm):
    """A comment that stands no more; which ones there are is given by the page, the flow knows them."""

    comment = SelectField(
        "Komentar", coerce=int, validate_choice=False, validators=[InputRequired("Pilih komentarnya.")]
    )


class HideForm(CommentForm):
    """A comment that we hid, with the reason that a supervisor will read."""

    reason = reason_field("Alasan", needed="Tulis alasan komentar ini disembunyikan; supervisor menilainya.")


class DecideForm(FlaskForm):
    """A supervisor's word on a hiding; a refusal needs a reason, which the flow asks for."""

    verdict = HiddenField(validators=[AnyOf(["setuju", "tolak"], message="Pilih Setujui atau Tolak.")])
    remark = reason_field("Catatan untuk unit")


class ReasonForm(FlaskForm):
    """A step with a reason."""

    reason = reason_field("Alasan", needed="Tulis alasannya.")


@dataclass(frozen=True)
class Refused:
    """A step that was refused: its name, its form as it was typed, and what is wrong."""

    step: str
    form: FlaskForm | None
    message: str
    is_conflict: bool

    def again(self, version: int) -> FlaskForm | None:
        """Return the form for another try: its reader has now seen the case as it stands."""
        if isinstance(self.form, VersionedForm):
            self.form.version.raw_data, self.form.version.data = None, version
        return self.form
