"""Figures from blocks are those of the rows, whatever happened since a block was packed, on both databases."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from models import Account, Case, CaseMeasure, FigureBlock, FigureChange, Intent, ReplyKind, Role
from tests.factories import NOW, account, case, incoming, take_in, viewer
from triage.errors import TriageError
from triage.extensions import db
from triage.flow import hand_over, pack, relabel, reply, resolve
from triage.jobs.queue import bound
from triage.jobs.schedule import sweep
from triage.queries import blocks, figure_store, metric_rows, metrics, selections, tallies
from triage.queries.cohorts import KINDS, MEANINGS, Cohort, Number, Outcome, Pace, Standing
from triage.rules.aggregates import summarise
from triage.rules.history import Flag, flags_of
from triage.rules.quantiles import CLASSES, ERROR, classes_of, quantile
from triage.rules.targets import DueState, due_state

OUTCOME_OF = {
    DueState.ANSWERED_IN_TIME: Outcome.IN_TIME,
    DueState.ANSWERED_LATE: Outcome.ANSWERED_LATE,
    DueState.LATE: Outcome.OVERDUE,
    DueState.TODAY: Outcome.NOT_DUE,
    DueState.LATER: Outcome.NOT_DUE,
}


def cohort(**given):
    return Cohort(**({"start": NOW - timedelta(days=60), "end": NOW + timedelta(days=1)} | given))


def about(row, measure, now):
    """Return what decides which numbers count a case, read from its row by the rules."""
    flags = flags_of(measure.flags) if measure else []
    is_out = Flag.WITHDRAWN_BEFORE_REPLY in flags or Flag.HIDING_APPROVED in flags
    standing = Standing.BACKFILL if row.is_backfill else Standing.TAKEN_BACK if is_out else Standing.COUNTED
    return row.intent, standing, outcome(row, now), pace(row)


def outcome(row, now):
    if row.first_response_at is None and row.closed_at is not None:
        return Outcome.CLOSED_UNANSWERED
    state = due_state(due_at=row.due_at, answered_at=row.first_response_at, now=now, zone=UTC)
    if state is DueState.NONE:
        return Outcome.ANSWERED_WITHOUT_TARGET if row.first_response_at else Outcome.OPEN_WITHOUT_TARGET
    return OUTCOME_OF[state]


def pace(row):
    if row.first_response_at is None:
        return Pace.UNANSWERED
    if row.response_working_s is None:
        return Pace.NO_CALENDAR
    return Pace.OUT_OF_HOURS if row.response_working_s == 0 and row.response_wall_s > 0 else Pace.MEASURED


def by_rows(session, wanted, *, now):
    """Return the numbers and the spreads of a cohort, reckoned case by case in plain Python."""
    found = session.exec(
        select(Case, CaseMeasure)
        .outerjoin(CaseMeasure, CaseMeasure.case_id == Case.id)
        .execution_options(populate_existing=True)
    ).all()
    inside = [
        (row, about(row, measure, now))
        for row, measure in found
        if wanted.start <= row.opened_at < wanted.end and (wanted.intent is None or row.intent is wanted.intent)
    ]
    counts = {n: sum(MEANINGS[n].counts(*kind) for _, kind in inside) for n in Number}
    received = [row for row, kind in inside if MEANINGS[Number.RECEIVED].counts(*kind)]
    wall = summarise([row.response_wall_s for row in received])
    working = summarise([row.response_working_s for row in received])
    newest = sorted(received, key=lambda row: (row.opened_at, row.id), reverse=True)
    return counts, wall, working, [row.code for row in newest]


def assert_same(session, who, *, now, **filters):
    wanted = cohort(**filters)
    board = metrics.board(session, who, wanted, now=now)
    counts, wall, working, codes = by_rows(session, wanted, now=now)
    assert board.total.counts == counts
    for spread, summary in ((board.total.wall, wall), (board.total.working, working)):
        assert spread.n == summary.n
        error = 1e-9 + (0 if board.is_exact else ERROR)
        for shown, exact in ((spread.median, summary.median), (spread.p90, summary.p90)):
            assert shown == (exact if exact is None else pytest.approx(exact, rel=error))
    for groups in (board.units, board.intents, board.platforms, board.accounts):
        assert sum(group.counts[Number.RECEIVED] for group in groups) == counts[Number.RECEIVED]
    assert_rows_are_their_number(session, who, wanted, codes, now=now)
    session.rollback()


def assert_rows_are_their_number(session, who, wanted, codes, *, now):
    behind = metric_rows.behind(session, who, wanted, Number.RECEIVED, now=now)
    assert behind.total == len(codes)
    assert [row.code for row in metric_rows.every_row(session, behind, now=now)] == codes
    shown, after = [], ""
    while after is not None:
        page = metric_rows.rows(session, behind, now=now, after=after)
        shown, after = shown + [row.code for row in page.rows], page.next
    assert shown == codes


class Office:
    """People who do something to some case, drawn from a seed."""

    def __init__(self, session, seed):
        self.session, self.rng, self.where = session, random.Random(seed), account(session)
        self.desk = viewer(session, Role.DISKOMINFO)
        self.made = []

    def step(self):
        """Do one thing; what a case does not allow any more is left."""
        doings = [self.receive, self.receive, self.answer, self.close, self.move, self.relabel, self.write_again]
        with suppress(TriageError):
            self.rng.choice(doings if len(self.made) > 2 else [self.receive])()
        self.session.rollback()

    def receive(self):
        age = timedelta(minutes=self.rng.randrange(60 * 24 * 50))
        intent = self.rng.choice(list(Intent))
        self.made.append(case(self.session, self.where, intent=intent, posted_at=NOW - age).code)

    def some(self):
        found = self.session.exec(select(Case).where(Case.code == self.rng.choice(self.made))).one()
        self.session.rollback()
        return found

    def answer(self):
        found, kind = self.some(), self.rng.choice(list(ReplyKind))
        said = reply.Answer(text="Siap", kind=kind, asks_citizen=False, key=f"k{self.rng.random()}")
        at = min(NOW, found.opened_at + timedelta(minutes=self.rng.randrange(1, 20_000)))
        reply.record_elsewhere(self.session, self.desk, found.code, said, sent_at=at, now=NOW)

    def close(self):
        found = self.some()
        resolve.resolve(self.session, self.desk, found.code, reason="beres", version=found.version, now=NOW)

    def move(self):
        found, unit = self.some(), self.rng.choice(("DINKES", "DISDIK", "DISHUB"))
        version = found.version
        hand_over.hand_over(self.session, self.desk, found.code, unit=unit, reason="uji", version=version, now=NOW)

    def relabel(self):
        relabel.relabel(self.session, self.desk, self.some().code, self.rng.choice(list(Intent)), now=NOW)

    def write_again(self):
        take_in(self.session, self.where, incoming(posted_at=NOW - timedelta(days=self.rng.randrange(40))))


@pytest.mark.parametrize("seed", range(2))
def test_figures_are_those_of_the_rows_after_any_history(session, monkeypatch, seed):
    monkeypatch.setattr(blocks, "CHUNK", 4)
    monkeypatch.setattr(pack, "ALLOWED", 3)
    monkeypatch.setattr(metric_rows, "PAGE_SIZE", 3)
    office = Office(session, seed)
    for _ in range(5):
        for _ in range(5):
            office.step()
        assert_same(session, office.desk, now=NOW)
        assert_same(session, office.desk, now=NOW + timedelta(days=9))
        assert_same(session, office.desk, now=NOW, start=NOW - timedelta(days=20), end=NOW - timedelta(days=3))
        if office.rng.random() < 0.6:
            pack.everything(session)
        if office.rng.random() < 0.5:  # as in another process
            monkeypatch.setattr(selections, "EXACT_UNTIL", office.rng.choice((1, 50_000)))
        assert_same(session, office.desk, now=NOW)
        assert_same(session, office.desk, now=NOW, intent=Intent.COMPLAINT)


def test_a_case_that_changes_counts_at_once_though_its_block_is_old(session):
    where, desk = account(session), viewer(session, Role.DISKOMINFO)
    made = [case(session, where, posted_at=NOW - timedelta(days=2)) for _ in range(3)]
    assert pack.everything(session) == 1
    assert session.exec(select(func.count()).select_from(FigureChange)).one() == 0
    relabel.relabel(session, desk, made[0].code, Intent.PRAISE, now=NOW)
    case(session, where, posted_at=NOW - timedelta(days=1))
    counts = metrics.board(session, desk, cohort(), now=NOW).total.counts
    assert (counts[Number.RECEIVED], counts[Number.PRAISE]) == (3, 1)


def test_a_change_that_is_taken_back_leaves_no_trace(session):
    where, desk = account(session), viewer(session, Role.DISKOMINFO)
    found = case(session, where)
    pack.everything(session)
    session.get(Case, found.id).intent = Intent.PRAISE
    session.flush()
    session.rollback()
    assert session.exec(select(func.count()).select_from(FigureChange)).one() == 0
    assert metrics.board(session, desk, cohort(), now=NOW).total.counts[Number.RECEIVED] == 1


def test_rows_of_a_case_that_changed_since_it_was_packed_stay_in_a_large_number(session, monkeypatch):
    where, desk = account(session), viewer(session, Role.DISKOMINFO)
    made = [case(session, where, posted_at=NOW - timedelta(days=days)).code for days in (1, 2, 3)]
    pack.everything(session)
    relabel.relabel(session, desk, made[1], Intent.QUESTION, now=NOW)
    monkeypatch.setattr(selections, "EXACT_UNTIL", 0)
    assert_rows_are_their_number(session, desk, cohort(), made, now=NOW)


def test_few_changes_are_left_to_be_read_one_by_one(session):
    found = case(session, account(session))
    pack.everything(session)
    stamps = blocks.stamps(session)
    session.rollback()
    relabel.relabel(session, viewer(session, Role.DISKOMINFO), found.code, Intent.QUESTION, now=NOW)
    assert not pack.wants(session)
    assert pack.everything(session) == 0
    assert blocks.stamps(session) == stamps


def test_blocks_of_another_release_are_passed_over_and_packed_anew(session, monkeypatch):
    desk = viewer(session, Role.DISKOMINFO)
    case(session, account(session))
    pack.everything(session)
    monkeypatch.setattr(blocks, "LAYOUT", blocks.LAYOUT + 1)
    assert metrics.board(session, desk, cohort(), now=NOW).total.counts[Number.RECEIVED] == 1
    session.rollback()
    assert pack.everything(session) == 1
    assert session.exec(select(FigureBlock.layout)).all() == [blocks.LAYOUT]


def test_the_sweep_has_new_cases_packed(app):
    case(db.session, account(db.session))
    sweep.work()
    bound().drain()
    assert list(blocks.stamps(db.session)) == [0]


def test_what_this_process_keeps_is_not_another_databases(session):
    case(session, account(session))
    pack.everything(session)
    desk = viewer(session, Role.DISKOMINFO)
    first = figure_store.refreshed(session, ("core",))
    assert metrics.board(session, desk, cohort(), now=NOW).total.counts[Number.RECEIVED] == 1
    assert figure_store.refreshed(session, ("core",)) is first
    assert len(figure_store.refreshed(session, ("core", "work", "spans")).columns) == 1


def test_an_account_that_is_asked_for_narrows_the_blocks_too(session):
    here, there = account(session), account(session, "DINKES-FB", platform="facebook")
    for where in (here, there, there):
        case(session, where)
    pack.everything(session)
    desk = viewer(session, Role.DISKOMINFO)
    for code, number in ((here.code, 1), (there.code, 2)):
        asked = cohort(account=session.exec(select(Account.code).where(Account.code == code)).one())
        assert metrics.board(session, desk, asked, now=NOW).total.counts[Number.RECEIVED] == number


def test_what_gets_late_moves_between_numbers_without_leaving_what_came_in():
    for place, (intent, standing, outcome, pace) in enumerate(KINDS):
        if outcome is Outcome.NOT_DUE:
            late = KINDS.index((intent, standing, Outcome.OVERDUE, pace))
            assert late == place + tallies.SHIFT
            assert tallies.counting(Number.RECEIVED)[late] == tallies.counting(Number.RECEIVED)[place]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=60))
def test_a_quantile_from_classes_is_as_near_as_it_says(values):
    histogram = np.bincount(classes_of(np.array(values, dtype=np.int32)), minlength=CLASSES)
    exact = summarise(values)
    assert quantile(histogram, 0.5) == pytest.approx(exact.median, rel=ERROR + 1e-6)
    assert quantile(histogram, 0.9) == pytest.approx(exact.p90, rel=ERROR + 1e-6)


def test_short_durations_and_unknown_ones_are_exact():
    seconds = np.arange(-1, 100, dtype=np.int32)
    for value in seconds.tolist():
        histogram = np.bincount(classes_of(np.array([value], dtype=np.int32)), minlength=CLASSES)
        assert quantile(histogram, 0.5) == (None if value == -1 else value)


def test_moments_before_1970_and_odd_ones_have_their_second(session):
    where, desk = account(session), viewer(session, Role.DISKOMINFO)
    found = case(session, where)
    odd = datetime(1969, 12, 31, 23, 59, 58, 999_999, tzinfo=UTC)
    row = session.get(Case, found.id)
    row.opened_at = odd
    session.commit()
    asked = cohort(start=odd.replace(microsecond=0), end=odd.replace(microsecond=0) + timedelta(seconds=1))
    assert metrics.board(session, desk, asked, now=NOW).total.counts[Number.RECEIVED] == 1
