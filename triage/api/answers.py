"""Answers of the REST interface: JSON throughout, refusals too, in Indonesian; never a page."""

import logging
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from triage.errors import TriageError
from triage.extensions import db

log = logging.getLogger("tanggap.api")
ADDRESSES = ("/api/", "/healthz")
REASONS = {
    400: "Isi kiriman bukan JSON yang utuh. Periksa tanda kurung, tanda kutip dan pengodean UTF-8.",
    401: "Token tidak berlaku atau akunnya ditutup. Mintalah token baru kepada Diskominfo.",
    404: "Alamat ini tidak ada. Lihat daftar alamat di /api/v1/openapi.json.",
    405: "Metode ini tidak dipakai di alamat ini. Lihat /api/v1/openapi.json.",
    413: "Kiriman terlalu besar. Pecah menjadi beberapa kiriman.",
    415: "Kirim JSON dengan Content-Type: application/json.",
    429: "Terlalu banyak kiriman dalam waktu singkat. Tunggu sebentar, lalu kirim lagi.",
    500: "Terjadi kesalahan di pihak kami. Kirim lagi nanti; kiriman yang sama tidak akan tercatat dua kali.",
}


def problem(code: int, reason: str = "", **more: object) -> Response:
    """Return a refusal with its reason."""
    db.session.rollback()
    log.warning("api request refused", extra={"status": code, "endpoint": request.endpoint})
    answer = jsonify(error=reason or REASONS.get(code) or f"Permintaan ditolak: {HTTPStatus(code).phrase}.", **more)
    answer.status_code = code
    if code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="tanggap"'
    return answer


def refuse_request(error: HTTPException) -> Response:
    """Answer an HTTP error, with the headers that belong to it such as Allow and Retry-After."""
    answer = problem(error.code or 500)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def refuse(error: TriageError) -> Response:
    """Answer an error of ours."""
    return problem(422, error.message)


def fail(error: Exception) -> Response:
    """Log what nobody foresaw, with its traceback, and say that it is our fault."""
    log.error("api request failed", exc_info=error, extra={"endpoint": request.endpoint})
    return problem(500)


def refuse_wrong_address() -> Response | None:
    """Answer an unknown address or a wrong method of this interface, which no blueprint of ours would see."""
    error = request.routing_exception
    if error is None or not request.path.startswith(ADDRESSES) or (error.code or 0) < HTTPStatus.BAD_REQUEST:
        return None
    return refuse_request(error)


def speak_json(blueprint: Blueprint) -> Blueprint:
    """Let a blueprint answer every error as JSON; return it."""
    blueprint.register_error_handler(HTTPException, refuse_request)
    blueprint.register_error_handler(TriageError, refuse)
    blueprint.register_error_handler(Exception, fail)
    return blueprint
