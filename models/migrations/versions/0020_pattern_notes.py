"""Triggers that note what patterns of a case changed: its state, who set its intent, and its answers."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# (name, table, what happens, its column with the case); other changes of a case are noted since 0014.
NOTED = (
    ("citizen_case_noted_state", "citizen_case", "update of state, is_intent_by_person", "id"),
    ("reply_noted_insert", "reply", "insert", "case_id"),
    ("reply_noted_update", "reply", "update of status, unit_id, kind, sent_at, text_digest", "case_id"),
)


def upgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, event, key in NOTED:
        insert = f"insert into figure_change (case_id) values (new.{key})"  # noqa: S608  names from above
        if is_sqlite:
            op.execute(f"create trigger {name} after {event} on {table} begin {insert}; end")
            continue
        op.execute(
            f"create function {name}() returns trigger language plpgsql as $$ begin {insert}; return null; end $$"
        )
        op.execute(f"create trigger {name} after {event} on {table} for each row execute function {name}()")


def downgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_ in NOTED:
        op.execute(f"drop trigger {name}" + ("" if is_sqlite else f" on {table}"))
        if not is_sqlite:
            op.execute(f"drop function {name}()")
