"""Cases with every interval of M1, piece by piece, so that a file of any length needs the memory of one piece.

Cases come by (opened_at, id): a piece begins behind the last case of the one before, and no transaction need stay
open between them. Seconds by two clocks; working seconds are None, never 0, where there is no calendar.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case as case_of
from sqlalchemy import tuple_
from sqlmodel import Session, col, func, select, true

from models import Account, Case, CaseHold, CaseMeasure, CaseState, CaseWait, Intent, Unit, User
from triage.queries import calendars
from triage.queries.cohorts import KINDS, MEANINGS, Cohort, Number, attributed, kind, narrowed, outcome, pace
from triage.queries.inbox import visible
from triage.queries.intake import chunks
from triage.rules.metrics import DEFINITION
from triage.rules.permissions import Action, Viewer
from triage.rules.working_time import CalendarHistory, working_seconds_or_none

Place = tuple[datetime, int]
Pieces = type[CaseWait] | type[CaseHold]


class Facts(NamedTuple):
    """What the rows of a case say, in the order of `_COLUMNS`; what M1 measured is None where nothing moved a clock."""

    row_id: int
    code: str
    intent: Intent | None
    state: CaseState
    unit_id: int | None
    holder_id: int | None
    account_id: int
    comment_count: int
    opened_at: datetime
    due_at: datetime | None
    outcome: int
    pace: int
    is_backfill: bool
    excerpt: str
    routed_at: datetime | None
    frt_at: datetime | None
    frt_wall_s: int | None
    frt_working_s: int | None
    definition: str | None
    calendar_edition: int | None
    tts_at: datetime | None
    tts_wall_s: int | None
    tts_working_s: int | None
    first_resolved_at: datetime | None
    resolution_first_wall_s: int | None
    resolution_first_working_s: int | None
    last_resolved_at: datetime | None
    resolution_full_wall_s: int | None
    resolution_full_working_s: int | None
    paused_wall_s: int
    paused_working_s: int | None
    waiting_other_wall_s: int
    waiting_other_working_s: int | None
    triaged_at: datetime | None
    triage_wall_s: int | None
    triage_working_s: int | None
    unit_response_wall_s: int | None
    unit_response_working_s: int | None
    credited_user_id: int | None
    bounces: int
    episodes: int
    waiting_since: datetime | None
    flags: int


class Stretch(NamedTuple):
    """One waiting interval (D5) or one hold (D14); the unit that answered or held, None for the triage queue."""

    unit_id: int | None
    is_answered: bool
    wall_s: int
    working_s: int | None


class CaseLine(NamedTuple):
    """One case with its waiting intervals after the first reply and its holds, each in order."""

    facts: Facts
    waits: Sequence[Stretch]
    holds: Sequence[Stretch]


@dataclass(frozen=True)
class Directory:
    """Names by id, read once for any number of cases; `queue` is the calendar of the triage queue."""

    units: dict[int, tuple[str, str]]
    accounts: dict[int, tuple[str, str]]
    people: dict[int, str]
    queue: CalendarHistory | None


def directory(session: Session) -> Directory:
    """Return the names that a file spells out: units by (code, short name), accounts by (platform, handle)."""
    units = session.execute(select(Unit.id, Unit.code, Unit.short_name))
    accounts = session.execute(select(Account.id, Account.platform, Account.handle))
    return Directory(
        units={row_id or 0: (code, name) for row_id, code, name in units},
        accounts={row_id or 0: (platform.value, handle) for row_id, platform, handle in accounts},
        people={row_id or 0: name for row_id, name in session.execute(select(User.id, User.name))},
        queue=calendars.by_unit(session)[None],
    )


def count(session: Session, viewer: Viewer, cohort: Cohort, number: Number | None, *, now: datetime) -> int:
    """Return how many cases a file will hold."""
    found = _measured(select(func.count())).where(*_wanted(viewer, cohort, number, now))
    return int(session.execute(found).scalar_one())


@dataclass(frozen=True)
class Piece:
    """Which cases come next: behind a place, at most so many."""

    after: Place | None
    limit: int


def piece(
    session: Session, viewer: Viewer, cohort: Cohort, number: Number | None, wanted: Piece, *, now: datetime
) -> list[CaseLine]:
    """Return the next cases behind a number (None: every case of the cohort), oldest first."""
    joined = _measured(select(*_columns(now)))
    found = joined.where(*_wanted(viewer, cohort, number, now))
    if wanted.after is not None:
        found = found.where(tuple_(col(Case.opened_at), col(Case.id)) > tuple_(*wanted.after))
    found = found.order_by(col(Case.opened_at), col(Case.id)).limit(wanted.limit)
    cases = [Facts._make(row) for row in session.connection().execute(found)]
    ids = [case.row_id for case in cases if case.definition is not None]
    waits, holds = _stretches(session, CaseWait, ids), _stretches(session, CaseHold, ids)
    return [CaseLine(case, waits.get(case.row_id, ()), holds.get(case.row_id, ())) for case in cases]


def place_of(line: CaseLine) -> Place:
    """Return where the next piece begins."""
    return line.facts.opened_at, line.facts.row_id


def first_pass(case: Facts, queue: CalendarHistory | None) -> Facts:
    """Return a case with what its row says of its triage, where no other clock has moved (see queries.measures)."""
    if case.definition is not None:
        return case
    case = case._replace(definition=DEFINITION)
    if case.routed_at is None or case.holder_id is None:
        return case
    wall_s = max(0, int((case.routed_at - case.opened_at).total_seconds()))
    working_s = working_seconds_or_none(case.opened_at, case.routed_at, queue)
    return case._replace(triaged_at=case.routed_at, triage_wall_s=wall_s, triage_working_s=working_s)


def _wanted(viewer: Viewer, cohort: Cohort, number: Number | None, now: datetime) -> list[Any]:
    """Return the conditions of a file: scope, cohort and number; what comes in after the order stays out."""
    opened = col(Case.opened_at)
    found = [visible(viewer, Action.SEE_FIGURES), opened >= cohort.start, opened < cohort.end, opened <= now]
    found += narrowed(cohort)
    if number is not None:
        meant = [place for place, about in enumerate(KINDS) if MEANINGS[number].counts(*about)]
        found.append(kind(now).in_(meant))
    return found


def _measured(columns: Any) -> Any:
    """Return a selection of cases with their measures, if they have any."""
    return columns.select_from(Case).outerjoin(CaseMeasure, col(CaseMeasure.case_id) == Case.id)


def _columns(now: datetime) -> tuple[Any, ...]:
    m = CaseMeasure
    return (
        Case.id, Case.code, Case.intent, Case.state, attributed(), Case.holder_id, Case.account_id, Case.comment_count,
        Case.opened_at, Case.due_at, outcome(now), pace(), Case.is_backfill, Case.excerpt, Case.routed_at,
        Case.first_response_at, Case.response_wall_s, Case.response_working_s, m.definition, m.calendar_edition,
        m.substantive_at, m.tts_wall_s, m.tts_working_s,
        m.first_resolved_at, m.resolution_first_wall_s, m.resolution_first_working_s,
        m.last_resolved_at, m.resolution_full_wall_s, m.resolution_full_working_s,
        func.coalesce(m.paused_wall_s, 0), _unless_bare(m.paused_working_s),
        func.coalesce(m.waiting_other_wall_s, 0), _unless_bare(m.waiting_other_working_s),
        m.triaged_at, m.triage_wall_s, m.triage_working_s, m.unit_response_wall_s, m.unit_response_working_s,
        m.credited_user_id, func.coalesce(m.bounces, 0), func.coalesce(m.episodes, 1), m.waiting_since,
        func.coalesce(m.flags, 0),
    )  # fmt: skip


def _unless_bare(column: Any) -> Any:
    """Return a sum that is 0 for a case without measured rows, and as it was measured for any other."""
    return case_of((col(CaseMeasure.case_id).is_(None), 0), else_=column)


def _stretches(session: Session, table: Pieces, ids: Sequence[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = defaultdict(list)
    answered = CaseWait.is_answered if table is CaseWait else true()
    columns = (table.case_id, table.unit_id, answered, table.wall_s, table.working_s)
    for some in chunks(ids):
        rows = select(*columns).where(col(table.case_id).in_(some))  # type: ignore[call-overload]
        for case_id, *stretch in session.connection().execute(rows.order_by(col(table.case_id), col(table.number))):
            found[case_id].append(Stretch._make(stretch))
    return found
