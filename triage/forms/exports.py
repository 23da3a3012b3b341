"""What is asked for when files are ordered."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

CHOOSE = "Pilih salah satu dari daftar."
COUNTED, EVERY, FIGURES = "kasus", "semua", "angka"
CONTENTS = {
    COUNTED: "Kasus yang dihitung sebagai masuk (pengaduan, pertanyaan, laporan hoaks)",
    EVERY: "Semua kasus periode ini, termasuk pujian, lainnya, dan sebelum akun terhubung",
    FIGURES: "Angka: seluruhnya, per unit, jenis, platform, dan akun",
}
FORMS = {"xlsx": "XLSX (Excel, LibreOffice)", "csv": "CSV"}


class ExportForm(FlaskForm):
    """A table of cases or figures; period and filters stand in the address."""

    content = RadioField("Isi", choices=CONTENTS, default=COUNTED, validate_choice=True)
    form = RadioField("Bentuk", choices=FORMS, default="xlsx", validate_choice=True)


class ReportForm(FlaskForm):
    """A month to report on; whether it can be meant is for rules.months to say."""

    month = SelectField("Bulan", validate_choice=False)

    def offer(self, months: list[tuple[str, str]]) -> "ReportForm":
        """Offer months as (2026-10, its name); return the form."""
        self.month.choices = months
        return self
