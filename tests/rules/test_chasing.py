"""Who is told of late work, step by step, and what the letters say."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from models import Audience, Role
from tests.factories import NOW
from triage.errors import InvalidInput
from triage.rules.chasing import HOUR_S, START, LateCase, Person, Step, letters, refuse_unclear
from triage.rules.letters import SHOWN, Desk, DueCase, UnitLine, digest, escalation

DINKES, DPUPR, QUEUE = 1, 2, None
ADMIN = Person(user_id=1, name="Budi", address="b@x.id", role=Role.OPD_ADMIN, units=frozenset({DINKES}))
HEAD = Person(
    user_id=2,
    name="Kepala",
    address="k@x.id",
    role=Role.OPD_ADMIN,
    units=frozenset({DINKES}),
    heads=frozenset({DINKES}),
)
DESK = Person(user_id=3, name="Rina", address="r@x.id", role=Role.DISKOMINFO)
SUPERVISOR = Person(user_id=4, name="Sekda", address="s@x.id", role=Role.SUPERVISOR)
EVERYBODY = (ADMIN, HEAD, DESK, SUPERVISOR)


def late(hours, holder=DINKES, number=1):
    seconds = round(hours * HOUR_S)
    due_at = NOW - timedelta(seconds=seconds)
    return LateCase(case_id=number, code=f"K{number}", holder_id=holder, unit="Dinkes", due_at=due_at, late_s=seconds)


def told(*cases, people=EVERYBODY, steps=START):
    found = letters(steps, {step.number: cases for step in steps}, people)
    return {(step.number, person.user_id): [case.case_id for case in about] for step, person, about in found}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(1, {}, id="an hour is not more than an hour"),
        pytest.param(1.01, {(1, 1), (1, 2)}, id="the unit first"),
        pytest.param(8.01, {(1, 1), (1, 2), (2, 2)}, id="then its head"),
        pytest.param(24.01, {(1, 1), (1, 2), (2, 2), (3, 4)}, id="then the supervisor"),
    ],
)
def test_each_step_tells_its_own_people(hours, expected):
    assert set(told(late(hours))) == set(expected)


def test_another_units_people_hear_nothing():
    assert set(told(late(30, holder=DPUPR))) == {(3, SUPERVISOR.user_id)}


def test_the_triage_queue_is_the_desks_and_nobody_heads_it():
    assert set(told(late(30, holder=QUEUE))) == {(1, DESK.user_id), (3, SUPERVISOR.user_id)}


def test_a_step_that_is_off_tells_nobody():
    assert told(late(30), steps=[replace(step, is_active=False) for step in START]) == {}


def test_one_person_gets_one_letter_a_step_with_the_latest_first():
    cases = (late(2, number=1), late(5, number=2), late(2, number=3), late(0.5, number=4))
    assert told(*cases, people=[ADMIN]) == {(1, ADMIN.user_id): [2, 1, 3]}


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        pytest.param([(8, True), (8, True)], "Tahap 2 harus lebih lama", id="no climb"),
        pytest.param([(8, True), (3, False), (8, True)], "Tahap 3 harus lebih lama", id="over one that is off"),
        pytest.param([(2001, True)], "Tahap 1: isi 0 sampai", id="years"),
        pytest.param([(-1, True)], "Tahap 1: isi 0 sampai", id="before the deadline"),
    ],
)
def test_a_bent_ladder_is_refused_by_its_step(steps, says):
    with pytest.raises(InvalidInput, match=says):
        refuse_unclear([Step(n, Audience.UNIT_ADMIN, *step) for n, step in enumerate(steps, 1)])


def test_a_step_that_is_off_may_stand_anywhere():
    refuse_unclear([Step(1, Audience.UNIT_ADMIN, 4), Step(2, Audience.UNIT_HEAD, 2, is_active=False)])


def paper():
    def link(endpoint, **values):
        return f"https://t.id/{endpoint}/" + "&".join(f"{name}={value}" for name, value in values.items())

    return Desk(office="Kabupaten Contoh", zone=ZoneInfo("Asia/Jakarta"), link=link)


def test_a_letter_names_each_case_with_its_link_and_says_why_no_words_stand_in_it():
    subject, text = escalation(paper(), START[1], HEAD, [late(9, number=7)])
    assert subject == "1 kasus lewat tenggat lebih dari 8 jam kerja: Dinkes"
    assert "Yth. Kepala," in text
    assert "- K7, Dinkes: lewat 9 jam kerja, tenggat 18-11-2026 01.00 WIB" in text
    assert "https://t.id/inbox.case/code=K7" in text
    assert "tulisan dan nama warga dibaca di Tanggap" in text


def test_many_cases_make_one_letter_of_bounded_length():
    _, text = escalation(paper(), START[0], ADMIN, [late(2, number=n) for n in range(SHOWN + 40)])
    assert text.count("inbox.case") == SHOWN
    assert "dan 40 kasus lain: https://t.id/figures.late" in text


def test_a_digest_counts_by_unit_and_leaves_zeros_out():
    lines = [UnitLine(code="DINKES", name="Dinkes", new=0, soon=2, late=3)]
    subject, text = digest(paper(), ADMIN, lines, [DueCase("K9", "Dinkes", NOW)])
    assert subject == "Ringkasan hari ini: 3 terlambat, 2 segera jatuh tempo"
    assert "- 3 terlambat: https://t.id/figures.late/unit=DINKES" in text
    assert "- 2 segera jatuh tempo: https://t.id/deadlines.soon/unit=DINKES" in text
    assert " baru:" not in text
    assert "- K9, Dinkes: tenggat 18-11-2026 10.00 WIB" in text
    assert "session.profile" in text
