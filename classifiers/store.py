"""Keep a model in a folder: `model.npz` with its tables and `card.json` with all that is known about it.

The tables are plain numbers and UTF-8 bytes; loading runs no code. Saving the same model twice writes the same bytes.
"""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.card import FORMAT, Card, rules_fingerprint
from classifiers.folding import FoldedHead, Table
from classifiers.predict import Model
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon

ARRAYS, CARD = "model.npz", "card.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold
_HEADS = ("intent", "unit", "marks")
_TABLES = ("words", "stems", "grams", "word_pairs", "stem_pairs")
_SEPARATOR, _EQUALS = "\n", "\t"


class ArtefactError(Exception):
    """A stored model cannot be used; `message` tells the user why, in Indonesian."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def save(model: Model, folder: Path) -> str:
    """Write a model and its card; return the digest that `load` can insist on.

    The digest is the SHA-256 of the card, and the card holds that of the tables.
    """
    tables = _pack(_arrays(model))
    card = Card(**{**_fields(model.card), "arrays": hashlib.sha256(tables).hexdigest()})
    text = card.to_json().encode()
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ARRAYS, tables)
    _write(folder / CARD, text)
    return hashlib.sha256(text).hexdigest()


def load(folder: Path, digest: str | None = None) -> Model:
    """Return the model of a folder.

    Raises
    ------
    ArtefactError
        When a file is missing or damaged, the digest differs, or tables, classes or text rules do not fit the card.
    """
    card_bytes, tables = _read(folder / CARD), _read(folder / ARRAYS)
    if digest is not None and hashlib.sha256(card_bytes).hexdigest() != digest:
        raise ArtefactError(
            "Kartu model berbeda dari yang tercatat. Latih ulang atau pulihkan berkas model dari cadangan."
        )
    try:
        card = Card.from_json(card_bytes.decode())
    except (ValueError, TypeError, KeyError) as exc:
        raise ArtefactError("Kartu model tidak terbaca. Latih ulang model ini.") from exc
    _check_card(card, tables)
    try:
        arrays = _unpack(tables)
        model = _model(card, arrays)
    except (ValueError, KeyError, zipfile.BadZipFile) as exc:
        raise ArtefactError("Berkas model rusak. Latih ulang atau pulihkan dari cadangan.") from exc
    return _checked(model)


def _fields(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that no reader meets half of it."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ArtefactError(f"Berkas model {path.name} tidak ada. Latih model lebih dahulu.") from exc


def _check_card(card: Card, tables: bytes) -> None:
    if card.format != FORMAT:
        raise ArtefactError(
            f"Model ini berformat {card.format}, aplikasi ini membaca format {FORMAT}. Latih ulang model."
        )
    if hashlib.sha256(tables).hexdigest() != card.arrays:
        raise ArtefactError("Isi berkas model tidak cocok dengan kartunya. Pulihkan dari cadangan atau latih ulang.")


def _checked(model: Model) -> Model:
    card = model.card
    if model.intents != card.intents or model.units != card.units:
        raise ArtefactError("Kelas di berkas model tidak sama dengan kelas di kartunya. Latih ulang model.")
    if rules_fingerprint(model.lexicon, model.stemmer) != card.rules:
        raise ArtefactError("Aturan teks atau versi PySastrawi berubah sejak model dilatih. Latih ulang model.")
    return model


def _text(lines: list[str] | tuple[str, ...]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(_SEPARATOR.join(lines).encode(), dtype=np.uint8)


def _lines(array: npt.NDArray[Any]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split(_SEPARATOR)) if array.size else ()


def _arrays(model: Model) -> dict[str, npt.NDArray[Any]]:
    lexicon = model.lexicon
    arrays: dict[str, npt.NDArray[Any]] = {
        "vocabulary.names": _text(model.vocabulary.names),
        "vocabulary.rows": model.vocabulary.rows,
        "vocabulary.stems": _text([model.stem(t) for t in model.vocabulary.names]),
        "lexicon.words": _text([_EQUALS.join(pair) for pair in sorted(lexicon.words.items())]),
        "lexicon.emoji": _text([_EQUALS.join(pair) for pair in sorted(lexicon.emoji.items())]),
    }
    for name in _HEADS:
        head: FoldedHead = getattr(model, name)
        arrays |= {
            f"{name}.classes": _text(head.classes),
            f"{name}.bias": head.bias,
            f"{name}.cues": head.cues,
            f"{name}.shape": np.array([*head.gram_lengths, head.power]),
        }
        for part in _TABLES:
            table: Table = getattr(head, part)
            arrays |= {f"{name}.{part}.names": _text(table.names), f"{name}.{part}.rows": table.rows}
    return arrays


def _pack(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """Write arrays as an npz whose bytes depend on nothing but them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), content.getvalue())
    return target.getvalue()


def _unpack(tables: bytes) -> dict[str, npt.NDArray[Any]]:
    with np.load(io.BytesIO(tables), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _model(card: Card, arrays: dict[str, npt.NDArray[Any]]) -> Model:
    words, emoji = (dict(_pair(line) for line in _lines(arrays[f"lexicon.{part}"])) for part in ("words", "emoji"))
    heads = {name: _head(name, arrays) for name in _HEADS}
    vocabulary = Table(_lines(arrays["vocabulary.names"]), arrays["vocabulary.rows"])
    stemmer = IndonesianStemmer()
    stemmer.remember(dict(zip(vocabulary.names, _lines(arrays["vocabulary.stems"]), strict=True)))
    return Model(card, lexicon=Lexicon(words, emoji), vocabulary=vocabulary, stemmer=stemmer, **heads)


def _pair(line: str) -> tuple[str, str]:
    left, _, right = line.partition(_EQUALS)
    return left, right


def _head(name: str, arrays: dict[str, npt.NDArray[Any]]) -> FoldedHead:
    shortest, longest, power = arrays[f"{name}.shape"].tolist()
    tables = {part: Table(_lines(arrays[f"{name}.{part}.names"]), arrays[f"{name}.{part}.rows"]) for part in _TABLES}
    return FoldedHead(
        classes=_lines(arrays[f"{name}.classes"]),
        bias=arrays[f"{name}.bias"],
        cues=arrays[f"{name}.cues"],
        gram_lengths=(int(shortest), int(longest)),
        power=float(power),
        **tables,
    )
