"""What Diskominfo types about response targets."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from models import Intent, TargetKind, TargetMeasure
from triage.rules.marks import NAMES

CHOOSE = "Pilih salah satu dari daftar."
INTENTS = {
    Intent.COMPLAINT.value: "Pengaduan",
    Intent.QUESTION.value: "Pertanyaan",
    Intent.HOAX_REPORT.value: "Laporan hoaks",
}
KINDS = {
    TargetKind.ACKNOWLEDGE.value: "Tanda terima",
    TargetKind.FIRST_RESPONSE.value: "Balasan pertama",
    TargetKind.RESOLUTION.value: "Penyelesaian",
}
FLAGS = {"": "Semua kasus"} | {mark.value: name for mark, name in NAMES.items()}
MEASURES = {TargetMeasure.WORKING_HOURS.value: "jam kerja", TargetMeasure.WORKING_DAYS.value: "hari kerja"}


class TargetForm(FlaskForm):
    """A target from a day on, or its end."""

    intent = SelectField("Jenis", choices=INTENTS, invalid_choice_message=CHOOSE)
    kind = SelectField("Yang dibatasi", choices=KINDS, invalid_choice_message=CHOOSE)
    unit = SelectField("Unit", invalid_choice_message=CHOOSE)
    flag = SelectField("Penanda kasus", choices=FLAGS, invalid_choice_message=CHOOSE)
    amount = IntegerField("Angka", validators=[DataRequired("Isi angka bulat lebih dari 0.")])
    measure = SelectField("Satuan", choices=MEASURES, invalid_choice_message=CHOOSE)
    is_ended = BooleanField("Akhiri target ini")
    in_force_from = DateField("Berlaku sejak", validators=[DataRequired("Isi tanggalnya, misalnya 2026-12-01.")])
    reason = TextAreaField(
        "Alasan",
        validators=[
            DataRequired("Tulis alasannya: alasan ini tercatat di riwayat target."),
            Length(max=400, message="Alasan paling panjang 400 karakter."),
        ],
    )
    look = SubmitField("Pratinjau")

    def offer(self, units: Iterable[tuple[str, str]]) -> "TargetForm":
        """Offer the regency's own units by code; return the form."""
        self.unit.choices = {"": "Semua unit"} | dict(units)
        return self
