"""Steps on a case through its page: what is refused comes back with its reason and everything typed."""

import re

import pytest
from sqlmodel import select

from models import Case, Comment, Draft, Intent, Label, LabelSource, LabelSubject, Reply, Role, RunStatus, TrainingRun
from tests.factories import NOW, account, case, log_in, post, user
from triage.extensions import db
from triage.flow import hand_over
from triage.rules.permissions import Viewer

TEXT = "Buka pukul 08.00\r\nsampai 12.00."


@pytest.fixture
def admin(app, client):
    account(db.session)
    db.session.rollback()
    user(db.session, username="budi")
    return log_in(client, "budi")


@pytest.fixture
def found(admin):
    return case(db.session, account(db.session, code="DINKES-FB", platform="facebook"))


def step(browser, found, name, **values):
    return post(browser, f"/kasus/{found.code}/{name}", **values)


def reply(browser, found, **given):
    values = {"text": TEXT, "kind": "substantive", "version": found.version, "key": "k1"}
    return step(browser, found, "balas", **(values | given))


def field(page, name):
    """Return the content of a text area, as a browser would show it."""
    return re.search(rf'<textarea[^>]*id="{name}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL).group(1)


def saved():
    db.session.rollback()
    texts = list(db.session.exec(select(Reply.text)))
    db.session.rollback()
    return texts


def test_an_answer_is_saved_with_single_line_ends(admin, found):
    assert reply(admin, found).status_code == 302
    assert saved() == ["Buka pukul 08.00\nsampai 12.00."]


def test_an_empty_answer_comes_back_with_the_error_at_its_field(admin, found):
    answer = reply(admin, found, text="  ")
    assert answer.status_code == 422
    assert re.search(r'id="send_reply-text-error-1">.*?Tulis balasannya dulu', answer.text, re.DOTALL)
    assert saved() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"text": "a" * 8001}, "paling panjang 8000", id="too long"),
        pytest.param({"kind": "zzz"}, "Pilih jenis balasan", id="unknown kind"),
        pytest.param({"key": ""}, "Muat ulang kasus ini", id="no key"),
    ],
)
def test_a_wrong_answer_says_what_to_do(admin, found, values, words):
    answer = reply(admin, found, **values)
    assert answer.status_code == 422
    assert words in answer.text
    assert saved() == []


def test_a_conflict_keeps_the_text_and_takes_the_second_try(admin, found):
    step(admin, found, "catatan", text="sedang ditanyakan")
    answer = reply(admin, found)
    assert answer.status_code == 409
    assert "kasus ini berubah sejak Anda membukanya" in answer.text
    assert field(answer.text, "send_reply-text").splitlines() == TEXT.splitlines()
    version = re.search(r'id="versi-balas"[^>]*value="(\d+)"', answer.text).group(1)
    assert reply(admin, found, version=version).status_code == 302


def test_a_refused_hand_over_keeps_unit_and_reason(admin, found):
    answer = step(admin, found, "disposisi", unit="DPUPR", reason="", version=found.version)
    assert answer.status_code == 422
    assert "Tulis alasan disposisi." in answer.text
    assert re.search(r'<option selected value="DPUPR">', answer.text)


def test_an_unknown_unit_is_refused_in_words(admin, found):
    answer = step(admin, found, "disposisi", unit="ZZZ", reason="uji", version=found.version)
    assert answer.status_code == 422
    assert "Pilih unit tujuan dari daftar." in answer.text


def test_closing_without_an_answer_needs_a_reason(admin, found):
    answer = step(admin, found, "selesai", reason="", version=found.version)
    assert answer.status_code == 422
    assert "belum pernah dibalas" in answer.text
    done = step(admin, found, "selesai", reason="ditangani lewat telepon", version=found.version)
    assert done.status_code == 302


def test_a_wrong_move_is_explained_on_the_case(admin, found):
    step(admin, found, "tidak-perlu", reason="", version=found.version)
    answer = step(admin, found, "ambil")
    assert answer.status_code == 409
    assert "Kasus ini sudah ditutup" in answer.text


def test_closing_leads_to_the_next_case_and_then_to_the_list(admin, found):
    other = case(db.session, account(db.session, code="DINKES-X", platform="x"))
    first = step(admin, found, "tidak-perlu", reason="", version=found.version)
    assert first.location.endswith(f"/kasus/{other.code}")
    assert step(admin, other, "tidak-perlu", reason="", version=other.version).location.endswith("/kasus")


def test_closing_leads_on_within_the_list_one_came_from(admin, found):
    case(db.session, account(db.session, code="DINKES-X", platform="x"))
    wanted = case(db.session, account(db.session, code="DINKES-TT", platform="tiktok"))
    closed = step(admin, found, "tidak-perlu?platform=tiktok", reason="", version=found.version)
    assert closed.location.endswith(f"/kasus/{wanted.code}?platform=tiktok")
    closed = step(admin, wanted, "tidak-perlu?platform=tiktok", reason="", version=wanted.version)
    assert closed.location.endswith("/kasus?platform=tiktok")


@pytest.mark.parametrize("view", ["all", "no_answer", "triage"])
def test_a_list_that_holds_closed_or_forbidden_cases_leads_on_among_the_open_ones(admin, found, view):
    other = case(db.session, account(db.session, code="DINKES-X", platform="x"))
    closed = step(admin, found, f"tidak-perlu?tampilan={view}", reason="", version=found.version)
    assert closed.location.endswith(f"/kasus/{other.code}?tampilan={view}")


def test_the_address_goes_on_without_what_does_not_belong_to_it(admin, found):
    answer = post(admin, f"/kasus/{found.code}/ambil?tampilan=new&code=x&_external=1&jenis=complaint")
    assert answer.location == f"/kasus/{found.code}?tampilan=new&jenis=complaint"


def test_a_draft_belongs_to_its_writer(admin, found):
    assert step(admin, found, "draf", text="Sedang kami").status_code == 204
    assert "Sedang kami" in admin.get(f"/kasus/{found.code}").text
    db.session.rollback()
    assert db.session.exec(select(Draft.text)).one() == "Sedang kami"
    user(db.session, username="sari")
    sari = admin.application.test_client()
    log_in(sari, "sari")
    assert "Sedang kami" not in sari.get(f"/kasus/{found.code}").text


def test_an_intent_out_of_the_list_is_refused(admin, found):
    assert step(admin, found, "jenis", intent="zzz").status_code == 422
    db.session.rollback()
    assert db.session.exec(select(Case.intent)).one() == "complaint"


def test_a_reason_that_closing_needs_is_not_called_optional(admin, found):
    page = admin.get(f"/kasus/{found.code}").text
    label = re.search(r'<label[^>]*for="resolve_case-reason">.*?</label>', page).group(0)
    assert "boleh kosong" not in label
    assert re.search(r'<textarea[^>]*id="resolve_case-reason"[^>]* required', page)
    assert "boleh kosong" in re.search(r'<label[^>]*for="needs_no_answer-reason">.*?</label>', page).group(0)


def test_an_answer_to_a_case_that_went_to_another_unit_is_shown_without_a_call_to_send_it_again(admin, found):
    moved = step(admin, found, "disposisi", unit="DISHUB", reason="Soal parkir.", version=found.version)
    assert moved.status_code == 302
    answer = reply(admin, found)
    assert answer.status_code == 404
    assert "Tulisan Anda belum terkirim." in answer.text
    assert TEXT.splitlines()[0] in answer.text
    assert "kirim lagi" not in answer.text


def test_an_expired_form_leads_back_to_its_own_page_in_another_tab(admin, found):
    origin = f"http://localhost/kasus/{found.code}"
    answer = admin.post(f"/kasus/{found.code}/balas", data={"text": TEXT}, headers={"Referer": origin})
    assert answer.status_code == 400
    assert f'<a href="{origin}" target="_blank"' in answer.text
    answer = admin.post(f"/kasus/{found.code}/balas", data={"text": TEXT}, headers={"Referer": "https://lain.example/"})
    assert "lain.example" not in answer.text


def test_a_reason_keeps_one_full_stop_in_the_rail(admin, found):
    desk = user(db.session, Role.DISKOMINFO, username="desk")
    viewer = Viewer(desk.id, desk.role, frozenset())
    for unit in ("DPUPR", "DINKES"):
        version = db.session.get(Case, found.id).version
        db.session.rollback()
        hand_over.hand_over(db.session, viewer, found.code, unit=unit, reason="Sesuai isi.", version=version, now=NOW)
    assert "Sesuai isi.</p>" in admin.get(f"/kasus/{found.code}").text


def test_only_who_may_change_an_unsure_intent_is_asked_to(app, admin, found):
    run = TrainingRun(status=RunStatus.DONE, created_at=NOW)
    db.session.add(run)
    db.session.flush()
    comment_id = db.session.exec(select(Comment.id).where(Comment.case_id == found.id)).one()
    by_model = {"source": LabelSource.MODEL, "run_id": run.id, "confidence": 0.4, "is_sure": False, "created_at": NOW}
    db.session.add(Label(comment_id=comment_id, subject=LabelSubject.INTENT, value="question", **by_model))
    row = db.session.get(Case, found.id)
    row.intent, row.is_intent_sure, row.is_intent_by_person = Intent.QUESTION, False, False
    db.session.add(row)
    db.session.commit()
    user(db.session, Role.SUPERVISOR, (), username="kepala")
    reader = log_in(app.test_client(), "kepala").get(f"/kasus/{found.code}").text
    assert "Model belum yakin." in reader
    assert "tekan jenis yang benar" not in reader
    assert "tekan jenis yang benar" in admin.get(f"/kasus/{found.code}").text
