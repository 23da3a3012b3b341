"""A rebuild says by which limits it measured; that a row was looked at again under a newer calendar is no change."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# All of a measured row but its case and how it was measured.
FIGURES = (
    "received_at, first_response_at, frt_wall_s, frt_working_s, substantive_at, tts_wall_s, tts_working_s,"
    " first_resolved_at, resolution_first_wall_s, resolution_first_working_s, last_resolved_at, resolution_full_wall_s,"
    " resolution_full_working_s, paused_wall_s, paused_working_s, waiting_other_wall_s, waiting_other_working_s,"
    " triaged_at, triage_wall_s, triage_working_s, unit_response_wall_s, unit_response_working_s, responder_unit_id,"
    " credited_user_id, bounces, episodes, waiting_since, flags"
)


def upgrade():
    op.add_column(
        "measure_run", sa.Column("limits", sa.String(length=20), nullable=False, server_default=sa.text("''"))
    )
    note_updates(f"update of {FIGURES}")


def note_updates(event):
    """Let the trigger of 0014 that notes changed cases look at these updates of measured rows."""
    name = "case_measure_noted_update"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"drop trigger {name}")
        insert = "insert into figure_change (case_id) values (new.case_id)"
        op.execute(f"create trigger {name} after {event} on case_measure begin {insert}; end")
    else:
        op.execute(f"drop trigger {name} on case_measure")
        op.execute(f"create trigger {name} after {event} on case_measure for each row execute function {name}()")


def downgrade():
    note_updates("update")
    with op.batch_alter_table("measure_run") as table:
        table.drop_column("limits")
