"""Every page of every role, on a wide screen and a phone: axe finds nothing, the console stays silent, nothing overflows.

The pages are read from the URL map: a new one is walked, or named here with the reason why not.
"""

import json
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import select

from classifiers.suspects import FILE as SUSPECTS
from models import (
    Account,
    Case,
    Comment,
    FileImport,
    HistoryImport,
    Intent,
    LabelImport,
    LabelTask,
    Recompute,
    Role,
    TrainingRun,
    Unit,
    User,
    WorkCalendar,
)
from tests.browser.conftest import NARROW, WIDE
from tests.factories import correction, incoming, take_in, user, viewer
from triage.extensions import db
from triage.flow import label, label_files, receive, receive_history, retrain

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# What a GET answers that is no page of its own: files, parts of pages, and what other systems read.
NO_PAGES = {
    "static": "a file",
    "inbox.start": "leads to the inbox",
    "inbox.arrivals": "part of the inbox",
    "imports.progress": "part of the import page",
    "models.progress": "part of the model page",
    "exports.progress": "part of the page of an order",
    "exports.download": "a file",
    "exports.page": "only its requester's; walked in test_exports",
    "recomputes.progress": "part of the recompute page",
    "histories.progress": "part of the page of an old log",
    "label_files.progress": "part of the page of labelled texts",
    "components.job": "part of the gallery",
}
# A case that Dinkes holds: the others are not found by its admin. Codes are drawn at random, so ids give the order.
HELD = select(Case.code).join(Unit, Case.holder_id == Unit.id).where(Unit.code == "DINKES").order_by(Case.id)
# What stands for each argument of an address, by endpoint: a query, a column of a table, or a word of the address.
EXAMPLES = {
    "calendars.page": {"code": WorkCalendar.code},
    "calendars.compare": {"code": WorkCalendar.code},
    "calendar_editor.hours": {"code": WorkCalendar.code},
    "calendar_editor.season": {"code": WorkCalendar.code},
    "calendar_editor.year": {"code": WorkCalendar.code, "year": "2026"},
    "keywords.unit": {"code": Unit.code},
    "recomputes.page": {"recompute_id": Recompute.id},
    "inbox.case": {"code": HELD},
    "entry.result": {"code": HELD},
    "imports.page": {"key": FileImport.key},
    "models.page": {"run_id": TrainingRun.id},
    "models.card": {"run_id": TrainingRun.id},
    "comparisons.changed": {"run_id": TrainingRun.id},
    "watching.shadow_page": {"run_id": TrainingRun.id},
    "labelling.screen": {"stream": "emas"},
    "labelling.dispute": {"task_id": LabelTask.id},
    "labelling.confused": {"first": "complaint", "second": "question"},
    "label_files.page": {"key": LabelImport.key},
    "histories.page": {"key": HistoryImport.key},
    "reviews.page": {"place": "0"},
    "fairness.rows": {"pola": "selesai-tanpa-balasan"},
    "directory.edit_user": {"user_id": User.id},
    "directory.edit_unit": {"code": Unit.code},
    "directory.account": {"code": Account.code},
}
LABELS = b"teks,jenis\nLampu jalan padam,pengaduan\nKapan buka,entah\n"
SUSPECT = {
    "place": 0, "text": "Mantap, tiap hujan banjir", "given": "praise", "standing": "corpus", "unit": "",
    "account": "DPUPR", "probabilities": {"complaint": 0.9, "praise": 0.1},
}  # fmt: skip
ODD_TEXTS = (
    "السلام عليكم، متى يفتح مركز الصحة؟",
    "😡😡😡🔥",
    "Puskesmas antreannya panjang sekali dan obatnya habis. " * 360,
    "panjaaang" * 200,
    "<script>alert(1)</script> <b>kotor</b> & bau",
)
CHECK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    found => [found.id, ...found.nodes.map(node => node.html.slice(0, 160))])"""


def is_file(rule):
    return "csv" in rule.rule or "xlsx" in rule.rule or rule.rule.startswith(("/api/", "/healthz", "/metrics"))


def pages(app):
    """Return (endpoint, values) of every page, each argument taken from a row of its table."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not is_file(rule)]
    wanted = {rule.endpoint: rule for rule in rules if rule.endpoint not in NO_PAGES}
    return {
        endpoint: {name: stand_in(EXAMPLES[endpoint][name]) for name in {*rule.arguments, *EXAMPLES.get(endpoint, {})}}
        for endpoint, rule in wanted.items()
    }


def stand_in(example):
    if isinstance(example, str):
        return example
    wanted = example if example is HELD else select(example).order_by(example.class_.id)
    return db.session.exec(wanted).first()


def addresses(app):
    with app.test_request_context():
        return [app.url_for(endpoint, **values) for endpoint, values in sorted(pages(app).items())]


def furnish(app, folder, artefact):
    """Give the site what its pages show: a serving model, a refused import row, people of each role."""
    now = datetime.now(UTC)
    user(db.session, Role.SUPERVISOR, username="super")
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=now)
    model, digest = artefact
    shutil.copytree(model, folder / "model")
    (folder / "model" / SUSPECTS).write_text(json.dumps(SUSPECT) + "\n")
    retrain.finish_run(db.session, run.id, folder / "model", digest, scores={}, comparison={}, now=now)
    table = folder / "komentar.csv"
    table.write_text("id,komentar,tanggal\n1,Kapan vaksin lagi?,2026-11-02\n2,,2026-11-02\n")
    where = db.session.exec(select(Account.id).order_by(Account.id)).first()
    kept = receive.keep_copy(table, where, app.config["TANGGAP"].uploads_dir)
    receive.receive_file(db.session, kept, status=receive.PREVIEWED, now=now)
    correction(db.session)
    read_differently(now)
    uploads = app.config["TANGGAP"].uploads_dir
    label_files.keep_upload(db.session, BytesIO(LABELS), "label.csv", uploads, user_id=None, now=now)
    receive_history.keep_log(db.session, BytesIO(b"{}\n"), "log.jsonl", uploads, user_id=None, now=now)


def read_differently(now):
    """Let two people read one comment of the gold stream, and not agree."""
    where = db.session.exec(select(Account).order_by(Account.id)).first()
    take_in(db.session, where, incoming("Kapan lampu jalan diperbaiki?"))
    label.add_tasks(db.session, list(db.session.exec(select(Comment.id).limit(1))), label.GOLD, now=now)
    db.session.commit()
    task = db.session.exec(select(LabelTask.id)).one()
    for intent in (Intent.COMPLAINT, Intent.QUESTION):
        label.read(db.session, viewer(db.session, Role.DISKOMINFO), task, intent, now=now)


class Walk:
    """One person's browser with everything that it complained about."""

    def __init__(self, page):
        self.page, self.complaints, self.has_been_refused = page, [], False
        page.on("console", self.note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def note(self, message):
        # A refused page is one of the pages looked at; the browser reports its status as an error.
        if message.type in ("error", "warning") and "status of 403" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def look(self, address):
        self.page.set_viewport_size(WIDE)
        answer = self.page.goto(address)
        assert answer.status in (200, 403), address
        if answer.status == 403 and self.has_been_refused:
            return
        self.has_been_refused = answer.status == 403 or self.has_been_refused
        self.page.evaluate(AXE.read_text())
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)
            for found in self.page.evaluate(CHECK):
                self.complaints.append(f"{address} at {size['width']}: {found}")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.complaints.append(f"{address} is wider than a phone")


@pytest.fixture
def furnished(site, artefact, tmp_path):
    site.behind(furnish, site.app, tmp_path, artefact)
    for text in ODD_TEXTS:
        site.case(text)
    return site


@pytest.mark.parametrize("role", ["dinkes", "super", "desk"])
def test_every_page_of_a_role_is_accessible_and_silent(furnished, role):
    walk = Walk(furnished.window(role))
    for address in furnished.behind(addresses, furnished.app):
        walk.look(address)
    assert walk.complaints == []


def test_odd_texts_break_no_page(furnished):
    walk = Walk(furnished.window("dinkes"))
    for code in furnished.behind(lambda: list(db.session.exec(HELD))):
        walk.look(f"/kasus/{code}")
    assert walk.complaints == []


def test_the_dark_pages_are_accessible_too(furnished):
    walk = Walk(furnished.window("desk", color_scheme="dark"))
    code = furnished.behind(lambda: db.session.exec(HELD).first())
    for address in (f"/kasus/{code}", "/kasus?tampilan=triage", "/kasus?q=tidakada", "/angka", "/profil"):
        walk.look(address)
    assert walk.complaints == []


def test_pages_for_nobody_in_particular_are_accessible(site):
    walk = Walk(site.window())
    walk.look("/masuk")
    assert walk.complaints == []


def test_every_empty_view_says_what_to_do(site):
    page = site.window("dinkes")
    for view in ("open", "new", "mine", "late", "today", "waiting", "hoax", "resolved", "all"):
        page.goto(f"/kasus?tampilan={view}")
        words = page.locator(".workbench-list .empty-state p:last-of-type").inner_text()
        assert len(words) > 30, view


def test_no_text_is_smaller_than_twelve_pixels(furnished):
    page = furnished.window("dinkes")
    code = furnished.behind(lambda: db.session.exec(HELD).first())
    for address in ("/kasus", f"/kasus/{code}"):
        page.goto(address)
        sizes = """[...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(
            n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize))"""
        assert min(page.evaluate(sizes)) >= 12
