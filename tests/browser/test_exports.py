"""Ordering a file and a report in a browser: progress refreshes itself, the file comes, axe finds nothing."""

import pytest

from tests.browser.test_pages import Walk


@pytest.mark.parametrize("button", ["Buat berkas", "Buat laporan"])
def test_an_order_is_watched_until_its_file_can_be_fetched(site, button):
    site.case("Lampu jalan padam")
    page = site.window("dinkes")
    page.goto("/angka")
    page.get_by_role("link", name="Unduhan dan laporan").click()
    page.get_by_role("button", name=button).click()
    link = page.get_by_role("link", name="Unduh XLSX")
    link.wait_for()
    with page.expect_download() as fetched:
        link.click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
    walk = Walk(page)
    walk.look(page.url)
    walk.look("/unduhan")
    assert walk.complaints == []
