"""What a page of the inbox costs: how many queries, and that they go through the indexes made for them."""

from contextlib import contextmanager
from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import event

from models import Platform, Role
from tests.factories import NOW, account, incoming, log_in, take_in, user, viewer
from triage.extensions import db
from triage.queries import inbox
from triage.queries.inbox import Filter, View

MOST_QUERIES = 8
ADDRESSES = (
    *(f"/kasus?tampilan={view}" for view in View),
    "/kasus?q=lampu",
    "/kasus?q=BCDF2345X",
    "/kasus?tampilan=all&unit=DINKES&jenis=complaint&platform=instagram&akun=DINKES-IG",
    "/kasus?tidak=dikenal&tampilan=apa",
)


@contextmanager
def queries(engine):
    """Collect (statement, parameters) of what is sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_the_list_takes_more_than_eight_queries(app, client, role):
    user(db.session, role, username="rina")
    take_in(db.session, account(db.session), *(incoming(f"Lampu nomor {number} padam") for number in range(60)))
    db.session.rollback()
    # Outside the context of the test, so that each request has a session of its own, as in service.
    Context().run(log_in, client, "rina")
    for address in ADDRESSES:
        with queries(db.engine) as sent:
            answer = Context().run(client.get, address)
        assert answer.status_code == 200, address
        assert 0 < len(sent) <= MOST_QUERIES, (address, sent)


def plan(view, who, **given):
    """Return SQLite's plan of the list's query."""
    with queries(db.engine) as sent:
        inbox.page(db.session, who, Filter(view=view, **given), now=NOW, day_end=NOW + timedelta(hours=9))
    steps = db.session.connection().exec_driver_sql(f"explain query plan {sent[-1][0]}", sent[-1][1]).all()
    return "\n".join(step[3] for step in steps)


OPEN_VIEWS = (View.OPEN, View.NEW, View.LATE, View.TODAY, View.WAITING, View.HOAX)


@pytest.mark.parametrize(
    ("role", "view", "index"),
    [
        *((Role.DISKOMINFO, view, "ix_citizen_case_open_sort_all") for view in OPEN_VIEWS),
        *((Role.OPD_ADMIN, view, "ix_citizen_case_open_sort") for view in OPEN_VIEWS),
        (Role.DISKOMINFO, View.TRIAGE, "ix_citizen_case_open_sort"),
        (Role.DISKOMINFO, View.RESOLVED, "ix_citizen_case_closed"),
        (Role.DISKOMINFO, View.NO_ANSWER, "ix_citizen_case_closed"),
        (Role.OPD_ADMIN, View.RESOLVED, "ix_citizen_case_holder_id_closed_at"),
        (Role.DISKOMINFO, View.ALL, "ix_citizen_case_opened_at"),
        (Role.OPD_ADMIN, View.ALL, "ix_citizen_case_holder_id_opened_at"),
    ],
)
def test_a_view_is_read_in_order_from_its_index(app, role, view, index):
    found = plan(view, viewer(db.session, role))
    assert f"INDEX {index}\n" in found.replace(" (", "\n(")
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("view", [View.OPEN, View.ALL])
def test_a_unit_or_platform_is_filtered_without_sorting_all_its_cases(app, view):
    desk = viewer(db.session, Role.DISKOMINFO)
    for given in ({"unit": "DINKES"}, {"platform": Platform.INSTAGRAM}):
        assert "TEMP B-TREE" not in plan(view, desk, **given), given


@pytest.mark.parametrize("role", [Role.OPD_ADMIN, Role.DISKOMINFO])
def test_counting_reads_an_index_and_no_row(app, role):
    who = viewer(db.session, role)
    with queries(db.engine) as sent:
        inbox.counts(db.session, who, now=NOW, day_end=NOW + timedelta(hours=9))
    (statement, parameters) = sent[-1]
    steps = db.session.connection().exec_driver_sql(f"explain query plan {statement}", parameters).all()
    assert [step[3].partition(" (")[0] for step in steps] in (
        ["SCAN citizen_case USING COVERING INDEX ix_citizen_case_open_counts"],
        ["SEARCH citizen_case USING COVERING INDEX ix_citizen_case_open_counts"],
    )
