"""The table of keywords in the browser: measured, doubted, added and removed."""

import re

import pytest
from sqlmodel import select

from models import KeywordKind, Role, UnitKeyword
from tests.factories import log_in, post, user
from triage.extensions import db
from triage.flow import card, keep_keywords, register
from triage.queries import directory


@pytest.fixture
def desk(app, client):
    """A browser in which Diskominfo is signed in."""
    user(db.session, Role.DISKOMINFO, username="meja", name="Rina")
    db.session.rollback()
    return log_in(client, "meja")


def stored(phrase):
    db.session.rollback()
    found = [(row.kind, row.route_to_id) for row in db.session.exec(select(UnitKeyword).filter_by(phrase=phrase))]
    db.session.rollback()
    return found


def test_without_a_model_phrases_are_listed_as_not_measured(desk):
    page = desk.get("/kata-kunci/DINKES").text
    assert "belum ditemukan" in page
    assert "puskesmas" in page


def test_a_villages_page_speaks_of_places(desk):
    register.add_unit(db.session, code="DESA_MEKAR", name="Desa Mekar", level="desa")
    db.session.rollback()
    page = desk.get("/kata-kunci/DESA_MEKAR").text
    assert "menunjukkan desa yang mana" in page
    assert "“mekar” sudah dikenal" in page
    assert "Tambahkan nama tempat lain" in page


def test_phrases_show_what_the_serving_model_measured(serving, desk):
    measures = card.card_of(serving).keywords
    name, (n, right) = next((name, pair) for name, pair in measures.items() if pair[0] > 2)
    unit, phrase = name.split("|")
    db.session.rollback()
    row = re.search(rf'<th scope="row">{re.escape(phrase)}</th>[\s\S]*?</tr>', desk.get(f"/kata-kunci/{unit}").text)[0]
    assert f">{n}<" in row
    assert f"{right / n * 100:.0f}%" in row
    assert f"model #{serving.id}" in desk.get("/kata-kunci").text


def test_a_phrase_is_added_counts_for_the_router_and_is_removed_again(desk):
    assert post(desk, "/kata-kunci/DINKES", phrase="Antrean  Poli Gigi", route_to="").status_code == 302
    assert stored("antrean poli gigi") == [(KeywordKind.OWN, None)]
    assert ("DINKES", "antrean poli gigi", None) in [tuple(row) for row in directory.keywords(db.session)]
    db.session.rollback()
    address = re.search(r'action="(/kata-kunci/DINKES/\d+/hapus)"[\s\S]{0,400}?Hapus antrean poli gigi',
                        desk.get("/kata-kunci/DINKES").text.split('<th scope="row">antrean poli gigi')[1])[1]  # fmt: skip
    assert post(desk, address).status_code == 302
    assert stored("antrean poli gigi") == []
    assert post(desk, address).status_code == 404


def test_a_phrase_that_belongs_elsewhere_leads_to_that_unit(desk):
    assert post(desk, "/kata-kunci/DINKES", phrase="iuran bpjs naik", route_to="RSUD").status_code == 302
    [(kind, route_to_id)] = stored("iuran bpjs naik")
    assert (kind, route_to_id) == (KeywordKind.NOT_RESPONSIBLE, directory.unit_ids(db.session)["RSUD"][0])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param({"phrase": ""}, "Isi kata", id="nothing"),
        pytest.param({"phrase": "ab"}, "3 sampai 80", id="too short"),
        pytest.param({"phrase": "123 456"}, "3 sampai 80", id="no letters"),
        pytest.param({"phrase": "a b c d e f g h i"}, "paling banyak 8 kata", id="a sentence"),
        pytest.param({"phrase": "x" * 90}, "Paling panjang 80", id="too long"),
        pytest.param({"phrase": " PUSKESMAS "}, "sudah ada", id="there already"),
        pytest.param({"phrase": "obat", "route_to": "TIDAK-ADA"}, "Pilih unit", id="unknown unit"),
        pytest.param({"phrase": "obat", "route_to": "DINKES"}, "Pilih unit", id="to itself"),
    ],
)
def test_a_phrase_that_cannot_be_is_told(desk, typed, told):
    answer = post(desk, "/kata-kunci/DINKES", **({"route_to": ""} | typed))
    assert (answer.status_code, told in answer.text) == (422, True)


def test_a_contradiction_is_shown_with_the_other_unit(desk):
    keep_keywords.add(db.session, "DLH", "puskesmas")
    db.session.rollback()
    page = desk.get("/kata-kunci").text
    assert re.search(r'<th scope="row">puskesmas[\s\S]{0,900}?juga milik', page)


def test_a_phrase_of_another_unit_is_not_removed_by_its_number(desk):
    row = keep_keywords.add(db.session, "DLH", "got mampet sekali").id
    db.session.rollback()
    assert post(desk, f"/kata-kunci/DINKES/{row}/hapus").status_code == 404
    assert stored("got mampet sekali") != []
