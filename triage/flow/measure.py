"""Measure: the active model against a file of labelled comments, for people and for other programs."""

import csv
from pathlib import Path
from typing import Any

from classifiers import evaluate
from classifiers.predict import Model
from classifiers.routing import KeywordTable
from classifiers.rows import Row
from triage.errors import InvalidInput, UnreadableFile

NEEDED = ("text", "intent")


def labelled_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file with the columns text, intent and, if known, unit and account.

    Raises UnreadableFile when the file is missing, not UTF-8, or lacks a column or rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise UnreadableFile(f"Kolom “{missing[0]}” tidak ada. Perlu kolom: text, intent, dan bila ada unit.")
            rows = [
                Row(row["text"] or "", row["intent"] or "", row.get("unit") or "", row.get("account") or "")
                for row in reader
            ]
    except OSError as exc:
        raise UnreadableFile(f"Berkas {path} tidak dapat dibuka ({exc.strerror}).") from exc
    except (UnicodeDecodeError, csv.Error) as exc:
        raise UnreadableFile(f"Berkas {path} bukan CSV dengan huruf UTF-8. Simpan ulang sebagai CSV UTF-8.") from exc
    if not rows:
        raise UnreadableFile(f"Berkas {path} tidak berisi baris.")
    return rows


def scores(model: Model, keywords: KeywordTable, rows: list[Row]) -> dict[str, Any]:
    """Return every figure of a model on labelled rows; raise InvalidInput for an unknown intent."""
    try:
        return evaluate.score(model, rows, keywords=keywords).as_dict()
    except ValueError as exc:
        raise InvalidInput(str(exc)) from exc


def lines(scores: dict[str, Any], *, run: int) -> list[str]:
    """Return the figures as lines for a terminal."""
    low, high = scores["macro_f1_interval"]
    per_class = [
        f"  {name:12} presisi {c['precision']:.3f}  recall {c['recall']:.3f}  F1 {c['f1']:.3f}  n {c['n']}"
        for name, c in scores["per_class"].items()
    ]
    unit = scores["unit"]
    return [
        f"Model #{run} pada {scores['n']} baris",
        f"macro-F1 {scores['macro_f1']:.3f} (95 %: {low:.3f}-{high:.3f}), akurasi {scores['accuracy']:.3f}",
        f"dasar mayoritas {scores['majority_baseline']:.3f}, ECE {scores['ece']:.3f}",
        *per_class,
        "akurasi pada cakupan: " + ", ".join(f"{s}: {a:.3f}" for s, a in scores["coverage_accuracy"].items()),
        f"unit: n {unit['n']}, top-1 {unit['top1']:.3f}, top-3 {unit['top3']:.3f}",
    ]
