"""Reading drawn comments: blind and twice for gold, undone key by key, decided by a third; on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from models import Intent, LabelTask, Role, TaskState, Verdict
from tests import factories
from tests.factories import NOW
from triage.errors import InvalidInput, Stale
from triage.flow import label
from triage.queries import agreement, labelling

LATER = NOW + timedelta(minutes=1)
C, Q = Intent.COMPLAINT, Intent.QUESTION


@pytest.fixture
def desk(session):
    """Three people of Diskominfo and the comments of five citizens."""
    where = factories.account(session)
    texts = ["Sampah menumpuk", "Kapan posyandu?", "Lampu padam lagi", "Terima kasih", "Hadir"]
    factories.take_in(session, where, *(factories.incoming(text) for text in texts))
    return [factories.viewer(session, Role.DISKOMINFO, name=name) for name in ("Ani", "Budi", "Citra")]


def tasks(session, stream):
    """Put all comments into a stream; return the tasks' ids."""
    session.rollback()
    ids = labelling.at_random(session, 100)
    label.add_tasks(session, sorted(ids), stream, now=NOW)
    session.commit()
    return list(session.exec(select(LabelTask.id).order_by(LabelTask.id)))


def state(session, task_id):
    session.rollback()
    task = session.get(LabelTask, task_id, populate_existing=True)
    return task.state, task.intent, task.unit


def test_a_gold_comment_is_settled_when_two_agree_and_never_shown_to_one_twice(session, desk):
    first, second, third = desk
    one, *_ = tasks(session, label.GOLD)
    assert labelling.next_task(session, first.user_id, label.GOLD).task_id == one
    label.read(session, first, one, C, now=NOW)
    assert state(session, one) == (TaskState.OPEN, None, None)
    assert labelling.next_task(session, first.user_id, label.GOLD).task_id != one
    assert labelling.next_task(session, second.user_id, label.GOLD).task_id == one, "what was read once comes first"
    label.read(session, second, one, C, now=LATER)
    assert state(session, one) == (TaskState.SETTLED, C, None)
    with pytest.raises(Stale, match="sudah selesai dibaca"):
        label.read(session, third, one, Q, now=LATER)


def test_a_second_press_on_the_same_comment_changes_nothing(session, desk):
    one, *_ = tasks(session, label.GOLD)
    kept = label.read(session, desk[0], one, C, now=NOW)
    again = label.read(session, desk[0], one, Q, now=LATER)
    assert (again.id, again.intent) == (kept.id, C)


def test_the_unit_joins_the_intent_and_differing_units_are_disputed(session, desk):
    first, second, _ = desk
    one, *_ = tasks(session, label.GOLD)
    with pytest.raises(InvalidInput, match="Pilih jenis"):
        label.name_unit(session, first, one, "DINKES", now=NOW)
    label.read(session, first, one, C, now=NOW)
    with pytest.raises(InvalidInput, match="tidak dikenal"):
        label.name_unit(session, first, one, "Dinas Khayal", now=NOW)
    assert label.name_unit(session, first, one, "dinkes", now=NOW).unit == "DINKES"
    label.read(session, second, one, C, now=NOW)
    assert state(session, one) == (TaskState.SETTLED, C, "DINKES")
    label.name_unit(session, second, one, "", now=LATER)
    assert state(session, one) == (TaskState.DISPUTED, None, None)


def test_a_third_person_decides_and_the_readers_may_not_while_there_is_one(session, desk):
    first, second, third = desk
    one, *_ = tasks(session, label.GOLD)
    label.read(session, first, one, C, now=NOW)
    label.read(session, second, one, Q, now=NOW)
    assert [row.task_id for row in labelling.disputes(session, third.user_id)] == [one]
    with pytest.raises(InvalidInput, match="salah satu pembacanya"):
        label.adjudicate(session, first, one, C, now=NOW)
    label.adjudicate(session, third, one, Intent.HOAX_REPORT, unit="DPUPR", now=LATER)
    assert state(session, one) == (TaskState.ADJUDICATED, Intent.HOAX_REPORT, "DPUPR")
    with pytest.raises(Stale, match="tidak lagi menunggu"):
        label.adjudicate(session, third, one, C, now=LATER)
    with pytest.raises(InvalidInput, match="Tidak ada lagi"):
        label.undo(session, first, now=LATER)


def test_a_reader_decides_when_nobody_else_could(session):
    factories.take_in(session, factories.account(session), factories.incoming("Entah ini apa"))
    alone = factories.viewer(session, Role.DISKOMINFO)
    one, *_ = tasks(session, label.TRAINING)
    label.read(session, alone, one, None, now=NOW)
    assert state(session, one)[0] is TaskState.DISPUTED
    label.adjudicate(session, alone, one, Intent.OTHER, now=LATER)
    assert state(session, one)[:2] == (TaskState.ADJUDICATED, Intent.OTHER)


def test_undo_walks_back_and_keeps_every_press(session, desk):
    reader = desk[0]
    ids = tasks(session, label.TRAINING)
    for task_id in ids:
        label.read(session, reader, task_id, C, now=NOW)
    label.name_unit(session, reader, ids[-1], "DINKES", now=NOW)
    presses = session.exec(select(func.count()).select_from(Verdict)).one()
    session.rollback()
    assert [label.undo(session, reader, now=LATER) for _ in ids] == ids[::-1]
    assert state(session, ids[-1]) == (TaskState.OPEN, None, None)
    session.rollback()
    with pytest.raises(InvalidInput, match="paling jauh 20"):
        label.undo(session, reader, now=LATER)
    assert session.exec(select(func.count()).select_from(Verdict)).one() == presses + len(ids)
    session.rollback()
    label.read(session, reader, ids[0], Q, now=LATER)
    assert state(session, ids[0]) == (TaskState.SETTLED, Q, None)


def test_undo_reaches_twenty_comments_and_no_further(session, desk):
    where = factories.account(session, code="DPUPR-FB", unit="DPUPR", platform="facebook")
    factories.take_in(session, where, *(factories.incoming(f"Komentar nomor {i}") for i in range(17)))
    ids = tasks(session, label.TRAINING)
    assert len(ids) == 22
    for task_id in ids:
        label.read(session, desk[0], task_id, C, now=NOW)
    for _ in range(20):
        label.undo(session, desk[0], now=LATER)
    with pytest.raises(InvalidInput):
        label.undo(session, desk[0], now=LATER)
    session.rollback()
    assert [state(session, task_id)[0] for task_id in ids[:2]] == [TaskState.SETTLED] * 2


def test_a_round_draws_three_of_ten_for_gold_and_nothing_twice(session, desk):
    got = label.draw_round(session, 20, now=NOW)
    assert got == {label.GOLD: 5, label.TRAINING: 0}, "without a model there is nothing to be uncertain about"
    with pytest.raises(InvalidInput, match="sudah dilabeli"):
        label.draw_round(session, 20, now=NOW)
    with pytest.raises(InvalidInput, match="Pilih banyaknya"):
        label.draw_round(session, 7, now=NOW)


def test_a_comment_that_somebody_corrected_is_not_drawn(session, desk):
    where = factories.account(session, code="DPUPR-FB", unit="DPUPR", platform="facebook")
    factories.case(session, where, text="Sudah dikoreksi petugas")
    session.rollback()
    assert len(labelling.at_random(session, 100)) == 5


def test_agreement_counts_what_readers_said_before_the_decision(session, desk):
    first, second, third = desk
    ids = tasks(session, label.GOLD)
    for task_id, (a, b) in zip(ids, [(C, C), (C, Q), (Q, Q), (Q, C)], strict=False):
        label.read(session, first, task_id, a, now=NOW)
        label.read(session, second, task_id, b, now=NOW)
    label.read(session, first, ids[4], C, now=NOW)
    label.adjudicate(session, third, ids[1], C, now=LATER)
    board = agreement.board(session)
    assert (board.total.n, board.total.raw, board.total.kappa) == (4, 0.5, 0.0)
    assert board.confusions == [(("complaint", "question"), 2)]
    assert [(a, b, found.n) for a, b, found in board.people] == [("Ani", "Budi", 4)]
    rows = agreement.confused(session, "question", "complaint")
    assert [task.task_id for task, _ in rows] == [ids[1], ids[3]]
    assert rows[0][1] == [("Ani", "complaint"), ("Budi", "question")]


def test_progress_counts_what_is_left_for_each_person(session, desk):
    first, second, _ = desk
    ids = tasks(session, label.GOLD)
    label.read(session, first, ids[0], C, now=NOW)
    label.read(session, second, ids[0], C, now=NOW)
    label.read(session, first, ids[1], None, now=NOW)
    label.read(session, first, ids[2], Q, now=NOW)
    assert labelling.progress(session, first.user_id)[label.GOLD] == (5, 1, 1, 2)
    assert labelling.progress(session, second.user_id)[label.GOLD] == (5, 1, 1, 3)
