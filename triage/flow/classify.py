"""Classify: waiting comments get the active model's verdict on intent and unit, as append-only labels.

One call keeps one batch and commits. The comment row says whether it waits, so a call can be repeated, lost or
doubled without harm; what was judged meanwhile by somebody else is passed over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from classifiers.judge import Judgement as Judgement
from models import CaseState, Encoded, EventKind, Intent, LabelSource, LabelSubject
from triage.queries import cases, intake, labels, measures
from triage.queries.labels import PendingComment, Waiting
from triage.rules.intent import closes, reopens, takes_over
from triage.rules.marks import bits_of
from triage.rules.routing import as_model_knows
from triage.rules.targets import is_must_answer


@dataclass(frozen=True)
class Verdict:
    """What the model says of one comment."""

    comment: PendingComment
    intent: Intent
    said: Judgement


def read(session: Session, *, limit: int, after: int = 0) -> list[Waiting]:
    """Return the oldest comments that wait, behind the id `after`; holds nothing open."""
    batch = labels.waiting(session, limit, after=after)
    session.rollback()
    return batch


def as_asked(batch: Sequence[Waiting]) -> tuple[list[str], list[str]]:
    """Return what a model is asked about: the texts, and the units of their accounts as it knows them."""
    return [c.text for c in batch], [as_model_knows(c.account_unit, c.account_level) for c in batch]


def keep(
    session: Session, batch: Sequence[Waiting], judgements: Sequence[Judgement], *, run_id: int, now: datetime
) -> int:
    """Keep a model's judgements of a batch as labels and take it off the queue; return how many counted; commits."""
    said = {c.comment_id: judgement for c, judgement in zip(batch, judgements, strict=True)}
    pending = labels.unclassified(session, batch[0].comment_id, batch[-1].comment_id)
    verdicts = [
        Verdict(c, Intent(said[c.comment_id].intent), said[c.comment_id]) for c in pending if c.comment_id in said
    ]
    labels.add(session, [row for verdict in verdicts for row in label_rows(verdict, run_id=run_id, now=now)])
    apply_to_cases(session, verdicts, run_id=run_id, now=now)
    labels.mark_classified(session, [verdict.comment.comment_id for verdict in verdicts], now)
    session.commit()
    return len(verdicts)


def label_rows(verdict: Verdict, *, run_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return a comment's two label rows: its intent with the words that weighed, its unit with the ledger."""
    said = verdict.said
    by_model = {
        "comment_id": verdict.comment.comment_id,
        "source": LabelSource.MODEL,
        "run_id": run_id,
        "created_at": now,
    }
    return [
        by_model
        | {
            "subject": LabelSubject.INTENT,
            "value": said.intent,
            "confidence": said.confidence,
            "is_sure": said.is_intent_sure,
            "probabilities": Encoded(said.intent_probabilities),
            "reasons": Encoded(said.words),
        },
        by_model
        | {
            "subject": LabelSubject.UNIT,
            "value": said.unit,
            "confidence": said.unit_confidence,
            "is_sure": said.is_unit_sure,
            "probabilities": Encoded(said.unit_probabilities),
            "reasons": Encoded(said.ledger),
        },
    ]


def apply_to_cases(session: Session, verdicts: Sequence[Verdict], *, run_id: int, now: datetime) -> None:
    """Bring the cases in step with the verdicts on their comments and write the history."""
    stood = {verdict.comment.case_id: held(verdict.comment) for verdict in verdicts}
    changes = {case_id: dict(columns) for case_id, columns in stood.items()}
    events: list[dict[str, Any]] = []
    closed = [verdict.comment.case_id for verdict in verdicts if verdict.comment.closed_at]
    may_reopen = cases.reopenable(session, closed)
    for verdict in verdicts:
        comment = verdict.comment
        change = changes[comment.case_id]
        if comment.unit_id is None and not comment.is_unit_by_person:
            change["routed_at"] = None  # in the triage queue: looked at again
        data = {"comment": comment.comment_id, "intent": verdict.intent, "confidence": verdict.said.confidence}
        if verdict.said.marks:
            change["marks"] |= bits_of(verdict.said.marks)
            data["marks"] = list(verdict.said.marks)
        events.append(event_row(comment, EventKind.CLASSIFIED, now, f"model:{run_id}", data, now=now))
        if not comment.is_intent_by_person and takes_over(change["intent"], verdict.intent):
            change |= raised(change["intent"], verdict)
        if comment.case_id in may_reopen and is_new_matter(verdict, change["closed_at"]):
            change |= {"state": CaseState.IN_PROGRESS, "closed_at": None, "is_waiting_for_us": True}
            data = {"comment": comment.comment_id}
            events.append(event_row(comment, EventKind.REOPENED, comment.posted_at, "citizen", data, now=now))
    by_case = {verdict.comment.case_id: verdict.comment for verdict in verdicts}
    events += closings(by_case.values(), changes, run_id=run_id, now=now)
    intake.update_cases(session, [changed(stood[case_id], change) for case_id, change in changes.items()])
    intake.add_events(session, events)
    measure_moved(session, by_case, events)


def measure_moved(session: Session, by_case: dict[int, PendingComment], events: list[dict[str, Any]]) -> None:
    """Measure the cases that closed or reopened; one that nobody worked on gets no rows of its own."""
    moved = {event["case_id"] for event in events if event["kind"] is not EventKind.CLASSIFIED}
    worked_on = {case_id for case_id, comment in by_case.items() if comment.unit_id or comment.closed_at}
    measures.refresh(session, sorted(moved & worked_on))
    measures.refresh_existing(session, sorted(moved - worked_on))


def closings(
    comments: Iterable[PendingComment], changes: dict[int, dict[str, Any]], *, run_id: int, now: datetime
) -> list[dict[str, Any]]:
    """Close the untouched cases that surely need no action, in their columns; return the events."""
    events = []
    for comment in comments:
        change = changes[comment.case_id]
        if not comment.is_intent_by_person and needs_no_answer(change):
            change |= {"state": CaseState.NO_ANSWER_NEEDED, "closed_at": now, "is_waiting_for_us": False}
            reason = {"reason": "dinilai lainnya: tidak perlu tindakan"}
            events.append(event_row(comment, EventKind.NO_ANSWER_NEEDED, now, f"model:{run_id}", reason, now=now))
    return events


def held(comment: PendingComment) -> dict[str, Any]:
    """Return the case's columns as they stand."""
    return {
        "id": comment.case_id,
        "intent": comment.intent,
        "intent_confidence": comment.intent_confidence,
        "is_intent_sure": comment.is_intent_sure,
        "state": comment.state,
        "closed_at": comment.closed_at,
        "is_waiting_for_us": comment.is_waiting_for_us,
        "routed_at": comment.routed_at,
        "marks": comment.marks,
    }


def changed(stood: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that differ, with the id: each one written again would cost its indexes."""
    return {key: value for key, value in change.items() if key == "id" or value != stood[key]}


def raised(before: Intent | None, verdict: Verdict) -> dict[str, Any]:
    """Return the columns of a case whose intent becomes a verdict's; one that now owes an answer is routed again."""
    change = {
        "intent": verdict.intent,
        "intent_confidence": verdict.said.confidence,
        "is_intent_sure": verdict.said.is_intent_sure,
    }
    owes_now = is_must_answer(verdict.intent) and not is_must_answer(before)
    return change | ({"routed_at": None} if owes_now else {})


def is_new_matter(verdict: Verdict, closed_at: datetime | None) -> bool:
    """Tell whether a comment written after closing reopens its case (M1 D10)."""
    return closed_at is not None and verdict.comment.posted_at > closed_at and reopens(verdict.intent)


def needs_no_answer(change: dict[str, Any]) -> bool:
    """Tell whether an untouched case is surely one that needs no action."""
    sure = bool(change["is_intent_sure"]) and closes(change["intent"], change["intent_confidence"])
    return change["state"] is CaseState.NEW and sure


def event_row(
    comment: PendingComment, kind: EventKind, at: datetime, actor: str, data: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Return one event row."""
    return {"case_id": comment.case_id, "kind": kind, "at": at, "recorded_at": now, "actor": actor, "data": data}
