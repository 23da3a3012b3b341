"""The model pages: what Diskominfo sees and decides."""

import pytest

from models import DriftReading, ModelWeek, Role
from tests import factories
from tests.comparisons import comparison, scores
from tests.factories import NOW
from triage.extensions import db
from triage.flow import compare, retrain
from triage.queries import runs


@pytest.fixture
def desk(app, serving):
    """Browsers of two people of Diskominfo, each with the person's id."""
    people = [factories.user(db.session, Role.DISKOMINFO) for _ in range(2)]
    db.session.rollback()
    return [(factories.log_in(app.test_client(), person.username), person.id) for person in people]


def candidate(artefact, by, low=0.01, high=0.09):
    run = retrain.queue_run(db.session, actor_id=by, seed=0, now=NOW)
    against = runs.active(db.session).id
    values = {"scores": scores(0.75), "comparison": comparison(against, low, high)}
    done = retrain.finish_run(db.session, run.id, *artefact, now=NOW, **values)
    db.session.rollback()
    return done


def test_the_overview_shows_the_active_model_labels_and_history(desk, serving):
    page = desk[0][0].get("/model").text
    assert f"Model #{serving.id}" in page
    assert "model pertama" in page
    assert "komentar dilabeli orang" in page
    assert "Latih model baru" in page


def test_a_training_is_started_once_and_can_be_watched_by_a_colleague(desk):
    (first, _), (second, _) = desk
    address = factories.post(first, "/model/latih").location
    assert "every 1s" in second.get(f"{address}/kemajuan").text
    assert "Lihat pelatihan yang berjalan" in second.get("/model").text
    assert factories.post(second, "/model/latih").status_code == 422


def test_a_training_shows_its_stages_and_can_be_stopped_from_its_page(desk):
    (first, _), (second, _) = desk
    address = factories.post(first, "/model/latih").location
    run_id = int(address.rsplit("/", 1)[1])
    retrain.start_run(db.session, run_id, now=NOW)
    retrain.note_progress(db.session, run_id, 0.7, "Melatih model akhir pada semua data", now=NOW)
    page = second.get(f"{address}/kemajuan").text
    assert page.count('data-standing="done"') == 2
    assert 'data-standing="running" aria-current="step"' in page
    assert "Hentikan pelatihan" in page
    assert factories.post(second, f"{address}/hentikan").status_code == 302
    assert "dihentikan" in second.get(address).text
    assert factories.post(second, f"{address}/hentikan").status_code == 422
    assert factories.post(second, "/model/latih").status_code == 302


def test_a_run_shows_both_models_on_the_same_rows(desk, artefact):
    run = candidate(artefact, by=desk[0][1])
    page = desk[1][0].get(f"/model/{run.id}").text
    for shown in ("+0,050", "0,010 – 0,090", "0,118", "n = 120", "Sarkas", "lebih baik"):
        assert shown in page


def test_a_run_shows_its_curves_with_a_table_of_the_same_numbers(desk, artefact):
    run = candidate(artefact, by=desk[0][1])
    page = desk[1][0].get(f"/model/{run.id}").text
    assert page.count("<polyline") == 2 * (2 + 3)
    for shown in ("50% paling yakin", "92,0%", "Diteruskan ke unit tanpa bertanya", "tak terbukti berbeda"):
        assert shown in page


def test_objections_stand_on_the_page_and_are_set_aside_only_with_a_tick_and_a_reason(desk, artefact):
    (_, starter), (second, _) = desk
    run = candidate(artefact, by=starter, low=-0.09, high=-0.01)
    address, reason = f"/model/{run.id}/aktifkan", "baris pembanding sudah tidak mewakili warga"
    assert "Macro-F1 turun" in second.get(f"/model/{run.id}").text
    refused = factories.post(second, address, reason=reason)
    assert refused.status_code == 422
    assert "Macro-F1 turun" in refused.text
    assert factories.post(second, address, reason=reason, override="y").status_code == 302
    assert "Keberatan dikesampingkan" in second.get("/model").text


def test_the_changed_comments_are_shown_with_both_verdicts(desk, artefact):
    run = candidate(artefact, by=None)
    change = {
        "comment_id": None, "text": "Kapan [nama]?", "truth_intent": "question", "truth_unit": "DPUPR",
        "intent_before": "complaint", "intent_after": "question", "intent_before_p": 0.61, "intent_after_p": 0.72,
        "unit_before": "DPUPR", "unit_after": "DINKES", "unit_before_p": 0.6, "unit_after_p": 0.7,
    }  # fmt: skip
    compare.keep(db.session, run.id, compare.Measured(scores(), run.comparison, [change]))
    page = desk[0][0].get(f"/model/{run.id}/perubahan").text
    for shown in ("Kapan [nama]?", "Pengaduan <small>61%", "Pertanyaan <small>72%", "1 dari 1 komentar"):
        assert shown in page
    assert "DINKES" in desk[0][0].get(f"/model/{run.id}/perubahan?dalam=unit").text.upper()
    assert "Tidak ada yang berubah di sini" in desk[0][0].get(f"/model/{run.id}/perubahan?dari=warga&setelah=zzz").text


def test_a_comparison_is_asked_for_from_the_page(desk, artefact):
    run = candidate(artefact, by=None)
    assert factories.post(desk[0][0], f"/model/{run.id}/bandingkan").status_code == 302
    assert "Perbandingan sedang dihitung" in desk[0][0].get(f"/model/{run.id}").text
    assert factories.post(desk[0][0], f"/model/{runs.active(db.session).id}/bandingkan").status_code == 422


def test_a_difference_that_may_be_chance_is_called_unproven(desk, artefact):
    run = candidate(artefact, by=desk[0][1], low=-0.02, high=0.1)
    assert "belum terbukti" in desk[1][0].get(f"/model/{run.id}").text


def test_a_comparison_with_a_model_that_no_longer_serves_says_so(desk, artefact):
    old, new = candidate(artefact, by=None), candidate(artefact, by=None)
    factories.post(desk[0][0], f"/model/{new.id}/aktifkan", reason="lebih baik")
    assert f"berganti menjadi #{new.id}" in desk[0][0].get(f"/model/{old.id}").text


def test_the_starter_is_asked_to_find_a_second_person_who_then_promotes(desk, artefact):
    (first, starter), (second, _) = desk
    run = candidate(artefact, by=starter)
    assert "yang lain yang harus mengaktifkannya" in first.get(f"/model/{run.id}").text
    refused = factories.post(first, f"/model/{run.id}/aktifkan", reason="sudah baik")
    assert refused.status_code == 422
    assert "sudah baik" in refused.text
    assert factories.post(second, f"/model/{run.id}/aktifkan", reason="sudah baik").status_code == 302
    assert runs.active(db.session).id == run.id
    assert "sudah baik" in second.get("/model").text


@pytest.mark.parametrize("address", ["/model/{}/aktifkan", "/model/kembalikan"])
def test_a_decision_without_a_reason_is_asked_again(desk, artefact, address):
    run = candidate(artefact, by=None)
    factories.post(desk[0][0], f"/model/{run.id}/aktifkan", reason="lebih baik")
    other = candidate(artefact, by=None)
    answer = factories.post(desk[0][0], address.format(other.id), reason="")
    assert answer.status_code == 422
    assert "Tulis alasannya" in answer.text


def test_rolling_back_takes_the_model_before(desk, artefact, serving):
    run = candidate(artefact, by=None)
    browser = desk[0][0]
    factories.post(browser, f"/model/{run.id}/aktifkan", reason="lebih baik")
    assert f"Kembali ke model #{serving.id}" in browser.get("/model").text
    assert factories.post(browser, "/model/kembalikan", reason="banyak keliru").status_code == 302
    db.session.rollback()
    assert runs.active(db.session).id == serving.id
    assert "banyak keliru" in browser.get("/model").text


def test_a_failed_training_shows_its_reason(desk):
    run = retrain.queue_run(db.session, actor_id=None, seed=0, now=NOW)
    retrain.fail_run(db.session, run.id, "Bahan latihan kosong.", now=NOW)
    assert "Bahan latihan kosong." in desk[0][0].get(f"/model/{run.id}").text


def test_the_card_shows_the_artefact_itself(desk, serving):
    page = desk[0][0].get(f"/model/{serving.id}/kartu").text
    assert serving.digest in page
    assert "scikit-learn" in page


def test_the_card_tells_intervals_mistakes_and_weak_slices(desk, artefact):
    run = candidate(artefact, by=None)
    page = desk[0][0].get(f"/model/{run.id}/kartu").text
    for shown in (
        "Pengaduan terbaca pertanyaan 4 kali (17%)",
        "Irisan terlemah: Sarkas 71% benar",
        "Matriks kekeliruan",
        "Setelan",
        "intent.words",
    ):
        assert shown in page
    assert page.count('data-label="95%"') == 5


def test_an_unknown_run_is_not_found(desk):
    browser = desk[0][0]
    assert browser.get("/model/999").status_code == 404
    assert factories.post(browser, "/model/999/aktifkan", reason="x").status_code == 404


@pytest.mark.parametrize("role", [Role.OPD_ADMIN, Role.SUPERVISOR])
@pytest.mark.parametrize("address", ["/model", "/model/1", "/model/1/kartu"])
def test_others_may_not_see_models(app, serving, role, address):
    person = factories.user(db.session, role)
    db.session.rollback()
    assert factories.log_in(app.test_client(), person.username).get(address).status_code == 403


def test_the_watch_and_the_history_have_pages(desk, artefact):
    run = candidate(artefact, by=None)
    first, second = desk[0][0], desk[1][0]
    active = runs.active(db.session).id
    factories.take_in(db.session, factories.account(db.session), factories.incoming())
    comment = db.session.exec(factories.select(factories.Comment.id)).one()
    assert "Belum ada minggu yang terhitung" in first.get("/model/pemantauan").text
    db.session.add(
        ModelWeek(
            week_on=NOW.date(),
            run_id=run.id,
            read=80,
            unsure=8,
            triaged=6,
            need_answer=60,
            corrected=4,
            mix={"praise": 80},
            computed_at=NOW,
        )
    )
    for number, p in ((1, 0.5), (2, 0.0001)):
        figures = {"confidence": 0.7, "confidence_before": 0.72, "unknown": 0.3, "unknown_before": 0.1}
        db.session.add(
            DriftReading(
                run_id=active,
                window=number,
                n=200,
                last_comment_id=comment,
                mix_p=0.4,
                confidence_p=0.3,
                unknown_p=p,
                figures=figures,
                at=NOW,
            )
        )
    db.session.commit()
    page = first.get("/model/pemantauan").text
    for shown in ("5,0% <small>4 dari 80", "10,0% <small>6 dari 60", "&lt; 0,001", "berubah"):
        assert shown in page
    assert "Banyak kata yang belum dikenal model" in first.get("/model").text
    factories.post(second, f"/model/{run.id}/aktifkan", reason="lebih baik")
    history = first.get("/model/riwayat").text
    assert "menggantikan" in history
    assert "+0,050" in history


def test_a_shadow_is_begun_and_ended_from_its_page(desk, artefact):
    run = candidate(artefact, by=None)
    browser, address = desk[0][0], f"/model/{run.id}/bayangan"
    assert "Mulai sebagai bayangan" in browser.get(address).text
    assert factories.post(browser, f"{address}/mulai").status_code == 302
    assert "Akhiri bayangan" in browser.get(address).text
    assert f"model #{run.id}" in browser.get("/model").text
    assert factories.post(browser, f"{address}/akhiri").status_code == 302
    assert "Sedang tidak membaca" in browser.get(address).text


def test_going_back_takes_one_click(desk, artefact, serving):
    run, browser = candidate(artefact, by=None), desk[0][0]
    factories.post(browser, f"/model/{run.id}/aktifkan", reason="lebih baik")
    assert "Kembali ke model sebelumnya.</textarea>" in browser.get("/model").text
