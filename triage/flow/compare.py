"""Compare: a candidate and the active model on the same rows.

The figures come from frozen rows, which neither has learned from; citizens' newest comments show beside them what
would be read otherwise tomorrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from classifiers import evaluate
from classifiers.compare import Change, Difference, Reader, changes, compare, verdicts
from classifiers.compare import Comparison as Comparison
from classifiers.predict import Model
from classifiers.routing import KeywordTable
from classifiers.rows import Row, load_rows, load_slices
from models import RunStatus, TrainingRun
from triage.errors import InvalidInput
from triage.queries import changes as changed
from triage.queries import runs
from triage.queries.changes import LiveComment
from triage.rules.privacy import mask
from triage.rules.routing import as_model_knows

LIVE_ROWS = 2_000
COMPARING = "Perbandingan sedang dihitung"
FAILED = "Perbandingan gagal:"
Loaded = tuple[Model, KeywordTable]


@dataclass(frozen=True)
class Measured:
    """A candidate's figures, the comparison with the active model, and what would be read otherwise."""

    scores: dict[str, Any]
    comparison: dict[str, Any] = field(default_factory=dict)
    changes: Sequence[Mapping[str, Any]] = ()


def score(candidate: Loaded, samples: Path) -> Measured:
    """Measure a model that has no other to be compared with."""
    return Measured(evaluate.score(candidate[0], load_rows(samples), keywords=candidate[1]).as_dict())


def measure(session: Session, candidate: Loaded, active: Loaded, samples: Path, *, against: int) -> Measured:
    """Measure a candidate against the active model, on frozen rows and on the newest comments."""
    live = changed.newest_comments(session, LIVE_ROWS)
    said = changed.people_said(session, [comment.comment_id for comment in live])
    session.rollback()
    readers = Reader(*active), Reader(*candidate)
    found, differing = on_frozen(readers, samples)
    frozen = load_rows(samples)
    rows = [*frozen_changes(differing, frozen)]
    before, after = (
        verdicts(reader, [c.text for c in live], [as_model_knows(c.account_unit, c.account_level) for c in live])
        for reader in readers
    )
    rows += live_changes(changes(before, after), live, said)
    beside = {
        "against": against,
        "live": {
            "n": len(live),
            "routed_before": sum(verdict.is_routed for verdict in before),
            "routed_after": sum(verdict.is_routed for verdict in after),
        },
    }
    return Measured(asdict(found.challenger), asdict(found) | beside, rows)


def between(champion: Loaded, challenger: Loaded, samples: Path) -> Comparison:
    """Compare any two models on the frozen rows."""
    return on_frozen((Reader(*champion), Reader(*challenger)), samples)[0]


def on_frozen(readers: tuple[Reader, Reader], samples: Path) -> tuple[Comparison, list[Change]]:
    """Compare two models, champion first, on the frozen rows."""
    return compare(*readers, load_rows(samples), slices=load_slices(samples))


def frozen_changes(differing: Sequence[Change], frozen: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the frozen rows that change, masked, with their truth."""
    for change in differing:
        row = frozen[change.row]
        truth = {"text": mask(row.text), "truth_intent": row.intent, "truth_unit": row.unit}
        yield columns(change) | truth | {"comment_id": None}


def live_changes(
    differing: Sequence[Change], live: Sequence[LiveComment], said: Mapping[tuple[int, str], str]
) -> Iterator[dict[str, Any]]:
    """Yield the citizens' comments that change, with what a person said of them, if anybody did."""
    for change in differing:
        comment_id = live[change.row].comment_id
        truth = {f"truth_{subject}": said.get((comment_id, subject), "") for subject in ("intent", "unit")}
        yield columns(change) | truth | {"comment_id": comment_id, "text": ""}


def columns(change: Change) -> dict[str, Any]:
    """Return a change as columns."""
    return {
        "intent_before": change.before.intent,
        "intent_after": change.after.intent,
        "intent_before_p": change.before.intent_probability,
        "intent_after_p": change.after.intent_probability,
        "unit_before": change.before.unit,
        "unit_after": change.after.unit,
        "unit_before_p": change.before.unit_probability,
        "unit_after_p": change.after.unit_probability,
    }


def ask(session: Session, run_id: int) -> None:
    """Ask that a candidate is compared with the model that is active now; commits."""
    runs.known(session, run_id)
    run = runs.locked(session, run_id)
    if run.status is not RunStatus.DONE or run.is_active:
        raise InvalidInput("Hanya model yang selesai dilatih dan belum aktif yang dapat dibandingkan.")
    run.step = COMPARING
    session.add(run)
    session.commit()


def keep(session: Session, run_id: int, measured: Measured) -> TrainingRun:
    """Keep a finished run's figures, its comparison and its changes; one that was stopped keeps its end; commits."""
    run = runs.locked(session, run_id)
    if run.status is not RunStatus.DONE:
        session.rollback()
        return run
    run.scores, run.comparison, run.step = {**run.scores, **measured.scores}, measured.comparison, "Selesai"
    changed.replace(session, run_id, measured.changes)
    session.add(run)
    session.commit()
    return run


def give_up(session: Session, run_id: int, reason: str) -> None:
    """Say why a comparison could not be made; commits."""
    run = runs.locked(session, run_id)
    run.step = f"{FAILED} {reason}"[:200]
    session.add(run)
    session.commit()


def lines(found: Comparison, *, champion: int, challenger: int) -> list[str]:
    """Return a comparison as lines for a terminal."""
    old, new = found.champion, found.challenger
    gap = f"{found.macro_f1_difference:+.3f} {ends(found.difference_interval)}"
    lost, won = found.only_champion_right, found.only_challenger_right
    routed = " -> ".join(f"{each.auto_share:.1%} ({each.auto_accuracy:.1%} benar)" for each in found.routing)
    return [
        f"Model #{champion} -> #{challenger} pada {new.n} baris yang tak dilatihkan",
        f"macro-F1 {old.macro_f1:.3f} -> {new.macro_f1:.3f}, selisih {gap}",
        f"hanya #{champion} benar: {lost}, hanya #{challenger} benar: {won}, McNemar p {found.mcnemar_p:.3f}",
        *(line(each) for each in found.per_class),
        f"unit top-1 {found.unit.champion:.3f} -> {found.unit.challenger:.3f}  n {found.unit.n}",
        f"diteruskan tanpa bertanya: {routed}",
        f"ECE {old.ece:.3f} -> {new.ece:.3f}",
    ]


def line(each: Difference) -> str:
    """Return one class as a line for a terminal."""
    gap = f"{each.difference:+.3f} {ends(each.interval)}"
    return f"  {each.name:12} F1 {each.champion:.3f} -> {each.challenger:.3f}  {gap}  n {each.n}"


def ends(interval: tuple[float, float]) -> str:
    """Return the ends of a 95 % interval."""
    return f"(95 %: {interval[0]:+.3f} .. {interval[1]:+.3f})"
