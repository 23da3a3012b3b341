"""The rows that an imported history becomes: columns of cases, comments and what we wrote."""

from collections.abc import Mapping, Sequence
from typing import Any

from models import Account, EventKind, Source
from triage.queries.replays import Past
from triage.rules.replay import KIND_OF, Course, Item
from triage.rules.targets import sort_moment
from triage.rules.text import excerpt, tracking_code


def past_item(event: Past, types: Sequence[str]) -> Item:
    """Return an event of a case's history as the rules take it."""
    rank = next((types.index(name) for name, kind in KIND_OF.items() if kind is event.kind), len(types))
    return Item(
        at=event.at,
        kind=event.kind,
        rank=rank,
        digest=str(event.data.get("line", "")),
        data=dict(event.data),
        comment=event.comment,
        case_id=event.case_id,
    )


def case_row(course: Course, units: Mapping[str, tuple[int, bool]]) -> dict[str, Any]:
    """Return the columns of a case that follow from its history."""
    row: dict[str, Any] = {
        "state": course.state,
        "closed_at": course.closed_at,
        "opened_at": course.opened_at,
        "last_comment_at": course.last_comment_at,
        "comment_count": course.comments,
        "is_waiting_for_us": course.closed_at is None and bool(course.waits),
    }
    if course.is_worked_on and course.holder is not None:
        responsible = course.responsible or course.holder
        row |= {"unit_id": units[responsible][0], "holder_id": units[course.holder][0], "is_unit_by_person": True}
    return row


def first_row(course: Course, account: Account, where: tuple[int, str], *, reference: str) -> dict[str, Any]:
    """Return the columns that a new case gets once. What is imported with its answers is no backfill (M1 D2)."""
    first = min((item for item in course.told if item.kind is EventKind.RECEIVED), key=lambda item: item.at)
    return {
        "code": tracking_code(),
        "account_id": account.id,
        "post_id": where[0],
        "author_key": where[1],
        "excerpt": excerpt(first.text),
        "is_backfill": False,
        "reference": reference,
        "sort_at": sort_moment(due_at=None, answered_at=None, opened_at=first.at),
    }


def comment_row(item: Item, case_id: int, account: Account, where: tuple[int, str]) -> dict[str, Any]:
    """Return the columns of a comment."""
    return {
        "platform": account.platform, "account_id": account.id, "external_id": item.comment, "post_id": where[0],
        "case_id": case_id, "parent_external_id": "", "author_key": where[1], "author_name": item.author,
        "text": item.text, "permalink": "", "source": Source.FILE, "posted_at": item.at, "first_seen_at": item.at,
    }  # fmt: skip


def word_rows(item: Item, case_id: int) -> list[dict[str, Any]]:
    """Return what we wrote, as the log has it: an answer or a remark."""
    is_internal = item.kind is EventKind.NOTED
    words = item.text or (item.data.get("reason", "") if is_internal else "")
    if item.kind not in (EventKind.REPLIED, EventKind.NOTED) or not words:
        return []
    return [{"case_id": case_id, "is_internal": is_internal, "author_name": item.author, "text": words, "at": item.at}]
