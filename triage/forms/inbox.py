"""The inbox's address as a filter: unknown values are dropped, so that an old link still opens."""

from collections.abc import Mapping
from typing import Any

from models import Intent, Mark, Platform

LONGEST_QUERY = 200
KEPT_ARGS = ("tampilan", "jenis", "unit", "platform", "akun", "penanda", "q", "setelah")


def kept_args(args: Mapping[str, str]) -> dict[str, Any]:
    """Return what of an address goes on with links and forms; anything else is dropped."""
    return {name: args[name] for name in KEPT_ARGS if args.get(name)}


def chosen_intent(args: Mapping[str, str]) -> Intent | None:
    """Return the intent of an address."""
    value = args.get("jenis", "")
    return Intent(value) if value in list(Intent) else None


def chosen_platform(args: Mapping[str, str]) -> Platform | None:
    """Return the platform of an address."""
    value = args.get("platform", "")
    return Platform(value) if value in list(Platform) else None


def chosen_mark(args: Mapping[str, str]) -> Mark | None:
    """Return the mark of an address."""
    value = args.get("penanda", "")
    return Mark(value) if value in list(Mark) else None


def narrowed_by(args: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address narrows the inbox by, view and page apart."""
    return {
        "intent": chosen_intent(args),
        "unit": args.get("unit", "")[:40],
        "platform": chosen_platform(args),
        "account": args.get("akun", "")[:60],
        "mark": chosen_mark(args),
        "query": chosen_query(args),
    }


def chosen_query(args: Mapping[str, str]) -> str:
    """Return what is searched for."""
    return args.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
