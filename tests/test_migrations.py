"""The migrations make exactly the tables of models/, guard what is append-only, and lead back and forth."""

import re

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select

from models import (
    Comment,
    ImportedLabel,
    ImportStatus,
    Intent,
    Label,
    LabelImport,
    LabelReview,
    LabelTask,
    Promotion,
    PromotionAction,
    ShadowPrediction,
    Snapshot,
    User,
    Verdict,
    VerdictKind,
)
from tests.factories import NOW, account, case
from triage.extensions import MIGRATIONS, db, upgrade_database
from triage.flow import label, retrain

# Made by 0003 in the words of each database: a generated column with its index, or a virtual table with its own tables.
SEARCH_PARTS = ("ix_comment_search", "search_words")
SEARCH_TABLE = "comment_search"
# The queue's own, made by its library where it lies in the same database.
QUEUE_TABLES = "huey_"
CHANGES = ("update {} set id = id + 1000", "delete from {}", "delete from {} where id = 1")


def is_ours(_object, name, kind, _is_reflected, _compared_to):
    """Leave out the full-text index and the queue, which have no table in models/."""
    if kind == "table":
        return not name.startswith((SEARCH_TABLE, QUEUE_TABLES)) and name != "alembic_version"
    return name not in SEARCH_PARTS


def differences():
    options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)


def partial_conditions():
    """Return what each index of the cases is limited to, word by word: autogenerate does not look at it."""
    with db.engine.connect() as connection:
        name = connection.dialect.name
        found = {
            index["name"]: words(str(index["dialect_options"].get(f"{name}_where", "")))
            for table in ("citizen_case", "comment", "export_order", "hiding", "notice", "training_run")
            for index in inspect(connection).get_indexes(table)
        }
    return {name: condition for name, condition in found.items() if condition}


def words(condition):
    """Return the bare words of a condition; PostgreSQL spells `in (...)` as `= any (array[...])`."""
    plain = re.sub(r"::[a-z ]+|comment\.", "", condition.lower())
    return " ".join(re.findall(r"\w+", plain)).replace("all array", "not in").replace("any array", "in")


def models_conditions():
    return {
        index.name: words(str(index.dialect_options["sqlite"]["where"].compile(compile_kwargs={"literal_binds": True})))
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"].get("where") is not None
    }


def test_the_migrations_make_the_tables_of_the_models(each_app):
    assert differences() == []


def test_a_difference_would_be_found(each_app):
    with db.engine.begin() as connection:
        connection.execute(text("drop index ix_citizen_case_author"))
    assert [kind for kind, *_ in differences()] == ["add_index"]


def test_partial_indexes_are_limited_as_the_models_say(each_app):
    assert partial_conditions() == models_conditions()


def test_the_tables_can_be_taken_away_and_made_again(each_app):
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with db.engine.connect() as connection:
        left = {name for name in inspect(connection).get_table_names() if not name.startswith(QUEUE_TABLES)}
    assert left == {"alembic_version"}
    upgrade_database()
    upgrade_database()
    assert differences() == []


def shadow_word(run_id, comment_id):
    said = {"intent": "question", "intent_p": 0.6, "unit": "DINKES", "unit_p": 0.7}
    beside = {f"active_{name}": value for name, value in said.items()}
    return ShadowPrediction(run_id=run_id, comment_id=comment_id, active_run_id=run_id, at=NOW, **said, **beside)


@pytest.fixture
def history(session):
    """One row in each table that is append-only."""
    where = account(session)
    found = case(session, where)
    run = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    session.add(Promotion(run_id=run.id, action=PromotionAction.PROMOTE, actor="system", at=NOW))
    session.add(shadow_word(run.id, session.exec(select(Label)).first().comment_id))
    add_labelling(session, run.id)
    session.commit()
    assert session.exec(select(Label)).first() is not None
    session.rollback()
    return found


def add_labelling(session, run_id):
    """One verdict on a drawn comment, one imported label, one second look, one snapshot."""
    person, comment = session.exec(select(User)).first(), session.exec(select(Comment)).first()
    by = {"user_id": person.id, "guideline": "v1", "created_at": NOW}
    label.add_tasks(session, [comment.id], label.GOLD, now=NOW)
    session.add(Snapshot(digest="a", stored_as="x", row_count=1, created_at=NOW))
    session.add(LabelImport(key="k", filename="x", stored_as="x", status=ImportStatus.DONE, created_at=NOW))
    session.flush()
    task, brought = session.exec(select(LabelTask)).one(), session.exec(select(LabelImport)).one()
    session.add(Verdict(task_id=task.id, kind=VerdictKind.READING, intent=Intent.OTHER, **by))
    session.add(LabelReview(run_id=run_id, text_digest="t", before=Intent.OTHER, after=Intent.PRAISE, **by))
    session.add(ImportedLabel(import_id=brought.id, digest="d", text_digest="t", text="x", created_at=NOW))


@pytest.mark.parametrize(
    "table",
    [
        "case_event",
        "label",
        "promotion",
        "label_verdict",
        "snapshot",
        "imported_label",
        "label_review",
        "shadow_prediction",
    ],
)
def test_what_happened_can_neither_be_changed_nor_removed(session, history, table):
    count = text(f"select count(*), max(id) from {table}")
    before = session.execute(count).one()
    assert before[0] > 0
    for change in CHANGES:
        session.rollback()
        with pytest.raises(DBAPIError, match=f"{table} is append-only"):
            session.execute(text(change.format(table)))
    session.rollback()
    assert session.execute(count).one() == before


def test_targets_of_the_first_release_are_kept(each_app):
    columns = "intent, kind, unit_id, measure, amount, in_force_from"
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with db.engine.begin() as connection:
        before = connection.execute(text(f"select {columns} from target order by id")).all()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        assert connection.execute(text(f"select {columns} from target order by id")).all() == before
        command.upgrade(config, "head")
        assert connection.execute(text(f"select {columns} from target order by id")).all() == before
        assert connection.execute(text("select distinct flag, is_active from target")).all() == [("", True)]
    assert len(before) == 8
