"""Restore: a backup is unpacked into an empty data folder, wherever that is, and its rows find their files there."""

import tarfile
from pathlib import Path, PurePath

from sqlmodel import Session

from triage.errors import InvalidInput, UnreadableFile
from triage.queries import stored_files

FOLDERS = ("models", "uploads", "exports")
KEPT = (*FOLDERS, "keys.json", "outbox.jsonl")
DATABASES = {True: "tanggap.db", False: "tanggap.dump"}


def unpack(archive: Path, folder: Path, *, is_sqlite: bool) -> Path:
    """Unpack a backup and return its database file; nothing of another name leaves the archive.

    Raises InvalidInput when the folder holds a database already, UnreadableFile when this is no backup of its kind.
    """
    database = DATABASES[is_sqlite]
    if is_sqlite and (folder / database).exists():
        raise InvalidInput(f"Folder {folder} sudah berisi basis data. Pulihkan ke folder data yang kosong.")
    try:
        with tarfile.open(archive, "r:gz") as packed:
            # Python before 3.11.4 has no filter; what `is_ours` lets through is plain files below the folder.
            packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
            members = [member for member in packed.getmembers() if is_ours(member, database)]
            if database not in (member.name for member in members):
                raise UnreadableFile(
                    f"Berkas {archive} tidak memuat {database}; ini bukan cadangan untuk basis data ini."
                )
            packed.extractall(folder, members)  # noqa: S202  members are checked by is_ours
    except (OSError, EOFError, tarfile.TarError) as exc:
        raise UnreadableFile(f"Berkas {archive} tidak dapat dibaca sebagai cadangan Tanggap.") from exc
    return folder / database


def is_ours(member: tarfile.TarInfo, database: str) -> bool:
    """Tell whether a member is something that a backup holds: a plain file or folder below a known name."""
    parts = PurePath(member.name).parts
    is_known = bool(parts) and ".." not in parts and parts[0] in (*KEPT, database)
    return is_known and (member.isfile() or member.isdir())


def adopt(session: Session, folder: Path) -> int:
    """Let the rows name their files in this folder; return how many had to; commits."""
    changed = stored_files.repoint(session, lambda path: moved(path, folder))
    session.commit()
    return changed


def moved(path: str, folder: Path) -> str:
    """Return where a file of a data folder lies in another one; a path of any other kind stays."""
    parts = PurePath(path).parts
    places = [place for place, part in enumerate(parts) if part in FOLDERS]
    return str(folder.joinpath(*parts[places[-1] :])) if places else path
