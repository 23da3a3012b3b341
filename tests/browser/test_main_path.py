"""The main job as a person does it: open the nearest deadline, correct, answer, close, see the figure change."""

import re

import pytest
from playwright.sync_api import expect

from models import ReplyStatus

ANSWER = "Terima kasih laporannya. Puskesmas Sukamaju buka Sabtu pukul 08.00 sampai 12.00."


def answered(page):
    """Return how many cases the figures page counts as answered."""
    page.goto("/angka")
    tile = page.locator(".tile", has_text=re.compile(r"^\s*Dijawab\b"))
    return int(tile.first.locator(".tile-value").inner_text()) if tile.count() else 0


def write_answer(page, text=ANSWER):
    page.get_by_label("Balasan publik").fill(text)


def send(page):
    page.get_by_role("button", name="Kirim balasan").click()


def test_a_case_is_corrected_answered_and_closed_and_the_figure_changes(site):
    first = site.case("Puskesmas sabtu buka nggak?", hours_ago=200)
    later = site.case("Apakah vaksin masih ada?", hours_ago=1)
    page = site.window("dinkes")
    assert answered(page) == 0
    page.goto("/kasus")
    page.locator(".case-row a").first.click()
    expect(page.get_by_role("heading", name=first)).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="Pertanyaan", pressed=True)).to_be_visible()
    write_answer(page)
    send(page)
    expect(page.get_by_text("menunggu dikirim")).to_have_count(0)
    expect(page.get_by_text("Lama tanggap")).to_be_visible()
    assert site.outbox() == [ANSWER]
    page.get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_text(f"Kasus {first} selesai.")).to_be_visible()
    expect(page.get_by_role("heading", name=later)).to_be_visible()
    assert answered(page) == 1


def test_an_answer_can_lead_straight_to_the_next_case(site):
    first = site.case("Puskesmas sabtu buka nggak?", hours_ago=200)
    later = site.case("Apakah vaksin masih ada?", hours_ago=1)
    page = site.window("dinkes")
    page.goto(f"/kasus/{first}")
    write_answer(page)
    page.get_by_role("button", name="Kirim, buka berikutnya").click()
    expect(page.get_by_role("heading", name=later)).to_be_visible()
    expect(page.get_by_text(f"Balasan untuk {first} disimpan")).to_be_visible()


def test_everything_works_without_javascript(site):
    code = site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes", java_script_enabled=False)
    page.get_by_role("link", name="Puskesmas sabtu buka nggak?").click()
    page.get_by_role("button", name="Pertanyaan").click()
    expect(page.get_by_text("Ditetapkan oleh petugas")).to_be_visible()
    write_answer(page)
    send(page)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.wait_for_timeout(500)
    page.goto(f"/kasus/{code}")
    page.get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_text(f"Kasus {code} selesai.")).to_be_visible()
    assert site.outbox() == [ANSWER]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_on_send_saves_and_sends_one_answer(site, scripts):
    code = site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes", java_script_enabled=scripts)
    page.goto(f"/kasus/{code}")
    write_answer(page)
    page.get_by_role("button", name="Kirim balasan").dblclick()
    expect(page.get_by_text(f"Balasan untuk {code} disimpan")).to_be_visible()
    page.wait_for_timeout(500)
    assert site.replies() == [(ANSWER, ReplyStatus.SENT)]
    assert site.outbox() == [ANSWER]


def test_a_conflict_keeps_the_text_and_shows_the_case_as_it_stands(site):
    code = site.case("Puskesmas sabtu buka nggak?")
    mine, theirs = site.window("dinkes"), site.window("dinkes")
    for page in (mine, theirs):
        page.goto(f"/kasus/{code}")
    theirs.get_by_role("button", name="Pertanyaan").click()
    expect(theirs.get_by_text("Ditetapkan oleh petugas")).to_be_visible()
    write_answer(mine)
    send(mine)
    expect(mine.get_by_role("alert")).to_contain_text("kasus ini berubah sejak Anda membukanya")
    expect(mine.get_by_role("alert")).to_be_focused()
    expect(mine.get_by_role("button", name="Pertanyaan", pressed=True)).to_be_visible()
    expect(mine.get_by_label("Balasan publik")).to_have_value(ANSWER)
    assert site.replies() == []
    send(mine)
    expect(mine.get_by_text(f"Balasan untuk {code} disimpan")).to_be_visible()


def test_a_session_that_ended_while_typing_gives_the_text_back(site):
    code = site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes")
    page.goto(f"/kasus/{code}")
    page.context.clear_cookies()
    write_answer(page)
    send(page)
    expect(page.get_by_text("Tulisan Anda tidak hilang")).to_be_visible()
    expect(page.get_by_label("Tulisan Anda")).to_have_value(ANSWER)
    assert site.replies() == []


def test_what_was_typed_survives_a_reload_after_the_session_ended(site):
    code = site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes")
    page.goto(f"/kasus/{code}")
    page.context.clear_cookies()
    write_answer(page)
    expect(page.get_by_text("Sesi Anda berakhir")).to_be_visible()
    page.reload()
    page.get_by_label("Nama pengguna").fill("dinkes")
    page.get_by_label("Kata sandi").fill("kalimat rahasia uji")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_label("Balasan publik")).to_have_value(ANSWER)
    send(page)
    expect(page.get_by_text(f"Balasan untuk {code} disimpan")).to_be_visible()
    expect(page.get_by_label("Balasan publik")).to_have_value("")


def test_a_draft_waits_on_the_server_for_another_browser(site):
    code = site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes")
    page.goto(f"/kasus/{code}")
    write_answer(page, "Sedang kami tanyakan")
    expect(page.get_by_text("Draf tersimpan.")).to_be_visible()
    elsewhere = site.window("dinkes")
    elsewhere.goto(f"/kasus/{code}")
    expect(elsewhere.get_by_label("Balasan publik")).to_have_value("Sedang kami tanyakan")


def test_new_cases_announce_themselves_without_moving_the_list(site):
    site.case("Puskesmas sabtu buka nggak?")
    page = site.window("dinkes")
    page.goto("/kasus")
    row = page.locator(".case-row").first
    before = row.bounding_box()
    site.case("Kapan vaksin lagi?", hours_ago=1)
    # What the page asks for every 45 seconds, asked at once.
    page.evaluate("htmx.ajax('GET', document.querySelector('.arrivals').getAttribute('hx-get'), '.arrivals')")
    expect(page.get_by_role("link", name="1 kasus baru")).to_be_visible()
    assert row.bounding_box() == before
    page.get_by_role("link", name="1 kasus baru").click()
    expect(page.locator(".case-row")).to_have_count(2)
