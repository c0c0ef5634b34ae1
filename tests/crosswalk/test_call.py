"""`translate_call`: the finest evidence that says something answers."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import SessionTerminationReason, reason_traits
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import translate, translate_call, vendors, vocabulary

R = SessionTerminationReason


class TestTheFinestAnswers:
    """A finer code beats a coarser one: `translate_call(...)` takes what a call record offers
    (Q.850 cause, SIP status, vendor code, status) and answers from the finest that says
    something."""

    @pytest.mark.parametrize(
        ("offered", "reason", "by"),
        [
            # Q.850 before SIP, SIP before the vendor's code, that before the vendor's status
            (
                {"q850_cause": 17, "sip_status": 480, "code": "dial_failed", "vendor": "retell"},
                R.CALLEE_BUSY,
                "q850",
            ),
            ({"sip_status": 486, "code": "dial_failed", "vendor": "retell"}, R.CALLEE_BUSY, "sip"),
            ({"code": "dial_busy", "status": "error", "vendor": "retell"}, R.CALLEE_BUSY, "retell"),
            ({"status": "busy", "vendor": "twilio"}, R.CALLEE_BUSY, "twilio"),
            # what says nothing is passed over
            (
                {"code": "UNKNOWN_REASON", "status": "SCS_ERROR", "vendor": "livekit"},
                R.ERROR,
                "livekit",
            ),
            (
                {"q850_cause": 16, "code": "user_hangup", "vendor": "retell"},
                R.PARTICIPANT_LEFT,
                "retell",
            ),
            ({"q850_cause": 31, "sip_status": 486}, R.CALLEE_BUSY, "sip"),
            ({"sip_status": 200, "status": "completed", "vendor": "twilio"}, R.UNKNOWN, "twilio"),
            ({"sip_status": 180, "status": "busy", "vendor": "twilio"}, R.CALLEE_BUSY, "twilio"),
            (
                {"code": "no such word", "status": "busy", "vendor": "twilio"},
                R.CALLEE_BUSY,
                "twilio",
            ),
            # a detector's word is finer than `completed`
            (
                {
                    "code": "machine_end_beep",
                    "status": "completed",
                    "sip_status": 200,
                    "vendor": "twilio",
                },
                R.VOICEMAIL_DETECTED,
                "twilio",
            ),
            # a status is a status, whatever else has the same number
            ({"code": 5, "status": 3, "vendor": "livekit"}, R.ROOM_DELETED, "livekit"),
        ],
    )
    def test_cases(self, offered, reason, by):
        found = translate_call(**offered)
        assert (found.reason, found.vendor) == (reason, by)

    def test_nothing_offered(self):
        for offered in ({}, {"vendor": "twilio"}, {"vendor": "twilio", "code": "", "status": ""}):
            found = translate_call(**offered)
            assert (found.reason, found.grade, found.code) == (R.UNKNOWN, G.UNLISTED, "")
            assert found.vendor == offered.get("vendor", "")

    def test_a_word_we_do_not_know_is_kept(self):
        found = translate_call(vendor="retell", code="quantum_hangup")
        assert (found.code, found.grade) == ("quantum_hangup", G.UNLISTED)
        # A listed word that is an end goes before it, and it goes before one that is none.
        assert translate_call(vendor="retell", code="quantum", status="ended").code == "ended"
        assert translate_call(vendor="sip", code="quantum", sip_status=200).code == "quantum"

    def test_a_status_is_looked_for_among_the_statuses(self):
        found = translate_call(vendor="livekit", status=3)
        assert (found.code, found.field) == ("SCS_DISCONNECTED", "sip_call_status")
        # then in all
        assert translate_call(vendor="daily", status="leftCall").code == "leftCall"


class TestTheSessionGoesOn:
    """While the vendor's status is a live one, that is the answer: nothing has ended."""

    @pytest.mark.parametrize(
        "offered",
        [
            {"vendor": "twilio", "status": "in-progress", "code": "unknown"},
            {"vendor": "twilio", "status": "in-progress", "code": "machine_end_beep"},
            {"vendor": "twilio", "status": "in-progress", "sip_status": 486},
            {"vendor": "twilio", "status": "in-progress", "sip_status": 999},
            {"vendor": "vapi", "status": "in-progress", "code": "brand-new"},
            {"vendor": "retell", "status": "ongoing", "code": "user_hangup", "q850_cause": 17},
        ],
    )
    def test_a_live_status(self, offered):
        found = translate_call(**offered)
        assert found.code == offered["status"]
        assert found.claim() is None

    def test_a_code_that_is_no_end(self):
        """a failed transfer leg is no `callee_*`"""
        found = translate_call(vendor="livekit", code="STS_TRANSFER_FAILED", sip_status=486)
        assert (found.code, found.claim()) == ("STS_TRANSFER_FAILED", None)
        assert translate_call(vendor="livekit", code="MIGRATION", sip_status=0).claim() is None
        found = translate_call(vendor="livekit", code="MIGRATION", status="SCS_DISCONNECTED")
        assert found.code == "SCS_DISCONNECTED"


class TestSomebodyAnswered:
    """If somebody answered (SIP 2xx, a detector's "human"), no word for an unanswered call
    counts."""

    @pytest.mark.parametrize(
        ("offered", "reason"),
        [
            ({"q850_cause": 19, "sip_status": 200}, R.UNKNOWN),
            ({"vendor": "twilio", "code": "human", "status": "no-answer"}, R.UNKNOWN),
            ({"vendor": "retell", "code": "dial_busy", "sip_status": 200}, R.UNKNOWN),
            ({"vendor": "retell", "code": "inactivity", "sip_status": 200}, R.SILENCE_TIMEOUT),
            (
                {"vendor": "twilio", "code": "machine_end_beep", "sip_status": 200},
                R.VOICEMAIL_DETECTED,
            ),
        ],
    )
    def test_cases(self, offered, reason):
        found = translate_call(**offered)
        assert found.reason is reason
        assert found.is_end
        if reason is R.UNKNOWN:
            assert found.grade is G.AMBIGUOUS
            assert found.note.startswith("the record says that somebody answered, and that nobody")

    def test_which_leg_is_said_of_no_status(self):
        """no word for an unanswered call counts"""
        found = translate_call(vendor="vonage", status="unanswered", sip_status=200)
        assert (found.reason, found.grade, found.status) == (R.UNKNOWN, G.AMBIGUOUS, None)
        assert found.note == (
            "the record says that somebody answered, and that nobody did: which leg each is of "
            "decides"
        )

    def test_an_ended_status_is_the_coarsest(self):
        found = translate_call(vendor="vonage", status="unanswered", sip_status=486)
        assert (found.reason, found.vendor) == (R.CALLEE_BUSY, "sip")

    def test_a_detectors_word_that_another_field_has_too(self):
        found = translate_call(vendor="twilio", code="unknown", sip_status=486)
        assert (found.reason, found.vendor) == (R.CALLEE_BUSY, "sip")

    def test_a_detector_that_knows_nothing(self):
        found = translate_call(vendor="twilio", code="unknown", status="no-answer")
        assert found.reason is R.CALLEE_NO_ANSWER


class TestNobodyIsRungAgain:
    """Nobody is rung again who was reached, refused or does not exist by another word in the
    record"""

    @pytest.mark.parametrize(
        ("offered", "reason"),
        [
            ({"vendor": "vapi", "code": "silence-timed-out", "sip_status": 480}, R.SILENCE_TIMEOUT),
            (
                {
                    "vendor": "vapi",
                    "code": "customer-ended-call",
                    "q850_cause": 31,
                    "sip_status": 480,
                },
                R.PARTICIPANT_LEFT,
            ),
            (
                {"vendor": "retell", "code": "user_requested_dnc", "sip_status": 480},
                R.AGENT_INITIATED,
            ),
            ({"vendor": "retell", "code": "call_transfer", "sip_status": 480}, R.TRANSFERRED),
            ({"vendor": "retell", "code": "call_take_over", "sip_status": 480}, R.ESCALATED),
            (
                {"vendor": "vapi", "code": "exceeded-max-duration", "sip_status": 480},
                R.MAX_CALL_DURATION,
            ),
            ({"vendor": "vonage", "code": "declined", "sip_status": 486}, R.CALLEE_DECLINED),
            ({"vendor": "retell", "code": "user_declined", "sip_status": 480}, R.CALLEE_DECLINED),
            ({"q850_cause": 17, "sip_status": 607}, R.CALLEE_DECLINED),
            ({"q850_cause": 17, "sip_status": 608}, R.SIP_DIAL_FAILED),
            ({"q850_cause": 18, "sip_status": 404}, R.CALLEE_NOT_FOUND),
            ({"vendor": "retell", "code": "marked_as_spam", "sip_status": 486}, R.SIP_DIAL_FAILED),
            ({"vendor": "twilio", "code": 32203, "sip_status": 486}, R.SIP_DIAL_FAILED),
        ],
    )
    def test_cases(self, offered, reason):
        assert translate_call(**offered).reason is reason

    # The rooms' words hold everything; the SIP status is finer than they are.
    @pytest.mark.parametrize(
        "code", ["CLIENT_INITIATED", "USER_REJECTED", "SIP_TRUNK_FAILURE", "migration"]
    )
    def test_a_rooms_word_is_no_warning(self, code):
        found = translate_call(vendor="livekit", code=code, sip_status=486)
        assert found.reason is R.CALLEE_BUSY

    @given(st.data())
    def test_over_all_records(self, data):
        """Nobody is rung again who was reached, refused or does not exist by another word in the
        record"""
        vendor = data.draw(
            st.sampled_from(["twilio", "retell", "vapi", "vonage", "livekit", "plivo"])
        )
        code = data.draw(st.sampled_from([row.code for row in vocabulary(vendor).rows]))
        sip = data.draw(
            st.one_of(st.none(), st.sampled_from([200, 404, 480, 486, 503, 603, 607, 608]))
        )
        cause = data.draw(st.one_of(st.none(), st.sampled_from([1, 16, 17, 18, 19, 20, 21, 31])))
        found = translate_call(vendor=vendor, code=code, sip_status=sip, q850_cause=cause)
        if reason_traits(found.reason).redial in {"later", "now"} and found.is_end:
            words = [translate(vendor, code), translate("sip", sip), translate("q850", cause)]
            sure = [one.reason for one in words if one.is_end and one.grade is not G.AMBIGUOUS]
            said = {reason_traits(reason).redial for reason in sure}
            assert "never" not in said
            assert R.CALLEE_DECLINED not in sure
            assert not {R.SILENCE_TIMEOUT, R.MAX_CALL_DURATION, R.PARTICIPANT_LEFT} & set(sure)


class TestAnAmbiguousAnswer:
    """Where it is `ambiguous`, the vendor's own code may decide, unless somebody would be rung
    again because of that"""

    def test_the_code_decides(self):
        assert translate("sip", 603).grade is G.AMBIGUOUS
        assert translate_call(sip_status=603, vendor="retell", code="user_declined").reason is (
            R.CALLEE_DECLINED
        )
        blocked = translate_call(sip_status=603, vendor="twilio", code=32203)
        assert blocked.reason is R.SIP_DIAL_FAILED

    def test_but_nobody_is_rung_again_for_it(self):
        """SIP 603 and a code for "busy" are no busy line."""
        found = translate_call(sip_status=603, vendor="retell", code="dial_busy")
        assert (found.reason, found.vendor) == (R.USER_REJECTED, "sip")

    def test_the_other_standard_decides(self):
        """Where it is `ambiguous`, a coarser one may decide, but never the status."""
        assert translate_call(q850_cause=102, sip_status=504).reason is R.SIP_TRUNK_FAILURE
        assert translate_call(q850_cause=21, sip_status=607).reason is R.CALLEE_DECLINED
        assert translate_call(q850_cause=21, sip_status=608).reason is R.SIP_DIAL_FAILED
        assert translate_call(q850_cause=21, sip_status=603).vendor == "q850"

    @pytest.mark.parametrize(
        ("sip_status", "vendor", "code", "reason", "by"),
        [
            # a person who hung up, a number that does not exist
            (603, "retell", "user_hangup", R.PARTICIPANT_LEFT, "retell"),
            (603, "telnyx", "not_found", R.CALLEE_NOT_FOUND, "telnyx"),
            # SIP 408 is leave to ring again already
            (408, "retell", "dial_busy", R.CALLEE_BUSY, "retell"),
            # a code that is ambiguous as well, and one that says nothing
            (603, "telnyx", "failed", R.USER_REJECTED, "sip"),
            (603, "telnyx", "unspecified", R.USER_REJECTED, "sip"),
        ],
    )
    def test_which_code_decides(self, sip_status, vendor, code, reason, by):
        """Where it is `ambiguous`, a coarser one may decide"""
        found = translate_call(sip_status=sip_status, vendor=vendor, code=code)
        assert (found.reason, found.vendor) == (reason, by)

    def test_a_sure_status_does_not_decide_either(self):
        """but never the status"""
        found = translate_call(sip_status=603, vendor="livekit", status="STS_TRANSFER_SUCCESSFUL")
        assert (found.reason, found.vendor) == (R.USER_REJECTED, "sip")

    def test_a_status_never_decides(self):
        found = translate_call(sip_status=603, vendor="twilio", status="busy")
        assert (found.reason, found.vendor) == (R.USER_REJECTED, "sip")

    def test_over_all_pairs(self):
        """never become redialable"""
        rings = {"later", "now"}
        codes = [("retell", row.code) for row in vocabulary("retell").rows]
        codes += [("telnyx", row.code) for row in vocabulary("telnyx").rows]
        for number, (vendor, code) in product((603, 604, 606, 607, 608, 403, 404), codes):
            found = translate_call(sip_status=number, vendor=vendor, code=code)
            assert reason_traits(found.reason).redial not in rings, (number, code)


words = st.one_of(st.none(), st.text(max_size=20), st.integers(-5, 700), st.booleans())


@given(st.sampled_from([*vendors(), "", "nobody"]), words, words, words, words)
def test_total(vendor, code, status, sip, q850):
    """Total"""
    found = translate_call(vendor=vendor, code=code, status=status, sip_status=sip, q850_cause=q850)
    answers = (
        translate("q850", q850),
        translate("sip", sip),
        translate(vendor, code),
        translate(vendor, status),
        *(translate(vendor, status, field=f.name) for f in fields_of(vendor)),
    )
    # One of the words answers, if they do not contradict each other.
    assert found in answers or found.note.startswith("the record says that somebody answered")


def fields_of(vendor):
    return vocabulary(vendor).fields if vendor in vendors() else ()
