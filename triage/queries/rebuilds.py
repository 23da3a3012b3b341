"""Rebuilds of all measured rows: which were made, what they still have to do, and the work on one piece."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models import Case, Event, MeasureRun
from triage.queries import bulk, calendars, intake, measures
from triage.queries.event_columns import raw
from triage.queries.pictures import HOLD, MEASURE, TELLS, WAIT, Picture, Plain, drawn, stored, tells_of
from triage.rules.metrics import DEFINITION
from triage.rules.targets import sort_moment

RUN = "case_id between :first and :last"
OLD = "not (definition = :definition and calendar_edition = :edition)"
CASES = text(f"select id, routed_at, {', '.join(TELLS)} from citizen_case where id > :after order by id limit :limit")  # noqa: S608
OF_OLD = text(f"select 1 from case_measure where {RUN} and {OLD} limit 1")  # noqa: S608
TO_NOW = text(
    f"update case_measure set definition = :definition, calendar_edition = :edition where {RUN} and {OLD}"  # noqa: S608
)
COUNTED = text(
    f"select case_id, count(*) from case_event where {RUN} and kind in ({bulk.OF_KINDS}) group by case_id"  # noqa: S608
)


def run(session: Session, run_id: int) -> MeasureRun:
    """Return a rebuild as it stands."""
    found = select(MeasureRun).where(MeasureRun.id == run_id)
    return session.exec(found.execution_options(populate_existing=True)).one()


def locked(session: Session, run_id: int) -> MeasureRun:
    """Return a rebuild, locked for a change."""
    found = select(MeasureRun).where(MeasureRun.id == run_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def unfinished(session: Session) -> list[MeasureRun]:
    """Return the rebuilds that are not finished, oldest first."""
    found = select(MeasureRun).where(col(MeasureRun.finished_at).is_(None)).order_by(col(MeasureRun.id))
    return list(session.exec(found))


def is_due(session: Session) -> bool:
    """Tell whether the newest rebuild went by another definition or other limits: rows may be missing or old."""
    newest = session.exec(select(MeasureRun).order_by(col(MeasureRun.id).desc()).limit(1)).first()
    return newest is None or (newest.definition, newest.limits) != measures.rule(session)


def case_count(session: Session, after: int = 0) -> int:
    """Return how many cases there are behind an id."""
    return session.exec(select(func.count()).select_from(Case).where(col(Case.id) > after)).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of cases as it was looked at: how it should be, whose rows differ, and up to when that holds.

    `tells` are the figures that some case rows should tell and do not, `events` the number of events of each case,
    `newest` the newest event there was.
    """

    ids: list[int]
    right: Picture
    differing: list[int]
    tells: dict[int, Plain]
    is_of_now: bool
    events: dict[int, int]
    newest: int
    edition: calendars.Edition
    by: measures.Ruler


def stand_still(session: Session) -> None:
    """Let a transaction that begins see everything as it is now; on SQLite each does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("set transaction isolation level repeatable read"))


def look(session: Session, *, after: int, limit: int, by: measures.Ruler) -> Piece | None:
    """Measure the next cases and compare them with their rows; None if there are no more. Writes nothing."""
    edition, newest = calendars.edition(session), newest_event(session)
    found = raw(session, CASES, {"after": after, "limit": limit})
    if not found:
        return None
    routed = {row[0]: row[1] for row in found}
    first, last = found[0][0], found[-1][0]
    right = drawn(session, routed, by)
    stand = stored(session, first, last, {row[0]: row[2:] for row in found})
    values = {"first": first, "last": last, "definition": DEFINITION, "edition": by.edition}
    return Piece(
        ids=list(routed),
        right=right,
        differing=sorted(right.differs(stand)),
        tells=right.untold(stand),
        is_of_now=not raw(session, OF_OLD, values),
        events=right.events,
        newest=newest,
        edition=edition,
        by=by,
    )


def mend(session: Session, piece: Piece) -> bool:
    """Write what differs in a piece; tell whether it could be: not after a change of a calendar since it was looked at.

    A case whose history went on meanwhile is measured again.
    """
    if calendars.edition(session) != piece.edition:
        return False
    wrong = sorted({*piece.differing, *piece.tells})
    lock(session, wrong)
    moved = moved_since(session, piece, wrong)
    replace(session, piece, moved)
    tells = [(*told, case_id) for case_id, told in piece.tells.items() if case_id not in moved]
    bulk.update_plain(session, Case.__tablename__, TELLS, tells)
    settle(session, sorted(moved))
    if not piece.is_of_now:
        values = {"first": piece.ids[0], "last": piece.ids[-1], "definition": DEFINITION, "edition": piece.by.edition}
        session.connection().execute(TO_NOW, values)
    return True


def lock(session: Session, ids: Sequence[int]) -> None:
    """Let no step go on with cases until the commit; whoever adds an event changes its case, too."""
    for some in intake.chunks(ids):
        session.execute(select(Case.id).where(col(Case.id).in_(some)).order_by(col(Case.id)).with_for_update())


def moved_since(session: Session, piece: Piece, ids: Sequence[int]) -> set[int]:
    """Return the cases to which something happened since a piece was looked at: they have more events."""
    if not ids or (newest_event(session) == piece.newest and session.get_bind().dialect.name == "sqlite"):
        return set()  # elsewhere an event with a lower number may have been committed later
    found = raw(session, COUNTED, {"first": ids[0], "last": ids[-1]})
    return {case_id for case_id, count in found if piece.events.get(case_id) != count}.intersection(ids)


def newest_event(session: Session) -> int:
    """Return the number of the newest event."""
    return session.exec(select(func.max(Event.id))).one() or 0


def replace(session: Session, piece: Piece, moved: Collection[int]) -> None:
    """Write the rows of the cases that differ anew, but of those that moved."""
    ids = {case_id for case_id in piece.differing if case_id not in moved}
    if len(ids) == len(piece.ids):
        measures.drop_run(session, piece.ids[0], piece.ids[-1])
    else:
        measures.drop(session, sorted(ids))
    right, head = piece.right, (DEFINITION, piece.by.edition)
    own = [(row[0], *head, *row[1:]) for case_id, row in right.measures.items() if case_id in ids]
    bulk.insert_plain(session, "case_measure", MEASURE, own)
    bulk.insert_plain(session, "case_hold", HOLD, [row for row in right.holds if row[0] in ids])
    bulk.insert_plain(session, "case_wait", WAIT, [row for row in right.waits if row[0] in ids])


def settle(session: Session, case_ids: Sequence[int]) -> None:
    """Measure cases whose history was written in bulk, and bring the figures on their rows in step."""
    if not case_ids:
        return
    by = measures.ruler(session)
    one = measures.refresh(session, case_ids, by)
    changes: list[dict[str, Any]] = []
    for ids in intake.chunks(case_ids):
        rows = select(Case.id, Case.due_at, Case.opened_at).where(col(Case.id).in_(ids))
        for case_id, due_at, opened_at in session.exec(rows):
            told = dict(zip(TELLS, tells_of(one[case_id or 0], by), strict=True))
            sort_at = sort_moment(due_at=due_at, answered_at=told["first_response_at"], opened_at=opened_at)
            changes.append({"id": case_id, **told, "sort_at": sort_at})
    intake.update_cases(session, changes)
