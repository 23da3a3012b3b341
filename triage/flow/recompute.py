"""Recompute: the figures of the past again, by the calendars as corrected; old values are kept beside the new.

What changed is reckoned twice from the events: by the calendars as they stood before the change and as they stood
with it. So the old value is that of the old version, whatever else happened meanwhile, and a rebuild gives both again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from models import EventKind, Recompute, RecomputeStatus
from triage.queries import calendars, intake, measures, recomputes, worked
from triage.queries.worked import FIGURES
from triage.rules.custody import Calendars

HEADERS = (
    "Kode kasus", "Unit", "Masuk", "Jawaban pertama sebelum (detik kerja)", "Jawaban pertama sesudah (detik kerja)",
    *(f"{name} {when} (detik kerja)" for name in FIGURES[1:] for when in ("sebelum", "sesudah")),
)  # fmt: skip


def start(session: Session, recompute_id: int, *, now: datetime) -> Recompute | None:
    """Take a recompute up; None when it is over, or one before it is not; commits."""
    row = recomputes.locked(session, recompute_id)
    waiting = recomputes.unfinished(session)
    if row is None or row.status not in recomputes.UNFINISHED or waiting[0] != recompute_id:
        session.rollback()
        return None
    row.status, row.started_at = RecomputeStatus.RUNNING, row.started_at or now
    session.add(row)
    session.commit()
    return row


def take_batch(session: Session, recompute_id: int, *, limit: int, now: datetime) -> list[int]:
    """Reckon the next cases again; return the ids of those looked at, none when there are no more; commits.

    The row says how far it is, so a worker that died goes on where it stopped.
    """
    row = recomputes.locked(session, recompute_id)
    shown = recomputes.next_cases(session, row, limit) if row else {}
    if row is None or not shown:
        session.rollback()
        return []
    views = seen(session, row)
    by = measures.ruler(session)
    kept, updates, events = [], [], []
    for case_id, (before, after, current) in worked.by_views(session, list(shown), views, by.limits):
        change, seconds = compared(before, after), current[0]
        if change:
            kept.append({"recompute_id": row.id, "case_id": case_id, **change})
            events.append(noted(row, case_id, change, now))
        if seconds != shown[case_id]:
            updates.append({"id": case_id, "response_working_s": seconds})
    recomputes.keep(session, kept)
    measures.refresh(session, [row["case_id"] for row in kept], by)
    intake.update_cases(session, updates)
    intake.add_events(session, events)
    row.done, row.changed, row.last_case_id = row.done + len(shown), row.changed + len(kept), max(shown)
    session.add(row)
    session.commit()
    return list(shown)


def seen(session: Session, row: Recompute) -> tuple[Calendars, Calendars, Calendars]:
    """Return the calendars before a change, with it, and as they are now (a later change may have followed)."""
    after = calendars.Edition(row.calendar_edition, row.assignment_edition)
    is_version = row.calendar_id is not None
    before = calendars.Edition(after.version - is_version, after.assignment - (not is_version))
    return (
        calendars.by_unit(session, until=before),
        calendars.by_unit(session, until=after),
        calendars.by_unit(session),
    )


def compared(before: worked.Seconds, after: worked.Seconds) -> dict[str, Any] | None:
    """Return what changed between before and after, None if nothing."""
    pairs = zip(FIGURES, before, after, strict=True)
    moved = {name: [old, new] for name, old, new in pairs if old != new}
    if not moved:
        return None
    first = moved.pop(FIGURES[0], [after[0]] * 2)
    return {"before_s": first[0], "after_s": first[1], "others": moved}


def noted(row: Recompute, case_id: int, change: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the event that tells a case's history what changed."""
    return {
        "case_id": case_id,
        "kind": EventKind.CALENDAR_CHANGED,
        "at": now,
        "recorded_at": now,
        "actor": "system",
        "data": {"recompute": row.id, "calendar": row.calendar_id, "assignment": row.assignment_id, **change},
    }


def finish(session: Session, recompute_id: int, zone: str, *, now: datetime) -> Recompute:
    """Sum up by month what changed, old beside new, and close the recompute; commits."""
    row = recomputes.known(session, recompute_id)
    row.report = months(session, row, ZoneInfo(zone))
    row.status, row.finished_at, row.total = RecomputeStatus.DONE, now, row.done
    session.add(row)
    session.commit()
    return row


def fail(session: Session, recompute_id: int, error: str, *, now: datetime) -> None:
    """Close a recompute that cannot go on, with what a person can do about it; commits."""
    row = recomputes.known(session, recompute_id)
    row.status, row.finished_at, row.error = RecomputeStatus.FAILED, now, error[:400]
    session.add(row)
    session.commit()


def months(session: Session, row: Recompute, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return each month's n, number changed and median first response, before and after, in working seconds."""
    found = defaultdict(list)
    for month, before_s, after_s in recomputes.seconds_by_month(session, row, zone):
        found[month].append((before_s, after_s))
    return [
        {
            "month": month.isoformat(),
            "n": len(pairs),
            "changed": sum(before != after for before, after in pairs),
            "before_s": median([before for before, _ in pairs]),
            "after_s": median([after for _, after in pairs]),
        }
        for month, pairs in sorted(found.items())
    ]


def median(seconds: list[int | None]) -> int | None:
    """Return the median of what is known."""
    known = [value for value in seconds if value is not None]
    return round(float(np.median(known))) if known else None


def cells(cases: Iterable[recomputes.ChangedCase]) -> Iterator[tuple[str | int | None, ...]]:
    """Yield the cells of HEADERS for each changed case; what did not change is empty."""
    for case in cases:
        others = [value for name in FIGURES[1:] for value in case.others.get(name, (None, None))]
        yield case.code, case.unit or "", case.opened_at.isoformat(), case.before_s, case.after_s, *others
