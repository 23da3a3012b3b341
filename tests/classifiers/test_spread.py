"""Which comments are worth a person's time."""

from classifiers.spread import spread


def of(share):
    return {"a": share, "b": 1 - share}


def test_the_least_certain_come_first():
    texts = ["jalan rusak parah", "kapan posyandu buka", "terima kasih bu lurah"]
    assert spread(texts, [of(0.9), of(0.55), of(0.7)], 2) == [1, 2]


def test_what_says_nearly_the_same_is_read_once():
    texts = ["lampu jalan mati di simpang", "lampu jalan mati di simpang tiga", "syarat pindah alamat apa saja"]
    assert spread(texts, [of(0.5), of(0.51), of(0.8)], 2) == [0, 2]


def test_likenesses_fill_up_when_nothing_else_is_left():
    assert spread(["sama saja", "sama saja"], [of(0.5), of(0.6)], 2) == [0, 1]
    assert spread([], [], 3) == []
