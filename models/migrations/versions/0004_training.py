"""A training can be cancelled, is begun again at most a few times, and says what it cost."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD = "'queued', 'running', 'done', 'failed'"
NEW = f"{OLD}, 'cancelled'"


def upgrade():
    op.add_column("training_run", sa.Column("started_at", UtcDateTime(), nullable=True))
    op.add_column("training_run", sa.Column("cancel_asked_at", UtcDateTime(), nullable=True))
    op.add_column("training_run", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("training_run", sa.Column("train_seconds", sa.Float(), nullable=True))
    op.add_column("training_run", sa.Column("peak_memory_mb", sa.Float(), nullable=True))
    allow(OLD, NEW)


def downgrade():
    op.execute("update training_run set status = 'failed' where status = 'cancelled'")
    allow(NEW, OLD)
    for column in ("peak_memory_mb", "train_seconds", "attempts", "cancel_asked_at", "started_at"):
        op.drop_column("training_run", column)


def allow(before, after):
    """Change the states a run may have.

    SQLite cannot alter a CHECK, and copying the table would break the labels that point to it; its documentation
    (lang_altertable, section 7) names the edit of the schema text for changes that leave the rows as they are.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("runstatus", "training_run", type_="check")
        op.create_check_constraint("runstatus", "training_run", f"status in ({after})")
        return
    version = op.get_bind().exec_driver_sql("pragma schema_version").scalar_one()
    op.execute("pragma writable_schema = on")
    op.execute(
        sa.text("update sqlite_master set sql = replace(sql, :before, :after) where name = 'training_run'").bindparams(
            before=before, after=after
        )
    )
    op.execute(f"pragma schema_version = {version + 1}")
    op.execute("pragma writable_schema = off")
