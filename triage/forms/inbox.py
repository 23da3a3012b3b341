"""The inbox's address as a filter: unknown values are dropped, so that an old link still opens."""

from collections.abc import Mapping

from models import Intent, Platform

LONGEST_QUERY = 200


def chosen_intent(args: Mapping[str, str]) -> Intent | None:
    """Return the intent of an address."""
    value = args.get("jenis", "")
    return Intent(value) if value in list(Intent) else None


def chosen_platform(args: Mapping[str, str]) -> Platform | None:
    """Return the platform of an address."""
    value = args.get("platform", "")
    return Platform(value) if value in list(Platform) else None


def chosen_query(args: Mapping[str, str]) -> str:
    """Return what is searched for."""
    return args.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
