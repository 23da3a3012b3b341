"""The start-up corpus holds what a training needs and nothing that it must not."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from classifiers.rows import bare_words, group_of_rows, is_set_aside, load_rows, windows
from classifiers.settings import INTENTS
from classifiers.text import load_lexicon

DATA = Path(__file__).parents[2] / "data"
HASHES = Path(__file__).parent / "evaluation_hashes.txt"
FILES = {"seed": DATA / "seed/comments.jsonl", "samples": DATA / "samples/comments.jsonl"}
FIELDS = {"id", "text", "intent", "unit", "account", "platform", "post", "register", "flags", "group"}
WINDOW = 7
LONG_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){8,}")
MAIL = re.compile(r"[\w.]+@[\w-]+\.\w+")


def rows_of(part: str) -> list[dict]:
    return [json.loads(line) for line in FILES[part].read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def parts() -> dict[str, list[dict]]:
    return {name: rows_of(name) for name in FILES}


@pytest.fixture(scope="module")
def everything(parts: dict[str, list[dict]]) -> list[dict]:
    return parts["seed"] + parts["samples"]


@pytest.fixture(scope="module")
def codes() -> set[str]:
    return {unit["code"] for unit in json.loads((DATA / "reference/opd.json").read_text(encoding="utf-8"))}


def test_every_intent_and_every_unit_is_in_the_seed(parts: dict[str, list[dict]], codes: set[str]) -> None:
    assert {r["intent"] for r in parts["seed"]} == set(INTENTS)
    assert {r["unit"] for r in parts["seed"]} == codes | {"NONE", "UNKNOWN"}
    assert min(Counter(r["unit"] for r in parts["seed"]).values()) >= 3


def test_codes_and_fields_are_valid(everything: list[dict], codes: set[str]) -> None:
    for row in everything:
        assert set(row) == FIELDS, row["id"]
        assert row["intent"] in INTENTS, row["id"]
        assert row["unit"] in codes | {"NONE", "UNKNOWN"}, row["id"]
        assert row["account"] in codes, row["id"]
        assert (row["unit"] == "NONE") == (row["intent"] == "other"), row["id"]
        assert row["text"].strip(), row["id"]


def test_ids_are_unique(everything: list[dict]) -> None:
    assert not [i for i, n in Counter(r["id"] for r in everything).items() if n > 1]


def test_no_text_stands_twice(everything: list[dict]) -> None:
    assert not [
        t for t, n in Counter(" ".join(bare_words(r["text"])) or r["text"] for r in everything).items() if n > 1
    ]


def test_near_duplicates_never_stand_on_both_sides_and_the_hash_decides_the_side(parts: dict[str, list[dict]]) -> None:
    rows = sorted(parts["seed"] + parts["samples"], key=lambda r: r["id"])
    aside = {r["id"] for r in parts["samples"]}
    sides: dict[int, set[bool]] = {}
    for row, group in zip(rows, group_of_rows([r["text"] for r in rows]), strict=True):
        sides.setdefault(group, set()).add(row["id"] in aside)
    assert not [group for group, both in sides.items() if len(both) > 1]
    assert all(is_set_aside(r["group"]) for r in parts["samples"])
    assert not any(is_set_aside(r["group"]) for r in parts["seed"])


def test_the_samples_are_about_a_tenth(parts: dict[str, list[dict]]) -> None:
    share = len(parts["samples"]) / (len(parts["seed"]) + len(parts["samples"]))
    assert 0.08 < share < 0.12


def evaluation_marks(text: str) -> set[str]:
    words = bare_words(text)
    marks = [" ".join(w) for w in windows(text, WINDOW)]
    if 3 <= len(words) < WINDOW:
        marks.append("= " + " ".join(words))
    return {hashlib.sha256(m.encode()).hexdigest()[:16] for m in marks}


def test_no_evaluation_text_is_in_the_corpus(everything: list[dict]) -> None:
    known = set(HASHES.read_text().split())
    assert len(known) > 3000
    assert not [r["id"] for r in everything if evaluation_marks(r["text"]) & known]


def test_contact_data_is_flagged_as_personal(everything: list[dict]) -> None:
    found = [r for r in everything if LONG_NUMBER.search(r["text"]) or MAIL.search(r["text"])]
    assert not [(r["id"]) for r in found if "info_pribadi" not in r["flags"]]


def test_the_ledger_names_every_file_with_its_hash() -> None:
    ledger = (DATA / "README.md").read_text(encoding="utf-8")
    for path in (*FILES.values(), DATA / "lexicons/slang.tsv", DATA / "reference/opd.json"):
        line = next(x for x in ledger.splitlines() if f"`{path.relative_to(DATA)}`" in x)
        assert hashlib.sha256(path.read_bytes()).hexdigest() in line, path.name


def test_the_lexicon_is_lower_case_and_single_token() -> None:
    lexicon = load_lexicon(DATA / "lexicons/slang.tsv")
    assert len(lexicon.words) > 9000
    assert len(lexicon.emoji) > 200
    assert not [w for w in lexicon.words if " " in w or w != w.lower()]


def test_rows_load_with_their_source_and_group() -> None:
    row = load_rows(FILES["seed"])[0]
    assert (row.source, row.group) == ("ogan", "ogan-0001")
