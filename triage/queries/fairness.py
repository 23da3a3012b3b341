"""The cases behind each pattern that is worth a second look, by unit (M1 D14) for the cases of a period.

Which cases a pattern counts stands once, in `sights`: counts and rows use the same, so the rows behind
a number always sum up to it. Nothing of it moves with the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlmodel import Session, select

from models import Unit
from triage.queries import cuts
from triage.queries.cohorts import KINDS, QUEUE, Cohort, Number, Standing
from triage.queries.figure_store import Array, Columns
from triage.queries.metric_rows import Behind
from triage.queries.pattern_marks import RECORDED_LATER, RELABELLED, RESOLVED
from triage.queries.same_texts import SameText, Shared
from triage.queries.selections import selection
from triage.queries.tallies import Part, Selection, cells, counting
from triage.rules.fairness import DEFINITIONS, Base, Pattern
from triage.rules.history import FLAG_BITS, Flag
from triage.rules.permissions import Viewer
from triage.rules.quantiles import NONE, Ints
from triage.rules.wording import alphabetical

QUEUE_NAME = "Antrean triase"
# What is counted together: each has one bit in the sight of a case.
COUNTED = (*Base, *Pattern)
SIGHTS = 2 ** len(COUNTED)


@dataclass(frozen=True)
class Line:
    """The patterns of one unit, or of all: how many cases of how many, and the share of time that was paused."""

    code: str
    name: str
    counts: Mapping[Pattern, int]
    bases: Mapping[Base, int]
    paused_share: float | None

    def base(self, pattern: Pattern) -> int:
        """Return the n of a pattern; a case whose intent was changed is among those received."""
        extra = self.counts[pattern] if pattern is Pattern.RELABELLED else 0
        return self.bases[DEFINITIONS[pattern].of] + extra

    def share(self, pattern: Pattern) -> float | None:
        """Return a pattern's share, None where there is no case at all."""
        n = self.base(pattern)
        return self.counts[pattern] / n if n else None


@dataclass(frozen=True)
class Patterns:
    """Every unit that has a case, by name, the triage queue last; their sum; and the answers that went to many."""

    lines: list[Line]
    total: Line
    texts: list[SameText]


def patterns(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime) -> Patterns:
    """Return the patterns of a period, by unit and in all."""
    cases = _cases(session, viewer, cohort, now)
    shared = Shared.of(cases)
    units = session.exec(select(Unit.id, Unit.code, Unit.short_name)).all()
    names = {0: (QUEUE, QUEUE_NAME), **{row_id or 0: (code, name) for row_id, code, name in units}}
    size = max(names) + 1
    counts = cases.count(_by_unit_and_sight, size * SIGHTS, kept_as="sights")
    bits = (np.arange(SIGHTS)[:, np.newaxis] >> np.arange(len(COUNTED))) & 1
    counted = counts.reshape(size, SIGHTS) @ bits
    same = cases.count(lambda part: part["unit"][_has_same_text(part, shared)], size)
    counted[:, COUNTED.index(Pattern.SAME_TEXT)] = same
    times = _times(cases, size)
    lines = [_line(names[row_id], counted[row_id], times[row_id]) for row_id in names if counted[row_id].any()]
    return Patterns(
        sorted(lines, key=lambda line: (line.code == QUEUE, *alphabetical(line.name))),
        _line(("", "Semua unit"), counted.sum(axis=0), times.sum(axis=0)),
        shared.texts(session, cases, {row_id: name for row_id, (_, name) in names.items()}),
    )


def behind(session: Session, viewer: Viewer, cohort: Cohort, pattern: Pattern, *, now: datetime) -> Behind:
    """Return the cases that a pattern counts; what is the same text is looked for in all units of the period."""
    cases = _cases(session, viewer, replace(cohort, unit=""), now)
    shared, bit = Shared.of(cases), 1 << COUNTED.index(pattern)
    unit = None if not cohort.unit else 0 if cohort.unit == QUEUE else _unit_id(session, cohort.unit)
    return Behind.of(
        cases, lambda part: (sights(part, shared) & bit != 0) & (True if unit is None else part["unit"] == unit)
    )


def _cases(session: Session, viewer: Viewer, cohort: Cohort, now: datetime) -> Selection:
    return selection(session, viewer, cohort, now=now, parts=cuts.ALL)


def _unit_id(session: Session, code: str) -> int:
    return session.exec(select(Unit.id).where(Unit.code == code)).first() or NONE


def _line(name: tuple[str, str], counted: Ints, times: Ints) -> Line:
    numbers = dict(zip(COUNTED, counted.tolist(), strict=True))
    paused, rest = times.tolist()
    share = paused / (paused + rest) if paused + rest else None
    return Line(
        *name, {pattern: numbers[pattern] for pattern in Pattern}, {base: numbers[base] for base in Base}, share
    )


def sights(part: Part, shared: Shared) -> Array:
    """Return what each case is counted as: the sum of the bits of COUNTED."""
    seen = part.derived("sights", _seen)
    return seen | _has_same_text(part, shared) * np.int16(1 << COUNTED.index(Pattern.SAME_TEXT))


def _has_same_text(part: Part, shared: Shared) -> Array:
    return shared.cases_of(part) & part.counted(Number.ANSWERED)


def _by_unit_and_sight(part: Part) -> Array:
    return cells(part["unit"], SIGHTS, part.derived("sights", _seen))


def _seen(columns: Columns) -> Array:
    """Return the bits that the columns alone tell; all but the same text."""
    kind, marks, flags = columns.cases["kind"], columns.cases["marks"], columns.cases["flags"]
    received, answered = counting(Number.RECEIVED)[kind], counting(Number.ANSWERED)[kind]
    is_counted = np.array([standing is Standing.COUNTED for _, standing, _, _ in KINDS])[kind]
    resolved = received & (marks & RESOLVED != 0)
    is_measured, paused = columns.cases["paused_wall"] != NONE, columns.cases["paused_wall"] > 0
    only_receipts = is_measured & (columns.cases["wall"] != NONE) & (columns.cases["tts_wall"] == NONE)
    found = {
        Base.RECEIVED: received,
        Base.RESOLVED: resolved,
        Base.ANSWERED: answered,
        Pattern.WITHOUT_REPLY: resolved & (flags & FLAG_BITS[Flag.RESOLVED_WITHOUT_REPLY] != 0),
        Pattern.HIDDEN: received & (flags & FLAG_BITS[Flag.HIDDEN_BEFORE_REPLY] != 0),
        Pattern.RELABELLED: is_counted & (marks & RELABELLED != 0),
        Pattern.PAUSED: resolved & paused,
        Pattern.RECEIPT_ONLY: resolved & only_receipts,
        Pattern.RECORDED_LATER: received & (marks & RECORDED_LATER != 0),
    }
    seen = np.zeros(len(columns), dtype=np.int16)
    for counted, has in found.items():
        seen |= has * np.int16(1 << COUNTED.index(counted))
    return seen


def _times(cases: Selection, size: int) -> Ints:
    """Return the paused and the remaining wall seconds of resolved cases (units x 2); sums below 2 ** 53 are exact."""
    found = np.zeros((size, 2))
    resolved = 1 << COUNTED.index(Base.RESOLVED)
    for part in cases.parts:
        here = np.flatnonzero(part.derived("sights", _seen) & resolved)
        units = part["unit"][here]
        for place, name in enumerate(("paused_wall", "resolution_full_wall")):
            seconds = np.maximum(part[name][here], 0)
            found[:, place] += part.sign * np.bincount(units, weights=seconds, minlength=size)
    return found.astype(np.int64)
