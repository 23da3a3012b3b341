"""How far readers agree on the gold stream: over everybody, for each pair of people, and where they differ."""

from dataclasses import dataclass
from itertools import combinations, groupby

from sqlmodel import Session

from models import Intent
from triage.errors import NotFound
from triage.queries import directory, labelling
from triage.queries.labelling import Drawn, ReadTwice
from triage.rules.agreement import Agreement, Pair, agreement, confusions


@dataclass(frozen=True)
class Board:
    """The figures of the agreement page."""

    total: Agreement
    people: list[tuple[str, str, Agreement]]
    confusions: list[tuple[Pair, int]]


def by_task(session: Session) -> list[list[ReadTwice]]:
    """Return the readings of each gold comment that several people read."""
    rows = labelling.gold_readings(session)
    found = [list(group) for _, group in groupby(rows, key=lambda row: row.task_id)]
    return [said for said in found if len(said) > 1]


def gold(session: Session) -> Agreement:
    """Return the agreement over all readers."""
    return agreement([[row.intent for row in said] for said in by_task(session)])


def board(session: Session) -> Board:
    """Return everything the agreement page shows."""
    read = by_task(session)
    said = [[row.intent.value for row in rows] for rows in read]
    pairs: dict[tuple[int, int], list[list[str]]] = {}
    for rows in read:
        for a, b in combinations(rows, 2):
            pairs.setdefault((a.user_id, b.user_id), []).append([a.intent.value, b.intent.value])
    names = directory.user_names(session, {user_id for pair in pairs for user_id in pair})
    people = [(names[a], names[b], agreement(found)) for (a, b), found in sorted(pairs.items())]
    return Board(agreement(said), people, confusions(said))


def confused(session: Session, first: str, second: str) -> list[tuple[Drawn, list[tuple[str, str]]]]:
    """Return the gold comments that some reader called the one and another the other, with who said what.

    Raises NotFound for a class that does not exist.
    """
    if {first, second} - {intent.value for intent in Intent}:
        raise NotFound("Jenis ini tidak ada.")
    found = {
        rows[0].task_id: rows for rows in by_task(session) if {first, second} <= {row.intent.value for row in rows}
    }
    names = directory.user_names(session, {row.user_id for rows in found.values() for row in rows})
    return [
        (task, [(names[row.user_id], row.intent.value) for row in found[task.task_id]])
        for task in labelling.tasks_by_id(session, list(found))
    ]
