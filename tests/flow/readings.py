"""Comments read with a verdict that a test chooses: the flow behind the model, without the model."""

import json
from pathlib import Path

from sqlmodel import select

from classifiers.judge import Judgement, ledger_of
from classifiers.routing import Part, Route, UnitScore
from models import Case, Comment, Event, Role
from tests.factories import NOW, incoming, take_in, user
from triage.flow import classify, retrain, route
from triage.queries import labels
from triage.rules.permissions import Viewer


def serving_run(session):
    """A run that serves, without an artefact: its verdicts come from the test."""
    run = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    return retrain.finish_run(session, run.id, Path("-"), "0" * 64, scores={}, comparison={}, now=NOW).id


def read(
    session, run_id, intent="complaint", *, is_sure=True, confidence=0.95, unit="DINKES", is_unit_sure=True, marks=(),
    now=NOW,
):  # fmt: skip
    """Give every waiting comment one verdict, keep it and route what waits."""
    batch = labels.waiting(session, 100)
    unit_said = Route((UnitScore(unit, 2.0, 0.8, (Part("kata kunci", "lampu", 2.0),)),), is_unit_sure)
    said = Judgement(
        intent,
        confidence,
        is_sure,
        json.dumps({intent: confidence}),
        json.dumps([{"word": "lampu", "weight": 1.5}]),
        unit,
        0.8,
        is_unit_sure,
        json.dumps({unit: 0.8}),
        json.dumps(ledger_of(unit_said)),
        marks,
    )
    if batch:
        classify.keep(session, batch, [said] * len(batch), run_id=run_id, now=now)
    route.route(session, limit=100, now=now)


def desk(session):
    """Somebody of Diskominfo."""
    return Viewer(user(session, Role.DISKOMINFO).id, Role.DISKOMINFO, frozenset())


def told(session, where, run_id, text="Lampu jalan padam", *, author="siti", at=NOW, **verdict):
    """Let a citizen write and the comment be read; return the comment's case."""
    message = incoming(text, author_id=author, posted_at=at)
    take_in(session, where, message, now=at)
    read(session, run_id, now=at, **verdict)
    return case_of(session, message.external_id)


def case_of(session, external_id):
    found = select(Case).join(Comment).where(Comment.external_id == external_id)
    return session.exec(found.execution_options(populate_existing=True)).one()


def again(session, case):
    """Return a case as it stands now."""
    return session.exec(select(Case).where(Case.id == case.id).execution_options(populate_existing=True)).one()


def events(session, case, *kinds):
    found = session.exec(select(Event).where(Event.case_id == case.id).order_by(Event.id)).all()
    return [event for event in found if not kinds or event.kind in kinds]
