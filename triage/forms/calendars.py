"""What Diskominfo types about calendars: hours of a week, seasons, free days of a year, and who works by which."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NoneOf, Regexp

from models import HolidayKind
from triage.rules.calendars import CalendarError, Interval, Week
from triage.rules.free_days import FreeDay
from triage.rules.hours import read_hours, spell

CHOOSE = "Pilih salah satu dari daftar."
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
KINDS = {
    HolidayKind.NATIONAL.value: "Libur nasional",
    HolidayKind.JOINT_LEAVE.value: "Cuti bersama",
    HolidayKind.LOCAL.value: "Libur daerah",
}
RESERVED = ("baru", "unit", "hitung-ulang")


def zones() -> list[str]:
    """Return every IANA zone, Indonesia's three first."""
    return [*ZONES, *sorted(available_timezones() - ZONES.keys())]


class HoursField(StringField):
    """The hours of one day; `data` are its intervals."""

    data: tuple[Interval, ...] | None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed; raise ValueError with what is wrong."""
        try:
            self.data = read_hours(str(valuelist[0]) if valuelist else "")
        except CalendarError as exc:
            self.data = ()
            raise ValueError(exc.message) from exc

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else spell(self.data or ())


class ChangeForm(FlaskForm):
    """From when a change counts and why; `based_on` is the version that stood on the page."""

    based_on = HiddenField()
    in_force_from = DateField(
        "Berlaku sejak", validators=[DataRequired("Isi tanggal mulai berlaku, misalnya 2026-11-23.")]
    )
    reason = TextAreaField(
        "Alasan",
        validators=[
            DataRequired("Tulis alasannya: alasan ini tercatat di riwayat versi."),
            Length(max=400, message="Alasan paling panjang 400 karakter."),
        ],
    )
    look = SubmitField("Pratinjau")

    @property
    def base(self) -> int:
        """Return the version that the change begins from; 0 for what is no number."""
        typed = str(self.based_on.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


class WeekForm(ChangeForm):
    """The hours of seven days."""

    monday = HoursField("Senin")
    tuesday = HoursField("Selasa")
    wednesday = HoursField("Rabu")
    thursday = HoursField("Kamis")
    friday = HoursField("Jumat")
    saturday = HoursField("Sabtu")
    sunday = HoursField("Minggu")

    @property
    def days(self) -> list[HoursField]:
        """Return the fields from Monday to Sunday."""
        return [self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday]

    @property
    def week(self) -> Week:
        """Return the hours as a week."""
        return tuple(day.data or () for day in self.days)

    def fill(self, week: Week) -> None:
        """Show the hours of a week."""
        for field, hours in zip(self.days, week, strict=True):
            field.data = hours


class HoursForm(WeekForm):
    """A calendar's name, zone and plain week."""

    name = StringField(
        "Nama kalender", validators=[DataRequired("Isi nama kalender."), Length(max=120, message="Paling panjang 120.")]
    )
    zone = StringField(
        "Zona waktu", validators=[DataRequired("Pilih zona waktu, misalnya Asia/Jakarta."), Length(max=60)]
    )


class SeasonForm(WeekForm):
    """A season with its own hours; an old one keeps its name as the key."""

    old_name = HiddenField()
    name = StringField(
        "Nama musim", validators=[DataRequired("Isi nama musim."), Length(max=80, message="Paling panjang 80 huruf.")]
    )
    starts_on = DateField("Hari pertama", validators=[DataRequired("Isi hari pertama, misalnya 2027-02-08.")])
    ends_on = DateField("Hari terakhir", validators=[DataRequired("Isi hari terakhir, misalnya 2027-03-09.")])
    is_removed = BooleanField("Hapus musim ini dari kalender")


class DayForm(Form):
    """One free day of a year; a row without a date is no day."""

    is_kept = BooleanField()
    on_day = StringField()
    name = StringField()
    kind = SelectField(choices=KINDS, validate_choice=False)


class YearForm(ChangeForm):
    """The free days of one year, those proposed among them."""

    days = FieldList(FormField(DayForm), max_entries=150)

    def chosen(self, year: int) -> list[FreeDay]:
        """Return the days that are ticked; raise CalendarError that names the row to mend."""
        return [_free_day(row.form, number, year) for number, row in enumerate(self.days, 1)
                if row.form.is_kept.data and (row.form.on_day.data or row.form.name.data)]  # fmt: skip


def _free_day(row: Form, number: int, year: int) -> FreeDay:
    """Return the day of a row; raise CalendarError that names it."""
    name = " ".join((row.name.data or "").split())
    try:
        day = date.fromisoformat((row.on_day.data or "").strip())
    except ValueError as exc:
        raise CalendarError(f"Baris {number}: isi tanggalnya, misalnya {year}-08-17.") from exc
    if day.year != year:
        raise CalendarError(f"Baris {number}: {day:%d-%m-%Y} bukan di tahun {year}. Ubah di halaman tahunnya.")
    if not name or len(name) > 120:
        raise CalendarError(f"Baris {number}: isi nama hari liburnya, paling panjang 120 huruf.")
    if row.kind.data not in KINDS:
        raise CalendarError(f"Baris {number}: pilih jenis hari libur dari daftar.")
    return FreeDay(day, name, HolidayKind(row.kind.data))


class NewCalendarForm(ChangeForm):
    """A calendar of its own, begun as a copy of another."""

    code = StringField(
        "Kode",
        validators=[
            DataRequired("Isi kode pendek, misalnya 6hari."),
            Regexp(r"^[a-z0-9][a-z0-9-]{1,38}$", message="Pakai 2 sampai 39 huruf kecil, angka atau garis."),
            NoneOf(RESERVED, message="Kode ini dipakai sistem. Pilih kode lain."),
        ],
    )
    name = StringField(
        "Nama kalender", validators=[DataRequired("Isi nama kalender."), Length(max=120, message="Paling panjang 120.")]
    )
    copied_from = SelectField("Mulai dari salinan", invalid_choice_message=CHOOSE)

    def offer(self, calendars: Iterable[tuple[str, str]]) -> "NewCalendarForm":
        """Offer the calendars to copy, by code; return the form."""
        self.copied_from.choices = dict(calendars)
        return self


class AssignmentForm(ChangeForm):
    """Which unit works by which calendar."""

    unit = SelectField("Unit", invalid_choice_message=CHOOSE)
    calendar = SelectField("Kalender", invalid_choice_message=CHOOSE)

    def offer(self, units: Iterable[tuple[str, str]], calendars: Iterable[tuple[str, str]]) -> "AssignmentForm":
        """Offer the units and the calendars, both by code; return the form."""
        self.unit.choices, self.calendar.choices = dict(units), dict(calendars)
        return self
