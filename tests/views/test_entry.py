"""A comment entered by hand: within one's units, through the one path, and back to its case."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import func, select

from models import Case, Comment, Post, Role, Source
from tests.factories import account, log_in, post, user
from triage.extensions import db
from triage.flow import register
from triage.jobs.queue import bound

WIB = ZoneInfo("Asia/Jakarta")
HOUR_AGO = (datetime.now(WIB) - timedelta(hours=1)).replace(second=0, microsecond=0)
ENTRY = {
    "account": "DINKES-IG",
    "text": "Antrean puskesmas lama sekali, kenapa?",
    "author_name": "Siti",
    "posted_at": HOUR_AGO.strftime("%Y-%m-%dT%H:%M"),
    "post_caption": "Jadwal imunisasi",
    "permalink": "https://example.org/c/1",
}


@pytest.fixture
def accounts(app):
    account(db.session)
    account(db.session, code="DPUPR-FB", unit="DPUPR", platform="facebook")
    db.session.rollback()


@pytest.fixture
def admin(accounts, client):
    """A browser in which an admin of Dinkes is signed in."""
    user(db.session, username="budi")
    return log_in(client, "budi")


def enter(browser, **given):
    return post(browser, "/catat", **(ENTRY | given))


def comments():
    db.session.rollback()
    found = list(db.session.exec(select(Comment)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def test_an_entered_comment_is_stored_as_typed_in_the_offices_time(admin):
    assert enter(admin).status_code == 302
    (found,) = comments()
    assert (found.text, found.author_name, found.permalink) == (ENTRY["text"], "Siti", ENTRY["permalink"])
    assert (found.source, found.posted_at) == (Source.MANUAL, HOUR_AGO.astimezone(UTC))
    assert db.session.exec(select(Post.caption)).one() == "Jadwal imunisasi"


def test_the_page_follows_the_reading_and_leads_to_the_case(admin, serving):
    place = enter(admin).location
    waiting = admin.get(place)
    assert "sedang membaca" in waiting.text
    assert f'hx-get="{place}"' in waiting.text
    bound().drain()
    db.session.rollback()
    done = admin.get(place, headers={"HX-Request": "true"})
    assert "hx-get" not in done.text
    assert "<html" not in done.text
    code = place.rsplit("/", 1)[-1]
    found = db.session.exec(select(Case).where(Case.code == code)).one()
    is_own = found.holder_id in {row.id for row in [register.known_unit(db.session, "DINKES")]}
    db.session.rollback()
    if is_own:
        assert admin.get(place).location.endswith(f"/kasus/{code}")
    else:
        assert "diteruskan ke" in done.text or "antrean triase" in done.text


def test_diskominfo_comes_to_the_case_at_once(accounts, client):
    user(db.session, Role.DISKOMINFO, username="meja")
    desk = log_in(client, "meja")
    place = enter(desk, account="DPUPR-FB").location
    case_page = desk.get(place).location
    assert case_page.startswith("/kasus/")
    assert ENTRY["text"] in desk.get(case_page).text


def test_an_admin_is_offered_own_accounts_only_and_cannot_enter_for_others(admin):
    page = admin.get("/catat").text
    assert "@dinkes-ig" in page
    assert "@dpupr-fb" not in page
    answer = enter(admin, account="DPUPR-FB")
    assert answer.status_code == 422
    assert "Pilih akun resmi dari daftar" in answer.text
    assert comments() == []


def test_a_closed_account_takes_nothing(admin):
    register.set_account_active(db.session, "DINKES-IG", is_active=False)
    assert "Belum ada akun resmi" in admin.get("/catat").text
    assert enter(admin).status_code == 422
    assert comments() == []


def test_a_supervisor_reads_but_does_not_enter(accounts, client):
    user(db.session, Role.SUPERVISOR, username="sari")
    assert log_in(client, "sari").get("/catat").status_code == 403


def test_the_same_comment_twice_is_kept_once(admin):
    first, second = enter(admin).location, enter(admin).location
    assert first == second
    assert "sudah tercatat" in admin.get(second).text
    assert len(comments()) == 1


def test_comments_under_different_posts_are_different_cases(admin):
    enter(admin)
    enter(admin, text="Jadwalnya kapan?", post_caption="Donor darah")
    assert db.session.exec(select(func.count()).select_from(Case)).one() == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"account": ""}, "Pilih akun resmi", id="no account"),
        pytest.param({"text": ""}, "Salin isi komentar", id="empty"),
        pytest.param({"text": "\x00\x07"}, "Isi komentar kosong", id="control characters only"),
        pytest.param({"text": "\u200b\u2060"}, "Isi komentar kosong", id="invisible"),
        pytest.param({"text": "a" * 100_000}, "20.000 huruf", id="100,000 characters"),
        pytest.param({"posted_at": ""}, "Isi tanggal dan jam", id="no time"),
        pytest.param({"posted_at": "kemarin"}, "Isi tanggal dan jam", id="no date"),
        pytest.param({"posted_at": "2999-01-01T00:00"}, "masa depan", id="far future"),
        pytest.param({"posted_at": "9999-12-31T23:59"}, "masa depan", id="last moment of all"),
        pytest.param({"posted_at": "0001-01-01T00:00"}, "sebelum tahun 2005", id="first moment of all"),
        pytest.param({"permalink": "javascript:alert(1)"}, "diawali https://", id="script as link"),
        pytest.param({"author_name": "n" * 201}, "200 huruf", id="long name"),
        pytest.param({"post_caption": "c" * 5001}, "5.000 huruf", id="long caption"),
    ],
)
def test_what_cannot_be_entered_says_what_to_do_and_typed_text_stays(admin, given, message):
    answer = enter(admin, **given)
    assert answer.status_code == 422
    assert message in answer.text
    assert (ENTRY | given)["author_name"] in answer.text
    assert comments() == []


def test_tomorrow_is_refused_even_within_the_year(admin):
    tomorrow = (datetime.now(WIB) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "masa depan" in enter(admin, posted_at=tomorrow).text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("🙏😭", "🙏😭", id="emoji only"),
        pytest.param("شكرا جزيلا", "شكرا جزيلا", id="right to left"),
        pytest.param("a\x00b\x1bc", "abc", id="NUL and escape"),
        pytest.param("baris\r\nbaru", "baris\nbaru", id="line ends"),
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="markup stays words"),
    ],
)
def test_words_are_kept_as_they_were_written(admin, text, kept):
    assert enter(admin, text=text).status_code == 302
    assert [found.text for found in comments()] == [kept]


def test_the_way_of_a_foreign_entry_is_not_shown(admin, accounts, app):
    user(db.session, Role.DISKOMINFO, username="meja")
    place = enter(log_in(app.test_client(), "meja"), account="DPUPR-FB").location
    assert admin.get(place).status_code == 404
    assert admin.get("/catat/TIDAKADA").status_code == 404


def test_the_form_needs_its_token(admin):
    assert admin.post("/catat", data=ENTRY).status_code == 400
    assert comments() == []


def test_the_menu_leads_here(admin):
    assert re.search(r'href="/catat"', admin.get("/kasus").text)
