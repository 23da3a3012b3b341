"""Where a case goes: from the unit verdict of the model to a unit, or to the triage queue.

A person's choice is never overridden; that is checked before this is asked. Outside bodies are routed to
like any unit, but the unit of the account holds the case, because an outside body has no inbox here.
"""

from dataclasses import dataclass

from models import Intent

KEEPS_WITH_ACCOUNT = frozenset({Intent.PRAISE, Intent.OTHER})


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


def decide(verdict: Verdict, *, intent: Intent, account_unit: str) -> Route:
    """Return where the case goes; praise and other that name no unit stay with the account's own unit."""
    if intent is Intent.OTHER:
        return Route(account_unit, "tidak perlu tindakan; tetap pada pemilik akun")
    if verdict.unit and verdict.is_sure:
        return Route(verdict.unit, f"otomatis, keyakinan {verdict.confidence:.0%}")
    if intent in KEEPS_WITH_ACCOUNT:
        return Route(account_unit, "unit tidak disebut; tetap pada pemilik akun")
    return Route(None, f"belum yakin ({verdict.confidence:.0%}); dipilih oleh Diskominfo")
