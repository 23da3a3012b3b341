"""Whether the service answers, for whoever watches it; no personal data."""

import logging

from flask import Blueprint, Response, jsonify

from triage.api.answers import speak_json
from triage.api.schemas import Health
from triage.extensions import db
from triage.jobs.queue import bound
from triage.queries import directory

log = logging.getLogger("tanggap.api")
blueprint = speak_json(Blueprint("api_health", __name__))


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Tell whether the database answers and how much work waits; 503 when it does not."""
    try:
        directory.user_count(db.session)
        db.session.rollback()
        found = Health(status="ok", database="ok", queue=bound().depth())
    except Exception:
        log.exception("the database does not answer")
        return jsonify(Health(status="gagal", database="gagal", queue=None).model_dump()), 503
    return jsonify(found.model_dump()), 200
