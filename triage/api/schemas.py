"""The shapes of the REST interface, checked by pydantic; the OpenAPI document is made of them.

What decides whether a comment can be kept (id, text, time) is strict; names, captions and links that do not fit
are shortened or left out by flow.enter, as in file imports, so that a long caption costs no comment.
"""

import re
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from triage.flow import enter

MOST_COMMENTS = 1000
LONGEST_ID = 200
LONGEST_TEXT = 20_000
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
REASONS = {
    "missing": "wajib diisi",
    "string_type": "harus teks dalam tanda kutip",
    "string_too_short": "tidak boleh kosong",
    "string_too_long": "terlalu panjang",
    "timezone_aware": "harus memakai zona waktu, misalnya 2026-03-01T08:15:00+07:00",
    "model_type": "harus objek JSON dengan kolom external_id, text dan posted_at",
    "model_attributes_type": "harus objek JSON dengan kolom external_id, text dan posted_at",
}
OTHERWISE = "harus waktu ISO 8601 dengan zona, misalnya 2026-03-01T08:15:00+07:00"


def tidied(value: Any) -> Any:
    """Return a text tidied, so that what is left of it is what is checked; null is no text."""
    return enter.tidy(value) if isinstance(value, str) else "" if value is None else value


def iso(value: Any) -> Any:
    """Return a time spelt in ISO 8601; raise ValueError for numbers, which could count anything."""
    if not isinstance(value, str) or not _ISO.match(value):
        raise ValueError("not ISO 8601")
    return value


Words = Annotated[str, BeforeValidator(tidied, json_schema_input_type=str | None)]


class Comment(BaseModel):
    """One comment of a citizen, as the platform gave it."""

    model_config = ConfigDict(extra="ignore", title="Comment")

    external_id: Annotated[str, BeforeValidator(tidied)] = Field(
        min_length=1, max_length=LONGEST_ID, description="Id komentar di platform asal; kiriman ulang dikenali darinya."
    )
    text: Annotated[str, BeforeValidator(tidied)] = Field(
        min_length=1, max_length=LONGEST_TEXT, description="Isi komentar, kata demi kata."
    )
    posted_at: Annotated[AwareDatetime, BeforeValidator(iso, json_schema_input_type=AwareDatetime)] = Field(
        description="Waktu komentar ditulis, ISO 8601 dengan zona.", examples=["2026-03-01T08:15:00+07:00"]
    )
    author_name: Words = Field(default="", description="Nama yang tampil pada komentar.")
    author_id: Words = Field(default="", description="Id penulis; menyatukan komentar warga yang sama.")
    post_id: Words = Field(default="", description="Id unggahan tempat komentar berada.")
    post_caption: Words = Field(default="", description="Teks unggahan.")
    permalink: Words = Field(default="", description="Tautan https ke komentar.")
    parent_id: Words = Field(default="", description="Id komentar yang dibalas.")


class Delivery(BaseModel):
    """Comments of one official account, as many as fit into one request."""

    model_config = ConfigDict(title="Delivery")

    comments: list[Comment] = Field(min_length=1, max_length=MOST_COMMENTS)


class Refusal(BaseModel):
    """One comment that was not taken."""

    index: int = Field(ge=0, description="Urutan dalam kiriman, mulai dari 0.")
    reason: str = Field(description="Apa yang keliru dan cara memperbaikinya.")


class Receipt(BaseModel):
    """What became of a delivery; received comments are stored and will be read in the background."""

    received: int = Field(ge=0)
    refused: list[Refusal]


class Problem(BaseModel):
    """Why a request was refused as a tidied."""

    error: str


class Health(BaseModel):
    """How the service is; holds no personal data."""

    status: str = Field(description="ok atau gagal")
    database: str = Field(description="ok atau gagal")
    queue: int | None = Field(description="Banyaknya pekerjaan yang menunggu giliran.")


def why(error: ValidationError) -> str:
    """Return in Indonesian what is wrong with a comment, the first few fields of it."""
    found = [(str(part["loc"][0]) if part["loc"] else "komentar", part["type"]) for part in error.errors()[:3]]
    return "; ".join(f"{field} {REASONS.get(kind, OTHERWISE)}" for field, kind in found) + "."
