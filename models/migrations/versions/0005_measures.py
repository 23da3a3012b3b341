"""What the histories of cases say, as rows: their intervals, holds and waits, and the rebuilds that made them."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "measure_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(length=8), nullable=False),
        sa.Column("calendar_edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("last_case_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_run")),
    )
    op.create_table(
        "case_hold",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("wall_s", sa.Integer(), nullable=False),
        sa.Column("working_s", sa.Integer(), nullable=True),
        sa.CheckConstraint("wall_s >= 0 and working_s >= 0", name=op.f("ck_case_hold_never_negative")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_case_hold_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_case_hold_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_hold")),
    )
    op.create_table(
        "case_measure",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(length=8), nullable=False),
        sa.Column("calendar_edition", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("first_response_at", UtcDateTime(), nullable=True),
        sa.Column("frt_wall_s", sa.Integer(), nullable=True),
        sa.Column("frt_working_s", sa.Integer(), nullable=True),
        sa.Column("substantive_at", UtcDateTime(), nullable=True),
        sa.Column("tts_wall_s", sa.Integer(), nullable=True),
        sa.Column("tts_working_s", sa.Integer(), nullable=True),
        sa.Column("first_resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolution_first_wall_s", sa.Integer(), nullable=True),
        sa.Column("resolution_first_working_s", sa.Integer(), nullable=True),
        sa.Column("last_resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolution_full_wall_s", sa.Integer(), nullable=True),
        sa.Column("resolution_full_working_s", sa.Integer(), nullable=True),
        sa.Column("paused_wall_s", sa.Integer(), nullable=False),
        sa.Column("paused_working_s", sa.Integer(), nullable=True),
        sa.Column("waiting_other_wall_s", sa.Integer(), nullable=False),
        sa.Column("waiting_other_working_s", sa.Integer(), nullable=True),
        sa.Column("triaged_at", UtcDateTime(), nullable=True),
        sa.Column("triage_wall_s", sa.Integer(), nullable=True),
        sa.Column("triage_working_s", sa.Integer(), nullable=True),
        sa.Column("unit_response_wall_s", sa.Integer(), nullable=True),
        sa.Column("unit_response_working_s", sa.Integer(), nullable=True),
        sa.Column("responder_unit_id", sa.Integer(), nullable=True),
        sa.Column("credited_user_id", sa.Integer(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.CheckConstraint("bounces >= 0 and episodes >= 1", name=op.f("ck_case_measure_counts")),
        sa.CheckConstraint(
            "frt_wall_s >= 0 and frt_working_s >= 0 and tts_wall_s >= 0 and tts_working_s >= 0 and resolution_first_wall_s >= 0 and resolution_first_working_s >= 0 and resolution_full_wall_s >= 0 and resolution_full_working_s >= 0 and paused_wall_s >= 0 and paused_working_s >= 0 and waiting_other_wall_s >= 0 and waiting_other_working_s >= 0 and triage_wall_s >= 0 and triage_working_s >= 0 and unit_response_wall_s >= 0 and unit_response_working_s >= 0",
            name=op.f("ck_case_measure_never_negative"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_case_measure_case_id_citizen_case")),
        sa.ForeignKeyConstraint(
            ["credited_user_id"], ["app_user.id"], name=op.f("fk_case_measure_credited_user_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["responder_unit_id"], ["unit.id"], name=op.f("fk_case_measure_responder_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_measure")),
    )
    op.create_index(op.f("ix_case_measure_credited_user_id"), "case_measure", ["credited_user_id"], unique=False)
    op.create_table(
        "case_wait",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("wall_s", sa.Integer(), nullable=False),
        sa.Column("working_s", sa.Integer(), nullable=True),
        sa.CheckConstraint("wall_s >= 0 and working_s >= 0", name=op.f("ck_case_wait_never_negative")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_case_wait_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_case_wait_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_wait")),
    )


def downgrade():
    op.drop_table("case_wait")
    op.drop_index(op.f("ix_case_measure_credited_user_id"), table_name="case_measure")
    op.drop_table("case_measure")
    op.drop_table("case_hold")
    op.drop_table("measure_run")
