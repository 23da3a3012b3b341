"""What is read to be changed is locked on PostgreSQL, so that nobody's step is lost under another's."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models import Case, Recompute
from tests.factories import NOW, account, incoming, take_in
from tests.flow.readings import read, serving_run
from triage.extensions import db
from triage.queries import intake, labels, recomputes

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("each_app", ["postgresql"], indirect=True)]
DAY = timedelta(days=1)


def read_by_ingest(session, case):
    intake.threads(session, case.account_id, {(case.post_id, case.author_key)})


def read_by_classify(session, _case):
    labels.unclassified(session, 0, 2**31 - 1)


def read_by_recompute(session, _case):
    row = Recompute(begins_at=NOW - DAY, ends_at=NOW + DAY, last_case_id=0)
    assert recomputes.next_cases(session, row, 10)


@pytest.mark.parametrize("step", [read_by_ingest, read_by_classify, read_by_recompute])
def test_a_case_that_a_step_will_change_is_locked(session, step):
    take_in(session, account(session), incoming())
    case = session.exec(select(Case)).one()
    step(session, case)
    with db.engine.begin() as somebody:
        assert somebody.execute(select(Case.id).with_for_update(skip_locked=True)).all() == []
    session.rollback()
    with db.engine.begin() as somebody:
        assert somebody.execute(select(Case.id).with_for_update(skip_locked=True)).all() == [(case.id,)]


def test_a_case_in_a_persons_hands_is_read_at_the_next_turn(session):
    run = serving_run(session)
    take_in(session, account(session), incoming())
    with db.engine.begin() as somebody:
        somebody.execute(select(Case.id).with_for_update()).all()
        read(session, run)
        assert labels.unclassified_count(session) == 1
        session.rollback()
    read(session, run)
    assert labels.unclassified_count(session) == 0
