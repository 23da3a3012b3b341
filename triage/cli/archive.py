"""`flask backup` and `flask restore`: one archive with the database, the models, the uploads and the keys."""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from triage.extensions import db, upgrade_database
from triage.flow import restore
from triage.queries import directory


class ToolError(Exception):
    """A program of the system is missing or failed; `message` says in Indonesian which and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("backups"))
def backup(folder: Path) -> None:
    """Write one archive with the database, the models, the uploads and the keys."""
    folder.mkdir(parents=True, exist_ok=True)
    data = current_app.config["TANGGAP"].data_dir
    target = folder / f"tanggap-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "database"
        copy_database(copy)  # first, so that a failure leaves no half archive
        with tarfile.open(target, "w:gz") as archive:
            archive.add(copy, "tanggap.db" if current_app.config["TANGGAP"].is_sqlite else "tanggap.dump")
            for name in ("keys.json", "models", "uploads", "exports", "outbox.jsonl"):
                if (data / name).exists():
                    archive.add(data / name, name)
    target.chmod(0o600)
    click.echo(f"Cadangan: {target}")


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=Path))
def restore_backup(archive: Path) -> None:
    """Unpack a backup into an empty data folder, on this machine or another, and bring it to the newest tables."""
    settings = current_app.config["TANGGAP"]
    db.engine.dispose()
    copy = restore.unpack(archive, settings.data_dir, is_sqlite=settings.is_sqlite)
    if not settings.is_sqlite:
        load_database(copy)
        copy.unlink()
    upgrade_database()
    restore.adopt(db.session, settings.data_dir.resolve())
    click.echo(f"Dipulihkan ke {settings.data_dir}: {directory.user_count(db.session)} pengguna.")


def copy_database(target: Path) -> None:
    """Write a consistent copy of the database while it is in use: SQLite's own backup, or pg_dump for PostgreSQL."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection, closing(sqlite3.connect(target)) as copy:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.backup(copy)
        return
    run_postgres_tool("pg_dump", "--format=custom", f"--file={target}")


def load_database(dump: Path) -> None:
    """Load a copy into PostgreSQL in the place of what is there; a SQLite copy is loaded by lying in its place."""
    run_postgres_tool("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", str(dump))


def run_postgres_tool(name: str, *options: str) -> None:
    """Run a program of the PostgreSQL client on the database; raise ToolError where it is missing or fails."""
    program = shutil.which(name)
    if program is None:
        raise ToolError(f"{name} tidak ditemukan. Pasang paket postgresql-client, lalu ulangi.")
    url = db.engine.url.set(drivername="postgresql")
    address = url._replace(password=None)
    # Not in the address: other users of the machine see a program's words.
    secret = {"PGPASSWORD": url.password} if url.password else {}
    command = [program, f"--dbname={address.render_as_string()}", *options]
    try:
        subprocess.run(command, check=True, env=os.environ | secret)  # noqa: S603  found by name
    except subprocess.CalledProcessError as exc:
        raise ToolError(f"{name} gagal; alasannya di atas. Versinya harus sama dengan server atau lebih baru.") from exc


COMMANDS = (backup, restore_backup)
