"""The card of a model: what it was trained on, how well it did, and when it may be trusted.

Everything here is plain JSON and follows from rows, settings and seed, so that the same training gives the same card.
"""

import hashlib
import json
import platform
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from classifiers.cues import mask_of
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon, Reader

FORMAT = 1  # raise when the tables of an artefact change their meaning

_PROBES = (
    "Jln rusaaak parah, kpn dibenerin pak?? @user https://contoh.id 0812 0000 1111",
    "G4c0r bola88 m a x w i n 𝗪𝗗",
    "makasih min 👍🙏 pelayanannya mantap..",
    "katanya kerusakan jembatan itu hoax, bener gak? rt05 anak2 2x 50rb",
    "nyong ora ngerti, iraha diperbaiki? kunaon pajeg naek terus!",
    "wkwkwk maaaf bangettt, banjirnya 1234567890123456",
)


@dataclass(frozen=True)
class RoutingWeights:
    """Weights of the routing ledger, in log-odds; from probability `sure_from` on a unit is routed unasked."""

    text: float = 1.0
    keyword: float = 0.6
    account: float = 2.0
    sure_from: float = 0.8


@dataclass(frozen=True)
class Card:
    """All that is known about one trained model; probabilities and shares are 0-1."""

    created_at: str
    intents: tuple[str, ...]
    units: tuple[str, ...]
    data: Mapping[str, Any]  # rows, sha256, counts per intent and unit
    settings: Mapping[str, Any]
    seed: int
    thresholds: Mapping[str, float]  # intent -> probability from which it is taken unasked
    routing: RoutingWeights
    scores: Mapping[str, Any]  # out-of-fold figures: intent, unit, baseline, interval
    keywords: Mapping[str, Sequence[int]] = field(default_factory=dict)  # "UNIT|phrase" -> rows it stood in, rows right
    versions: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""  # fingerprint of tokeniser, stemmer and cues
    arrays: str = ""  # SHA-256 of the tables; set when the model is saved
    format: int = FORMAT

    def to_json(self) -> str:
        """Return the card as JSON text, keys sorted."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Read a card that `to_json` wrote.

        Raises
        ------
        ValueError, TypeError
            When the text is not JSON or fields are missing or unknown.
        """
        values = json.loads(text)
        values["routing"] = RoutingWeights(**values["routing"])
        return cls(**{**values, "intents": tuple(values["intents"]), "units": tuple(values["units"])})


def current_versions() -> dict[str, str]:
    """Return the versions a training depends on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "PySastrawi": version("PySastrawi"),
        "scikit-learn": version("scikit-learn"),
        "unicode": unicodedata.unidata_version,
    }


def rules_fingerprint(lexicon: Lexicon, stemmer: IndonesianStemmer) -> str:
    """Return a hash of what tokeniser, stemmer and cues make of fixed probes.

    A model serves only where the words are cut the way they were in its training.
    """
    reader = Reader(lexicon, lexicon.known | stemmer.roots)
    lines = []
    for probe in _PROBES:
        for token in reader.tokens(probe):
            stem = stemmer.stem(token) if token.isalpha() else token
            lines.append(f"{token} {stem} {mask_of(token, stem)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
