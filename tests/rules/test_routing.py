"""Where a verdict leads: a unit, the account's own unit, or people."""

import pytest

from models import Intent
from triage.rules.routing import KINDS, Verdict, as_model_knows, decide

SURE, UNSURE = Verdict("DPUPR", 0.91, is_sure=True), Verdict("DPUPR", 0.34, is_sure=False)
NONE = Verdict("", 0.5, is_sure=True)
CASES = [
    pytest.param(Intent.COMPLAINT, SURE, "DPUPR", "91%", id="sure complaint"),
    pytest.param(Intent.QUESTION, SURE, "DPUPR", "91%", id="sure question"),
    pytest.param(Intent.HOAX_REPORT, SURE, "DPUPR", "91%", id="sure hoax report"),
    pytest.param(Intent.PRAISE, SURE, "DPUPR", "91%", id="praise of another unit"),
    pytest.param(Intent.COMPLAINT, UNSURE, None, "34%", id="unsure complaint"),
    pytest.param(Intent.QUESTION, UNSURE, None, "Diskominfo", id="unsure question"),
    pytest.param(Intent.HOAX_REPORT, NONE, None, "Diskominfo", id="no unit named"),
    pytest.param(Intent.PRAISE, UNSURE, "DINKES", "tetap pada pemilik akun", id="unsure praise"),
    pytest.param(Intent.PRAISE, NONE, "DINKES", "tetap pada pemilik akun", id="praise of nobody"),
    pytest.param(Intent.OTHER, SURE, "DINKES", "tidak perlu tindakan", id="other, sure of a unit"),
    pytest.param(Intent.OTHER, NONE, "DINKES", "tidak perlu tindakan", id="other"),
]


@pytest.mark.parametrize(("intent", "verdict", "unit", "reason"), CASES)
def test_a_verdict_leads_to_a_unit_with_a_reason(intent, verdict, unit, reason):
    found = decide(verdict, intent=intent, account_unit="DINKES", account_level="dinas")
    assert found.unit == unit
    assert reason in found.reason


@pytest.mark.parametrize(("level", "kind"), KINDS.items())
def test_a_matter_of_its_kind_is_the_account_owners(level, kind):
    verdict = Verdict(kind, 0.8, is_sure=True)
    assert decide(verdict, intent=Intent.COMPLAINT, account_unit="MAWAR", account_level=level).unit == "MAWAR"
    assert as_model_knows("MAWAR", level) == kind


def test_an_unsure_matter_of_its_kind_goes_to_people_all_the_same():
    verdict = Verdict("DESA", 0.3, is_sure=False)
    assert decide(verdict, intent=Intent.COMPLAINT, account_unit="MAWAR", account_level="desa").unit is None


def test_a_matter_of_another_kind_is_not_the_villages():
    verdict = Verdict("KECAMATAN", 0.8, is_sure=True)
    assert decide(verdict, intent=Intent.COMPLAINT, account_unit="MAWAR", account_level="desa").unit == "KECAMATAN"


def at(account_unit, level, **named):
    verdict = Verdict("DESA", 0.8, is_sure=True)
    return decide(verdict, intent=Intent.COMPLAINT, account_unit=account_unit, account_level=level, named=named)


def test_the_one_village_that_is_named_gets_the_matter_whatever_the_account():
    for found in (at("DINKES", "dinas", MAWAR="dusun mawar"), at("MELATI", "desa", MAWAR="dusun mawar")):
        assert (found.unit, found.reason) == ("MAWAR", "otomatis, keyakinan 80%; disebut “dusun mawar”")


def test_of_several_named_villages_nobody_guesses_one():
    found = at("MAWAR", "desa", MAWAR="mawar", MELATI="melati")
    assert found.unit == "DESA"
    assert "“mawar”, “melati”: pilih salah satu" in found.reason


def test_an_unsure_matter_goes_to_people_though_a_village_is_named():
    verdict = Verdict("DESA", 0.3, is_sure=False)
    named = {"MAWAR": "mawar"}
    found = decide(verdict, intent=Intent.QUESTION, account_unit="DINKES", account_level="dinas", named=named)
    assert found.unit is None


def test_an_agency_is_known_by_its_own_code():
    assert as_model_knows("DINKES", "dinas") == "DINKES"
