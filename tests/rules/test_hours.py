"""Working hours as people write them."""

import pytest

from triage.rules.calendars import CalendarError
from triage.rules.hours import read_hours, spell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("07.30-12.00, 13.00-16.00", ((450, 720), (780, 960)), id="with a break"),
        pytest.param(" 13:00 – 16:30 ; 07:30—11:30 ", ((450, 690), (780, 990)), id="other signs, any order"),
        pytest.param("8-12 dan 13-15", ((480, 720), (780, 900)), id="whole hours"),
        pytest.param("08.00 s/d 12.00", ((480, 720),), id="sampai dengan"),
        pytest.param("07.30-12.00, 12.00-16.00", ((450, 720), (720, 960)), id="touching is not overlapping"),
        pytest.param("24 jam", ((0, 1440),), id="round the clock"),
        pytest.param("00.00-24.00", ((0, 1440),), id="to the end of the day"),
        pytest.param("", (), id="nothing"),
        pytest.param("Libur", (), id="free in a word"),
    ],
)
def test_hours_are_read(text, expected):
    assert read_hours(text) == expected
    assert read_hours(spell(expected)) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("16.00-07.30", "selesai sebelum dimulai", id="the end before the start"),
        pytest.param("08.00-08.00", "selesai sebelum dimulai", id="empty"),
        pytest.param("07.30-12.00, 11.00-16.00", "07.30-12.00 dan 11.00-16.00 bertumpuk", id="overlapping"),
        pytest.param("07.30-25.00", "tidak ada pada jam dinding", id="after midnight"),
        pytest.param("07.75-12.00", "tidak ada pada jam dinding", id="75 minutes"),
        pytest.param("pagi sampai sore", "bukan jam kerja", id="words"),
        pytest.param("07.30", "bukan jam kerja", id="half an interval"),
    ],
)
def test_what_cannot_be_meant_is_named_with_the_remedy(text, told):
    with pytest.raises(CalendarError, match=told):
        read_hours(text)
