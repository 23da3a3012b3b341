"""Which comments of a case stand no more as they were written: taken back by the citizen, or hidden by us (M1 D17)."""

from collections.abc import Iterable
from enum import StrEnum

from models import Event, EventKind


class Fate(StrEnum):
    """What became of a comment."""

    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    HIDDEN_APPROVED = "hidden_approved"


def fates(events: Iterable[Event]) -> dict[int | None, Fate]:
    """Return the marked comments by id; None stands for all, where an imported log names no comment.

    A refused hiding leaves none: the comment has to be seen and answered.
    """
    found: dict[int | None, Fate] = {}
    for event in events:
        comment = event.data.get("comment")
        if event.kind is EventKind.WITHDRAWN_BY_CITIZEN:
            found[comment] = Fate.WITHDRAWN
        elif event.kind is EventKind.HIDDEN_BY_US and is_refusal(event):
            found.pop(comment, None)
        elif event.kind is EventKind.HIDDEN_BY_US and found.get(comment) is not Fate.WITHDRAWN:
            found[comment] = Fate.HIDDEN_APPROVED if event.data.get("approved") else Fate.HIDDEN
    return found


def is_decision(event: Event) -> bool:
    """Tell whether an event is a supervisor's word on a hiding, and no hiding itself."""
    return event.kind is EventKind.HIDDEN_BY_US and "hiding" in event.data


def is_refusal(event: Event) -> bool:
    """Tell whether a supervisor found a hiding without good reason."""
    return is_decision(event) and not event.data["approved"]
