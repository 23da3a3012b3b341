"""The background jobs that make files: pieces are read, written and noted in turn, in bounded memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from triage.errors import TriageError
from triage.extensions import db, may_write
from triage.flow import case_table, export, produce
from triage.flow.produce import Taken
from triage.jobs.queue import job
from triage.jobs.tasks import now, settings
from triage.queries import case_lines, exports, metrics

PIECE = 4000


class TakenOver(TriageError):
    """Stop: another worker has the order now."""


@job
def make_export(export_id: int) -> None:
    """Make the files of an order; one that cannot be made says why."""
    taken = produce.start(db.session, export_id, now=now())
    if taken is None:
        return
    try:
        make(taken)
    except TakenOver:
        db.session.rollback()
    except TriageError as exc:
        db.session.rollback()
        produce.fail(db.session, export_id, exc.message, now=now())


def make(taken: Taken) -> None:
    """Make the files beside their place, then put them there, then say so."""
    folder = settings().exports_dir
    parts = MAKERS[taken.kind](taken, folder)
    done = [part.rename(produce.path_of(folder, taken.key, part.suffix[1:])) for part in parts]
    produce.finish(db.session, taken, done, keep_days=settings().export_days, now=now())


def write_cases(taken: Taken, folder: Path) -> list[Path]:
    """Write the cases of an order, one row each, and note after each piece how far it is."""
    scope = taken.viewer, exports.cohort_of(taken.asked), exports.number_of(taken.asked)
    with reading():
        total = case_lines.count(db.session, *scope, now=taken.asked_at)
        telling = told(case_lines.directory(db.session))
    path, done, after = produce.part_of(folder, taken, taken.form), 0, None
    with case_table.begun(path, settings().office_zone) as table:
        while True:
            keep(taken, done, total)
            with reading():
                wanted = case_lines.Piece(after, PIECE)
                lines = case_lines.piece(db.session, *scope, wanted, now=taken.asked_at)
            if not lines:
                return [path]
            table.write(case_table.rows(lines, telling))
            done, after = done + len(lines), case_lines.place_of(lines[-1])


def write_figures(taken: Taken, folder: Path) -> list[Path]:
    """Write the figures of an order: all together, then by unit, intent, platform and account."""
    with reading():
        board = metrics.board(db.session, taken.viewer, exports.cohort_of(taken.asked), now=taken.asked_at)
    said = taken.asked
    about = export.About(first_day=said["first_day"], last_day=said["last_day"], filters=said["filters"])
    path = produce.part_of(folder, taken, taken.form)
    done = export.write_figures(path, board, about, words())
    keep(taken, done, done)
    return [path]


MAKERS: dict[str, Callable[[Taken, Path], list[Path]]] = {"cases": write_cases, "figures": write_figures}


def keep(taken: Taken, done: int, total: int) -> None:
    """Note how far an order is; raise TakenOver when it is no longer ours."""
    if not produce.note(db.session, taken, done=done, total=total, now=now()):
        raise TakenOver("diambil alih")


@contextmanager
def reading() -> Iterator[None]:
    """Read without holding up who writes, and leave no transaction open behind it."""
    db.session.rollback()
    token = may_write.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        may_write.reset(token)


def words() -> export.Words:
    """Return the words of the screen for a file."""
    say = current_app.jinja_env.filters
    return export.Words(
        intent=say["intent_name"], state=say["state_name"], platform=say["platform_name"], moment=say["local_time"]
    )


def told(names: case_lines.Directory) -> case_table.Telling:
    """Return what it takes to tell a case as the screen does."""
    say, zone = words(), ZoneInfo(settings().office_zone)
    return case_table.Telling(
        names=names, intent=say.intent, state=say.state, platform=say.platform, outcomes=export.OUTCOMES, zone=zone
    )
