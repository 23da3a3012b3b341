"""Late work is chased: the ladder's steps, messages to staff, and which case each was about."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNSENT = sa.text("status in ('queued', 'sending')")


def choice(column, name, *values):
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def moment(name, *, nullable=False):
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def person(table):
    name = op.f(f"fk_{table}_user_id_app_user")
    return sa.Column("user_id", sa.Integer(), sa.ForeignKey("app_user.id", name=name), nullable=False)


def words(name, length):
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade():
    op.create_table(
        "escalation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        choice("audience", "audience", "unit_admin", "unit_head", "diskominfo", "supervisor"),
        sa.Column("after_hours", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        moment("set_at"),
        words("actor", 60),
        sa.CheckConstraint("number >= 1 and after_hours >= 0", name=op.f("ck_escalation_step_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_step")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        words("key", 80),
        choice("kind", "noticekind", "digest", "escalation"),
        sa.Column("step", sa.Integer(), nullable=True),
        person("notice"),
        words("address", 254),
        words("subject", 200),
        sa.Column("body", sa.Text(), nullable=False),
        choice("status", "noticestatus", "queued", "sending", "sent", "failed", "empty"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        words("error", 400),
        moment("created_at"),
        moment("try_at"),
        moment("sent_at", nullable=True),
        sa.CheckConstraint("(status = 'sent') = (sent_at is not null)", name=op.f("ck_notice_sent_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_unsent", "notice", ["try_at"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index("ix_notice_created_at", "notice", ["created_at", "id"])
    op.create_table(
        "notice_case",
        sa.Column(
            "notice_id",
            sa.Integer(),
            sa.ForeignKey("notice.id", name="fk_notice_case_notice_id_notice"),
            nullable=False,
        ),
        sa.Column(
            "case_id",
            sa.Integer(),
            sa.ForeignKey("citizen_case.id", name="fk_notice_case_case_id_citizen_case"),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        person("notice_case"),
        sa.PrimaryKeyConstraint("notice_id", "case_id", name=op.f("pk_notice_case")),
        sa.UniqueConstraint("case_id", "step", "user_id", name=op.f("uq_notice_case_case_id_step_user_id")),
    )


def downgrade():
    for table in ("notice_case", "notice", "escalation_step"):
        op.drop_table(table)
