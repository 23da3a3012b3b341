"""One path for every comment: idempotent, thread by thread, on both databases."""

from datetime import timedelta

from sqlmodel import func, select

from models import Case, CaseState, Comment, CommentVersion, Event, EventKind, Post, Role
from tests.factories import NOW, account, case, incoming, take_in, viewer
from triage.flow import resolve


def count(session, table):
    return session.exec(select(func.count()).select_from(table)).one()


def test_same_file_twice_changes_nothing(session):
    where = account(session)
    messages = [incoming(), incoming()]
    first = take_in(session, where, *messages)
    second = take_in(session, where, *messages)
    assert (first.accepted, first.duplicate) == (2, 0)
    assert (second.accepted, second.duplicate) == (0, 2)
    assert (count(session, Comment), count(session, Case), count(session, Event)) == (2, 2, 2)


def test_second_copy_in_one_file_is_a_duplicate(session):
    message = incoming()
    done = take_in(session, account(session), message, message)
    assert (done.accepted, done.duplicate) == (1, 1)


def test_a_new_wording_becomes_a_version_and_the_first_stays(session):
    where = account(session)
    take_in(session, where, incoming("banjir", external_id="x"))
    done = take_in(session, where, incoming("banjir di RT 3", external_id="x"))
    again = take_in(session, where, incoming("banjir di RT 3", external_id="x"))
    assert (done.edited, again.edited) == (1, 0)
    assert session.exec(select(Comment.text)).one() == "banjir"
    assert session.exec(select(CommentVersion.text)).one() == "banjir di RT 3"


def test_later_comments_of_a_citizen_join_the_open_case(session):
    where = account(session)
    take_in(session, where, incoming(author_id="siti", posted_at=NOW - timedelta(hours=3)))
    take_in(session, where, incoming("kok belum ada kabar", author_id="siti", posted_at=NOW - timedelta(hours=1)))
    found = session.exec(select(Case)).one()
    assert found.comment_count == 2
    assert found.opened_at == NOW - timedelta(hours=3)
    assert found.last_comment_at == NOW - timedelta(hours=1)


def test_other_citizens_and_other_posts_are_their_own_cases(session):
    where = account(session)
    take_in(
        session, where, incoming(author_id="siti"), incoming(author_id="joko"), incoming(author_id="siti", post_id="p2")
    )
    assert count(session, Case) == 3
    assert count(session, Post) == 2


def test_a_comment_long_after_closing_opens_a_new_case(session):
    where = account(session)
    found = case(session, where, author_id="siti", posted_at=NOW - timedelta(days=40))
    desk = viewer(session, Role.DISKOMINFO)
    resolve.resolve(
        session, desk, found.code, reason="selesai di tempat", version=found.version, now=NOW - timedelta(days=30)
    )
    take_in(session, where, incoming(author_id="siti", posted_at=NOW))
    assert count(session, Case) == 2


def test_a_comment_soon_after_closing_joins_the_closed_case_until_it_is_read(session):
    where = account(session)
    found = case(session, where, author_id="siti", posted_at=NOW - timedelta(days=2))
    desk = viewer(session, Role.DISKOMINFO)
    resolve.resolve(
        session, desk, found.code, reason="selesai di tempat", version=found.version, now=NOW - timedelta(days=1)
    )
    take_in(session, where, incoming("terima kasih", author_id="siti", posted_at=NOW))
    assert session.exec(select(Case.state)).one() is CaseState.RESOLVED
    assert count(session, Comment) == 2


def test_a_case_that_waited_for_the_citizen_goes_on_when_they_write(session):
    where = account(session)
    take_in(session, where, incoming(author_id="siti", posted_at=NOW - timedelta(hours=3)))
    found = session.exec(select(Case)).one()
    found.state = CaseState.WAITING_CITIZEN
    session.add(found)
    session.commit()
    take_in(session, where, incoming("di depan pasar", author_id="siti", posted_at=NOW))
    session.refresh(found)
    assert found.state is CaseState.IN_PROGRESS
    assert EventKind.RESUMED in session.exec(select(Event.kind)).all()


def test_comments_older_than_the_connection_are_backfill(session):
    where = account(session, connected_at=NOW - timedelta(days=1))
    take_in(session, where, incoming(posted_at=NOW - timedelta(days=2)))
    assert session.exec(select(Case.is_backfill)).one() is True


def test_tracking_codes_tell_no_order(session):
    where = account(session)
    take_in(session, where, *[incoming() for _ in range(20)])
    codes = session.exec(select(Case.code).order_by(Case.id)).all()
    assert len(set(codes)) == 20
    assert codes != sorted(codes)
