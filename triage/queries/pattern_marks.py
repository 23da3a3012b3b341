"""What blocks hold of the patterns worth a second look: marks of a case, and digests of the answers it was given.

Whether a pattern counts a case is for queries.fairness to say; a mark says only what the rows of the case say.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, case, extract
from sqlmodel import Session, col, func, select

from models import Case, CaseState, Event, EventKind, Intent, LabelSubject, Reply, ReplyKind, ReplyStatus
from triage.rules.fairness import NEAR_SHARE
from triage.rules.targets import MUST_ANSWER

RESOLVED, RELABELLED, RECORDED_LATER = 1, 2, 4
NEEDS_NO_ANSWER = (Intent.PRAISE, Intent.OTHER)
PUBLIC = (ReplyStatus.SENT, ReplyStatus.ELSEWHERE)
HALF, HALF_BITS = 8, 31  # hexadecimal digits; without their highest bit they fit a column of 32 bits
HALF_MASK = 2**HALF_BITS - 1


def marks() -> Any:
    """Return the marks of a case as the sum of their bits."""
    return (
        case((col(Case.state) == CaseState.RESOLVED, RESOLVED), else_=0)
        + case((_is_relabelled(), RELABELLED), else_=0)
        + case((_is_recorded_later(), RECORDED_LATER), else_=0)
    )


def _is_relabelled() -> Any:
    """Measure nearness by the target's length: it runs from the comment to the deadline, by the wall clock."""
    due, opened = extract("epoch", col(Case.due_at)), extract("epoch", col(Case.opened_at))
    distance = func.abs(extract("epoch", col(Event.at)) - due)
    changed = (
        select(Event.id)
        .where(
            Event.case_id == Case.id,
            Event.kind == EventKind.LABEL_CHANGED,
            col(Event.data)["subject"].as_string() == LabelSubject.INTENT.value,
            col(Event.data)["to"].as_string().in_([intent.value for intent in NEEDS_NO_ANSWER]),
            col(Event.data)["from"].as_string().in_([intent.value for intent in sorted(MUST_ANSWER)]),
            distance * NEAR_SHARE <= due - opened,
        )
        .correlate(Case)
        .exists()
    )
    is_by_person = col(Case.is_intent_by_person) & col(Case.due_at).is_not(None)
    return and_(col(Case.intent).in_(NEEDS_NO_ANSWER), is_by_person, changed)


def _is_recorded_later() -> Any:
    told = (
        select(Reply.id)
        .where(
            Reply.case_id == Case.id,
            Reply.status == ReplyStatus.ELSEWHERE,
            col(Reply.sent_at) <= Case.due_at,
            col(Reply.created_at) > Case.due_at,
        )
        .correlate(Case)
        .exists()
    )
    return and_(col(Case.first_response_at).is_not(None), told)


def substantive() -> list[Any]:
    """Return the conditions of an answer whose text may be the same as that of others."""
    return [
        col(Reply.status).in_(PUBLIC),
        Reply.kind == ReplyKind.SUBSTANTIVE,
        col(Reply.text_digest).is_not(None),
        col(Reply.unit_id).is_not(None),
    ]


def given_texts(session: Session, condition: Callable[[Any], Any]) -> NDArray[np.int64]:
    """Return (case, unit, first half, second half of the digest) of each answer, once a case (answers x 4)."""
    wanted = select(Reply.case_id, col(Reply.unit_id), col(Reply.text_digest)).distinct()
    wanted = wanted.where(condition(col(Reply.case_id)), *substantive())
    rows = session.connection().execute(wanted)
    found = [(case_id, unit_id, *halves(digest or "")) for case_id, unit_id, digest in rows]
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def halves(digest: str) -> tuple[int, int]:
    """Return what is kept of a digest: 62 bits, so that two texts among millions still differ."""
    return int(digest[:HALF], 16) & HALF_MASK, int(digest[HALF : 2 * HALF], 16) & HALF_MASK
