"""Labelling from the keyboard: press, name the unit, doubt, undo; Enter in a field chooses nothing by itself."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models import Account, LabelTask, Role, TaskState, Verdict
from tests.factories import incoming, take_in, user
from triage.extensions import db
from triage.flow import label
from triage.queries import directory, labelling


def draw(texts, stream):
    """Let citizens have written and put what they wrote into a stream."""
    now = datetime.now(UTC)
    where = db.session.exec(select(Account)).first()
    db.session.rollback()
    take_in(db.session, where, *(incoming(text, external_id=f"a{i}") for i, text in enumerate(texts)), now=now)
    label.add_tasks(db.session, sorted(labelling.at_random(db.session, len(texts))), stream, now=now)
    db.session.commit()


def disagree():
    """Let two colleagues have read the first comment, one of them in doubt."""
    for name, intent in (("satu", label.Intent.PRAISE), ("dua", None)):
        user(db.session, Role.DISKOMINFO, username=name)
        reader = directory.viewer_named(db.session, name)
        db.session.rollback()
        label.read(db.session, reader, 1, intent, now=datetime.now(UTC))


def said():
    return [
        (row.intent, row.unit, row.is_doubtful, row.is_withdrawn)
        for row in db.session.exec(select(Verdict).order_by(Verdict.id))
    ]


def first_task():
    task = db.session.get(LabelTask, 1)
    return task.state, task.intent, task.unit


@pytest.fixture
def page(site):
    site.behind(draw, ["Sampah menumpuk di pasar", "Kapan posyandu buka?"], label.GOLD)
    page = site.window("desk")
    page.goto("/pelabelan/emas")
    return page


def shown(page, text):
    expect(page.locator(".label-text")).to_have_text(text)


def test_the_whole_path_goes_by_keys(page, site):
    shown(page, "Sampah menumpuk di pasar")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Unit mana yang harus bertindak?")).to_be_visible()
    page.keyboard.press("o")
    page.keyboard.type("DLH")
    page.keyboard.press("Enter")
    shown(page, "Kapan posyandu buka?")
    expect(page.get_by_text("Tanda terima 2 · Pengaduan · DLH")).to_be_visible()
    page.keyboard.press("0")
    expect(page.get_by_text("Tidak ada lagi yang menunggu Anda")).to_be_visible()
    page.keyboard.press("z")
    shown(page, "Kapan posyandu buka?")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Unit mana yang harus bertindak?")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_text("Tidak ada lagi yang menunggu Anda")).to_be_visible()
    assert site.behind(said) == [
        ("complaint", None, False, False),
        ("complaint", "DLH", False, False),
        (None, None, True, False),
        (None, None, False, True),
        ("question", None, False, False),
    ]


def test_enter_in_the_unit_field_of_a_decision_chooses_no_intent(page, site):
    site.behind(disagree)
    page.goto("/pelabelan/putusan/1")
    page.keyboard.press("o")
    page.keyboard.type("DLH")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Mana yang benar?")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("Keputusan tersimpan")).to_be_visible()
    assert site.behind(first_task) == (TaskState.ADJUDICATED, "complaint", "DLH")
