"""Comments that nobody can read on the platform any more: what the case's page takes, and what a supervisor judges."""

import re
from types import SimpleNamespace

import pytest
from sqlmodel import select

from models import Case, CaseState, Comment, Hiding, Role
from tests.factories import account, case, log_in, post, user
from triage.extensions import db


@pytest.fixture
def admin(app, client):
    account(db.session)
    db.session.rollback()
    user(db.session, username="budi")
    return log_in(client, "budi")


@pytest.fixture
def boss(app):
    db.session.rollback()
    user(db.session, Role.SUPERVISOR, username="ratna")
    return log_in(app.test_client(), "ratna")


def values_of(case):
    """Return what a page knows of a case, with no transaction left open."""
    comment = db.session.exec(select(Comment.id).where(Comment.case_id == case.id)).one()
    known = SimpleNamespace(id=case.id, code=case.code, version=case.version, comment=comment)
    db.session.rollback()
    return known


@pytest.fixture
def found(admin):
    where = account(db.session, code="DINKES-FB", platform="facebook")
    return values_of(case(db.session, where, text="Petugas itu pencuri"))


def gone(browser, found, how, **given):
    return post(browser, f"/kasus/{found.code}/{how}", **({"comment": found.comment, "version": found.version} | given))


@pytest.fixture
def hidden(admin, found):
    assert gone(admin, found, "disembunyikan", reason="memuat data pribadi").status_code == 302
    return found


def judge(browser, found, **given):
    db.session.rollback()
    number = db.session.exec(select(Hiding.id)).one()
    db.session.rollback()
    return post(browser, f"/kasus/{found.code}/penyembunyian/{number}", **given)


def test_a_hidden_comment_waits_for_the_supervisor_and_the_page_says_so(admin, hidden):
    page = admin.get(f"/kasus/{hidden.code}").text
    assert "menunggu penilaian supervisor" in page
    assert "memuat data pribadi" in page
    assert 'value="setuju"' not in page


def test_the_supervisors_list_leads_to_the_case(hidden, boss):
    page = boss.get("/persetujuan").text
    assert f'href="/kasus/{hidden.code}"' in page
    assert "memuat data pribadi" in page
    assert 'value="setuju"' in boss.get(f"/kasus/{hidden.code}").text


def test_an_approved_hiding_closes_the_case_and_empties_the_list(hidden, boss):
    assert judge(boss, hidden, verdict="setuju", remark="").status_code == 302
    page = boss.get(f"/kasus/{hidden.code}").text
    assert "Penyembunyian disetujui" in page
    assert "menunggu penilaian supervisor" not in page
    assert "Tidak ada yang menunggu persetujuan" in boss.get("/persetujuan").text


def test_a_refusal_needs_a_reason_and_keeps_what_was_chosen(hidden, boss):
    answer = judge(boss, hidden, verdict="tolak", remark=" ")
    assert answer.status_code == 422
    assert "Tulis mengapa alasannya ditolak" in answer.text
    assert judge(boss, hidden, verdict="tolak", remark="Tidak ada data pribadi.").status_code == 302
    page = boss.get(f"/kasus/{hidden.code}").text
    assert re.search(r"Penyembunyian ditolak.*Tidak ada data pribadi\.", page, re.DOTALL)


def test_a_hiding_that_was_judged_meanwhile_is_refused_in_words(hidden, boss):
    judge(boss, hidden, verdict="setuju", remark="")
    answer = judge(boss, hidden, verdict="setuju", remark="")
    assert answer.status_code == 409
    assert "sudah dinilai" in answer.text


def test_an_opd_admin_judges_nothing(admin, hidden):
    assert judge(admin, hidden, verdict="setuju", remark="").status_code == 403
    assert admin.get("/persetujuan").status_code == 403


def test_hiding_needs_a_reason(admin, found):
    answer = gone(admin, found, "disembunyikan", reason="")
    assert answer.status_code == 422
    assert "alasan" in answer.text.lower()
    db.session.rollback()
    assert db.session.exec(select(Hiding)).all() == []


def test_what_the_citizen_took_back_closes_the_case(admin, found):
    assert gone(admin, found, "ditarik").status_code == 302
    page = admin.get(f"/kasus/{found.code}").text
    assert "ditarik" in page.lower()
    db.session.rollback()
    assert db.session.exec(select(Case.state)).one() is CaseState.NO_ANSWER_NEEDED


def test_a_comment_of_another_case_is_refused(admin, found):
    other = values_of(case(db.session, account(db.session, code="DINKES-TT", platform="tiktok")))
    assert gone(admin, found, "ditarik", comment=other.comment).status_code == 422
