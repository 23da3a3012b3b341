"""One small model for all tests of the classifiers: every tenth row of the start-up corpus, trained in seconds."""

from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.predict import Model
from classifiers.routing import KeywordRule, KeywordTable, load_keywords
from classifiers.rows import Row, load_rows
from classifiers.settings import FeatureSettings, Settings
from classifiers.text import Lexicon, load_lexicon
from classifiers.train import train

DATA = Path(__file__).parents[2] / "data"
MOMENT = "2026-01-02T03:04:05+00:00"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon(DATA / "lexicons/slang.tsv")


@pytest.fixture(scope="session")
def seed_rows() -> list[Row]:
    return load_rows(DATA / "seed/comments.jsonl")


@pytest.fixture(scope="session")
def few_rows(seed_rows: list[Row]) -> list[Row]:
    return seed_rows[::10]


@pytest.fixture(scope="session")
def quick() -> Settings:
    small = FeatureSettings(rounds=15)
    return Settings(intent=small, unit=replace(Settings().unit, rounds=3), folds=2)


@pytest.fixture(scope="session")
def rules() -> tuple[KeywordRule, ...]:
    return load_keywords(DATA / "reference/opd.json")


@pytest.fixture(scope="session")
def model(few_rows: list[Row], lexicon: Lexicon, quick: Settings, rules: tuple[KeywordRule, ...]) -> Model:
    return train(few_rows, lexicon=lexicon, keywords=rules, settings=quick, seed=7, created_at=MOMENT)


@pytest.fixture(scope="session")
def keywords(model: Model, rules: tuple[KeywordRule, ...]) -> KeywordTable:
    return KeywordTable(rules, model)
