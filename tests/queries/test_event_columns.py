"""What an event says is read once for all events that say the same, and never read wrongly for it."""

import json

import pytest

from models import EventKind
from triage.queries.event_columns import Words
from triage.rules.gists import ODD, SKEWED, by_whom, gist_of

SAYINGS = [
    {"comment": 5},
    {"comment": 6},
    {"comment": 0},
    {"comment": -7},
    {"comment": 8.5},
    {"comment": "9"},
    {"comment": None},
    {"comment": 2**40},
    {"thanks": True, "comment": 3, "imported": True, "line": "a1b2"},
    {"thanks": True, "comment": 4, "imported": True, "line": "c3d4"},
    {"of": {"comment": 5}},
    {"of": {"comment": 6}, "comment": 7},
    {"of": {"comment": 6}, "comment": 0},
    {"holder": "DINKES", "comment": 1},
    {"holder": "DLH", "comment": 2},
    {"holder": ""},
    {"reason": 'ia tulis "comment": 5', "comment": 2},
]


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_every_event_means_what_it_says_by_itself(order):
    words = Words()
    for data in [*SAYINGS, *SAYINGS][::order]:
        gist, comment, first, second = words[f"1|received|citizen|{json.dumps(data)}"]
        number, about, names = gist_of(EventKind.RECEIVED, data)
        assert (gist, comment) == (number | by_whom("citizen") | SKEWED, about), data
        assert first == (words.units[names[0]] if names and names[0] else 0), data
        assert second == 0
        assert bool(gist & ODD) == (data in [SAYINGS[n] for n in (2, 3, 4, 5, 7, 12, 15)]), data
