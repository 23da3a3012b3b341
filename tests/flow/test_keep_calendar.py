"""Calendars are kept in versions: who, when, why; a change of the past is reckoned again, old values stay."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from models import (
    CalendarAssignment,
    Case,
    CaseMeasure,
    Event,
    EventKind,
    Recompute,
    RecomputedFigure,
    RecomputeStatus,
    Role,
    WorkCalendar,
)
from tests.factories import NOW, account, case, change, correction, viewer
from triage.errors import InvalidInput, TriageError
from triage.extensions import db
from triage.flow import keep_calendar, recompute, reply
from triage.jobs.queue import bound
from triage.jobs.recomputing import recompute_figures
from triage.queries import calendar_versions, calendars, measures, recomputes

TUESDAY = datetime(2026, 11, 17, 1, tzinfo=UTC)  # 08.00 WIB, the day before NOW
HOUR = 3600


@pytest.fixture
def lone(app):
    """A session on SQLite alone, for what no database does in its own way."""
    return db.session


@pytest.fixture
def desk(request):
    session = request.getfixturevalue("session" if "session" in request.fixturenames else "lone")
    return viewer(session, Role.DISKOMINFO, name="Rina Kartika")


def newest(session, code="kantor"):
    row = calendar_versions.version(session, code)
    return row, calendar_versions.draft_of(session, row)


def answered(session, where, *, hours, unit="DINKES", now=NOW):
    """A case of Tuesday 08.00 that was answered some hours later."""
    found = case(session, where, unit=unit, posted_at=TUESDAY)
    answer = reply.Answer(text="Sudah.", kind=reply.SUBSTANTIVE, asks_citizen=False, key=f"k{found.id}")
    at = TUESDAY + timedelta(hours=hours)
    reply.record_elsewhere(session, viewer(session, units=(unit,)), found.code, answer, sent_at=at, now=now)
    return found


def run(session, queued):
    recompute_figures.enqueue(queued.id)
    session.rollback()
    bound().drain()
    session.expire_all()
    return recomputes.known(session, queued.id)


def test_a_version_keeps_who_when_and_why_and_leaves_the_old_one_alone(session, desk):
    before, draft = newest(session)
    old_week = draft.week
    changed = replace(draft, zone="Asia/Makassar", week=(*old_week[:4], ((480, 690),), (), ()))
    since = date(2026, 12, 1)
    row, again = keep_calendar.save_version(session, desk, "kantor", changed, change(since), based_on=1, now=NOW)
    assert (row.version, row.created_by_id, row.reason, row.created_at) == (2, desk.user_id, "SE Bupati 12/2026", NOW)
    assert again is None
    assert calendar_versions.draft_of(session, before).week == old_week
    assert calendar_versions.draft_of(session, row) == changed
    history = calendars.histories(session)["kantor"]
    assert [version.in_force_from for version in history.in_force] == [date(2025, 1, 1), since]


def test_what_changes_nothing_makes_no_version(lone, desk):
    _, draft = newest(lone)
    with pytest.raises(InvalidInput, match="Tidak ada yang berubah"):
        keep_calendar.save_version(lone, desk, "kantor", draft, change(), based_on=1, now=NOW)


def test_an_editor_that_was_opened_before_another_save_is_refused(lone, desk):
    correction(lone, viewer=desk)
    _, draft = newest(lone)
    with pytest.raises(InvalidInput, match="Versi 2 sudah disimpan orang lain"):
        keep_calendar.save_version(lone, desk, "kantor", draft, change(), based_on=1, now=NOW)
    assert len(lone.exec(select(WorkCalendar).where(WorkCalendar.code == "kantor")).all()) == 2


@pytest.mark.parametrize(
    ("changes", "when", "told"),
    [
        pytest.param({"zone": "Asia/Bandung"}, {}, "tidak dikenal", id="an unknown zone"),
        pytest.param({"week": ((),) * 7}, {}, "tanpa satu jam kerja", id="no hours at all"),
        pytest.param({"name": "Lain"}, {"reason": "  "}, "alasan", id="no reason"),
        pytest.param({"name": "Lain"}, {"since": date(1999, 1, 1)}, "antara", id="before everything"),
        pytest.param({"name": "Lain"}, {"since": date(2060, 1, 1)}, "antara", id="far ahead"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_saved(lone, desk, changes, when, told):
    _, draft = newest(lone)
    with pytest.raises(TriageError, match=told):
        keep_calendar.save_version(lone, desk, "kantor", replace(draft, **changes), change(**when), based_on=1, now=NOW)
    lone.rollback()
    assert newest(lone)[0].version == 1


def test_overlapping_seasons_are_refused(lone, desk):
    _, draft = newest(lone)
    season = draft.seasons[0]
    twice = replace(draft, seasons=(*draft.seasons, replace(season, name="Kedua")))
    with pytest.raises(TriageError, match="bertumpuk"):
        keep_calendar.save_version(lone, desk, "kantor", twice, change(), based_on=1, now=NOW)


def test_a_correction_of_the_past_is_announced_before_it_is_saved(session, desk):
    where = account(session)
    answered(session, where, hours=2)
    _, draft = newest(session)
    free = replace(draft, week=((), (), *draft.week[2:]))
    count, stretch = keep_calendar.touched(session, "kantor", free, change(), based_on=1, now=NOW)
    assert count == 1
    assert stretch[0] <= TUESDAY < stretch[1]
    assert newest(session)[0].version == 1


def test_a_correction_is_reckoned_again_with_the_old_value_beside_the_new(session, desk):
    where = account(session)
    found = answered(session, where, hours=2)
    done = run(session, correction(session, viewer=desk))
    assert (done.status, done.done, done.changed) == (RecomputeStatus.DONE, 1, 1)
    kept = session.exec(select(RecomputedFigure)).one()
    assert (kept.case_id, kept.before_s, kept.after_s) == (found.id, 2 * HOUR, 0)
    assert kept.others["tts"] == [2 * HOUR, 0]
    assert session.get(Case, found.id).response_working_s == 0
    assert session.get(CaseMeasure, found.id).frt_working_s == 0
    assert done.report == [{"month": "2026-11-01", "n": 1, "changed": 1, "before_s": 2 * HOUR, "after_s": 0}]


def test_the_cases_history_tells_what_changed(lone, desk):
    found = answered(lone, account(lone), hours=2)
    done = run(lone, correction(lone, viewer=desk))
    event = lone.exec(select(Event).where(Event.kind == EventKind.CALENDAR_CHANGED)).one()
    assert (event.case_id, event.actor) == (found.id, "system")
    assert (event.data["recompute"], event.data["before_s"], event.data["after_s"]) == (done.id, 2 * HOUR, 0)


def test_a_deadline_that_was_frozen_is_not_moved_by_a_correction(lone, desk):
    found = answered(lone, account(lone), hours=2)
    due_at = lone.get(Case, found.id).due_at
    run(lone, correction(lone, viewer=desk))
    assert lone.get(Case, found.id).due_at == due_at


def test_cases_that_lived_before_or_after_the_corrected_day_are_left_alone(lone, desk):
    where = account(lone)
    case(lone, where, posted_at=TUESDAY + timedelta(days=1, hours=1))
    again = correction(lone, viewer=desk)
    assert again.total == 0
    assert run(lone, again).changed == 0
    assert lone.exec(select(RecomputedFigure)).all() == []


def test_two_corrections_each_keep_the_value_before_themselves(session, desk):
    found = answered(session, account(session), hours=26)  # Wednesday 10.00
    first = correction(session, viewer=desk)
    _, draft = newest(session)
    late = replace(draft, week=(*draft.week[:2], ((540, 720), (780, 960)), *draft.week[3:]))  # Wednesday from 09.00
    second = keep_calendar.save_version(
        session, desk, "kantor", late, change(date(2026, 11, 18)), based_on=2, now=NOW + timedelta(hours=1)
    )[1]
    recompute_figures.enqueue(second.id)  # asked for too early: it waits for the first
    run(session, first)
    rows = session.exec(select(RecomputedFigure).order_by(RecomputedFigure.recompute_id)).all()
    assert [(row.before_s / HOUR, row.after_s / HOUR) for row in rows] == [(9.5, 2.5), (2.5, 1)]
    assert session.get(Case, found.id).response_working_s == HOUR


def test_a_worker_that_died_goes_on_where_it_stopped_and_notes_nothing_twice(session, desk):
    where = account(session)
    for _ in range(3):
        answered(session, where, hours=2)
    queued = correction(session, viewer=desk)
    recompute.start(session, queued.id, now=NOW)
    assert len(recompute.take_batch(session, queued.id, limit=2, now=NOW)) == 2
    done = run(session, queued)
    assert (done.done, done.changed) == (3, 3)
    assert len(session.exec(select(Event).where(Event.kind == EventKind.CALENDAR_CHANGED)).all()) == 3
    assert recompute.start(session, queued.id, now=NOW) is None


def test_a_figure_after_a_recompute_is_that_of_a_rebuild(lone, desk):
    found = answered(lone, account(lone), hours=26)
    run(lone, correction(lone, viewer=desk))
    live = lone.get(CaseMeasure, found.id).model_dump()
    measures.refresh(lone, [found.id])
    lone.expire_all()
    assert lone.get(CaseMeasure, found.id).model_dump() == live


def test_a_unit_gets_another_calendar_from_a_day_on(session, desk):
    later = NOW + timedelta(days=2)
    # In the queue, which keeps the office's hours, until Wednesday 10.00; then with Dinkes until Thursday 06.00.
    found = answered(session, account(session), hours=46, now=later)
    done = run(session, keep_calendar.assign(session, desk, "DINKES", "24jam", change(), now=later))
    made = session.exec(select(CalendarAssignment)).one()
    assert (made.calendar_code, made.created_by_id, made.reason) == ("24jam", desk.user_id, "SE Bupati 12/2026")
    row = session.exec(select(RecomputedFigure)).one()
    assert (done.changed, row.before_s, row.after_s) == (1, (9.5 + 5) * HOUR, (9.5 + 20) * HOUR)
    assert session.get(Case, found.id).response_working_s == row.after_s


def test_a_calendar_from_tomorrow_on_changes_no_figure(lone, desk):
    answered(lone, account(lone), hours=2)
    assert keep_calendar.assign(lone, desk, "DINKES", "24jam", change(date(2026, 11, 20)), now=NOW) is None
    assert lone.exec(select(Recompute)).all() == []


@pytest.mark.parametrize(
    ("unit", "code", "told"),
    [
        pytest.param("TIDAK-ADA", "24jam", "Pilih unit", id="unknown unit"),
        pytest.param("EXT_PLN", "24jam", "Pilih unit", id="an outside body"),
        pytest.param("DINKES", "tidak-ada", "Pilih unit", id="unknown calendar"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(lone, desk, unit, code, told):
    with pytest.raises(InvalidInput, match=told):
        keep_calendar.assign(lone, desk, unit, code, change(), now=NOW)


def test_a_calendar_is_not_given_for_days_before_it_existed(lone, desk):
    _, draft = newest(lone)
    keep_calendar.create(lone, desk, "6hari", draft, change(date(2026, 6, 1)), now=NOW)
    with pytest.raises(InvalidInput, match="01-06-2026"):
        keep_calendar.assign(lone, desk, "DINKES", "6hari", change(date(2026, 5, 31)), now=NOW)


def test_a_calendar_of_its_own_needs_a_code_of_its_own(lone, desk):
    _, draft = newest(lone)
    with pytest.raises(InvalidInput, match="sudah dipakai"):
        keep_calendar.create(lone, desk, "24jam", draft, change(), now=NOW)
