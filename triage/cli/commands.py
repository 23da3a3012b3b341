"""The `flask ...` commands. Their form is relied on by others: README lists them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from triage.cli import archive, labels
from triage.cli.archive import ToolError
from triage.errors import TriageError
from triage.extensions import db, upgrade_database
from triage.flow import compare, measure, promote, rebuild, receive, receive_history, retrain, set_up
from triage.flow import register as registry
from triage.jobs import cast, demonstration, measuring, replaying, tasks, training
from triage.jobs.queue import bound
from triage.queries import case_list, directory, rebuilds, runs

COLUMNS = 9  # of a case in the table for people
REFERENCE = tasks.DATA / "reference"


class Refusal(click.ClickException):
    """A message to the person at the terminal, exit status 1."""


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest tables, and the measured rows to the newest definition."""
    upgrade_database()
    if rebuilds.is_due(db.session):
        db.session.rollback()
        rebuild_figures("Definisi baru")


@click.group("metrics")
def metrics() -> None:
    """Measure response times."""


@metrics.command("rebuild")
def rebuild_all() -> None:
    """Measure every case again from its events; the figures stay the same unless a calendar changed."""
    rebuild_figures("Perintah flask metrics rebuild")


def rebuild_figures(reason: str) -> None:
    """Rebuild all measured rows and say how fast that went."""
    began = now()
    run_id = rebuild.start(db.session, actor="system", reason=reason, now=began)
    measuring.rebuild_measures.work(run_id)
    run = rebuilds.run(db.session, run_id)
    db.session.rollback()
    if run.cases:
        seconds = max((now() - began).total_seconds(), 0.001)
        click.echo(f"{run.cases} kasus diukur ulang: {seconds:.1f} detik, {run.cases / seconds:.0f} kasus per detik.")


@click.command("seed")
def seed() -> None:
    """Add the reference data that is missing: units, calendars, targets."""
    added = set_up.add_reference(db.session, REFERENCE, now=now())
    click.echo(f"Data acuan: {added.units} unit, {added.calendars} kalender, {added.targets} target ditambahkan.")


@click.command("train")
@click.option("--if-none", is_flag=True, help="only when no model serves, or none that can still be read")
@click.option("--seed", default=0, show_default=True, help="seed of everything random")
@click.option("--by", "username", default="", help="who trains: somebody else will have to promote it")
def train(if_none: bool, seed: int, username: str) -> None:
    """Train a model from the corpus and people's verdicts; the first one serves at once."""
    if if_none and tasks.serving() is not None:
        return
    click.echo("Melatih model (sekitar satu menit) ...")
    actor_id = promote.decider(db.session, username).user_id if username else None
    run = retrain.queue_run(db.session, actor_id=actor_id, seed=seed, now=now())
    training.train_model.work(run.id)
    done = runs.locked(db.session, run.id or 0)
    if not done.scores:
        raise Refusal(done.error or "Pelatihan dihentikan sebelum selesai.")
    click.echo(
        f"Model #{done.id}: macro-F1 {done.scores['macro_f1']:.3f} pada {done.scores['n']} baris yang tak dilatihkan."
    )


@click.command("create-user")
@click.option("--if-none", is_flag=True, help="only when there is no user yet")
@click.option("--username", default="")
@click.option("--name", default="")
@click.option("--role", default="diskominfo", show_default=True)
@click.option("--unit", "units", multiple=True, help="unit code, may be repeated")
@click.option("--password", default="", help="asked for when left out")
@click.option("--email", default="", help="for the daily digest and warnings; none when left out")
def create_user(
    if_none: bool, username: str, name: str, role: str, units: tuple[str, ...], password: str, email: str
) -> None:
    """Add a user; the first one should be of Diskominfo."""
    if if_none and directory.user_count(db.session):
        return
    db.session.rollback()
    wanted = registry.NewUser(
        username=username or click.prompt("Nama pengguna"),
        name=name or click.prompt("Nama lengkap"),
        role=role,
        units=units,
        email=email,
        password=password or click.prompt("Kata sandi", hide_input=True, confirmation_prompt="Ulangi kata sandi"),
    )
    user = registry.create_user(db.session, wanted, now=now())
    click.echo(f"Pengguna {user.username} ({user.role.value}) dibuat.")


@click.command("ingest")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "code", required=True, help="code of the official account")
@click.option("--wait", is_flag=True, help="also classify and route before returning")
def ingest(file: Path, code: str, wait: bool) -> None:
    """Import a CSV or XLSX file of comments."""
    account = registry.known_account(db.session, code)
    upload = receive.keep_copy(file, account.id or 0, current_app.config["TANGGAP"].uploads_dir)
    record = receive.receive_file(db.session, upload, status=receive.QUEUED, now=now())
    tasks.run_import.work(record.id)
    done = receive.result(db.session, record.key)
    if done.error:
        raise Refusal(done.error)
    click.echo(f"Diterima: {done.accepted}\nDuplikat: {done.duplicate}\nDitolak: {done.refused}")
    if done.refused:
        click.echo(f"Baris yang ditolak: {receive.refused_path(Path(done.stored_as))}")
    db.session.rollback()
    if wait:
        bound().drain()
        tasks.classify_waiting.work()


@click.command("demo")
def demo() -> None:
    """Fill an empty database with a demonstration regency and show its log-ins; keeps what is there."""
    if not directory.user_count(db.session):
        db.session.rollback()
        click.echo("Menyusun kabupaten contoh: tiga bulan komentar dan tanggapannya ...")
        done = demonstration.build(now())
        click.echo(f"{done['comment']} komentar, {done['answer']} kali ditangani, {done['close']} kasus selesai.")
    db.session.rollback()
    if directory.user_by_name(db.session, cast.DESK) is not None:
        click.echo(cast.LOG_INS)


@click.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="one JSON object with every figure")
def evaluate(file: Path, as_json: bool) -> None:
    """Score the active model on a CSV file with the columns text, intent and, if known, unit."""
    rows = measure.labelled_rows(file)
    found = tasks.serving()
    if found is None:
        raise Refusal("Belum ada model yang aktif. Latih dulu: flask train")
    scores = measure.scores(found.model, found.keywords, rows)
    click.echo(
        json.dumps(scores, ensure_ascii=False) if as_json else "\n".join(measure.lines(scores, run=found.run_id))
    )


@click.command("compare")
@click.argument("champion", type=int)
@click.argument("challenger", type=int)
@click.option("--json", "as_json", is_flag=True, help="one JSON object with every figure")
def compare_models(champion: int, challenger: int, as_json: bool) -> None:
    """Compare two trained models, by number, on the rows neither has learned from."""
    found = training.between(champion, challenger)
    lines = compare.lines(found, champion=champion, challenger=challenger)
    click.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else "\n".join(lines))


@click.command("promote")
@click.argument("run", type=int)
@click.option("--by", "username", required=True, help="who decides: a user of Diskominfo other than who trained it")
@click.option("--reason", default="lewat baris perintah", help="stays in the history")
@click.option("--override", is_flag=True, help="set the comparison's objections aside; needs a full reason")
def promote_model(run: int, username: str, reason: str, override: bool) -> None:
    """Let a trained model serve."""
    decider = promote.decider(db.session, username)
    promote.promote(db.session, decider, run, reason=reason, override=override, now=now())
    click.echo(f"Model #{run} aktif.")


@click.command("rollback")
@click.option("--by", "username", required=True, help="who decides: a user of Diskominfo")
@click.option("--reason", default="lewat baris perintah", help="stays in the history")
def roll_back(username: str, reason: str) -> None:
    """Let the model before the active one serve again."""
    run = promote.roll_back(db.session, promote.decider(db.session, username), reason=reason, now=now())
    click.echo(f"Model #{run.id} aktif kembali.")


@click.command("cases")
@click.option("--unit", default="", help="only cases of this unit code")
@click.option("--json", "as_json", is_flag=True, help="a JSON array instead of a table")
def list_cases(unit: str, as_json: bool) -> None:
    """Print the cases with intent, unit, state and deadline; as JSON with every interval of definition M1."""
    if unit:
        registry.known_unit(db.session, unit.upper())
    found = case_list.listing(db.session, unit)
    if as_json:
        click.echo("[")
        for number, record in enumerate(found):
            click.echo(("," if number else "") + json.dumps(record, ensure_ascii=False))
        click.echo("]")
        return
    for record in found:
        plain = list(record.values())[:COLUMNS]
        click.echo("\t".join("-" if value is None else str(value) for value in plain))


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
def replay_log(file: Path) -> None:
    """Import a log of what happened: one JSON object a line, with the original times."""
    folder = current_app.config["TANGGAP"].uploads_dir
    with receive_history.open_log(file) as stream:
        record = receive_history.keep_log(db.session, stream, file.name, folder, user_id=None, now=now())
    replaying.run_history_import.work(record.id)
    done = receive_history.result(db.session, record.key)
    db.session.rollback()
    if done.error:
        raise Refusal(done.error)
    click.echo(f"Baris: {done.lines}\nDiterima: {done.accepted}\nSudah ada: {done.duplicate}\nDitolak: {done.refused}")
    click.echo("\n".join([f"Kasus baru: {done.cases}", *done.remarks.splitlines()]))
    refused = receive_history.refused_path(Path(done.stored_as))
    if done.refused:
        click.echo(refused.read_text(encoding="utf-8-sig").rstrip(), err=True)
        click.echo(f"Baris yang ditolak: {refused}")
    tasks.classify_waiting.work()


@click.command("worker")
@click.option(
    "--threads", default=2, show_default=True, help="jobs at the same time; with one, comments wait for a training"
)
def worker(threads: int) -> None:
    """Run the background worker until it is stopped."""
    bound().work(threads)


def speaking(command: click.Command) -> click.Command:
    """Return a command that shows our own errors as messages, not as tracebacks."""
    work = command.callback

    def run(*args: Any, **kwargs: Any) -> Any:
        """Run the command; an error of ours becomes its message."""
        try:
            return work(*args, **kwargs) if work else None
        except (TriageError, ToolError) as exc:
            raise Refusal(exc.message) from exc

    command.callback = run
    return command


SETTING_UP = (migrate, seed, create_user, demo)
MODELS = (train, evaluate, compare_models, promote_model, roll_back)


def register(app: Flask) -> None:
    """Bind the commands to an application."""
    for inner in metrics.commands.values():
        speaking(inner)
    for command in (
        *SETTING_UP,
        *MODELS,
        *labels.COMMANDS,
        ingest,
        replay_log,
        list_cases,
        metrics,
        *archive.COMMANDS,
        worker,
    ):
        app.cli.add_command(speaking(command))
