"""The figures of first response, on both databases: what each number counts, and that its rows sum up to it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models import Case, Intent, ReplyKind, Role, Unit
from tests.factories import NOW, account, case, incoming, take_in, viewer
from triage.flow import hand_over, reply, resolve
from triage.queries import cuts, fairness, metric_rows, metrics, tallies, workload
from triage.queries.cohorts import KINDS, QUEUE, Cohort, Number, Outcome, Pace, Standing
from triage.queries.selections import selection
from triage.rules.aggregates import summarise
from triage.rules.targets import DueState, due_state

WIB = ZoneInfo("Asia/Jakarta")
STATE_OF = {
    Outcome.IN_TIME: {DueState.ANSWERED_IN_TIME},
    Outcome.ANSWERED_LATE: {DueState.ANSWERED_LATE},
    Outcome.ANSWERED_WITHOUT_TARGET: {DueState.NONE},
    Outcome.OPEN_WITHOUT_TARGET: {DueState.NONE},
    Outcome.OVERDUE: {DueState.LATE},
    Outcome.NOT_DUE: {DueState.LATER, DueState.TODAY},
}


def cohort(**given):
    values = {"start": NOW - timedelta(days=30), "end": NOW + timedelta(days=1)}
    return Cohort(**(values | given))


def supervisor(session):
    return viewer(session, Role.SUPERVISOR)


def counts(session, who=None, **given):
    who = who or supervisor(session)
    return metrics.board(session, who, cohort(**given), now=NOW).total.counts


def codes(session, number, who=None, **given):
    who = who or supervisor(session)
    found = metric_rows.behind(session, who, cohort(**given), number, now=NOW)
    return {row.code for row in metric_rows.every_row(session, found, now=NOW)}


def answered(session, found, *, at, who=None):
    """Record an answer given in the platform's own application."""
    answer = reply.Answer(
        text="Siap, kami cek", kind=ReplyKind.SUBSTANTIVE, asks_citizen=False, key=f"kunci-{found.code}"
    )
    desk = who or viewer(session, Role.DISKOMINFO)
    reply.record_elsewhere(session, desk, found.code, answer, sent_at=at, now=max(NOW, at))
    return found


def set_case(session, found, **values):
    """Put a case into a state that would take long to reach by work."""
    row = session.get(Case, found.id)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def every_standing(session):
    """One case of each standing to its deadline, and what no rate counts."""
    where = account(session)
    early = NOW - timedelta(days=8)
    made = {
        Number.IN_TARGET: answered(session, case(session, where, posted_at=early), at=early + timedelta(hours=2)),
        Number.ANSWERED_LATE: answered(session, case(session, where, posted_at=early), at=early + timedelta(days=7)),
        Number.OVERDUE: case(session, where, posted_at=early),
        Number.NOT_DUE: case(session, where, intent="question", posted_at=NOW - timedelta(hours=1)),
        Number.CLOSED_UNANSWERED: case(session, where, posted_at=early),
        Number.OPEN_WITHOUT_TARGET: set_case(session, case(session, where, posted_at=early), due_at=None),
        Number.PRAISE: case(session, where, intent="praise", posted_at=early),
        Number.OTHER: case(session, where, intent="other", posted_at=early),
        Number.BACKFILL: case(session, where, posted_at=early),
    }
    without_target = answered(session, case(session, where, posted_at=early), at=early + timedelta(hours=3))
    made[Number.ANSWERED_WITHOUT_TARGET] = set_case(session, without_target, due_at=None)
    set_case(session, made[Number.BACKFILL], is_backfill=True)
    closed = made[Number.CLOSED_UNANSWERED]
    desk = viewer(session, Role.DISKOMINFO)
    version = session.get(Case, closed.id).version
    session.rollback()
    resolve.resolve(session, desk, closed.code, reason="sudah beres", version=version, now=NOW)
    take_in(session, where, incoming(posted_at=early))
    return made


def test_every_received_case_has_exactly_one_standing(session, every_standing):
    found = counts(session)
    parts = (
        Number.IN_TARGET, Number.ANSWERED_LATE, Number.ANSWERED_WITHOUT_TARGET, Number.OVERDUE, Number.NOT_DUE,
        Number.OPEN_WITHOUT_TARGET, Number.CLOSED_UNANSWERED,
    )  # fmt: skip
    assert {part: found[part] for part in parts} == dict.fromkeys(parts, 1)
    assert found[Number.RECEIVED] == 7
    assert found[Number.ANSWERED] == 3


def test_what_no_rate_counts_stands_apart(session, every_standing):
    found = counts(session)
    assert (found[Number.PRAISE], found[Number.OTHER], found[Number.UNREAD], found[Number.BACKFILL]) == (1, 1, 1, 1)


def test_the_rows_behind_every_number_sum_up_to_it(session, every_standing):
    who = supervisor(session)
    found = counts(session, who)
    assert {number: len(codes(session, number, who)) for number in Number} == found
    for number in Number:
        behind = metric_rows.behind(session, who, cohort(), number, now=NOW)
        assert behind.total == found[number]
        assert len(metric_rows.rows(session, behind, now=NOW).rows) == found[number]


def test_a_number_opens_the_case_that_it_means(session, every_standing):
    for number, made in every_standing.items():
        assert codes(session, number) == {made.code}, number


def test_share_in_target_is_over_answered_and_overdue_only(session, every_standing):
    total = metrics.board(session, supervisor(session), cohort(), now=NOW).total
    assert total.outcomes.counted == 3
    assert total.in_target == pytest.approx(1 / 3)
    assert total.response_rate == pytest.approx(3 / 7)


def test_lateness_agrees_with_the_rules(session, every_standing):
    behind = metric_rows.behind(session, supervisor(session), cohort(), Number.RECEIVED, now=NOW)
    rows = list(metric_rows.every_row(session, behind, now=NOW))
    assert len(rows) == 7
    for row in rows:
        if row.outcome is not Outcome.CLOSED_UNANSWERED:
            state = due_state(due_at=row.due_at, answered_at=row.answered_at, now=NOW, zone=WIB)
            assert state in STATE_OF[row.outcome]


def test_a_deadline_is_kept_until_its_own_moment(session):
    found = case(session, account(session), posted_at=NOW - timedelta(days=3))
    due_at = session.get(Case, found.id).due_at
    who = supervisor(session)
    for now, number in ((due_at, Number.NOT_DUE), (due_at + timedelta(microseconds=1), Number.OVERDUE)):
        assert metrics.board(session, who, cohort(), now=now).total.counts[number] == 1


def test_the_late_list_holds_overdue_cases_of_any_period_earliest_deadline_first(session, every_standing):
    where = account(session, "DINKES-FB", platform="facebook")
    older = case(session, where, posted_at=NOW - timedelta(days=90))
    who = supervisor(session)
    listed = metric_rows.late(session, who, cohort(), now=NOW)
    assert [row.code for row in listed.rows] == [older.code, every_standing[Number.OVERDUE].code]
    newest = metric_rows.late(session, who, cohort(), now=NOW, newest_first=True)
    assert [row.code for row in newest.rows] == [every_standing[Number.OVERDUE].code, older.code]
    assert metric_rows.late_by_unit(session, who, cohort(), now=NOW) == [("DINKES", unit_name(session, "DINKES"), 2)]


def unit_name(session, code):
    return session.exec(select(Unit.short_name).where(Unit.code == code)).one()


def test_an_opd_admin_sees_the_figures_of_own_units_only(session):
    where = account(session)
    own, foreign = case(session, where), case(session, where, unit="DISDIK")
    admin = viewer(session, Role.OPD_ADMIN, ("DINKES",))
    assert codes(session, Number.RECEIVED, admin) == {own.code}
    assert counts(session, admin)[Number.RECEIVED] == 1
    assert counts(session, admin, unit="DISDIK")[Number.RECEIVED] == 0
    assert codes(session, Number.RECEIVED) == {own.code, foreign.code}


def test_a_case_counts_for_the_unit_that_answered_else_for_the_one_that_holds_it(session):
    where, desk = account(session), viewer(session, Role.DISKOMINFO)
    moved = answered(session, case(session, where, posted_at=NOW - timedelta(hours=5)), at=NOW - timedelta(hours=4))
    version = session.get(Case, moved.id).version
    session.rollback()
    hand_over.hand_over(session, desk, moved.code, unit="DISDIK", reason="urusan sekolah", version=version, now=NOW)
    held = case(session, where, unit="DISDIK")
    board = metrics.board(session, desk, cohort(), now=NOW)
    assert {figures.code: figures.counts[Number.RECEIVED] for figures in board.units} == {"DINKES": 1, "DISDIK": 1}
    assert codes(session, Number.RECEIVED, desk, unit="DINKES") == {moved.code}
    assert codes(session, Number.RECEIVED, desk, unit="DISDIK") == {held.code}


def test_the_triage_queue_is_a_unit_of_its_own(session):
    where = account(session)
    found = set_case(session, case(session, where), holder_id=None, unit_id=None)
    board = metrics.board(session, supervisor(session), cohort(), now=NOW)
    assert [figures.code for figures in board.units] == [QUEUE]
    assert codes(session, Number.RECEIVED, unit=QUEUE) == {found.code}


def test_a_case_belongs_to_its_day_in_the_offices_zone(session):
    where = account(session)
    midnight = datetime.combine(date(2026, 11, 16), time(), WIB)
    before = case(session, where, posted_at=(midnight - timedelta(seconds=1)).astimezone(UTC))
    after = case(session, where, posted_at=midnight.astimezone(UTC))
    assert codes(session, Number.RECEIVED, start=midnight) == {after.code}
    assert codes(session, Number.RECEIVED, end=midnight) == {before.code}


def test_working_time_that_is_unknown_stays_out_of_its_median(session):
    where = account(session)
    for hours in (1, 3):
        posted = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # a Monday, 08.00 WIB
        answered(session, case(session, where, posted_at=posted), at=posted + timedelta(hours=hours))
    unknown = answered(session, case(session, where, posted_at=NOW - timedelta(hours=9)), at=NOW - timedelta(hours=1))
    set_case(session, unknown, response_working_s=None)
    total = metrics.board(session, supervisor(session), cohort(), now=NOW).total
    assert (total.working.n, total.working.median) == (2, 2 * 3600)
    assert (total.wall.n, total.wall.median) == (3, 3 * 3600)
    assert codes(session, Number.NO_CALENDAR) == {unknown.code}
    assert total.counts[Number.TIMED] == 2


def test_an_answer_outside_hours_counts_as_zero_and_is_marked(session):
    where = account(session)
    saturday = datetime(2026, 11, 14, 3, 0, tzinfo=UTC)  # 10.00 WIB
    found = answered(session, case(session, where, posted_at=saturday), at=saturday + timedelta(minutes=20))
    total = metrics.board(session, supervisor(session), cohort(), now=NOW).total
    assert (total.working.median, total.wall.median) == (0, 20 * 60)
    assert codes(session, Number.OUT_OF_HOURS) == {found.code}


def test_filters_narrow_numbers_and_rows_alike(session):
    here, there = account(session), account(session, "DINKES-FB", platform="facebook")
    kept = case(session, here, intent="question")
    case(session, here)
    case(session, there, intent="question")
    wanted = {"intent": Intent.QUESTION, "platform": here.platform, "account": here.code, "unit": "DINKES"}
    assert counts(session, **wanted)[Number.RECEIVED] == 1
    assert codes(session, Number.RECEIVED, **wanted) == {kept.code}


def test_groups_sum_up_to_the_whole(session, every_standing):
    case(session, account(session, "DISDIK-FB", "DISDIK", "facebook"), unit="DISDIK", intent="hoax_report")
    board = metrics.board(session, supervisor(session), cohort(), now=NOW)
    for groups in (board.units, board.intents, board.platforms, board.accounts):
        assert sum(group.counts[Number.RECEIVED] for group in groups) == board.total.counts[Number.RECEIVED]
        for group in groups:
            assert sum(group.mix.values()) == group.counts[Number.RECEIVED]


def test_units_with_few_cases_stand_behind_the_ranked_ones(session):
    where = account(session)
    for number in range(10):
        found = case(session, where, posted_at=NOW - timedelta(days=9))
        if number < 2:
            answered(session, found, at=NOW - timedelta(days=9) + timedelta(hours=1))
    perfect = case(session, where, unit="DISDIK", posted_at=NOW - timedelta(days=9))
    answered(session, perfect, at=NOW - timedelta(days=9) + timedelta(hours=1))
    units = metrics.board(session, supervisor(session), cohort(), now=NOW).units
    assert [(figures.code, figures.is_ranked, figures.in_target) for figures in units] == [
        ("DINKES", True, 0.2),
        ("DISDIK", False, 1.0),
    ]


def test_paging_shows_every_row_once(session, monkeypatch):
    monkeypatch.setattr(metric_rows, "PAGE_SIZE", 2)
    where, who = account(session), supervisor(session)
    made = {case(session, where, posted_at=NOW - timedelta(hours=2)).code for _ in range(5)}
    shown, after = [], ""
    while after is not None:
        behind = metric_rows.behind(session, who, cohort(), Number.RECEIVED, now=NOW)
        page = metric_rows.rows(session, behind, now=NOW, after=after)
        shown, after = shown + [row.code for row in page.rows], page.next
    assert len(shown) == 5
    assert set(shown) == made


def test_names_stand_where_readers_look_for_them_capitals_or_not(session):
    where, who = account(session), supervisor(session)
    for unit, name in (("DISHUB", "citra"), ("DISDIK", "Budi"), ("DINKES", "agus")):
        desk = viewer(session, Role.DISKOMINFO, name=name)
        late = NOW - timedelta(days=25)
        answered(session, case(session, where, unit=unit, posted_at=late), at=NOW - timedelta(days=2), who=desk)
        case(session, where, unit=unit, posted_at=late)
    session.exec(select(Unit).where(Unit.code == "DISDIK")).one().short_name = "disdik"
    session.commit()
    cases = selection(session, who, cohort(), now=NOW, parts=cuts.ALL)
    by_name = ["Dinkes", "disdik", "Dishub"]
    assert [one.name for one in metrics.board_of(session, cases).units] == by_name
    assert [one.name for one in workload.units(session, cases, "wall") if one.code != QUEUE] == by_name
    assert [one.name for one in workload.people(session, cases, "wall")] == ["agus", "Budi", "citra"]
    assert [name for _, name, _ in metric_rows.late_by_unit(session, who, cohort(), now=NOW)] == by_name
    assert [line.name for line in fairness.patterns(session, who, cohort(), now=NOW).lines] == by_name


def test_the_ingestion_lag_is_from_posting_to_first_sight(session):
    case(session, account(session), posted_at=NOW - timedelta(hours=2))
    set_seen = NOW - timedelta(hours=1)
    take = incoming(posted_at=NOW - timedelta(hours=2), author_id="lain")
    where = account(session, "DINKES-FB", platform="facebook")
    take_in(session, where, take, now=set_seen)
    lag = metrics.board(session, supervisor(session), cohort(), now=NOW).lag
    assert (lag.n, lag.median) == (1, 0)  # the other is not classified yet, so no figure counts it


def test_the_last_days_are_immature_until_the_longest_target_has_run(session):
    # NOW is a Wednesday: Friday's three working days end on Wednesday at closing time.
    found = metrics.immature_since(session, date(2026, 11, 18), now=NOW, zone=WIB)
    assert found == (datetime(2026, 11, 13, tzinfo=WIB), 3)
    assert metrics.immature_since(session, date(2026, 11, 12), now=NOW, zone=WIB) is None


def test_over_nothing_there_is_no_figure(session):
    board = metrics.board(session, supervisor(session), cohort(), now=NOW)
    assert board.total.counts == dict.fromkeys(Number, 0)
    assert (board.total.in_target, board.total.response_rate, board.total.wall.median) == (None, None, None)
    assert board.units == board.intents == board.platforms == board.accounts == []


@given(st.lists(st.integers(0, 10**7), max_size=40))
def test_spreads_agree_with_the_rules(values):
    found, expected = tallies.spread(np.array(values, dtype=np.int64)), summarise(values)
    assert found.n == expected.n
    assert found.median == pytest.approx(expected.median)
    assert found.p90 == pytest.approx(expected.p90)


def test_every_kind_of_case_is_distinct():
    assert len(set(KINDS)) == len(KINDS) == (len(Intent) + 1) * len(Standing) * len(Outcome) * len(Pace)
