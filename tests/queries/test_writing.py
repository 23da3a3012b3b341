"""Rows written in bulk are the rows that the tables of models/ would write, on both databases."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from models import Case, CaseState, Encoded, Event, EventKind, Intent, Label, LabelSource, LabelSubject
from tests.factories import NOW, account, case, user
from triage.extensions import db
from triage.queries import writing

CASES, EVENTS, LABELS = (table.__table__ for table in (Case, Event, Label))
EAST = timezone(timedelta(hours=9))
EVENT = {
    "kind": EventKind.CLASSIFIED,
    "at": datetime(2026, 11, 18, 12, 30, 15, 250_000, tzinfo=EAST),
    "recorded_at": NOW,
    "actor": "model:1",
    "data": {"intent": "praise", "who": "Bu Éka", "share": 0.25},
}


def stored(session, table, **given):
    found = select(table).where(*(table.c[name] == value for name, value in given.items())).order_by(table.c.id)
    return [dict(row._mapping) for row in session.connection().execute(found)]


@pytest.fixture
def found(session):
    return case(session, account(session))


def without(rows, *names):
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


@pytest.mark.parametrize("data", [EVENT["data"], [], Encoded('{"a": [1, 2]}')], ids=["table", "list", "written before"])
def test_events_are_stored_as_the_table_stores_them(session, found, data):
    row = EVENT | {"case_id": found.id, "data": data}
    session.connection().execute(insert(EVENTS), [row])
    writing.insert_rows(session, EVENTS, [row])
    one, other = without(stored(session, EVENTS, case_id=found.id, actor="model:1"), "id")
    assert one == other
    assert (one["at"], one["kind"]) == (EVENT["at"], EventKind.CLASSIFIED)


def test_what_is_left_out_gets_its_default(session, found):
    [old] = stored(session, CASES, id=found.id)
    given = ("account_id", "post_id", "state", "opened_at", "last_comment_at", "sort_at")
    row = {name: old[name] for name in given} | {"code": "AAAAAAAAA", "author_key": "a" * 64}
    ids = writing.insert_numbered(
        session, CASES, [row, row | {"code": "BBBBBBBBB", "author_key": "b" * 64}], key="code"
    )
    assert ids.keys() == {"AAAAAAAAA", "BBBBBBBBB"}
    [new] = stored(session, CASES, id=ids["BBBBBBBBB"])
    assert (new["code"], new["version"], new["comment_count"], new["is_waiting_for_us"]) == ("BBBBBBBBB", 1, 1, True)
    assert (new["intent"], new["is_intent_sure"], new["marks"]) == (None, False, 0)


def test_columns_of_single_rows_are_written_by_id(session, found):
    other = case(session, account(session, code="DPUPR-IG", unit="DPUPR"))
    due = NOW + timedelta(days=3)
    changes = [
        {"id": found.id, "intent": Intent.QUESTION, "is_intent_sure": True, "due_at": due},
        {"id": other.id, "due_at": None},
        {"id": other.id},
    ]
    before = {row["id"]: row for row in stored(session, CASES)}
    writing.update_rows(session, CASES, changes)
    after = {row["id"]: row for row in stored(session, CASES)}
    assert after[found.id] == before[found.id] | changes[0]
    assert after[other.id] == before[other.id] | changes[1]


def test_several_labels_keep_their_order_and_their_nothing(session, found):
    who = user(session)
    rows = [
        {
            "comment_id": 1,
            "subject": LabelSubject.INTENT,
            "value": value,
            "source": LabelSource.PERSON,
            "run_id": None,
            "user_id": who.id,
            "created_at": NOW,
            "is_sure": value == "praise",
            "confidence": None,
            "probabilities": {},
            "reasons": [],
        }
        for value in ("praise", "other")
    ]
    writing.insert_rows(session, LABELS, rows)
    kept = stored(session, LABELS, user_id=who.id)
    assert [(row["value"], row["is_sure"], row["confidence"]) for row in kept] == [
        ("praise", True, None),
        ("other", False, None),
    ]


def test_nothing_to_write_writes_nothing(session):
    writing.insert_rows(session, EVENTS, [])
    writing.update_rows(session, CASES, [])
    assert writing.insert_numbered(session, CASES, [], key="code") == {}
    assert stored(session, EVENTS) == []


@pytest.mark.parametrize(
    ("column", "value"), [("state", "lost"), ("intent", "joke"), ("account_id", 999_999)], ids=lambda found: str(found)
)
def test_the_database_still_refuses_what_cannot_be(app, column, value):
    found = case(db.session, account(db.session))
    with pytest.raises(IntegrityError):
        writing.update_rows(db.session, CASES, [{"id": found.id, column: value}])
    db.session.rollback()
    assert db.session.get(Case, found.id).state is CaseState.NEW


def test_a_moment_without_a_zone_is_refused(app):
    with pytest.raises(ValueError, match="naive"):
        writing.update_rows(db.session, CASES, [{"id": 1, "due_at": datetime(2026, 1, 1)}])  # noqa: DTZ001
