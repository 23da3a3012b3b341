"""The promises made to citizens and offices, each broken on purpose: replay, kill, canary, damage."""

import csv
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from models import (
    Case,
    CaseHold,
    CaseMeasure,
    CaseState,
    CaseWait,
    Comment,
    Event,
    EventKind,
    FileImport,
    ImportStatus,
    Intent,
    Role,
)
from tests.comparisons import comparison
from tests.conftest import make_app
from tests.factories import NOW, PASSWORD, SALT, account, case, incoming, log_in, post, take_in, user, viewer
from tests.flow.readings import again, read, serving_run
from triage.errors import TriageError
from triage.extensions import ModelShelf, db
from triage.flow import hand_over, note, promote, rebuild, register, relabel, reply, resolve, retrain, take
from triage.jobs import tasks
from triage.jobs.queue import Job, bound, in_context
from triage.queries import history, intake, measures
from triage.rules.metrics import intervals

ROOT = Path(__file__).parent.parent
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def count(table):
    db.session.rollback()
    found = db.session.exec(select(func.count()).select_from(table)).one()
    db.session.rollback()
    return found


# --- a: any delivery, any number of times, in any order, by several workers at once


def deliveries():
    """Twelve deliveries that overlap: nine citizens under three posts."""
    chance = random.Random(7)
    messages = [
        incoming(
            f"Keluhan nomor {n}", external_id=f"d{n}", author_id=f"w{n % 9}", post_id=f"p{n % 3}",
            posted_at=NOW - timedelta(minutes=300 - n),
        )
        for n in range(60)
    ]  # fmt: skip
    return [chance.sample(messages, 12) for _ in range(11)] + [messages]


def replay(app, where, batches, problems):
    with app.app_context():
        try:
            for batch in batches:
                take_in(db.session, where, *batch)
        except Exception as exc:  # noqa: BLE001  whatever it is, the test shows it
            problems.append(exc)


def test_deliveries_replayed_in_any_order_by_four_workers_end_in_the_same_tables(each_app):
    where, batches, problems = account(db.session), deliveries(), []
    db.session.refresh(where)
    db.session.expunge(where)
    db.session.rollback()
    chance = random.Random(11)
    shuffled = [chance.sample(batches, len(batches)) for _ in range(4)]
    workers = [Thread(target=replay, args=(each_app, where, own, problems)) for own in shuffled]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert (count(Comment), count(Case), count(Event)) == (60, 9, 60)
    sizes = db.session.exec(select(Case.comment_count, Case.opened_at, Case.last_comment_at)).all()
    firsts = {NOW - timedelta(minutes=300 - n) for n in range(9)}
    assert sorted(size for size, _, _ in sizes) == [6] * 3 + [7] * 6
    assert {opened for _, opened, _ in sizes} == firsts
    assert {last for _, _, last in sizes} == {NOW - timedelta(minutes=300 - n) for n in range(51, 60)}


# --- b: a worker killed in the middle of an import


ROWS = 20_000


@pytest.fixture
def installed(tmp_path, sqlite_template):
    """A folder with a database and an application on it, for processes of their own."""
    shutil.copy(sqlite_template, tmp_path / "tanggap.db")
    app = make_app(tmp_path)
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()
        bound().close()


def start_worker(folder):
    given = {"TANGGAP_DATA_DIR": str(folder), "TANGGAP_SECRET_KEY": "uji", "TANGGAP_AUTHOR_SALT": SALT}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TANGGAP_")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "worker"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment | given, stdout=log, stderr=log)


def standing(import_id):
    db.session.rollback()
    found = select(FileImport).where(FileImport.id == import_id)
    row = db.session.exec(found.execution_options(populate_existing=True)).one()
    values = row.status, row.accepted, row.duplicate, row.refused
    db.session.rollback()
    return values


def wait_until(is_so, *, seconds=90.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "the worker did not get there"
        time.sleep(0.05)


def make_file(path):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "komentar", "tanggal", "nama"])
        for n in range(ROWS):
            writer.writerow([f"f{n}", f"Keluhan ke-{n}" if n % 1000 else "", "2026-11-02 08:00", f"warga {n % 500}"])


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_an_import_loses_and_doubles_nothing(installed, tmp_path):
    make_file(tmp_path / "besar.csv")
    where = account(db.session)
    kept = tasks.receive.keep_copy(tmp_path / "besar.csv", where.id, tasks.settings().uploads_dir)
    record_id = tasks.receive.receive_file(db.session, kept, status=ImportStatus.QUEUED, now=datetime.now(UTC)).id
    db.session.rollback()
    tasks.run_import.enqueue(record_id)
    first = start_worker(tmp_path)
    wait_until(lambda: standing(record_id)[1] >= 2000)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    status, accepted, _, _ = standing(record_id)
    assert status is ImportStatus.RUNNING
    assert accepted < ROWS
    record = db.session.get(FileImport, record_id)
    record.heartbeat_at -= tasks.receive.SILENT_FOR  # as if the minutes had passed that make it count as silent
    db.session.add(record)
    db.session.commit()
    tasks.run_import.enqueue(record_id)  # what the sweep does each minute
    second = start_worker(tmp_path)
    try:
        wait_until(lambda: standing(record_id)[0] is ImportStatus.DONE)
    finally:
        second.terminate()
        second.wait()
    assert standing(record_id) == (ImportStatus.DONE, ROWS - 20, 0, 20)
    assert count(Comment) == ROWS - 20
    assert db.session.exec(select(func.count(func.distinct(Comment.external_id)))).one() == ROWS - 20


# --- f, g: the figures and states on a case are what its events say


STATE_AFTER = {
    EventKind.RESOLVED: {CaseState.RESOLVED},
    EventKind.NO_ANSWER_NEEDED: {CaseState.NO_ANSWER_NEEDED},
    EventKind.REOPENED: {CaseState.IN_PROGRESS},
    EventKind.RESUMED: {CaseState.IN_PROGRESS},
}


class Walk:
    """Random steps through the flow on a few citizens' cases, as an office would take them."""

    def __init__(self, session, seed):
        self.session, self.chance, self.moment = session, random.Random(seed), NOW
        self.where, self.run, self.number = account(session), serving_run(session), 0
        self.people = [viewer(session, Role.DISKOMINFO) for _ in range(2)]

    def step(self):
        self.moment += timedelta(minutes=self.chance.choice((1, 20, 90, 600, 3000)))
        cases = list(self.session.exec(select(Case.code)))
        self.session.rollback()
        moves = (self.write, self.write_late, self.answer, self.elsewhere, self.close, self.dismiss, self.reopen,
                 self.wait, self.go_on, self.hand, self.label, self.take, self.remark)  # fmt: skip
        move = self.chance.choice(moves) if cases else self.write
        before = self.states()
        try:
            move(self.chance.choice(cases) if cases else "")
        except TriageError:
            self.session.rollback()
        return before

    def states(self):
        found = {row[0]: row[1] for row in self.session.execute(select(Case.id, Case.state))}
        self.session.rollback()
        return found

    def version(self, code):
        return self.session.exec(select(Case.version).where(Case.code == code)).one()

    @property
    def who(self):
        return self.chance.choice(self.people)

    def write(self, _code, at=None):
        message = incoming(f"kata {self.number}", author_id=self.chance.choice("abc"), posted_at=at or self.moment)
        take_in(self.session, self.where, message, now=self.moment)
        intent = self.chance.choice(list(Intent))
        sure = self.chance.random() < 0.7
        read(
            self.session, self.run, intent, is_sure=sure, unit=self.chance.choice(("DINKES", "DPUPR")), now=self.moment
        )

    def write_late(self, code):
        self.write(code, at=self.moment - timedelta(minutes=self.chance.choice((5, 200, 5000))))

    def given(self):
        self.number += 1
        kind = self.chance.choice((reply.SUBSTANTIVE, reply.ACKNOWLEDGEMENT))
        asks = self.chance.random() < 0.3
        return reply.Answer(text="Baik.", kind=kind, asks_citizen=asks, key=f"k{self.number}")

    def answer(self, code):
        saved = reply.save_reply(
            self.session, self.who, code, self.given(), version=self.version(code), now=self.moment
        )
        reply.start_sending(self.session, saved.id)
        self.moment += timedelta(minutes=2)
        if self.chance.random() < 0.2:
            reply.fail_sending(self.session, saved.id, "gagal", now=self.moment)
            return
        at = self.moment
        reply.finish_sending(self.session, saved.id, platform_id="p", sent_at=at, now=at)

    def elsewhere(self, code):
        at = self.moment - timedelta(minutes=self.chance.choice((0, 30, 3000)))
        reply.record_elsewhere(self.session, self.who, code, self.given(), sent_at=at, now=self.moment)

    def close(self, code):
        resolve.resolve(self.session, self.who, code, reason="x", version=self.version(code), now=self.moment)

    def dismiss(self, code):
        resolve.needs_no_answer(self.session, self.who, code, reason="x", version=self.version(code), now=self.moment)

    def reopen(self, code):
        resolve.reopen(self.session, self.who, code, reason="x", now=self.moment)

    def wait(self, code):
        resolve.wait_for_others(self.session, self.who, code, reason="x", now=self.moment)

    def go_on(self, code):
        resolve.resume(self.session, self.who, code, now=self.moment)

    def hand(self, code):
        unit = self.chance.choice(("DPUPR", "DLH", "EXT_PLN", "DINKES"))
        version = self.version(code)
        hand_over.hand_over(self.session, self.who, code, unit=unit, reason="x", version=version, now=self.moment)

    def label(self, code):
        relabel.relabel(self.session, self.who, code, self.chance.choice(list(Intent)), now=self.moment)

    def take(self, code):
        take.take(self.session, self.who, code, now=self.moment)

    def remark(self, code):
        note.add_note(self.session, self.who, code, "catatan", now=self.moment)


def measured_rows(session):
    """Return the case rows' figures and every measured row, as they are stored."""
    told = (Case.id, Case.first_response_at, Case.response_wall_s, Case.response_working_s, Case.responder_unit_id)
    tables = {"case": session.execute(select(*told).order_by(Case.id)).all()}
    for table in (CaseMeasure, CaseHold, CaseWait):
        columns = table.__table__.c
        tables[table.__tablename__] = session.execute(select(*columns).order_by(*list(columns)[:2])).all()
    session.rollback()
    return tables


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_history_the_rows_say_what_the_events_say(session, seed):
    walk = Walk(session, seed)
    for _ in range(70):
        walk.step()
    kept = measured_rows(session)
    run_id = rebuild.start(session, actor="system", reason="uji", now=walk.moment)
    while rebuild.advance(session, run_id, now=walk.moment, limit=7):
        pass
    assert measured_rows(session) == kept
    assert all(len(rows) >= 3 for name, rows in kept.items() if name != "case_wait")
    cases = session.exec(select(Case).execution_options(populate_existing=True)).all()
    by, ids = measures.ruler(session), [found.id for found in cases]
    events = measures.histories(session, ids)
    measured_ids = {row.case_id for row in kept["case_measure"]}
    for found in cases:
        measured = intervals(events[found.id], by.calendars, by.limits)
        delay = measured.triage_delay
        if found.id not in measured_ids:
            assert (delay and delay.end) == (found.routed_at if found.holder_id else None)
            assert (measured.frt, measured.bounces, measured.paused.wall_s) == (None, 0, 0)
            assert {hold.unit for hold in measured.holds} <= {None}
        frt = measured.frt
        told = (found.first_response_at, found.response_wall_s, found.response_working_s)
        assert told == ((frt.end, frt.wall_s, frt.working_s) if frt else (None, None, None))
        assert found.opened_at == measured.received_at


@pytest.mark.parametrize("seed", [4, 5])
def test_every_change_of_a_state_has_an_event_with_an_actor(session, seed):
    walk = Walk(session, seed)
    seen = 0
    for _ in range(70):
        before = walk.step()
        fresh = session.exec(select(Event).where(Event.id > seen).order_by(Event.id)).all()
        seen = max([seen, *(event.id for event in fresh)])
        changed = {key for key, state in walk.states().items() if before.get(key) != state}
        assert changed <= {event.case_id for event in fresh}
        assert all(event.actor.startswith(("citizen", "system", "model:", "user:")) for event in fresh)
    closing = (EventKind.RESOLVED, EventKind.NO_ANSWER_NEEDED, EventKind.REOPENED)
    for found in session.exec(select(Case)).all():
        last = [event for event in history.of_case(session, found.id) if event.kind in closing]
        is_closed = bool(last) and last[-1].kind is not EventKind.REOPENED
        assert (found.closed_at is not None) is is_closed


# --- h, n: what must not leave the house, and what must not be written down


CANARY = "burung-kenari-4711"


def test_a_notes_text_leaves_the_house_by_no_way(app, client, caplog):
    caplog.set_level(logging.DEBUG)
    where = account(db.session)
    found = case(db.session, where)
    user(db.session, username="budi")
    user(db.session, units=("DPUPR",), username="asing")
    code = found.code
    db.session.rollback()
    browser = log_in(client, "budi")
    page = f"/kasus/{code}"
    assert post(browser, f"{page}/catatan", page, text=CANARY).status_code == 302
    assert CANARY in browser.get(page).text
    version = again(db.session, found).version
    db.session.rollback()
    given = {"text": "Baik, kami cek.", "kind": "substantive", "key": "k1", "version": version}
    assert post(browser, f"{page}/balas", page, **given).status_code == 302
    bound().drain()
    outbox = app.config["TANGGAP"].outbox_file.read_text()
    assert "kami cek" in outbox
    files = [browser.get(f"/angka/baris.csv?angka={number}").text for number in ("received", "answered")]
    files.append(browser.get("/angka.csv").text)
    assert any(code in text for text in files)
    lists = [browser.get(where).text for where in ("/kasus?tampilan=all", f"/kasus?q={CANARY}&tampilan=all")]
    foreign = log_in(app.test_client(), "asing")
    away = [foreign.get(where).text for where in (page, "/kasus?tampilan=all", f"/catat/{code}", "/angka")]
    written = [outbox, caplog.text, *files, lists[0], *away]
    assert [text[:80] for text in written if CANARY in text] == []
    assert code not in lists[1].replace(page, "")


WORDS = ("kolam-renang-rahasia", "@penulis.rahasia", "Nama Sangat Rahasia")


class Everything(logging.Handler):
    """Keep every record with all that it carries."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.kept = []

    def emit(self, record):
        self.kept.append(f"{logging.Formatter().format(record)} {record.__dict__!r}")


@pytest.fixture
def everything_logged():
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.kept
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_logs_of_a_whole_journey_hold_no_word_handle_token_or_password(serving, client, everything_logged):
    where = account(db.session, handle="@akun.resmi.rahasia")
    token = register.new_token(db.session, where.code)
    user(db.session, Role.DISKOMINFO, username="nama-masuk-rahasia")
    db.session.rollback()
    body = {"external_id": "x1", "text": f"Kenapa {WORDS[0]} tutup", "author_id": WORDS[1], "author_name": WORDS[2],
            "posted_at": (datetime.now(UTC) - HOUR).isoformat()}  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/api/v1/comments", json={"comments": [body]}, headers=headers).status_code == 202
    client.post("/api/v1/comments", data=f"rusak {WORDS[0]}", headers=headers, content_type="application/json")
    bound().drain()
    found = db.session.exec(select(Case)).one()
    code, version = found.code, found.version
    db.session.rollback()
    post(client, "/masuk", "/masuk", username="nama-masuk-rahasia", password="sandi-salah-rahasia")
    browser = log_in(client, "nama-masuk-rahasia")
    page = f"/kasus/{code}"
    assert WORDS[0] in browser.get(page).text
    browser.get(f"/kasus?q={WORDS[0]}")
    given = {"kind": "substantive", "key": "k1", "text": f"Soal {WORDS[0]}"}
    assert post(browser, f"{page}/balas", page, version=version - 1, **given).status_code == 409
    assert post(browser, f"{page}/balas", page, version=version, **given).status_code == 302
    post(browser, f"{page}/catatan", page, text="")
    bound().drain()
    db.session.rollback()
    secrets = (*WORDS, token, PASSWORD, "sandi-salah-rahasia", "rahasia")
    assert len(everything_logged) > 10
    assert {word for word in secrets for line in everything_logged if word in line} == set()


def test_a_job_that_fails_in_the_database_logs_no_row(each_app, everything_logged):
    where = account(db.session)
    moment = datetime(1, 1, 1, tzinfo=UTC)
    db.session.rollback()

    def put_in_wrong_rows():
        rows = [comment_row(where, external_id=word, author_name=word, text=word, moment=moment) for word in WORDS]
        intake.add_comments(db.session, rows)

    with pytest.raises(IntegrityError):
        in_context(each_app, Job(put_in_wrong_rows, every=""))()
    assert any("job failed" in line for line in everything_logged)
    assert {word for word in WORDS for line in everything_logged if word in line} == set()


def comment_row(where, *, external_id, author_name, text, moment):
    """A comment without its case, which no database takes."""
    return {
        "platform": where.platform, "account_id": where.id, "external_id": external_id, "post_id": 1, "case_id": None,
        "author_key": "x", "author_name": author_name, "text": text, "source": "file", "posted_at": moment,
        "first_seen_at": moment, "parent_external_id": "", "permalink": "",
    }  # fmt: skip


# --- k, l: a damaged model


@pytest.fixture
def fresh_worker(monkeypatch):
    """A worker that has loaded no model yet."""
    monkeypatch.setattr(tasks, "model_shelf", ModelShelf())


def test_without_a_sound_model_comments_wait_and_are_read_when_one_is_back(serving, app, fresh_worker):
    where = account(db.session)
    card = Path(serving.stored_as) / "card.json"
    copy = app.config["TANGGAP"].models_dir / "salinan"
    shutil.copytree(serving.stored_as, copy)
    serving.stored_as = str(copy)
    db.session.add(serving)
    db.session.commit()
    sound = card.read_bytes()
    (copy / "card.json").write_bytes(sound.replace(b"{", b"{ ", 1))
    take_in(db.session, where, incoming())
    tasks.classify_waiting.work()
    db.session.rollback()
    assert count_waiting() == 1
    (copy / "card.json").write_bytes(sound)
    tasks.classify_waiting.work()
    assert count_waiting() == 0


def test_a_damaged_model_leaves_the_work_to_the_one_before(serving, app, fresh_worker):
    where, boss = account(db.session), viewer(db.session, Role.DISKOMINFO)
    second = retrain.queue_run(db.session, actor_id=None, seed=1, now=NOW)
    copy = app.config["TANGGAP"].models_dir / "kedua"
    shutil.copytree(serving.stored_as, copy)
    found = comparison(serving.id)
    second = retrain.finish_run(db.session, second.id, copy, serving.digest, scores={}, comparison=found, now=NOW)
    promote.promote(db.session, boss, second.id, reason="lebih baik", now=NOW)
    (copy / "model.npz").write_bytes(b"rusak")
    take_in(db.session, where, incoming())
    first_id = serving.id
    db.session.rollback()
    app.extensions["queue"].drain()
    tasks.classify_waiting.work()
    assert count_waiting() == 0
    actors = db.session.exec(select(Event.actor).where(Event.kind == EventKind.CLASSIFIED)).all()
    assert actors == [f"model:{first_id}"]


def count_waiting():
    db.session.rollback()
    found = db.session.exec(select(func.count()).select_from(Comment).where(Comment.classified_at.is_(None))).one()
    db.session.rollback()
    return found
