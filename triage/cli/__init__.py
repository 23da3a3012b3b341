"""The `flask ...` commands."""

from triage.cli.commands import REFERENCE, register

__all__ = ["REFERENCE", "register"]
