"""What counts as one e-mail address."""

import pytest

from triage.errors import InvalidInput
from triage.rules.addresses import readable


@pytest.mark.parametrize("empty", ["", "   ", None])
def test_no_address_is_none(empty):
    assert readable(empty) == ""


@pytest.mark.parametrize(
    "address", ["siti@dinkes.go.id", "siti.aminah+uji@mail.dinkes.kab.go.id", "O'Brien@x.id"], ids=str
)
def test_an_address_stays_as_it_is(address):
    assert readable(f" {address} ") == address


@pytest.mark.parametrize(
    "wrong",
    [
        "siti",
        "siti@",
        "siti@dinkes",
        "a@b.id, c@d.id",
        "a@b.id\r\nBcc: c@d.id",
        "Siti <siti@b.id>",
        "a b@c.id",
        "a@-b.id",
        "é@b.id",
        "a@" + "b" * 250 + ".id",
    ],
    ids=repr,
)
def test_what_is_no_single_address_is_refused_with_an_example(wrong):
    with pytest.raises(InvalidInput, match="bukan alamat e-mail"):
        readable(wrong)
