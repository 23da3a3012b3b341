"""The address of a page of figures: period, filters and clock. What cannot be read is named, never guessed in files.

A page falls back to DEFAULT, shows `problems`, and its form keeps what was typed; a file is refused with them,
because a file does not say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import Intent, Platform

DEFAULT = "30"
FREE = "bebas"
PERIODS = {
    "7": "7 hari",
    "30": "30 hari",
    "90": "90 hari",
    "bulan-ini": "Bulan ini",
    "bulan-lalu": "Bulan lalu",
    "triwulan": "Triwulan ini",
    "tahun": "Tahun ini",
    "tahun-lalu": "Tahun lalu",
    FREE: "Bebas",
}
CLOCKS = {"kerja": "Jam kerja", "dinding": "Jam dinding"}
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_TYPED = 40


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks for; both days belong to the period, in the office's zone.

    `typed` holds the days of a free period as they were written when they mean none.
    """

    period: str
    first_day: date
    last_day: date
    clock: str = "kerja"
    unit: str = ""
    intent: Intent | None = None
    platform: Platform | None = None
    account: str = ""
    problems: tuple[str, ...] = ()
    typed: tuple[str, str] | None = None

    @property
    def in_form(self) -> tuple[str, str, str]:
        """Return period, first and last day as the form shows them, so that only the mistake must be mended."""
        if self.typed:
            return FREE, *self.typed
        return self.period, self.first_day.isoformat(), self.last_day.isoformat()

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the first moment of the period and the first after it (D19)."""
        after = self.last_day + timedelta(days=1)
        return datetime.combine(self.first_day, time(), zone), datetime.combine(after, time(), zone)

    def before(self) -> tuple[date, date]:
        """Return the first and the last day of the period of the same length that ends where this one begins."""
        length = self.last_day - self.first_day
        last_day = self.first_day - timedelta(days=1)
        return last_day - length, last_day

    @property
    def args(self) -> dict[str, str]:
        """Return the address that asks for the same."""
        given = {
            "periode": self.period,
            "dari": self.first_day.isoformat() if self.period == FREE else "",
            "sampai": self.last_day.isoformat() if self.period == FREE else "",
            "unit": self.unit,
            "jenis": self.intent or "",
            "platform": self.platform or "",
            "akun": self.account,
            "jam": self.clock,
        }
        return {name: str(value) for name, value in given.items() if value}


def asked(args: Mapping[str, str], *, today: date, units: list[str], accounts: list[str]) -> Asked:
    """Read an address by the codes that are known; what does not fit falls back and is named in `problems`."""
    problems: list[str] = []
    period = _one_of(args, "periode", list(PERIODS), DEFAULT, "Periode", problems)
    first_day, last_day = preset(period, today)
    typed = None
    if period == FREE:
        found = _free(args, problems)
        period, typed = (FREE, None) if found else (DEFAULT, _typed(args))
        first_day, last_day = found or preset(DEFAULT, today)
    intent = _one_of(args, "jenis", list(Intent), "", "Jenis", problems)
    platform = _one_of(args, "platform", list(Platform), "", "Platform", problems)
    return Asked(
        period=period,
        first_day=first_day,
        last_day=last_day,
        clock=_one_of(args, "jam", list(CLOCKS), "kerja", "Jam", problems),
        unit=_one_of(args, "unit", units, "", "Unit", problems),
        intent=Intent(intent) if intent else None,
        platform=Platform(platform) if platform else None,
        account=_one_of(args, "akun", accounts, "", "Akun", problems),
        problems=tuple(problems),
        typed=typed,
    )


def preset(period: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of a preset; days count back from today, which is included."""
    if period == "bulan-ini":
        return today.replace(day=1), today
    if period == "bulan-lalu":
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if period == "triwulan":
        return today.replace(month=today.month - (today.month - 1) % 3, day=1), today
    if period == "tahun":
        return today.replace(month=1, day=1), today
    if period == "tahun-lalu":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    days = int(period) if period.isdigit() else int(DEFAULT)
    return today - timedelta(days=days - 1), today


def _one_of(
    args: Mapping[str, str], name: str, known: list[str], fallback: str, label: str, problems: list[str]
) -> str:
    value = args.get(name, "").strip()
    if not value or value in known:
        return value or fallback
    problems.append(f"{label} “{value[:40]}” tidak dikenal dan diabaikan. Pilih dari daftar.")
    return fallback


def _free(args: Mapping[str, str], problems: list[str]) -> tuple[date, date] | None:
    first_day, last_day = _day(args.get("dari", "")), _day(args.get("sampai", ""))
    if first_day is None or last_day is None:
        problems.append(
            "Tanggal periode bebas belum dapat dibaca. Isi “Dari” dan “Sampai” dengan tanggal tahun 2000 sampai 2100."
        )
        return None
    if first_day > last_day:
        problems.append("“Dari” lebih akhir daripada “Sampai”. Tukar kedua tanggalnya, lalu terapkan lagi.")
        return None
    return first_day, last_day


def _typed(args: Mapping[str, str]) -> tuple[str, str]:
    first, last = (args.get(name, "").strip()[:LONGEST_TYPED] for name in ("dari", "sampai"))
    return first, last


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
