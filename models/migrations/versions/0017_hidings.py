"""Comments that we hid wait for a supervisor's word on the reason."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WAITING = sa.text("decided_at is null")


def upgrade():
    op.create_table(
        "hiding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("hidden_by_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", UtcDateTime(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_hiding_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_hiding_comment_id_comment")),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["app_user.id"], name=op.f("fk_hiding_hidden_by_id_app_user")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["app_user.id"], name=op.f("fk_hiding_decided_by_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hiding")),
    )
    op.create_index(op.f("ix_hiding_case_id"), "hiding", ["case_id"])
    op.create_index(
        "uq_hiding_waiting", "hiding", ["comment_id"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )


def downgrade():
    op.drop_table("hiding")
