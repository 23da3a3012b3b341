"""Which cases a page of figures is about, and which of them each number counts (M1 D2, D14-D16, D19).

What a number means stands once, in MEANINGS: metrics counts by it and metric_rows selects by it, so the rows
behind a number always sum up to it. The viewer's scope is part of every cohort.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from itertools import product
from typing import Any

from sqlalchemy import and_, case
from sqlmodel import col, func, select

from models import Account, Case, CaseMeasure, Intent, Platform, Unit
from triage.rules.history import Flag, bits_of
from triage.rules.targets import MUST_ANSWER

QUEUE = "-"  # stands for the triage queue where a unit's code is asked for
INTENTS = (None, *Intent)


class Outcome(IntEnum):
    """How a case stands to its frozen deadline; every case has exactly one."""

    IN_TIME = 0
    ANSWERED_LATE = 1
    ANSWERED_WITHOUT_TARGET = 2
    CLOSED_UNANSWERED = 3
    OPEN_WITHOUT_TARGET = 4
    OVERDUE = 5
    NOT_DUE = 6


class Standing(IntEnum):
    """Whether a case is one that figures count: not if it is older than its account's connection, or taken back."""

    COUNTED = 0
    BACKFILL = 1
    TAKEN_BACK = 2


class Pace(IntEnum):
    """Which clock can tell the first response: none, the wall clock only, both, or both outside hours."""

    UNANSWERED = 0
    NO_CALENDAR = 1
    OUT_OF_HOURS = 2
    MEASURED = 3


class Number(StrEnum):
    """A number on the page of figures; its value is its name in addresses."""

    RECEIVED = "masuk"
    ANSWERED = "dijawab"
    IN_TARGET = "dalam-target"
    ANSWERED_LATE = "dijawab-terlambat"
    COUNTED = "dihitung"
    OVERDUE = "lewat-tenggat"
    NOT_DUE = "belum-jatuh-tempo"
    OPEN = "terbuka"
    CLOSED_UNANSWERED = "ditutup-tanpa-balasan"
    OPEN_WITHOUT_TARGET = "terbuka-tanpa-target"
    ANSWERED_WITHOUT_TARGET = "dijawab-tanpa-target"
    TIMED = "terukur-jam-kerja"
    NO_CALENDAR = "tanpa-kalender"
    OUT_OF_HOURS = "di-luar-jam-kerja"
    PRAISE = "pujian"
    PRAISE_ANSWERED = "pujian-dijawab"
    OTHER = "lainnya"
    UNREAD = "belum-dibaca"
    BACKFILL = "sebelum-terhubung"
    TAKEN_BACK = "ditarik"


OUT_BITS = bits_of({Flag.WITHDRAWN_BEFORE_REPLY, Flag.HIDING_APPROVED})
ANSWERED = frozenset({Outcome.IN_TIME, Outcome.ANSWERED_LATE, Outcome.ANSWERED_WITHOUT_TARGET})


@dataclass(frozen=True)
class Meaning:
    """Which cases a number counts: None leaves a side open; `intents` holds None for cases not read yet."""

    intents: frozenset[Intent | None] | None = MUST_ANSWER
    outcomes: frozenset[Outcome] | None = None
    paces: frozenset[Pace] | None = None
    standing: Standing = Standing.COUNTED

    def counts(self, intent: Intent | None, standing: Standing, outcome: Outcome, pace: Pace) -> bool:
        """Tell whether a case is counted."""
        return (
            standing is self.standing
            and (self.intents is None or intent in self.intents)
            and (self.outcomes is None or outcome in self.outcomes)
            and (self.paces is None or pace in self.paces)
        )


def _by(*outcomes: Outcome) -> Meaning:
    return Meaning(outcomes=frozenset(outcomes))


MEANINGS: dict[Number, Meaning] = {
    Number.RECEIVED: Meaning(),
    Number.ANSWERED: Meaning(outcomes=ANSWERED),
    Number.IN_TARGET: _by(Outcome.IN_TIME),
    Number.ANSWERED_LATE: _by(Outcome.ANSWERED_LATE),
    Number.COUNTED: _by(Outcome.IN_TIME, Outcome.ANSWERED_LATE, Outcome.OVERDUE),
    Number.OVERDUE: _by(Outcome.OVERDUE),
    Number.NOT_DUE: _by(Outcome.NOT_DUE),
    Number.OPEN: _by(Outcome.OVERDUE, Outcome.NOT_DUE, Outcome.OPEN_WITHOUT_TARGET),
    Number.CLOSED_UNANSWERED: _by(Outcome.CLOSED_UNANSWERED),
    Number.OPEN_WITHOUT_TARGET: _by(Outcome.OPEN_WITHOUT_TARGET),
    Number.ANSWERED_WITHOUT_TARGET: _by(Outcome.ANSWERED_WITHOUT_TARGET),
    Number.TIMED: Meaning(paces=frozenset({Pace.OUT_OF_HOURS, Pace.MEASURED})),
    Number.NO_CALENDAR: Meaning(paces=frozenset({Pace.NO_CALENDAR})),
    Number.OUT_OF_HOURS: Meaning(paces=frozenset({Pace.OUT_OF_HOURS})),
    Number.PRAISE: Meaning(intents=frozenset({Intent.PRAISE})),
    Number.PRAISE_ANSWERED: Meaning(intents=frozenset({Intent.PRAISE}), outcomes=ANSWERED),
    Number.OTHER: Meaning(intents=frozenset({Intent.OTHER})),
    Number.UNREAD: Meaning(intents=frozenset({None})),
    Number.BACKFILL: Meaning(intents=None, standing=Standing.BACKFILL),
    Number.TAKEN_BACK: Meaning(standing=Standing.TAKEN_BACK),
}


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The cases of a page of figures: opened from `start` until before `end`, narrowed by what is not empty.

    `unit` is the code of the unit a case is attributed to (D14), QUEUE for the triage queue.
    """

    start: datetime
    end: datetime
    unit: str = ""
    intent: Intent | None = None
    platform: Platform | None = None
    account: str = ""


# Every kind of case there can be, in the order of `kind`.
KINDS = tuple(product(INTENTS, Standing, Outcome, Pace))


def attributed() -> Any:
    """Return the unit that a case's clock belongs to: who answered, else who holds it (D14)."""
    return func.coalesce(Case.responder_unit_id, Case.holder_id)


def outcome(now: datetime) -> Any:
    """Return a case's Outcome; agrees with rules.targets.due_state, which a test checks."""
    answered, due = col(Case.first_response_at), col(Case.due_at)
    return case(
        (answered <= due, Outcome.IN_TIME.value),
        (answered > due, Outcome.ANSWERED_LATE.value),
        (answered.is_not(None), Outcome.ANSWERED_WITHOUT_TARGET.value),
        (col(Case.closed_at).is_not(None), Outcome.CLOSED_UNANSWERED.value),
        (due.is_(None), Outcome.OPEN_WITHOUT_TARGET.value),
        (due < now, Outcome.OVERDUE.value),
        else_=Outcome.NOT_DUE.value,
    )


def pace() -> Any:
    """Return a case's Pace; no working time between two different moments means both lay outside hours."""
    wall, working = col(Case.response_wall_s), col(Case.response_working_s)
    return case(
        (col(Case.first_response_at).is_(None), Pace.UNANSWERED.value),
        (working.is_(None), Pace.NO_CALENDAR.value),
        (and_(working == 0, wall > 0), Pace.OUT_OF_HOURS.value),
        else_=Pace.MEASURED.value,
    )


def standing() -> Any:
    """Return a case's Standing; its row stands beside its measures, as `measured` joins them (M1 D2, D17)."""
    is_out = func.coalesce(col(CaseMeasure.flags), 0).op("&")(OUT_BITS) != 0
    return case(
        (col(Case.is_backfill), Standing.BACKFILL.value),
        (is_out, Standing.TAKEN_BACK.value),
        else_=Standing.COUNTED.value,
    )


def measured(found: Any) -> Any:
    """Return a selection of cases with their measures, if they have any."""
    return found.select_from(Case).outerjoin(CaseMeasure, col(CaseMeasure.case_id) == Case.id)


def kind(now: datetime) -> Any:
    """Return the place of a case in KINDS: everything that decides which numbers count it, as one whole number."""
    intent = case(*((col(Case.intent) == value, place) for place, value in enumerate(INTENTS) if value), else_=0)
    return ((intent * len(Standing) + standing()) * len(Outcome) + outcome(now)) * len(Pace) + pace()


def counted_by(number: Number, now: datetime) -> Any:
    """Return the condition of the cases that a number counts, in a selection that `measured` made."""
    return kind(now).in_([place for place, about in enumerate(KINDS) if MEANINGS[number].counts(*about)])


def narrowed(cohort: Cohort) -> list[Any]:
    """Return the conditions of a cohort's filters without its period."""
    found: list[Any] = []
    if cohort.unit == QUEUE:
        found.append(attributed().is_(None))
    elif cohort.unit:
        found.append(attributed() == select(Unit.id).where(Unit.code == cohort.unit).scalar_subquery())
    if cohort.intent:
        found.append(col(Case.intent) == cohort.intent)
    if cohort.platform:
        found.append(col(Case.account_id).in_(select(Account.id).where(Account.platform == cohort.platform)))
    if cohort.account:
        found.append(col(Case.account_id).in_(select(Account.id).where(Account.code == cohort.account)))
    return found
