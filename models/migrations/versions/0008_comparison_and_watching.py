"""What a candidate changes, decisions with their figures, the shadow run, and the watch over models at work."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def code(name):
    return sa.Column(name, sa.String(length=40), nullable=False)


def share(name):
    return sa.Column(name, sa.Float(), nullable=False)


def number(name):
    return sa.Column(name, sa.Integer(), nullable=False)


def points_to(table, column, target, *, nullable=False):
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{target}.id", name=name), nullable=nullable)


def key(table):
    return number("id"), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def upgrade():
    op.add_column("training_run", sa.Column("shadow_since", UtcDateTime(), nullable=True))
    op.add_column("promotion", sa.Column("figures", sa.JSON(), nullable=True))
    op.add_column("promotion", sa.Column("objections", sa.JSON(), nullable=True))
    op.create_table(
        "run_change",
        *key("run_change"),
        points_to("run_change", "run_id", "training_run"),
        points_to("run_change", "comment_id", "comment", nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        *map(code, ("truth_intent", "truth_unit", "intent_before", "intent_after")),
        *map(share, ("intent_before_p", "intent_after_p")),
        *map(code, ("unit_before", "unit_after")),
        *map(share, ("unit_before_p", "unit_after_p")),
    )
    op.create_index(op.f("ix_run_change_run_id"), "run_change", ["run_id"])
    op.create_table(
        "shadow_prediction",
        *key("shadow_prediction"),
        points_to("shadow_prediction", "run_id", "training_run"),
        points_to("shadow_prediction", "comment_id", "comment"),
        points_to("shadow_prediction", "active_run_id", "training_run"),
        code("intent"),
        share("intent_p"),
        code("unit"),
        share("unit_p"),
        code("active_intent"),
        share("active_intent_p"),
        code("active_unit"),
        share("active_unit_p"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("run_id", "comment_id", name=op.f("uq_shadow_prediction_run_id_comment_id")),
    )
    op.create_table(
        "model_week",
        *key("model_week"),
        sa.Column("week_on", sa.Date(), nullable=False),
        points_to("model_week", "run_id", "training_run"),
        *map(number, ("read", "unsure", "triaged", "need_answer", "corrected")),
        sa.Column("mix", sa.JSON(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("week_on", "run_id", name=op.f("uq_model_week_week_on_run_id")),
    )
    op.create_table(
        "drift_reading",
        *key("drift_reading"),
        points_to("drift_reading", "run_id", "training_run"),
        *map(number, ("window", "n")),
        points_to("drift_reading", "last_comment_id", "comment"),
        *map(share, ("mix_p", "confidence_p", "unknown_p")),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("run_id", "window", name=op.f("uq_drift_reading_run_id_window")),
    )
    guard()


def guard():
    """Let what a shadow said be neither changed nor removed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger shadow_prediction_no_{verb} before {verb} on shadow_prediction "
                "begin select raise(abort, 'shadow_prediction is append-only'); end"
            )
        return
    op.execute(
        "create trigger shadow_prediction_append_only before update or delete or truncate on shadow_prediction "
        "for each statement execute function refuse_change()"
    )


def downgrade():
    for table in ("drift_reading", "model_week", "shadow_prediction", "run_change"):
        op.drop_table(table)
    op.drop_column("promotion", "objections")
    op.drop_column("promotion", "figures")
    op.drop_column("training_run", "shadow_since")
