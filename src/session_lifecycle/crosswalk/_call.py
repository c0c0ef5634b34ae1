"""All that a call record offers, and the word in it that answers.

A record is made of words of several reporters, about several legs and at several times, and they
contradict each other. What is never answered from such a record: an ending, while the vendor says
that the session goes on; and leave to ring somebody again who was reached or has refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from session_lifecycle._reasons import reason_traits
from session_lifecycle._words import (
    EndPhase,
    RedialAdvice,
    SessionStatus,
    SessionTerminationReason,
    TranslationGrade,
)
from session_lifecycle.crosswalk._tables import vocabulary
from session_lifecycle.crosswalk._translate import translate, translate_status
from session_lifecycle.crosswalk._values import Translation

G = TranslationGrade
R = SessionTerminationReason

# Reasons that say nothing.
_SILENT = frozenset({R.UNKNOWN, R.UNKNOWN_REASON})
# Advice by which somebody is rung again.
_RINGS_AGAIN = frozenset({RedialAdvice.LATER, RedialAdvice.NOW})
# Somebody was reached, refused, or is not there to be reached. LiveKit's `client_initiated` is not
# among them: a room says it of any leg that left, whatever the dialling found.
_CAUTION = frozenset({
    *(R.SILENCE_TIMEOUT, R.MAX_CALL_DURATION, R.PARTICIPANT_LEFT, R.AGENT_INITIATED),
    *(R.RESOLVED, R.UNRESOLVED, R.ESCALATED, R.HANDOFF_RESOLVED, R.TRANSFERRED),
    *(R.CALLEE_DECLINED, R.CALLEE_NOT_FOUND, R.SIP_DIAL_FAILED),
})  # fmt: skip

_BOTH = "the record says that somebody answered, and that nobody did: which leg each is of decides"


def translate_call(
    *,
    vendor: str = "",
    code: object = None,
    status: object = None,
    sip_status: object = None,
    q850_cause: object = None,
) -> Translation:
    """Return what the finest evidence in a call record says about how the call ended.

    From fine to coarse: the Q.850 cause, the SIP status, the vendor's code, the vendor's status.
    The finest that gives a reason answers. Where it is `ambiguous`, a coarser one may decide, but
    never the status. The exceptions:

    - While the vendor's status is a live one, that is the answer: nothing has ended. Nor has it by
      a code that is no end, a failed transfer say, unless the status is an end.
    - If somebody answered (SIP 2xx, a detector's "human"), no word for an unanswered call counts.
    - Nobody is rung again who was reached, refused or does not exist by another word in the record:
      SIP 480 beside a silence timeout is the silence timeout.

    Where nothing gives a reason, the finest word that is an end answers, a listed one before an
    unlisted one; then whatever is there.

    Args:
        vendor: one of `vendors()`.
        code: the vendor's word or number for why it ended.
        status: the vendor's word for where the call stands.
        sip_status: a SIP response code.
        q850_cause: a Q.850 cause.

    Returns:
        The translation of the word that answers. Its `vendor` may be `q850` or `sip`: a claim made
        of it should name who reported it.

    >>> from session_lifecycle.crosswalk import translate_call
    >>> print(translate_call(vendor="twilio", status="completed", sip_status=486).reason)
    callee_busy
    >>> print(translate_call(vendor="retell", code="user_declined", sip_status=486).reason)
    callee_declined
    """
    coded = translate(vendor, code)
    stands = translate_status(vendor, status)
    dialled = [translate("q850", q850_cause), translate("sip", sip_status)]
    offered = [one for one in (*dialled, coded, stands) if one.code]
    if not offered:
        return coded
    if not stands.is_end and stands.status is not None:
        return stands
    detected = _is_detectors(coded)
    if coded.code and not coded.is_end and not detected:
        return stands if stands.code and stands.is_end else coded
    ends = [one for one in offered if one.is_end]
    answered = dialled[1].status is SessionStatus.ACTIVE
    if answered or (detected and coded.status is SessionStatus.ACTIVE):
        found = [one for one in ends if reason_traits(one.reason).phase is not EndPhase.SETUP]
        if ends and not found:
            return ends[0]._replace(reason=R.UNKNOWN, grade=G.AMBIGUOUS, status=None, note=_BOTH)
        ends = found
    speaking = [one for one in ends if one.reason not in _SILENT]
    if speaking:
        return _careful(_decided(speaking, stands), speaking)
    listed = [one for one in ends if one.grade is not G.UNLISTED]
    return (listed or ends or offered)[0]


def _is_detectors(found: Translation) -> bool:
    """Whether a word says who or what picked up: neither that it ended nor that it goes on."""
    if found.grade is G.UNLISTED:
        return False
    fields = vocabulary(found.vendor).fields
    return any(one.kind == "detector" and one.name in found.field.split(" or ") for one in fields)


def _rings_again(found: Translation) -> bool:
    return reason_traits(found.reason).redial in _RINGS_AGAIN


def _decided(speaking: Sequence[Translation], status: Translation) -> Translation:
    """The finest that gives a reason; of an ambiguous one, the next that may decide it."""
    finest = speaking[0]
    if finest.grade is not G.AMBIGUOUS:
        return finest
    for one in speaking[1:]:
        sure = one.grade is not G.AMBIGUOUS and one is not status
        if sure and (_rings_again(finest) or not _rings_again(one)):
            return one
    return finest


def _careful(found: Translation, speaking: Sequence[Translation]) -> Translation:
    """An answer by which nobody is rung again who was reached or refused by another word."""
    if not _rings_again(found):
        return found
    warnings = [one for one in speaking if one.reason in _CAUTION and one.grade is not G.AMBIGUOUS]
    return warnings[0] if warnings else found
