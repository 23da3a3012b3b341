"""The figures of a run as the comparison keeps them, with valid defaults."""

CLASSES = ("complaint", "question", "hoax_report", "praise", "other")


def scores(macro_f1=0.75):
    return {
        "n": 120,
        "macro_f1": macro_f1,
        "macro_f1_interval": [macro_f1 - 0.05, macro_f1 + 0.05],
        "accuracy": 0.8,
        "majority_baseline": 0.4,
        "ece": 0.031,
        "per_class": {code: {"precision": 0.7, "recall": 0.71, "f1": 0.72, "n": 24} for code in CLASSES},
        "coverage_accuracy": {"0.8": 0.9, "1.0": 0.8},
        "sure_share": 0.7,
        "sure_accuracy": 0.9,
        "confusion": [[20, 4, 0, 0, 0], [2, 22, 0, 0, 0], [0, 0, 24, 0, 0], [0, 0, 0, 24, 0], [0, 0, 0, 0, 24]],
        "unit": {"n": 90, "top1": 0.75, "top3": 0.93},
    }


def difference(name, low=-0.02, high=0.04, n=24):
    gap = round((low + high) / 2, 3)
    return {
        "name": name,
        "n": n,
        "champion": 0.7,
        "challenger": 0.7 + gap,
        "difference": gap,
        "interval": [low, high],
    }


def comparison(against, low=0.01, high=0.09, **falling):
    """A candidate compared with a run; `falling` gives the interval of a class, or of the unit."""
    bins = [
        {"low": 0.5, "n": 60, "confidence": 0.55, "accuracy": 0.6},
        {"low": 0.9, "n": 60, "confidence": 0.95, "accuracy": 1.0},
    ]
    return {
        "against": against,
        "champion": scores(0.7),
        "challenger": scores(0.75),
        "macro_f1_difference": round((low + high) / 2, 3),
        "difference_interval": [low, high],
        "only_champion_right": 4,
        "only_challenger_right": 11,
        "mcnemar_p": 0.118,
        "per_class": [difference(code, *falling.get(code, ())) for code in CLASSES],
        "per_unit": [difference("DPUPR")],
        "unit": difference("", *falling.get("unit", ()), n=90),
        "slices": [difference("flag:sarkas"), difference("platform:instagram")],
        "reliability": [bins, bins],
        "coverage": [[0.5, 0.9, 0.92], [1.0, 0.8, 0.82]],
        "routing": [
            {"n": 96, "auto_share": 0.6, "auto_accuracy": 0.9},
            {"n": 96, "auto_share": 0.65, "auto_accuracy": 0.91},
        ],
        "live": {"n": 40, "routed_before": 20, "routed_after": 22},
    }
