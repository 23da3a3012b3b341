"""Working seconds by several sets of calendars at once are those that each case has by itself."""

from random import Random

import pytest

from tests.flow.test_rebuild import lived
from tests.rules.test_many_cases import clocked, others_like
from tests.rules.test_metrics_histories import random_history
from triage.queries import calendars, measures, worked
from triage.rules import many_cases
from triage.rules.metrics import intervals


@pytest.mark.parametrize("worth_it", [1, 1000], ids=["together", "one by one"])
def test_seconds_by_each_view_are_those_of_the_one_function(session, monkeypatch, worth_it):
    monkeypatch.setattr(many_cases, "WORTH_IT", worth_it)
    random = Random(3)
    ids = lived(session, [one for _ in range(12) for one in others_like(clocked(random_history(random)), random, 4)])
    known = calendars.by_unit(session)
    always = calendars.histories(session)["24jam"]
    views = [known, known | dict.fromkeys(["DINKES", None], always), known | {"DPUPR": None}]
    limits = measures.limits(session)
    found = dict(worked.by_views(session, ids[::2], views, limits))
    events = measures.histories(session, ids[::2])
    assert found.keys() == events.keys()
    for case_id, told in events.items():
        for seconds, view in zip(found[case_id], views, strict=True):
            spans = [getattr(intervals(told, view, limits), name) for name in worked.FIGURES]
            assert seconds == tuple(span.working_s if span else None for span in spans)
    assert any(one[0] != one[1] for one in found.values())
