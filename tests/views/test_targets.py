"""Targets in the browser: what is in force, a preview, a change from a day on, the history."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models import Role, Target
from tests.factories import log_in, post, user
from triage.extensions import db

TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
FORM = {
    "intent": "complaint", "kind": "first_response", "unit": "", "flag": "", "amount": "4",
    "measure": "working_hours", "in_force_from": TOMORROW, "reason": "Perbup 7",
}  # fmt: skip


@pytest.fixture
def desk(app, client):
    """A browser in which Diskominfo is signed in."""
    user(db.session, Role.DISKOMINFO, username="meja", name="Rina")
    db.session.rollback()
    return log_in(client, "meja")


def stored():
    db.session.rollback()
    found = len(db.session.exec(select(Target)).all())
    db.session.rollback()
    return found


def test_the_page_says_when_a_comment_that_arrives_now_is_due(desk):
    page = desk.get("/target").text
    rows = re.findall(r'<th scope="row">Pengaduan</th>[\s\S]*?</tr>', page)
    assert len(rows) == 3
    assert all(re.search(r"\d{4} \d{2}\.\d{2} WIB", row) for row in rows)


def test_a_target_is_saved_and_stands_in_the_history_with_its_author(desk):
    assert post(desk, "/target", **FORM).status_code == 302
    page = desk.get("/target").text
    assert "Perbup 7" in page
    assert "Rina" in page
    assert stored() == 9


def test_a_preview_saves_nothing_and_shows_both(desk):
    page = post(desk, "/target", look="1", **(FORM | {"unit": "RSUD", "flag": "darurat"})).text
    assert "Pratinjau, belum tersimpan" in page
    assert "belum ada target seperti ini" in page
    assert "4 jam kerja" in page
    assert 'value="darurat"' in page
    assert stored() == 8


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"amount": "empat"}, "Isi angka bulat", id="words"),
        pytest.param({"amount": "-1"}, "1 sampai 500", id="negative"),
        pytest.param({"amount": "9" * 30}, "1 sampai 500", id="huge"),
        pytest.param({"in_force_from": "2026-01-01"}, "hanya berlaku ke depan", id="the past"),
        pytest.param({"in_force_from": ""}, "Isi tanggalnya", id="no day"),
        pytest.param({"intent": "praise"}, "Pilih salah satu", id="praise"),
        pytest.param({"kind": "lain"}, "Pilih salah satu", id="unknown kind"),
        pytest.param({"flag": "genting"}, "dari daftar", id="a mark that is none"),
        pytest.param({"reason": ""}, "Tulis alasannya", id="no reason"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(desk, changes, told):
    answer = post(desk, "/target", **(FORM | changes))
    assert (answer.status_code, told in answer.text, stored()) == (422, True, 8)


def test_a_supervisor_reads_targets_and_cannot_change_them(app, client):
    user(db.session, Role.SUPERVISOR, username="bupati")
    db.session.rollback()
    browser = log_in(client, "bupati")
    assert "Simpan target" not in browser.get("/target").text
    assert post(browser, "/target", **FORM).status_code == 403
