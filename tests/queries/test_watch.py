"""What the shadow has still to read and what it said, on both databases."""

from datetime import timedelta

from sqlmodel import select

from models import Comment, Label, LabelSource, LabelSubject
from tests import factories
from tests.factories import NOW
from tests.flow.readings import serving_run
from triage.queries import watch


def test_the_shadow_sees_what_was_read_since_it_began_and_agreement_is_counted(session):
    where = factories.account(session)
    factories.take_in(session, where, factories.incoming("Lampu padam"), factories.incoming("Terima kasih"))
    (early, late), run_id = session.exec(select(Comment.id).order_by(Comment.id)).all(), serving_run(session)
    for comment_id, at in ((early, NOW - timedelta(hours=5)), (late, NOW)):
        by_model = {"comment_id": comment_id, "source": LabelSource.MODEL, "run_id": run_id, "created_at": at}
        session.add(Label(subject=LabelSubject.INTENT, value="praise", confidence=0.8, **by_model))
        session.add(Label(subject=LabelSubject.UNIT, value="DINKES", confidence=0.7, **by_model))
    session.commit()
    (pending,) = watch.unshadowed(session, run_id, NOW - timedelta(hours=1), 10)
    assert (pending.comment_id, pending.intent, pending.unit) == (late, "praise", "DINKES")
    said = {"intent": "complaint", "intent_p": 0.6, "unit": "DINKES", "unit_p": 0.7}
    beside = {"active_intent": "praise", "active_intent_p": 0.8, "active_unit": "DINKES", "active_unit_p": 0.7}
    row = {"run_id": run_id, "comment_id": late, "active_run_id": run_id, "at": NOW} | said | beside
    watch.add_shadow(session, [row])
    watch.add_shadow(session, [row])
    session.commit()
    assert watch.unshadowed(session, run_id, NOW - timedelta(hours=1), 10) == []
    assert watch.agreement(session, run_id) == (1, 0, 1, 0, 0, 0)
    assert watch.pairs(session, run_id) == [("praise", "complaint", 1)]
    (shown,), following = watch.differing(session, run_id)
    assert (shown.text, following) == ("Terima kasih", None)
