"""Answers carry a digest of their text, by which the same answer to many is found."""

import sqlalchemy as sa
from alembic import op

from models.reply import digest_of

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PIECE = 5000


def upgrade():
    op.add_column("reply", sa.Column("text_digest", sa.String(length=32), nullable=True))
    fill()
    op.create_index("ix_reply_text_digest", "reply", ["text_digest"])


def fill():
    """Give every answer there is its digest, piece by piece."""
    connection, last = op.get_bind(), 0
    read = sa.text("select id, text from reply where id > :last order by id limit :piece")
    write = sa.text("update reply set text_digest = :digest where id = :id")
    while rows := connection.execute(read, {"last": last, "piece": PIECE}).all():
        connection.execute(write, [{"id": row_id, "digest": digest_of(text)} for row_id, text in rows])
        last = rows[-1].id


def downgrade():
    op.drop_index("ix_reply_text_digest", "reply")
    with op.batch_alter_table("reply") as table:
        table.drop_column("text_digest")
