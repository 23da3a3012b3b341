"""Figures of response times, the cases behind each number, the late list, and both as CSV files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context

from triage.auth import allowed, viewer
from triage.errors import InvalidInput
from triage.extensions import db
from triage.flow import export
from triage.forms.figures import CLOCKS, PERIODS, Asked, asked
from triage.queries import coverage, cuts, directory, metric_rows, metrics, trends, workload
from triage.queries.cohorts import INTENTS, QUEUE, Cohort, Number
from triage.queries.selections import EXACT_UNTIL, Everything, selection
from triage.queries.tallies import Selection
from triage.rules import charts
from triage.rules.aggregates import MIN_RANKED
from triage.rules.metrics import DEFINITION
from triage.rules.permissions import Action, Scope
from triage.rules.quantiles import ERROR
from triage.rules.targets import is_must_answer

blueprint = Blueprint("figures", __name__)
SECTIONS = (
    ("figures.overview", "Ringkasan"),
    ("figures.times", "Waktu dan jam"),
    ("figures.load", "Beban dan antrean"),
)
LATE_ARGS = ("unit", "jenis", "platform", "akun")
CLOCK = {"kerja": "working", "dinding": "wall"}
MOST_RECENT, LONGEST = "terbaru", "terlama"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What each filter offers, as (code, name)."""

    units: list[tuple[str, str]]
    intents: list[tuple[str, str]]
    platforms: list[tuple[str, str]]
    accounts: list[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    """What the address asks, as form, query and page need it."""

    asked: Asked
    cohort: Cohort
    options: Options
    moment: datetime
    zone: ZoneInfo


@blueprint.get("/angka")
@allowed(Action.SEE_FIGURES)
def overview() -> str:
    """Show how a period went: what came in, how fast it was answered, by whom."""
    found, among, cases = chosen()
    form, clock = found.asked, CLOCK[found.asked.clock]
    board = metrics.board_of(db.session, cases, (clock,))
    stretches = trends.by_time(cases, form.first_day, form.last_day, zone=found.zone, clock=clock)
    return render_template(
        "figures/overview.html",
        board=board,
        change=metrics.change(board.total, before(found, clock, among), clock),
        stretches=stretches,
        each=trends.step_name(form.first_day, form.last_day),
        drawn=charts.bars([(s.figures.counts[Number.RECEIVED], s.figures.counts[Number.ANSWERED]) for s in stretches]),
        **intake(found, among, cases),
        **framed(found),
    )


@blueprint.get("/angka/waktu")
@allowed(Action.SEE_FIGURES)
def times() -> str:
    """Show how long answers take, which other intervals there are, and at which hours people write and answer."""
    found, among, cases = chosen(cuts.ALL)
    return render_template(
        "figures/times.html",
        total=metrics.total_of(cases, CLOCK[found.asked.clock]),
        bars=trends.distribution(cases, CLOCK[found.asked.clock]),
        intervals=workload.intervals(cases, CLOCK[found.asked.clock]),
        paused=workload.paused_share(cases),
        arrivals=trends.arrivals(cases, found.zone),
        answers=trends.answers(cases, found.zone),
        weekdays=cuts.WEEKDAYS,
        **intake(found, among, cases),
        **framed(found),
    )


@blueprint.get("/angka/beban")
@allowed(Action.SEE_FIGURES)
def load() -> str:
    """Show who carries what: the backlog by age, what units held and handed on, who answered."""
    found, among, cases = chosen(cuts.ALL)
    clock = CLOCK[found.asked.clock]
    return render_template(
        "figures/load.html",
        ages=workload.backlog(db.session, viewer(), found.cohort, now=found.moment, zone=found.zone, among=among),
        units=workload.units(db.session, cases, clock),
        bounces=workload.bounces(cases),
        people=workload.people(db.session, cases, clock),
        **intake(found, among, cases),
        **framed(found),
    )


@blueprint.get("/angka/baris")
@allowed(Action.SEE_FIGURES)
def rows() -> str:
    """Show the cases behind one number."""
    found, number = question(), wanted_number()
    behind = metric_rows.behind(db.session, viewer(), found.cohort, number, now=found.moment, cut=wanted_cut(found))
    after = request.args.get("setelah", "")[:200]
    return render_template(
        "figures/rows.html",
        number=number,
        after=after,
        listed=metric_rows.rows(db.session, behind, now=found.moment, after=after),
        total=behind.total,
        cut=wanted_cut(found),
        cut_args={name: value for name, value in request.args.items() if name == "potong"},
        **framed(found),
    )


@blueprint.get("/angka/terlambat")
@allowed(Action.SEE_FIGURES)
def late() -> str:
    """Show every case that is overdue now, of any period."""
    found, newest = question(), request.args.get("urut") == MOST_RECENT
    who, cohort, now = viewer(), found.cohort, found.moment
    after = request.args.get("setelah", "")[:200]
    return render_template(
        "figures/late.html",
        order=MOST_RECENT if newest else LONGEST,
        after=after,
        listed=metric_rows.late(db.session, who, cohort, now=now, after=after, newest_first=newest),
        late_args={name: value for name, value in found.asked.args.items() if name in LATE_ARGS},
        by_unit=metric_rows.late_by_unit(db.session, who, replace(cohort, unit=""), now=now),
        **framed(found),
    )


@blueprint.get("/angka.csv")
@allowed(Action.SEE_FIGURES)
def csv() -> Response:
    """Give the figures of a period as a file."""
    found = sure(question())
    board = metrics.board(db.session, viewer(), found.cohort, now=found.moment)
    first_day, last_day = found.asked.first_day.isoformat(), found.asked.last_day.isoformat()
    about = export.About(first_day=first_day, last_day=last_day, filters=filter_words(found))
    return download(export.figures_csv(board, about, words()), f"angka-{file_period(found)}")


@blueprint.get("/angka/baris.csv")
@allowed(Action.SEE_FIGURES)
def rows_csv() -> Response:
    """Give the cases behind one number as a file."""
    found, number = sure(question()), wanted_number()
    behind = metric_rows.behind(db.session, viewer(), found.cohort, number, now=found.moment, cut=wanted_cut(found))
    rows = metric_rows.every_row(db.session, behind, now=found.moment)
    return download(export.cases_csv(rows, words()), f"kasus-{number}-{file_period(found)}")


def question() -> Question:
    """Return what the address asks."""
    moment, zone = datetime.now(UTC), ZoneInfo(current_app.config["TANGGAP"].office_zone)
    offered = options()
    form = asked(
        request.args,
        today=moment.astimezone(zone).date(),
        units=[code for code, _ in offered.units],
        accounts=[code for code, _ in offered.accounts],
    )
    (start, end), unit, account = form.bounds(zone), form.unit, form.account
    cohort = Cohort(start=start, end=end, unit=unit, intent=form.intent, platform=form.platform, account=account)
    return Question(form, cohort, offered, moment, zone)


def sure(found: Question) -> Question:
    """Return the question of a file; raise InvalidInput when the address does not mean one exact period."""
    if found.asked.problems:
        raise InvalidInput(found.asked.problems[0])
    return found


def wanted_number() -> Number:
    """Return the number of the address; raise InvalidInput when there is no such number."""
    value = request.args.get("angka", Number.RECEIVED.value)
    if value not in list(Number):
        raise InvalidInput("Angka ini tidak dikenal. Buka halaman Angka, lalu pilih angkanya dari sana.")
    return Number(value)


def wanted_cut(found: Question) -> cuts.Cut | None:
    """Return the cut of the address, None without one; raise InvalidInput when there is no such cut."""
    cut = cuts.named(name := request.args.get("potong", ""), clock=CLOCK[found.asked.clock], zone=found.zone)
    if name and cut is None:
        raise InvalidInput("Bagian ini tidak dikenal. Buka halaman Angka, lalu pilih angkanya dari sana.")
    return cut


def chosen(parts: tuple[str, ...] = cuts.CORE) -> tuple[Question, Everything, Selection]:
    """Return what the address asks, all cases there are, and those that it asks for."""
    found, among = question(), Everything.read(db.session, parts)
    return found, among, selection(db.session, viewer(), found.cohort, now=found.moment, among=among)


def before(found: Question, clock: str, among: Everything) -> metrics.Figures:
    """Return the figures of the period before."""
    first_moment = datetime.combine(found.asked.before()[0], time(), found.zone)
    cohort = replace(found.cohort, start=first_moment, end=found.cohort.start)
    return metrics.total_of(selection(db.session, viewer(), cohort, now=found.moment, among=among), clock)


def intake(found: Question, among: Everything, cases: Selection) -> dict[str, object]:
    """Return how late the comments of a page were seen, and whether some may be missing."""
    now, zone = found.moment, found.zone
    told = coverage.coverage(db.session, viewer(), found.cohort, now=now, zone=zone, among=among)
    return {"lag": metrics.lag_of(cases), "coverage": told}


def framed(found: Question) -> dict[str, object]:
    """Return what every page of figures shows around its content."""
    return {
        "asked": found.asked,
        "args": found.asked.args,
        "Number": Number,
        "labels": export.LABELS,
        "periods": PERIODS,
        "clocks": CLOCKS,
        "options": found.options,
        "standings": export.OUTCOMES,
        "say": words(),
        "first_moment": found.cohort.start,
        "last_moment": found.cohort.end - timedelta(seconds=1),
        "filters": filter_words(found),
        "sees_all": viewer().scope(Action.SEE_FIGURES) is Scope.ALL,
        "now": found.moment,
        "definition": DEFINITION,
        "before": found.asked.before(),
        "immature": metrics.immature_since(db.session, found.asked.last_day, now=found.moment, zone=found.zone),
        "min_ranked": MIN_RANKED,
        "exact_until": EXACT_UNTIL,
        "error": ERROR,
        "sections": SECTIONS,
    }


def options() -> Options:
    """Return what the filters offer; platforms are those with an account."""
    say = words()
    accounts = [account for account, _ in directory.accounts(db.session, only_active=False)]
    platforms = sorted({account.platform for account in accounts})
    units = [(unit.code, unit.short_name) for unit in directory.units(db.session, only_active=False)]
    return Options(
        units=[*units, (QUEUE, "Antrean triase")],
        intents=[(intent.value, say.intent(intent)) for intent in INTENTS if intent and is_must_answer(intent)],
        platforms=[(platform.value, say.platform(platform)) for platform in platforms],
        accounts=[(account.code, f"{account.handle} ({say.platform(account.platform)})") for account in accounts],
    )


def filter_words(found: Question) -> str:
    """Return the filters in words, empty when there is none."""
    form, offered, say = found.asked, found.options, words()
    given = (
        f"unit {dict(offered.units)[form.unit]}" if form.unit else "",
        f"jenis {say.intent(form.intent)}" if form.intent else "",
        f"platform {say.platform(form.platform)}" if form.platform else "",
        f"akun {dict(offered.accounts)[form.account]}" if form.account else "",
    )
    return ", ".join(part for part in given if part)


def words() -> export.Words:
    """Return the words of the screen for a file."""
    say = current_app.jinja_env.filters
    return export.Words(
        intent=say["intent_name"], state=say["state_name"], platform=say["platform_name"], moment=say["local_time"]
    )


def file_period(found: Question) -> str:
    """Return the period for a file's name."""
    return f"{found.asked.first_day:%Y%m%d}-{found.asked.last_day:%Y%m%d}"


def download(lines: Iterator[str], name: str) -> Response:
    """Return a CSV file that is sent while it is made."""
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
