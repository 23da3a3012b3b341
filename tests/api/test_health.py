"""Whether the service answers, and the document of its interface."""

import pytest
from sqlalchemy import text

from triage.api.schemas import MOST_COMMENTS, Comment
from triage.extensions import db
from triage.jobs import tasks


def test_a_sound_service_answers_with_its_queue(client):
    tasks.classify_waiting.enqueue()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "database": "ok", "queue": 1})


def test_a_database_that_does_not_answer_shows(client):
    db.session.exec(text("alter table app_user rename to app_user_gone"))
    db.session.commit()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "gagal", "database": "gagal", "queue": None}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_read_only_and_says_so_in_json(client, method):
    answer = getattr(client, method)("/healthz")
    assert (answer.status_code, answer.mimetype) == (405, "application/json")


def test_the_document_is_made_of_the_shapes_that_check_requests(client):
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    shapes = document["components"]["schemas"]
    assert set(shapes["Comment"]["properties"]) == set(Comment.model_fields)
    assert set(shapes["Comment"]["required"]) == {"external_id", "text", "posted_at"}
    assert shapes["Comment"]["properties"]["posted_at"]["format"] == "date-time"
    assert shapes["Delivery"]["properties"]["comments"]["maxItems"] == MOST_COMMENTS
    assert set(document["paths"]["/api/v1/comments"]["post"]["responses"]) >= {"202", "400", "401", "413", "415", "429"}


def test_every_reference_in_the_document_leads_somewhere(client):
    document = client.get("/api/v1/openapi.json").json

    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            part = list(part.values())
        for inner in part if isinstance(part, list) else []:
            yield from references(inner)

    found = set(references(document))
    assert found
    assert all(ref.rsplit("/", 1)[-1] in document["components"]["schemas"] for ref in found)


def test_the_document_names_every_address_of_the_interface(app, client):
    paths = set(client.get("/api/v1/openapi.json").json["paths"])
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/api/", "/healthz"))}
    assert rules == paths
