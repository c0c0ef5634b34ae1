"""A phone in a LiveKit room: what SIP says of its leg is finer than the room's word.

The room hears of a SIP leg from LiveKit's SIP service, which folds much into few words: busy, a bad
password and a carrier's block are all `USER_REJECTED`; a trunk that failed was `CLIENT_INITIATED`,
as if the person had hung up (livekit/sip#295), until livekit/sip#861. Two attributes of the
participant tell more:

- `sip.callStatus`, which LiveKit's SIP service keeps. A leg that leaves while it still dials or
  rings was never answered: nobody hung up, whatever the room says. One that is answered has had its
  final answer, and a word for an unanswered call is wrong of it.
- `sip.callStatusCode`, a SIP response code. LiveKit's SIP service (be5d3f5) does not write it: the
  code is in the error of `CreateSIPParticipant` and in `SIPCallInfo`. Applications that put it on
  the participant are believed. The crosswalk says what it means; it is loaded when there is one.

A code that says nothing of an end (200, none, a word no table has) leaves the room's word as it is.

Source: livekit/sip@be5d3f5 (2026-08-21) pkg/sip/participant.go, outbound.go, errors.go;
livekit/protocol@d74e7cd (2026-08-22) livekit/attrs.go; read 2026-11-30.
"""

from __future__ import annotations

from typing import NamedTuple

from session_lifecycle._reasons import reason_traits
from session_lifecycle._text import clip
from session_lifecycle._words import EndPhase, SessionStatus, SessionTerminationReason
from session_lifecycle.integrations.livekit._message import Body, text

R = SessionTerminationReason

CALL_STATUS = "sip.callStatus"
STATUS_CODE = "sip.callStatusCode"

# What sip.callStatus says of a leg that is still there or has just left. "hangup" is said of every
# leg that a hang-up ended, answered or not.
_UNANSWERED = frozenset({"dialing", "ringing"})
_ANSWERED = frozenset({"active", "automation"})

# The room's words by which a person who was there went away.
_WENT_AWAY = frozenset({R.CLIENT_INITIATED, R.PARTICIPANT_LEFT})
# Reasons that say nothing.
_SILENT = frozenset({R.UNKNOWN, R.UNKNOWN_REASON})


class Said(NamedTuple):
    """What is claimed.

    Attributes:
        reason: the reason.
        raw: the vendor's own word where the reason does not say it all; else `None`.
    """

    reason: SessionTerminationReason
    raw: str | None


def of_sip_leg(word: str, reason: SessionTerminationReason, attributes: Body) -> Said:
    """Return what a phone's leaving claims.

    Args:
        word: the room's word for it, a `DisconnectReason`.
        reason: what that word would claim.
        attributes: the participant's.
    """
    state, code = text(attributes, CALL_STATUS), attributes.get(STATUS_CODE)
    phase = reason_traits(reason).phase
    answered = state in _ANSWERED
    if not answered and isinstance(code, str | int) and code:
        from session_lifecycle.crosswalk import translate, translate_call

        # Who was not reached had no conversation: a word that needs one has no say in it.
        asked = None if phase is EndPhase.CONVERSATION else word
        found = translate_call(vendor="livekit", code=asked, sip_status=code)
        if found.reason not in _SILENT:
            return Said(found.reason, clip(f"SIP {found.code}") if found.vendor == "sip" else None)
        answered = translate("sip", code).status is SessionStatus.ACTIVE
    if answered and phase is EndPhase.SETUP:
        return Said(R.UNKNOWN, clip(f"DisconnectReason {word} of an answered SIP call"))
    if not answered and state in _UNANSWERED and reason in _WENT_AWAY:
        return Said(R.SIP_FAILED, clip(f"{CALL_STATUS} {state}, DisconnectReason {word}"))
    return Said(reason, None)
