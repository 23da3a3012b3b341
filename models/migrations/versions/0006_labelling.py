"""Labelling: drawn comments, people's verdicts, labels from files, second looks; snapshots become unchangeable."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("label_verdict", "imported_label", "label_review", "snapshot")


def upgrade():
    op.create_table(
        "label_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("stored_as", sa.String(length=400), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "previewed",
                "queued",
                "running",
                "done",
                "failed",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("progress >= 0 and progress <= 1", name=op.f("ck_label_import_progress")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_label_import_created_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_import")),
        sa.UniqueConstraint("key", name=op.f("uq_label_import_key")),
    )
    op.create_index(op.f("ix_label_import_created_at"), "label_import", ["created_at"], unique=False)
    op.create_table(
        "imported_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "intent",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("guideline", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["label_import.id"], name=op.f("fk_imported_label_import_id_label_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_label")),
        sa.UniqueConstraint("digest", name=op.f("uq_imported_label_digest")),
    )
    op.create_index(op.f("ix_imported_label_import_id"), "imported_label", ["import_id"], unique=False)
    op.create_index("ix_imported_label_text_digest", "imported_label", ["text_digest", "id"], unique=False)
    op.create_table(
        "label_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent_after",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("guideline", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.id"], name=op.f("fk_label_review_run_id_training_run")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_label_review_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_review")),
    )
    op.create_index("ix_label_review_text_digest", "label_review", ["text_digest", "id"], unique=False)
    op.create_table(
        "label_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "stream",
            sa.Enum("gold", "training", name="labelstream", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "disputed",
                "settled",
                "adjudicated",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column(
            "intent",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_label_task_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_task")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_label_task_comment_id")),
    )
    op.create_index("ix_label_task_stream_state", "label_task", ["stream", "state", "rank", "id"], unique=False)
    op.create_table(
        "label_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reading", "adjudication", name="verdictkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "intent",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("guideline", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "is_withdrawn or is_doubtful or intent is not null", name=op.f("ck_label_verdict_says_something")
        ),
        sa.CheckConstraint(
            "not (is_withdrawn and intent is not null)", name=op.f("ck_label_verdict_withdrawn_says_nothing")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["label_task.id"], name=op.f("fk_label_verdict_task_id_label_task")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_label_verdict_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_verdict")),
    )
    op.create_index("ix_label_verdict_task_id_user_id", "label_verdict", ["task_id", "user_id", "id"], unique=False)
    op.create_index("ix_label_verdict_user_id", "label_verdict", ["user_id", "id"], unique=False)
    op.add_column("snapshot", sa.Column("tested_as", sa.String(length=400), nullable=True))
    op.add_column("snapshot", sa.Column("guideline", sa.String(length=20), nullable=True))
    for table in APPEND_ONLY:
        guard(table)


def guard(table):
    """Refuse every change of a table's rows; on PostgreSQL with the function that 0002 made."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table} is append-only'); end"
            )
        return
    op.execute(
        f"create trigger {table}_append_only before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"drop trigger {table}_no_{verb}")
    else:
        for table in APPEND_ONLY:
            op.execute(f"drop trigger {table}_append_only on {table}")
    op.drop_column("snapshot", "guideline")
    op.drop_column("snapshot", "tested_as")
    op.drop_index("ix_label_verdict_user_id", table_name="label_verdict")
    op.drop_index("ix_label_verdict_task_id_user_id", table_name="label_verdict")
    op.drop_table("label_verdict")
    op.drop_index("ix_label_task_stream_state", table_name="label_task")
    op.drop_table("label_task")
    op.drop_index("ix_label_review_text_digest", table_name="label_review")
    op.drop_table("label_review")
    op.drop_index("ix_imported_label_text_digest", table_name="imported_label")
    op.drop_index(op.f("ix_imported_label_import_id"), table_name="imported_label")
    op.drop_table("imported_label")
    op.drop_index(op.f("ix_label_import_created_at"), table_name="label_import")
    op.drop_table("label_import")
