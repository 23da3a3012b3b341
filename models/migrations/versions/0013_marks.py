"""A case carries marks beside its intent: emergency, suspected abuse, proposal and others, one bit each."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    # Never through a copy of the table: a filled one is held by its cases' rows elsewhere and cannot be dropped.
    op.add_column("citizen_case", sa.Column("marks", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade():
    op.drop_column("citizen_case", "marks")
