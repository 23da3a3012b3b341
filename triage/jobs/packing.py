"""The background job that keeps pages of figures fast."""

from triage.extensions import db
from triage.flow import pack
from triage.jobs.queue import job


@job
def pack_figures() -> None:
    """Pack the cases that changed into the blocks that pages of figures read."""
    pack.everything(db.session)
