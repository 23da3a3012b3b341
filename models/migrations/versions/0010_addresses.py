"""Staff have e-mail addresses, may do without the digest, and a unit has its heads."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("app_user", sa.Column("email", sa.String(length=254), server_default=sa.text("''"), nullable=False))
    op.add_column("app_user", sa.Column("wants_digest", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("membership", sa.Column("is_head", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    with op.batch_alter_table("membership") as table:
        table.drop_column("is_head")
    with op.batch_alter_table("app_user") as table:
        table.drop_column("wants_digest")
        table.drop_column("email")
