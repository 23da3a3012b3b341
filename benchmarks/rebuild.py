"""A rebuild of every interval from the events, on SQLite, against measuring one case at a time.

`rebuild_cases` is a rebuild that finds every row as it should be, `rebuild_from_nothing` one that has to write all.

Figure to reach: 20,000 cases a second and core, memory within 150 MB of the start. Of ten cases one was never touched,
six went plainly (comment, routing, answer, closing), two were handed over and written to again, one was long: asked
back, paused, resolved, reopened.
"""

import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel, select

from benchmarks.result import Result
from models import Account, Case, CaseState, EventKind, Platform, Post
from triage import create_app
from triage.cli import REFERENCE
from triage.config import Config
from triage.extensions import db, upgrade_database
from triage.flow import rebuild, set_up
from triage.jobs import measuring
from triage.jobs.queue import bound
from triage.queries import intake, measures, rebuilds
from triage.rules.text import tracking_code

CASES, ONE_BY_ONE, CHUNK = 40_000, 300, 5_000
LEAST_PER_SECOND, MOST_MB = 20_000.0, 150.0
BEGAN = datetime(2025, 3, 3, 1, tzinfo=UTC)
UNITS = ("DINKES", "DPUPR", "DLH", "DISHUB", "RSUD")
Told = tuple[EventKind, float, str, dict[str, Any]]
K = EventKind


def run() -> list[Result]:
    """Fill a database, rebuild it twice, and return the rates, the memory and the ratio to measuring one by one."""
    with TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), secret_key="bench", author_salt="bench"))
        with app.app_context():
            try:
                fill()
                return measure()
            finally:
                db.session.close()
                db.engine.dispose()
                bound().close()


def fill() -> None:
    """Write the cases and their events, as the steps would have left them, without measured rows."""
    upgrade_database()
    set_up.add_reference(db.session, REFERENCE, now=BEGAN)
    session = db.session
    account = Account(code="B", unit_id=1, platform=Platform.INSTAGRAM, handle="@b", connected_at=BEGAN)
    session.add(account)
    session.flush()
    post = Post(account_id=account.id or 0, external_id="p")
    session.add(post)
    session.commit()
    chance = random.Random(0)
    drawn = enumerate(((BEGAN + timedelta(minutes=7 * n), course(chance)) for n in range(CASES)), start=1)
    while chunk := list(islice(drawn, CHUNK)):
        intake.add_cases(session, [case_row(n, begun, account.id or 0, post.id or 0) for n, (begun, _) in chunk])
        events = [event_row(n, begun, *told) for n, (begun, course_told) in chunk for told in course_told]
        session.connection().execute(insert(SQLModel.metadata.tables["case_event"]), events)
        session.commit()


def case_row(number: int, begun: datetime, account_id: int, post_id: int) -> dict[str, Any]:
    """Return the columns of a case before anything is measured."""
    return {
        "id": number, "code": tracking_code(), "account_id": account_id, "post_id": post_id,
        "author_key": f"{number:064x}", "state": CaseState.IN_PROGRESS, "opened_at": begun, "last_comment_at": begun,
        "sort_at": begun, "holder_id": 1, "unit_id": 1, "routed_at": begun + timedelta(hours=0.01),
    }  # fmt: skip


def event_row(case_id: int, begun: datetime, kind: EventKind, after: float, actor: str, data: Any) -> dict[str, Any]:
    """Return one event, recorded when it happened; comments and answers have numbers of their own."""
    at = begun + timedelta(hours=after)
    data = data | {name: data[name] + 10 * case_id for name in ("comment", "reply") if name in data}
    return {"case_id": case_id, "kind": kind, "at": at, "recorded_at": at, "actor": actor, "data": data}


def course(chance: random.Random) -> Iterator[Told]:
    """Yield what happens to one case, in hours after its comment."""
    unit, other = chance.sample(UNITS, 2)
    answer = chance.expovariate(1 / 20) + 0.1
    yield K.RECEIVED, 0, "citizen", {"comment": 1}
    yield K.CLASSIFIED, 0.01, "model:1", {"comment": 1, "intent": "complaint", "confidence": 0.9}
    yield (
        K.ROUTED,
        0.01,
        "model:1",
        {"from": None, "to": unit, "responsible": unit, "reason": "otomatis"},
    )
    yield K.TARGET_APPLIED, 0.01, "model:1", {"target": "first_response", "measure": "working_days", "amount": 3}
    kind = chance.random()
    if kind < 0.1:
        return
    said = {"unit": unit, "kind": "substantive", "automatic": False, "native": False, "asks_citizen": False, "reply": 1}
    yield K.REPLIED, answer, "user:1", said
    if kind >= 0.9:
        yield K.PAUSED, answer, "user:1", {"reason": "waiting_citizen"}
        yield K.RECEIVED, answer + 9, "citizen", {"comment": 2}
        yield K.RESUMED, answer + 9, "citizen", {}
    if kind >= 0.7:
        yield K.ROUTED, answer + 10, "user:1", {"from": unit, "to": other, "responsible": other, "reason": "bukan kami"}
        yield K.RECEIVED, answer + 20, "citizen", {"comment": 3}
        yield K.REPLIED, answer + 30, "user:1", said | {"unit": other}
    yield K.RESOLVED, answer + 40, "user:1", {"reason": ""}
    if kind >= 0.9:
        yield K.REOPENED, answer + 50, "citizen", {"comment": 4}
        yield K.RECEIVED, answer + 50, "citizen", {"comment": 4}
        yield K.REPLIED, answer + 55, "user:1", said
        yield K.RESOLVED, answer + 60, "user:1", {"reason": ""}


def measure() -> list[Result]:
    """Rebuild everything, and compare with one case at a time."""
    session = db.session
    ids = list(session.exec(select(Case.id).limit(ONE_BY_ONE)))
    started = time.perf_counter()
    for case_id in ids:
        measures.refresh(session, [case_id or 0])
    session.commit()
    one_by_one = len(ids) / (time.perf_counter() - started)
    start_mb = memory_mb()
    first, _ = rebuilt()
    rate, wall = rebuilt()
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - start_mb
    return [
        Result("rebuild_cases", round(rate), "cases/s/core", LEAST_PER_SECOND, round(rate / LEAST_PER_SECOND, 2)),
        Result("rebuild_wall", round(wall), "cases/s", round(one_by_one), round(wall / one_by_one, 1)),
        Result(
            "rebuild_from_nothing", round(first), "cases/s/core", LEAST_PER_SECOND, round(first / LEAST_PER_SECOND, 2)
        ),
        Result("rebuild_memory", round(growth, 1), "MB", MOST_MB, round(MOST_MB / max(growth, 1.0), 2)),
    ]


def rebuilt() -> tuple[float, float]:
    """Rebuild everything as `flask metrics rebuild` does; return the cases a second of a core and of the clock."""
    session = db.session
    run_id = rebuild.start(session, actor="system", reason="bench", now=BEGAN)
    started, cpu = time.perf_counter(), time.process_time()
    measuring.rebuild_measures.work(run_id)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if rebuilds.run(session, run_id).cases != CASES:
        raise AssertionError("the rebuild left cases out")
    session.rollback()
    return CASES / cpu, CASES / seconds


def memory_mb() -> float:
    """Return the memory this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    for found in run():
        print(f"{found.name:20} {found.value:>12,.1f} {found.unit:14} against {found.against:>10,.0f}: {found.ratio}")
