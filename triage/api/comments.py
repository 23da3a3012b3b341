"""Taking comments from other systems: a token names the account, a delivery is stored, then read in the background."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask_limiter.util import get_remote_address
from pydantic import ValidationError

from triage.api.answers import problem, refuse_wrong_address, speak_json
from triage.api.schemas import MOST_COMMENTS, Comment, Receipt, Refusal, why
from triage.errors import InvalidInput
from triage.extensions import csrf, db, limiter
from triage.flow import enter, receive, register
from triage.jobs import tasks
from triage.queries import directory

blueprint = speak_json(Blueprint("api_comments", __name__, url_prefix="/api/v1"))
blueprint.before_app_request(refuse_wrong_address)
csrf.exempt(blueprint)  # a token in a header is never sent by a browser on its own
Taken = tuple[list[enter.Incoming], list[Refusal]]


def most_requests() -> str:
    """Return the limit of requests."""
    limit: str = current_app.config["TANGGAP"].api_limit
    return limit


def token() -> str:
    """Return the token of a request; empty when there is none."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def token_name() -> str:
    """Return what a token is counted by: its digest, so that the token itself lies nowhere."""
    return f"token:{register.token_digest(token())}"


def was_unknown(response: Response) -> bool:
    """Tell whether a request came with a wrong token: those count by address, so that guessing ends soon."""
    return response.status_code == 401


def token_account() -> int:
    """Return the account of the request's token; 401 for a wrong one or a closed account."""
    given = token()
    account = directory.account_by_token(db.session, register.token_digest(given)) if given else None
    if account is None or account.id is None:
        abort(401)
    account_id = account.id
    db.session.rollback()
    return account_id


def body() -> Sequence[Any]:
    """Return the comments of a request, unchecked; 400, 413 or 415 when there is no such list."""
    if not request.is_json:
        abort(415)
    try:
        given = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        abort(400)
    comments = given.get("comments") if isinstance(given, dict) else None
    if not isinstance(comments, list) or not comments:
        raise InvalidInput('Kirim objek {"comments": [...]} dengan paling sedikit satu komentar.')
    if len(comments) > MOST_COMMENTS:
        abort(413)
    return comments


def check(comments: Sequence[Any], *, now: datetime) -> Taken:
    """Return what can be taken and what cannot, with the reason each."""
    taken: list[enter.Incoming] = []
    refused: list[Refusal] = []
    for index, given in enumerate(comments):
        try:
            comment = Comment.model_validate(given)
            words = comment.model_dump(exclude={"posted_at"})
            taken.append(enter.message(words, posted_at=comment.posted_at, now=now))
        except ValidationError as exc:
            refused.append(Refusal(index=index, reason=why(exc)))
        except InvalidInput as exc:
            refused.append(Refusal(index=index, reason=exc.message))
    return taken, refused


@blueprint.post("/comments")
@limiter.limit(most_requests, key_func=token_name)
@limiter.limit(most_requests, key_func=get_remote_address, deduct_when=was_unknown)
def take() -> Response | tuple[Response, int]:
    """Store a delivery and have it read; what cannot be taken is named, the rest is kept."""
    account_id, moment = token_account(), datetime.now(UTC)
    taken, refused = check(body(), now=moment)
    receipt = Receipt(received=len(taken), refused=refused).model_dump()
    if not taken:
        return problem(422, "Tidak ada komentar yang dapat diterima. Perbaiki menurut alasannya.", **receipt)
    event = receive.receive_delivery(db.session, account_id, taken, now=moment)
    tasks.take_delivery.enqueue(event.id)
    return jsonify(receipt), 202
