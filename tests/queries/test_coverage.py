"""What came in from where, on both databases: accounts that delivered, days without a comment, the longest silence."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import Account, Role
from tests.factories import NOW, account, case, viewer
from triage.flow import pack
from triage.queries.cohorts import Cohort
from triage.queries.coverage import coverage
from triage.queries.selections import Everything

WIB = ZoneInfo("Asia/Jakarta")
FIRST = datetime(2026, 11, 9, tzinfo=WIB)  # a Monday; NOW is the Wednesday of the week after


def period(**given):
    return Cohort(**({"start": FIRST, "end": FIRST + timedelta(days=30)} | given))


def told(session, who, **given):
    return coverage(session, who, period(**given), now=NOW, zone=WIB, among=Everything.read(session, ("core",)))


@pytest.fixture
def filled(session):
    """An account with comments on the 9th, 10th and 14th, and one that delivered nothing since the 12th."""
    lively, connected = account(session), datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
    account(session, "DISDIK-FB", unit="DISDIK", platform="facebook", connected_at=connected)
    # 23.30 WIB of the 9th is still the 9th, 00.30 WIB of the 10th is the 10th.
    for at in ("2026-11-09T16:30", "2026-11-09T17:30", "2026-11-14T03:00", "2026-11-14T04:00"):
        case(session, lively, posted_at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    return session


@pytest.mark.parametrize("is_packed", [False, True], ids=["from-rows", "from-blocks"])
def test_each_account_says_when_it_delivered_and_how_long_it_was_silent(filled, is_packed):
    if is_packed:
        pack.everything(filled)
    found = told(filled, viewer(filled, Role.SUPERVISOR))
    assert (found.days, found.days_without, found.delivered) == (10, 7, 1)
    silent, lively = found.sources
    assert (silent.code, silent.days, silent.days_with, silent.last_on, silent.silence_days) == (
        "DISDIK-FB",
        7,
        0,
        None,
        7,
    )
    assert (lively.code, lively.days, lively.days_with, lively.last_on, lively.silence_days) == (
        "DINKES-IG",
        10,
        3,
        date(2026, 11, 14),
        4,
    )


def test_a_comment_that_comes_in_after_packing_ends_the_silence(filled):
    pack.everything(filled)
    who = viewer(filled, Role.SUPERVISOR)
    told(filled, who)
    filled.rollback()
    case(filled, account(filled, "DINKES-FB", platform="facebook"), posted_at=NOW)
    found = {source.code: source for source in told(filled, who).sources}
    assert (found["DINKES-FB"].days_with, found["DINKES-FB"].silence_days) == (1, 9)


def test_filters_by_unit_and_intent_change_nothing_those_by_account_do(filled):
    who = viewer(filled, Role.SUPERVISOR)
    assert told(filled, who, unit="DISDIK", intent="praise") == told(filled, who)
    assert [source.code for source in told(filled, who, account="DINKES-IG").sources] == ["DINKES-IG"]
    narrowed = told(filled, who, platform="facebook")
    assert ([source.code for source in narrowed.sources], narrowed.days, narrowed.days_without) == (["DISDIK-FB"], 7, 7)


def test_an_opd_admin_is_told_of_own_accounts_only(filled):
    found = told(filled, viewer(filled, Role.OPD_ADMIN, ("DISDIK",)))
    assert [source.code for source in found.sources] == ["DISDIK-FB"]
    assert (found.days, found.days_without) == (7, 7)


def test_an_account_that_is_out_of_use_or_not_connected_yet_is_not_missed(filled):
    account(filled, "DISHUB-X", unit="DISHUB", platform="x", connected_at=datetime(2027, 1, 1, tzinfo=UTC))
    retired = filled.merge(account(filled, "DISHUB-IG", unit="DISHUB"))
    filled.get(Account, retired.id).is_active = False
    filled.commit()
    codes = {source.code for source in told(filled, viewer(filled, Role.SUPERVISOR)).sources}
    assert codes == {"DINKES-IG", "DISDIK-FB"}


def test_a_period_to_come_has_no_days_to_cover(filled):
    start = NOW + timedelta(days=5)
    found = told(filled, viewer(filled, Role.SUPERVISOR), start=start, end=start + timedelta(days=2))
    assert (found.days, found.days_without, found.sources) == (0, 0, [])
