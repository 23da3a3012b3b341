"""Orders of files: tables of cases and figures, and monthly reports."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = ("cases", "figures", "report")
STATUSES = ("queued", "running", "done", "failed")
SCHEDULED = sa.text("requester_id is null")


def choice(name, kind, values):
    words = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, words, nullable=False)


def upgrade():
    moments = ("started_at", "heartbeat_at", "finished_at", "expires_at", "removed_at")
    op.create_table(
        "export_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        choice("kind", "exportkind", KINDS),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        choice("status", "exportstatus", STATUSES),
        sa.Column("requester_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in moments),
        sa.CheckConstraint("(kind = 'report') = (month is not null)", name=op.f("ck_export_order_month")),
        sa.CheckConstraint("done >= 0 and total >= 0", name=op.f("ck_export_order_counts")),
        sa.ForeignKeyConstraint(["requester_id"], ["app_user.id"], name=op.f("fk_export_order_requester_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_order")),
        sa.UniqueConstraint("key", name=op.f("uq_export_order_key")),
    )
    op.create_index(op.f("ix_export_order_requester_id"), "export_order", ["requester_id"])
    op.create_index("ix_export_order_created_at", "export_order", ["created_at", "id"])
    op.create_index(
        "uq_export_order_scheduled",
        "export_order",
        ["month"],
        unique=True,
        sqlite_where=SCHEDULED,
        postgresql_where=SCHEDULED,
    )


def downgrade():
    op.drop_table("export_order")
