"""The pages of figures as a person sees them: numbers, their rows, files, and what bad addresses get."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import g

from models import ReplyKind, Role
from tests.factories import account, case, log_in, user, viewer
from triage.extensions import db
from triage.flow import reply
from triage.queries.cohorts import Number

YEAR = "periode=bebas&dari=2026-01-01&sampai=2026-12-31"
FRIDAY_16 = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)  # 16.00 WIB
LATE_SINCE = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)
# Posted, answered, and what the page shows by wall and by working time: G1, G2 and G8 of the definition.
EXAMPLES = [
    pytest.param(FRIDAY_16, datetime(2026, 11, 9, 1, 0, tzinfo=UTC), "2 hari 16 j", "1 j", id="G1-over-a-weekend"),
    pytest.param(datetime(2026, 11, 7, 3, 0, tzinfo=UTC), datetime(2026, 11, 7, 3, 20, tzinfo=UTC), "20 m", "0 m", id="G2-saturday"),
    pytest.param(datetime(2026, 6, 15, 8, 0, tzinfo=UTC), datetime(2026, 6, 17, 1, 0, tzinfo=UTC), "1 hari 17 j", "1 j 30 m", id="G8-over-a-holiday"),
]  # fmt: skip
PAGES = ("/angka", "/angka/baris", "/angka/terlambat", "/angka.csv", "/angka/baris.csv")


def answer(found, *, at):
    """Record an answer given in the platform's own application."""
    desk = viewer(db.session, Role.DISKOMINFO)
    said = reply.Answer(text="Siap, kami cek", kind=ReplyKind.SUBSTANTIVE, asks_citizen=False, key=f"k-{found.code}")
    now = at + timedelta(hours=1)
    reply.record_elsewhere(db.session, desk, found.code, said, sent_at=at, now=now)
    return found


def signed_in(client, role=Role.SUPERVISOR, units=()):
    person = user(db.session, role, units)
    db.session.rollback()
    log_in(client, person.username)
    g.pop("_login_user", None)  # the test's context outlives a request, and with it who was signed in halfway
    return client


def words(html):
    """Return a piece of a page as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def tile(page, label):
    """Return what a tile shows under its label."""
    found = re.search(rf'class="tile-label">(?:(?!</div>).)*{label}\s*</div>(.*?)</div>\s*</div>', page.text, re.DOTALL)
    assert found, f"no tile {label}"
    return words(found.group(1))


def table(response):
    assert response.status_code == 200
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(("posted_at", "answered_at", "wall", "working"), EXAMPLES)
def test_an_answer_given_elsewhere_shows_its_exact_durations(app, client, posted_at, answered_at, wall, working):
    found = answer(case(db.session, account(db.session), posted_at=posted_at), at=answered_at)
    browser = signed_in(client)
    assert tile(browser.get(f"/angka?{YEAR}&jam=dinding"), "Median jawaban").startswith(f"{wall} n = 1")
    assert tile(browser.get(f"/angka?{YEAR}&jam=kerja"), "Median jawaban").startswith(f"{working} n = 1")
    rows = table(browser.get(f"/angka/baris.csv?{YEAR}&angka=dijawab"))
    assert [row["Kode kasus"] for row in rows] == [found.code]
    assert int(rows[0]["Jam dinding (detik)"]) == (answered_at - posted_at).total_seconds()
    assert rows[0]["Di luar jam kerja"] == ("ya" if working == "0 m" else "tidak")


def test_every_number_on_the_page_opens_as_many_rows(app, client):
    where = account(db.session)
    answer(case(db.session, where, posted_at=FRIDAY_16), at=FRIDAY_16 + timedelta(hours=1))
    case(db.session, where, posted_at=LATE_SINCE)
    case(db.session, where, unit="DISDIK", intent="question", posted_at=LATE_SINCE)
    case(db.session, where, intent="praise", posted_at=LATE_SINCE)
    browser = signed_in(client)
    page = browser.get(f"/angka?{YEAR}")
    links = re.findall(r'<a href="(/angka/baris\?[^"]+)">\s*(?:n = )?([\d.]+)(%?)<', page.text)
    assert len(links) > 30
    for address, shown, percent in links:
        heading = re.search(r"<h1>[^:<]+: (\d+) kasus</h1>", browser.get(address.replace("&amp;", "&")).text)
        assert percent or heading.group(1) == shown, address


def test_the_tiles_say_what_came_in_was_answered_and_is_late(app, client):
    where = account(db.session)
    answer(case(db.session, where, posted_at=FRIDAY_16), at=FRIDAY_16 + timedelta(hours=1))
    case(db.session, where, posted_at=LATE_SINCE)
    page = signed_in(client).get(f"/angka?{YEAR}")
    assert tile(page, "Masuk") == "2 wajib ditanggapi"
    assert tile(page, "Dijawab") == "1 50% dari yang masuk"
    assert tile(page, "Dalam target") == "50% n = 2"
    assert tile(page, "Lewat tenggat").startswith("1 ")
    assert "Definisi M1" in page.text
    assert "tidak diperingkatkan (n &lt; 10)" in page.text


def test_the_late_list_leads_to_the_case_and_says_how_late(app, client):
    late = case(db.session, account(db.session), posted_at=LATE_SINCE)
    page = signed_in(client).get("/angka/terlambat")
    assert f'href="/kasus/{late.code}?tampilan=late"' in page.text
    assert re.search(r"lewat [\d.]+ hari", page.text)
    assert "Terlambat dijawab: 1 kasus" in page.text


def test_an_opd_admin_is_shown_own_units_only(app, client):
    where = account(db.session)
    own, foreign = (
        case(db.session, where, posted_at=LATE_SINCE),
        case(db.session, where, unit="DISDIK", posted_at=LATE_SINCE),
    )
    browser = signed_in(client, Role.OPD_ADMIN, ("DINKES",))
    assert tile(browser.get(f"/angka?{YEAR}"), "Masuk").startswith("1 ")
    for address in (f"/angka/baris?{YEAR}", "/angka/terlambat", f"/angka/baris.csv?{YEAR}"):
        page = browser.get(address).text
        assert own.code in page, address
        assert foreign.code not in page, address


def test_the_file_of_figures_says_what_the_screen_says(app, client):
    where = account(db.session)
    answer(case(db.session, where, posted_at=FRIDAY_16), at=FRIDAY_16 + timedelta(minutes=30))
    case(db.session, where, posted_at=LATE_SINCE)
    response = signed_in(client).get(f"/angka.csv?{YEAR}&unit=DINKES")
    rows = table(response)
    assert [row["Kelompok"] for row in rows] == ["Semua", "Unit", "Jenis", "Platform", "Akun"]
    whole = rows[0]
    assert (whole["Definisi"], whole["Dari"], whole["Sampai"], whole["Saringan"]) == (
        "M1",
        "2026-01-01",
        "2026-12-31",
        "unit Dinkes",
    )
    assert (whole["Masuk"], whole["Dijawab"], whole["Pangsa dalam target"], whole["Pembagi pangsa (n)"]) == (
        "2",
        "1",
        "0,5",
        "2",
    )
    assert (whole["Jam dinding: median (detik)"], whole["Jam kerja: median (detik)"]) == ("1800", "1800")
    assert response.headers["Content-Disposition"] == 'attachment; filename="angka-20260101-20261231.csv"'


def test_a_file_of_cases_runs_no_formula_and_shows_no_personal_data(app, client):
    text = "=HYPERLINK(1) hubungi 081234567890"
    case(db.session, account(db.session), posted_at=LATE_SINCE, text=text)
    rows = table(signed_in(client).get(f"/angka/baris.csv?{YEAR}"))
    excerpt = rows[0]["Cuplikan (disamarkan)"]
    assert excerpt.startswith("'=HYPERLINK(1) hubungi")
    assert "081234567890" not in excerpt
    assert rows[0]["Definisi"] == "M1"


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        pytest.param("periode=abad", "tidak dikenal dan diabaikan", id="unknown-period"),
        pytest.param("periode=bebas&dari=2026-03-02&sampai=2026-03-01", "Tukar kedua tanggalnya", id="swapped-days"),
        pytest.param("periode=bebas&dari=0000-00-00&sampai=x", "Isi “Dari” dan “Sampai”", id="no-dates"),
        pytest.param("unit=%00%27--&jenis=%F0", "tidak dikenal dan diabaikan", id="odd-bytes"),
        pytest.param("akun=XX", "tidak dikenal dan diabaikan", id="unknown-account"),
    ],
)
def test_a_bad_address_shows_the_page_with_what_to_do_and_gives_no_file(app, client, query, remedy):
    browser = signed_in(client)
    page = browser.get(f"/angka?{query}")
    assert page.status_code == 200
    assert remedy in page.text
    assert browser.get(f"/angka/baris?{query}").status_code == 200
    for address in ("/angka.csv", "/angka/baris.csv"):
        refused = browser.get(f"{address}?{query}")
        assert refused.status_code == 422
        assert remedy in refused.text


@pytest.mark.parametrize("page", ["/angka", "/angka/waktu", "/angka/beban"])
def test_days_that_mean_no_period_stay_in_the_form(app, client, page):
    browser = signed_in(client)
    shown = browser.get(f"{page}?periode=bebas&dari=2026-03-02&sampai=2026-03-01&unit=DINKES").text
    assert "Tukar kedua tanggalnya, lalu terapkan lagi. Yang tampil: 30 hari." in shown
    for kept in (
        '<option value="bebas" selected>',
        'name="dari" value="2026-03-02"',
        'name="sampai" value="2026-03-01"',
    ):
        assert kept in shown
    assert '<option value="DINKES" selected>' in shown
    assert 'name="dari" value="&lt;b&gt;' in browser.get(f"{page}?periode=bebas&dari=<b>").text


@pytest.mark.parametrize("query", ["angka=entah", "setelah=rusak", "setelah=W10"])
def test_a_mangled_address_of_rows_is_refused_in_words(app, client, query):
    refused = signed_in(client).get(f"/angka/baris?{query}")
    assert refused.status_code == 422
    assert "Buka" in refused.text


def test_a_period_without_cases_offers_a_way_on(app, client):
    browser = signed_in(client)
    page = browser.get(f"/angka?{YEAR}")
    assert "Belum ada kasus yang wajib ditanggapi" in page.text
    assert "Tidak ada kasus di balik angka ini" in browser.get(f"/angka/baris?{YEAR}&angka={Number.OVERDUE}").text
    assert "Tidak ada kasus yang terlambat" in browser.get("/angka/terlambat").text


@pytest.mark.parametrize("address", PAGES)
def test_nobody_sees_figures_without_signing_in(app, client, address):
    assert client.get(address).status_code == 302
