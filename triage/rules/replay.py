"""How the log of a case, told long after, becomes the history of one or several cases (M1 D1, D10).

What happened is never refused because today's workflow would not allow it: a second closing, a pause of a closed case
and the like say nothing new and are flagged by the figures. A closed case opens again for a citizen's word within the
limit, shown by what follows; a later word begins a new case.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import CaseState, EventKind, ReplyKind
from triage.rules.pauses import WAITING_CITIZEN

K, S = EventKind, CaseState
WAITING_OTHER = "waiting_other"
KIND_OF = {
    "comment": K.RECEIVED, "reply": K.REPLIED, "route": K.ROUTED, "assign": K.ASSIGNED, "note": K.NOTED,
    "pause": K.PAUSED, "resume": K.RESUMED, "resolve": K.RESOLVED, "reopen": K.REOPENED,
    "no_answer_needed": K.NO_ANSWER_NEEDED, "withdraw": K.WITHDRAWN_BY_CITIZEN, "hide": K.HIDDEN_BY_US,
}  # fmt: skip
BY_CITIZEN = frozenset({K.RECEIVED, K.WITHDRAWN_BY_CITIZEN})
_CITIZEN = re.compile(r"\b(warga|citizen|pelapor|pemohon|pengadu)", re.IGNORECASE)
_THANKS = re.compile(
    r"\b(terima ?kasih|ter?ima ?kasih|makasi+h?|mksh|tri?ms|thanks?|thx|suwun|nuhun|tengkyu)\b", re.IGNORECASE
)
MOST_WORDS_OF_THANKS = 8


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that happened; `case_id` is set for what is in a case's history already.

    `comment` names the citizen's comment that a word, its withdrawal or a reopening is about, by its external id.
    """

    at: datetime
    kind: EventKind
    rank: int
    digest: str
    data: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    text: str = ""
    author: str = ""
    case_id: int | None = None


@dataclass
class Course:
    """One case on its way through its history; `told` is what is new in it."""

    case_id: int | None = None
    told: list[Item] = field(default_factory=list)
    state: CaseState = S.NEW
    closed_at: datetime | None = None
    opened_at: datetime | None = None
    last_comment_at: datetime | None = None
    comments: int = 0
    holder: str | None = None
    responsible: str | None = None
    routings: int = 0
    is_answered: bool = False
    waits: list[Item] = field(default_factory=list)  # unanswered words
    after_close: list[Item] = field(default_factory=list)

    @property
    def is_worked_on(self) -> bool:
        """Tell whether somebody of the house has done anything."""
        return self.routings > 0 or any(item.kind not in BY_CITIZEN for item in self.told)


@dataclass(frozen=True, kw_only=True)
class House:
    """Where a case came in: the account's unit, whether that is where all is sorted, and who works for whom."""

    unit: str
    is_desk: bool
    holder_of: Callable[[str], str]
    reopens_until: Callable[[datetime], datetime]


def is_thanks(text: str) -> bool:
    """Tell whether a text is a mere thanks: short, with a word of thanks and no question.

    >>> is_thanks("Terima kasih pak, sudah nyala"), is_thanks("Terima kasih, tapi kapan diperbaiki?")
    (True, False)
    """
    is_short = len(text.split()) <= MOST_WORDS_OF_THANKS
    return is_short and "?" not in text and " tapi " not in f" {text.lower()} " and bool(_THANKS.search(text))


def waits_for(reason: str) -> str:
    """Return whom a pause waits for; only what names the citizen stops the citizen's clock (M1 D9)."""
    return WAITING_CITIZEN if _CITIZEN.search(reason.replace("_", " ")) else WAITING_OTHER


def reply_kind(substantive: bool | None) -> ReplyKind:
    """Return the kind of a reply; one that does not say is taken for an answer."""
    return ReplyKind.ACKNOWLEDGEMENT if substantive is False else ReplyKind.SUBSTANTIVE


def courses(items: Iterable[Item], house: House) -> list[Course]:
    """Return the cases that the items of one citizen under one reference make, in order of time.

    Items before the first comment, whose clock was wrong, belong to the first case.
    """
    found: list[Course] = []
    for item in sorted(items, key=lambda item: (item.at, item.rank, item.digest)):
        course = _course_of(item, found, house)
        _TELLERS.get(item.kind, _pass_over)(course, item, house)
    for course in found:
        _settle(course, found[-1], house)
    return found


def _course_of(item: Item, found: list[Course], house: House) -> Course:
    if item.case_id is not None:
        known = next((course for course in found if course.case_id == item.case_id), None)
        if known is None:
            nameless = found[0] if found and found[0].case_id is None and not found[0].comments else None
            known = nameless or Course()
            known.case_id = item.case_id
            if nameless is None:
                found.append(known)
        return known
    if not found or (item.kind is K.RECEIVED and _is_new_matter(found[-1], item, house)):
        found.append(Course())
    return found[-1]


def _is_new_matter(course: Course, item: Item, house: House) -> bool:
    """Tell whether a word on a closed case comes too late to open it again; one that came in time already has."""
    if course.closed_at is None or course.after_close or not course.comments:
        return False  # what was closed before any word was closed by a wrong clock
    return item.at > house.reopens_until(course.closed_at)


def _tell(course: Course, item: Item, **data: Any) -> None:
    """Add an item to what is new, unless it is in the history already."""
    if item.case_id is None:
        item.data.update(data)
        course.told.append(item)


def _received(course: Course, item: Item, house: House) -> None:
    course.comments += 1
    course.opened_at = min(course.opened_at or item.at, item.at)
    course.last_comment_at = max(course.last_comment_at or item.at, item.at)
    course.waits.append(item)
    is_mere_thanks = course.closed_at is not None and (item.data.get("thanks") or is_thanks(item.text))
    if course.closed_at is not None and not is_mere_thanks:
        course.after_close.append(item)
    if course.state is S.WAITING_CITIZEN:
        course.state = S.IN_PROGRESS
    _tell(course, item, **({"thanks": True} if is_mere_thanks else {}))


def _replied(course: Course, item: Item, house: House) -> None:
    if not item.data.get("automatic"):
        _open_for_words(course)
        course.is_answered, course.waits = True, []
        if course.state is S.NEW:
            course.state = S.IN_PROGRESS
    _tell(course, item)


def _routed(course: Course, item: Item, house: House) -> None:
    responsible = item.data.get("responsible") or item.data.get("to")
    if item.case_id is not None:
        course.holder = item.data.get("to")
    else:
        taker = house.holder_of(responsible or house.unit)
        at_home = None if house.is_desk or course.routings or house.unit == taker else house.unit
        giver, course.holder = course.holder or at_home, taker
        _tell(course, item, **{"from": giver, "to": taker})
    course.responsible = responsible
    course.routings += course.holder is not None
    if course.state is S.NEW:
        course.state = S.IN_PROGRESS


def _paused(course: Course, item: Item, house: House) -> None:
    if course.closed_at is None:
        course.state = S.WAITING_CITIZEN if item.data.get("reason") == WAITING_CITIZEN else S.WAITING_OTHER
    _tell(course, item)


def _resumed(course: Course, item: Item, house: House) -> None:
    if course.state in (S.WAITING_CITIZEN, S.WAITING_OTHER):
        course.state = S.IN_PROGRESS
    _tell(course, item)


def _resolved(course: Course, item: Item, house: House) -> None:
    _open_for_words(course)
    _close(course, item, S.RESOLVED)


def _needs_none(course: Course, item: Item, house: House) -> None:
    course.after_close = []
    _close(course, item, S.NO_ANSWER_NEEDED)


def _reopened(course: Course, item: Item, house: House) -> None:
    comment = item.comment or (course.after_close[0].comment if course.after_close else "")
    course.after_close = []
    if course.closed_at is not None:
        course.state, course.closed_at = S.IN_PROGRESS, None
    if item.case_id is None:
        course.told.append(Item(**(vars(item) | {"comment": comment})))


def _withdrawn(course: Course, item: Item, house: House) -> None:
    kept = [word for word in course.waits if item.comment and word.comment != item.comment]
    course.after_close = [word for word in course.after_close if word in kept]
    course.waits = kept
    _tell(course, item)
    if not kept and not course.is_answered and course.closed_at is None:
        course.state, course.closed_at = S.NO_ANSWER_NEEDED, item.at


def _hidden(course: Course, item: Item, house: House) -> None:
    if item.data.get("approved") and not course.is_answered:
        _withdrawn(course, item, house)
    else:
        _pass_over(course, item, house)


def _pass_over(course: Course, item: Item, house: House) -> None:
    if course.state is S.NEW and item.kind is K.ASSIGNED:
        course.state = S.IN_PROGRESS
    if item.kind in KIND_OF.values():
        _tell(course, item)


def _close(course: Course, item: Item, state: CaseState) -> None:
    if course.closed_at is None:
        course.state, course.closed_at, course.waits = state, item.at, []
    _tell(course, item)


def _open_for_words(course: Course) -> None:
    """Open a closed case at the citizen's first word since, which what follows shows to have been heard."""
    if course.closed_at is None or not course.after_close:
        return
    word = course.after_close[0]
    course.state, course.closed_at, course.after_close = S.IN_PROGRESS, None, []
    course.told.append(
        Item(at=word.at, kind=K.REOPENED, rank=1, digest=f"{word.digest}+", comment=word.comment, author="citizen")
    )


def _settle(course: Course, last: Course, house: House) -> None:
    """Give a case that was worked on without a routing to the account's own unit, from the beginning.

    Of one citizen's cases in a thread only the last may be open: the others end where it begins.
    """
    if course.is_worked_on and not course.routings and course.case_id is None:
        course.holder = course.responsible = house.unit
        first = min((item for item in course.told if item.kind is K.RECEIVED), key=lambda item: item.at, default=None)
        if first is not None:
            first.data["holder"] = house.unit
    if course is not last and course.closed_at is None:
        course.state, course.closed_at = S.RESOLVED, last.opened_at


_TELLERS: dict[EventKind, Callable[[Course, Item, House], None]] = {
    K.RECEIVED: _received,
    K.REPLIED: _replied,
    K.ROUTED: _routed,
    K.PAUSED: _paused,
    K.RESUMED: _resumed,
    K.RESOLVED: _resolved,
    K.NO_ANSWER_NEEDED: _needs_none,
    K.REOPENED: _reopened,
    K.WITHDRAWN_BY_CITIZEN: _withdrawn,
    K.HIDDEN_BY_US: _hidden,
}
