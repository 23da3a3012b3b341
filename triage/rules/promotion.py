"""What speaks against letting a candidate serve: read from its comparison with the active model.

A class falls when its whole 95 % interval of the paired difference lies below zero; so do macro-F1 and the unit.
"""

from collections.abc import Mapping
from typing import Any

from triage.rules.intent import NAMES

LEAST_OVERRIDE_WORDS = 4
PAIRED = "per_class"  # comparisons kept before it existed cannot tell whether a class falls


def objections(comparison: Mapping[str, Any], *, active_id: int | None) -> list[str]:
    """Return every reason against a promotion, in Indonesian; empty when there is none."""
    if active_id is None:
        return []
    if PAIRED not in comparison:
        return [f"Model ini belum dibandingkan dengan model aktif #{active_id} pada baris yang sama."]
    found = []
    if comparison["against"] != active_id:
        found.append(
            f"Perbandingannya dengan model #{comparison['against']}, padahal yang aktif sekarang #{active_id}. "
            "Bandingkan ulang."
        )
    gap, ends = comparison["macro_f1_difference"], comparison["difference_interval"]
    falls = [("Macro-F1", gap, ends)]
    falls += [(f"F1 {NAMES[each['name']]}", each["difference"], each["interval"]) for each in comparison[PAIRED]]
    falls += [("Ketepatan unit", comparison["unit"]["difference"], comparison["unit"]["interval"])]
    found += [
        f"{name} turun {spell(-gap)} (95 %: {spell(-ends[1])} sampai {spell(-ends[0])})."
        for name, gap, ends in falls
        if ends[1] < 0
    ]
    return found


def spell(value: float) -> str:
    """Return a difference with an Indonesian comma."""
    return f"{value:.3f}".replace(".", ",")


def is_reasoned(reason: str) -> bool:
    """Tell whether a reason is more than a nod."""
    return len(reason.split()) >= LEAST_OVERRIDE_WORDS


def figures(comparison: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the history keeps of a comparison; None without one."""
    if PAIRED not in comparison:
        return None
    return {
        "against": comparison["against"],
        "n": comparison["challenger"]["n"],
        "before": comparison["champion"]["macro_f1"],
        "after": comparison["challenger"]["macro_f1"],
        "difference": comparison["macro_f1_difference"],
        "interval": list(comparison["difference_interval"]),
    }
