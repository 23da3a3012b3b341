"""The cases behind each pattern that is worth a second look, by unit (M1 D14) for the cases of a period.

A condition stands once: counts and rows use the same, so the rows behind a number always sum up to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import extract, tuple_
from sqlmodel import Session, col, func, select

from models import (
    Case,
    CaseMeasure,
    CaseState,
    Event,
    EventKind,
    Intent,
    LabelSubject,
    Reply,
    ReplyKind,
    ReplyStatus,
    Unit,
)
from triage.queries import metric_rows
from triage.queries.cohorts import QUEUE, Cohort, Standing, attributed, measured, narrowed, standing
from triage.queries.inbox import visible
from triage.queries.metric_rows import CaseRow
from triage.queries.paging import Page
from triage.rules.fairness import DEFINITIONS, NEAR_SHARE, SAME_TEXT_CASES, Base, Pattern
from triage.rules.history import FLAG_BITS, Flag
from triage.rules.permissions import Action, Viewer
from triage.rules.targets import MUST_ANSWER
from triage.rules.wording import alphabetical

QUEUE_NAME = "Antrean triase"
NEEDS_NO_ANSWER = (Intent.PRAISE, Intent.OTHER)
PUBLIC = (ReplyStatus.SENT, ReplyStatus.ELSEWHERE)


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
class SameText:
    """One answer that a unit gave to many."""

    text: str
    unit: str
    cases: int


def lines(session: Session, viewer: Viewer, cohort: Cohort) -> list[Line]:
    """Return the patterns of every unit that has a case, by name, the triage queue last; `total` sums them up."""
    counted = {pattern: _by_unit(session, behind(viewer, cohort, pattern)) for pattern in Pattern}
    found = _bases(session, viewer, cohort)
    codes = session.exec(select(Unit.id, Unit.code, Unit.short_name))
    names: dict[int | None, tuple[str, str]] = {unit_id: (code, name) for unit_id, code, name in codes}
    units = set(found).union(*counted.values())
    made = []
    for unit_id in units:
        counts = {pattern: counted[pattern].get(unit_id, 0) for pattern in Pattern}
        made.append(_line(names.get(unit_id, (QUEUE, QUEUE_NAME)), counts, found.get(unit_id)))
    return sorted(made, key=lambda line: (line.code == QUEUE, *alphabetical(line.name)))


def total(parts: list[Line], times: tuple[int, int]) -> Line:
    """Return the sum of all units; `times` are the paused and the remaining seconds of resolved cases."""
    counts = {pattern: sum(line.counts[pattern] for line in parts) for pattern in Pattern}
    bases = {base: sum(line.bases[base] for line in parts) for base in Base}
    return Line("", "Semua unit", counts, bases, _share(*times))


def behind(viewer: Viewer, cohort: Cohort, pattern: Pattern) -> list[Any]:
    """Return the conditions of the cases that a pattern counts."""
    return [*_counted(viewer, cohort), *CONDITIONS[pattern](viewer, cohort)]


def rows(
    session: Session, viewer: Viewer, cohort: Cohort, pattern: Pattern, *, now: datetime, after: str = ""
) -> Page[CaseRow]:
    """Return one page of the cases behind a number, newest first; raise BadCursor for a mangled address."""
    return metric_rows.newest(session, behind(viewer, cohort, pattern), now=now, after=after)


def count(session: Session, viewer: Viewer, cohort: Cohort, pattern: Pattern) -> int:
    """Return how many cases are behind a number."""
    found: int = session.exec(measured(select(func.count())).where(*behind(viewer, cohort, pattern))).one()
    return found


def same_texts(session: Session, viewer: Viewer, cohort: Cohort, limit: int = 20) -> list[SameText]:
    """Return our own answers that went to many cases, most first: what is the same, and how often."""
    found = (
        select(func.min(Reply.text), Unit.short_name, func.count(col(Reply.case_id).distinct()))
        .join(Case, col(Case.id) == Reply.case_id)
        .outerjoin(Unit, col(Unit.id) == Reply.unit_id)
        .where(*_within(viewer, cohort), *_substantive())
        .group_by(Unit.short_name, col(Reply.text_digest))
        .having(func.count(col(Reply.case_id).distinct()) >= SAME_TEXT_CASES)
        .order_by(func.count(col(Reply.case_id).distinct()).desc(), Unit.short_name)
    )
    return [SameText(text, unit or QUEUE_NAME, number) for text, unit, number in session.exec(found.limit(limit))]


def paused_times(session: Session, viewer: Viewer, cohort: Cohort) -> tuple[int, int]:
    """Return the paused and the remaining wall seconds of all resolved cases."""
    times = (func.sum(CaseMeasure.paused_wall_s), func.sum(CaseMeasure.resolution_full_wall_s))
    found = measured(select(*times)).where(*_counted(viewer, cohort), *_resolved())
    paused, rest = session.execute(found).one()
    return int(paused or 0), int(rest or 0)


def _within(viewer: Viewer, cohort: Cohort) -> list[Any]:
    scope = visible(viewer, Action.SEE_PATTERNS)
    return [scope, col(Case.opened_at) >= cohort.start, col(Case.opened_at) < cohort.end, *narrowed(cohort)]


def _counted(viewer: Viewer, cohort: Cohort) -> list[Any]:
    """Leave out what no figure counts: before the account was connected, withdrawn, hidden with approval (M1 D17)."""
    return [*_within(viewer, cohort), standing() == Standing.COUNTED.value]


def _bases(session: Session, viewer: Viewer, cohort: Cohort) -> dict[int | None, Any]:
    resolved = col(Case.state) == CaseState.RESOLVED
    columns = (
        attributed(),
        func.count(),
        func.count().filter(resolved),
        func.count().filter(col(Case.first_response_at).is_not(None)),
        func.sum(CaseMeasure.paused_wall_s).filter(resolved),
        func.sum(CaseMeasure.resolution_full_wall_s).filter(resolved),
    )
    found = measured(select(*columns)).where(*_counted(viewer, cohort), _must_answer())  # type: ignore[call-overload]
    return {row[0]: row[1:] for row in session.execute(found.group_by(attributed()))}


def _line(name: tuple[str, str], counts: Mapping[Pattern, int], base: Any) -> Line:
    received, resolved, answered, paused, rest = base or (0, 0, 0, 0, 0)
    bases = {Base.RECEIVED: received, Base.RESOLVED: resolved, Base.ANSWERED: answered}
    return Line(*name, counts, bases, _share(int(paused or 0), int(rest or 0)))


def _share(paused: int, rest: int) -> float | None:
    return paused / (paused + rest) if paused + rest else None


def _by_unit(session: Session, conditions: list[Any]) -> dict[int | None, int]:
    found = measured(select(attributed(), func.count())).where(*conditions).group_by(attributed())
    return dict(session.execute(found).all())


def _must_answer() -> Any:
    return col(Case.intent).in_(sorted(MUST_ANSWER))


def _resolved() -> list[Any]:
    return [_must_answer(), col(Case.state) == CaseState.RESOLVED]


def _flagged(flag: Flag) -> Any:
    return func.coalesce(col(CaseMeasure.flags), 0).op("&")(FLAG_BITS[flag]) != 0


def _substantive() -> list[Any]:
    return [
        col(Reply.status).in_(PUBLIC),
        Reply.kind == ReplyKind.SUBSTANTIVE,
        col(Reply.text_digest).is_not(None),
        col(Reply.unit_id).is_not(None),
    ]


def _relabelled(_viewer: Viewer, _cohort: Cohort) -> list[Any]:
    """Measure nearness by the target's length: it runs from the comment to the deadline, by the wall clock."""
    due, opened = extract("epoch", col(Case.due_at)), extract("epoch", col(Case.opened_at))
    distance = func.abs(extract("epoch", col(Event.at)) - due)
    changed = (
        select(Event.id)
        .where(
            Event.case_id == Case.id,
            Event.kind == EventKind.LABEL_CHANGED,
            col(Event.data)["subject"].as_string() == LabelSubject.INTENT.value,
            col(Event.data)["to"].as_string().in_([intent.value for intent in NEEDS_NO_ANSWER]),
            col(Event.data)["from"].as_string().in_([intent.value for intent in sorted(MUST_ANSWER)]),
            distance * NEAR_SHARE <= due - opened,
        )
        .exists()
    )
    return [
        col(Case.intent).in_(NEEDS_NO_ANSWER),
        col(Case.is_intent_by_person),
        col(Case.due_at).is_not(None),
        changed,
    ]


def _same_text(viewer: Viewer, cohort: Cohort) -> list[Any]:
    """Look for what is the same in the whole period, so that a unit's rows are those of its number."""
    period = replace(cohort, unit="")
    shared = (
        select(Reply.unit_id, Reply.text_digest)
        .join(Case, col(Case.id) == Reply.case_id)
        .where(*_within(viewer, period), *_substantive())
        .group_by(col(Reply.unit_id), col(Reply.text_digest))
        .having(func.count(col(Reply.case_id).distinct()) >= SAME_TEXT_CASES)
    )
    text = tuple_(col(Reply.unit_id), col(Reply.text_digest))
    given = select(Reply.id).where(Reply.case_id == Case.id, *_substantive(), text.in_(shared)).correlate(Case).exists()
    return [_must_answer(), col(Case.first_response_at).is_not(None), given]


def _recorded_later(_viewer: Viewer, _cohort: Cohort) -> list[Any]:
    told = (
        select(Reply.id)
        .where(
            Reply.case_id == Case.id,
            Reply.status == ReplyStatus.ELSEWHERE,
            col(Reply.sent_at) <= Case.due_at,
            col(Reply.created_at) > Case.due_at,
        )
        .exists()
    )
    return [_must_answer(), col(Case.first_response_at).is_not(None), told]


CONDITIONS: dict[Pattern, Callable[[Viewer, Cohort], list[Any]]] = {
    Pattern.WITHOUT_REPLY: lambda *_: [*_resolved(), _flagged(Flag.RESOLVED_WITHOUT_REPLY)],
    Pattern.HIDDEN: lambda *_: [_must_answer(), _flagged(Flag.HIDDEN_BEFORE_REPLY)],
    Pattern.RELABELLED: _relabelled,
    Pattern.SAME_TEXT: _same_text,
    Pattern.PAUSED: lambda *_: [*_resolved(), col(CaseMeasure.paused_wall_s) > 0],
    Pattern.RECEIPT_ONLY: lambda *_: [
        *_resolved(),
        col(CaseMeasure.first_response_at).is_not(None),
        col(CaseMeasure.substantive_at).is_(None),
    ],
    Pattern.RECORDED_LATER: _recorded_later,
}
