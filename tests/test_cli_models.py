"""The commands that compare, promote and roll back models: what they print, and how they refuse."""

import json

import pytest

from models import Role
from tests import corpus
from tests.comparisons import comparison
from tests.factories import NOW, user
from triage.extensions import db
from triage.flow import retrain
from triage.queries import runs


@pytest.fixture
def flask(app):
    """Run one command in a context of its own, as a terminal does."""

    def run(*words):
        db.session.rollback()
        db.session.close()
        return app.test_cli_runner().invoke(args=[str(word) for word in words])

    return run


@pytest.fixture
def second(serving, artefact):
    """A candidate that kominfo trained and kominfo2 may promote; return its number."""
    trainer = user(db.session, Role.DISKOMINFO, username="kominfo")
    user(db.session, Role.DISKOMINFO, username="kominfo2")
    user(db.session, Role.OPD_ADMIN, username="dinkes")
    run = retrain.queue_run(db.session, actor_id=trainer.id, seed=0, now=NOW)
    found = comparison(serving.id)
    return retrain.finish_run(db.session, run.id, *artefact, scores={}, comparison=found, now=NOW).id


def active():
    db.session.rollback()
    return runs.active(db.session).id


def test_two_models_are_compared_for_people_and_for_programs(app, flask, serving, second, tmp_path):
    corpus.shrink(app, tmp_path)
    first_id = serving.id
    spoken = flask("compare", first_id, second)
    assert spoken.exit_code == 0, spoken.output
    assert spoken.output.startswith(f"Model #{first_id} -> #{second} pada ")
    assert "selisih +0.000 (95 %: +0.000 .. +0.000)" in spoken.output
    found = json.loads(flask("compare", first_id, second, "--json").output)
    assert {"macro_f1_difference", "difference_interval", "per_class", "per_unit", "slices", "routing"} <= set(found)


def test_a_second_person_promotes_and_rolls_back(flask, serving, second):
    first_id = serving.id
    done = flask("promote", second, "--by", "kominfo2", "--reason", "lebih baik di semua kelas")
    assert (done.exit_code, done.output) == (0, f"Model #{second} aktif.\n")
    assert active() == second
    assert runs.promotions(db.session)[0].reason == "lebih baik di semua kelas"
    done = flask("rollback", "--by", "kominfo")
    assert (done.exit_code, done.output) == (0, f"Model #{first_id} aktif kembali.\n")
    assert active() == first_id


REFUSED = {
    "who trained it": (("--by", "kominfo"), "pengguna Diskominfo yang lain"),
    "an office": (("--by", "dinkes"), "tidak berwenang"),
    "nobody": (("--by", "siapa"), "Tidak ada pengguna aktif bernama “siapa”"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_others_are_refused_in_words_and_by_status(flask, serving, second, words, said):
    before = serving.id
    done = flask("promote", second, *words)
    assert done.exit_code == 1
    assert said in done.output
    assert active() == before


def test_a_number_without_a_model_is_refused(flask, serving, second):
    assert flask("compare", serving.id, 999).exit_code == 1
    assert "Model ini tidak ada" in flask("promote", 999, "--by", "kominfo2").output


def test_there_is_nothing_to_roll_back_to_at_first(flask, second):
    done = flask("rollback", "--by", "kominfo")
    assert done.exit_code == 1
    assert "Belum ada model sebelumnya" in done.output
