"""What came in from where: accounts with and without comments, days without any, and how late they were seen (M1 D2).

Coverage is of accounts and days, whatever unit, intent or holder is asked for: a comment that never came in is missing
from every figure. It is told by the first comment of each case, for accounts that are in use, from the day each was
connected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from models import Account, Platform
from triage.queries.cohorts import Cohort
from triage.queries.figure_store import Array
from triage.queries.selections import Everything, all_cases
from triage.queries.tallies import Part, Selection, cells
from triage.rules import local_time
from triage.rules.permissions import Action, Scope, Viewer
from triage.rules.wording import alphabetical


@dataclass(frozen=True)
class Source:
    """What one account delivered: on how many of the `days` it was connected, when last, and its longest silence."""

    code: str
    name: str
    platform: Platform
    days: int
    days_with: int
    last_on: date | None
    silence_days: int


@dataclass(frozen=True)
class Coverage:
    """What the accounts delivered in a period up to today, the longest silent first.

    `days_without` had no comment from any of them.
    """

    sources: Sequence[Source]
    days: int
    days_without: int

    @property
    def delivered(self) -> int:
        """Return how many accounts had a comment."""
        return sum(source.days_with > 0 for source in self.sources)


def coverage(
    session: Session, viewer: Viewer, cohort: Cohort, *, now: datetime, zone: ZoneInfo, among: Everything
) -> Coverage:
    """Return what the accounts of a cohort delivered: all of them, or those of the viewer's own units."""
    first = local_time.number_of(cohort.start.astimezone(zone).date())
    end = local_time.number_of(min(cohort.end.astimezone(zone).date(), _tomorrow(now, zone)))
    found = _accounts(session, viewer, cohort)
    if end <= first or not found:
        return Coverage([], max(0, end - first), 0)
    largest = max(account.id or 0 for account in found)
    counts = _counts(all_cases(among, now=now), (first, end), zone, at_least=largest + 1)
    lines = counts[[account.id or 0 for account in found]]
    begins = [max(0, local_time.number_of(one.connected_at.astimezone(zone).date()) - first) for one in found]
    sources = [
        _source(account, line[begin:] > 0, first + begin)
        for account, line, begin in zip(found, lines, begins, strict=True)
        if begin < end - first
    ]
    any_of_them = lines.sum(axis=0)[min(begins) :] > 0
    longest_first = sorted(sources, key=lambda source: -source.silence_days)
    return Coverage(longest_first, len(any_of_them), int((~any_of_them).sum()))


def _accounts(session: Session, viewer: Viewer, cohort: Cohort) -> list[Account]:
    """Return the accounts in use that a cohort's filters and the viewer's scope name, by name."""
    found = select(Account).where(col(Account.is_active), col(Account.connected_at) < cohort.end)
    if viewer.scope(Action.SEE_FIGURES) is not Scope.ALL:
        found = found.where(col(Account.unit_id).in_(viewer.unit_ids))
    if cohort.platform:
        found = found.where(Account.platform == cohort.platform)
    if cohort.account:
        found = found.where(col(Account.code) == cohort.account)
    return sorted(session.exec(found), key=lambda account: alphabetical(account.handle))


def _counts(cases: Selection, days: tuple[int, int], zone: ZoneInfo, *, at_least: int) -> NDArray[np.int64]:
    """Return how many cases began on each day (account ids x days)."""
    first, end = days
    width = end - first + 1  # the last is for all days outside the period
    size = max([at_least, *(1 + int(part["account"].max()) for part in cases.parts if len(part))])

    def keys(part: Part) -> Array:
        """Return the number of each case's account and day; a day before the first is a very late one."""
        day = (part.days(zone) - first).astype(np.uint32)
        return cells(part["account"], width, np.minimum(day, width - 1).astype(np.int32))

    # Of all cases, so that one table of the period serves every filter and viewer until a block is packed anew.
    counts = cases.count(keys, size * width, kept_as=("delivered", zone.key, days))
    found: NDArray[np.int64] = counts.reshape(size, width)[:, :-1]
    return found


def _source(account: Account, has_comment: NDArray[np.bool_], first: int) -> Source:
    """Return what an account delivered, given for each of its days since `first` whether there was a comment."""
    with_comment = np.flatnonzero(has_comment)
    last = local_time.day_of(first + int(with_comment[-1])) if len(with_comment) else None
    days = len(has_comment)
    return Source(
        account.code,
        account.handle,
        account.platform,
        days,
        len(with_comment),
        last,
        longest_silence(with_comment, days),
    )


def longest_silence(with_comment: NDArray[np.int64], days: int) -> int:
    """Return the longest run of days without a comment, given the days that have one.

    >>> longest_silence(np.array([0, 1, 5]), 8), longest_silence(np.array([], dtype=int), 3)
    (3, 3)
    """
    edges = np.concatenate([[-1], with_comment, [days]])
    return int(np.diff(edges).max()) - 1


def _tomorrow(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date() + timedelta(days=1)
