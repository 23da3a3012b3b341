"""Label: a round of comments is drawn, people read them one by one, and a third person decides where they differ.

Every keypress is a row of its own and is committed at once; nothing that a person said is changed or removed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from classifiers.spread import spread
from models import Intent as Intent
from models import LabelStream, LabelTask, TaskState, Verdict, VerdictKind
from triage.errors import InvalidInput, Stale
from triage.queries import directory, labelling
from triage.rules.guideline import VERSION
from triage.rules.labelling import GOLD_PERCENT, Outcome, outcome
from triage.rules.permissions import Viewer

GOLD, TRAINING = LabelStream.GOLD, LabelStream.TRAINING
ROUND_SIZES = (20, 50, 100, 200)
DECIDED = "Komentar ini sudah diputuskan, jadi labelnya tidak berubah lagi."


def draw_round(session: Session, count: int, *, now: datetime) -> dict[LabelStream, int]:
    """Draw comments for both streams, the gold ones at random first; return how many each got; commits.

    Raises InvalidInput for a size that is not offered, and when no comment is left that nobody has labelled.
    """
    if count not in ROUND_SIZES:
        raise InvalidInput(f"Pilih banyaknya komentar: {', '.join(map(str, ROUND_SIZES))}.")
    gold = labelling.at_random(session, count * GOLD_PERCENT // 100)
    add_tasks(session, gold, GOLD, now=now)
    session.flush()
    pool = labelling.least_certain(session)
    places = spread([row.text for row in pool], [row.probabilities for row in pool], count - len(gold))
    training = [pool[place].comment_id for place in places]
    add_tasks(session, training, TRAINING, now=now)
    if not gold and not training:
        session.rollback()
        raise InvalidInput("Semua komentar sudah dilabeli atau sedang dalam antrean. Tunggu komentar baru masuk.")
    session.commit()
    return {GOLD: len(gold), TRAINING: len(training)}


def add_tasks(session: Session, comment_ids: Sequence[int], stream: LabelStream, *, now: datetime) -> None:
    """Put comments into a stream, in their order."""
    for rank, comment_id in enumerate(comment_ids):
        session.add(LabelTask(comment_id=comment_id, stream=stream, state=TaskState.OPEN, rank=rank, created_at=now))


def read(session: Session, viewer: Viewer, task_id: int, intent: Intent | None, *, now: datetime) -> Verdict:
    """Keep what a reader says of a comment's intent, None for doubt; commits.

    A second press on the same comment changes nothing: the first answer stands until it is undone. Raises Stale when
    the comment needs no reader any more.
    """
    task = labelling.locked_task(session, task_id)
    said = own_reading(session, viewer, task_id)
    if said is not None:
        session.rollback()
        return said
    if task.state is not TaskState.OPEN:
        session.rollback()
        raise Stale("Komentar ini sudah selesai dibaca rekan Anda. Lanjutkan dengan komentar berikutnya.")
    return keep(session, task, Verdict(**by(viewer, task, now), intent=intent, is_doubtful=intent is None), now=now)


def name_unit(session: Session, viewer: Viewer, task_id: int, unit: str, *, now: datetime) -> Verdict:
    """Add the unit to what a reader said, '' where the text names none; commits.

    Raises InvalidInput for an unknown unit or before the intent was given, Stale once the comment was decided.
    """
    task = labelling.locked_task(session, task_id)
    said = own_reading(session, viewer, task_id)
    if said is None or said.intent is None:
        raise InvalidInput("Pilih jenis komentar ini dulu, baru unitnya.")
    if task.state is TaskState.ADJUDICATED:
        raise Stale(DECIDED)
    if unit:
        unit = known_unit(session, unit)
    return keep(session, task, Verdict(**by(viewer, task, now), intent=said.intent, unit=unit), now=now)


def undo(session: Session, viewer: Viewer, *, now: datetime) -> int:
    """Withdraw the person's newest reading and return its task; raise InvalidInput when none is left; commits."""
    task_id = labelling.to_undo(session, viewer.user_id)
    if task_id is None:
        raise InvalidInput("Tidak ada lagi yang dapat dibatalkan: paling jauh 20 komentar terakhir Anda.")
    task = labelling.locked_task(session, task_id)
    if task.state is TaskState.ADJUDICATED:
        session.rollback()
        raise Stale(DECIDED)
    keep(session, task, Verdict(**by(viewer, task, now), is_withdrawn=True), now=now)
    return task_id


def adjudicate(
    session: Session, viewer: Viewer, task_id: int, intent: Intent, *, unit: str | None = None, now: datetime
) -> Verdict:
    """Decide a comment on which readers differ or doubt; commits.

    Raises Stale when nothing is to be decided, and InvalidInput for one of its readers while another could decide.
    """
    task = labelling.locked_task(session, task_id)
    if task.state is not TaskState.DISPUTED:
        raise Stale("Komentar ini tidak lagi menunggu keputusan. Muat ulang daftarnya.")
    if must_leave_to_others(session, viewer, task_id):
        raise InvalidInput("Anda salah satu pembacanya. Mintalah rekan yang belum membacanya untuk memutuskan.")
    if unit:
        unit = known_unit(session, unit)
    given = by(viewer, task, now) | {"kind": VerdictKind.ADJUDICATION}
    return keep(session, task, Verdict(**given, intent=intent, unit=unit), now=now)


def must_leave_to_others(session: Session, viewer: Viewer, task_id: int) -> bool:
    """Tell whether a person read the comment and somebody who did not could decide in their place."""
    readers = {verdict.user_id for verdict in labelling.verdicts(session, [task_id])[task_id]}
    return viewer.user_id in readers and labelling.other_deciders(session, readers) > 0


def known_unit(session: Session, typed: str) -> str:
    """Return the code of the active unit that was typed, by code or by name; raise InvalidInput for any other."""
    wanted = typed.strip().casefold()
    for unit in directory.units(session):
        if wanted in (unit.code.casefold(), unit.short_name.casefold(), unit.name.casefold()):
            return unit.code
    session.rollback()
    raise InvalidInput(f"Unit “{typed.strip()}” tidak dikenal. Pilih dari daftar yang muncul saat mengetik.")


def own_reading(session: Session, viewer: Viewer, task_id: int) -> Verdict | None:
    """Return what the person says of a comment so far."""
    said = labelling.verdicts(session, [task_id])[task_id]
    return next((verdict for verdict in said if verdict.user_id == viewer.user_id), None)


def by(viewer: Viewer, task: LabelTask, now: datetime) -> dict[str, Any]:
    """Return what every verdict carries."""
    return {
        "task_id": task.id,
        "user_id": viewer.user_id,
        "kind": VerdictKind.READING,
        "guideline": VERSION,
        "created_at": now,
    }


def keep(session: Session, task: LabelTask, verdict: Verdict, *, now: datetime) -> Verdict:
    """Append a verdict, bring its task in step and commit."""
    session.add(verdict)
    session.flush()
    task_id = task.id or 0
    said = [labelling.as_reading(row) for row in labelling.verdicts(session, [task_id])[task_id]]
    decided = labelling.verdicts(session, [task_id], VerdictKind.ADJUDICATION)[task_id]
    found = outcome(task.stream, said, labelling.as_reading(decided[-1]) if decided else None)
    apply(task, found, readings=len(said), now=now)
    session.add(task)
    session.commit()
    return verdict


def apply(task: LabelTask, found: Outcome, *, readings: int, now: datetime) -> None:
    """Write onto a task what its verdicts come to."""
    task.state, task.intent, task.unit, task.readings = found.state, found.intent, found.unit, readings
    task.settled_at = now if found.intent is not None else None
