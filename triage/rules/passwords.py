"""Passwords: argon2id hashes, and what a password must be at least."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
hasher = PasswordHasher()
# Checked when a user name is unknown, so that the time taken does not tell which names exist.
NOBODY_HASH = hasher.hash("tidak ada pengguna dengan nama ini")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is right, in the same time for unknown users (hash None)."""
    try:
        hasher.verify(password_hash or NOBODY_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def weakness(password: str, username: str) -> str:
    """Return what is wrong with a new password, in the user's words; empty when nothing is."""
    if len(password) < SHORTEST:
        return f"Kata sandi minimal {SHORTEST} karakter. Kalimat pendek yang mudah diingat lebih baik."
    if username and username.lower() in password.lower():
        return "Kata sandi tidak boleh memuat nama pengguna."
    if len(set(password)) < 5:
        return "Kata sandi terlalu mudah ditebak. Pakai lebih banyak huruf yang berbeda."
    return ""
