"""What a person says of a drawn comment: the intent or doubt, the unit, a decision, the size of a round."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from models import Intent

DOUBT = "ragu"
NO_UNIT = "-"
CHOOSE = "Pilih salah satu jenis, atau tekan “Ragu”."


class ReadingForm(FlaskForm):
    """One press: an intent, or doubt."""

    intent = SelectField("Jenis", choices=[*(code.value for code in Intent), DOUBT], validators=[InputRequired(CHOOSE)])

    @property
    def chosen(self) -> Intent | None:
        """Return the intent, None for doubt."""
        return None if self.intent.data == DOUBT else Intent(self.intent.data)


class UnitForm(FlaskForm):
    """The unit in answer to the second question: typed, or one of the buttons; both empty: passed over."""

    typed = StringField("Unit", validators=[Length(max=200, message="Nama unit paling panjang 200 karakter.")])
    unit = StringField("Unit dari tombol", validators=[Length(max=40)])

    @property
    def chosen(self) -> str | None:
        """Return what was chosen, '' where the text names no unit, None when passed over."""
        words = (self.unit.data or self.typed.data or "").strip()
        return "" if words == NO_UNIT else words or None


class DecisionForm(FlaskForm):
    """The intent that counts, and the unit if the person names one."""

    intent = SelectField("Jenis", choices=[code.value for code in Intent], validators=[InputRequired(CHOOSE)])
    unit = StringField("Unit", validators=[Length(max=200)])

    @property
    def chosen(self) -> Intent:
        """Return the intent."""
        return Intent(self.intent.data)

    @property
    def chosen_unit(self) -> str | None:
        """Return the unit that was typed, None where none was."""
        return (self.unit.data or "").strip() or None


class LabelUploadForm(FlaskForm):
    """A file of labelled texts."""

    upload = FileField("Berkas label", validators=[FileRequired("Pilih berkasnya dulu.")])


class RoundForm(FlaskForm):
    """How many comments are drawn."""

    count = SelectField("Banyaknya komentar", coerce=int, validate_choice=False)
