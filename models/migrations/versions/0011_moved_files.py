"""A snapshot's content stays as it is; where its files lie may change when a data folder moves."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CONTENT = "id, digest, guideline, row_count, counts, created_at"


def upgrade():
    guard(f"update of {CONTENT}")


def downgrade():
    guard("update")


def guard(change):
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger snapshot_no_update")
        op.execute(
            f"create trigger snapshot_no_update before {change} on snapshot "
            "begin select raise(abort, 'snapshot is append-only'); end"
        )
        return
    op.execute("drop trigger snapshot_append_only on snapshot")
    op.execute(
        f"create trigger snapshot_append_only before {change} or delete or truncate on snapshot "
        "for each statement execute function refuse_change()"
    )
