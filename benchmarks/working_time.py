"""Working-time arithmetic and whole cases, measured on one core beside the naive minute-by-minute count.

Figures to reach: 500,000 spans a second and core; 20,000 cases a second and core.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.result import Result, best_seconds
from models import EventKind
from triage.rules.calendars import Calendar
from triage.rules.metrics import HistoryEvent, intervals
from triage.rules.working_time import CalendarHistory, working_seconds

DAY = ((450, 720), (780, 960))
OFFICE = Calendar("kantor", 1, "Asia/Jakarta", date(2025, 1, 1), (DAY, DAY, DAY, DAY, ((450, 690), (780, 990)), (), ()))
START = datetime(2026, 1, 5, 2, tzinfo=UTC)
SPANS_TO_REACH, CASES_TO_REACH = 500_000, 20_000


def run() -> list[Result]:
    """Return the rates, spans over up to five days of a year."""
    history = CalendarHistory((OFFICE,))
    rng = random.Random(1)
    starts = [START + timedelta(seconds=rng.randrange(365 * 86_400)) for _ in range(100_000)]
    spans = [(start, start + timedelta(seconds=rng.randrange(5 * 86_400))) for start in starts]
    cases = [_case(start) for start in starts[:5000]]
    calendars = {None: history, "A": history}
    fast = _rate(lambda: [working_seconds(*span, history) for span in spans], len(spans))
    naive = _rate(lambda: [_minute_by_minute(*span) for span in spans[:20]], 20)
    whole = _rate(lambda: [intervals(case, calendars) for case in cases], len(cases))
    return [
        Result("working_seconds", round(fast), "spans/s", SPANS_TO_REACH, round(fast / SPANS_TO_REACH, 2)),
        Result("working_seconds_beside_minute_by_minute", round(fast), "spans/s", round(naive), round(fast / naive)),
        Result("intervals_of_a_case", round(whole), "cases/s", CASES_TO_REACH, round(whole / CASES_TO_REACH, 2)),
    ]


def _rate(work: Callable[[], Any], count: int) -> float:
    """Return the best of three runs, in processor time, after one to warm up."""
    work()
    return count / best_seconds(work)


def _case(start: datetime) -> list[HistoryEvent]:
    """Return a plain history: received, classified, routed, answered, resolved."""
    steps: list[tuple[EventKind, float, str, dict[str, Any]]] = [
        (EventKind.RECEIVED, 0, "citizen", {"comment": 1}),
        (EventKind.CLASSIFIED, 0.01, "model:1", {}),
        (EventKind.ROUTED, 0.01, "model:1", {"from": None, "to": "A"}),
        (EventKind.REPLIED, 20, "user:1", {"kind": "substantive", "automatic": False, "asks_citizen": False}),
        (EventKind.RESOLVED, 30, "user:1", {}),
    ]
    return [HistoryEvent(kind, start + timedelta(hours=hours), actor, data, seq)
            for seq, (kind, hours, actor, data) in enumerate(steps)]  # fmt: skip


def _minute_by_minute(start: datetime, end: datetime) -> int:
    zone, total, moment = ZoneInfo(OFFICE.zone), 0, start
    while moment < end:
        local = moment.astimezone(zone)
        minute = local.hour * 60 + local.minute
        total += 60 * any(opens <= minute < closes for opens, closes in OFFICE.hours_on(local.date()))
        moment += timedelta(minutes=1)
    return total


if __name__ == "__main__":
    for result in run():
        print(f"{result.name:40} {result.value:12,.0f} {result.unit}   against {result.against:10,.0f}")
