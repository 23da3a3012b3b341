"""Settings: each read by name, wrong ones refused by name, keys made once and kept to their owner."""

import json
import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from triage.config import PREFIX, Config, ConfigError, from_environment

README = Path(__file__).parent.parent / "README.md"


def read(folder, **given):
    return from_environment({"TANGGAP_DATA_DIR": str(folder)} | {PREFIX + name: value for name, value in given.items()})


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("OFFICE_NAME", "Kabupaten Lain", "Kabupaten Lain"),
        ("OFFICE_ZONE", "Asia/Jayapura", "Asia/Jayapura"),
        ("HTTPS_ONLY", "0", False),
        ("HTTPS_ONLY", "TRUE", True),
        ("DEBUG_PAGES", "1", True),
        ("SESSION_HOURS", "8", 8),
        ("BATCH_SIZE", "500", 500),
        ("DATABASE_URL", "postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_setting_is_read_as_its_type(tmp_path, name, raw, value):
    assert getattr(read(tmp_path, **{name: raw}), name.lower()) == value


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        pytest.param("SESION_HOURS", "8", "TANGGAP_SESION_HOURS", id="misspelt"),
        pytest.param("SESSION_HOURS", "delapan", "TANGGAP_SESSION_HOURS", id="no number"),
        pytest.param("SESSION_HOURS", "0", "SESSION_HOURS", id="no session at all"),
        pytest.param("BATCH_SIZE", "-1", "BATCH_SIZE", id="negative"),
        pytest.param("MAX_UPLOAD_MB", "", "TANGGAP_MAX_UPLOAD_MB", id="empty number"),
        pytest.param("REOPEN_WORKING_DAYS", "-1", "REOPEN_WORKING_DAYS", id="days before closing"),
        pytest.param("HTTPS_ONLY", "ya", "TANGGAP_HTTPS_ONLY", id="no switch"),
        pytest.param("OFFICE_ZONE", "WIB", "TANGGAP_OFFICE_ZONE", id="no zone"),
        pytest.param("OFFICE_ZONE", "../../etc/passwd", "TANGGAP_OFFICE_ZONE", id="path as zone"),
        pytest.param("DATABASE_URL", "mysql://x", "TANGGAP_DATABASE_URL", id="other database"),
        pytest.param("LOGIN_LIMIT", "sering", "TANGGAP_LOGIN_LIMIT", id="no limit of log-ins"),
        pytest.param("API_LIMIT", "", "TANGGAP_API_LIMIT", id="empty limit"),
        pytest.param("MAIL_SECURITY", "ssl", "TANGGAP_MAIL_SECURITY", id="no way of securing mail"),
        pytest.param("MAIL_HOST", "surat.contoh.go.id", "TANGGAP_MAIL_SENDER", id="mail from nobody"),
        pytest.param("DIGEST_HOUR", "24", "DIGEST_HOUR", id="no hour"),
        pytest.param("DUE_SOON_DAYS", "0", "DUE_SOON_DAYS", id="nothing is ever soon"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path, name, raw, says):
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, **{name: raw})


def test_mail_without_an_address_for_its_links_stops_the_start(tmp_path):
    mail = {"MAIL_HOST": "localhost", "MAIL_SENDER": "tanggap@contoh.go.id"}
    with pytest.raises(ConfigError, match="TANGGAP_BASE_URL"):
        read(tmp_path, **mail)
    assert read(tmp_path, **mail, BASE_URL="https://tanggap.contoh.go.id").mail_host == "localhost"


def test_a_refused_database_address_does_not_show_its_password(tmp_path):
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, DATABASE_URL="mysql://budi:sandi-rahasia@h/d")
    assert "sandi-rahasia" not in str(refused.value)


def test_other_programs_settings_are_left_alone(tmp_path):
    assert from_environment({"TANGGAP_DATA_DIR": str(tmp_path), "HOME": "/", "FLASK_APP": "x"}).data_dir == tmp_path


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first, second = read(tmp_path / "baru"), read(tmp_path / "baru")
    keys = tmp_path / "baru" / "keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert (first.secret_key, first.author_salt) == (second.secret_key, second.author_salt)
    assert json.loads(keys.read_text()) == {"secret_key": first.secret_key, "author_salt": first.author_salt}
    assert len(first.secret_key) == len(first.author_salt) == 64
    assert first.secret_key != first.author_salt


def test_a_given_key_goes_before_the_kept_one(tmp_path):
    kept = read(tmp_path)
    given = read(tmp_path, SECRET_KEY="dari lingkungan")
    assert (given.secret_key, given.author_salt) == ("dari lingkungan", kept.author_salt)


def test_damaged_keys_are_named_and_not_replaced(tmp_path):
    (tmp_path / "keys.json").write_text('{"secret_key": "a"')
    with pytest.raises(ConfigError, match=r"keys\.json"):
        read(tmp_path)
    assert (tmp_path / "keys.json").read_text() == '{"secret_key": "a"'


def table():
    """Return the README's settings: name -> the row's text."""
    rows = re.findall(rf"^\|\s*`({PREFIX}[A-Z_]+)`\s*\|(.*)\|\s*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


def test_the_readme_lists_exactly_the_settings_there_are():
    assert list(table()) == [PREFIX + field.name.upper() for field in fields(Config)]


@pytest.mark.parametrize("field", fields(Config), ids=lambda field: field.name)
def test_the_readme_tells_each_settings_default_and_purpose(field):
    row = table()[PREFIX + field.name.upper()]
    shown = str(int(field.default)) if isinstance(field.default, bool) else str(field.default)
    assert shown in row
    assert field.metadata["comment"] in row
