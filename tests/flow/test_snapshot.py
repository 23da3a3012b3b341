"""What a training learns from and is measured on: which label counts, what stays out, and that nothing leaks."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from classifiers.rows import Row, group_of_rows
from models import Case, Comment, Intent, LabelTask, Role, Snapshot
from tests import factories
from tests.factories import NOW
from triage.flow import hand_over, label, register, relabel, retrain, snapshot
from triage.queries import runs

LATER = NOW + timedelta(hours=1)
CORPUS = [
    Row("Jalan menuju pasar lama berlubang semua", "complaint", "DPUPR", "DPUPR", "tulis-1", "tulis"),
    Row("mantap", "praise", "UNKNOWN", "DINKES", "tulis-2", "tulis"),
    Row("mantap", "praise", "UNKNOWN", "DISDIK", "tulis-3", "tulis"),
]
SAMPLES = [Row("Sumur di belakang balai desa kering sejak lebaran kemarin", "complaint", "PDAM", "", "c-1", "contoh")]


@pytest.fixture
def where(session):
    return factories.account(session)


@pytest.fixture
def desk(session):
    return [factories.viewer(session, Role.DISKOMINFO) for _ in range(3)]


def comment(session, where, text, **given):
    """Let a citizen have written; return (case code, comment id)."""
    arrived = factories.incoming(text, **given)
    factories.take_in(session, where, arrived)
    found = session.exec(select(Comment).where(Comment.external_id == arrived.external_id)).one()
    code = session.get(Case, found.case_id).code
    session.rollback()
    return code, found.id


def drawn(session, stream, *comment_ids):
    label.add_tasks(session, comment_ids, stream, now=NOW)
    session.commit()
    tasks = [session.exec(select(LabelTask.id).where(LabelTask.comment_id == each)).one() for each in comment_ids]
    session.rollback()
    return tasks


def parts(session):
    session.rollback()
    return snapshot.gather(session, CORPUS, SAMPLES)


def learned(session):
    return {row.text: (row.intent, kept.standing.name) for row, kept in parts(session).learned}


def test_a_comment_like_a_frozen_one_is_not_learned_from(session, where, desk):
    code, _ = comment(session, where, SAMPLES[0].text)
    relabel.relabel(session, desk[0], code, Intent.QUESTION, now=NOW)
    found = parts(session)
    assert (len(found.learned), found.left_out) == (len(CORPUS), 1)


def test_a_hand_over_alone_teaches_the_unit_and_a_village_counts_as_its_kind(session, desk):
    register.add_unit(session, code="DESA-SUMBERREJO", name="Desa Sumberrejo", level="desa")
    where = factories.account(session, code="DESA-FB", unit="DESA-SUMBERREJO", platform="facebook")
    code, _ = comment(session, where, "surat pengantar pindah bisa diurus sore?")
    hand_over.hand_over(session, desk[0], code, unit="DESA-SUMBERREJO", reason="urusan desa", version=1, now=NOW)
    row = parts(session).learned[-1][0]
    assert (row.intent, row.unit, row.account, row.source) == ("", "DESA", "DESA", "warga")


def test_of_several_labels_of_a_comment_the_strongest_counts_and_of_equals_the_newer(session, where, desk):
    code, comment_id = comment(session, where, "Kok lampu simpang tiga mati lagi")
    task, *_ = drawn(session, label.TRAINING, comment_id)
    label.read(session, desk[0], task, Intent.QUESTION, now=NOW)
    assert learned(session)["Kok lampu simpang tiga mati lagi"] == ("question", "SINGLE")
    relabel.relabel(session, desk[1], code, Intent.COMPLAINT, now=LATER)
    assert learned(session)["Kok lampu simpang tiga mati lagi"] == ("complaint", "SINGLE")
    session.rollback()
    label.undo(session, desk[0], now=LATER)
    label.read(session, desk[0], task, None, now=LATER)
    label.adjudicate(session, desk[2], task, Intent.HOAX_REPORT, now=LATER)
    assert learned(session)["Kok lampu simpang tiga mati lagi"] == ("hoax_report", "ADJUDICATED")


def test_a_person_s_label_takes_the_place_of_the_corpus_rows_that_read_alike(session, where, desk):
    assert len(parts(session).learned) == len(CORPUS), "the corpus may say a thing twice"
    code, _ = comment(session, where, "mantap")
    relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    found = [(row.intent, kept.standing.name) for row, kept in parts(session).learned if row.text == "mantap"]
    assert found == [("complaint", "SINGLE")]


def test_what_was_drawn_blind_is_measured_on_and_never_learned_from(session, where, desk):
    code, comment_id = comment(session, where, "Posyandu melati kapan buka lagi")
    task, *_ = drawn(session, label.GOLD, comment_id)
    label.read(session, desk[0], task, Intent.QUESTION, now=NOW)
    relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    found = parts(session)
    assert (len(found.learned), found.tested) == (len(CORPUS), []), "one reading measures nothing yet"
    session.rollback()
    label.read(session, desk[1], task, Intent.QUESTION, now=NOW)
    found = parts(session)
    assert [(row.intent, kept.standing.name) for row, kept in found.tested] == [("question", "AGREED")]
    assert len(found.learned) == len(CORPUS)


def test_no_near_duplicate_and_no_author_stands_on_both_sides(session, where, desk):
    _, blind = comment(session, where, "Truk sampah tidak lewat gang mawar sudah tiga minggu", author_id="warga-a")
    others = [
        comment(session, where, "Min, truk sampah tidak lewat gang mawar sudah tiga minggu ini", author_id="warga-b"),
        comment(session, where, "Bukan urusan sampah, ini soal KTP", author_id="warga-a", post_id="p2"),
        comment(session, where, "Soal lain dari orang lain", author_id="warga-c"),
    ]
    task, *_ = drawn(session, label.GOLD, blind)
    for reader in desk[:2]:
        label.read(session, reader, task, Intent.COMPLAINT, now=NOW)
    for code, _ in others:
        relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    found = parts(session)
    assert found.left_out == 2
    sides = [{kept.author for _, kept in side if kept.author} for side in (found.learned, found.tested)]
    assert len(sides[0]) == len(sides[1]) == 1
    assert not sides[0] & sides[1]
    texts = [row.text for row, _ in [*found.tested, *found.learned]]
    groups = group_of_rows(texts)
    assert not set(groups[: len(found.tested)]) & set(groups[len(found.tested) :])


def test_one_author_s_comments_share_a_group(session, where, desk):
    for number, text in enumerate(["Lampu padam", "Jalan rusak"]):
        code, _ = comment(session, where, text, author_id="warga-a", post_id=f"p{number}")
        relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    one, two = (row.group for row, kept in parts(session).learned if kept.author)
    assert one == two


def unread(session):
    return {row.text: kept.standing.name for row, kept in parts(session).unread}


def test_comments_that_nobody_labelled_are_kept_to_learn_from_unread(session, where, desk):
    comment(session, where, "Kapan puskesmas buka lagi, telepon saya 081234567890", author_id="a")
    comment(session, where, "Jalan menuju pasar lama berlubang semua", author_id="b")  # the corpus reads alike
    code, _ = comment(session, where, "Obatnya habis terus", author_id="c")
    relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    ((text, standing),) = unread(session).items()
    assert standing == "UNREAD"
    assert "081234567890" not in text
    assert "Obatnya habis terus" in learned(session)


def test_nothing_is_learned_unread_from_who_or_what_is_measured_on(session, where, desk):
    _, measured = comment(session, where, "Antrean loket panjang sekali sejak pagi buta", author_id="a")
    comment(session, where, "Loketnya dibuka jam berapa?", author_id="a")
    comment(session, where, "Antrean loket panjang sekali sejak pagi buta tadi", author_id="b")
    comment(session, where, "Parkirnya di mana?", author_id="c")
    (task,) = drawn(session, label.GOLD, measured)
    for reader in desk[:2]:
        label.read(session, reader, task, Intent.COMPLAINT, now=NOW)
    assert list(unread(session)) == ["Parkirnya di mana?"]


@pytest.fixture
def files(tmp_path):
    """The corpus and the samples as files."""
    for name, rows in (("corpus", CORPUS), ("samples", SAMPLES)):
        lines = [
            json.dumps({"id": row.group, "text": row.text, "intent": row.intent, "unit": row.unit}) for row in rows
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"corpus": tmp_path / "corpus.jsonl", "samples": tmp_path / "samples.jsonl"}


def take(session, tmp_path, files, now=NOW):
    session.rollback()
    run = retrain.queue_run(session, actor_id=None, seed=0, now=now)
    taken = snapshot.take_snapshot(session, run.id, tmp_path, **files, now=now)
    retrain.fail_run(session, run.id, "cukup", now=now)
    return taken


def test_nothing_personal_reaches_the_disk(session, where, desk, tmp_path, files):
    texts = ["NIK saya 3201010101010001 kenapa ditolak", "Hubungi 0812-3456-7890", "Kirim ke budi.s@contoh.id"]
    made = [
        comment(session, where, text, author_name="Budi Santoso", author_id=f"w{i}") for i, text in enumerate(texts)
    ]
    for code, _ in made[:2]:
        relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    task, *_ = drawn(session, label.GOLD, made[2][1])
    for reader in desk[:2]:
        label.read(session, reader, task, Intent.OTHER, now=NOW)
    taken = take(session, tmp_path, files)
    stored = Path(taken.stored_as).read_text(encoding="utf-8") + Path(taken.tested_as).read_text(encoding="utf-8")
    authors = session.exec(select(Comment.author_key)).all()
    for secret in ("3201010101010001", "0812", "budi.s@", "Budi Santoso", "w0", *authors):
        assert secret not in stored
    for shown in ("NIK saya [NIK]", "Hubungi [telepon]", "Kirim ke [email]"):
        assert shown in stored


def test_a_snapshot_says_what_it_holds_and_the_same_rows_are_one(session, where, desk, tmp_path, files):
    code, _ = comment(session, where, "Lampu jalan padam")
    relabel.relabel(session, desk[0], code, Intent.COMPLAINT, now=NOW)
    first = take(session, tmp_path, files)
    assert (first.row_count, first.guideline, first.tested_as) == (4, "v1", None)
    assert first.counts["intent"] == {"complaint": 2, "praise": 2}
    assert first.counts["unit"] == {"DPUPR": 1, "UNKNOWN": 2}
    assert first.counts["standing"] == {"corpus": 3, "single": 1}
    assert take(session, tmp_path, files, LATER).id == first.id
    session.rollback()
    relabel.relabel(session, desk[0], code, Intent.QUESTION, now=LATER)
    assert take(session, tmp_path, files, LATER).id != first.id
    assert len(session.exec(select(Snapshot)).all()) == 2


def test_who_corrected_is_told_in_which_serving_model_it_is_used(session, where, desk, tmp_path, files):
    first, second, third = desk
    for text, person in (("Lampu padam", first), ("Jalan rusak", first), ("Posyandu kapan", second)):
        code, _ = comment(session, where, text)
        relabel.relabel(session, person, code, Intent.COMPLAINT, now=NOW)
    run = retrain.queue_run(session, actor_id=None, seed=0, now=NOW)
    snapshot.take_snapshot(session, run.id, tmp_path, **files, now=NOW)
    assert runs.corrections_in_use(session, first.user_id) is None, "it does not serve yet"
    session.rollback()
    cost = retrain.Cost(1.0, 1.0)
    retrain.finish_run(session, run.id, tmp_path, "d", scores={}, comparison={}, cost=cost, now=NOW)
    found = [runs.corrections_in_use(session, person.user_id) for person in (first, second)]
    assert [(used.id, count) for used, count in found] == [(run.id, 2), (run.id, 1)]
    assert runs.corrections_in_use(session, third.user_id) is None
