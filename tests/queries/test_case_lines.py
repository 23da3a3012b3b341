"""Cases with every interval, piece by piece: each once, whatever the size of the pieces, and only those in reach."""

from datetime import timedelta

import pytest

from models import Role
from tests.factories import NOW, account, case, incoming, take_in, user, viewer
from triage.queries import case_lines
from triage.queries.cohorts import Cohort, Number

YEAR = Cohort(start=NOW - timedelta(days=300), end=NOW + timedelta(days=30))


def read(session, who, cohort=YEAR, number=None, *, limit=2, now=NOW):
    found, after = [], None
    while lines := case_lines.piece(session, who, cohort, number, case_lines.Piece(after, limit), now=now):
        found, after = found + lines, case_lines.place_of(lines[-1])
    return found


@pytest.fixture
def everyone(session):
    return viewer(session, Role.SUPERVISOR)


def test_every_case_comes_once_whatever_the_size_of_a_piece(session, everyone):
    where, at = account(session), NOW - timedelta(days=3)
    take_in(session, where, *(incoming(posted_at=at + timedelta(minutes=number // 3)) for number in range(10)), now=NOW)
    for limit in (1, 2, 3, 10, 11):
        found = [line.facts for line in read(session, everyone, limit=limit)]
        assert len({line.row_id for line in found}) == len(found) == 10
        assert found == sorted(found, key=lambda line: (line.opened_at, line.row_id))


def test_a_file_holds_as_many_cases_as_its_number_says(session, everyone):
    where = account(session)
    for intent in ("complaint", "question", "praise", "other"):
        case(session, where, intent=intent)
    session.rollback()
    for number, expected in ((None, 4), (Number.RECEIVED, 2), (Number.PRAISE, 1), (Number.ANSWERED, 0)):
        assert case_lines.count(session, everyone, YEAR, number, now=NOW) == expected
        assert len(read(session, everyone, number=number)) == expected


def test_what_came_in_after_the_order_stays_out(session, everyone):
    where = account(session)
    take_in(session, where, incoming(posted_at=NOW - timedelta(hours=1)), incoming(posted_at=NOW + timedelta(hours=1)))
    assert len(read(session, everyone)) == 1


def test_an_opd_admin_reads_own_units_only(session):
    where = account(session)
    own, _ = case(session, where), case(session, where, unit="DISDIK")
    session.rollback()
    assert [line.facts.code for line in read(session, viewer(session))] == [own.code]


def test_holds_of_units_come_in_order_with_both_clocks(session, everyone):
    case(session, account(session), posted_at=NOW - timedelta(hours=2))
    session.rollback()
    (line,) = read(session, everyone)
    assert (line.facts.triaged_at, line.facts.triage_wall_s, line.facts.triage_working_s) == (NOW, 7200, 7200)
    assert [(hold.unit_id, hold.wall_s, hold.working_s) for hold in line.holds] == [(None, 7200, 7200)]
    assert user(session, Role.SUPERVISOR).name in case_lines.directory(session).people.values()


def test_a_case_that_nobody_touched_tells_its_triage_from_its_row(session, everyone):
    take_in(session, account(session), incoming(posted_at=NOW - timedelta(hours=2)))
    (line,) = read(session, everyone)
    names = case_lines.directory(session)
    routed = line.facts._replace(routed_at=NOW, holder_id=1)
    told = case_lines.first_pass(routed, names.queue)
    assert line.facts.definition is None
    assert (told.definition, told.triage_wall_s, told.triage_working_s) == ("M1", 7200, 7200)
    assert case_lines.first_pass(line.facts, names.queue).triage_wall_s is None
