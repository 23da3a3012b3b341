"""What people do with one case; each step returns to the case, closing and handing over lead to the next one.

A refused step shows the case again with everything that was typed, the reason, and the case as it now stands.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput, Stale, TriageError, WrongMove
from triage.extensions import db
from triage.flow import hand_over, hide, note, relabel, reply, resolve, take, withdraw
from triage.forms.cases import (
    CloseForm,
    CommentForm,
    DecideForm,
    DraftForm,
    ElsewhereForm,
    HandOverForm,
    HideForm,
    IntentForm,
    NoteForm,
    ReasonForm,
    Refused,
    ReplyForm,
)
from triage.forms.inbox import kept_args, narrowed_by
from triage.jobs import tasks
from triage.queries import cases as case_queries
from triage.queries import inbox as inbox_queries
from triage.rules.permissions import Action
from triage.rules.targets import end_of_day

log = logging.getLogger("tanggap")
blueprint = Blueprint("cases", __name__, url_prefix="/kasus/<code>")


def checked(form: FlaskForm, action: Action = Action.WORK_CASES) -> None:
    """Keep a form for the page; raise InvalidInput with the first thing wrong with it, NotFound for a foreign case."""
    g.typed = form
    if not form.validate_on_submit():
        case_queries.find(db.session, viewer(), (request.view_args or {})["code"], action)
        raise InvalidInput(next((str(errors[0]) for errors in form.errors.values() if errors), "Periksa isian Anda."))


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def back(code: str, message: str) -> Response:
    """Return to the case with a message."""
    flash(message, "success")
    return redirect(url_for("inbox.case", code=code, **kept_args(request.args)))


def onward(code: str, message: str) -> Response:
    """Go to the next open case of the list one came from, with a message; to the list itself when none is left."""
    flash(message, "success")
    view = inbox_queries.view_named(request.args.get("tampilan", ""), viewer())
    wanted = inbox_queries.Filter(view=view, **narrowed_by(request.args))
    day_end = end_of_day(now(), current_app.config["TANGGAP"].office_zone)
    following = inbox_queries.following(db.session, viewer(), wanted, code, now=now(), day_end=day_end)
    if following is None:
        return redirect(url_for("inbox.page", **kept_args(request.args)))
    return redirect(url_for("inbox.case", code=following, **kept_args(request.args)))


@blueprint.errorhandler(InvalidInput)
@blueprint.errorhandler(WrongMove)
@blueprint.errorhandler(Stale)
def show_again(error: TriageError) -> tuple[Any, int]:
    """Show the case again, with the reason and the form as it was typed."""
    db.session.rollback()
    step = (request.endpoint or "").partition(".")[2]
    code = 422 if isinstance(error, InvalidInput) else 409
    log.warning("step refused", extra={"status": code, "endpoint": request.endpoint})
    g.refused = Refused(step, g.get("typed"), error.message, is_conflict=isinstance(error, Stale))
    return current_app.view_functions["inbox.case"](code=(request.view_args or {})["code"]), code


def answer(form: ReplyForm | ElsewhereForm) -> reply.Answer:
    """Return a form's answer."""
    asks = bool(form.asks_citizen.data) if isinstance(form, ReplyForm) else False
    return reply.Answer(text=form.text.data.strip(), kind=form.chosen_kind, asks_citizen=asks, key=form.key.data)


@blueprint.post("/ambil")
@allowed(Action.WORK_CASES)
def take_case(code: str) -> Response:
    """Take the case."""
    take.take(db.session, viewer(), code, now=now())
    return back(code, "Kasus ini sekarang tugas Anda.")


@blueprint.post("/jenis")
@allowed(Action.WORK_CASES)
def correct_intent(code: str) -> Response:
    """Correct the intent."""
    form = IntentForm()
    checked(form)
    relabel.relabel(db.session, viewer(), code, form.chosen, now=now())
    return back(code, "Jenis diperbaiki. Koreksi ini dipakai saat model dilatih lagi.")


@blueprint.post("/disposisi")
@allowed(Action.WORK_CASES)
def hand_over_case(code: str) -> Response:
    """Give the case to another unit."""
    form = HandOverForm()
    form.unit.choices = {}
    checked(form)
    case = hand_over.hand_over(
        db.session,
        viewer(),
        code,
        unit=form.unit.data,
        reason=form.reason.data.strip(),
        version=form.version.data,
        now=now(),
    )
    return onward(case.code, f"Kasus {case.code} didisposisikan.")


@blueprint.post("/catatan")
@allowed(Action.WORK_CASES)
def add_note(code: str) -> Response:
    """Keep an internal note."""
    form = NoteForm()
    checked(form)
    note.add_note(db.session, viewer(), code, form.text.data.strip(), now=now())
    return back(code, "Catatan disimpan. Hanya pegawai yang dapat membacanya.")


@blueprint.post("/draf")
@allowed(Action.WORK_CASES)
def save_draft(code: str) -> tuple[str, int]:
    """Keep the unsent reply while it is typed."""
    form = DraftForm()
    checked(form)
    note.save_draft(db.session, viewer(), code, form.text.data or "", now=now())
    return "", 204


@blueprint.post("/balas")
@allowed(Action.WORK_CASES)
def send_reply(code: str) -> Response:
    """Send a public answer."""
    form = ReplyForm()
    checked(form)
    saved = reply.save_reply(db.session, viewer(), code, answer(form), version=form.version.data, now=now())
    tasks.send_reply.enqueue(saved.id)
    following = onward if "next" in request.form else back
    return following(code, f"Balasan untuk {code} disimpan dan sedang dikirim.")


@blueprint.post("/balasan-di-aplikasi")
@allowed(Action.WORK_CASES)
def record_elsewhere(code: str) -> Response:
    """Record an answer that was given in the platform's own application."""
    form = ElsewhereForm()
    checked(form)
    sent_at = form.sent_at_utc(current_app.config["TANGGAP"].office_zone)
    reply.record_elsewhere(db.session, viewer(), code, answer(form), sent_at=sent_at, now=now())
    return back(code, "Balasan di aplikasi dicatat dengan waktunya.")


@blueprint.post("/balasan/<int(max=2147483647):reply_id>/kirim-ulang")
@allowed(Action.WORK_CASES)
def resend(code: str, reply_id: int) -> Response:
    """Send a failed answer again."""
    saved = reply.resend(db.session, viewer(), code, reply_id)
    tasks.send_reply.enqueue(saved.id)
    return back(code, "Balasan dikirim ulang.")


@blueprint.post("/selesai")
@allowed(Action.WORK_CASES)
def resolve_case(code: str) -> Response:
    """Close the case as settled."""
    form = CloseForm()
    checked(form)
    case = resolve.resolve(
        db.session, viewer(), code, reason=form.reason.data or "", version=form.version.data, now=now()
    )
    return onward(case.code, f"Kasus {case.code} selesai.")


@blueprint.post("/tidak-perlu")
@allowed(Action.WORK_CASES)
def needs_no_answer(code: str) -> Response:
    """Close the case as needing no answer."""
    form = CloseForm()
    checked(form)
    case = resolve.needs_no_answer(
        db.session, viewer(), code, reason=form.reason.data or "", version=form.version.data, now=now()
    )
    return onward(case.code, f"Kasus {case.code} ditandai tidak perlu tanggapan.")


@blueprint.post("/buka-kembali")
@allowed(Action.WORK_CASES)
def reopen(code: str) -> Response:
    """Open a closed case again."""
    form = ReasonForm()
    checked(form)
    resolve.reopen(db.session, viewer(), code, reason=form.reason.data.strip(), now=now())
    return back(code, "Kasus dibuka kembali.")


@blueprint.post("/tunggu")
@allowed(Action.WORK_CASES)
def wait(code: str) -> Response:
    """Mark the case as waiting for somebody else."""
    form = ReasonForm()
    checked(form)
    resolve.wait_for_others(db.session, viewer(), code, reason=form.reason.data.strip(), now=now())
    return back(code, "Kasus menunggu pihak lain. Waktu tanggap warga tetap berjalan.")


@blueprint.post("/lanjutkan")
@allowed(Action.WORK_CASES)
def resume(code: str) -> Response:
    """Go on with a case that waited."""
    resolve.resume(db.session, viewer(), code, now=now())
    return back(code, "Kasus dilanjutkan.")


@blueprint.post("/ditarik")
@allowed(Action.WORK_CASES)
def withdraw_comment(code: str) -> Response:
    """Note that the citizen took a comment back."""
    form = CommentForm()
    checked(form)
    withdraw.withdraw(db.session, viewer(), code, comment_id=form.comment.data, version=form.version.data, now=now())
    return back(code, "Dicatat: komentar ini ditarik warga.")


@blueprint.post("/disembunyikan")
@allowed(Action.WORK_CASES)
def hide_comment(code: str) -> Response:
    """Note that we hid a comment, and why."""
    form = HideForm()
    checked(form)
    comment_id, reason = form.comment.data, form.reason.data.strip()
    hide.hide(db.session, viewer(), code, comment_id=comment_id, reason=reason, version=form.version.data, now=now())
    return back(code, "Dicatat: komentar ini disembunyikan.")


@blueprint.post("/penyembunyian/<int(max=2147483647):hiding_id>")
@allowed(Action.APPROVE_HIDING)
def judge_hiding(code: str, hiding_id: int) -> Response:
    """Approve or refuse the reason of a hiding."""
    form = DecideForm()
    checked(form, Action.APPROVE_HIDING)
    is_approved, remark = form.verdict.data == "setuju", (form.remark.data or "").strip()
    hide.decide(db.session, viewer(), code, hiding_id, is_approved=is_approved, remark=remark, now=now())
    return back(code, "Penyembunyian disetujui." if is_approved else "Ditolak. Unit tetap harus menjawab komentar ini.")
