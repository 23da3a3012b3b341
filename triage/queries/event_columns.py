"""The events of a run of cases in columns, read in the cheapest form: three values an event, no objects.

What is said once by many events is understood once. Everything here is about one piece of the cases, so nothing is
kept for long.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, text
from sqlmodel import Session

from triage.queries.bulk import KINDS, OF_KINDS
from triage.rules.gists import MOST, SKEWED, by_whom, gist_of
from triage.rules.shapes import Histories

BETWEEN = "|"  # stands in no kind and in no actor
# What is another number in each event: the comment it is about counts, an answer's and a log line's do not.
NUMBERED = re.compile(r'"(?:comment": (\d+)|reply": \d+|line": "\w+")')
# The spellings are our own constants; ids are parameters.
SAID = "'|' || kind || '|' || actor || '|' ||"
MOVES = f"kind in ({OF_KINDS}) order by case_id, id"
SQLITE = f"select case_id, at, (at > recorded_at) || {SAID} data from case_event where"  # noqa: S608
POSTGRES = (
    f"select case_id, at, cast(at > recorded_at as integer) || {SAID} cast(data as text),"  # noqa: S608
    " cast(extract(epoch from at) * 1000000 as bigint) from case_event where"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The events of cases: `moments` as the database gave them, `said` in its words, `units` by their numbers."""

    case_ids: NDArray[np.int64]
    histories: Histories
    moments: NDArray[np.object_]
    said: tuple[str, ...]
    units: list[str | None]

    def actor(self, event: int) -> str:
        """Return who did something."""
        return self.said[event].split(BETWEEN, 3)[2]


class Words(dict[str, tuple[int, int, int, int]]):
    """What each event that was said means: (gist, comment, unit, other unit), the units by number.

    Most events say the same but for the numbers of a comment and an answer, and are read only once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.units: dict[str | None, int] = {None: 0}
        self._alike: dict[str, tuple[int, int, int]] = {}

    def __missing__(self, said: str) -> tuple[int, int, int, int]:
        alike, *others = NUMBERED.split(said)
        comment = 0
        for number, rest in zip(others[::2], others[1::2], strict=True):
            alike += rest
            if number:
                comment = int(number) if comment == 0 and number != "0" else -1  # -1: not as usual
        known = self._alike.get(alike)
        if known is None or not 0 <= comment < MOST:
            found = self._read(said)
            if found[1] == comment:
                self._alike[alike] = found[0], *found[2:]
        else:
            gist, first, second = known
            found = gist, comment, first, second
        self[said] = found
        return found

    def _read(self, said: str) -> tuple[int, int, int, int]:
        skew, kind, actor, data = said.split(BETWEEN, 3)
        gist, comment, names = gist_of(KINDS[kind], json.loads(data))
        gist |= by_whom(actor) | (SKEWED if skew != "0" else 0)
        first, second, *_ = [*(self.units.setdefault(name, len(self.units)) for name in names), 0, 0]
        return gist, comment, first, second


def read(session: Session, first: int, last: int) -> Told | None:
    """Return the events of the cases from one id to another that move a clock; None if there are none."""
    wanted = text(f"{_select(session)} case_id between :first and :last and {MOVES}")
    return _in_columns(raw(session, wanted, {"first": first, "last": last}))


def read_some(session: Session, case_ids: Sequence[int]) -> Told | None:
    """Return the events of up to some thousand cases that move a clock; None if there are none."""
    wanted = text(f"{_select(session)} case_id in :ids and {MOVES}").bindparams(bindparam("ids", expanding=True))
    return _in_columns(raw(session, wanted, {"ids": list(case_ids)}))


def _select(session: Session) -> str:
    return SQLITE if session.get_bind().dialect.name == "sqlite" else POSTGRES


def _in_columns(rows: list[tuple[Any, ...]]) -> Told | None:
    if not rows:
        return None
    columns = list(zip(*rows, strict=True))
    own = np.array(columns[0], np.int64)
    at = np.array(columns[1], "M8[us]").astype(np.int64) if len(columns) == 3 else np.array(columns[3], np.int64)
    words = Words()
    meant = np.fromiter(chain.from_iterable(map(words.__getitem__, columns[2])), np.int64).reshape(-1, 4)
    case_ids, begins = np.unique(own, return_index=True)
    moments = np.empty(len(rows), object)
    moments[:] = columns[1]
    return Told(
        case_ids=case_ids,
        histories=Histories(
            first=np.append(begins, len(own)), gists=meant[:, 0], at=at, comments=meant[:, 1], units=meant[:, 2:]
        ),
        moments=moments,
        said=columns[2],
        units=list(words.units),
    )


def raw(session: Session, statement: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return rows as the driver gives them."""
    cursor = session.connection().execute(statement, values).cursor
    return list(cursor.fetchall()) if cursor is not None else []
