"""Full-text search over citizens' comments: FTS5 on SQLite, a stored tsvector with a GIN index on PostgreSQL.

Every word must occur, each as a beginning ("lamp" finds "lampu") from WHOLE_BELOW letters on. The newest MATCHES
comments are looked at. Both keep a common word fast: one letter begins a tenth of all comments' words.
"""

import re
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models import Case, Comment
from triage.rules.text import CODE_ALPHABET, CODE_LENGTH

MATCHES = 2000
WHOLE_BELOW = 3
# What both databases index as one word: the underscore parts words.
WORD = re.compile(r"[^\W_]+")
CODE = re.compile(rf"^[{CODE_ALPHABET}]{{{CODE_LENGTH}}}$")


def narrow(session: Session, cases: Any, query: str) -> Any:
    """Return the selection of cases narrowed to a search; a tracking code finds its case."""
    code = query.strip().upper().replace("-", "")
    if CODE.match(code):
        return cases.where(Case.code == code)
    words = WORD.findall(query.lower())[:12]
    if not words:
        return cases.where(text("1 = 0"))
    return cases.where(col(Case.id).in_(matching_cases(session, words)))


def matching_cases(session: Session, words: list[str]) -> Any:
    """Return the ids of cases with a comment that holds every word."""
    if session.get_bind().dialect.name == "postgresql":
        matches = text("comment.search_words @@ to_tsquery('simple', :words)").bindparams(
            words=" & ".join(word + ":*" * is_beginning(word) for word in words)
        )
        newest = select(Comment.id, Comment.case_id).where(matches).order_by(col(Comment.id).desc()).limit(MATCHES)
        return select(newest.subquery().c.case_id)
    rows = text(
        "select rowid from comment_search where comment_search match :words order by rowid desc limit :matches"
    ).bindparams(words=" ".join(f'"{word}"' + "*" * is_beginning(word) for word in words), matches=MATCHES)
    return select(Comment.case_id).where(col(Comment.id).in_(rows))


def is_beginning(word: str) -> bool:
    """Tell whether a word of a search also finds longer ones."""
    return len(word) >= WHOLE_BELOW
