"""What a table may hold, whether or not a vendor's does today: tried on a vendor of our own."""

from __future__ import annotations

import enum

import pytest

from session_lifecycle import EndClaim, SessionStatus, SessionTerminationReason
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import (
    Translation,
    UnknownVendorError,
    VendorField,
    VendorVocabulary,
    translate,
    vocabulary,
)
from session_lifecycle.crosswalk._tables import index_of
from session_lifecycle.crosswalk._translate import look_up

R = SessionTerminationReason
S = SessionStatus


def row(code, *, reason=R.ERROR, grade=G.NARROWER, status=None, retired=None):
    return Translation("made_up", code, reason, grade, status, "why", retired, "")


def index(*fields):
    """The index of a vendor whose fields are called one, two and so on, and have these rows."""
    return index_of(
        VendorVocabulary(
            *("made_up", "Made up"),
            tuple(
                VendorField(
                    *(name, "reason", name, "1", "here", "2026-11-24"),
                    tuple(one._replace(field=name) for one in rows),
                    (),
                )
                for name, rows in zip(("one", "two"), fields, strict=False)
            ),
        )
    )


class TestSpans:
    """The numbers that a row such as `4xx`, `4000-4999` or `<unallocated>` stands for."""

    def test_up_to_six_digits(self):
        long = index([row("100000-199999")])
        assert look_up(long, 123456).code == "123456"
        assert look_up(long, 99999) is None

    @pytest.mark.parametrize("code", ["error-486", "486-error", "-486", "4-8-6"])
    def test_a_word_with_a_dash_is_no_span(self, code):
        one = index([row(code)])
        assert (one.spans, look_up(one, code).code) == ((), code)


class TestPatterns:
    """A word with a variable part: what stands before and behind it"""

    def test_something_must_vary(self):
        both = index([row("from <name> on")])
        assert look_up(both, "from noon on").code == "from noon on"
        for code in ("from  on", "from on", "from noon"):
            assert look_up(both, code) is None

    def test_what_follows_a_number_may_vary_twice(self):
        twice = index([row("cause=<q850>;text=<text>;by=<text>")])
        assert look_up(twice, "cause=17;text=busy;by=us").reason is R.CALLEE_BUSY
        assert look_up(twice, "cause=17;busy") is None


class TestAWordInTwoFields:
    """What a word means that stands in two fields: what is true in both."""

    @pytest.mark.parametrize(
        ("one", "two", "both"), [("1.0", "2.0", "1.0"), (None, "2.0", None), ("1.0", None, None)]
    )
    @pytest.mark.parametrize("grade", [G.NARROWER, G.EXACT])
    def test_it_is_retired_if_it_is_in_both(self, one, two, both, grade):
        found = index([row("word", retired=one)], [row("word", retired=two, grade=grade)])
        assert found.by_code["word"].retired == both

    @pytest.mark.parametrize(("status", "both"), [(S.CLOSED, S.CLOSED), (S.EXPIRED, None)])
    def test_the_status_that_is_true_in_both(self, status, both):
        found = index(
            [row("word", status=S.CLOSED)], [row("word", status=status, grade=G.BROADER)]
        ).by_code["word"]
        assert (found.grade, found.status) == (G.AMBIGUOUS, both)


class TestTheStatusOfAWord:
    """the status the word implies where it is not the reason's own: a terminal one for an ending, a
    live one for a word of grade `not_an_end`"""

    @pytest.mark.parametrize(
        ("vendor", "code", "status"),
        [
            ("sip", 180, S.RINGING),
            ("sip", 200, S.ACTIVE),
            ("elevenlabs", "pending", S.QUEUED),
            ("twilio", "in-progress", S.ACTIVE),
            ("amazon_connect", "PAUSED", S.PAUSED),
            ("amazon_connect", "EXPIRED", S.EXPIRED),
            ("vonage", "unanswered", S.CLOSED),
            ("sip", 486, None),
        ],
    )
    def test_cases(self, vendor, code, status):
        assert translate(vendor, code).status is status

    def test_its_claim_has_it(self):
        claim = translate("amazon_connect", "EXPIRED").claim()
        assert claim == EndClaim(R.UNKNOWN, None, "amazon_connect", S.EXPIRED, "EXPIRED")


def test_a_misspelt_vendor_has_three_suggestions_at_most():
    """the closest vendors, nearest first"""
    with pytest.raises(UnknownVendorError) as caught:
        vocabulary("livone")  # No less like `vcon`.
    assert caught.value.suggestions == ("plivo", "vonage", "livekit")


class TestWhatIsKept:
    """Total: an unlisted code gives `UNKNOWN`, grade `unlisted`, the raw code kept."""

    @pytest.mark.parametrize(("vendor", "kept"), [(None, ""), (5, ""), ("nobody", "nobody")])
    def test_the_vendor(self, vendor, kept):
        found = translate(vendor, "busy")
        assert (found.vendor, found.note) == (kept, f"no table for vendor {vendor!r}")

    def test_the_field(self):
        found = translate("daily", "leftCall", field="nobody")
        assert found.note == "daily has no field 'nobody'"

    def test_a_field_by_an_enums_member(self):
        class Name(enum.StrEnum):
            LEFT = "participant_left_reason"

        found = translate("daily", "leftCall", field=Name.LEFT)
        assert found.field == "participant_left_reason"

    def test_a_text_with_a_value_of_its_own(self):
        """Words are compared as they are written"""

        class Numbered(enum.StrEnum):
            def __new__(cls, text, number):
                member = str.__new__(cls, text)
                member._value_ = number
                return member

            DELETED = "ROOM_DELETED", 99

        assert translate("livekit", Numbered.DELETED).reason is R.ROOM_DELETED
