"""The label screen as a person of Diskominfo sees it, without JavaScript."""

import json
from io import BytesIO

import pytest
from sqlmodel import select

from classifiers.suspects import FILE
from models import LabelTask, Role, Snapshot, TaskState, Verdict
from tests import factories
from tests.factories import NOW
from triage.extensions import db
from triage.flow import label, retrain
from triage.jobs import tasks as jobs
from triage.jobs.queue import bound
from triage.queries import labelling


@pytest.fixture
def desk(app):
    """Signed-in browsers of three people, beside six comments, one with a telephone number."""
    where = factories.account(db.session)
    texts = ["Hubungi saya 0812-3456-7890 soal sampah", "Kapan posyandu?", "Lampu padam", "Makasih min", "Hadir", "Oke"]
    arrived = [factories.incoming(text, external_id=f"a{place}") for place, text in enumerate(texts)]
    factories.take_in(db.session, where, *arrived)
    people = [factories.user(db.session, Role.DISKOMINFO, name=name) for name in ("Ani", "Budi", "Citra")]
    db.session.rollback()
    return [factories.log_in(app.test_client(), person.username) for person in people]


def drawn(stream):
    """Put all comments into a stream, oldest first; return the tasks' ids."""
    label.add_tasks(db.session, sorted(labelling.at_random(db.session, 100)), stream, now=NOW)
    db.session.commit()
    found = list(db.session.exec(select(LabelTask.id).order_by(LabelTask.id)))
    db.session.rollback()
    return found


def press(browser, task_id, intent, args=""):
    return factories.post(browser, f"/pelabelan/komentar/{task_id}{args}", intent=intent)


def test_a_comment_is_shown_masked_with_five_intents_doubt_and_the_guideline(desk):
    drawn(label.GOLD)
    page = desk[0].get("/pelabelan/emas").text
    for shown in (
        "Hubungi saya [telepon] soal sampah",
        "Pengaduan",
        "Lainnya",
        "Ragu",
        "Pedoman v1",
        "0 dari 6 selesai",
    ):
        assert shown in page
    assert "0812" not in page


def test_each_press_is_kept_with_a_receipt_and_leads_on(desk):
    one, two, *_ = drawn(label.TRAINING)
    answer = press(desk[0], one, "other")
    assert answer.location == "/pelabelan/latih"
    page = desk[0].get(answer.location).text
    assert f"Tanda terima {db.session.exec(select(Verdict.id)).one()}" in page
    assert "Hubungi saya [telepon]" in page
    assert f"/pelabelan/komentar/{two}" in page
    assert "1 dari 6 selesai" in page


def test_the_unit_is_a_second_question_that_may_be_passed_over(desk):
    one, two, *_ = drawn(label.TRAINING)
    answer = press(desk[0], one, "complaint")
    assert answer.location == f"/pelabelan/latih?unit={one}"
    page = desk[0].get(answer.location).text
    assert "Unit mana yang harus bertindak?" in page
    assert "Lewati" in page
    wrong = factories.post(desk[0], f"/pelabelan/komentar/{one}/unit", typed="Dinas Khayal")
    assert wrong.status_code == 422
    assert "Dinas Khayal" in wrong.text
    factories.post(desk[0], f"/pelabelan/komentar/{one}/unit", typed="DLH")
    factories.post(desk[0], f"/pelabelan/komentar/{two}/unit", typed="")
    assert db.session.get(LabelTask, one).unit == "DLH"


def test_without_the_unit_question_one_press_is_a_comment(desk):
    one, *_ = drawn(label.TRAINING)
    assert press(desk[0], one, "complaint", "?tanpa_unit=1").location == "/pelabelan/latih?tanpa_unit=1"


def test_nothing_chosen_or_an_unknown_class_saves_nothing(desk):
    one, *_ = drawn(label.GOLD)
    for wrong in ("", "spam"):
        assert press(desk[0], one, wrong).status_code == 422
    assert db.session.exec(select(Verdict)).first() is None


def test_undo_shows_the_comment_again(desk):
    one, *_ = drawn(label.GOLD)
    press(desk[0], one, "praise")
    answer = factories.post(desk[0], "/pelabelan/batal")
    assert answer.location == f"/pelabelan/emas?ulang={one}"
    page = desk[0].get(answer.location).text
    assert f"/pelabelan/komentar/{one}" in page
    assert "Tanda terima" not in page
    assert (
        "Tidak ada lagi yang dapat dibatalkan" in desk[0].get(factories.post(desk[0], "/pelabelan/batal").location).text
    )


def test_the_gold_stream_shows_neither_the_model_nor_a_colleague(desk, serving):
    jobs.classify_waiting.work()
    one, *_ = drawn(label.GOLD)
    press(desk[0], one, "hoax_report")
    page = desk[1].get("/pelabelan/emas").text
    assert f"/pelabelan/komentar/{one}" in page
    assert "Dugaan model" not in page
    assert "Ani" not in page
    asked = desk[1].get(press(desk[1], one, "hoax_report").location).text
    assert 'name="unit" value="D' not in asked


def test_the_training_stream_shows_what_the_model_thought_and_its_likeliest_units(desk, serving):
    jobs.classify_waiting.work()
    assert (
        "Putaran baru: 6 komentar uji dan 0"
        in desk[0].get(factories.post(desk[0], "/pelabelan/putaran", count=20).location).text
    )
    factories.take_in(
        db.session, factories.account(db.session, code="B"), factories.incoming("Jalan berlubang dekat pasar")
    )
    jobs.classify_waiting.work()
    label.add_tasks(db.session, labelling.at_random(db.session, 9), label.TRAINING, now=NOW)
    db.session.commit()
    page = desk[0].get("/pelabelan/latih").text
    assert "Dugaan model" in page
    task_id = db.session.exec(select(LabelTask.id).order_by(LabelTask.id.desc())).first()
    assert desk[0].get(press(desk[0], task_id, "complaint").location).text.count('data-key="3"') == 1


def test_a_difference_is_decided_by_the_third_with_both_shown(desk):
    one, *_ = drawn(label.GOLD)
    press(desk[0], one, "complaint")
    press(desk[1], one, "ragu")
    assert "Mintalah rekan" in desk[0].get(f"/pelabelan/putusan/{one}").text
    assert factories.post(desk[0], f"/pelabelan/putusan/{one}", intent="complaint").status_code == 422
    page = desk[2].get(f"/pelabelan/putusan/{one}").text
    assert "Ani" in page
    assert "ragu" in page
    assert factories.post(desk[2], f"/pelabelan/putusan/{one}", intent="complaint", unit="Khayal").status_code == 422
    assert factories.post(desk[2], f"/pelabelan/putusan/{one}", intent="complaint").status_code == 302
    assert db.session.get(LabelTask, one).state is TaskState.ADJUDICATED
    assert "Tidak ada yang perlu diputuskan" in desk[2].get("/pelabelan/putusan").text


def test_agreement_opens_the_rows_behind_each_confusion(desk):
    ids = drawn(label.GOLD)
    for task_id, (a, b) in zip(ids, [("praise", "praise"), ("other", "praise")], strict=False):
        press(desk[0], task_id, a)
        press(desk[1], task_id, b)
    page = desk[2].get("/pelabelan/kesepakatan").text
    assert "50,0%" in page
    assert "Ani dan Budi" in page
    rows = desk[2].get("/pelabelan/kesepakatan/other/praise").text
    assert "Kapan posyandu?" in rows
    assert "Hubungi" not in rows
    assert desk[2].get("/pelabelan/kesepakatan/other/khayal").status_code == 404


def test_an_empty_stream_says_what_to_do(desk):
    assert "Mulai putaran baru" in desk[0].get("/pelabelan/latih").text
    assert "Belum ada komentar yang dibaca dua orang" in desk[0].get("/pelabelan/kesepakatan").text


def send_file(browser, body, name="label.csv"):
    upload = (BytesIO(body.encode()), name)
    return factories.post(browser, "/pelabelan/berkas", upload=upload)


def test_a_file_of_labels_is_read_in_the_background_and_its_refusals_can_be_fetched(desk):
    answer = send_file(desk[0], "teks,jenis\nLampu padam,pengaduan\nApa,entah\n")
    assert "every 1s" in desk[0].get(answer.location).text
    bound().drain()
    page = desk[1].get(answer.location).text
    assert "Impor selesai" in page
    assert "entah" in desk[0].get(f"{answer.location}/ditolak.csv").text
    assert "label.csv" in desk[0].get("/pelabelan/berkas").text
    assert "Lampu padam;complaint" in desk[0].get("/pelabelan/berkas/ekspor.csv").text


@pytest.mark.parametrize(("body", "reason"), [("tanggal,isi\n1,2\n", "Kolom label"), ("", "kosong")])
def test_a_file_without_labels_is_explained_on_the_form(desk, body, reason):
    answer = send_file(desk[0], body)
    assert answer.status_code == 422
    assert reason in answer.text


def test_likely_wrong_labels_are_decided_one_after_the_other(desk, tmp_path):
    shares = {"complaint": 0.9, "praise": 0.1}
    about = {"given": "praise", "standing": "corpus", "unit": "", "account": "", "probabilities": shares}
    lines = [json.dumps({"place": place, "text": f"Mantap nomor {place}", **about}) + "\n" for place in (3, 8)]
    (tmp_path / FILE).write_text("".join(lines), encoding="utf-8")
    assert "Belum ada daftar" in desk[0].get("/pelabelan/periksa").text
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    cost = retrain.Cost(1.0, 1.0)
    retrain.finish_run(db.session, run.id, tmp_path, "d", scores={}, comparison={}, cost=cost, now=NOW)
    db.session.rollback()
    page = desk[0].get("/pelabelan/periksa").text
    assert page.index("Mantap nomor 3") < page.index("Mantap nomor 8")
    assert "2 belum diperiksa" in page
    assert factories.post(desk[0], "/pelabelan/periksa/3", intent="").status_code == 422
    answer = factories.post(desk[0], "/pelabelan/periksa/3", intent="complaint")
    assert answer.location == "/pelabelan/periksa/8"
    assert "Label diubah." in desk[0].get(answer.location).text
    assert factories.post(desk[0], "/pelabelan/periksa/8", intent="praise").location == "/pelabelan/periksa"
    assert "0 belum diperiksa" in desk[1].get("/pelabelan/periksa").text


def test_the_profile_says_how_many_corrections_the_serving_model_uses(app, desk, tmp_path):
    person = factories.user(db.session, Role.OPD_ADMIN, username="dinkes")
    made = Snapshot(
        digest="a", stored_as="x", row_count=9, counts={"corrected_by": {str(person.id): 12}}, created_at=NOW
    )
    db.session.add(made)
    db.session.commit()
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    run.snapshot_id = made.id
    db.session.add(run)
    cost = retrain.Cost(1.0, 1.0)
    retrain.finish_run(db.session, run.id, tmp_path, "d", scores={}, comparison={}, cost=cost, now=NOW)
    db.session.rollback()
    shown = f"12 koreksi Anda dipakai di model #{run.id}"
    assert shown in factories.log_in(app.test_client(), "dinkes").get("/profil").text
    assert "koreksi Anda dipakai" not in desk[0].get("/profil").text
