"""Passwords: argon2id, salted, the same work for names that do not exist."""

import pytest

from triage.rules.passwords import NOBODY_HASH, hash_password, is_right, weakness


def test_a_hash_is_argon2id_and_salted():
    first, second = hash_password("kalimat rahasia"), hash_password("kalimat rahasia")
    assert first.startswith("$argon2id$")
    assert first != second
    assert is_right(first, "kalimat rahasia")
    assert is_right(second, "kalimat rahasia")


def test_outside_tests_a_guess_costs_at_least_64_mib_and_three_rounds():
    memory_kib, rounds = (int(part.partition("=")[2]) for part in NOBODY_HASH.split("$")[3].split(",")[:2])
    assert memory_kib >= 65536
    assert rounds >= 3


@pytest.mark.parametrize(
    ("password_hash", "password"),
    [
        pytest.param(hash_password("kalimat rahasia"), "Kalimat rahasia", id="other case"),
        pytest.param(hash_password("kalimat rahasia"), "", id="empty"),
        pytest.param(None, "tidak ada pengguna dengan nama ini", id="nobody, with nobody's own words"),
        pytest.param("rusak", "kalimat rahasia", id="a hash that is none"),
        pytest.param("", "", id="no hash"),
    ],
)
def test_everything_else_is_wrong(password_hash, password):
    assert is_right(password_hash, password) is False


@pytest.mark.parametrize(
    ("password", "username", "reason"),
    [
        pytest.param("pendek", "budi", "minimal 10", id="short"),
        pytest.param("", "budi", "minimal 10", id="empty"),
        pytest.param("xxBUDIxx12345", "budi", "nama pengguna", id="holds the name"),
        pytest.param("ababababab", "budi", "mudah ditebak", id="few letters"),
        pytest.param("aaaaaaaaaaaaaaaa", "", "mudah ditebak", id="one letter"),
    ],
)
def test_a_weak_password_says_why(password, username, reason):
    assert reason in weakness(password, username)


@pytest.mark.parametrize("password", ["hujan di sore hari", "sepuluhkar", "🌧🌦🌤☀🌥☁🌩⛈🌨❄"])
def test_a_fair_password_is_taken(password):
    assert weakness(password, "budi") == ""
