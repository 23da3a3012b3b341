"""Where a case goes: from the unit verdict of the model to a unit, or to the triage queue.

A person's choice is never overridden; that is checked before this is asked. Outside bodies are routed to
like any unit, but the unit of the account holds the case, because an outside body has no inbox here.
"""

from dataclasses import dataclass

from models import Intent

KEEPS_WITH_ACCOUNT = frozenset({Intent.PRAISE, Intent.OTHER})
# The model knows kecamatan, kelurahan and desa as kinds; which one it is, the account tells.
KINDS = {"kecamatan": "KECAMATAN", "kelurahan": "KELURAHAN", "desa": "DESA"}


def as_model_knows(code: str, level: str) -> str:
    """Return the code by which the model knows a unit: a village by its kind, any other by its own."""
    return KINDS.get(level, code)


@dataclass(frozen=True)
class Verdict:
    """What the model says of a comment's unit; unit '' when it names none."""

    unit: str
    confidence: float
    is_sure: bool


@dataclass(frozen=True)
class Route:
    """The responsible unit's code, None for the triage queue, with the reason in words."""

    unit: str | None
    reason: str


def decide(verdict: Verdict, *, intent: Intent, account_unit: str, account_level: str) -> Route:
    """Return where the case goes; praise and other that name no unit stay with the account's own unit.

    A matter of "the village", written on the account of one village, is that village's.
    """
    if verdict.unit == KINDS.get(account_level):
        verdict = Verdict(account_unit, verdict.confidence, verdict.is_sure)
    if intent is Intent.OTHER:
        return Route(account_unit, "tidak perlu tindakan; tetap pada pemilik akun")
    if verdict.unit and verdict.is_sure:
        return Route(verdict.unit, f"otomatis, keyakinan {verdict.confidence:.0%}")
    if intent in KEEPS_WITH_ACCOUNT:
        return Route(account_unit, "unit tidak disebut; tetap pada pemilik akun")
    return Route(None, f"belum yakin ({verdict.confidence:.0%}); dipilih oleh Diskominfo")
