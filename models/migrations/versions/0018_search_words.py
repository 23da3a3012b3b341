"""The words of the full-text index, to be looked up: SQLite finds a few whole words faster than a beginning."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("create virtual table comment_search_words using fts5vocab(comment_search, row)")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table comment_search_words")
