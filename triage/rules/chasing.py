"""Who is told that work is late: the ladder's steps, and which people each step of a case reaches.

How late a case is comes from rules.targets; here it is only compared with the steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models import Audience, Role
from triage.errors import InvalidInput

HOUR_S = 3600
MOST_HOURS = 2000


@dataclass(frozen=True)
class Step:
    """One step: who is told of a case that is late by more than so many working hours."""

    number: int
    audience: Audience
    after_hours: int
    is_active: bool = True


# Until Diskominfo sets others: an hour, a working day, three working days.
START = (
    Step(1, Audience.UNIT_ADMIN, 1),
    Step(2, Audience.UNIT_HEAD, 8),
    Step(3, Audience.SUPERVISOR, 24),
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an e-mail address: the units worked for, and those headed."""

    user_id: int
    name: str
    address: str
    role: Role
    wants_digest: bool = True
    units: frozenset[int] = field(default_factory=frozenset)
    heads: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class LateCase:
    """A case that is overdue, by its code; `holder_id` is None in the triage queue."""

    case_id: int
    code: str
    holder_id: int | None
    unit: str
    due_at: datetime
    late_s: int


def step_of(number: int, *, hours: str, audience: str, is_active: bool) -> Step:
    """Return a step as somebody typed it; raise InvalidInput naming what cannot be read."""
    typed = hours.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_HOURS)) + 1):
        raise InvalidInput(f"Tahap {number}: isi jam kerja dengan angka bulat, misalnya 8.")
    if audience not in list(Audience):
        raise InvalidInput(f"Tahap {number}: pilih penerima dari daftar.")
    return Step(number, Audience(audience), int(typed), is_active)


def refuse_unclear(steps: Sequence[Step]) -> None:
    """Raise InvalidInput for hours that are none, or steps that do not climb."""
    last: Step | None = None
    for step in steps:
        if not 0 <= step.after_hours <= MOST_HOURS:
            raise InvalidInput(f"Tahap {step.number}: isi 0 sampai {MOST_HOURS} jam kerja.")
        if step.is_active and last is not None and step.after_hours <= last.after_hours:
            raise InvalidInput(
                f"Tahap {step.number} harus lebih lama daripada tahap {last.number} ({last.after_hours} jam kerja)."
            )
        last = step if step.is_active else last


def letters(
    steps: Iterable[Step], cases: Mapping[int, Sequence[LateCase]], people: Sequence[Person]
) -> list[tuple[Step, Person, list[LateCase]]]:
    """Return one letter a step and person, with the cases by step that nobody was told of yet, longest late first."""
    found = []
    for step in steps:
        if not step.is_active:
            continue
        late = [case for case in cases.get(step.number, ()) if case.late_s > step.after_hours * HOUR_S]
        for person in people:
            own = [case for case in late if _is_meant(step.audience, case.holder_id, person)]
            if own:
                found.append((step, person, sorted(own, key=lambda case: (-case.late_s, case.case_id))))
    return found


def _is_meant(audience: Audience, holder_id: int | None, person: Person) -> bool:
    if audience is Audience.SUPERVISOR:
        return person.role is Role.SUPERVISOR
    if audience is Audience.DISKOMINFO or (holder_id is None and audience is Audience.UNIT_ADMIN):
        return person.role is Role.DISKOMINFO
    if audience is Audience.UNIT_HEAD:
        return holder_id in person.heads
    return person.role is Role.OPD_ADMIN and holder_id in person.units
