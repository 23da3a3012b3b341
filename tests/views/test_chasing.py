"""Late work on pages: due soon, the ladder, the e-mails, and one message through a real mail server."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from flask import g
from sqlmodel import select

from models import Case, EscalationStep, Notice, NoticeStatus, Role
from tests.conftest import make_app, running
from tests.connectors.test_mail import Box, free_port
from tests.factories import account, case, log_in, post, user
from triage.extensions import db
from triage.jobs import chasing
from triage.jobs.queue import bound
from triage.queries import notices

LONG_AGO = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)


def signed_in(client, role, **given):
    person = user(db.session, role, **given)
    db.session.rollback()
    log_in(client, person.username)
    g.pop("_login_user", None)
    return client


@pytest.fixture
def mailing(tmp_path, sqlite_template):
    """An application whose mail goes to a port of this machine, with the box behind it; starts and stops the server."""
    (tmp_path / "tanggap.db").write_bytes(sqlite_template.read_bytes())
    port = free_port()
    app = make_app(
        tmp_path, base_url="https://tanggap.contoh.go.id/app", mail_host="127.0.0.1", mail_port=port,
        mail_security="none", mail_sender="tanggap@contoh.go.id",
    )  # fmt: skip
    for _ in running(app):
        yield app, port


@contextmanager
def post_office(port, **answers):
    box = Box(**answers)
    office = Controller(box, hostname="127.0.0.1", port=port)
    office.start()
    try:
        yield box
    finally:
        office.stop()


def chase():
    chasing.chase.work()
    bound().drain()
    db.session.rollback()


def test_a_warning_goes_through_the_mail_server_once_and_stands_in_the_history(mailing):
    app, port = mailing
    user(db.session, email="budi@dinkes.go.id", name="Budi", wants_digest=False)
    found = case(db.session, account(db.session), posted_at=LONG_AGO)
    with post_office(port) as box:
        chase()
        chase()
    warned = [letter for letter in box.letters if "lewat tenggat" in letter["Subject"]]
    (letter,) = warned
    assert letter["To"] == "budi@dinkes.go.id"
    assert f"https://tanggap.contoh.go.id/app/kasus/{found.code}" in letter.get_content()
    assert "Lampu" not in letter.as_string()
    page = signed_in(app.test_client(), Role.SUPERVISOR).get(f"/kasus/{found.code}").text
    assert "Diperingatkan lewat e-mail" in page
    assert "Budi, tahap 1: terkirim" in page


def test_an_outage_of_the_mail_server_delays_and_loses_nothing(mailing):
    _, port = mailing
    user(db.session, email="budi@dinkes.go.id")
    case(db.session, account(db.session), posted_at=LONG_AGO)
    chase()
    waiting = db.session.exec(select(Notice).where(Notice.status == NoticeStatus.QUEUED)).all()
    assert waiting
    assert {notice.attempts for notice in waiting} == {1}
    for notice in waiting:
        notice.try_at = notice.created_at
        db.session.add(notice)
    db.session.commit()
    with post_office(port) as box:
        chase()
    assert len(box.letters) == len(waiting)


def test_a_refused_message_is_seen_and_sent_again_by_a_person(mailing):
    app, port = mailing
    user(db.session, email="budi@dinkes.go.id")
    case(db.session, account(db.session), posted_at=LONG_AGO)
    with post_office(port, rcpt="550 no such user"):
        chase()
    browser = signed_in(app.test_client(), Role.DISKOMINFO)
    page = browser.get("/peringatan?tampil=gagal").text
    assert "kode 550" in page
    notice = db.session.exec(select(Notice).where(Notice.step == 1)).one()
    db.session.rollback()
    with post_office(port) as box:
        assert post(browser, f"/peringatan/{notice.id}/kirim-ulang").status_code == 302
        bound().drain()
    assert len(box.letters) == 1
    assert post(browser, f"/peringatan/{notice.id}/kirim-ulang").status_code == 422


def test_without_a_mail_server_nothing_is_written_at_all(app):
    user(db.session, email="budi@dinkes.go.id")
    case(db.session, account(db.session), posted_at=LONG_AGO)
    chase()
    assert db.session.exec(select(Notice)).all() == []


def test_diskominfo_sets_the_ladder_and_what_was_refused_stays_in_the_fields(app, client):
    browser = signed_in(client, Role.DISKOMINFO, name="Rina Desk")
    assert "E-mail belum menyala" in browser.get("/peringatan").text
    steps = {"hours-1": "2", "audience-1": "unit_admin", "active-1": "1", "hours-2": "16", "audience-2": "unit_head",
             "active-2": "1", "hours-3": "40", "audience-3": "supervisor"}  # fmt: skip
    assert post(browser, "/peringatan", **steps).status_code == 302
    db.session.rollback()
    assert [(step.after_hours, step.is_active) for step in notices.steps(db.session)] == [
        (2, True),
        (16, True),
        (40, False),
    ]
    db.session.rollback()
    assert browser.get("/peringatan").text.count("Rina Desk") >= 3
    for wrong, says in (
        ("satu", "angka bulat"),
        ("2", "harus lebih lama"),
        ("9999", "0 sampai 2000"),
        ("²", "angka bulat"),
    ):
        refused = post(browser, "/peringatan", **(steps | {"hours-2": wrong}))
        assert (refused.status_code, says in refused.text) == (422, True)
        assert f'value="{wrong}"' in refused.text
    db.session.rollback()
    assert len(db.session.exec(select(EscalationStep)).all()) == 3


def test_a_supervisor_reads_the_ladder_and_cannot_change_it(app, client):
    browser = signed_in(client, Role.SUPERVISOR)
    page = browser.get("/peringatan").text
    assert "Tangga peringatan" in page
    assert "Simpan tangga" not in page


def test_due_soon_counts_are_the_rows_of_each_unit(app, client):
    where, now = account(db.session), datetime.now(UTC)
    for unit in ("DINKES", "DINKES", "DISDIK"):
        row = db.session.get(Case, case(db.session, where, unit=unit).id)
        row.due_at = row.sort_at = now + timedelta(minutes=30)
        db.session.add(row)
        db.session.commit()
    browser = signed_in(client, Role.SUPERVISOR)
    everything = browser.get("/angka/segera").text
    assert "Segera jatuh tempo: 3 kasus" in everything
    assert everything.count("<tr data-row>") == 3
    one = browser.get("/angka/segera?unit=DINKES").text
    assert "Segera jatuh tempo: 2 kasus" in one
    assert one.count("<tr data-row>") == 2
