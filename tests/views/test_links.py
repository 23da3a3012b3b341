"""A link that is put together on the page leads to where the URL map says."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, url_for

from triage.filters import link_to
from triage.queries.cohorts import Number
from triage.views import figures

ODD = "Kec. A & B=c#d?e+f%20g/h;i,j:k é“ü” <b>'\"\\ ~_-.@*!$()"
SHARED = {"periode": "bebas", "dari": "2026-01-01", "sampai": "2026-12-31", "unit": ODD, "jam": "kerja"}


@pytest.fixture
def request_context():
    """A request to an application that knows the addresses and nothing else."""
    pages = Flask(__name__)
    pages.register_blueprint(figures.blueprint)
    with pages.test_request_context():
        yield


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"angka": Number.RECEIVED}, id="a-number"),
        pytest.param({"angka": Number.RECEIVED, "potong": "masuk-167"}, id="a-cut"),
        pytest.param({"unit": "-"}, id="another-unit-in-its-place"),
        pytest.param({"unit": ""}, id="an-empty-unit"),
        pytest.param({"unit": None, "akun": None}, id="left-out"),
        pytest.param({"akun": ODD, ODD: "1"}, id="an-odd-account-and-name"),
        pytest.param({"dari": "2025-02-28", "sampai": "2025-03-01"}, id="other-days"),
        pytest.param({}, id="nothing-more"),
    ],
)
@pytest.mark.parametrize("common", [SHARED, {"unit": None}, {}], ids=["shared", "one-left-out", "none-shared"])
def test_a_link_is_what_the_url_map_makes(request_context, common, more):
    link = link_to("figures.rows", common)
    wanted = url_for("figures.rows", **{**common, **more})
    assert link.to(**more) == link.with_args(**more).to() == wanted


def test_a_link_is_read_back_as_it_was_meant(request_context):
    address = link_to("figures.rows", SHARED).to(angka="masuk")
    assert dict(parse_qsl(urlsplit(address).query)) == {**SHARED, "angka": "masuk"}
