"""The background jobs that make files: pieces are read, written and noted in turn, in bounded memory."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from triage.errors import InvalidInput, TriageError
from triage.extensions import db, reading
from triage.flow import case_table, export, produce, report_book, report_paper
from triage.flow.produce import Taken
from triage.jobs.queue import job
from triage.jobs.tasks import now, settings
from triage.queries import calendars, case_lines, exports, metrics, monthly

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


def order_report(moment: datetime) -> None:
    """Order last month's report once the office's first working day of this month has come."""
    zone, history = ZoneInfo(settings().office_zone), calendars.histories(db.session).get(calendars.DEFAULT)
    today = moment.astimezone(zone).date()
    this_month = today.replace(day=1)
    month = monthly.before(this_month)
    end = monthly.bounds(monthly.days_of(month), zone)[1]
    is_time = history is not None and today >= monthly.first_working_day(this_month, history)
    if not is_time or exports.has_scheduled(db.session, month) or not exports.has_cases(db.session, until=end):
        db.session.rollback()
        return
    said = {"name": f"laporan-{month:%Y-%m}", "filters": ""}
    wanted = produce.Wanted(kind="report", title="Laporan bulanan", month=month, asked=said)
    row = produce.order_scheduled(db.session, wanted, now=moment)
    if row is not None:
        make_export.enqueue(row.id)


def make(taken: Taken) -> None:
    """Make the files beside their place, then put them there, then say so."""
    folder = settings().exports_dir
    parts = MAKERS[taken.kind](taken, folder)
    done = [part.rename(produce.path_of(folder, taken.key, part.suffix[1:])) for part in parts]
    keep_days = None if taken.kind == "report" else settings().export_days
    produce.finish(db.session, taken, done, keep_days=keep_days, now=now())


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


def write_report(taken: Taken, folder: Path) -> list[Path]:
    """Write the report of a month, on paper and as a workbook, from the same figures."""
    if taken.month is None:
        raise InvalidInput("Laporan ini tidak menyebut bulannya. Pesan lagi dan pilih bulannya.")
    eyes = monthly.Eyes(taken.viewer, ZoneInfo(settings().office_zone), taken.asked_at)
    boards: list[monthly.Board] = []
    parts = monthly.parts(taken.month)
    for days in parts:
        keep(taken, len(boards), len(parts))
        with reading():
            boards.append(monthly.board(db.session, eyes, days))
    with reading():
        found = monthly.monthly(db.session, eyes, taken.month, boards)
    keep(taken, len(parts), len(parts))
    paper, book = (produce.part_of(folder, taken, form) for form in ("pdf", "xlsx"))
    report_paper.write(paper, found, wording())
    report_book.write(book, found, wording())
    return [paper, book]


MAKERS: dict[str, Callable[[Taken, Path], list[Path]]] = {
    "cases": write_cases,
    "figures": write_figures,
    "report": write_report,
}


def keep(taken: Taken, done: int, total: int) -> None:
    """Note how far an order is; raise TakenOver when it is no longer ours."""
    if not produce.note(db.session, taken, done=done, total=total, now=now()):
        raise TakenOver("diambil alih")


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


def wording() -> report_paper.Wording:
    """Return the words of the screen for a report."""
    say = current_app.jinja_env.filters
    return report_paper.Wording(
        intent=say["intent_name"],
        platform=say["platform_name"],
        moment=say["local_time"],
        day=say["day_name"],
        month=say["month_name"],
        duration=say["duration"],
        working_duration=say["working_duration"],
        number=say["number"],
        percent=say["percent"],
        office=settings().office_name,
    )
