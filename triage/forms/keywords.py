"""What Diskominfo types into the table of keywords."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

CHOOSE = "Pilih unit dari daftar."


class KeywordForm(FlaskForm):
    """A phrase of a unit, or one that belongs to another."""

    unit = HiddenField()
    phrase = StringField(
        "Kata atau frasa",
        validators=[DataRequired("Isi kata atau frasanya."), Length(max=80, message="Paling panjang 80 huruf.")],
    )
    route_to = SelectField("Milik unit", invalid_choice_message=CHOOSE)

    def offer(self, unit: str, name: str, others: Iterable[tuple[str, str]]) -> "KeywordForm":
        """Offer the unit itself first, then every other by code; return the form."""
        self.unit.data = unit
        self.route_to.choices = {"": f"{name} (unit ini)"} | {code: other for code, other in others if code != unit}
        return self
