"""Calendars of units over time, recomputes with old values beside the new, and targets with flag, author and reason."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OLD_COLUMNS = ("intent", "kind", "unit_id", "measure", "amount", "in_force_from")


def choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        "calendar_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("calendar_code", sa.String(length=40), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_calendar_assignment_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_calendar_assignment_created_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_assignment")),
    )
    op.create_index(op.f("ix_calendar_assignment_unit_id"), "calendar_assignment", ["unit_id"])
    op.create_table(
        "recompute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("calendar_edition", sa.Integer(), nullable=False),
        sa.Column("assignment_edition", sa.Integer(), nullable=False),
        sa.Column("begins_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("status", choice("recomputestatus", "queued", "running", "done", "failed"), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "done", "changed", "last_case_id")),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["work_calendar.id"], name=op.f("fk_recompute_calendar_id_work_calendar")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["calendar_assignment.id"], name=op.f("fk_recompute_assignment_id_calendar_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recompute")),
    )
    op.create_table(
        "recomputed_figure",
        sa.Column("recompute_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("before_s", sa.Integer(), nullable=True),
        sa.Column("after_s", sa.Integer(), nullable=True),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recompute_id"], ["recompute.id"], name=op.f("fk_recomputed_figure_recompute_id_recompute")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["citizen_case.id"], name=op.f("fk_recomputed_figure_case_id_citizen_case")
        ),
        sa.PrimaryKeyConstraint("recompute_id", "case_id", name=op.f("pk_recomputed_figure")),
    )
    remake_targets(
        sa.Column("flag", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name=op.f("fk_target_created_by_id_app_user")),
        flag="",
        is_active=True,
        reason="",
    )


def remake_targets(*further, **values):
    """Make the small table of targets anew: SQLite can neither add a key to a table nor drop a default."""
    targets = sa.table("target", sa.column("id"), *(sa.column(name) for name in OLD_COLUMNS))
    found = op.get_bind().execute(sa.select(targets).order_by(targets.c.id)).mappings().all()
    rows = [{name: row[name] for name in OLD_COLUMNS} | values for row in found]
    op.drop_table("target")
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "intent", choice("intent", "complaint", "question", "hoax_report", "praise", "other"), nullable=False
        ),
        sa.Column("kind", choice("targetkind", "acknowledge", "first_response", "resolution"), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("measure", choice("targetmeasure", "working_hours", "working_days"), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("in_force_from", UtcDateTime(), nullable=False),
        *further,
        sa.CheckConstraint("amount > 0", name=op.f("ck_target_amount")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    untyped = sa.table("target", *(sa.column(name) for name in (*OLD_COLUMNS, *values)))
    if rows:
        op.bulk_insert(untyped, rows)


def downgrade():
    remake_targets()
    op.drop_table("recomputed_figure")
    op.drop_table("recompute")
    op.drop_table("calendar_assignment")
