"""The words of e-mails to staff: counts, case codes and links.

A citizen's words and name never stand in them: an e-mail lies in mailboxes that nobody here can close, is forwarded
and copied, and a citizen who wrote under a post did not write to those. Who may read the case follows the link.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from triage.rules.chasing import HOUR_S, LateCase, Person, Step

SHOWN = 25
NEAREST = 10
# Makes an address from an endpoint and its values.
Link = Callable[..., str]
WHY = "E-mail ini hanya memuat kode kasus: tulisan dan nama warga dibaca di Tanggap, oleh yang berwenang."


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every letter needs: the office, its zone and how addresses are made."""

    office: str
    zone: ZoneInfo
    link: Link


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """How one unit stands this morning; `code` is that of addresses, `name` the short name."""

    code: str
    name: str
    new: int
    soon: int
    late: int

    @property
    def is_worth_telling(self) -> bool:
        """Tell whether anything waits."""
        return bool(self.new or self.soon or self.late)


@dataclass(frozen=True)
class DueCase:
    """One case near or behind its deadline."""

    code: str
    unit: str
    due_at: datetime


def escalation(desk: Desk, step: Step, person: Person, cases: Sequence[LateCase]) -> tuple[str, str]:
    """Return (subject, text) about cases that reached a step."""
    units = sorted({case.unit for case in cases})
    where = units[0] if len(units) == 1 else f"{len(units)} unit"
    subject = f"{len(cases)} kasus lewat tenggat lebih dari {step.after_hours} jam kerja: {where}"
    lines = [
        f"- {case.code}, {case.unit}: lewat {case.late_s // HOUR_S} jam kerja, tenggat {said(desk, case.due_at)}\n"
        f"  {desk.link('inbox.case', code=case.code)}"
        for case in cases[:SHOWN]
    ]
    if len(cases) > SHOWN:
        lines.append(f"- dan {len(cases) - SHOWN} kasus lain: {desk.link('figures.late')}")
    opening = f"{len(cases)} kasus belum dijawab dan sudah lewat tenggat lebih dari {step.after_hours} jam kerja."
    return subject[:200], letter(desk, person, opening, *lines, "", "Setiap kasus dikabarkan sekali pada tahap ini.")


def digest(desk: Desk, person: Person, units: Sequence[UnitLine], cases: Sequence[DueCase]) -> tuple[str, str]:
    """Return (subject, text) of a morning's digest."""
    late, soon = sum(unit.late for unit in units), sum(unit.soon for unit in units)
    subject = f"Ringkasan hari ini: {late} terlambat, {soon} segera jatuh tempo"
    lines = [line for unit in units for line in _standing(desk, unit)]
    if cases:
        lines += ["", "Tenggat terdekat dan yang sudah lewat:"]
        lines += [_due(desk, case) for case in cases[:NEAREST]]
    off = f"Tidak ingin ringkasan ini? Matikan di {desk.link('session.profile')}"
    return subject[:200], letter(desk, person, "Keadaan kasus pagi ini.", *lines, "", off)


def letter(desk: Desk, person: Person, opening: str, *lines: str) -> str:
    """Return the text of a letter."""
    parts = [f"Yth. {person.name},", "", opening, "", *lines, WHY, "", f"Tanggap, {desk.office}"]
    return "\n".join(parts) + "\n"


def said(desk: Desk, moment: datetime) -> str:
    """Return a moment in the office's zone."""
    local = moment.astimezone(desk.zone)
    return f"{local:%d-%m-%Y %H.%M} {local.tzname()}"


def _due(desk: Desk, case: DueCase) -> str:
    where = desk.link("inbox.case", code=case.code)
    return f"- {case.code}, {case.unit}: tenggat {said(desk, case.due_at)}\n  {where}"


def _standing(desk: Desk, unit: UnitLine) -> list[str]:
    counted = (
        (unit.late, "terlambat", desk.link("figures.late", unit=unit.code)),
        (unit.soon, "segera jatuh tempo", desk.link("deadlines.soon", unit=unit.code)),
        (unit.new, "baru", desk.link("inbox.page", tampilan="new", unit="" if unit.code == "-" else unit.code)),
    )
    return [f"{unit.name}", *(f"- {number} {what}: {where}" for number, what, where in counted if number), ""]
