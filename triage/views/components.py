"""The gallery of page parts on /components: sample data for every macro, served in development only."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, abort, current_app, render_template
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

blueprint = Blueprint("components", __name__)

NOW = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
STATES = ("new", "in_progress", "waiting_citizen", "waiting_other", "resolved", "no_answer_needed")
PLATFORMS = ("facebook", "instagram", "youtube", "tiktok", "x", "whatsapp", "telegram", "google", "threads", "website")
DEADLINES = (
    NOW - timedelta(days=1, hours=3),
    NOW - timedelta(minutes=25),
    NOW + timedelta(hours=2, minutes=10),
    NOW + timedelta(days=3),
    None,
)


class Family(NamedTuple):
    """One section of the gallery; the anchor is also its template's name."""

    anchor: str
    title: str


FAMILIES = (
    Family("penanda", "Penanda"),
    Family("tindakan", "Tindakan"),
    Family("formulir", "Formulir"),
    Family("tabel", "Tabel dan halaman"),
    Family("keadaan", "Keadaan"),
    Family("kemajuan", "Kemajuan pekerjaan"),
    Family("angka", "Angka"),
    Family("alasan", "Alasan"),
    Family("kasus", "Kasus"),
)


class SampleForm(FlaskForm):
    """One field of each kind."""

    title = StringField("Judul unggahan", validators=[DataRequired()])
    text = TextAreaField("Balasan", description="Tersimpan sendiri sebagai draf.")
    unit = SelectField("Unit tujuan", choices={"dpupr": "DPUPR", "dishub": "Dinas Perhubungan"})
    upload = FileField("Berkas ekspor")
    intent = RadioField("Jenis", choices={"complaint": "Pengaduan", "question": "Pertanyaan"}, default="complaint")
    is_sure = BooleanField("Saya yakin dengan jenis ini")


@dataclass(frozen=True)
class SampleCase:
    """What a row of the inbox needs to know of a case."""

    code: str
    intent: str
    confidence: float | None
    is_sure: bool
    text: str
    platform: str
    author: str
    unit: str
    posted_at: datetime
    due_at: datetime | None
    is_waiting: bool


class Part(NamedTuple):
    """One line of a unit's ledger."""

    name: str
    detail: str
    value: float


class Score(NamedTuple):
    """One candidate unit."""

    name: str
    probability: float
    parts: tuple[Part, ...]


class UnitRow(NamedTuple):
    """One row of the sample table."""

    unit: str
    n: int
    working: float | None
    wall: float | None
    share: float | None


CASES = (
    SampleCase("K-7Q2M", "complaint", 0.93, True, "Min, lubang di depan SD Melati 2 belum ditambal juga, kemarin ada "
               "yang jatuh. Tolong segera, jangan tunggu korban lagi.", "facebook", "wa**12", "DPUPR",
               NOW - timedelta(days=4), DEADLINES[0], True),
    SampleCase("K-9XK4", "question", 0.58, False, "Perpanjang KTP yang rusak bisa di kecamatan atau harus ke dinas?",
               "instagram", "si**ti", "Disdukcapil", NOW - timedelta(hours=6), DEADLINES[2], True),
    SampleCase("K-3BDT", "praise", 0.97, True, "Terima kasih, lampu jalan sudah menyala", "tiktok", "ag**s", "Dishub",
               NOW - timedelta(minutes=40), None, False),
)  # fmt: skip
WEIGHED = (("lubang", 1.92), ("belum", 1.31), ("jatuh", 0.84), ("terima kasih", -0.35))
SCORES = (
    Score("DPUPR", 0.86, (Part("teks", "", 2.4), Part("kata kunci", "lubang", 1.6), Part("akun", "Pemkab", 0.3))),
    Score("Dishub", 0.09, (Part("teks", "", -0.4), Part("kata kunci", "jalan", 0.5))),
)
UNIT_ROWS = (
    UnitRow("DPUPR", 1284, 12600, 95400, 0.72),
    UnitRow("Disdukcapil", 961, 5400, 21600, 0.91),
    UnitRow("RSUD", 8, None, 7200, None),
)


@blueprint.before_request
def refuse_outside_development() -> Any:
    """Answer 404 unless in development, under test or told to show the gallery; its frame needs a signed-in person."""
    settings = current_app.config.get("TANGGAP")
    if not (current_app.debug or current_app.testing or getattr(settings, "debug_pages", False)):
        abort(404)
    login = getattr(current_app, "login_manager", None)
    return login.unauthorized() if login and not current_user.is_authenticated else None


@blueprint.get("/components")
def gallery() -> str:
    """Show every component."""
    form = SampleForm()
    form.title.errors = ("Judul belum diisi. Salin dari unggahan.",)
    return render_template(
        "components/gallery.html", families=FAMILIES, form=form, now=NOW, states=STATES, platforms=PLATFORMS,
        deadlines=DEADLINES, cases_shown=CASES, weighed=WEIGHED, scores=SCORES, unit_rows=UNIT_ROWS,
    )  # fmt: skip


@blueprint.post("/components")
def echo() -> tuple[str, int]:
    """Accept the sample forms and keep nothing."""
    return "", 204


@blueprint.get("/components/job")
def job() -> str:
    """Answer the sample progress bar's question with a finished job."""
    return render_template("components/gallery_job.html")
