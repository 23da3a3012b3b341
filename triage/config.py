"""Every setting, read once from the environment; a wrong value stops the start with its name and remedy.

Secrets have no default: they are made at random on the first start and kept in DATA_DIR/keys.json, readable
by the owner only. The README's table of settings is checked against this class by a test.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limits import parse_many

PREFIX = "TANGGAP_"


class ConfigError(Exception):
    """A setting cannot be used; the message names it and says what to do."""


def setting(default: Any, comment: str) -> Any:
    """Declare one setting with its default and its line for the README."""
    return field(default=default, metadata={"comment": comment})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings, each read from TANGGAP_<NAME>."""

    data_dir: Path = setting(Path("instance"), "folder for the database, uploads, models and keys")
    database_url: str = setting(
        "", "SQLAlchemy address; empty: SQLite in DATA_DIR; postgresql+psycopg://... for PostgreSQL"
    )
    secret_key: str = setting("", "signs sessions; empty: made at random and kept in DATA_DIR/keys.json")
    author_salt: str = setting("", "pseudonymises citizens; empty: made at random and kept in DATA_DIR/keys.json")
    office_name: str = setting("Kabupaten Contoh", "name of the regency on every page")
    office_zone: str = setting("Asia/Jakarta", "IANA zone of the regency: Asia/Jakarta, Asia/Makassar or Asia/Jayapura")
    https_only: bool = setting(True, "cookies only over HTTPS and HSTS; set 0 only for a trial on one machine")
    session_hours: int = setting(12, "hours after which a session ends")
    login_limit: str = setting("10 per minute; 50 per hour", "log-in attempts allowed per address and user name")
    api_limit: str = setting("120 per minute", "REST requests allowed per account token")
    max_upload_mb: int = setting(50, "largest file or request accepted, in MB")
    batch_size: int = setting(2000, "comments classified and routed in one transaction")
    reopen_working_days: int = setting(7, "a citizen's comment within so many working days of closing reopens the case")
    export_days: int = setting(7, "days that an exported file is kept for download; monthly reports stay")
    rate_storage: str = setting(
        "memory://", "where rate limits are counted; a shared store when several web processes run"
    )
    proxies: int = setting(0, "how many trusted proxies stand in front and pass the client's address and scheme on")
    base_url: str = setting("", "address of Tanggap in links of e-mails, such as https://tanggap.example.go.id")
    mail_host: str = setting("", "SMTP server for e-mails to staff; empty: none are sent")
    mail_port: int = setting(587, "port of the SMTP server")
    mail_security: str = setting("starttls", "starttls, tls (from the first byte) or none (only inside one machine)")
    mail_user: str = setting("", "log-in at the SMTP server; empty: without")
    mail_password: str = setting("", "password at the SMTP server")
    mail_sender: str = setting("", "address that e-mails come from")
    digest_hour: int = setting(7, "hour of a unit's working day, in the office's zone, after which the digest is sent")
    due_soon_days: int = setting(1, "a deadline within so many working days counts as due soon")
    debug_pages: bool = setting(False, "show /components, the gallery of page parts")

    @property
    def sqlalchemy_url(self) -> str:
        """The database address, SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'tanggap.db').resolve()}"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is in use."""
        return self.sqlalchemy_url.startswith("sqlite")

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files and their refused rows lie."""
        return self.data_dir / "uploads"

    @property
    def exports_dir(self) -> Path:
        """Where exported files and monthly reports lie."""
        return self.data_dir / "exports"

    @property
    def models_dir(self) -> Path:
        """Where trained models and snapshots lie."""
        return self.data_dir / "models"

    @property
    def outbox_file(self) -> Path:
        """Where the console connector records what it sent."""
        return self.data_dir / "outbox.jsonl"

    def flask_settings(self) -> dict[str, Any]:
        """Return what Flask and its extensions read from app.config."""
        return {
            "SECRET_KEY": self.secret_key,
            # Parameters hold citizens' words: they stay out of error messages and so out of logs.
            "SQLALCHEMY_ENGINES": {"default": {"url": self.sqlalchemy_url, "hide_parameters": True}},
            "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
            "MAX_CONTENT_LENGTH": self.max_upload_mb * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "SESSION_COOKIE_SECURE": self.https_only,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_NAME": "tanggap",
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": self.https_only,
            "RATELIMIT_STORAGE_URI": self.rate_storage,
            "TANGGAP": self,
        }


def read_value(kind: type, raw: str) -> Any:
    """Return a setting's text as its type; raise ValueError when it does not fit."""
    if kind is bool:
        if raw.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ValueError("expected 1 or 0")
        return raw.lower() in ("1", "true", "yes")
    return kind(raw)


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings; raise ConfigError naming the setting that is wrong or unknown."""
    kinds = {f.name: type(f.default) for f in fields(Config)}
    unknown = {name for name in environ if name.startswith(PREFIX)} - {PREFIX + name.upper() for name in kinds}
    if unknown:
        raise ConfigError(f"unknown setting {min(unknown)}: see the table of settings in README.md")
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        raw = environ.get(PREFIX + name.upper())
        if raw is None:
            continue
        try:
            values[name] = Path(raw) if issubclass(kind, Path) else read_value(kind, raw)
        except ValueError as exc:
            raise ConfigError(f"{PREFIX}{name.upper()}={raw!r}: {exc}") from exc
    return checked(with_keys(Config(**values)))


def checked(config: Config) -> Config:
    """Return the settings when they fit together; raise ConfigError otherwise."""
    try:
        ZoneInfo(config.office_zone)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ConfigError(f"{PREFIX}OFFICE_ZONE={config.office_zone!r} is no IANA zone; try Asia/Jakarta") from exc
    if not config.sqlalchemy_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    if config.batch_size < 1 or config.max_upload_mb < 1 or config.session_hours < 1:
        raise ConfigError(f"{PREFIX}BATCH_SIZE, MAX_UPLOAD_MB and SESSION_HOURS must be at least 1")
    if config.export_days < 1:
        raise ConfigError(f"{PREFIX}EXPORT_DAYS must be at least 1")
    if config.reopen_working_days < 0:
        raise ConfigError(f"{PREFIX}REOPEN_WORKING_DAYS must be at least 0")
    refuse_unclear_mail(config)
    for name in ("login_limit", "api_limit"):
        refuse_unclear_limit(name, getattr(config, name))
    return config


def refuse_unclear_mail(config: Config) -> None:
    """Raise ConfigError when e-mails are wanted and cannot be sent, or their links would lead nowhere."""
    if config.mail_security not in ("starttls", "tls", "none"):
        raise ConfigError(f"{PREFIX}MAIL_SECURITY={config.mail_security!r}: use starttls, tls or none")
    if config.mail_host and "@" not in config.mail_sender:
        raise ConfigError(f"{PREFIX}MAIL_SENDER={config.mail_sender!r} must be an address while MAIL_HOST is set")
    if config.mail_host and not config.base_url.startswith(("https://", "http://")):
        raise ConfigError(f"{PREFIX}BASE_URL={config.base_url!r} must begin with https:// while MAIL_HOST is set")
    if not 0 <= config.digest_hour <= 23 or not 1 <= config.due_soon_days <= 60:
        raise ConfigError(f"{PREFIX}DIGEST_HOUR must be 0 to 23 and DUE_SOON_DAYS 1 to 60")


def refuse_unclear_limit(name: str, value: str) -> None:
    """Raise ConfigError for what is no rate limit: an unreadable one would let everything through."""
    try:
        limits = parse_many(value)
    except ValueError as exc:
        raise ConfigError(f"{PREFIX}{name.upper()}={value!r} is no limit; try '10 per minute'") from exc
    if not limits:
        raise ConfigError(f"{PREFIX}{name.upper()} is empty; try '10 per minute'")


def with_keys(config: Config) -> Config:
    """Return the settings with both secrets, made and kept on the first start."""
    if config.secret_key and config.author_salt:
        return config
    path = config.data_dir / "keys.json"
    config.data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = {"secret_key": secrets.token_hex(32), "author_salt": secrets.token_hex(32)}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
    try:
        kept = json.loads(path.read_text())
        kept = {name: str(kept[name]) for name in ("secret_key", "author_salt")}
    except (ValueError, KeyError, TypeError) as exc:
        raise ConfigError(f"{path} is damaged; restore it from a backup: citizens are recognised by its salt") from exc
    values = {f.name: getattr(config, f.name) for f in fields(Config)}
    return Config(**values | {name: values[name] or kept[name] for name in ("secret_key", "author_salt")})
