"""The label screen: drawing a round, reading comment by comment, deciding disputes, and how far readers agree."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triage.auth import allowed, viewer
from triage.errors import InvalidInput, Stale
from triage.extensions import db
from triage.flow import label
from triage.forms.labelling import DecisionForm, ReadingForm, RoundForm, UnitForm
from triage.queries import agreement, directory, labelling
from triage.queries.labelling import Drawn
from triage.rules import guideline
from triage.rules.permissions import Action
from triage.rules.privacy import mask

blueprint = Blueprint("labelling", __name__, url_prefix="/pelabelan")
STREAMS = {"emas": label.GOLD, "latih": label.TRAINING}
NAMES = {stream: name for name, stream in STREAMS.items()}
SUGGESTED = 3


@blueprint.get("")
@allowed(Action.LABEL)
def overview() -> str:
    """Show how far both streams are, what waits for a decision, and the form for a new round."""
    form = RoundForm(formdata=None)
    form.count.choices = {str(size): f"{size} komentar" for size in label.ROUND_SIZES}
    form.count.data = label.ROUND_SIZES[1]
    return render_template(
        "labelling/overview.html",
        progress=labelling.progress(db.session, viewer().user_id),
        streams=STREAMS,
        readings=agreement.gold(db.session),
        form=form,
    )


@blueprint.post("/putaran")
@allowed(Action.LABEL)
def draw() -> Response:
    """Draw a round of comments."""
    form = RoundForm()
    form.count.choices = {}
    count = form.count.data if form.validate_on_submit() else 0
    got = label.draw_round(db.session, count or 0, now=datetime.now(UTC))
    flash(f"Putaran baru: {got[label.GOLD]} komentar uji dan {got[label.TRAINING]} komentar latih.", "success")
    return redirect(url_for("labelling.overview"))


@blueprint.get("/<any(emas, latih):stream>")
@allowed(Action.LABEL)
def screen(stream: str) -> str:
    """Show the next comment with its question; `ulang` names one to read again, `unit` one whose unit is asked."""
    asked = request.args.get("unit", type=int)
    again = request.args.get("ulang", type=int)
    chosen = asked or again
    task = labelling.task(db.session, chosen) if chosen else None
    if task is None or task.stream is not STREAMS[stream]:
        task, asked = labelling.next_task(db.session, viewer().user_id, STREAMS[stream]), None
    return screen_page(stream, task, asks_unit=asked is not None)


@blueprint.post("/komentar/<int(max=2147483647):task_id>")
@allowed(Action.LABEL)
def read(task_id: int) -> Response:
    """Keep one press, then ask for the unit or go on."""
    task, form = labelling.task(db.session, task_id), ReadingForm()
    if not form.validate_on_submit():
        raise InvalidInput(str(form.intent.errors[0]))
    db.session.rollback()
    try:
        label.read(db.session, viewer(), task_id, form.chosen, now=datetime.now(UTC))
    except Stale as exc:
        flash(exc.message, "info")
        return onward(NAMES[task.stream])
    asks = form.chosen is not None and form.chosen != "other" and "tanpa_unit" not in request.args
    return onward(NAMES[task.stream], unit=task_id if asks else None)


@blueprint.post("/komentar/<int(max=2147483647):task_id>/unit")
@allowed(Action.LABEL)
def name_unit(task_id: int) -> Response | tuple[str, int]:
    """Keep the unit, if one was named, and go on; a name that no unit has is asked again."""
    task, form = labelling.task(db.session, task_id), UnitForm()
    form.validate_on_submit()
    db.session.rollback()
    if form.chosen is not None:
        try:
            label.name_unit(db.session, viewer(), task_id, form.chosen, now=datetime.now(UTC))
        except InvalidInput as exc:
            return screen_page(NAMES[task.stream], task, asks_unit=True, problem=exc.message), 422
    return onward(NAMES[task.stream])


@blueprint.post("/batal")
@allowed(Action.LABEL)
def undo() -> Response:
    """Take back the newest press and show its comment again."""
    try:
        task_id = label.undo(db.session, viewer(), now=datetime.now(UTC))
    except InvalidInput as exc:
        flash(exc.message, "info")
        return redirect(request.referrer or url_for("labelling.overview"))
    task = labelling.task(db.session, task_id)
    flash("Dibatalkan. Pilih lagi jenis komentar ini.", "info")
    return onward(NAMES[task.stream], ulang=task_id)


@blueprint.get("/putusan")
@allowed(Action.LABEL)
def disputes() -> str:
    """List what waits for a decision."""
    return render_template("labelling/disputes.html", found=masked(labelling.disputes(db.session, viewer().user_id)))


@blueprint.get("/putusan/<int(max=2147483647):task_id>")
@allowed(Action.LABEL)
def dispute(task_id: int) -> str:
    """Show one comment with what its readers said."""
    return dispute_page(task_id, DecisionForm(formdata=None))


@blueprint.post("/putusan/<int(max=2147483647):task_id>")
@allowed(Action.LABEL)
def decide(task_id: int) -> Response | tuple[str, int]:
    """Keep a decision and lead to the next dispute."""
    form = DecisionForm()
    labelling.task(db.session, task_id)
    db.session.rollback()
    try:
        if not form.validate_on_submit():
            raise InvalidInput("Pilih jenis yang benar.")
        label.adjudicate(db.session, viewer(), task_id, form.chosen, unit=form.chosen_unit, now=datetime.now(UTC))
    except InvalidInput as exc:
        return dispute_page(task_id, form, problem=exc.message), 422
    flash("Keputusan tersimpan dan mengalahkan label lain.", "success")
    left = labelling.disputes(db.session, viewer().user_id)
    return redirect(url_for("labelling.dispute", task_id=left[0].task_id) if left else url_for("labelling.overview"))


@blueprint.get("/kesepakatan")
@allowed(Action.LABEL)
def agree() -> str:
    """Show how far the readers of the gold stream agree, and what they take for each other."""
    return render_template("labelling/agreement.html", board=agreement.board(db.session))


@blueprint.get("/kesepakatan/<first>/<second>")
@allowed(Action.LABEL)
def confused(first: str, second: str) -> str:
    """List the comments that readers took for two different classes."""
    found = agreement.confused(db.session, first, second)
    rows = [(task._replace(text=mask(task.text)), said) for task, said in found]
    return render_template("labelling/confused.html", rows=rows, pair=(first, second))


def onward(stream: str, *, unit: int | None = None, ulang: int | None = None) -> Response:
    """Lead to the stream's next comment, or to a given one; the choice to leave out units stays."""
    kept = request.args.get("tanpa_unit")
    return redirect(url_for("labelling.screen", stream=stream, tanpa_unit=kept, unit=unit, ulang=ulang))


def masked(rows: list[Drawn]) -> list[Drawn]:
    """Return drawn comments without personal data."""
    return [row._replace(text=mask(row.text), caption=mask(row.caption)) for row in rows]


def screen_page(stream: str, task: Drawn | None, *, asks_unit: bool, problem: str = "") -> str:
    """Return the page of one comment; the gold stream shows nothing of the model."""
    is_blind = STREAMS[stream] is label.GOLD
    said = {} if is_blind or task is None else labelling.model_said(db.session, task.comment_id)
    units = {unit.code: unit for unit in directory.units(db.session)}
    top = [code for code in said["unit"].probabilities if code in units][:SUGGESTED] if "unit" in said else []
    return render_template(
        "labelling/screen.html",
        stream=stream,
        task=masked([task])[0] if task else None,
        asks_unit=asks_unit,
        problem=problem,
        guess=said.get("intent"),
        suggested=[units[code] for code in top],
        units=units.values(),
        unit_names={code: unit.short_name for code, unit in units.items()},
        progress=labelling.progress(db.session, viewer().user_id)[STREAMS[stream]],
        receipts=[row._replace(text=mask(row.text)) for row in labelling.receipts(db.session, viewer().user_id)],
        without_unit="tanpa_unit" in request.args,
        guideline=guideline,
    )


def dispute_page(task_id: int, form: DecisionForm, *, problem: str = "") -> str:
    """Return the page on which a third person decides."""
    said = labelling.verdicts(db.session, [task_id])[task_id]
    return render_template(
        "labelling/dispute.html",
        task=masked([labelling.task(db.session, task_id)])[0],
        said=said,
        names=directory.user_names(db.session, {verdict.user_id for verdict in said}),
        units=directory.units(db.session),
        is_own=label.must_leave_to_others(db.session, viewer(), task_id),
        form=form,
        problem=problem,
        guideline=guideline,
    )
