"""A running site for each test: the application on its own SQLite file, a web server, a worker thread, and Chromium.

A missing browser fails the test with the remedy; nothing is skipped. Times are the clock's own, as the pages read it.
Playwright keeps an event loop in the main thread, which the application's contexts refuse: they live in one of their own.
"""

import json
import logging
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect, sync_playwright
from sqlmodel import select
from werkzeug.serving import make_server

from models import Account, Case, Comment, Intent, Reply, Role, User
from tests.conftest import make_app
from tests.factories import PASSWORD, account, incoming, take_in, user
from triage.extensions import db
from triage.flow import hand_over, relabel
from triage.jobs.queue import bound
from triage.rules.permissions import Viewer

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REMEDY = "Chromium tidak ditemukan, padahal uji peramban memerlukannya. Pasang: sudo apt-get install chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail(REMEDY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Site:
    """The application as people meet it: an address, and what can be read behind it."""

    def __init__(self, app, address, chromium, backstage):
        self.app, self.address, self.chromium, self.backstage = app, address, chromium, backstage
        self.windows = []

    def behind(self, work, *args, **given):
        """Run a function on the site's database, in the thread of its context; leave no transaction open."""
        return self.backstage.submit(in_context, self.app, work, *args, **given).result()

    def window(self, username="", **given):
        """Open a browser of its own for one person, signed in when a name is given."""
        options = {"viewport": WIDE, "locale": "id-ID", "timezone_id": "Asia/Jakarta", "base_url": self.address}
        context = self.chromium.new_context(**(options | given))
        context.set_default_timeout(PATIENCE_MS)
        self.windows.append(context)
        page = context.new_page()
        if username:
            sign_in(page, username)
        return page

    def case(self, text, *, hours_ago=2, **given):
        """Let a citizen of Dinkes' account have written; return the case's code."""
        posted_at = datetime.now(UTC) - timedelta(hours=hours_ago)
        return self.behind(add_case, text=text, posted_at=posted_at, **given)

    def replies(self):
        """Return (text, status) of every answer saved."""
        return self.behind(saved_replies)

    def outbox(self):
        """Return the texts that reached the platform."""
        path = self.app.config["TANGGAP"].outbox_file
        return [json.loads(line)["text"] for line in path.read_text().splitlines()] if path.exists() else []


def sign_in(page, username):
    page.goto("/masuk")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/kasus**")


def add_case(text, *, posted_at, intent="complaint"):
    """Let a comment come in and be handed to Dinkes by the desk, all of it now."""
    now, arrived = datetime.now(UTC), incoming(text, posted_at=posted_at)
    where = db.session.exec(select(Account).order_by(Account.id)).first()
    desk = db.session.exec(select(User).where(User.username == "desk")).one()
    db.session.rollback()
    take_in(db.session, where, arrived, now=now)
    found = db.session.exec(select(Case).join(Comment).where(Comment.external_id == arrived.external_id)).one()
    viewer = Viewer(desk.id, desk.role, frozenset())
    hand_over.hand_over(db.session, viewer, found.code, unit="DINKES", reason="uji", version=found.version, now=now)
    return relabel.relabel(db.session, viewer, found.code, Intent(intent), now=now).code


def saved_replies():
    return [tuple(row) for row in db.session.exec(select(Reply.text, Reply.status).order_by(Reply.id))]


def people():
    account(db.session)
    user(db.session, username="dinkes", name="Budi Santoso")
    user(db.session, Role.DISKOMINFO, username="desk", name="Rina Lestari")


def in_context(app, work, *args, **given):
    with app.app_context():
        try:
            return work(*args, **given)
        finally:
            db.session.rollback()
            bound().close()


def keep_working(app, stopped):
    """Run what is queued until told to stop, as the worker process does."""
    while not stopped.wait(0.1):
        in_context(app, lambda: bound().drain())


@pytest.fixture
def site(tmp_path, sqlite_template, chromium):
    """A running site with Dinkes' account, an admin of Dinkes (`dinkes`) and one of Diskominfo (`desk`)."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.copy(sqlite_template, tmp_path / "tanggap.db")
    with ThreadPoolExecutor(1) as backstage:
        app, stopped = backstage.submit(make_app, tmp_path).result(), threading.Event()
        app.config["COMPRESS_STREAMS"] = False  # Flask-Compress leaves the files it streams open
        server = make_server("127.0.0.1", 0, app, threaded=True)
        running = Site(app, f"http://127.0.0.1:{server.server_port}", chromium, backstage)
        running.behind(people)
        threads = [
            threading.Thread(target=server.serve_forever),
            threading.Thread(target=keep_working, args=(app, stopped)),
        ]
        for thread in threads:
            thread.start()
        yield running
        for window in running.windows:
            window.close()
        stopped.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        running.behind(lambda: db.engine.dispose())
