"""The examples in the docstrings of the connectors, run as they stand."""

import doctest

import pytest

from triage.connectors import headers, rows, spreadsheet, xlsx_file, xlsx_parts


@pytest.mark.parametrize(
    "module", [headers, rows, spreadsheet, xlsx_file, xlsx_parts], ids=lambda module: module.__name__
)
def test_the_examples_hold(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
