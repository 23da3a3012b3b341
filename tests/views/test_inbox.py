"""The list: which cases stand in it, what its address says, and how few queries it takes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from models import Mark, Role
from tests.factories import account, case, log_in, user
from triage.extensions import db
from triage.rules.marks import bits_of

MOST_QUERIES = 8


@pytest.fixture
def where(app):
    found = account(db.session)
    db.session.rollback()
    return found


@pytest.fixture
def admin(where, client):
    user(db.session, username="budi")
    return log_in(client, "budi")


def codes(answer):
    return re.findall(r'class="case-text" href="/kasus/(\w+)', answer.text)


def counted(work):
    """Return how many statements a piece of work sends to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in sent if statement.lstrip().upper().startswith("SELECT")])


def test_the_list_takes_the_same_few_queries_for_one_case_and_for_many(where, admin):
    case(db.session, where)
    one = counted(lambda: admin.get("/kasus"))
    for _ in range(5):
        case(db.session, where)
    assert counted(lambda: admin.get("/kasus")) == one <= MOST_QUERIES


def test_the_nearest_deadline_stands_first(where, admin):
    old = case(db.session, where, posted_at=datetime.now(UTC) - timedelta(days=9)).code
    new = case(db.session, where, posted_at=datetime.now(UTC) - timedelta(hours=1)).code
    assert codes(admin.get("/kasus")) == [old, new]


def test_a_filter_in_use_can_be_removed_alone(where, admin):
    case(db.session, where)
    page = admin.get("/kasus?tampilan=all&jenis=complaint&q=lampu").text
    links = re.findall(r'<a class="chip chip-line" href="([^"]+)"', page)
    assert [link.replace("&amp;", "&") for link in links] == [
        "/kasus?tampilan=all&jenis=complaint",
        "/kasus?tampilan=all&q=lampu",
    ]


@pytest.mark.parametrize("address", ["/kasus?tampilan=zzz", "/kasus?jenis=zzz&platform=zzz", "/kasus?code=x&_anchor=y"])
def test_an_odd_address_still_opens(admin, address):
    assert admin.get(address).status_code == 200


def test_a_search_without_hits_offers_to_look_everywhere(where, admin):
    case(db.session, where)
    page = admin.get("/kasus?tampilan=new&q=tidakada").text
    assert "Cari di semua kasus" in page
    assert "/kasus?tampilan=all&amp;q=tidakada" in page


def test_a_case_of_another_unit_is_not_there(where, client):
    found = case(db.session, where)
    user(db.session, units=("DPUPR",), username="sari")
    log_in(client, "sari")
    assert codes(client.get("/kasus?tampilan=all")) == []
    assert client.get(f"/kasus/{found.code}").status_code == 404


def test_a_supervisor_reads_but_has_no_buttons(where, client):
    found = case(db.session, where)
    user(db.session, Role.SUPERVISOR, username="super")
    log_in(client, "super")
    page = client.get(f"/kasus/{found.code}").text
    assert "Anda dapat membaca kasus ini" in page
    assert 'action="/kasus/' not in page


def test_every_field_of_a_case_has_an_id_of_its_own(where, admin):
    found = case(db.session, where)
    ids = re.findall(r'\sid="([^"]+)"', admin.get(f"/kasus/{found.code}").text)
    assert len(ids) == len(set(ids))
    assert {"send_reply-kind-0", "record_elsewhere-kind-0"} <= set(ids)


def test_a_mark_stands_on_the_list_and_the_case_and_filters(where, admin):
    marked, plain = case(db.session, where), case(db.session, where)
    marked.marks = bits_of([Mark.EMERGENCY])
    db.session.commit()
    page = admin.get("/kasus?penanda=darurat")
    assert codes(page) == [marked.code]
    assert "Hapus saringan: </span>darurat" in page.text
    assert "Ditandai model" in admin.get(f"/kasus/{marked.code}").text
    assert "Ditandai model" not in admin.get(f"/kasus/{plain.code}?q={plain.code}").text
