"""A case carries marks beside its intent: emergency, suspected abuse, proposal and others, one bit each."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("citizen_case") as batch:
        batch.add_column(sa.Column("marks", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade():
    with op.batch_alter_table("citizen_case") as batch:
        batch.drop_column("marks")
