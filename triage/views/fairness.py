"""What is worth a second look behind the figures: patterns by unit, and the cases behind each number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request

from triage.auth import allowed, viewer
from triage.errors import InvalidInput
from triage.extensions import db
from triage.forms.figures import FREE, PERIODS, Asked, asked
from triage.queries import directory, fairness, metric_rows
from triage.queries.cohorts import QUEUE, Cohort
from triage.rules.aggregates import MIN_RANKED
from triage.rules.fairness import DEFINITIONS, Pattern
from triage.rules.metrics import DEFINITION
from triage.rules.permissions import Action

blueprint = Blueprint("fairness", __name__, url_prefix="/angka/layak-dilihat")


@dataclass(frozen=True)
class Question:
    """What the address asks: its form, the cases it means, and the moment."""

    asked: Asked
    cohort: Cohort
    now: datetime


@blueprint.get("")
@allowed(Action.SEE_PATTERNS)
def overview() -> str:
    """Show the patterns of a period by unit."""
    found, who = question(), viewer()
    seen = fairness.patterns(db.session, who, found.cohort, now=found.now)
    return render_template(
        "fairness/overview.html",
        parts=seen.lines,
        total=seen.total,
        texts=seen.texts,
        **framed(found),
    )


@blueprint.get("/baris")
@allowed(Action.SEE_PATTERNS)
def rows() -> str:
    """Show the cases behind one number."""
    found, who, pattern = question(), viewer(), wanted_pattern()
    after = request.args.get("setelah", "")[:200]
    behind = fairness.behind(db.session, who, found.cohort, pattern, now=found.now)
    return render_template(
        "fairness/rows.html",
        pattern=pattern,
        after=after,
        listed=metric_rows.rows(db.session, behind, now=found.now, after=after),
        number=behind.total,
        unit=unit_name(found.asked.unit),
        **framed(found),
    )


def question() -> Question:
    """Return what the address asks."""
    now, zone = datetime.now(UTC), ZoneInfo(current_app.config["TANGGAP"].office_zone)
    units = [QUEUE, *directory.unit_ids(db.session)]
    given = {name: request.args.get(name, "") for name in ("periode", "dari", "sampai", "unit")}
    form = asked(given, today=now.astimezone(zone).date(), units=units, accounts=[])
    start, end = form.bounds(zone)
    return Question(form, Cohort(start=start, end=end, unit=form.unit), now)


def unit_name(code: str) -> str:
    """Return a unit's short name, empty for all units."""
    if code in ("", QUEUE):
        return fairness.QUEUE_NAME if code else ""
    unit = directory.unit_by_code(db.session, code)
    return unit.short_name if unit else code


def wanted_pattern() -> Pattern:
    """Return the pattern of the address; raise InvalidInput when there is no such pattern."""
    value = request.args.get("pola", "")
    if value not in list(Pattern):
        raise InvalidInput("Pola ini tidak dikenal. Buka halaman Layak dilihat, lalu pilih angkanya dari sana.")
    return Pattern(value)


def framed(found: Question) -> dict[str, object]:
    """Return what both pages show around their content."""
    period = {name: value for name, value in found.asked.args.items() if name in ("periode", "dari", "sampai")}
    return {
        "asked": found.asked,
        "period": period,
        "periods": {code: label for code, label in PERIODS.items() if code != FREE},
        "patterns": DEFINITIONS,
        "first_day": found.cohort.start,
        "last_day": found.cohort.end - timedelta(seconds=1),
        "least": MIN_RANKED,
        "definition": DEFINITION,
        "now": found.now,
    }
