"""The page parts: all of them shown in the gallery, none with inline code, each small enough to read."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template
from flask_wtf import CSRFProtect

from triage import filters
from triage.views import components

TRIAGE = Path(filters.__file__).parent
ROOT = TRIAGE.parent
TEMPLATES = sorted((TRIAGE / "templates").rglob("*.html"))
FAMILIES = sorted(
    path for path in (TRIAGE / "templates/components").glob("*.html") if not path.stem.startswith("gallery")
)
SHELL = SimpleNamespace(
    navigation=[("components.gallery", "Komponen", "inbox", True)], user_name="Rina", user_role="opd_admin", unit_name="DPUPR",
    account_menu=[], logout_endpoint="components.echo", office_name="Kabupaten Contoh", definition_version="M1", keys_on=True,
)  # fmt: skip
FORBIDDEN = {
    "inline style": r"\sstyle\s*=|<style\b",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "event attribute": r"\son[a-z]+\s*=\s*[\"']",
    "javascript address": r"javascript:",
    "htmx code that needs eval": r"hx-on|hx-vals\s*=\s*[\"']js:|hx-trigger\s*=\s*[\"'][^\"']*\[",
    "unescaped value": r"\|\s*safe\b|autoescape\s+false",
    "foreign address": r"(src|href)\s*=\s*[\"'](https?:)?//",
}


@pytest.fixture
def app():
    app = Flask("parts", template_folder=str(TRIAGE / "templates"), static_folder=str(TRIAGE / "static"))
    app.config.update(SECRET_KEY="only for this test", TESTING=True)
    CSRFProtect(app)
    filters.register(app)
    app.context_processor(lambda: {"shell": SHELL})
    app.register_blueprint(components.blueprint)
    return app


@pytest.fixture
def gallery(app):
    answer = app.test_client().get("/components")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


class Elements(HTMLParser):
    """Collect (tag, attributes) of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


def ids(path):
    return str(path.relative_to(TRIAGE / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds_what_the_content_policy_forbids(path, what):
    assert not re.search(FORBIDDEN[what], path.read_text()), what


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_a_template_fits_on_two_screens(path):
    assert path.read_text().count("\n") <= 80


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_every_post_form_carries_its_token(path):
    for form in re.findall(r"<form\b[^>]*method=\"post\"[\s\S]*?</form>", path.read_text(), re.IGNORECASE):
        assert re.search(r"csrf\(\)|csrf_token", form), form[:120]


@pytest.mark.parametrize("path", FAMILIES, ids=ids)
def test_every_macro_is_shown_in_the_gallery_or_used_by_one_that_is(path):
    shown = "".join(p.read_text() for p in TEMPLATES if "gallery" in str(p)) + "".join(p.read_text() for p in FAMILIES)
    unused = [name for name in re.findall(r"{%-? macro (\w+)\(", path.read_text())
              if not re.search(rf"(?<!macro )\b{name}\(", shown)]  # fmt: skip
    assert not unused


def test_icons_named_in_templates_are_in_the_sprite():
    known = set((ROOT / "assets/icons.txt").read_text().split())
    called = r"icon\(\"([a-z-]+)\"|icon_name=\"([a-z-]+)\"|{\"[^}]*}"
    named = set()
    for path in TEMPLATES:
        text = path.read_text()
        named |= {name for pair in re.findall(called, text) for name in pair if name}
        for table in re.findall(r"set \w+_icons = {([^}]*)}", text):
            named |= set(re.findall(r": \"([a-z-]+)\"", table))
    assert len(named) > 20
    assert named <= known


def test_the_gallery_has_unique_ids_and_a_label_for_every_field(gallery):
    page = Elements(gallery)
    names = [attrs["id"] for _, attrs in page.found if "id" in attrs]
    assert len(names) == len(set(names))
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for attrs in page.all(tag):
            if attrs.get("type") != "hidden":
                assert attrs.get("id") in labelled or "aria-label" in attrs, attrs


def test_what_a_field_is_described_by_exists(gallery):
    page = Elements(gallery)
    names = {attrs["id"] for _, attrs in page.found if "id" in attrs}
    described = [attrs["aria-describedby"] for _, attrs in page.found if "aria-describedby" in attrs]
    assert described
    assert {name for value in described for name in value.split()} <= names


def test_a_lateness_is_told_in_words_beside_its_colour(gallery):
    assert re.search(r'data-tone="late"[\s\S]{0,400}?lewat 1 hari 3 j', gallery)
    assert "jatuh tempo hari ini" in gallery


def test_the_gallery_is_hidden_outside_development(app):
    app.config["TESTING"] = False
    assert app.test_client().get("/components").status_code == 404


def test_a_running_job_asks_again_and_a_finished_one_does_not(app):
    with app.test_request_context():
        macro = app.jinja_env.get_template("components/progress.html").module.job
        assert 'hx-trigger="every 1s"' in macro("Impor", "running", "/jobs/1", done=5, total=10)
        assert "hx-get" not in macro("Impor", "done", "/jobs/1", done=10, total=10)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418, 504])
def test_every_error_says_what_happened_and_offers_a_way_on(app, code):
    with app.test_request_context():
        page = render_template("errors/error.html", code=code, back_url="/kembali", login_url="/masuk")
    assert re.search(r"<h1>[^<]{8,}</h1>", page)
    assert f"Kode kesalahan {code}" in page
    assert 'href="/kembali"' in page
    assert ('href="/masuk"' in page) == (code == 401)


def test_an_expired_form_gives_the_written_text_back(app):
    with app.test_request_context():
        page = render_template("errors/error.html", code=400, reason="csrf", kept=[("Balasan", "Siap <b>min</b>")])
    assert "tidak hilang" in page
    assert "Siap &lt;b&gt;min&lt;/b&gt;" in page


def test_a_stored_theme_is_drawn_by_the_server(app):
    client = app.test_client()
    assert "data-bs-theme" not in client.get("/components").get_data(as_text=True).split("<head>")[0]
    client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark"' in client.get("/components").get_data(as_text=True)
    client.set_cookie("theme", '"><script>')
    assert "<script>" not in client.get("/components").get_data(as_text=True)
