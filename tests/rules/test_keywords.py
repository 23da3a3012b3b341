"""Phrases of the router are judged: by how often they were right, and against each other."""

import pytest

from triage.rules.keywords import Doubt, Keyword, judged, worst


def keyword(phrase, unit="DLH", route_to="", keyword_id=1):
    return Keyword(keyword_id=keyword_id, unit=unit, phrase=phrase, route_to=route_to)


@pytest.mark.parametrize(
    ("measure", "precision", "is_flagged"),
    [
        pytest.param((10, 5), 0.5, True, id="half right"),
        pytest.param((10, 6), 0.6, False, id="60 % is enough"),
        pytest.param((4, 0), 0.0, False, id="too few rows to judge"),
        pytest.param((0, 0), None, False, id="never stood"),
        pytest.param(None, None, False, id="not measured"),
    ],
)
def test_a_phrase_that_is_mostly_wrong_is_flagged(measure, precision, is_flagged):
    row = judged([keyword("sampah")], {"DLH|sampah": measure} if measure else {})[0]
    assert (row.precision, bool(row.doubts)) == (precision, is_flagged)


def test_a_phrase_that_belongs_elsewhere_is_measured_for_the_unit_it_speaks_for():
    row = judged([keyword("tagihan air", route_to="PDAM")], {"PDAM|tagihan air": (8, 2)})[0]
    assert (row.n, row.doubts) == (8, ((Doubt.LOW_PRECISION, ""),))


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        pytest.param([keyword("got mampet"), keyword("Got  mampet", "DPUPR")],
                     [((Doubt.SHARED, "DPUPR"),), ((Doubt.SHARED, "DLH"),)], id="two owners"),
        pytest.param([keyword("got mampet"), keyword("got mampet", route_to="DPUPR")],
                     [((Doubt.DENIED, "DLH"),)] * 2, id="its own and not its own"),
        pytest.param([keyword("got", route_to="DPUPR"), keyword("got", "DPUPR", route_to="DLH")],
                     [((Doubt.SENT_BACK, "DPUPR"),), ((Doubt.SENT_BACK, "DLH"),)], id="to and fro"),
        pytest.param([keyword("pj")], [((Doubt.SHORT, ""),)], id="too short"),
        pytest.param([keyword("got mampet"), keyword("got", "DPUPR", route_to="DLH")], [(), ()], id="no contradiction"),
    ],
)  # fmt: skip
def test_contradictions_are_named_with_the_other_unit(phrases, expected):
    assert [row.doubts for row in judged(phrases, {})] == expected


def test_what_misled_most_often_is_looked_at_first():
    phrases = [keyword("sampah"), keyword("got"), keyword("banjir"), keyword("bak sampah")]
    measures = {"DLH|sampah": (10, 5), "DLH|got": (40, 20), "DLH|banjir": (10, 5), "DLH|bak sampah": (50, 50)}
    assert [row.keyword.phrase for row in worst(judged(phrases, measures))] == ["got", "banjir", "sampah"]
