"""The OpenAPI 3.1 document of the REST interface, made from the shapes that check the requests."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic.json_schema import models_json_schema

from triage.api.answers import REASONS, speak_json
from triage.api.schemas import Comment, Delivery, Health, Problem, Receipt, Refusal

blueprint = speak_json(Blueprint("api_openapi", __name__, url_prefix="/api/v1"))
SHAPES = (Comment, Delivery, Receipt, Refusal, Problem, Health)
REFUSALS = (400, 401, 413, 415, 429, 500)
ABOUT = (
    "Mengirim komentar warga dari sistem lain ke Tanggap. Satu token untuk satu akun resmi, dibuat oleh Diskominfo di "
    "halaman Registrasi. Kiriman yang sama boleh diulang: komentar yang sudah ada tidak tercatat dua kali."
)


def shown(shape: str, description: str) -> dict[str, Any]:
    """Return one answer of the document."""
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def comments_path() -> dict[str, Any]:
    """Return how comments are sent."""
    body = shown("Delivery", "Paling banyak 1.000 komentar dari satu akun.")
    unfit = {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"$ref": "#/components/schemas/Receipt"}]}
    answers = {str(code): shown("Problem", REASONS[code]) for code in REFUSALS}
    answers["202"] = shown("Receipt", "Yang sah disimpan dan dibaca di latar belakang; yang ditolak disebut alasannya.")
    answers["422"] = {
        "description": "Tidak satu pun komentar dapat diterima.",
        "content": {"application/json": {"schema": unfit}},
    }
    return {
        "operationId": "sendComments",
        "summary": "Kirim komentar warga",
        "security": [{"token": []}],
        "requestBody": body | {"required": True},
        "responses": dict(sorted(answers.items())),
    }


def read_path(operation: str, summary: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Return an address that is read without a token."""
    return {"get": {"operationId": operation, "summary": summary, "security": [], "responses": answers}}


def document() -> dict[str, Any]:
    """Return the whole document."""
    _, schemas = models_json_schema(
        [(shape, "validation") for shape in SHAPES], ref_template="#/components/schemas/{model}"
    )
    health = {"200": shown("Health", "Layanan berjalan."), "503": shown("Health", "Pangkalan data tidak menjawab.")}
    self_answer = {"200": {"description": "Dokumen OpenAPI 3.1", "content": {"application/json": {"schema": {}}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tanggap", "version": "1", "description": ABOUT},
        "paths": {
            "/api/v1/comments": {"post": comments_path()},
            "/api/v1/openapi.json": read_path("readDocument", "Dokumen ini", self_answer),
            "/healthz": read_path("readHealth", "Keadaan layanan", health),
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "tgp_..."}},
        },
    }


@blueprint.get("/openapi.json")
def read() -> Response:
    """Return the document."""
    return jsonify(document())
