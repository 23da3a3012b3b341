"""The measured rows of cases: read from the events, written in one transaction with what moved a clock.

Every step of a person, and every further word of a citizen on a case that has rows, writes them anew. A case WITHOUT
rows is one whose clocks only its first pass has touched: the citizen wrote, the model read, and at most one routing
gave it to a unit. For such a case everything in CaseMeasure is NULL or 0 but the triage delay, which is
citizen_case.routed_at - opened_at where holder_id is set, and no unit but the triage queue has a hold. So that a
batch of fresh comments costs nothing here. Nothing in this module commits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete
from sqlmodel import Session, SQLModel, col, func, select

from models import Case, CaseHold, CaseMeasure, CaseWait, Unit, User, WorkCalendar
from triage.queries import bulk, calendars, writing
from triage.queries.intake import chunks
from triage.rules.clocks import MetricSettings
from triage.rules.history import HistoryEvent, bits_of, is_first_pass
from triage.rules.metrics import DEFINITION, Calendars, Duration, Intervals, Span, intervals

Row = dict[str, Any]
TABLES: tuple[type[SQLModel], ...] = (CaseMeasure, CaseHold, CaseWait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """What measuring takes, read once for any number of cases; `units` and `users` turn names into ids."""

    calendars: Calendars
    limits: MetricSettings
    units: Mapping[str, int]
    users: Mapping[str, int]
    edition: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of measured cases, by table."""

    measures: list[Row]
    holds: list[Row]
    waits: list[Row]


def limits(session: Session) -> MetricSettings:
    """Return the limits of D9 and D10 that the application gave the session."""
    days = session.info.get("reopen_days")
    return MetricSettings() if days is None else MetricSettings(reopen_limit_days=days)


def rule(session: Session) -> tuple[str, str]:
    """Return (definition, limits) that rows are made by now; those made by another may be out of date."""
    found = limits(session)
    return DEFINITION, f"{found.pause_limit_days}/{found.reopen_limit_days}"


def edition(session: Session) -> int:
    """Return the newest calendar version there is: whatever was measured by an older one may be out of date."""
    return session.exec(select(func.max(WorkCalendar.id))).one() or 0


def ruler(session: Session) -> Ruler:
    """Return what measuring takes, as it stands now."""
    return Ruler(
        calendars=calendars.by_unit(session),
        limits=limits(session),
        units={code: unit_id for code, unit_id in session.exec(select(Unit.code, Unit.id)) if unit_id},
        users={f"user:{user_id}": user_id for user_id in session.exec(select(User.id)) if user_id},
        edition=edition(session),
    )


def unit_id(session: Session, code: str | None) -> int | None:
    """Return a unit's id by its code."""
    return session.exec(select(Unit.id).where(Unit.code == code)).first()


def histories(session: Session, case_ids: Sequence[int]) -> dict[int, list[HistoryEvent]]:
    """Return the events that move a clock, of each case."""
    found: dict[int, list[HistoryEvent]] = defaultdict(list)
    for ids in chunks(case_ids):
        found |= bulk.events_of(session, ids)
    return found


def refresh(session: Session, case_ids: Sequence[int], by: Ruler | None = None) -> dict[int, Intervals]:
    """Write the rows of cases anew from their events; return what was measured."""
    if not case_ids:
        return {}
    session.flush()
    by = by or ruler(session)
    events = histories(session, case_ids)
    drop(session, case_ids)
    found = {case_id: intervals(events[case_id], by.calendars, by.limits) for case_id in case_ids}
    bare = without_rows(session, events, found)
    rows = rows_of(((case_id, one) for case_id, one in found.items() if case_id not in bare), by)
    for table, added in zip(TABLES, (rows.measures, rows.holds, rows.waits), strict=True):
        writing.insert_rows(session, _table(table), added)
    return found


def without_rows(
    session: Session, events: Mapping[int, Sequence[HistoryEvent]], found: Mapping[int, Intervals]
) -> set[int]:
    """Return which cases need no rows: nothing was received, or the case row says as much as its first pass does."""
    bare = {case_id for case_id, one in found.items() if one.received_at is None}
    passed = [
        case_id
        for case_id, one in found.items()
        if is_first_pass(events[case_id]) and not any(hold.unit for hold in one.holds)
    ]
    for ids in chunks(passed):
        for case_id, routed_at in session.exec(select(Case.id, Case.routed_at).where(col(Case.id).in_(ids))):
            delay = found[case_id or 0].triage_delay
            if case_id and (delay is None or delay.end == routed_at):
                bare.add(case_id)
    return bare


def refresh_existing(session: Session, case_ids: Sequence[int]) -> None:
    """Write anew the rows of those cases that have some."""
    have: list[int] = []
    for ids in chunks(case_ids):
        have += session.exec(select(CaseMeasure.case_id).where(col(CaseMeasure.case_id).in_(ids)))
    refresh(session, have)


def drop(session: Session, case_ids: Sequence[int]) -> None:
    """Remove the rows of cases."""
    for ids in chunks(case_ids):
        for table in TABLES:
            session.connection().execute(delete(table).where(_table(table).c.case_id.in_(ids)))


def drop_run(session: Session, first: int, last: int) -> None:
    """Remove the rows of all cases from one id to another."""
    for table in TABLES:
        session.connection().execute(delete(table).where(_table(table).c.case_id.between(first, last)))


def rows_of(found: Iterable[tuple[int, Intervals]], by: Ruler) -> Rows:
    """Return the rows of measured cases."""
    rows = Rows([], [], [])
    for case_id, one in found:
        rows.measures.append(measure_row(case_id, one, by))
        holds = enumerate(one.holds)
        rows.holds.extend(_piece(case_id, number, hold.span, by.units.get(hold.unit or "")) for number, hold in holds)
        answered = [(span, by.units.get(unit or ""), True) for span, unit in zip(one.nrt, one.nrt_units, strict=True)]
        waits = enumerate([*answered, *((span, None, False) for span in one.lapsed)])
        rows.waits.extend(
            _piece(case_id, number, span, unit_id, is_answered=is_answered)
            for number, (span, unit_id, is_answered) in waits
        )
    return rows


def measure_row(case_id: int, one: Intervals, by: Ruler) -> Row:
    """Return the columns of a case's CaseMeasure."""
    return {
        "case_id": case_id,
        "definition": DEFINITION,
        "calendar_edition": by.edition,
        "received_at": one.received_at,
        "first_response_at": _end(one.frt),
        **_both("frt", one.frt),
        "substantive_at": _end(one.tts),
        **_both("tts", one.tts),
        "first_resolved_at": _end(one.resolution_first),
        **_both("resolution_first", one.resolution_first),
        "last_resolved_at": _end(one.resolution_full),
        **_both("resolution_full", one.resolution_full),
        **_both("paused", one.paused),
        **_both("waiting_other", one.waiting_other),
        "triaged_at": _end(one.triage_delay),
        **_both("triage", one.triage_delay),
        **_both("unit_response", one.unit_response),
        "responder_unit_id": by.units.get(one.responder_unit or ""),
        "credited_user_id": by.users.get(one.credited or ""),
        "bounces": one.bounces,
        "episodes": one.episodes,
        "waiting_since": one.waiting_since,
        "flags": bits_of(one.flags),
    }


def _piece(case_id: int, number: int, span: Span, unit_id: int | None, **more: Any) -> Row:
    return {
        "case_id": case_id, "number": number, "unit_id": unit_id, **more, "started_at": span.start,
        "ended_at": span.end, "wall_s": span.wall_s, "working_s": span.working_s,
    }  # fmt: skip


def _both(name: str, time: Span | Duration | None) -> Row:
    wall_s, working_s = (time.wall_s, time.working_s) if time else (None, None)
    return {f"{name}_wall_s": wall_s, f"{name}_working_s": working_s}


def _end(span: Span | None) -> datetime | None:
    return span.end if span else None


def _table(table: type[SQLModel]) -> Table:
    return cast(Table, table.__table__)  # type: ignore[attr-defined]
