"""The parts bound to an application in create_app: database, sign-in, CSRF, limits, models, platforms.

SQLite is tuned here: WAL, foreign keys, a busy timeout, and BEGIN IMMEDIATE for everything that may write,
because a read that turns into a write cannot wait its turn and would fail as "database is locked".
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, cast

import psycopg
import sqlmodel
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, Response, abort, current_app, request
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect
from secure import ContentSecurityPolicy, ReferrerPolicy, Secure, StrictTransportSecurity, XContentTypeOptions
from sqlalchemy import Connection, Engine, ExceptionContext, event
from werkzeug.middleware.proxy_fix import ProxyFix

from classifiers.judge import Judgement, judge
from classifiers.judge import SecondJudge as SecondJudge
from classifiers.predict import Model
from classifiers.routing import KeywordRule, KeywordTable
from classifiers.store import ArtefactError, load
from triage.connectors.base import Connector
from triage.connectors.console import ConsoleConnector
from triage.connectors.mail import Mailer, SmtpMailer


class Database(SQLAlchemy):
    """The database, whose sessions are SQLModel's."""

    @property
    def session(self) -> sqlmodel.Session:
        """Return the session of the current application context, with the limit that measuring goes by (M1 D10)."""
        session = cast(sqlmodel.Session, super().session)
        session.info.setdefault("reopen_days", current_app.config["TANGGAP"].reopen_working_days)
        return session


db = Database(session_options={"class_": sqlmodel.Session, "expire_on_commit": False})
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=True)  # Retry-After on 429
compress = Compress()

UnsoundModel = ArtefactError
MIGRATIONS = Path(__file__).parent.parent / "models" / "migrations"
# (unit, phrase, unit it goes to instead or None), as the directory holds them.
Phrases = tuple[tuple[str, str, str | None], ...]
may_write: ContextVar[bool] = ContextVar("may_write", default=True)


def tune_sqlite(engine: Engine) -> None:
    """Set the pragmas on each connection and begin transactions by what they are for."""

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        """Set what each connection needs."""
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "synchronous=NORMAL",
            "cache_size=-65536",
            "wal_autocheckpoint=8000",  # pages, 32 MB: an import would otherwise write the same pages back each second
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        """Begin as a writer unless this request only reads."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write.get() else "BEGIN")


def tune_postgres(engine: Engine) -> None:
    """Tell each connection what PostgreSQL cannot know.

    Pages lie in memory or on flash, not on a spinning disk: otherwise it searches a rather rare word by walking all
    comments. A plan made for any word walks them too, so each search gets its own. Compiling a query takes longer than
    any of ours runs.
    """

    @event.listens_for(engine, "connect")
    def set_planner(connection: Any, _record: Any) -> None:
        """Set what each connection needs."""
        for setting in ("random_page_cost = 1.1", "plan_cache_mode = force_custom_plan", "jit = off"):
            connection.execute(f"set {setting}")
        connection.commit()

    hide_rows(engine)


def hide_rows(engine: Engine) -> None:
    """Cut the row out of PostgreSQL's refusals: it would carry a citizen's words into the logs."""

    @event.listens_for(engine, "handle_error")
    def cut_detail(context: ExceptionContext) -> None:
        """Replace the row in an error's words."""
        told = context.original_exception
        detail = told.diag.message_detail if isinstance(told, psycopg.Error) else None
        for error in (told, context.sqlalchemy_exception):
            if detail and error is not None:
                error.args = tuple(str(part).replace(detail, "(row hidden)") for part in error.args)


@contextmanager
def reading() -> Iterator[None]:
    """Read without holding up who writes, and leave no transaction open behind it."""
    db.session.rollback()
    token = may_write.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        may_write.reset(token)


@dataclass(frozen=True)
class Serving:
    """The model that serves, with its run and keyword table."""

    run_id: int
    model: Model
    keywords: KeywordTable
    folder: Path
    digest: str
    rules: tuple[KeywordRule, ...]

    def judge(self, texts: Sequence[str], account_units: Sequence[str]) -> list[Judgement]:
        """Return the judgement of each text."""
        return judge(self.model, self.keywords, texts, account_units)

    def second(self) -> SecondJudge:
        """Return a process that judges by the same model beside this one."""
        return SecondJudge(self.folder, self.digest, self.rules)


class ModelShelf:
    """The serving model with its keyword table, built once per process and kept until either changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: tuple[str, Model] | None = None
        self._table: tuple[tuple[str, Phrases], KeywordTable] | None = None

    def get(self, folder: Path, digest: str, phrases: Phrases) -> tuple[Model, KeywordTable]:
        """Return the model of a folder and the phrases compiled for it; raise UnsoundModel when it is damaged."""
        with self._lock:
            if self._model is None or self._model[0] != digest:
                self._model = (digest, load(folder, digest))
            model = self._model[1]
            if self._table is None or self._table[0] != (digest, phrases):
                self._table = ((digest, phrases), compiled(phrases, model))
            return model, self._table[1]

    def serving(self, run_id: int, folder: Path, digest: str, phrases: Phrases) -> Serving:
        """Return the model of a run, ready to judge; raise UnsoundModel when it is damaged."""
        return Serving(run_id, *self.get(folder, digest, phrases), folder, digest, rules_of(phrases))

    @staticmethod
    def open(folder: Path, digest: str, phrases: Phrases) -> tuple[Model, KeywordTable]:
        """Return a model that does not serve, such as a candidate, without keeping it."""
        model = load(folder, digest)
        return model, compiled(phrases, model)


def compiled(phrases: Phrases, model: Model) -> KeywordTable:
    """Return the phrases as a model reads them."""
    return KeywordTable(rules_of(phrases), model)


def rules_of(phrases: Phrases) -> tuple[KeywordRule, ...]:
    """Return the phrases as rules; one that belongs elsewhere silences its unit's own."""
    return tuple(KeywordRule(phrase, goes_to or unit, unit if goes_to else "") for unit, phrase, goes_to in phrases)


class Platforms:
    """The connector of each platform; without platform credentials every one is the console."""

    _console: Connector
    _by_platform: Mapping[str, Connector] = MappingProxyType({})

    def init_app(self, app: Flask) -> None:
        """Bind to the application's outbox."""
        self._console = ConsoleConnector(
            app.config["TANGGAP"].outbox_file,
            clock=lambda: datetime.now(UTC),
            failures=app.config.get("ORDERED_FAILURES", ()),
        )

    def connector(self, platform: str) -> Connector:
        """Return the connector that sends on a platform."""
        return self._by_platform.get(platform, self._console)


class Mail:
    """The mail server; without one in the settings no e-mail is written at all."""

    def init_app(self, app: Flask) -> None:
        """Bind to the application's settings."""
        config = app.config["TANGGAP"]
        app.extensions["mail"] = (
            SmtpMailer(
                host=config.mail_host,
                port=config.mail_port,
                sender=config.mail_sender,
                user=config.mail_user,
                password=config.mail_password,
                security=config.mail_security,
            )
            if config.mail_host
            else None
        )

    @property
    def carrier(self) -> Mailer | None:
        """Return what carries letters, None when e-mail is off."""
        found: Mailer | None = current_app.extensions["mail"]
        return found


class Guard:
    """What every request and answer gets: the right to write by method, and the security headers."""

    def init_app(self, app: Flask) -> None:
        """Bind to the application."""
        proxies = app.config["TANGGAP"].proxies
        if proxies:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
        headers = security_headers(https_only=app.config["TANGGAP"].https_only)

        @app.before_request
        def set_may_write() -> None:
            """Note whether this request may write."""
            may_write.set(request.method not in ("GET", "HEAD", "OPTIONS"))
            if "\x00" in request.path:  # nothing is named so, and PostgreSQL refuses to look for it
                abort(404)

        @app.after_request
        def set_headers(response: Response) -> Response:
            """Add the headers that every answer has."""
            response.headers.update(headers)
            if "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = "no-store"
            return response


def security_headers(*, https_only: bool) -> dict[str, str]:
    """Return the headers that keep foreign scripts, frames and guesses out."""
    policy = ContentSecurityPolicy().default_src("'self'").img_src("'self'", "data:").script_src("'self'")
    policy = policy.style_src("'self'").object_src("'none'").base_uri("'none'").form_action("'self'")
    chosen = Secure(
        csp=policy.frame_ancestors("'none'"),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        hsts=StrictTransportSecurity().max_age(31536000) if https_only else None,
    )
    return dict(chosen.headers)


def upgrade_database() -> None:
    """Bring the database of the current application to the newest tables; may be run again."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


model_shelf = ModelShelf()
platforms = Platforms()
mail = Mail()
EXTENSIONS: tuple[Any, ...] = (db, login_manager, csrf, limiter, compress, platforms, mail, Guard())
