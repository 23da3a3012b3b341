"""A rebuild measures every case from its events: the same rows as the steps wrote, and only what differs is written."""

import sqlite3
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import func, select

from models import Case, CaseHold, CaseMeasure, CaseState, CaseWait, FigureChange
from tests.factories import NOW, account, case, correction, incoming, take_in, viewer
from tests.rules.test_many_cases import clocked, others_like
from tests.rules.test_metrics_histories import random_history
from tests.test_promises import measured_rows
from triage.extensions import db, reading
from triage.flow import rebuild, reply, resolve
from triage.jobs import measuring, schedule
from triage.jobs.queue import bound
from triage.queries import intake, measures, rebuilds
from triage.rules import many_cases
from triage.rules.text import tracking_code

HOUR = timedelta(hours=1)
RENAMED = {"A": "DINKES", "B": "DPUPR", "NYC": "DISHUB", "GONE": "DLH"}


def lived(session, histories):
    """Store cases to which these events happened, measured as the steps do."""
    where = account(session)
    take_in(session, where, incoming())
    post_id = session.exec(select(Case.post_id)).one()
    codes = [tracking_code() for _ in histories]
    ids = intake.add_cases(session, [case_row(code, where.id, post_id) for code in codes])
    rows = [event_row(ids[code], event) for code, events in zip(codes, histories, strict=True) for event in events]
    intake.add_events(session, rows)
    rebuilds.settle(session, sorted(ids.values()))
    session.commit()
    return sorted(ids.values())


def case_row(code, account_id, post_id):
    return {
        "code": code, "account_id": account_id, "post_id": post_id, "author_key": code, "state": CaseState.IN_PROGRESS,
        "opened_at": NOW, "last_comment_at": NOW, "sort_at": NOW,
    }  # fmt: skip


def event_row(case_id, event):
    data = dict(event.data)
    for name in ("from", "to", "unit"):
        data |= {name: RENAMED.get(data[name], data[name])} if name in data else {}
    return {"case_id": case_id, "kind": event.kind, "at": event.at, "recorded_at": event.at, "actor": event.actor,
            "data": data}  # fmt: skip


def rebuilt(session, limit=400):
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    while rebuild.advance(session, run_id, now=NOW, limit=limit):
        pass
    return run_id


def changes(session):
    """Return the cases that were written since somebody last asked."""
    found = set(session.exec(select(FigureChange.case_id)))
    session.execute(delete(FigureChange))
    session.commit()
    return found


def drop_all(session):
    for table in (CaseMeasure, CaseHold, CaseWait):
        session.execute(delete(table))
    session.execute(update(Case).values(dict.fromkeys(rebuilds.TELLS)))
    session.commit()


def test_a_rebuild_from_nothing_writes_the_rows_that_one_case_after_the_other_has(session, monkeypatch):
    monkeypatch.setattr(many_cases, "WORTH_IT", 2)
    random = Random(9)
    histories = [events for _ in range(80) for events in others_like(clocked(random_history(random))[:12], random, 15)]
    lived(session, histories)
    kept = measured_rows(session)
    assert [len(kept[name]) > 500 for name in ("case_measure", "case_hold")] == [True, True]
    assert len(kept["case_wait"]) > 30
    drop_all(session)
    rebuilt(session)
    assert measured_rows(session) == kept
    changes(session)
    rebuilt(session)
    assert changes(session) == set()
    assert measured_rows(session) == kept


def answered(session, where, hours=1):
    """A case that came in some hours ago and was answered at once."""
    found = case(session, where, posted_at=NOW - hours * HOUR)
    answer = reply.Answer(text="Sudah.", kind=reply.SUBSTANTIVE, asks_citizen=False, key=f"k{found.id}")
    reply.record_elsewhere(session, viewer(session), found.code, answer, sent_at=NOW, now=NOW)
    return found


def six(session):
    where = account(session)
    return [answered(session, where, hours=n + 1) for n in range(6)]


@pytest.fixture
def some(session):
    """Return six answered cases, on each database."""
    return six(session)


@pytest.fixture
def some_on_sqlite(app):
    return six(db.session)


def test_a_rebuild_mends_what_is_wrong_and_leaves_all_else_alone(session, some):
    kept = measured_rows(session)
    one, two, three, four, five, _ = (found.id for found in some)
    session.execute(update(CaseMeasure).where(CaseMeasure.case_id == one).values(tts_wall_s=1))
    session.execute(delete(CaseHold).where(CaseHold.case_id == two, CaseHold.number == 0))
    session.execute(insert(CaseWait).values(
        case_id=three, number=0, is_answered=True, started_at=NOW, ended_at=NOW, wall_s=0, working_s=0))  # fmt: skip
    session.execute(delete(CaseMeasure).where(CaseMeasure.case_id == four))
    session.execute(update(Case).where(Case.id == five).values(response_working_s=5))
    session.commit()
    changes(session)
    rebuilt(session)
    assert measured_rows(session) == kept
    assert changes(session) == {one, two, three, four, five}


def test_rows_of_a_case_that_needs_none_go(session, some):
    take_in(session, account(session, "DLH-IG", "DLH"), incoming())
    untouched = session.exec(select(func.max(Case.id))).one()
    session.add(CaseMeasure(case_id=untouched, definition="M1", received_at=NOW))
    session.commit()
    rebuilt(session)
    session.expire_all()
    assert session.get(CaseMeasure, untouched) is None


def test_what_happens_while_a_piece_is_looked_at_is_not_undone(session, some):
    found = some[0]
    session.execute(update(CaseMeasure).values(tts_wall_s=1))
    session.commit()
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    piece = rebuild.look(session, run_id)
    assert piece.differing == [one.id for one in some]
    version = session.exec(select(Case.version).where(Case.id == found.id)).one()
    resolve.resolve(session, viewer(session), found.code, reason="", version=version, now=NOW + HOUR)
    kept = [row for row in measured_rows(session)["case_measure"] if row.case_id == found.id]
    assert rebuild.keep(session, run_id, piece, now=NOW + HOUR)
    rows = measured_rows(session)["case_measure"]
    assert [row for row in rows if row.case_id == found.id] == kept
    assert all(row.tts_wall_s > 1 for row in rows)


def test_a_calendar_that_changes_while_a_piece_is_looked_at_makes_it_looked_at_again(session, some):
    session.execute(update(CaseMeasure).values(frt_working_s=1))
    session.commit()
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    piece = rebuild.look(session, run_id)
    correction(session, day=NOW.date())
    assert rebuild.keep(session, run_id, piece, now=NOW)
    assert rebuilds.run(session, run_id).cases == 0
    while rebuild.advance(session, run_id, now=NOW):
        pass
    session.expire_all()
    assert set(session.exec(select(CaseMeasure.frt_working_s))) == {0}  # the day of all answers is now free
    assert rebuilds.run(session, run_id).cases == len(some)


def test_looking_at_a_piece_waits_for_nobody_who_writes(app, some_on_sqlite):
    run_id = rebuild.start(db.session, actor="system", reason="uji", now=NOW)
    db.session.rollback()
    somebody = sqlite3.connect(app.config["TANGGAP"].data_dir / "tanggap.db", isolation_level=None)
    somebody.execute("begin immediate")
    with reading():
        piece = rebuild.look(db.session, run_id)
    somebody.rollback()
    somebody.close()
    assert piece.ids == [one.id for one in some_on_sqlite]


def test_the_job_rebuilds_to_the_end(session, some):
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    session.execute(update(CaseMeasure).values(tts_wall_s=1))
    session.commit()
    measuring.rebuild_measures.work(run_id)
    run = rebuilds.run(session, run_id)
    assert (run.cases, run.finished_at is None) == (len(some), False)
    assert 1 not in set(session.exec(select(CaseMeasure.tts_wall_s)))


def test_another_limit_makes_a_rebuild_due_and_the_sweep_begins_it(app, some_on_sqlite):
    session = db.session
    rebuilt(session)
    assert not rebuilds.is_due(session)
    session.info["reopen_days"] = 3
    assert rebuilds.is_due(session)
    session.rollback()
    schedule.sweep.work()
    run = rebuilds.unfinished(session)[-1]
    assert (run.limits, run.cases) == ("7/3", 0)
    session.rollback()
    bound().drain()
    assert rebuilds.unfinished(session) == []
    assert not rebuilds.is_due(session)


def test_a_rebuild_under_way_begins_again_when_the_limits_change(session, some):
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    assert rebuild.advance(session, run_id, now=NOW, limit=2)
    assert rebuild.start(session, actor="system", reason="uji", now=NOW) == run_id
    assert rebuilds.run(session, run_id).cases == 2
    session.info["reopen_days"] = 3
    assert rebuild.start(session, actor="system", reason="uji", now=NOW) == run_id
    assert rebuilds.run(session, run_id).cases == 0


def test_rows_that_stay_the_same_under_a_newer_calendar_say_so_and_count_as_unchanged(session, some):
    correction(session, day=NOW.date() + timedelta(days=26))
    edition = measures.edition(session)
    changes(session)
    rebuilt(session)
    session.expire_all()
    assert set(session.exec(select(CaseMeasure.calendar_edition))) == {edition}
    assert changes(session) == set()
