"""Where a case goes: from the unit verdict of the model to a unit, or to the triage queue.

A person's choice is never overridden; that is checked before this is asked. Outside bodies are routed to
like any unit, but the unit of the account holds the case, because an outside body has no inbox here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models import Intent

KEEPS_WITH_ACCOUNT = frozenset({Intent.PRAISE, Intent.OTHER})
# The model knows kecamatan, kelurahan and desa as kinds; which one it is, a place in the comment or the account tells.
KINDS = {"kecamatan": "KECAMATAN", "kelurahan": "KELURAHAN", "desa": "DESA"}


def as_model_knows(code: str, level: str) -> str:
    """Return the code by which the model knows a unit: a village by its kind, any other by its own."""
    return KINDS.get(level, code)


def is_village(code: str, level: str) -> bool:
    """Tell whether a unit is one kecamatan, kelurahan or desa, and no kind of them."""
    return level in KINDS and code not in KINDS.values()


def is_kind(unit: str) -> bool:
    """Tell whether a verdict names villages as a kind, so that one of them has to be found."""
    return unit in KINDS.values()


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


def decide(
    verdict: Verdict,
    *,
    intent: Intent,
    account_unit: str,
    account_level: str,
    named: Mapping[str, str] | None = None,
) -> Route:
    """Return where the case goes; praise and other that name no unit stay with the account's own unit.

    A matter of "the village" is that of the one village whose place the comment names; else, written on the account of
    a village, that village's. Where several are named nobody guesses: it stays with the kind. `named` are the places
    by office, of the verdict's kind.
    """
    named, because = named or {}, ""
    if len(named) == 1:
        ((office, place),) = named.items()
        verdict, because = Verdict(office, verdict.confidence, verdict.is_sure), f"; disebut “{place}”"
    elif verdict.unit == KINDS.get(account_level) and not named:
        verdict = Verdict(account_unit, verdict.confidence, verdict.is_sure)
    elif named:
        because = f"; disebut {', '.join(f'“{place}”' for place in named.values())}: pilih salah satu"
    if intent is Intent.OTHER:
        return Route(account_unit, "tidak perlu tindakan; tetap pada pemilik akun")
    if verdict.unit and verdict.is_sure:
        return Route(verdict.unit, f"otomatis, keyakinan {verdict.confidence:.0%}{because}")
    if intent in KEEPS_WITH_ACCOUNT:
        return Route(account_unit, "unit tidak disebut; tetap pada pemilik akun")
    return Route(None, f"belum yakin ({verdict.confidence:.0%}); dipilih oleh Diskominfo")
