"""E-mail addresses of staff: one plain address, so that nobody's typing puts a second one into a header."""

import re

from triage.errors import InvalidInput

LONGEST = 254
# Letters of ASCII only: what a server of an office takes without extensions.
_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
)


def readable(address: str | None) -> str:
    """Return an address as it is stored, empty for none; raise InvalidInput for what is none.

    >>> readable(" Siti.Aminah@Dinkes.go.id ")
    'Siti.Aminah@dinkes.go.id'
    """
    found = (address or "").strip()
    if not found:
        return ""
    if len(found) > LONGEST or not _ADDRESS.fullmatch(found):
        raise InvalidInput(f"“{found[:60]}” bukan alamat e-mail. Tulis seperti nama@dinas.go.id, atau kosongkan.")
    name, _, domain = found.rpartition("@")
    return f"{name}@{domain.lower()}"
