"""Classify: waiting comments get the active model's verdict on intent and unit, as append-only labels.

One call takes one batch and commits. The comment row says whether it waits, so a call can be repeated, lost or
doubled without harm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from classifiers.explain import explain_all
from classifiers.predict import Model, predict
from classifiers.routing import KeywordTable, Route, rank
from models import CaseState, EventKind, Intent, LabelSource, LabelSubject
from triage.queries import cases, intake, labels, measures
from triage.queries.labels import PendingComment
from triage.rules.intent import closes, reopens, takes_over
from triage.rules.routing import as_model_knows
from triage.rules.targets import is_must_answer

WORDS_SHOWN = 6


@dataclass(frozen=True)
class Verdict:
    """What the model says of one comment."""

    comment: PendingComment
    intent: Intent
    confidence: float
    is_sure: bool
    probabilities: dict[str, float]
    words: list[tuple[str, float]]
    unit: Route


def classify(session: Session, model: Model, keywords: KeywordTable, *, run_id: int, limit: int, now: datetime) -> int:
    """Classify up to `limit` waiting comments; return how many were; commits."""
    pending = labels.unclassified(session, limit)
    if not pending:
        session.rollback()
        return 0
    keep(session, list(verdicts_on(model, keywords, pending)), run_id=run_id, now=now)
    return len(pending)


def keep(session: Session, verdicts: Sequence[Verdict], *, run_id: int, now: datetime) -> None:
    """Keep a model's verdicts as labels, bring the cases in step, and take the comments off the queue; commits."""
    labels.add(session, [row for verdict in verdicts for row in label_rows(verdict, run_id=run_id, now=now)])
    apply_to_cases(session, verdicts, run_id=run_id, now=now)
    labels.mark_classified(session, [verdict.comment.comment_id for verdict in verdicts], now)
    session.commit()


def verdicts_on(model: Model, keywords: KeywordTable, pending: Sequence[PendingComment]) -> Iterator[Verdict]:
    """Yield the model's verdict on each comment, in order."""
    texts = [comment.text for comment in pending]
    found = predict(model, texts)
    routes = rank(
        model,
        keywords,
        texts,
        [as_model_knows(comment.account_unit, comment.account_level) for comment in pending],
        predictions=found,
    )
    words = explain_all(model, texts, found.intents, limit=WORDS_SHOWN)
    shares = found.intent_probabilities.round(4).tolist()
    for i, comment in enumerate(pending):
        probabilities = dict(zip(model.intents, shares[i], strict=True))
        yield Verdict(
            comment,
            Intent(found.intents[i]),
            probabilities[found.intents[i]],
            bool(found.is_sure[i]),
            probabilities,
            words[i],
            routes[i],
        )


def label_rows(verdict: Verdict, *, run_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return a comment's two label rows: its intent with the words that weighed, its unit with the ledger."""
    by_model = {
        "comment_id": verdict.comment.comment_id,
        "source": LabelSource.MODEL,
        "run_id": run_id,
        "created_at": now,
    }
    best = verdict.unit.best[0]
    return [
        by_model
        | {
            "subject": LabelSubject.INTENT,
            "value": verdict.intent,
            "confidence": verdict.confidence,
            "is_sure": verdict.is_sure,
            "probabilities": verdict.probabilities,
            "reasons": [{"word": word, "weight": weight} for word, weight in verdict.words],
        },
        by_model
        | {
            "subject": LabelSubject.UNIT,
            "value": best.unit,
            "confidence": round(best.probability, 4),
            "is_sure": verdict.unit.is_sure,
            "probabilities": {score.unit: round(score.probability, 4) for score in verdict.unit.best},
            "reasons": [
                {
                    "unit": score.unit,
                    "total": round(score.total, 2),
                    "parts": [
                        {"name": part.name, "detail": part.detail, "value": round(part.value, 2)}
                        for part in score.parts
                    ],
                }
                for score in verdict.unit.best
            ],
        },
    ]


def apply_to_cases(session: Session, verdicts: Sequence[Verdict], *, run_id: int, now: datetime) -> None:
    """Bring the cases in step with the verdicts on their comments and write the history."""
    changes: dict[int, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    closed = [verdict.comment.case_id for verdict in verdicts if verdict.comment.closed_at]
    may_reopen = cases.reopenable(session, closed)
    for verdict in verdicts:
        comment = verdict.comment
        change = changes.setdefault(comment.case_id, held(comment))
        data = {"comment": comment.comment_id, "intent": verdict.intent, "confidence": verdict.confidence}
        events.append(event_row(comment, EventKind.CLASSIFIED, now, f"model:{run_id}", data, now=now))
        if not comment.is_intent_by_person and takes_over(change["intent"], verdict.intent):
            change |= raised(change["intent"], verdict)
        if comment.case_id in may_reopen and is_new_matter(verdict, change["closed_at"]):
            change |= {"state": CaseState.IN_PROGRESS, "closed_at": None, "is_waiting_for_us": True}
            data = {"comment": comment.comment_id}
            events.append(event_row(comment, EventKind.REOPENED, comment.posted_at, "citizen", data, now=now))
    for comment in {verdict.comment.case_id: verdict.comment for verdict in verdicts}.values():
        change = changes[comment.case_id]
        if not comment.is_intent_by_person and needs_no_answer(change):
            change |= {"state": CaseState.NO_ANSWER_NEEDED, "closed_at": now, "is_waiting_for_us": False}
            reason = {"reason": "dinilai lainnya: tidak perlu tindakan"}
            events.append(event_row(comment, EventKind.NO_ANSWER_NEEDED, now, f"model:{run_id}", reason, now=now))
    intake.update_cases(session, list(changes.values()))
    intake.add_events(session, events)
    moved = {event["case_id"] for event in events if event["kind"] is not EventKind.CLASSIFIED}
    worked_on = {
        verdict.comment.case_id for verdict in verdicts if verdict.comment.unit_id or verdict.comment.closed_at
    }
    measures.refresh(session, sorted(moved & worked_on))
    measures.refresh_existing(session, sorted(moved - worked_on))


def held(comment: PendingComment) -> dict[str, Any]:
    """Return the case's columns as they stand; a case in the triage queue is looked at again."""
    change = {
        "id": comment.case_id,
        "intent": comment.intent,
        "intent_confidence": comment.intent_confidence,
        "is_intent_sure": comment.is_intent_sure,
        "state": comment.state,
        "closed_at": comment.closed_at,
        "is_waiting_for_us": comment.is_waiting_for_us,
    }
    looked_at_again = comment.unit_id is None and not comment.is_unit_by_person
    return change | ({"routed_at": None} if looked_at_again else {})


def raised(before: Intent | None, verdict: Verdict) -> dict[str, Any]:
    """Return the columns of a case whose intent becomes a verdict's; one that now owes an answer is routed again."""
    change = {
        "intent": verdict.intent,
        "intent_confidence": verdict.confidence,
        "is_intent_sure": verdict.is_sure,
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
