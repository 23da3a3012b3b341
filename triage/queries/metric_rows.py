"""The cases behind a number of the figures, page by page or all of them, and the list of late cases."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from models import Account, Case, CaseState, Intent, Platform, Unit
from triage.queries.cohorts import (
    QUEUE,
    Cohort,
    Number,
    Outcome,
    Pace,
    attributed,
    counted_by,
    measured,
    narrowed,
    outcome,
    pace,
)
from triage.queries.cuts import Cut
from triage.queries.figure_store import Array
from triage.queries.inbox import is_open, visible
from triage.queries.paging import PAGE_SIZE, Cursor, Page
from triage.queries.selections import selection
from triage.queries.tallies import Grouping, Part, Selection, by_unit, counting
from triage.rules.permissions import Action, Viewer
from triage.rules.quantiles import Ints
from triage.rules.wording import alphabetical

READ_AT_ONCE = 1_000
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
IDS = 2**31  # one more than any id: a key is a moment in seconds times this, plus the id


class CaseRow(NamedTuple):
    """One case behind a number; `unit` is the one it is attributed to, None in the triage queue."""

    row_id: int
    code: str
    excerpt: str
    intent: Intent | None
    state: CaseState
    opened_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    wall_s: int | None
    working_s: int | None
    unit_code: str | None
    unit: str | None
    platform: Platform
    account: str
    outcome: Outcome
    pace: Pace

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for an answer."""
        return self.outcome in (Outcome.OPEN_WITHOUT_TARGET, Outcome.OVERDUE, Outcome.NOT_DUE)

    @property
    def is_out_of_hours(self) -> bool:
        """Tell whether it was written and answered outside working hours (D11)."""
        return self.pace is Pace.OUT_OF_HOURS


@dataclass(frozen=True)
class Behind:
    """The cases behind a number: the chosen ones of each part of a selection, some of which come off again.

    A key orders cases by the moment they were opened, then by id.
    """

    chosen: tuple[tuple[Part, Array], ...]

    @classmethod
    def of(cls, cases: Selection, chosen: Callable[[Part], Array]) -> "Behind":
        """Return the chosen cases of a selection."""
        return cls(tuple((part, chosen(part)) for part in cases.parts))

    @property
    def total(self) -> int:
        """Return how many cases there are."""
        return sum(part.sign * int(np.count_nonzero(chosen)) for part, chosen in self.chosen)

    @property
    def keys(self) -> Ints:
        """Return the keys of all cases, in no order."""
        return self._keys(lambda _part, chosen: np.flatnonzero(chosen))

    def newest(self, number: int, after: str = "") -> Ints:
        """Return the keys of the next cases, newest first; raise BadCursor for a mangled address."""
        cursor = Cursor.decode(after) if after else None
        # So many that enough are left, should all that comes off again be among them.
        wanted = number + sum(int(np.count_nonzero(chosen)) for part, chosen in self.chosen if part.sign < 0)

        def latest(part: Part, chosen: Array) -> Array:
            """Return where the latest are, with all of the earliest second among them: ids decide within a second."""
            here = np.flatnonzero(_before(part, chosen, cursor) if cursor else chosen)
            moments = part["opened"][here]
            if len(here) <= wanted:
                return here
            is_late_enough: Array = moments >= np.partition(moments, -wanted)[-wanted]
            return here[is_late_enough]

        return np.sort(self._keys(latest))[::-1][:number]

    def _keys(self, places: Callable[[Part, Array], Array]) -> Ints:
        """Return the keys of the cases at some places of each part; what comes off stands in parts before it only."""
        found = np.empty(0, np.int64)
        for part, chosen in self.chosen:
            here = places(part, chosen)
            keys = part["opened"][here].astype(np.int64) * IDS + part["id"][here]
            found = np.append(found, keys) if part.sign > 0 else np.setdiff1d(found, keys, assume_unique=True)
        return found


def _before(part: Part, chosen: Array, cursor: Cursor) -> Array:
    """Return which of the chosen cases come after a cursor in a list with the newest first."""
    last, opened = int(cursor.at.timestamp()), part["opened"]
    found: Array = chosen & ((opened < last) | ((opened == last) & (part["id"] < cursor.row_id)))
    return found


def behind(
    session: Session, viewer: Viewer, cohort: Cohort, number: Number, *, now: datetime, cut: Cut | None = None
) -> Behind:
    """Return the cases behind a number, or behind one cut of it."""
    cases = selection(session, viewer, cohort, now=now, parts=cut.parts if cut else ("core",))
    return Behind.of(cases, lambda part: part.counted(number) & (cut.chosen(part) if cut else True))


def rows(session: Session, found: Behind, *, now: datetime, after: str = "") -> Page[CaseRow]:
    """Return one page of the cases behind a number, newest first; raise BadCursor for a mangled address."""
    keys = found.newest(PAGE_SIZE + 1, after)
    shown = _read(session, keys[:PAGE_SIZE], now)
    if len(keys) <= PAGE_SIZE:
        return Page(shown, None)
    opened, row_id = divmod(int(keys[PAGE_SIZE - 1]), IDS)
    return Page(shown, Cursor(datetime.fromtimestamp(opened, UTC), row_id).encode())


def every_row(session: Session, found: Behind, *, now: datetime) -> Iterator[CaseRow]:
    """Return all cases behind a number, newest first, read little by little."""
    keys = np.sort(found.keys)[::-1]
    pieces = (keys[start : start + READ_AT_ONCE] for start in range(0, len(keys), READ_AT_ONCE))
    return chain.from_iterable(_read(session, piece, now) for piece in pieces)


def _read(session: Session, keys: Ints, now: datetime) -> list[CaseRow]:
    ids = (keys % IDS).tolist()
    found = session.execute(_selection(now).where(col(Case.id).in_(ids)))
    by_id = {row[0]: _row(row) for row in found}
    return [by_id[row_id] for row_id in ids if row_id in by_id]


def late(
    session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime, after: str = "", newest_first: bool = False
) -> Page[CaseRow]:
    """Return one page of the cases overdue now, of any period: the earliest deadline first, or the latest."""
    found = _selection(now).where(*_late(viewer, cohort, now))
    return _page(session, found, col(Case.sort_at), after, newest_first=newest_first)


def soonest(session: Session, conditions: Sequence[Any], *, now: datetime, after: str = "") -> Page[CaseRow]:
    """Return one page of the cases that conditions name, the earliest deadline first."""
    return _page(session, _selection(now).where(*conditions), col(Case.sort_at), after, newest_first=False)


def late_by_unit(session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime) -> list[tuple[str, str, int]]:
    """Return (unit's code, short name, overdue cases of any period) of each unit that has any, most first."""
    found = selection(session, viewer, replace(cohort, start=EARLIEST, end=LATEST), now=now)
    units = session.exec(select(Unit.id, Unit.code, Unit.short_name)).all()
    names = {0: (QUEUE, "Antrean triase"), **{row_id or 0: (code, name) for row_id, code, name in units}}
    overdue = found.kinds(Grouping(by_unit, max(names) + 1)) @ counting(Number.OVERDUE)
    counted = [(*name, int(overdue[row_id])) for row_id, name in names.items() if overdue[row_id]]
    return sorted(counted, key=lambda row: (-row[2], *alphabetical(row[1])))


def _late(viewer: Viewer, cohort: Cohort, now: datetime) -> list[Any]:
    """Return the conditions of a late case: while an answer is owed, sort_at is its deadline and is indexed."""
    scope = visible(viewer, Action.SEE_FIGURES)
    return [scope, is_open(), col(Case.sort_at) < now, counted_by(Number.OVERDUE, now), *narrowed(cohort)]


def _selection(now: datetime) -> Any:
    columns = (
        Case.id, Case.code, Case.excerpt, Case.intent, Case.state, Case.opened_at, Case.due_at,
        Case.first_response_at, Case.response_wall_s, Case.response_working_s, Unit.code, Unit.short_name,
        Account.platform, Account.handle, outcome(now), pace(), Case.sort_at,
    )  # fmt: skip
    return (
        measured(select(*columns))  # type: ignore[call-overload]
        .join(Account, col(Account.id) == Case.account_id)
        .outerjoin(Unit, col(Unit.id) == attributed())
    )


def _row(found: Any) -> CaseRow:
    return CaseRow._make((*found[:14], Outcome(found[14]), Pace(found[15])))


def _page(session: Session, found: Any, by: Any, after: str, *, newest_first: bool) -> Page[CaseRow]:
    key = tuple_(by, col(Case.id))
    if after:
        cursor = Cursor.decode(after)
        last = tuple_(cursor.at, cursor.row_id)
        found = found.where(key < last if newest_first else key > last)
    found = found.order_by(by.desc(), col(Case.id).desc()) if newest_first else found.order_by(by, col(Case.id))
    read = session.execute(found.limit(PAGE_SIZE + 1)).all()
    shown = [_row(row) for row in read[:PAGE_SIZE]]
    if len(read) <= PAGE_SIZE:
        return Page(shown, None)
    return Page(shown, Cursor(read[PAGE_SIZE - 1]._mapping[by.key], shown[-1].row_id).encode())
