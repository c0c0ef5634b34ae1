"""Rows into a read-only mapping, and what is refused."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from threading import Lock

import pytest

from session_lifecycle import UnknownReasonError, parse_termination_reason
from session_lifecycle._table import index


def test_a_repeated_row_is_refused() -> None:
    """A repeated key in a dict literal would silently replace the first."""
    with pytest.raises(ValueError, match="two rows for a: 'a1' and 'a2'"):
        index(["a1", "b1", "a2"], lambda row: row[0])


def test_an_index_is_read_only_and_in_order() -> None:
    found: Mapping[str, str] = index(["b1", "a1"], lambda row: row[0])
    assert list(found.items()) == [("b", "b1"), ("a", "a1")]
    with pytest.raises(TypeError):
        found["c"] = "c1"  # type: ignore[index]


def test_an_error_about_something_that_cannot_travel_travels() -> None:
    """They pickle, copy, and never print more than 64 characters of foreign text, escaped."""
    with pytest.raises(UnknownReasonError) as refused:
        parse_termination_reason(Lock())
    assert pickle.loads(pickle.dumps(refused.value)).value == "a lock"
    assert copy.copy(refused.value).value is refused.value.value
    assert copy.deepcopy(refused.value).value is refused.value.value
