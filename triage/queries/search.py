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
MOST_FORMS = 20
LAST_LETTER = "\U0010ffff"
FORMS = (
    "select {place} as place, term from"
    " (select term from comment_search_words where term >= :begin{place} and term < :end{place} limit :most)"
)
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
    ).bindparams(words=" AND ".join(spelt_out(session, words)), matches=MATCHES)
    return select(Comment.case_id).where(col(Comment.id).in_(rows))


def spelt_out(session: Session, words: list[str]) -> list[str]:
    """Return each word as FTS5 is asked for it: a beginning as the few words that begin so, where they are few.

    For a beginning FTS5 gathers all its comments first, for words it walks them from the newest on: "lamp" took ten
    times as long as "lampu" and "lampunya". What has marks above its letters is left to FTS5, which takes them off.
    """
    begun = {place: word for place, word in enumerate(words) if is_beginning(word) and word.isascii()}
    forms: dict[int, list[str]] = {place: [] for place in begun}
    if begun:
        looked_up = " union all ".join(FORMS.format(place=place) for place in begun)
        values = {f"begin{place}": word for place, word in begun.items()}
        values |= {f"end{place}": word + LAST_LETTER for place, word in begun.items()}
        for place, form in session.execute(text(looked_up), values | {"most": MOST_FORMS + 1}):
            forms[place].append(form)
    return [asked_for(word, forms.get(place, [])) for place, word in enumerate(words)]


def asked_for(word: str, forms: list[str]) -> str:
    """Return a word as FTS5 is asked for it, given the words that begin with it, as far as they were looked up."""
    if forms and len(forms) <= MOST_FORMS:
        return "(" + " OR ".join(f'"{form}"' for form in forms) + ")"
    return f'"{word}"' + "*" * is_beginning(word)


def is_beginning(word: str) -> bool:
    """Tell whether a word of a search also finds longer ones."""
    return len(word) >= WHOLE_BELOW
