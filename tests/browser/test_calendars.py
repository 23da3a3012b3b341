"""The calendar editor as Diskominfo uses it: look, save, watch, read what changed."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import NARROW


def test_a_correction_is_previewed_saved_watched_and_read(site):
    code = site.case("Lampu jalan padam", hours_ago=30)
    since = (datetime.now(UTC) - timedelta(days=5)).date().isoformat()
    page = site.window("desk")
    page.get_by_role("link", name="Aturan").first.click()
    page.get_by_role("link", name="Jam kantor 5 hari").click()
    page.get_by_role("link", name="Ubah jam kerja").click()
    for day in ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"):
        page.get_by_label(day).fill("24 jam")
    page.get_by_label("Selasa").fill("16.00-07.30")
    page.get_by_label("Berlaku sejak").fill(since)
    page.get_by_label("Alasan").fill("SE Bupati 12/2026")
    page.get_by_role("button", name="Simpan versi baru").click()
    expect(page.get_by_role("alert")).to_contain_text("selesai sebelum dimulai")
    page.get_by_label("Selasa").fill("24 jam")
    page.get_by_role("button", name="Pratinjau").click()
    expect(page.get_by_role("heading", name="Pratinjau, belum tersimpan")).to_be_visible()
    expect(page.get_by_text("1 kasus antara")).to_be_visible()
    page.get_by_role("button", name="Simpan versi baru").click()
    page.wait_for_url("**/hitung-ulang/*")
    page.get_by_role("link", name="Lihat yang berubah").or_(page.get_by_text("Kasus diperiksa")).first.wait_for()
    page.reload()
    expect(page.get_by_role("link", name=code)).to_be_visible()
    page.set_viewport_size(NARROW)
    page.get_by_role("link", name="Lihat perubahannya").click()
    expect(page.get_by_role("row", name="Senin")).to_contain_text("24 jam")
