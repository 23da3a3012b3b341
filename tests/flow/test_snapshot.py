"""What a training learns from: which verdicts become rows, and what stays out."""

from sqlmodel import select

from classifiers.rows import Row, load_rows
from models import Case, Role
from tests import factories
from tests.conftest import DATA
from tests.factories import NOW
from triage.flow import hand_over, register, snapshot


def test_a_comment_like_a_frozen_one_is_not_learned_from():
    frozen = load_rows(DATA / "samples/comments.jsonl")[:5]
    copied = Row(frozen[0].text, "question")
    fresh = Row("Sumur di belakang balai desa kering sejak lebaran kemarin", "complaint")
    assert snapshot.usable([copied, fresh], frozen) == ([fresh], 1)


def test_a_hand_over_alone_teaches_the_unit_and_a_village_counts_as_its_kind(session):
    register.add_unit(session, code="DESA-SUMBERREJO", name="Desa Sumberrejo", level="desa")
    where = factories.account(session, code="DESA-FB", unit="DESA-SUMBERREJO", platform="facebook")
    message = factories.incoming("surat pengantar pindah bisa diurus sore?")
    factories.take_in(session, where, message)
    found = session.exec(select(Case)).one()
    desk = factories.viewer(session, Role.DISKOMINFO)
    hand_over.hand_over(
        session, desk, found.code, unit="DESA-SUMBERREJO", reason="urusan desa", version=found.version, now=NOW
    )
    row = snapshot.person_rows(session)[0]
    assert (row.intent, row.unit, row.account) == ("", "DESA", "DESA")
