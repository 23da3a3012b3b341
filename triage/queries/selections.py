"""The cases that a page of figures is about, as numbers to count (M1 D2, D14, D19): exact at every moment.

They are the packed ones, less those that changed since, plus these as they are now. At most EXACT_UNTIL cases become
one part, so that quantiles over them are exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, select

from models import Account, Unit
from triage.queries import blocks, figure_store
from triage.queries.cohorts import INTENTS, QUEUE, Cohort
from triage.queries.figure_store import Array, Columns
from triage.queries.tallies import KINDS_AN_INTENT, Part, Selection
from triage.rules.permissions import Action, Scope, Viewer
from triage.rules.quantiles import NONE

EXACT_UNTIL = 50_000
LARGEST_UNIT = 2**16
ALWAYS = 2**62  # seconds


@dataclass(frozen=True, eq=False)
class Everything:
    """All cases at one moment: the packed ones, which of them are stale, and these as they are now.

    A page that makes several selections reads this once, and so all of its numbers are of the same moment.
    """

    store: figure_store.Store
    stale: Sequence[int]
    live: Columns

    @classmethod
    def read(cls, session: Session, parts: Sequence[str]) -> "Everything":
        """Return all cases with at least the parts of blocks that are wanted."""
        changed = blocks.changed(session)  # before the blocks: what is packed meanwhile is then read twice, never lost
        store = figure_store.refreshed(session, parts)
        stale = blocks.stale(session, changed, store.stamps)
        return cls(store, stale.ids, Columns.of(blocks.read(session, stale, store.parts)))


def selection(
    session: Session,
    viewer: Viewer,
    cohort: Cohort,
    *,
    now: datetime,
    parts: Sequence[str] = ("core",),
    among: Everything | None = None,
) -> Selection:
    """Return the cases of a cohort that a viewer may see, with the parts of blocks that are wanted."""
    return _selected(among or Everything.read(session, parts), _Wanted.of(session, viewer, cohort), now=now)


def all_cases(among: Everything, *, now: datetime) -> Selection:
    """Return every case, whoever holds it: to count what came in, not as rows."""
    return _selected(among, _Wanted(-ALWAYS, ALWAYS, holders=None, unit=None, intent=None, accounts=None), now=now)


def _selected(among: Everything, wanted: "_Wanted", *, now: datetime) -> Selection:
    store, live = among.store, among.live
    packed, fresh = wanted.places(store.columns), wanted.places(live)
    gone = store.columns.places(among.stale)
    if packed is not None:
        gone = gone[np.isin(gone, packed)]
    size = (len(store.columns) if packed is None else len(packed)) + len(live)
    if size > EXACT_UNTIL:
        found = [
            Part(store.columns, packed, now=now),
            Part(store.columns, gone, now=now, sign=-1),
            Part(live, fresh, now=now),
        ]
        return Selection(found, is_exact=False)
    kept = np.setdiff1d(np.arange(len(store.columns)) if packed is None else packed, gone)
    both = [store.columns.at(kept), live if fresh is None else live.at(fresh)]
    return Selection([Part(merged(both), None, now=now)], is_exact=True)


def merged(pieces: Sequence[Columns]) -> Columns:
    """Return pieces as one, in the order of ids."""
    joined = Columns.joined(pieces, like=pieces[0])
    cases, spans = joined.cases, joined.spans
    order = np.argsort(cases["id"], kind="stable")
    among = np.argsort(spans["id"], kind="stable") if spans else order
    return Columns({n: c[order] for n, c in cases.items()}, {n: c[among] for n, c in spans.items()})


@dataclass(frozen=True)
class _Wanted:
    """The conditions of a cohort in numbers; None leaves a side open."""

    start: int
    end: int
    holders: frozenset[int] | None
    unit: int | None
    intent: int | None
    accounts: frozenset[int] | None

    @classmethod
    def of(cls, session: Session, viewer: Viewer, cohort: Cohort) -> "_Wanted":
        """Return the conditions of a cohort within a viewer's scope."""
        scope = viewer.scope(Action.SEE_FIGURES)
        own = viewer.unit_ids if scope is Scope.OWN else frozenset()
        return cls(
            int(cohort.start.timestamp()),
            int(cohort.end.timestamp()),
            holders=None if scope is Scope.ALL else own,
            unit=_unit(session, cohort.unit),
            intent=INTENTS.index(cohort.intent) if cohort.intent else None,
            accounts=_accounts(session, cohort),
        )

    def places(self, columns: Columns) -> Array | None:
        """Return where the wanted cases are, None for all of them."""
        masks = list(self._masks(columns))
        return np.flatnonzero(np.logical_and.reduce(masks)) if masks else None

    def _masks(self, columns: Columns) -> Iterable[Array]:
        first, last = columns.opened
        if first < self.start:
            yield columns.cases["opened"] >= self.start
        if last >= self.end:
            yield columns.cases["opened"] < self.end
        if self.holders is not None:
            yield _among(columns.cases["holder"], self.holders)
        if self.accounts is not None:
            yield _among(columns.cases["account"], self.accounts)
        if self.unit is not None:
            yield columns.cases["unit"] == self.unit
        if self.intent is not None:
            yield columns.cases["kind"] // KINDS_AN_INTENT == self.intent


def _among(column: Array, ids: Iterable[int]) -> Array:
    is_among = np.zeros(LARGEST_UNIT, dtype=np.bool_)
    is_among[list(ids)] = True
    return is_among[column]


def _unit(session: Session, code: str) -> int | None:
    if not code:
        return None
    return 0 if code == QUEUE else session.exec(select(Unit.id).where(Unit.code == code)).first() or NONE


def _accounts(session: Session, cohort: Cohort) -> frozenset[int] | None:
    if not cohort.platform and not cohort.account:
        return None
    found = select(Account.id)
    if cohort.platform:
        found = found.where(Account.platform == cohort.platform)
    if cohort.account:
        found = found.where(col(Account.code) == cohort.account)
    return frozenset(account_id for account_id in session.exec(found) if account_id)
