"""Closing, waiting and reopening: the state graph decides, and refuses the rest in words."""

from datetime import timedelta

import pytest

from models import Account, CaseState, EventKind
from tests.factories import NOW, account, case, incoming, take_in, viewer
from tests.flow.readings import again, events
from triage.errors import InvalidInput, NotFound, Stale, WrongMove
from triage.extensions import db
from triage.flow import hand_over, reply, resolve, take
from triage.rules.workflow import GRAPH, Move

STATES = list(CaseState)


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def found(session):
    return case(session, account(session), author_id="siti")


def in_state(session, found, state):
    """Bring a case to a state by the database, past the flow."""
    current = again(session, found)
    current.state, current.closed_at = state, NOW if state in GRAPH[Move.REOPEN] else None
    session.add(current)
    session.commit()
    return current


def version(session, found):
    return again(session, found).version


STEPS = {
    Move.TAKE: lambda s, who, c: take.take(s, who, c.code, now=NOW),
    Move.WAIT_OTHER: lambda s, who, c: resolve.wait_for_others(s, who, c.code, reason="PLN", now=NOW),
    Move.RESUME: lambda s, who, c: resolve.resume(s, who, c.code, now=NOW),
    Move.RESOLVE: lambda s, who, c: resolve.resolve(s, who, c.code, reason="x", version=c.version, now=NOW),
    Move.NO_ANSWER: lambda s, who, c: resolve.needs_no_answer(s, who, c.code, reason="x", version=c.version, now=NOW),
    Move.REOPEN: lambda s, who, c: resolve.reopen(s, who, c.code, reason="x", now=NOW),
    Move.ASK_CITIZEN: lambda s, who, c: reply.save_reply(
        s, who, c.code,
        reply.Answer(text="Di mana?", kind=reply.SUBSTANTIVE, asks_citizen=True, key="k"), version=c.version, now=NOW,
    ),
}  # fmt: skip
SAVED_ONLY = {Move.ASK_CITIZEN}  # the state follows when the platform has the answer


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", STEPS)
def test_each_step_is_allowed_or_refused_as_the_graph_says(app, move, state):
    session = db.session
    found, admin = case(session, account(session)), viewer(session)
    before = in_state(session, found, state)
    known = len(events(session, found))
    if state not in GRAPH[move]:
        with pytest.raises(WrongMove):
            STEPS[move](session, admin, before)
        session.rollback()
        assert (again(session, found).state, len(events(session, found))) == (state, known)
        return
    STEPS[move](session, admin, before)
    assert again(session, found).state is (state if move in SAVED_ONLY else GRAPH[move][state])


def test_closing_without_any_answer_needs_a_reason(session, admin, found):
    with pytest.raises(InvalidInput, match="belum pernah dibalas"):
        resolve.resolve(session, admin, found.code, reason="  ", version=version(session, found), now=NOW)


def test_closing_while_the_answer_is_being_sent_says_to_wait_for_it(session, admin, found):
    given = reply.Answer(text="Sudah kami cek.", kind=reply.SUBSTANTIVE, asks_citizen=False, key="k1")
    saved = reply.save_reply(session, admin, found.code, given, version=version(session, found), now=NOW)
    with pytest.raises(InvalidInput, match="masih dikirim"):
        resolve.resolve(session, admin, found.code, reason="", version=version(session, found), now=NOW)
    reply.start_sending(session, saved.id)
    reply.finish_sending(session, saved.id, platform_id="p-1", sent_at=NOW, now=NOW)
    resolve.resolve(session, admin, found.code, reason="", version=version(session, found), now=NOW)
    assert again(session, found).state is CaseState.RESOLVED


def test_closing_writes_who_when_and_why(session, admin, found):
    resolve.resolve(session, admin, found.code, reason=" ganda ", version=version(session, found), now=NOW)
    now = again(session, found)
    assert (now.state, now.closed_at, now.is_waiting_for_us) == (CaseState.RESOLVED, NOW, False)
    (event,) = events(session, found, EventKind.RESOLVED)
    assert (event.actor, event.data) == (f"user:{admin.user_id}", {"reason": "ganda"})


@pytest.mark.parametrize("close", [resolve.resolve, resolve.needs_no_answer])
def test_closing_an_older_state_of_the_case_is_refused(session, admin, found, close):
    old = version(session, found)
    take_in(session, session.get(Account, found.account_id), incoming("satu lagi", author_id="siti", posted_at=NOW))
    with pytest.raises(Stale, match="berubah"):
        close(session, admin, found.code, reason="x", version=old, now=NOW)


def test_reopening_is_refused_while_the_citizen_has_a_newer_open_case(session, admin):
    where = account(session)
    old = case(session, where, author_id="siti", posted_at=NOW - timedelta(days=40))
    resolve.resolve(session, admin, old.code, reason="x", version=version(session, old), now=NOW - timedelta(days=39))
    take_in(session, where, incoming("lagi", author_id="siti", posted_at=NOW))
    with pytest.raises(InvalidInput, match="lebih baru"):
        resolve.reopen(session, admin, old.code, reason="x", now=NOW)


def test_waiting_for_others_and_going_on_are_written_down(session, admin, found):
    resolve.wait_for_others(session, admin, found.code, reason="menunggu PLN", now=NOW)
    resolve.resume(session, admin, found.code, now=NOW + timedelta(hours=1))
    paused, resumed = events(session, found, EventKind.PAUSED, EventKind.RESUMED)
    assert (paused.data["reason"], paused.data["remark"]) == ("waiting_other", "menunggu PLN")
    assert (resumed.kind, again(session, found).state) == (EventKind.RESUMED, CaseState.IN_PROGRESS)


@pytest.mark.parametrize("move", STEPS)
def test_a_foreign_unit_can_do_none_of_it(session, found, move):
    with pytest.raises(NotFound):
        STEPS[move](session, viewer(session, units=("DPUPR",)), again(session, found))
    assert again(session, found).state is CaseState.NEW


def test_a_closed_case_is_not_handed_over(session, admin, found):
    in_state(session, found, CaseState.RESOLVED)
    with pytest.raises(WrongMove):
        hand_over.hand_over(
            session, admin, found.code, unit="DPUPR", reason="x", version=version(session, found), now=NOW
        )


@pytest.mark.parametrize("asks", [False, True])
def test_ones_own_answer_that_left_meanwhile_does_not_stop_the_closing(session, admin, found, asks):
    shown = version(session, found)
    given = reply.Answer(text="Sudah kami cek.", kind=reply.SUBSTANTIVE, asks_citizen=asks, key="k1")
    saved = reply.save_reply(session, admin, found.code, given, version=shown, now=NOW)
    reply.start_sending(session, saved.id)
    reply.finish_sending(session, saved.id, platform_id="p-1", sent_at=NOW, now=NOW)
    assert version(session, found) == shown + 1 + asks
    resolve.resolve(session, admin, found.code, reason="", version=shown, now=NOW)
    assert again(session, found).state is CaseState.RESOLVED


def test_a_colleagues_answer_that_left_meanwhile_does(session, admin, found):
    shown = version(session, found)
    given = reply.Answer(text="Sudah kami cek.", kind=reply.SUBSTANTIVE, asks_citizen=False, key="k1")
    saved = reply.save_reply(session, viewer(session, username="rekan"), found.code, given, version=shown, now=NOW)
    reply.start_sending(session, saved.id)
    reply.finish_sending(session, saved.id, platform_id="p-1", sent_at=NOW, now=NOW)
    with pytest.raises(Stale):
        resolve.resolve(session, admin, found.code, reason="", version=shown, now=NOW)
