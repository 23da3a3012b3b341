"""Jinja filters: how times, durations, shares and codes read in Indonesian.

Pure functions of their arguments; `now` is always given, and the office's zone is bound once in `register`.
Unknown codes are shown as they are, so that a new value is visible instead of breaking a page.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, url_for

from triage.rules.hours import spell
from triage.rules.intent import NAMES as INTENT_NAMES
from triage.rules.links import Link
from triage.rules.marks import NAMES as MARK_NAMES
from triage.rules.marks import marks_of
from triage.rules.targets import due_state

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
LONG_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
NOTHING = "–"
SWAPPED = str.maketrans(",.", ".,")  # separators of thousands and decimals
A_WEEK = timedelta(days=7)

NAMES: dict[str, dict[str, str]] = {
    "intent": {intent.value: name for intent, name in INTENT_NAMES.items()},
    "mark": {mark.value: name for mark, name in MARK_NAMES.items()},
    "state": {
        "new": "Baru",
        "in_progress": "Ditangani",
        "waiting_citizen": "Menunggu warga",
        "waiting_other": "Menunggu pihak lain",
        "resolved": "Selesai",
        "no_answer_needed": "Tidak perlu tanggapan",
    },
    "platform": {
        "facebook": "Facebook",
        "instagram": "Instagram",
        "youtube": "YouTube",
        "tiktok": "TikTok",
        "x": "X",
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "google": "Ulasan Google",
        "threads": "Threads",
        "website": "Situs web",
        "other": "Lainnya",
    },
    "slice": {
        "flag:aspirasi": "Aspirasi",
        "flag:berkadar_pengawasan": "Berkadar pengawasan",
        "flag:darurat": "Darurat",
        "flag:di_luar_kewenangan": "Di luar kewenangan",
        "flag:info_pribadi": "Memuat data pribadi",
        "flag:multi_isu": "Beberapa isu",
        "flag:sarkas": "Sarkas",
        "flag:tindak_lanjut": "Tindak lanjut",
        "register:indonesian": "Bahasa Indonesia",
        "register:javanese": "Bahasa Jawa",
        "register:mixed": "Bahasa campuran",
        "register:palembang": "Bahasa Palembang",
        "register:rejang": "Bahasa Rejang",
        "register:sundanese": "Bahasa Sunda",
    },
    "role": {"opd_admin": "Admin OPD", "supervisor": "Supervisor", "diskominfo": "Diskominfo"},
}

NAMES["slice"] |= {f"platform:{code}": name for code, name in NAMES["platform"].items()}


def local_time(moment: datetime | None, *, zone: ZoneInfo) -> str:
    """Return a moment in the office's zone, e.g. `21 Nov 2026 09.15 WIB`."""
    if moment is None:
        return NOTHING
    local = moment.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} {local:%H.%M} {local.tzname()}"


def local_date(moment: datetime | None, *, zone: ZoneInfo) -> str:
    """Return the office's day of a moment, e.g. `Sabtu, 21 Nov 2026`."""
    if moment is None:
        return NOTHING
    local = moment.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year}"


def day_name(day: date | None) -> str:
    """Return a day as such, e.g. `Sabtu, 21 Nov 2026`: no zone moves it."""
    if day is None:
        return NOTHING
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def month_name(day: date) -> str:
    """Return the month of a day, e.g. `November 2026`."""
    return f"{LONG_MONTHS[day.month - 1]} {day.year}"


def duration(value: timedelta | float | None) -> str:
    """Return wall time in its two largest units, e.g. `2 hari 16 j`; seconds or a timedelta, None is `–`."""
    return _spelled(value, hours_a_day=24)


def working_duration(value: timedelta | float | None) -> str:
    """Return working time in hours and minutes, e.g. `22 j 30 m`: a working day has no fixed length."""
    return _spelled(value, hours_a_day=None)


def _spelled(value: timedelta | float | None, *, hours_a_day: int | None) -> str:
    if value is None:
        return NOTHING
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if 0 < seconds < 60:
        return "< 1 m"
    hours, minutes = divmod(int(seconds // 60), 60)
    days, hours = divmod(hours, hours_a_day) if hours_a_day else (0, hours)
    if days:
        return f"{number(days)} hari {hours} j" if hours else f"{number(days)} hari"
    if hours:
        return f"{number(hours)} j {minutes} m" if minutes else f"{number(hours)} j"
    return f"{minutes} m"


def _rough(passed: timedelta) -> str:
    return duration(timedelta(days=passed.days)) if passed >= A_WEEK else duration(passed)


def deadline(due_at: datetime | None, now: datetime) -> str:
    """Return the time left or passed, e.g. `2 j 10 m lagi` or `lewat 1 hari`; from a week on in whole days."""
    if due_at is None:
        return "tanpa tenggat"
    left = due_at - now
    return f"{_rough(left)} lagi" if left >= timedelta() else f"lewat {_rough(-left)}"


def deadline_tone(
    due_at: datetime | None, now: datetime, answered_at: datetime | None = None, *, zone: ZoneInfo
) -> str:
    """Return the look of a deadline, one of DueState's values: lateness itself is decided in the rules."""
    return due_state(due_at=due_at, answered_at=answered_at, now=now, zone=zone).value


def since(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was, e.g. `3 j 5 m lalu`; under a minute `baru saja`, from a week on in days."""
    if moment is None:
        return NOTHING
    passed = now - moment
    return "baru saja" if passed < timedelta(minutes=1) else f"{_rough(passed)} lalu"


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with Indonesian separators, e.g. `12.345,6`."""
    if value is None:
        return NOTHING
    return f"{value:,.{digits}f}".translate(SWAPPED)


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share 0-1 as a percentage, e.g. `87%`."""
    return NOTHING if share is None else f"{number(share * 100, digits)}%"


def name_of(code: str, *, kind: str) -> str:
    """Return the Indonesian name of an intent, state, platform, role or part of the frozen rows."""
    return NAMES[kind].get(code, code)


@lru_cache(maxsize=64)
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.blake2s(path.read_bytes() + str(changed_ns).encode(), digest_size=4).hexdigest()


def asset(filename: str) -> str:
    """Return the address of a static file with its digest, so that browsers may keep it for a year.

    Found out once a request: a list of 50 cases asks for the icons some 250 times.
    """
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if filename not in known:
        known[filename] = _address(filename)
    return known[filename]


def _address(filename: str) -> str:
    path = Path(current_app.static_folder or "", filename)
    version = _digest(path, path.stat().st_mtime_ns) if path.exists() else "missing"
    return url_for("static", filename=filename, v=version)


def link_to(endpoint: str, args: Mapping[str, str | None]) -> Link:
    """Return a page's address to which many links add their own parameters; one link alone takes url_for."""
    return Link(url_for(endpoint), args)


def register(app: Flask) -> None:
    """Make the filters known to an application, with its office zone bound."""
    settings = app.config.get("TANGGAP")
    zone = ZoneInfo(settings.office_zone if settings else "Asia/Jakarta")
    app.jinja_env.filters.update(
        local_time=partial(local_time, zone=zone),
        local_date=partial(local_date, zone=zone),
        deadline_tone=partial(deadline_tone, zone=zone),
        day_name=day_name,
        month_name=month_name,
        hours=spell,
        duration=duration,
        working_duration=working_duration,
        deadline=deadline,
        since=since,
        number=number,
        percent=percent,
        marks=marks_of,
        **{f"{kind}_name": partial(name_of, kind=kind) for kind in NAMES},
    )
    app.jinja_env.globals.update(asset=asset, link_to=link_to)
