"""Blocks of numbers that pages of figures read, and the triggers that note which cases changed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# What a figure of a case is made of; other columns may change without a note.
COLUMNS = (
    "account_id, intent, holder_id, is_backfill, opened_at, routed_at, due_at, first_response_at, response_wall_s,"
    " response_working_s, responder_unit_id, closed_at"
)
# (table, verb, columns, row that is seen, its column with the case)
NOTED = (
    ("citizen_case", "insert", "", "new", "id"),
    ("citizen_case", "update", COLUMNS, "new", "id"),
    ("citizen_case", "delete", "", "old", "id"),
    ("case_measure", "insert", "", "new", "case_id"),
    ("case_measure", "update", "", "new", "case_id"),
    ("case_measure", "delete", "", "old", "case_id"),
)


def upgrade():
    op.create_table(
        "figure_block",
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("core", sa.LargeBinary(), nullable=False),
        sa.Column("work", sa.LargeBinary(), nullable=False),
        sa.Column("spans", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chunk", name=op.f("pk_figure_block")),
    )
    op.create_table(
        "figure_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_change")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        for column in ("core", "work", "spans"):  # numbers do not get smaller, and reading them back takes time
            op.execute(f"alter table figure_block alter column {column} set storage external")
    for table, verb, columns, row, key in NOTED:
        event = f"{verb} of {columns}" if columns else verb
        insert = f"insert into figure_change (case_id) values ({row}.{key})"  # noqa: S608  names from above
        if is_sqlite:
            op.execute(f"create trigger {table}_noted_{verb} after {event} on {table} begin {insert}; end")
            continue
        op.execute(
            f"create function {table}_noted_{verb}() returns trigger language plpgsql as "
            f"$$ begin {insert}; return null; end $$"
        )
        op.execute(
            f"create trigger {table}_noted_{verb} after {event} on {table} "
            f"for each row execute function {table}_noted_{verb}()"
        )


def downgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, verb, *_ in NOTED:
        op.execute(f"drop trigger {table}_noted_{verb}" + ("" if is_sqlite else f" on {table}"))
        if not is_sqlite:
            op.execute(f"drop function {table}_noted_{verb}()")
    op.drop_table("figure_change")
    op.drop_table("figure_block")
