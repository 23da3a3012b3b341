"""Late work is chased on both databases: digests, the ladder, one message a case and step, and what sending does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from models import Case, Event, Notice, NoticeCase, NoticeStatus, Role
from tests.factories import NOW, account, case, user, viewer
from triage.errors import InvalidInput
from triage.flow import digest, escalate, notify, register
from triage.queries import case_page, deadlines, directory, metric_rows, notices
from triage.queries.cohorts import Cohort
from triage.rules.chasing import START, Step
from triage.rules.letters import Desk

# Question posted on Monday 16 November at 09.00: due on Tuesday at 16.00, one working hour late on Wednesday 08.30.
MONDAY = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
WEDNESDAY_9 = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
WORDS = "Lampu di depan rumah Bu Tejo padam"


def paper():
    return Desk(
        office="Kabupaten Contoh",
        zone=ZoneInfo("Asia/Jakarta"),
        link=lambda endpoint, **values: f"https://t.id/{endpoint}?{values}",
    )


def question(session, where=None, unit="DINKES", **given):
    values = {"posted_at": MONDAY, "text": WORDS}
    return case(session, where or account(session), unit=unit, intent="question", **(values | given))


def climb(session, now=WEDNESDAY_9):
    return escalate.escalate(session, paper(), now=now)


def morning(session, now):
    return digest.queue_digests(session, paper(), hour=7, soon_days=1, now=now)


def messages(session):
    session.rollback()
    return session.exec(select(Notice).order_by(Notice.id)).all()


@pytest.fixture
def admin(session):
    return user(session, email="admin@dinkes.go.id", name="Budi")


def test_a_late_case_is_told_once_on_each_step_however_often_one_looks(session, admin):
    head = user(session, email="kepala@dinkes.go.id", name="Kepala")
    register.set_heads(session, "DINKES", [head.id])
    boss = user(session, Role.SUPERVISOR, email="sekda@contoh.go.id")
    found = question(session)
    for hours in (0, 17, 18, 42, 66, 136, 140):
        climb(session, DUE + timedelta(hours=hours))
        climb(session, DUE + timedelta(hours=hours))
    told = [(notice.step, notice.user_id, found.code in notice.body) for notice in messages(session)]
    assert sorted(told) == [(1, admin.id, True), (1, head.id, True), (2, head.id, True), (3, boss.id, True)]
    linked = session.exec(select(NoticeCase.step, NoticeCase.user_id).where(NoticeCase.case_id == found.id)).all()
    assert sorted(linked) == [(1, admin.id), (1, head.id), (2, head.id), (3, boss.id)]


def test_nights_and_weekends_make_no_case_later(session, admin):
    question(session)
    assert climb(session, DUE + timedelta(hours=15)) == []  # Wednesday 07.00
    assert climb(session, DUE + timedelta(hours=16, minutes=30)) == []  # 08.30: an hour, not more
    assert len(climb(session, DUE + timedelta(hours=16, minutes=31))) == 1


def test_what_is_answered_closed_or_needs_no_answer_is_not_chased(session, admin):
    where = account(session)
    answered, praised = question(session, where), question(session, where)
    for found, values in ((answered, {"first_response_at": NOW}), (praised, {"intent": "praise"})):
        row = session.get(Case, found.id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
    session.commit()
    assert climb(session) == []


def test_a_citizens_words_and_name_never_stand_in_an_e_mail(session, admin):
    question(session, author_name="Bu Tejo")
    climb(session)
    morning(session, datetime(2026, 11, 18, 0, 30, tzinfo=UTC))
    assert len(messages(session)) == 2
    for notice in messages(session):
        for word in ("Lampu", "Tejo", "padam", "depan rumah"):
            assert word not in notice.subject + notice.body


def test_who_was_told_stands_in_the_cases_history_and_moves_nothing(session, admin):
    found = question(session)
    before = session.get(Case, found.id).version, len(session.exec(select(Event)).all())
    (notice_id,) = climb(session)
    notify.start(session, notice_id, now=WEDNESDAY_9)
    notify.finish(session, notice_id, now=WEDNESDAY_9)
    session.expire_all()
    assert (session.get(Case, found.id).version, len(session.exec(select(Event)).all())) == before
    shown = case_page.read(session, viewer(session, Role.DISKOMINFO), found.code)
    (told,) = shown.told
    assert (told.name, told.step, told.status, told.at) == ("Budi", 1, NoticeStatus.SENT, WEDNESDAY_9)
    assert told in shown.happened
    assert len(shown.happened) == len(shown.events) + 1


def test_a_case_without_anybody_to_tell_waits_for_an_address(session):
    person = user(session)
    question(session)
    assert climb(session) == []
    desk = {"name": person.name, "role": person.role, "is_active": True, "units": ["DINKES"], "self_id": 0}
    register.change_user(session, person.id, **desk, email="budi@dinkes.go.id")
    assert len(climb(session)) == 1


def test_the_ladder_is_set_step_by_step_and_keeps_who_set_it(session):
    desk = viewer(session, Role.DISKOMINFO)
    wanted = [START[0], Step(2, START[1].audience, 12), Step(3, START[2].audience, 30, is_active=False)]
    assert escalate.set_steps(session, desk, wanted, now=NOW) == 2
    assert escalate.set_steps(session, desk, wanted, now=NOW) == 0
    assert notices.steps(session) == wanted
    assert [(row.number, row.actor) for row in notices.step_changes(session)] == [(3, desk.actor), (2, desk.actor)]
    with pytest.raises(InvalidInput, match="Tahap 2"):
        escalate.set_steps(session, desk, [START[0], Step(2, START[1].audience, 1)], now=NOW)


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        pytest.param(datetime(2026, 11, 17, 23, 59, tzinfo=UTC), 0, id="before the hour"),
        pytest.param(datetime(2026, 11, 18, 0, 0, tzinfo=UTC), 1, id="at the hour"),
        pytest.param(datetime(2026, 11, 18, 6, 0, tzinfo=UTC), 1, id="later the same day"),
        pytest.param(datetime(2026, 11, 21, 1, 0, tzinfo=UTC), 0, id="on a Saturday"),
    ],
)
def test_a_digest_comes_on_a_working_day_from_the_hour_on(session, admin, moment, count):
    question(session)
    assert len(morning(session, moment)) == count


def test_a_digest_comes_once_a_day_and_again_the_next(session, admin):
    question(session)
    assert len(morning(session, WEDNESDAY_9)) == 1
    assert morning(session, WEDNESDAY_9 + timedelta(hours=1)) == []
    assert len(morning(session, WEDNESDAY_9 + timedelta(days=1))) == 1


def test_nothing_in_the_morning_makes_no_digest_in_the_afternoon(session, admin):
    assert morning(session, WEDNESDAY_9) == []
    question(session)
    assert morning(session, WEDNESDAY_9 + timedelta(hours=4)) == []
    assert [notice.status for notice in messages(session)] == [NoticeStatus.EMPTY]


def test_who_switched_the_digest_off_gets_none_but_is_still_warned(session, admin):
    register.set_preferences(session, admin.id, uses_shortcuts=True, wants_digest=False)
    question(session)
    assert morning(session, WEDNESDAY_9) == []
    assert len(climb(session)) == 1


def test_a_unit_that_never_closes_gets_its_digest_on_a_sunday(session):
    user(session, units=("RSUD",), email="jaga@rsud.go.id")
    question(session, unit="RSUD")
    assert len(morning(session, datetime(2026, 11, 22, 1, 0, tzinfo=UTC))) == 1


def test_due_soon_is_told_by_the_units_own_working_days(session):
    where = account(session)
    office, hospital = question(session, where), question(session, where, unit="RSUD")
    friday = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    monday_9 = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    for found in (office, hospital):
        row = session.get(Case, found.id)
        row.due_at = row.sort_at = monday_9
        session.add(row)
    session.commit()
    desk, until = viewer(session, Role.DISKOMINFO), deadlines.bounds(session, now=friday, days=1)
    # The office's next working day is Monday, the hospital's is Saturday.
    assert deadlines.soon_by_unit(session, desk, until, now=friday) == [("DINKES", "Dinkes", 1)]
    assert [row.code for row in deadlines.soon(session, desk, until, now=friday).rows] == [office.code]
    sunday = friday + timedelta(days=2)
    later = deadlines.bounds(session, now=sunday, days=1)
    assert {row[0] for row in deadlines.soon_by_unit(session, desk, later, now=sunday)} == {"DINKES", "RSUD"}


def test_soon_and_late_share_no_case_and_the_deadlines_own_second_is_soon(session):
    found = question(session)
    desk = viewer(session, Role.DISKOMINFO)
    everything = Cohort(start=MONDAY - timedelta(days=1), end=MONDAY + timedelta(days=1))
    seen = []
    for now in (DUE - timedelta(hours=1), DUE, DUE + timedelta(seconds=1)):
        until = deadlines.bounds(session, now=now, days=1)
        soon = [row.code for row in deadlines.soon(session, desk, until, now=now).rows]
        late = [row.code for row in metric_rows.late(session, desk, everything, now=now).rows]
        seen.append((soon, late))
    assert seen == [([found.code], []), ([found.code], []), ([], [found.code])]


def test_an_admin_sees_only_the_own_units_deadlines(session):
    where = account(session)
    own, other = question(session, where), question(session, where, unit="DISDIK")
    now = DUE - timedelta(hours=1)
    until = deadlines.bounds(session, now=now, days=1)
    listed = deadlines.soon(session, viewer(session), until, now=now).rows
    assert [row.code for row in listed] == [own.code]
    assert other.code not in [row.code for row in listed]


@pytest.fixture
def waiting(session, admin):
    question(session)
    (notice_id,) = climb(session)
    return notice_id


def test_a_message_is_taken_by_one_worker_only(session, waiting):
    letter = notify.start(session, waiting, now=WEDNESDAY_9)
    assert (letter.to, letter.key[:12]) == ("admin@dinkes.go.id", "escalation-1")
    assert notify.start(session, waiting, now=WEDNESDAY_9) is None
    assert notices.due(session, now=WEDNESDAY_9) == []


def test_a_sending_that_broke_off_is_not_repeated_by_itself(session, waiting):
    notify.start(session, waiting, now=WEDNESDAY_9)
    later = WEDNESDAY_9 + notify.BROKEN_OFF_AFTER
    assert notices.due(session, now=later) == [waiting]
    assert notify.start(session, waiting, now=later) is None
    assert notices.locked(session, waiting).status is NoticeStatus.FAILED
    notify.resend(session, waiting, now=later)
    assert notify.start(session, waiting, now=later) is not None


def test_a_server_that_is_down_is_tried_again_with_growing_pauses_and_then_no_more(session, waiting):
    now, pauses = WEDNESDAY_9, []
    for _ in range(notify.MOST_ATTEMPTS):
        assert notify.start(session, waiting, now=now) is not None
        notify.put_off(session, waiting, "tidak dapat dihubungi", now=now)
        notice = notices.locked(session, waiting)
        pauses.append((notice.try_at - now).total_seconds() / 60)
        now = notice.try_at
        session.rollback()
    assert pauses == [5, 10, 20, 40, 80, 160]
    assert notices.locked(session, waiting).status is NoticeStatus.FAILED
    assert notices.failed(session) == 1


def test_a_message_is_sent_again_to_the_address_of_today(session, waiting, admin):
    notify.start(session, waiting, now=WEDNESDAY_9)
    with pytest.raises(InvalidInput, match="gagal terkirim"):
        notify.resend(session, waiting, now=WEDNESDAY_9)
    notify.fail(session, waiting, "ditolak")
    person = directory.user_by_name(session, admin.username)
    person.email = "baru@dinkes.go.id"
    session.add(person)
    session.commit()
    notify.resend(session, waiting, now=WEDNESDAY_9)
    assert notify.start(session, waiting, now=WEDNESDAY_9).to == "baru@dinkes.go.id"
