"""Words that lie: what public code has made of them, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from session_lifecycle import SessionTerminationReason, reason_traits, settle
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import translate, translate_call, vendors, vocabulary
from session_lifecycle.integrations.livekit._leaves import leave_reasons

R = SessionTerminationReason
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ROWS = [row for vendor in vendors() for row in vocabulary(vendor).rows]


def meaning(vendor: str, code: object) -> tuple[R, G]:
    found = translate(vendor, code)
    return found.reason, found.grade


class TestSomebodyAnswered:
    """silence and maximum duration mean somebody answered"""

    @pytest.mark.parametrize(
        ("vendor", "code", "reason"),
        [
            ("vapi", "silence-timed-out", R.SILENCE_TIMEOUT),
            ("vapi", "exceeded-max-duration", R.MAX_CALL_DURATION),
            ("retell", "inactivity", R.SILENCE_TIMEOUT),
            ("retell", "max_duration_reached", R.MAX_CALL_DURATION),
            ("signalwire", "max_duration", R.MAX_CALL_DURATION),
            ("twilio", 64104, R.MAX_CALL_DURATION),
        ],
    )
    def test_it_is_no_leave_to_redial(self, vendor, code, reason):
        assert meaning(vendor, code) == (reason, G.EXACT)
        assert reason_traits(reason).redial == "not_applicable"


class TestVoicemail:
    """voicemail is not no-answer"""

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("vapi", "voicemail"),
            ("retell", "voicemail_reached"),
            ("elevenlabs", "voicemail"),
            ("twilio", "machine_end_beep"),
            ("plivo", "Machine Detected"),
            ("amazon_connect", "VOICEMAIL_BEEP"),
            ("amazon_connect", "VOICEMAIL_NO_BEEP"),
            ("livekit", "AMD_MACHINE_VM"),
            ("vcon", "voicemail-no-message"),
        ],
    )
    def test_a_mailbox(self, vendor, code):
        assert translate(vendor, code).reason is R.VOICEMAIL_DETECTED

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("retell", "ivr_reached"),
            ("livekit", "AMD_MACHINE_IVR"),
            ("twilio", "fax"),
            ("twilio", "machine_start"),
        ],
    )
    def test_another_machine(self, vendor, code):
        assert translate(vendor, code).reason is R.UNKNOWN

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [("twilio", "human"), ("livekit", "AMD_HUMAN"), ("amazon_connect", "HUMAN_ANSWERED")],
    )
    def test_a_person_is_no_end(self, vendor, code):
        assert translate(vendor, code).grade is G.NOT_AN_END


class TestWhoRefused:
    """`callee_declined` only where the callee refused; a carrier block, bad credentials or a codec
    mismatch is never the callee's refusal"""

    def test_all_who_refused(self):
        """An independent list: every word that says the person called refused."""
        assert {(row.vendor, row.code) for row in ROWS if row.reason is R.CALLEE_DECLINED} == {
            ("sip", "607"),
            ("freeswitch", "UNWANTED"),
            # What the person called has told the exchange to do with such callers.
            ("asterisk", "DONTCALL"),
            ("asterisk", "TORTURE"),
            ("retell", "user_declined"),
            ("vonage", "declined"),
        }

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("livekit", "carrier-blocked"),
            ("livekit", "auth-failed"),
            ("livekit", "no-common-codec"),
            ("retell", "network_blocked"),
            ("retell", "marked_as_spam"),
            ("retell", "telephony_provider_permission_denied"),
            ("plivo", "Spam block"),
            ("twilio", 32203),
            ("vonage", "restricted"),
            ("sip", 401),
            ("sip", 403),
            ("sip", 407),
            ("sip", 488),
            ("sip", 603),
            ("sip", 608),
            ("sip", 'SIP;cause=603;text="v=analytics1;x"'),
            ("livekit", "USER_REJECTED"),
            ("q850", 21),
            ("telnyx", "call_rejected"),
            ("signalwire", "decline"),
            ("bandwidth", "rejected"),
            ("freeswitch", "CALL_REJECTED"),
            ("freeswitch", "DECLINE"),
            ("vonage", "rejected"),
            ("vonage", "unanswered"),
        ],
    )
    def test_a_network_is_no_person(self, vendor, code):
        found = translate(vendor, code)
        assert reason_traits(found.reason).actor != "participant"
        assert reason_traits(found.reason).redial == "ask"

    def test_a_trunk_that_failed_is_nobodys_refusal(self):
        assert meaning("livekit", "SIP_TRUNK_FAILURE") == (R.SIP_TRUNK_FAILURE, G.EXACT)


class TestOver:
    """`completed` is not an outcome"""

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("twilio", "completed"),
            ("telnyx", "completed"),
            ("vonage", "completed"),
            ("vapi", "ended"),
            ("retell", "ended"),
            ("elevenlabs", "done"),
            ("bandwidth", "hangup"),
            ("signalwire", "hangup"),
            ("freeswitch", "NORMAL_CLEARING"),
            ("q850", 16),
            ("asterisk", "NORMAL_CLEARING"),
            ("livekit", "task_completed"),
            ("livekit", "JS_SUCCESS"),
            ("feather_v1", "COMPLETED"),
            ("websocket", 1000),
            ("vapi", "call.in-progress.twilio-completed-call"),
            ("plivo", "Normal Hangup"),
        ],
    )
    def test_it_says_neither_who_nor_why(self, vendor, code):
        found = translate(vendor, code)
        assert (found.reason, found.grade) == (R.UNKNOWN, G.AMBIGUOUS)
        assert found.claim().reason is R.UNKNOWN

    def test_no_status_is_an_outcome(self):
        """a reason never becomes an outcome by itself"""
        for vendor in vendors():
            for field in vocabulary(vendor).fields:
                for row in field.rows if field.kind == "status" else ():
                    if row.code != "STS_TRANSFER_SUCCESSFUL":  # A transfer's, not a call's.
                        outcome = reason_traits(row.reason).outcome
                        assert outcome in {"undetermined", "unreached"}, row


class TestWhoseCode:
    """a developer's `user_initiated` is not the caller"""

    @pytest.mark.parametrize(
        "code", ["user_initiated", "CR_USER_INITIATED", "user requested", "hangup"]
    )
    def test_livekit(self, code):
        assert meaning("livekit", code) == (R.UNKNOWN, G.AMBIGUOUS)

    def test_an_api_is_nobody(self):
        for vendor, code in [
            ("retell", "manual_stopped"),
            ("vapi", "manually-canceled"),
            ("twilio", "canceled"),
            ("amazon_connect", "API"),
        ]:
            assert meaning(vendor, code) == (R.UNKNOWN, G.AMBIGUOUS)

    def test_no_word_is_the_users_request(self):
        assert [row for row in ROWS if row.reason is R.USER_REQUESTED] == []


class TestNoEnd:
    """`not_an_end` for words like migration, reconnect, hold, failed transfer that continues"""

    @pytest.mark.parametrize(
        ("vendor", "code"),
        [
            ("livekit", "MIGRATION"),
            ("livekit", 8),
            ("livekit", "DUPLICATE_IDENTITY"),
            ("livekit", "RR_SIGNAL_DISCONNECTED"),
            ("livekit", "STS_TRANSFER_FAILED"),
            ("livekit", "STR_REJECTED"),
            ("amazon_connect", "CONNECTED_ONHOLD"),
            ("retell", "transfer_cancelled"),
            ("twilio", "in-progress"),
            ("twilio", 13227),
            ("vonage", "transfer"),
            ("daily", "hidden"),
            ("pipecat", "ErrorFrame"),
            ("elevenlabs", "success"),
            ("sip", 100),
            ("sip", 491),
            ("plivo", "Participant Call Transferred"),
        ],
    )
    def test_it_claims_nothing(self, vendor, code):
        assert translate(vendor, code).claim() is None


class TestOperatorsAndMachines:
    """no fuzzy matching: `operator-busy` is not `callee_busy`"""

    def test_an_operator_is_no_callee(self):
        found = translate("vapi", "call.forwarding.operator-busy")
        assert found.reason is not R.CALLEE_BUSY
        assert reason_traits(found.reason).redial == "ask"

    def test_failures_without_the_word(self):
        """Vapi's substring rules (42 of its 604 values are failures without the word error, fault
        or failed)"""
        for code in (
            "call.in-progress.sip-completed-call",
            "assistant-not-found",
            "assistant-join-timed-out",
            "worker-shutdown",
            "phone-call-provider-closed-websocket",
        ):
            found = translate("vapi", code)
            assert found.grade is not G.UNLISTED, code
            assert found.reason not in {R.AGENT_INITIATED, R.PARTICIPANT_LEFT}, code

    def test_sip_480_in_four_dialects(self):
        """SIP 480 mapped four different ways (FreeSWITCH cause 18, Asterisk 19, Oracle 20, LiveKit
        `USER_UNAVAILABLE`)"""
        words = [
            ("sip", 480),
            ("freeswitch", 18),
            ("asterisk", 19),
            ("q850", 20),
            ("livekit", "USER_UNAVAILABLE"),
        ]
        for vendor, code in words:
            assert reason_traits(translate(vendor, code).reason).redial == "later", (vendor, code)
            assert reason_traits(translate(vendor, code).reason).outcome == "unreached"


def ending(*reports: tuple[str, object, float]) -> R:
    """What the words settle to, in every order of arrival."""
    claims = [
        translate(vendor, code).claim(NOON + timedelta(seconds=second))
        for vendor, code, second in reports
    ]
    endings = {settle([c for c in order if c is not None]) for order in permutations(claims)}
    (one,) = endings
    return one.reason


class TestTraces:
    """The 22 traces and the traps below them hold."""

    @pytest.mark.parametrize(
        ("number", "reports", "reason"),
        [
            # the leave is an echo of what the agent did
            (
                1,
                [("vapi", "assistant-ended-call", 0), ("livekit", "ROOM_DELETED", 0)],
                R.AGENT_INITIATED,
            ),
            # `completed` only means signalling is over
            (2, [("vonage", "busy", 0), ("vonage", "completed", 4)], R.CALLEE_BUSY),
            (10, [("twilio", "busy", 0), ("twilio", "completed", 2)], R.CALLEE_BUSY),
            (5, [("retell", "error_retell", 0), ("retell", "ended", 60)], R.ERROR),
            (9, [("elevenlabs", "failed", 0), ("twilio", "completed", 3)], None),
            # failed before dialling
            (12, [("vapi", "call.start.error-get-phone-number", 0), ("vapi", "ended", 0)], None),
            # a reconnect in between is no end
            (
                7,
                [("livekit", "MIGRATION", 0), ("livekit", "CLIENT_INITIATED", 60)],
                R.CLIENT_INITIATED,
            ),
            # a trunk failure shows in the room as CLIENT_INITIATED
            (22, [("livekit", "sip-trunk-failure", 0), ("livekit", 1, 0)], R.SIP_TRUNK_FAILURE),
        ],
    )
    def test_every_order_gives_the_right_answer(self, number, reports, reason):
        found = ending(*reports)
        if reason is not None:
            assert found is reason, number
        else:
            assert reason_traits(found).outcome != "resolved"

    def test_declined_only_from_evidence(self):
        """11: `callee_declined` only from evidence that the person refused"""
        for number in (401, 403, 404, 407, 408, 480, 486, 487, 488, 500, 503, 600, 603, 606, 608):
            assert translate("sip", number).reason is not R.CALLEE_DECLINED

    def test_one_budget_for_the_person(self):
        """13: 480, 486, 503 on successive attempts, one budget each"""
        outcomes = {reason_traits(translate("sip", n).reason).outcome for n in (480, 486)}
        assert outcomes == {"unreached"}
        assert reason_traits(translate("sip", 503).reason).redial == "ask"

    def test_the_sip_outcome_is_finer_than_the_rooms_word(self):
        """22: the SIP outcome is finer than the room's word"""
        found = translate_call(vendor="livekit", code="CLIENT_INITIATED", sip_status=503)
        assert (found.vendor, found.reason) == ("sip", R.SIP_TRUNK_FAILURE)


def test_webhooks_and_the_crosswalk_agree():
    """They must get one answer everywhere."""
    for row in vocabulary("livekit").fields[0].rows:
        caller = leave_reasons(row.code).caller
        claim = row.claim()
        if row.code == "UNKNOWN_REASON":
            assert (caller, claim.reason) == (R.PARTICIPANT_LEFT, R.UNKNOWN_REASON)
        else:
            assert caller is (None if claim is None else claim.reason)
