"""An answer is saved once, sent once, counted once; failures show and can be sent again."""

import json
import shutil
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import func, select

from models import CaseState, EventKind, Reply, ReplyStatus, Unit
from tests.conftest import make_app, running
from tests.factories import NOW, account, case, incoming, take_in, viewer
from tests.flow.readings import again, desk, events
from triage.connectors.base import PermanentFailure
from triage.connectors.console import OrderedFailure
from triage.errors import InvalidInput, NotFound, Stale, WrongMove
from triage.extensions import db, platforms
from triage.flow import hand_over, note, reply, resolve
from triage.jobs import schedule, tasks
from triage.queries import cases

HOUR = timedelta(hours=1)
SENT_AT = NOW + HOUR


def answer(text="Terima kasih, petugas menuju lokasi.", key="kunci-1", *, kind=reply.SUBSTANTIVE, asks=False):
    return reply.Answer(text=text, kind=kind, asks_citizen=asks, key=key)


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def found(session):
    return case(session, account(session))


def save(session, admin, found, given=None, *, version=None):
    current = again(session, found)
    return reply.save_reply(session, admin, found.code, given or answer(), version=version or current.version, now=NOW)


def take_platforms_word(session, saved, *, at=SENT_AT):
    reply.start_sending(session, saved.id)
    reply.finish_sending(session, saved.id, platform_id="p-1", sent_at=at, now=at)


def outbox(app):
    path = app.config["TANGGAP"].outbox_file
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_sent_answer_stops_the_clock_at_the_platforms_time(session, admin, found):
    saved = save(session, admin, found)
    assert (saved.status, again(session, found).first_response_at) == (ReplyStatus.QUEUED, None)
    take_platforms_word(session, saved)
    now = again(session, found)
    assert (now.first_response_at, now.state, now.is_waiting_for_us) == (SENT_AT, CaseState.IN_PROGRESS, False)
    assert (now.response_wall_s, now.response_working_s) == (3 * 3600, 3 * 3600)
    assert session.get(Unit, now.responder_unit_id).code == "DINKES"
    (event,) = events(session, found, EventKind.REPLIED)
    assert (event.at, event.actor, event.data["reply"]) == (SENT_AT, f"user:{admin.user_id}", saved.id)


def test_a_question_to_the_citizen_makes_the_case_wait_for_them(session, admin, found):
    take_platforms_word(session, save(session, admin, found, answer("Di RT berapa?", asks=True)))
    assert again(session, found).state is CaseState.WAITING_CITIZEN
    assert [event.data for event in events(session, found, EventKind.PAUSED)] == [{"reason": "waiting_citizen"}]


def test_a_second_answer_leaves_the_first_response_as_it_was(session, admin, found):
    take_platforms_word(session, save(session, admin, found))
    take_platforms_word(session, save(session, admin, found, answer(key="kunci-2")), at=SENT_AT + HOUR)
    assert again(session, found).first_response_at == SENT_AT


def test_a_comment_written_before_our_answer_was_sent_still_waits(session, admin, found):
    saved = save(session, admin, found)
    session.refresh(found)
    found.last_comment_at = SENT_AT + HOUR
    session.add(found)
    session.commit()
    take_platforms_word(session, saved)
    assert again(session, found).is_waiting_for_us is True


@pytest.mark.parametrize("close", [resolve.resolve, resolve.needs_no_answer], ids=["resolved", "no answer needed"])
def test_a_closed_case_cannot_be_asked_but_can_be_answered(session, admin, found, close):
    close(session, admin, found.code, reason="sudah", version=again(session, found).version, now=NOW)
    with pytest.raises(WrongMove, match="sudah ditutup"):
        save(session, admin, found, answer("Di mana?", asks=True))
    state = again(session, found).state
    take_platforms_word(session, save(session, admin, found))
    assert again(session, found).state is state


def test_an_answer_to_an_older_state_of_the_case_is_refused(session, admin, found):
    with pytest.raises(Stale):
        save(session, admin, found, version=again(session, found).version - 1)
    assert session.exec(select(func.count()).select_from(Reply)).one() == 0


def test_a_foreign_unit_cannot_answer(session, found):
    with pytest.raises(NotFound):
        save(session, viewer(session, units=("DPUPR",)), found)


def test_the_same_form_twice_saves_one_answer_even_after_the_case_changed(session, admin, found):
    first = save(session, admin, found)
    note.add_note(session, admin, found.code, "catatan", now=NOW)
    assert save(session, admin, found, version=1).id == first.id
    assert session.exec(select(func.count()).select_from(Reply)).one() == 1


def test_a_form_of_another_case_is_refused(session, admin, found):
    save(session, admin, found)
    with pytest.raises(InvalidInput, match="kasus lain"):
        save(session, admin, case(session, account(session, code="DINKES-FB", platform="facebook")))


def test_the_same_form_from_several_browsers_at_once_saves_one_answer(each_app):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    version, code = again(db.session, found).version, found.code
    db.session.rollback()
    start, saved, problems = Barrier(4), [], []

    def press():
        with each_app.app_context():
            start.wait()
            try:
                saved.append(reply.save_reply(db.session, admin, code, answer(), version=version, now=NOW).id)
            except Exception as exc:  # noqa: BLE001  whatever it is, the test shows it
                problems.append(exc)

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(saved) == 4
    assert len(set(saved)) == 1


def test_saving_an_answer_drops_the_draft(session, admin, found):
    note.save_draft(session, admin, found.code, "Terima kasih, ", now=NOW)
    save(session, admin, found)
    assert cases.draft(session, found.id, admin.user_id) is None


def failing(tmp_path, sqlite_template, failure):
    """An application on SQLite whose platform fails as ordered."""
    shutil.copy(sqlite_template, tmp_path / "tanggap.db")
    app = make_app(tmp_path)
    app.config["ORDERED_FAILURES"] = (failure,)
    platforms.init_app(app)
    return app


@pytest.fixture
def refusing(tmp_path, sqlite_template):
    yield from running(failing(tmp_path, sqlite_template, OrderedFailure("petugas", PermanentFailure)))


@pytest.fixture
def down(tmp_path, sqlite_template):
    yield from running(failing(tmp_path, sqlite_template, OrderedFailure("petugas", times=None)))


def sent_by_job(saved):
    db.session.rollback()
    tasks.send_reply.work(saved.id)
    db.session.rollback()
    return cases.reply(db.session, saved.id)


def test_a_refused_answer_shows_why_and_is_sent_once_when_sent_again(refusing):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    failed = sent_by_job(save(db.session, admin, found))
    assert (failed.status, outbox(refusing)) == (ReplyStatus.FAILED, [])
    assert "Periksa komentar" in failed.error
    assert again(db.session, found).first_response_at is None
    assert len(events(db.session, found, EventKind.REPLY_FAILED)) == 1
    queued = reply.resend(db.session, admin, found.code, failed.id)
    done = sent_by_job(queued)
    assert (done.status, done.error, len(outbox(refusing))) == (ReplyStatus.SENT, "", 1)
    assert len(events(db.session, found, EventKind.REPLIED)) == 1


def test_only_a_failed_answer_of_this_case_can_be_sent_again(refusing):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    saved = save(db.session, admin, found)
    for reply_id in (saved.id, saved.id + 1):
        with pytest.raises(InvalidInput, match="gagal terkirim"):
            reply.resend(db.session, admin, found.code, reply_id)
        db.session.rollback()


def test_a_platform_that_is_down_is_tried_again_by_the_sweep_and_then_given_up(down):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    saved = save(db.session, admin, found)
    statuses = [sent_by_job(saved).status for _ in range(tasks.MOST_ATTEMPTS)]
    assert statuses == [ReplyStatus.SENDING] * (tasks.MOST_ATTEMPTS - 1) + [ReplyStatus.FAILED]


def test_a_lost_message_is_found_by_the_sweep(app):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    save(db.session, admin, found)
    db.session.rollback()
    schedule.sweep.work()
    app.extensions["queue"].drain()
    assert len(outbox(app)) == 1
    assert again(db.session, found).first_response_at is not None


def test_a_worker_that_dies_between_sending_and_noting_sends_nothing_twice(app):
    found, admin = case(db.session, account(db.session)), viewer(db.session)
    saved = save(db.session, admin, found)
    taken = reply.start_sending(db.session, saved.id)
    outgoing = reply.as_outgoing(taken, cases.outgoing(db.session, taken))
    receipt = platforms.connector("instagram").send(outgoing)  # and here the worker dies
    done = sent_by_job(saved)
    assert (done.status, done.platform_id, done.sent_at) == (ReplyStatus.SENT, receipt.platform_id, receipt.at)
    assert len(outbox(app)) == 1
    sent_by_job(saved)
    assert len(events(db.session, found, EventKind.REPLIED)) == 1


def test_a_late_failure_does_not_unsend_an_answer(session, admin, found):
    saved = save(session, admin, found)
    take_platforms_word(session, saved)
    reply.fail_sending(session, saved.id, "platform mati", now=NOW)
    assert cases.reply(session, saved.id).status is ReplyStatus.SENT
    assert events(session, found, EventKind.REPLY_FAILED) == []


def test_a_second_receipt_changes_nothing(session, admin, found):
    saved = save(session, admin, found)
    take_platforms_word(session, saved)
    reply.finish_sending(session, saved.id, platform_id="p-2", sent_at=NOW, now=NOW)
    assert cases.reply(session, saved.id).platform_id == "p-1"
    assert len(events(session, found, EventKind.REPLIED)) == 1


def test_an_answer_goes_under_the_comment_that_its_writer_saw(session, admin):
    where = account(session)
    found = case(session, where, author_id="siti", external_id="pertama")
    saved = save(session, admin, found)
    later = incoming("masih", author_id="siti", posted_at=NOW + HOUR, external_id="kedua")
    take_in(session, where, later, now=NOW + HOUR)
    assert cases.outgoing(session, saved).parent_external_id == "pertama"


def elsewhere(session, admin, found, sent_at, key="di-aplikasi"):
    return reply.record_elsewhere(session, admin, found.code, answer(key=key), sent_at=sent_at, now=NOW)


def test_an_answer_given_in_the_platforms_app_counts_at_its_own_time(session, admin, found):
    elsewhere(session, admin, found, NOW - HOUR)
    now = again(session, found)
    assert (now.first_response_at, now.response_wall_s) == (NOW - HOUR, 3600)
    assert events(session, found, EventKind.REPLIED)[0].data["native"] is True


def test_an_earlier_answer_recorded_later_becomes_the_first_response(session, admin, found):
    take_platforms_word(session, save(session, admin, found), at=NOW)
    elsewhere(session, admin, found, NOW - HOUR)
    assert again(session, found).first_response_at == NOW - HOUR


@pytest.mark.parametrize(
    ("sent_at", "message"),
    [(NOW + timedelta(seconds=1), "masa depan"), (NOW - timedelta(hours=2, seconds=1), "lebih awal")],
    ids=["in the future", "before the comment"],
)
def test_an_impossible_time_of_an_answer_is_refused(session, admin, found, sent_at, message):
    with pytest.raises(InvalidInput, match=message):
        elsewhere(session, admin, found, sent_at)


def test_an_answer_elsewhere_recorded_twice_is_one(session, admin, found):
    assert elsewhere(session, admin, found, NOW).id == elsewhere(session, admin, found, NOW).id
    assert len(events(session, found, EventKind.REPLIED)) == 1


def test_a_case_that_moved_on_is_credited_to_the_unit_that_wrote(session, admin, found):
    saved = save(session, admin, found)
    hand_over.hand_over(
        session, desk(session), found.code, unit="DPUPR", reason="x", version=again(session, found).version, now=NOW
    )
    take_platforms_word(session, saved)
    assert session.get(Unit, again(session, found).responder_unit_id).code == "DINKES"
