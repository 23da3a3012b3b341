"""Which village a comment speaks of: by the places it names, and by no other word."""

import pytest

from triage.rules.villages import Village, Villages, place_in

VILLAGES = Villages(
    [
        Village("DESA_SUKA", "DESA", ("suka",)),
        Village("DESA_SUKAMAJU", "DESA", ("suka maju", "Dusun Krajan")),
        Village("KEC_SUKAMAJU", "KECAMATAN", ("suka maju",)),
        Village("DESA_TANPA_NAMA", "DESA", ("",)),
    ]
)


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        pytest.param(
            ["kantor desa SUKA MAJU tutup terus"], {"DESA_SUKAMAJU": "suka maju"}, id="the-longest-place-wins"
        ),
        pytest.param(["warga suka, tolong"], {"DESA_SUKA": "suka"}, id="a-short-place-alone"),
        pytest.param(["di dusun krajan suka maju"], {"DESA_SUKAMAJU": "dusun krajan"}, id="two-places-of-one"),
        pytest.param(
            ["dari suka", "ke suka maju"], {"DESA_SUKA": "suka", "DESA_SUKAMAJU": "suka maju"}, id="two-villages"
        ),
        pytest.param(["sukamaju", "kesukaan", "maju suka-suka"], {"DESA_SUKA": "suka"}, id="whole-words-only"),
        pytest.param(["kapan dibuka?", "😡", ""], {}, id="no-place"),
    ],
)
def test_places_tell_which_village(texts, named):
    assert VILLAGES.named("DESA", texts) == named


def test_only_offices_of_the_kind_count():
    assert VILLAGES.named("KECAMATAN", ["suka maju"]) == {"KEC_SUKAMAJU": "suka maju"}
    assert VILLAGES.named("DPUPR", ["suka maju"]) == {}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Desa Suka Maju", "suka maju"),
        ("Kantor Kecamatan Karanganyar", "karanganyar"),
        ("Kec. Ilir", "ilir"),
        ("Desa", ""),
    ],
)
def test_the_place_stands_in_an_offices_name(name, place):
    assert place_in(name) == place
