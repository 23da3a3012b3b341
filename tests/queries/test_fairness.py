"""Patterns worth a second look: each counts exactly its cases, on both databases, and its rows are its number."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models import Case, CaseMeasure, Intent, Reply, ReplyKind, Role
from tests.factories import NOW, account, case, viewer
from triage.flow import pack, relabel, reply, resolve
from triage.queries import fairness, metric_rows, selections
from triage.queries.cohorts import Cohort
from triage.rules.fairness import DEFINITIONS, SAME_TEXT_CASES, Base, Pattern
from triage.rules.history import FLAG_BITS, Flag

POSTED = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
PERIOD = Cohort(start=POSTED - timedelta(days=1), end=POSTED + timedelta(days=5))


@pytest.fixture
def desk(session):
    return viewer(session, Role.DISKOMINFO)


@pytest.fixture
def where(session):
    return account(session)


def posted(session, where, **given):
    return case(session, where, posted_at=POSTED, **given)


def answer(
    session, desk, found, *, text="Sudah kami perbaiki", kind=ReplyKind.SUBSTANTIVE, after=1, recorded=None, asks=False
):
    """Record an answer given elsewhere, `after` hours after the comment, recorded then or later."""
    said = reply.Answer(text=text, kind=kind, asks_citizen=asks, key=f"k-{found.code}-{after}")
    sent_at = POSTED + timedelta(hours=after)
    reply.record_elsewhere(
        session, desk, found.code, said, sent_at=sent_at, now=recorded or sent_at + timedelta(minutes=1)
    )
    return found


def settle(session, desk, found, at=NOW):
    version = session.get(Case, found.id).version
    session.rollback()
    resolve.resolve(session, desk, found.code, reason="dibereskan lewat telepon", version=version, now=at)
    return found


def codes(session, desk, pattern, cohort=PERIOD):
    """Return the codes behind a number, which are as many as the number says."""
    behind = fairness.behind(session, desk, cohort, pattern, now=NOW)
    found = [row.code for row in metric_rows.rows(session, behind, now=NOW).rows]
    whole = seen(session, desk, cohort)
    by_unit = sum(line.counts[pattern] for line in whole.lines)
    assert whole.total.counts[pattern] == by_unit == behind.total == len(found)
    return found


def seen(session, desk, cohort=PERIOD):
    return fairness.patterns(session, desk, cohort, now=NOW)


def test_what_was_closed_before_any_answer(session, desk, where):
    silent = settle(session, desk, posted(session, where))
    settle(session, desk, answer(session, desk, posted(session, where)))
    posted(session, where)
    assert codes(session, desk, Pattern.WITHOUT_REPLY) == [silent.code]


def test_what_was_hidden_before_an_answer_unless_it_was_approved(session, desk, where):
    hidden, approved = posted(session, where), posted(session, where)
    for found, flags in (
        (hidden, [Flag.HIDDEN_BEFORE_REPLY]),
        (approved, [Flag.HIDDEN_BEFORE_REPLY, Flag.HIDING_APPROVED]),
    ):
        row = session.get(CaseMeasure, found.id)
        row.flags = sum(FLAG_BITS[flag] for flag in flags)
        session.add(row)
    session.commit()
    assert codes(session, desk, Pattern.HIDDEN) == [hidden.code]


@pytest.mark.parametrize(
    ("share", "intent", "is_counted"),
    [
        pytest.param(-0.19, "praise", True, id="just before"),
        pytest.param(0.19, "other", True, id="just after"),
        pytest.param(-0.21, "praise", False, id="in good time"),
        pytest.param(0.21, "other", False, id="long after"),
        pytest.param(0.0, "question", False, id="to what needs an answer"),
    ],
)
def test_a_change_of_intent_counts_near_the_deadline_only(session, desk, where, share, intent, is_counted):
    found = posted(session, where)
    row = session.get(Case, found.id)
    at = row.due_at + share * (row.due_at - row.opened_at)
    session.rollback()
    relabel.relabel(session, desk, found.code, Intent(intent), now=at)
    assert codes(session, desk, Pattern.RELABELLED) == ([found.code] if is_counted else [])


def test_a_change_back_is_no_pattern(session, desk, where):
    found = posted(session, where)
    due_at = session.get(Case, found.id).due_at
    session.rollback()
    relabel.relabel(session, desk, found.code, Intent.PRAISE, now=due_at)
    relabel.relabel(session, desk, found.code, Intent.COMPLAINT, now=due_at + timedelta(hours=1))
    assert codes(session, desk, Pattern.RELABELLED) == []


def test_the_same_text_to_many_cases_whatever_its_spaces_and_capitals(session, desk, where):
    texts = ["Sudah kami tangani.", "sudah  kami tangani.", " SUDAH kami\ntangani."] * 2
    many = [answer(session, desk, posted(session, where), text=text) for text in texts[:SAME_TEXT_CASES]]
    for number in range(SAME_TEXT_CASES - 1):
        answer(session, desk, posted(session, where), text="Petugas ke sana besok")
        answer(
            session, desk, posted(session, where), text="Diteruskan", kind=ReplyKind.ACKNOWLEDGEMENT, after=2 + number
        )
    assert sorted(codes(session, desk, Pattern.SAME_TEXT)) == sorted(found.code for found in many)
    (same,) = seen(session, desk).texts
    assert (same.unit, same.cases) == ("Dinkes", SAME_TEXT_CASES)


def test_an_answer_is_the_same_only_within_one_unit(session, desk, where):
    for number in range(SAME_TEXT_CASES):
        answer(session, desk, posted(session, where, unit="DINKES" if number % 2 else "DISDIK"))
    assert codes(session, desk, Pattern.SAME_TEXT) == []


def test_a_pause_and_its_share_of_the_time(session, desk, where):
    paused = answer(session, desk, posted(session, where), asks=True)
    settle(session, desk, paused, at=POSTED + timedelta(hours=4))
    settle(session, desk, answer(session, desk, posted(session, where)))
    assert codes(session, desk, Pattern.PAUSED) == [paused.code]
    (line,) = seen(session, desk).lines
    assert 0 < line.paused_share < 1
    assert seen(session, desk).total.paused_share == line.paused_share


def test_only_a_receipt_before_the_end(session, desk, where):
    receipt = settle(session, desk, answer(session, desk, posted(session, where), kind=ReplyKind.ACKNOWLEDGEMENT))
    both = answer(session, desk, posted(session, where), kind=ReplyKind.ACKNOWLEDGEMENT)
    settle(session, desk, answer(session, desk, both, after=3))
    assert codes(session, desk, Pattern.RECEIPT_ONLY) == [receipt.code]


def test_dated_in_time_and_recorded_after_the_deadline(session, desk, where):
    later = posted(session, where)
    due_at = session.get(Case, later.id).due_at
    session.rollback()
    answer(session, desk, later, recorded=due_at + timedelta(hours=1))
    answer(session, desk, posted(session, where))
    assert codes(session, desk, Pattern.RECORDED_LATER) == [later.code]


def test_each_units_number_opens_its_own_rows_and_n_is_what_came_in(session, desk, where):
    for unit in ("DINKES", "DINKES", "DISDIK"):
        settle(session, desk, posted(session, where, unit=unit))
    parts = {line.code: line for line in seen(session, desk).lines}
    for code, number in (("DINKES", 2), ("DISDIK", 1)):
        cohort = Cohort(start=PERIOD.start, end=PERIOD.end, unit=code)
        assert parts[code].counts[Pattern.WITHOUT_REPLY] == number
        assert len(codes(session, desk, Pattern.WITHOUT_REPLY, cohort)) == number
        assert (parts[code].bases[Base.RECEIVED], parts[code].bases[Base.RESOLVED]) == (number, number)
        assert parts[code].share(Pattern.WITHOUT_REPLY) == 1


def test_another_period_counts_nothing(session, desk, where):
    settle(session, desk, posted(session, where))
    before = Cohort(start=POSTED - timedelta(days=9), end=POSTED - timedelta(days=1))
    assert seen(session, desk, before).lines == []


def test_patterns_from_blocks_are_those_of_the_rows_whatever_happened_since(session, desk, where, monkeypatch):
    made = [posted(session, where) for _ in range(8)]
    due_at = session.get(Case, made[0].id).due_at
    session.rollback()
    happened = [
        lambda: relabel.relabel(session, desk, made[0].code, Intent.PRAISE, now=due_at),
        lambda: settle(session, desk, made[1]),
        lambda: [answer(session, desk, found) for found in made[2:6]],
        lambda: answer(session, desk, made[6], text="Lain", recorded=due_at + timedelta(hours=1)),
        lambda: answer(session, desk, made[6], after=5),  # the fifth of that text, and no first answer
        lambda: settle(session, desk, answer(session, desk, made[7], kind=ReplyKind.ACKNOWLEDGEMENT, asks=True)),
        lambda: relabel.relabel(session, desk, made[0].code, Intent.COMPLAINT, now=due_at + timedelta(hours=1)),
    ]
    monkeypatch.setattr(pack, "ALLOWED", 0)
    shown = []
    for step in happened:
        pack.everything(session)
        step()
        told = []
        for most in (50_000, 0):
            monkeypatch.setattr(selections, "EXACT_UNTIL", most)
            told.append((seen(session, desk), [codes(session, desk, pattern) for pattern in Pattern]))
            session.rollback()
        pack.everything(session)
        told.append((seen(session, desk), [codes(session, desk, pattern) for pattern in Pattern]))
        session.rollback()
        assert told[0] == told[1] == told[2]
        shown.append([len(each) for each in told[0][1]])
    places = {pattern: place for place, pattern in enumerate(Pattern)}
    assert [row[places[Pattern.RELABELLED]] for row in shown] == [1, 1, 1, 1, 1, 1, 0]
    assert [row[places[Pattern.SAME_TEXT]] for row in shown] == [0, 0, 0, 0, 5, 5, 5]
    assert shown[-1] == [1, 0, 0, 5, 1, 1, 1]


def test_every_pattern_is_defined_with_an_honest_reason():
    assert set(DEFINITIONS) == set(Pattern)
    assert all(definition.reason for definition in DEFINITIONS.values())


def test_answers_of_before_have_the_same_digest_as_new_ones(session, desk, where):
    answer(session, desk, posted(session, where), text=" Sudah  Kami perbaiki ")
    answer(session, desk, posted(session, where))
    assert len(set(session.exec(select(Reply.text_digest)).all())) == 1
