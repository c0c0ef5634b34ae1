"""`drift`: what a log contains that the table does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle.crosswalk import UnlistedCode, drift, vendors, vocabulary

LISTS = Path(__file__).parent.parent / "data" / "vendors"


def listed(name: str) -> list[str]:
    lines = (LISTS / name).read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[0] for line in lines if not line.startswith("#")]


class TestDrift:
    """`drift(vendor, seen_codes)` (what a production log contains that the table does not, with
    counts and the nearest listed code as a hint for a human, never as an answer)"""

    def test_counts_and_hints(self):
        log = ["user_hangup", "user_hung_up", None, "quantum", "user_hung_up", "", "  "]
        assert drift("retell", log) == (
            UnlistedCode("user_hung_up", 2, "user_hangup"),
            UnlistedCode("quantum", 1, ""),
        )

    @pytest.mark.parametrize("vendor", vendors())
    def test_a_clean_log_is_silent(self, vendor):
        words = [row.code for row in vocabulary(vendor).rows if "<" not in row.code]
        assert drift(vendor, words) == ()
        assert drift(vendor, []) == ()

    def test_counted_already(self):
        assert drift("sip", {486: 5, "799": 3, 799: 2}) == (UnlistedCode("799", 5, ""),)
        assert drift("retell", Counter("xyx")) == (
            UnlistedCode("x", 2, ""),
            UnlistedCode("y", 1, ""),
        )

    def test_white_space_counts_for_nothing(self):
        assert drift("sip", [" 999 ", "999", 999, -5]) == (
            UnlistedCode("999", 3, ""),
            UnlistedCode("-5", 1, ""),
        )

    def test_no_hint_for_a_number(self):
        """`""` for numbers"""
        assert drift("sip", [-486, "486000"]) == (
            UnlistedCode("-486", 1, ""),
            UnlistedCode("486000", 1, ""),
        )

    @pytest.mark.parametrize("text", ["voicemail", b"voicemail", ""])
    def test_a_text_is_no_list(self, text):
        with pytest.raises(TypeError, match="expected a list of words or counts") as caught:
            drift("vapi", text)
        assert str(caught.value).startswith(f"seen_codes is {text!r}, ")

    def test_one_field(self):
        assert drift("twilio", ["human"], field="answered_by") == ()
        (found,) = drift("twilio", ["human"], field="call_status")
        assert (found.code, found.seen) == ("human", 1)
        with pytest.raises(ValueError, match="no field") as caught:
            drift("retell", [], field="nobody")
        assert str(caught.value) == (
            "retell has no field 'nobody', expected one of: disconnection_reason, call_status"
        )

    def test_hints_for_the_fifty_most_frequent(self):
        log = Counter({f"user_hangup{n:02}x": 200 - n for n in range(60)})
        found = drift("retell", log)
        assert [one.nearest for one in found] == ["user_hangup"] * 50 + [""] * 10

    @given(st.lists(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary())))
    def test_total_and_in_order(self, log):
        found = drift("livekit", log)
        assert list(found) == sorted(found, key=lambda one: (-one.seen, one.code))
        assert sum(one.seen for one in found) <= len([one for one in log if one is not None])


def test_an_older_table_reports_exactly_the_new_words():
    """A table frozen at an older SDK release, fed the newest release's values, reports exactly the
    new ones (Vapi: 33 between the release of 2026-04-07 and 3.0.0)."""
    older = set(listed("vapi.ended_reason.1.9.1.txt"))
    words = vocabulary("vapi")
    (field,) = [one for one in words.fields if one.name == "ended_reason"]
    rows = tuple(row for row in field.rows if row.code in older)
    frozen = words._replace(fields=(field._replace(rows=rows, also=()),))
    newest = [code for code in listed("vapi.ended_reason.txt") if not code.startswith("~")]
    found = drift(frozen, newest)
    assert len(newest) == 604
    assert {one.code for one in found} == set(newest) - older
    assert len(found) == 33
    assert all(one.seen == 1 for one in found)
    assert drift("vapi", newest) == ()
