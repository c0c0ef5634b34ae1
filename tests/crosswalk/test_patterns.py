"""Words with a variable part, and numbers without a row of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import SessionTerminationReason
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import translate

R = SessionTerminationReason


class TestAVariablePart:
    """Prefix or pattern rows only where the vendor's own words have variable parts"""

    @pytest.mark.parametrize(
        "code",
        [
            "fatal error: the model is gone",
            "fatal error: x",
            "fatal error: " + "x" * 10_000,
            " fatal error: the model is gone ",
        ],
    )
    def test_behind(self, code):
        found = translate("pipecat", code)
        assert (found.reason, found.grade, found.field) == (R.ERROR, G.AMBIGUOUS, "cancel_reason")
        assert found.code == code[:256].strip()

    @pytest.mark.parametrize("name", ["LLM#1", "x" * 10_000])
    def test_before(self, name):
        found = translate("pipecat", f"{name} can no longer do its job")
        assert (found.reason, found.grade) == (R.ERROR, G.AMBIGUOUS)

    @pytest.mark.parametrize(
        "code",
        [
            "fatal error: ",
            "fatal error:",
            "Fatal error: x",
            " can no longer do its job",
            "finished",
        ],
    )
    def test_nothing_varies_or_it_is_another_word(self, code):
        assert translate("pipecat", code).grade is G.UNLISTED

    def test_a_name_is_one_word(self):
        """one word without white space in it"""
        assert translate("pipecat", "worker#1 finished").grade is not G.UNLISTED
        assert translate("pipecat", "dialing the customer again finished").grade is G.UNLISTED
        assert translate("pipecat", "A B can no longer do its job").grade is G.UNLISTED

    def test_a_long_text_with_another_end(self):
        assert translate("pipecat", "x" * 10_000 + " cannot do its job").grade is G.UNLISTED

    @given(st.text(min_size=1).filter(str.strip))
    def test_any_part(self, part):
        found = translate("pipecat", f"fatal error: {part.strip()}")
        assert found.reason is R.ERROR


class TestANumberOfAStandard:
    """`<sip>` and `<q850>` are numbers of those tables, which then say what it means."""

    @pytest.mark.parametrize(
        ("vendor", "code", "reason", "grade"),
        [
            ("livekit", "client-error-486", R.CALLEE_BUSY, G.EXACT),
            ("livekit", "upstream-server-error-503", R.SIP_TRUNK_FAILURE, G.NARROWER),
            ("livekit", "global-decline-607", R.CALLEE_DECLINED, G.NARROWER),
            ("sip", "Q.850;cause=17", R.CALLEE_BUSY, G.EXACT),
            ("sip", 'Q.850;cause=17;text="User busy"', R.CALLEE_BUSY, G.EXACT),
            ("sip", "SIP;cause=486", R.CALLEE_BUSY, G.EXACT),
            ("sip", 'SIP;cause=486;text="Busy here"', R.CALLEE_BUSY, G.EXACT),
            ("sip", 'SIP;cause=200;text="Call completed elsewhere"', R.SUPERSEDED, G.EXACT),
            ("sip", 'SIP;cause=603;text="v=analytics1;url=x"', R.SIP_DIAL_FAILED, G.NARROWER),
            ("sip", 'SIP;cause=603;text="Decline"', R.USER_REJECTED, G.AMBIGUOUS),
            ("elevenlabs", "Client disconnected: 1011", R.ERROR, G.AMBIGUOUS),
            # as long as a number may be
            ("livekit", "client-error-486000", R.SIP_FAILED, G.AMBIGUOUS),
        ],
    )
    def test_cases(self, vendor, code, reason, grade):
        found = translate(vendor, code)
        assert (found.reason, found.grade, found.code) == (reason, grade, code)
        assert found.vendor == vendor

    def test_the_note_says_whose_number_it_is(self):
        assert translate("livekit", "upstream-server-error-503").note.startswith("sip 503: ")
        assert translate("livekit", "client-error-486").note.startswith("sip 486: ")
        assert translate("sip", "Q.850;cause=17").note == "q850 17"

    def test_a_number_that_is_no_end_leaves_the_row_as_it_is(self):
        found = translate("livekit", "client-error-100")
        assert found.reason is translate("livekit", "client-error-<sip>").reason
        assert found.is_end

    @pytest.mark.parametrize(
        "code", ["client-error-", "client-error-x", "client-error-486x", "client-error-4860000"]
    )
    def test_no_number(self, code):
        assert translate("livekit", code).grade is G.UNLISTED


class TestANumberWithoutARow:
    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("sip", 499),
            ("sip", "599"),
            ("q850", 10),
            ("q850", 0),
            ("websocket", 4000),
            ("websocket", 4999),
        ],
    )
    def test_its_span_stands_for_it(self, vendor, code):
        found = translate(vendor, code)
        assert found.grade is not G.UNLISTED
        assert found.code == str(code)

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("sip", 700),
            ("sip", 99),
            ("sip", -486),
            ("q850", 128),
            ("websocket", 3999),
            ("websocket", 5000),
        ],
    )
    def test_beyond_all_spans(self, vendor, code):
        assert translate(vendor, code).grade is G.UNLISTED
