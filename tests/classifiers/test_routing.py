"""The routing ledger: keywords, account and text add up to a reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.card import RoutingWeights
from classifiers.predict import Model, predict
from classifiers.routing import KeywordRule, KeywordTable, load_keywords, measure_keywords, rank
from classifiers.rows import Row

RULES = (
    KeywordRule("jalan", "DPUPR", weight=0.5),
    KeywordRule("lampu jalan", "DISHUB", weight=1.0),
    KeywordRule("pju", "DISHUB", weight=1.0),
    KeywordRule("bpjs", "DINKES", weight=1.0),
    KeywordRule("bpjs mati", "DINSOS", denied_unit="DINKES", weight=1.0),
)
CASES = {
    "a word matches whole words only": ("sepjux upjua xjalan", {}),
    "case and slang do not matter": ("JLN rusak", {"DPUPR": 0.5}),
    "the longest phrase wins": ("lampu jalan padam", {"DISHUB": 1.0}),
    "each phrase counts once": ("pju pju pju", {"DISHUB": 1.0}),
    "two phrases add up": ("pju, lampu jalan", {"DISHUB": 2.0}),
    "not responsible beats own words": ("bpjs saya, kok bpjs mati", {"DINSOS": 1.0}),
    "an affix does not hide a word": ("jalannya gelap", {"DPUPR": 0.5}),
    "nothing matches nothing": ("halo selamat pagi", {}),
}


@pytest.mark.parametrize(("text", "hits"), CASES.values(), ids=CASES.keys())
def test_keywords_vote(model: Model, text: str, hits: dict[str, float]) -> None:
    assert dict(KeywordTable(RULES, model).votes(text).hits) == hits


def test_parts_add_up_to_the_total(model: Model, keywords: KeywordTable, few_rows) -> None:
    rows = few_rows[:120]
    for route in rank(model, keywords, [r.text for r in rows], [r.account for r in rows]):
        assert len(route.best) == 3
        for unit in route.best:
            assert unit.total == pytest.approx(sum(p.value for p in unit.parts), abs=1e-3)
        assert [u.total for u in route.best] == sorted((u.total for u in route.best), reverse=True)
        assert 0 < sum(u.probability for u in route.best) <= 1.0001


def test_the_account_moves_an_open_text_but_not_a_clear_one(model: Model, keywords: KeywordTable) -> None:
    weights = RoutingWeights(text=1.0, keyword=1.0, account=2.0, sure_from=0.5)
    open_text, clear = "tolong dicek ya", "bikin ktp dan kartu keluarga di capil, akta kelahiran anak"
    routes = rank(model, keywords, [open_text, clear], ["PERUMDAM", "PERUMDAM"], weights=weights)
    assert routes[0].best[0].unit == "PERUMDAM"
    assert routes[1].best[0].unit == "DISDUKCAPIL"
    assert ("akun", "PERUMDAM") in {(p.name, p.detail) for p in routes[0].best[0].parts}
    assert any(p.name == "kata kunci" and p.detail for p in routes[1].best[0].parts)


def test_an_unknown_account_gives_no_prior(model: Model, keywords: KeywordTable) -> None:
    text = ["jalan berlubang di depan pasar"]
    unknown, none = rank(model, keywords, text, ["TIDAK_ADA"]), rank(model, keywords, text, [None])
    assert unknown == none


def test_given_predictions_save_a_second_scoring_and_change_nothing(
    model: Model, keywords: KeywordTable, few_rows
) -> None:
    texts, accounts = [r.text for r in few_rows[:700]], [r.account for r in few_rows[:700]]
    assert rank(model, keywords, texts, accounts, predictions=predict(model, texts)) == rank(
        model, keywords, texts, accounts
    )


def test_a_low_probability_goes_to_the_triage_queue(model: Model, keywords: KeywordTable) -> None:
    never = replace(model.card.routing, sure_from=1.01)
    always = replace(model.card.routing, sure_from=0.0)
    text = ["halo"]
    assert not rank(model, keywords, text, [None], weights=never)[0].is_sure
    assert rank(model, keywords, text, [None], weights=always)[0].is_sure


def test_a_rule_is_measured_on_rows_with_a_unit(model: Model) -> None:
    rows = [
        Row("pju mati", "complaint", "DISHUB"),
        Row("pju padam", "complaint", "EXT_PLN"),
        Row("pju", "other", "NONE"),
    ]
    measured = {m.rule.phrase: m for m in measure_keywords(KeywordTable(RULES, model), rows)}
    assert (measured["pju"].n, measured["pju"].right, measured["pju"].precision) == (2, 1, 0.5)


def test_a_rule_measured_wrong_says_nothing(model: Model) -> None:
    rule = KeywordRule("pju", "DISHUB")
    trusted = KeywordTable([rule], model, measures={"DISHUB|pju": (50, 49)})
    wrong = KeywordTable([rule], model, measures={"DISHUB|pju": (50, 2)})
    assert trusted.votes("pju").hits["DISHUB"] > KeywordTable([rule], model, measures={}).votes("pju").hits["DISHUB"]
    assert not wrong.votes("pju").hits


def test_the_register_gives_own_and_denied_phrases(tmp_path: Path) -> None:
    register = tmp_path / "opd.json"
    register.write_text(
        '[{"code": "A", "keywords": ["x"], "not_responsible_for": [{"keywords": ["y"], "route_to": "B"}]}]'
    )
    assert load_keywords(register) == (KeywordRule("x", "A"), KeywordRule("y", "B", "A"))


def test_weights_stay_within_their_caps(model: Model) -> None:
    weights = model.card.routing
    assert 0 < weights.text <= 2
    assert 0 <= weights.keyword <= 2
    assert 0 <= weights.account <= 3
    assert 0 < weights.sure_from <= 1
