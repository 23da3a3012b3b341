"""Full-text index over citizens' comments, kept in step by the database itself."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create virtual table comment_search using fts5("
            "text, content='comment', content_rowid='id', tokenize='unicode61 remove_diacritics 2', detail=none)"
        )
        op.execute(
            "create trigger comment_search_insert after insert on comment "
            "begin insert into comment_search(rowid, text) values (new.id, new.text); end"
        )
        return
    # Stored, because a frequent word is found by walking the newest comments, and parsing each would take a second.
    op.execute(
        "alter table comment add column search_words tsvector generated always as (to_tsvector('simple', text)) stored"
    )
    op.execute("create index ix_comment_search on comment using gin (search_words)")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger comment_search_insert")
        op.execute("drop table comment_search")
        return
    op.execute("drop index ix_comment_search")
    op.execute("alter table comment drop column search_words")
