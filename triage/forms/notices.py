"""What Diskominfo sets about the ladder of warnings: one line a step."""

from collections.abc import Mapping, Sequence

from models import Audience
from triage.rules.chasing import Step, step_of

AUDIENCES = {
    Audience.UNIT_ADMIN.value: "Admin unit yang memegang kasus",
    Audience.UNIT_HEAD.value: "Kepala unit",
    Audience.DISKOMINFO.value: "Diskominfo",
    Audience.SUPERVISOR.value: "Supervisor",
}


def wanted(given: Mapping[str, str], known: Sequence[Step]) -> list[Step]:
    """Return the ladder as it was typed; raise InvalidInput naming the step that cannot be read."""
    return [
        step_of(
            step.number,
            hours=given.get(f"hours-{step.number}", ""),
            audience=given.get(f"audience-{step.number}", ""),
            is_active=f"active-{step.number}" in given,
        )
        for step in known
    ]
