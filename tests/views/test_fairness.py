"""The page of patterns as a supervisor sees it: numbers that open their rows, and calm words."""

import re
from datetime import UTC, datetime

import pytest
from flask import g

from models import Case, Role
from tests.factories import account, case, log_in, user, viewer
from triage.extensions import db
from triage.flow import resolve
from triage.rules.fairness import Pattern

POSTED = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)
YEAR = "periode=bebas&dari=2026-01-01&sampai=2026-12-31"
PAGE = "/angka/layak-dilihat"


@pytest.fixture
def browser(app, client):
    person = user(db.session, Role.SUPERVISOR)
    db.session.rollback()
    log_in(client, person.username)
    g.pop("_login_user", None)
    return client


def settled(where, unit):
    desk, found = viewer(db.session, Role.DISKOMINFO), case(db.session, where, unit=unit, posted_at=POSTED)
    version = db.session.get(Case, found.id).version
    db.session.rollback()
    resolve.resolve(db.session, desk, found.code, reason="beres", version=version, now=datetime.now(UTC))


def test_every_number_opens_as_many_rows_as_it_says(browser):
    where = account(db.session)
    for unit in ("DINKES", "DINKES", "DISDIK"):
        settled(where, unit)
    links = re.findall(rf'href="({PAGE}/baris[^"]+)">([0-9]+)<', browser.get(f"{PAGE}?{YEAR}").text)
    assert sorted(int(number) for _, number in links) == [1, 2, 3]
    for address, number in links:
        page = browser.get(address.replace("&amp;", "&")).text
        assert page.count("<tr data-row>") == int(number)
        assert f"Selesai tanpa balasan: {number} kasus" in page


def test_the_words_are_calm_and_a_share_of_few_is_not_shown(browser):
    settled(account(db.session), "DINKES")
    page = browser.get(f"{PAGE}?{YEAR}").text
    assert "Pola bukan tuduhan" in page
    assert "Sebab yang wajar" in page
    assert "100% dari" not in page
    assert "n = 1" in page


@pytest.mark.parametrize("pattern", Pattern)
def test_an_empty_pattern_has_a_page_of_its_own(browser, pattern):
    page = browser.get(f"{PAGE}/baris?{YEAR}&pola={pattern}")
    assert (page.status_code, "Tidak ada kasus di balik angka ini" in page.text) == (200, True)


def test_an_unknown_pattern_is_refused_with_the_way_back(browser):
    refused = browser.get(f"{PAGE}/baris?pola=rahasia")
    assert (refused.status_code, "Pola ini tidak dikenal" in refused.text) == (422, True)
