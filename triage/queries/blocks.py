"""Cases as blocks of numbers: read from their rows, packed, and what has changed since.

A block holds the cases of one range of ids in three arrays: `core` (what the first response is reckoned from) and
`work` (all other intervals, and marks of patterns) have one line a case in the order of ids, `spans` one a hold, wait
or answer given; of an answer the two durations are the halves of its text's digest. NONE stands for NULL, 0 for no
unit, account or person. Moments are seconds since 1970, deadlines microseconds.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Integer, case, cast, delete, extract, insert, literal, text, union_all
from sqlmodel import Session, col, func, select

from models import Case, CaseHold, CaseMeasure, CaseWait, Comment, FigureBlock, FigureChange
from triage.queries import pattern_marks
from triage.queries.cohorts import attributed, kind, measured
from triage.rules.quantiles import NONE

Array = NDArray[Any]
CHUNK = 2048  # cases
LAYOUT = 2  # another number for another meaning of the arrays: older blocks are then passed over
AT_ONCE = 10_000
LOCK = 7_154_001  # of PostgreSQL's advisory locks: one packer at a time
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
HOLD, ANSWERED_WAIT, LAPSED_WAIT, GIVEN_TEXT = 0, 1, 2, 3
CORE = np.dtype(
    [("id", "i4"), ("opened", "i8"), ("kind", "i2"), ("unit", "u2"), ("holder", "u2"), ("account", "u2"),
     ("due", "i8"), ("wall", "i4"), ("working", "i4"), ("lag", "i4")]
)  # fmt: skip
DURATIONS = ("tts", "resolution_first", "resolution_full", "paused", "waiting_other", "unit_response")
WORK = np.dtype(
    [("id", "i4"), ("person", "i4"), ("bounces", "i2"), ("flags", "i4"), ("marks", "i1"), ("triage_wall", "i4"),
     *((f"{name}_{clock}", "i4") for name in DURATIONS for clock in ("wall", "working"))]
)  # fmt: skip
SPANS = np.dtype([("id", "i4"), ("sort", "i1"), ("span_unit", "u2"), ("span_wall", "i4"), ("span_working", "i4")])
LAYOUTS = {"core": CORE, "work": WORK, "spans": SPANS}


@dataclass(frozen=True)
class Stale:
    """Which cases no block tells the truth about: those that changed, and whole ranges that were never packed."""

    ids: list[int]
    ranges: list[tuple[int, int]]

    @property
    def is_nothing(self) -> bool:
        """Tell whether the blocks say it all."""
        return not self.ids and not self.ranges


def changed(session: Session) -> list[int]:
    """Return the cases that were written since they were packed; read this before the blocks."""
    found = session.connection().execute(select(FigureChange.case_id).distinct())
    return sorted(row[0] for row in found)


def stamps(session: Session) -> dict[int, int]:
    """Return the stamp of each block that can be read."""
    columns = select(FigureBlock.chunk, FigureBlock.stamp).where(FigureBlock.layout == LAYOUT)
    return {row.chunk: row.stamp for row in session.connection().execute(columns)}


def stale(session: Session, ids: Sequence[int], packed: Collection[int]) -> Stale:
    """Return what must be read from the rows, given the changed cases and the chunks that have a block."""
    newest = session.exec(select(func.max(Case.id))).one() or 0
    missing = [chunk for chunk in range(newest // CHUNK + 1) if chunk not in packed] if newest else []
    left_out = set(missing)
    ranges: list[tuple[int, int]] = []
    for chunk in missing:
        begin, end = chunk * CHUNK, (chunk + 1) * CHUNK
        if ranges and ranges[-1][1] == begin:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((begin, end))
    return Stale([case_id for case_id in ids if case_id // CHUNK not in left_out], ranges)


def packed(session: Session, chunks: Sequence[int], parts: Sequence[str]) -> dict[int, tuple[int, dict[str, Array]]]:
    """Return (stamp, arrays) of blocks by chunk."""
    columns = [getattr(FigureBlock, part) for part in parts]
    found: dict[int, tuple[int, dict[str, Array]]] = {}
    for start in range(0, len(chunks), AT_ONCE):
        wanted = select(FigureBlock.chunk, FigureBlock.stamp, *columns)
        wanted = wanted.where(col(FigureBlock.chunk).in_(chunks[start : start + AT_ONCE]))
        for chunk, stamp, *blobs in session.connection().execute(wanted):
            arrays = {part: np.frombuffer(blob, LAYOUTS[part]) for part, blob in zip(parts, blobs, strict=True)}
            found[chunk] = stamp, arrays
    return found


def read(session: Session, found: Stale, parts: Sequence[str]) -> dict[str, Array]:
    """Return the arrays of cases as their rows are now."""
    readers = {"core": _core, "work": _work, "spans": _spans}
    pieces: dict[str, list[Array]] = {part: [] for part in parts}
    for condition in _conditions(found):
        for part in parts:
            pieces[part].append(readers[part](session, condition))
    return {part: _in_order(np.concatenate([*each, np.empty(0, LAYOUTS[part])])) for part, each in pieces.items()}


def pack(session: Session, chunks: Sequence[int]) -> None:
    """Write the blocks of chunks anew and strike out what changed in them; the caller commits."""
    for chunk in chunks:
        begin, end = chunk * CHUNK, (chunk + 1) * CHUNK
        inside = col(FigureChange.case_id).between(begin, end - 1)
        noted = list(session.exec(select(FigureChange.id).where(inside)))
        arrays = read(session, Stale([], [(begin, end)]), tuple(LAYOUTS))
        connection = session.connection()
        connection.execute(delete(FigureBlock).where(col(FigureBlock.chunk) == chunk))
        values = {part: array.tobytes() for part, array in arrays.items()}
        stamp = secrets.randbits(62)
        connection.execute(insert(FigureBlock).values(chunk=chunk, layout=LAYOUT, stamp=stamp, **values))
        for start in range(0, len(noted), AT_ONCE):
            connection.execute(delete(FigureChange).where(col(FigureChange.id).in_(noted[start : start + AT_ONCE])))


def lock(session: Session) -> None:
    """Let nobody else pack until the commit; on SQLite the transaction itself does so."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"select pg_advisory_xact_lock({LOCK})"))


def to_pack(session: Session, *, allowed: int) -> list[int]:
    """Return the chunks to pack, the most changed first: those without a block, and all once many cases changed."""
    have = stamps(session)
    newest = session.exec(select(func.max(Case.id))).one()
    missing = [] if newest is None else [chunk for chunk in range(newest // CHUNK + 1) if chunk not in have]
    counted: dict[int, int] = {}
    for case_id in changed(session):
        counted[case_id // CHUNK] = counted.get(case_id // CHUNK, 0) + 1
    many = sorted(counted, key=lambda chunk: -counted[chunk]) if sum(counted.values()) > allowed else []
    return [*missing, *(chunk for chunk in many if chunk in have)]


def _conditions(found: Stale) -> Iterator[Callable[[Any], Any]]:
    for begin, end in found.ranges:
        for start in range(begin, end, AT_ONCE):
            yield partial(_is_between, start, min(start + AT_ONCE, end) - 1)
    for start in range(0, len(found.ids), AT_ONCE):
        yield partial(_is_among, found.ids[start : start + AT_ONCE])


def _is_between(first: int, last: int, column: Any) -> Any:
    return column.between(first, last)


def _is_among(ids: list[int], column: Any) -> Any:
    return column.in_(ids)


def _in_order(array: Array) -> Array:
    ids = array["id"]
    return array if np.all(ids[1:] >= ids[:-1]) else array[np.argsort(ids, kind="stable")]


def _core(session: Session, condition: Any) -> Array:
    first_seen = (
        select(func.min(_seconds(session, Comment.first_seen_at) - _seconds(session, Comment.posted_at)))
        .where(col(Comment.case_id) == Case.id, col(Comment.posted_at) == Case.opened_at)
        .scalar_subquery()
    )
    is_waiting = col(Case.first_response_at).is_(None) & col(Case.closed_at).is_(None)
    columns = {
        "id": col(Case.id),
        "opened": _seconds(session, Case.opened_at),
        "kind": kind(LONG_AGO),
        "unit": attributed(),
        "holder": col(Case.holder_id),
        "account": col(Case.account_id),
        "due": case((is_waiting, _microseconds(session, Case.due_at))),
        "wall": col(Case.response_wall_s),
        "working": col(Case.response_working_s),
        "lag": case((col(Case.reference).is_(None), first_seen)),  # an old log does not say when it was first seen
    }
    return _array(session, measured(select(*columns.values())).where(condition(col(Case.id))), CORE, columns)


def _work(session: Session, condition: Any) -> Array:
    first_routing = case(
        (col(Case.holder_id).is_not(None), _seconds(session, Case.routed_at) - _seconds(session, Case.opened_at))
    )
    columns = {
        "id": col(Case.id),
        "person": CaseMeasure.credited_user_id,
        "bounces": func.coalesce(CaseMeasure.bounces, 0),
        "flags": func.coalesce(CaseMeasure.flags, 0),
        "marks": pattern_marks.marks(),
        "triage_wall": case((col(CaseMeasure.case_id).is_(None), first_routing), else_=CaseMeasure.triage_wall_s),
        **{
            f"{name}_{clock}": getattr(CaseMeasure, f"{name}_{clock}_s")
            for name in DURATIONS
            for clock in ("wall", "working")
        },
    }
    return _array(session, measured(select(*columns.values())).where(condition(col(Case.id))), WORK, columns)


def _spans(session: Session, condition: Any) -> Array:
    sort = case((col(CaseWait.is_answered), ANSWERED_WAIT), else_=LAPSED_WAIT)
    holds = select(  # type: ignore[call-overload]
        CaseHold.case_id, cast(literal(HOLD), Integer), CaseHold.unit_id, CaseHold.wall_s, CaseHold.working_s
    ).where(condition(col(CaseHold.case_id)))
    waits = select(  # type: ignore[call-overload]
        CaseWait.case_id, sort, CaseWait.unit_id, CaseWait.wall_s, CaseWait.working_s
    ).where(condition(col(CaseWait.case_id)))
    stretches = _array(session, union_all(holds, waits), SPANS, dict.fromkeys(SPANS.names or ()))
    given = pattern_marks.given_texts(session, condition)
    texts = np.empty(len(given), SPANS)
    texts["sort"] = GIVEN_TEXT
    for place, name in enumerate(("id", "span_unit", "span_wall", "span_working")):
        texts[name] = given[:, place]
    return np.concatenate([stretches, texts])


def _array(session: Session, wanted: Any, layout: np.dtype[Any], columns: Mapping[str, Any]) -> Array:
    # On the connection: the session would look at each row once more for objects.
    rows = session.connection().execute(wanted, execution_options={"yield_per": AT_ONCE})
    filled = (NONE if value is None else value for row in chain.from_iterable(rows.partitions()) for value in row)
    table = np.fromiter(filled, dtype=np.int64).reshape(-1, len(columns))
    found = np.empty(len(table), layout)
    for place, name in enumerate(columns):
        lowest = 0 if layout[name].kind == "u" else np.iinfo(layout[name]).min if name == "opened" else NONE
        found[name] = np.clip(table[:, place], lowest, np.iinfo(layout[name]).max)
    return _in_order(found)


def _seconds(session: Session, column: Any) -> Any:
    """Return whole seconds since 1970, rounded down."""
    if session.get_bind().dialect.name == "sqlite":
        return extract("epoch", func.substr(column, 1, 19))
    return cast(func.floor(extract("epoch", column)), BigInteger)


def _microseconds(session: Session, column: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return extract("epoch", func.substr(column, 1, 19)) * 1_000_000 + cast(func.substr(column, 21, 6), Integer)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)
