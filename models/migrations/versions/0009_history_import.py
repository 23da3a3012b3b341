"""Logs of what happened can be imported: the imports, the name a log gave a case, and what it says we wrote."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATUSES = ("previewed", "queued", "running", "done", "failed")
IMPORTED = sa.text("reference is not null")


def upgrade():
    op.create_table(
        "history_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("stored_as", sa.String(length=400), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="importstatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("progress >= 0 and progress <= 1", name=op.f("ck_history_import_progress")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_history_import_created_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_import")),
        sa.UniqueConstraint("key", name=op.f("uq_history_import_key")),
    )
    op.create_index(op.f("ix_history_import_created_at"), "history_import", ["created_at"])
    op.create_table(
        "past_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_past_word_case_id_citizen_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_word")),
    )
    op.create_index(op.f("ix_past_word_case_id"), "past_word", ["case_id"])
    op.add_column("citizen_case", sa.Column("reference", sa.String(length=200), nullable=True))
    op.create_index(
        "ix_citizen_case_reference", "citizen_case", ["reference"], sqlite_where=IMPORTED, postgresql_where=IMPORTED
    )


def downgrade():
    op.drop_index("ix_citizen_case_reference", table_name="citizen_case")
    op.drop_column("citizen_case", "reference")
    op.drop_index(op.f("ix_past_word_case_id"), table_name="past_word")
    op.drop_table("past_word")
    op.drop_index(op.f("ix_history_import_created_at"), table_name="history_import")
    op.drop_table("history_import")
