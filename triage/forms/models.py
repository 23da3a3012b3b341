"""Decisions on models: each needs a reason, which stays in the history."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length


class DecisionForm(FlaskForm):
    """The reason why a model begins to serve."""

    reason = TextAreaField(
        "Alasan",
        validators=[
            DataRequired("Tulis alasannya: keputusan ini tercatat di riwayat model."),
            Length(max=400, message="Alasan paling panjang 400 karakter."),
        ],
    )
    override = BooleanField("Saya sudah membaca keberatan di atas dan tetap mengaktifkan model ini")


class RollbackForm(DecisionForm):
    """The reason for going back; it stands there already, so that one click is enough in a hurry."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            self.reason.data = "Kembali ke model sebelumnya."
