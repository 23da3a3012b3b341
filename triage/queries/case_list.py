"""Every case with every interval of definition M1, in plain values: what `flask cases --json` prints.

Read in pieces by id, so that a million cases need the memory of one piece. Each interval is {"wall": s, "working": s},
seconds or None.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Case, CaseHold, CaseMeasure, CaseWait, Unit
from triage.queries import measures
from triage.rules.history import flags_of
from triage.rules.metrics import DEFINITION, intervals

PIECE = 1000
Plain = dict[str, Any]
CASE = (
    Case.id, Case.code, Case.intent, Unit.code, Case.state, Case.opened_at, Case.due_at, Case.first_response_at,
    Case.response_wall_s, Case.response_working_s, Case.reference,
)  # fmt: skip
NAMES = (
    "code", "intent", "unit", "state", "opened_at", "due_at", "first_response_at", "first_response_wall_s",
    "first_response_working_s", "case", "linked_to",
)  # fmt: skip
SINGLE = (
    ("frt", "frt"), ("tts", "tts"), ("resolution_first", "resolution_first"), ("resolution_full", "resolution_full"),
    ("paused", "paused"), ("waiting_other", "waiting_other"), ("triage_delay", "triage"),
    ("unit_response", "unit_response"),
)  # fmt: skip


def listing(session: Session, unit: str) -> Iterator[Plain]:
    """Yield the cases, oldest first; `unit` is a responsible unit's code or empty."""
    found = select(*CASE, _earlier()).outerjoin(Unit, col(Unit.id) == Case.unit_id).order_by(col(Case.id)).limit(PIECE)  # type: ignore[call-overload]
    if unit:
        found = found.where(Unit.code == unit.upper())
    codes: dict[int | None, str] = dict(session.exec(select(Unit.id, Unit.code)).all())
    by = measures.ruler(session)
    last_id = 0
    while rows := session.connection().execute(found.where(col(Case.id) > last_id)).all():
        last_id = rows[-1][0]
        yield from _with_intervals(session, rows, codes, by)


def _with_intervals(
    session: Session, rows: Sequence[Any], codes: dict[int | None, str], by: measures.Ruler
) -> Iterator[Plain]:
    ids = [row[0] for row in rows]
    measured = {row.case_id: row._asdict() for row in _of(session, CaseMeasure, ids)}
    events = measures.histories(session, [case_id for case_id in ids if case_id not in measured])
    holds, waits = _by_case(_of(session, CaseHold, ids)), _by_case(_of(session, CaseWait, ids))
    for row in rows:
        case_id = row[0]
        own, held, waited = measured.get(case_id), holds[case_id], waits[case_id]
        if own is None:
            derived = measures.rows_of([(case_id, intervals(events[case_id], by.calendars, by.limits))], by)
            own, held, waited = derived.measures[0], derived.holds, derived.waits
        yield _told(row) | _intervals(own, held, waited, codes)


def _earlier() -> Any:
    """Return the code of the same citizen's case before this one in the same thread."""
    other = aliased(Case)
    same = (other.account_id == Case.account_id, other.post_id == Case.post_id, other.author_key == Case.author_key)
    earlier = select(other.code).where(*same, col(other.id) < Case.id).order_by(col(other.id).desc()).limit(1)
    return earlier.scalar_subquery()


def _told(row: Any) -> Plain:
    plain = (value.isoformat() if isinstance(value, datetime) else value for value in row[1:])
    return dict(zip(NAMES, plain, strict=True))


def _intervals(own: Plain, holds: Sequence[Plain], waits: Sequence[Plain], codes: dict[int | None, str]) -> Plain:
    answered = [wait for wait in waits if wait["is_answered"]]
    return {
        **{name: _both(own[f"{column}_wall_s"], own[f"{column}_working_s"]) for name, column in SINGLE},
        "nrt": [_both(wait["wall_s"], wait["working_s"]) for wait in answered],
        "holds": [{"unit": codes.get(hold["unit_id"])} | _both(hold["wall_s"], hold["working_s"]) for hold in holds],
        "bounces": own["bounces"],
        "episodes": own["episodes"],
        "flags": [flag.value for flag in flags_of(own["flags"])],
        "definition": DEFINITION,
    }


def _both(wall_s: int | None, working_s: int | None) -> Plain:
    return {"wall": wall_s, "working": working_s}


def _of(session: Session, table: Any, ids: Sequence[int]) -> Sequence[Any]:
    """Return the rows of a table of measured rows for a run of cases."""
    columns = table.__table__.c
    found = select(*columns).where(columns.case_id.between(ids[0], ids[-1]))
    return session.connection().execute(found.order_by(*table.__table__.primary_key)).all()


def _by_case(rows: Sequence[Any]) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row._asdict())
    return found
