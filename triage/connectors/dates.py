"""Reading the times that exports and hand-kept sheets write, always day before month.

A time without a zone is in the account's zone; results are aware UTC. Serial numbers follow Excel's 1900 calendar.
A column keeps one form mostly, so the form that fitted last is tried first.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari february",
            "mar mrt maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags agust agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nop november nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
ZONES: Final = {"wib": 7, "wita": 8, "wit": 9, "z": 0, "utc": 0, "gmt": 0, "": 0}
EARLIEST_YEAR: Final = 2005  # no platform in use here had comments before
MOST_AHEAD: Final = timedelta(minutes=10)  # clocks of two machines may differ by so much
EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 a sheet's calendar has no zone
LONGEST: Final = 80  # characters; nobody writes a time longer, and patterns slow down on long blanks
EXAMPLE: Final = "tulis misalnya 01/03/2026 08:15 atau 2026-03-01T08:15:00+07:00."

_WEEKDAY: Final = (
    r"(?:(?:sen(?:in)?|sel(?:asa)?|rab(?:u)?|kam(?:is)?|jum(?:'?at)?|sab(?:tu)?|min(?:ggu)?|ahad"
    r"|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,?\s+)?"
)
_TIME: Final = (
    r"(?P<H>\d{1,2})[:.](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*(?P<zone>Z|UTC|GMT|WIB|WITA|WIT)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)"
)
_CLOCK: Final = rf"(?:(?:\s*,?\s*(?:pukul|jam|at|pada|-|–|·|•)\s*|[T,\s]\s*){_TIME})?"
_HOUR: Final = re.compile(_TIME, re.IGNORECASE)
_NAME: Final = r"(?P<m>[a-z]{3,9})\.?"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_CLOCK}",
        rf"{_WEEKDAY}(?P<d>\d{{1,2}})[-/.](?P<m>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}}){_CLOCK}",
        rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/.\s]\s*{_NAME},?[-/.\s]\s*(?P<y>\d{{4}}|\d{{2}}){_CLOCK}",
        rf"{_WEEKDAY}{_NAME}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_CLOCK}",
        rf"{_WEEKDAY}{_NAME}\s+(?P<d>\d{{1,2}})\s+{_TIME}\s+(?P<y>\d{{4}})",
    )
)
_NUMBER: Final = re.compile(r"\d{5}(?:[.,]\d+)?|\d{10}(?:[.,]\d+)?|\d{13}|\d{16}")
_RELATIVE: Final = re.compile(
    r"(?:(?:lalu|ago|kemarin|yesterday|hari ini|today|baru saja|just now)\b|\d+\s*(?:[smhdwy]|mnt|jam|hari|min|mgg)$)",
    re.IGNORECASE,
)


class DateError(ValueError):
    """Carry the Indonesian reason why a time was not taken."""


class DateReader:
    """Turn the cells of one column into moments."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._forms = list(_FORMS)

    def read(self, raw: str, *, now: datetime) -> datetime:
        """Return the moment in UTC; raise DateError if it is unreadable, before 2005 or well after `now`."""
        moment = self.parse(raw)
        if moment.year < EARLIEST_YEAR:
            raise DateError(f"Tanggal “{raw[:40]}” sebelum tahun {EARLIEST_YEAR}; periksa kolom tanggalnya.")
        if moment - MOST_AHEAD > now:
            raise DateError(
                f"Tanggal “{raw[:40]}” ada di masa depan; periksa urutan hari/bulan/tahun dan zona waktunya."
            )
        return moment

    def parse(self, raw: str) -> datetime:
        """Return the moment in UTC, however early or late; raise DateError if no form fits."""
        text = raw.strip()
        if not text:
            raise DateError("Tanggal kosong; isi tanggal komentar, " + EXAMPLE)
        if len(text) > LONGEST:
            raise DateError(_why_unreadable(text[:LONGEST]))
        try:
            moment = self._from_number(text) if _NUMBER.fullmatch(text) else self._from_form(text)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as exc:
            raise DateError(_why_unreadable(text)) from exc

    def _from_form(self, text: str) -> datetime:
        for place, form in enumerate(self._forms):
            match = form.fullmatch(text)
            if match is None:
                continue
            if place:
                self._forms.insert(0, self._forms.pop(place))
            return _moment(match, self._zone)
        raise ValueError(text[:40])

    def _from_number(self, text: str) -> datetime:
        whole = len(re.split("[.,]", text, maxsplit=1)[0])
        number = float(text.replace(",", "."))
        if whole == len("46082"):
            return (EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))).replace(tzinfo=self._zone)
        return datetime.fromtimestamp(number / 1000 ** ((whole - 10) // 3), UTC)


def _moment(match: re.Match[str], zone: tzinfo) -> datetime:
    year, month, day, hour, minute = match.group("y", "m", "d", "H", "M")
    date = (int(year) + (2000 if len(year) == len("26") else 0), MONTHS.get(month.lower()) or int(month), int(day))
    if not hour:
        return datetime(*date, tzinfo=zone)
    second, fraction, half, name, offset = match.group("S", "fraction", "half", "zone", "offset")
    clock = (_hour(int(hour), half), int(minute), int(second or 0), int((fraction or "")[:6].ljust(6, "0")))
    return datetime(*date, *clock, tzinfo=_zone(name, offset) if name or offset else zone)


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of a 24-hour clock; `half` is a or p on a 12-hour one."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(name: str | None, offset: str | None) -> tzinfo:
    shift = timedelta(hours=ZONES[(name or "").lower()])
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        size = timedelta(hours=int(hours), minutes=int(minutes))
        shift += size if offset[0] == "+" else -size
    return timezone(shift)


def _why_unreadable(text: str) -> str:
    if _RELATIVE.search(text):
        return f"Tanggal “{text[:40]}” tidak menyebut hari; unduh ulang dengan tanggal lengkap, " + EXAMPLE
    return f"Tanggal “{text[:40]}” tidak dikenali; " + EXAMPLE


def looks_dated(raw: str) -> bool:
    """Tell whether a cell could be a comment's time, for guessing which column holds it."""
    try:
        return DateReader(UTC).parse(raw).year >= EARLIEST_YEAR
    except DateError:
        return False


def is_hour(raw: str) -> bool:
    """Tell whether a cell holds a time of day alone."""
    return len(raw) <= LONGEST and _HOUR.fullmatch(raw.strip()) is not None
