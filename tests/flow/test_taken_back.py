"""Comments that the citizen took back or that we hid (M1 D17): what the case, its figures and the supervisor see."""

import io
import json
from datetime import UTC, timedelta

import pytest
from sqlmodel import select

from models import Case, CaseMeasure, CaseState, EventKind, Hiding, Role
from tests.factories import NOW, account, case, incoming, take_in, viewer
from tests.flow.readings import again, events
from triage.errors import InvalidInput, NotFound, Stale, WrongMove
from triage.extensions import db
from triage.flow import hide, rebuild, receive_history, reply, resolve, withdraw
from triage.jobs import replaying
from triage.queries import cases, hidings, metrics
from triage.queries.cohorts import Cohort, Number
from triage.rules.aggregates import counts_as_received
from triage.rules.history import Flag, flags_of
from triage.rules.permissions import Viewer

REASON = "memuat nomor KTP orang lain"


@pytest.fixture
def admin(session):
    return viewer(session)


@pytest.fixture
def chief(session):
    return viewer(session, Role.SUPERVISOR)


@pytest.fixture
def found(session):
    return case(session, account(session), author_id="siti")


def comments(session, found):
    return [comment.id for comment in cases.comments(session, found.id)]


def write_again(session, found, minutes=5):
    at = NOW + timedelta(minutes=minutes)
    take_in(session, cases.place(session, found).account, incoming("lagi", author_id="siti", posted_at=at), now=at)


def take_back(session, who, found, comment=0, **given):
    values = {"comment_id": comments(session, found)[comment], "version": again(session, found).version, "now": NOW}
    return withdraw.withdraw(session, who, found.code, **(values | given))


def put_away(session, who, found, comment=0, **given):
    values = {"comment_id": comments(session, found)[comment], "version": again(session, found).version}
    hide.hide(session, who, found.code, **(values | {"reason": REASON, "now": NOW} | given))
    return session.exec(select(Hiding.id).order_by(Hiding.id.desc())).first()


def decide(session, who, found, hiding, is_approved=True, remark="", minutes=1):
    now = NOW + timedelta(minutes=minutes)
    return hide.decide(session, who, found.code, hiding, is_approved=is_approved, remark=remark, now=now)


def answer(session, who, found, minutes=10):
    said = reply.Answer(text="Baik.", kind=reply.SUBSTANTIVE, asks_citizen=False, key=f"k{minutes}")
    at = NOW + timedelta(minutes=minutes)
    reply.record_elsewhere(session, who, found.code, said, sent_at=at, now=at)


def flags(session, found):
    bits = session.exec(select(CaseMeasure.flags).where(CaseMeasure.case_id == found.id)).one()
    return set(flags_of(bits)) - {Flag.CLOCK_SKEW}


def is_counted(session, found):
    """Tell whether rates count the case; the page of figures has to say the same."""
    session.rollback()
    cohort = Cohort(start=found.opened_at - timedelta(days=1), end=NOW + timedelta(days=1))
    counts = metrics.board(session, Viewer(1, Role.DISKOMINFO), cohort, now=NOW + timedelta(hours=3)).total.counts
    is_in = counts_as_received(again(session, found).intent, flags(session, found))
    assert (counts[Number.RECEIVED], counts[Number.TAKEN_BACK]) == ((1, 0) if is_in else (0, 1))
    session.rollback()
    return is_in


def test_a_case_whose_only_comment_the_citizen_took_back_is_closed_and_counts_no_more(session, admin, found):
    take_back(session, admin, found)
    now = again(session, found)
    assert (now.state, now.closed_at, now.is_waiting_for_us) == (CaseState.NO_ANSWER_NEEDED, NOW, False)
    assert not is_counted(session, found)
    [event] = events(session, found, EventKind.WITHDRAWN_BY_CITIZEN)
    assert (event.actor, event.data) == (admin.actor, {"comment": comments(session, found)[0]})


def test_a_case_with_another_comment_goes_on(session, admin, found):
    write_again(session, found)
    take_back(session, admin, found)
    assert again(session, found).closed_at is None
    assert is_counted(session, found)


def test_what_the_citizen_took_back_after_an_answer_changes_no_first_response(session, admin, found):
    answer(session, admin, found)
    before = again(session, found).response_wall_s
    take_back(session, admin, found, now=NOW + timedelta(hours=1))
    now = again(session, found)
    assert (now.response_wall_s, now.state, is_counted(session, found)) == (before, CaseState.IN_PROGRESS, True)


def test_a_case_that_is_opened_again_by_hand_counts_again(session, admin, found):
    take_back(session, admin, found)
    resolve.reopen(session, admin, found.code, reason="salah catat", now=NOW + timedelta(hours=1))
    assert is_counted(session, found)


def test_a_hidden_comment_stays_unanswered_and_waits_for_the_supervisor(session, admin, chief, found):
    put_away(session, admin, found)
    now = again(session, found)
    assert (now.closed_at, now.is_waiting_for_us, now.first_response_at) == (None, True, None)
    assert is_counted(session, found)
    [row] = hidings.every_waiting(session, chief)
    assert (row.code, row.reason) == (found.code, REASON)


def test_an_approved_hiding_closes_the_case_and_counts_no_more(session, admin, chief, found):
    decide(session, chief, found, put_away(session, admin, found))
    now = again(session, found)
    assert (now.state, now.closed_at) == (CaseState.NO_ANSWER_NEEDED, NOW + timedelta(minutes=1))
    assert not is_counted(session, found)
    assert hidings.every_waiting(session, chief) == []
    assert [event.actor for event in events(session, found, EventKind.HIDDEN_BY_US)] == [admin.actor, chief.actor]


def test_a_refused_hiding_stays_counted_and_may_be_hidden_for_a_better_reason(session, admin, chief, found):
    first = put_away(session, admin, found)
    with pytest.raises(InvalidInput, match="mengapa"):
        decide(session, chief, found, first, is_approved=False)
    session.rollback()
    decide(session, chief, found, first, is_approved=False, remark="hanya kritik")
    assert (is_counted(session, found), again(session, found).closed_at) == (True, None)
    assert flags(session, found) == {Flag.HIDDEN_BEFORE_REPLY}
    assert put_away(session, admin, found, now=NOW + timedelta(hours=1)) != first


def test_an_approval_takes_out_only_the_hidden_comment(session, admin, chief, found):
    write_again(session, found, minutes=-30)
    decide(session, chief, found, put_away(session, admin, found))
    assert (is_counted(session, found), again(session, found).closed_at) == (True, None)


def test_an_answered_case_leaves_nothing_to_approve(session, admin, chief, found):
    hiding = put_away(session, admin, found)
    answer(session, admin, found)
    assert hidings.every_waiting(session, chief) == []
    with pytest.raises(WrongMove, match="sudah dijawab"):
        decide(session, chief, found, hiding)


def test_a_hiding_after_the_answer_needs_no_approval(session, admin, chief, found):
    answer(session, admin, found)
    assert put_away(session, admin, found, now=NOW + timedelta(hours=1)) is None
    assert is_counted(session, found)


def test_what_the_citizen_takes_back_after_we_hid_it_needs_no_approval(session, admin, chief, found):
    put_away(session, admin, found)
    take_back(session, admin, found, now=NOW + timedelta(hours=1))
    assert (hidings.every_waiting(session, chief), is_counted(session, found)) == ([], False)


def test_nobody_decides_twice_or_on_what_they_may_not_see(session, admin, chief, found):
    hiding = put_away(session, admin, found)
    with pytest.raises(NotFound):
        decide(session, admin, found, hiding)
    session.rollback()
    decide(session, chief, found, hiding)
    with pytest.raises(WrongMove):
        decide(session, chief, found, hiding)


def test_a_comment_is_marked_once_and_only_in_its_own_case(session, admin, found):
    other = case(session, cases.place(session, found).account, author_id="tono")
    foreign = comments(session, other)[0]
    with pytest.raises(InvalidInput, match="dari kasus ini"):
        take_back(session, admin, found, comment_id=foreign)
    session.rollback()
    with pytest.raises(Stale):
        take_back(session, admin, found, version=0)
    session.rollback()
    take_back(session, admin, found)
    for step in (take_back, put_away):
        with pytest.raises(InvalidInput, match="komentar lain"):
            step(session, admin, found)
        session.rollback()


def measured(session, found):
    session.rollback()
    row = session.exec(select(CaseMeasure).where(CaseMeasure.case_id == found.id)).one().model_dump()
    keys = ("received_at", "first_response_at", "flags", "waiting_since", "frt_wall_s", "frt_working_s", "episodes")
    session.rollback()
    return {key: row[key] for key in keys}


def lived(session, admin, chief, name):
    """Let a case go through one of the stories, live; return it."""
    one = case(session, account(session), author_id="siti")
    if name == "withdrawn":
        take_back(session, admin, one)
    elif name == "refused":
        decide(session, chief, one, put_away(session, admin, one), is_approved=False, remark="hanya kritik")
        answer(session, admin, one)
    else:
        hiding = put_away(session, admin, one)
        if name == "approved":
            decide(session, chief, one, hiding)
    return one


STORIES = {
    "withdrawn": [{"type": "withdraw"}],
    "hidden": [{"type": "hide", "reason": REASON}],
    "approved": [{"type": "hide", "reason": REASON}, {"type": "hide", "reason": REASON, "approved": True, "after": 1}],
    "refused": [{"type": "hide", "reason": REASON}, {"type": "reply", "text": "Baik.", "native": True, "after": 10}],
}


def logged(found, story, folder):
    """Import the same story as a log; return its case."""
    moment = found.opened_at.astimezone(UTC)
    first = {"type": "comment", "account": "DPUPR", "platform": "x", "text": "Lampu padam", "author": "rina"}
    moments = [moment, *(NOW + timedelta(minutes=line.get("after", 0)) for line in story)]
    told = [line | {"at": at.isoformat(), "case": "L1"} for line, at in zip([first, *story], moments, strict=True)]
    raw = "\n".join(json.dumps({k: v for k, v in line.items() if k != "after"}) for line in told).encode()
    later = NOW + timedelta(days=1)
    record = receive_history.keep_log(db.session, io.BytesIO(raw), "log.jsonl", folder, user_id=None, now=later)
    replaying.run_history_import.work(record.id)
    return db.session.exec(select(Case).where(Case.reference == "L1")).one()


@pytest.mark.parametrize("name", STORIES)
def test_the_live_figures_a_rebuild_and_a_replayed_log_agree(each_app, name):
    session = db.session
    admin, chief = viewer(session), viewer(session, Role.SUPERVISOR)
    found = lived(session, admin, chief, name)
    live = measured(session, found)
    run = rebuild.start(session, actor="system", reason="uji", now=NOW)
    while rebuild.advance(session, run, now=NOW):
        pass
    assert measured(session, found) == live
    past = logged(again(session, found), STORIES[name], each_app.config["TANGGAP"].uploads_dir)
    replayed = measured(session, past)
    imported = 1 << list(Flag).index(Flag.IMPORTED)
    assert replayed | {"flags": replayed["flags"] & ~imported} == live
    assert (again(session, found).closed_at is None) == (past.closed_at is None)
