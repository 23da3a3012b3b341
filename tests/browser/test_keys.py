"""Keys: they move, open and prepare; nothing fires while someone types, and each person can switch them off."""

import pytest
from playwright.sync_api import expect

ANSWER = "Buka pukul 08.00."


@pytest.fixture
def page(site):
    """A browser at the list of two cases; the late one stands first."""
    site.case("Puskesmas sabtu buka nggak?", hours_ago=200)
    site.case("Kapan vaksin lagi?", hours_ago=1)
    page = site.window("dinkes")
    page.goto("/kasus")
    return page


def open_first(page):
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".message").first).to_contain_text("Puskesmas sabtu buka nggak?")


def test_rows_are_walked_and_opened_and_left_again(page):
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Kapan vaksin lagi?")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Puskesmas sabtu buka nggak?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".message").first).to_contain_text("Puskesmas sabtu buka nggak?")
    page.keyboard.press("Escape")
    page.wait_for_url("**/kasus")


def test_an_answer_is_written_and_sent_from_the_keyboard(page, site):
    open_first(page)
    page.keyboard.press("r")
    field = page.get_by_label("Balasan publik")
    expect(field).to_be_focused()
    page.keyboard.type(ANSWER)
    expect(field).to_have_value(ANSWER)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("disimpan dan sedang dikirim")).to_be_visible()
    assert [text for text, _ in site.replies()] == [ANSWER]


def test_letters_typed_into_a_field_do_nothing_else(page):
    open_first(page)
    address = page.url
    page.keyboard.press("n")
    page.keyboard.type("jket o2a/?")
    expect(page.get_by_label("Catatan internal")).to_have_value("jket o2a/?")
    assert page.url == address
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Catatan internal")).not_to_be_focused()
    assert page.url == address


@pytest.mark.parametrize(
    ("key", "label"),
    [
        pytest.param("o", "Unit tujuan", id="hand over"),
        pytest.param("e", "Alasan", id="resolve"),
        pytest.param("t", "Alasan (boleh kosong)", id="needs no answer"),
        pytest.param("n", "Catatan internal", id="note"),
        pytest.param("/", "Cari kata atau kode kasus", id="search"),
    ],
)
def test_a_key_alone_only_opens_the_form(page, site, key, label):
    open_first(page)
    address = page.url
    page.keyboard.press(key)
    expect(page.get_by_label(label).and_(page.locator(":focus"))).to_be_visible()
    assert page.url == address
    expect(page.locator(".case-title")).to_contain_text("Baru")


def test_taking_a_case_makes_it_ones_own(page):
    open_first(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Kasus ini sekarang tugas Anda.")).to_be_visible()


def test_help_lists_the_keys_of_the_page_and_closes(page):
    open_first(page)
    page.keyboard.press("?")
    help_list = page.get_by_role("dialog", name="Pintasan papan ketik")
    for meaning in ("Balas", "Catatan internal", "Disposisi", "Tidak perlu tanggapan", "Pertanyaan", "Ambil"):
        expect(help_list.get_by_text(meaning, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_list).to_have_count(0)


def test_keys_can_be_switched_off_in_the_profile(page):
    page.goto("/profil")
    page.get_by_label("Pakai pintasan papan ketik").uncheck()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_text("Pilihan disimpan.")).to_be_visible()
    page.goto("/kasus")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".case-row a").first).not_to_be_focused()
