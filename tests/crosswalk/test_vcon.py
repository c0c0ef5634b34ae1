"""vCon dispositions, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_lifecycle import SessionTerminationReason, UnknownReasonError, reason_traits
from session_lifecycle.crosswalk import _vcon_disposition, to_vcon, translate

R = SessionTerminationReason
TABLE = Path(__file__).parent.parent / "data" / "vcon_dispositions.tsv"

# How free one is to redial: a word may be read back with less leave, never with more.
LEAVE = ["never", "not_applicable", "ask", "later", "now"]


class TestBothWays:
    """IETF vCon `disposition` (both ways: `to_vcon` says what is lost)"""

    @pytest.mark.parametrize("reason", R)
    def test_every_reason(self, reason):
        found = to_vcon(reason)
        assert found.reason is reason
        assert found.disposition in {
            *("no-answer", "congestion", "failed", "busy", "hung-up", "voicemail-no-message"),
            None,
        }
        assert found.lost or reason in (R.CALLEE_BUSY, R.UNKNOWN)
        assert to_vcon(str(reason)) == found

    @pytest.mark.parametrize("reason", R)
    def test_nobody_is_rung_again_for_it(self, reason):
        """No reason is written as a word that would be read back with more leave to redial than the
        reason gives"""
        word = to_vcon(reason).disposition
        if word is None:
            return
        back = translate("vcon", word)
        ours, theirs = (LEAVE.index(reason_traits(r).redial) for r in (reason, back.reason))
        # Nothing can say `never` or `not a dial` in a vCon; `ask` makes somebody look.
        assert theirs <= max(ours, LEAVE.index("ask"))

    @pytest.mark.parametrize(
        ("reason", "word"),
        [
            (R.CALLEE_BUSY, "busy"),
            (R.CALLEE_NO_ANSWER, "no-answer"),
            (R.VOICEMAIL_DETECTED, "voicemail-no-message"),
            (R.CALLEE_DECLINED, "failed"),
            (R.CALLEE_NOT_FOUND, "failed"),
            (R.ABANDONED, "hung-up"),
            (R.SETUP_ERROR, "failed"),
            (R.PARTICIPANT_LEFT, None),
            (R.SILENCE_TIMEOUT, None),
            (R.TRANSFERRED, None),
            (R.SUPERSEDED, None),
        ],
    )
    def test_cases(self, reason, word):
        assert to_vcon(reason).disposition == word

    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("no-answer", R.CALLEE_NO_ANSWER),
            ("busy", R.CALLEE_BUSY),
            ("voicemail-no-message", R.VOICEMAIL_DETECTED),
            ("failed", R.SIP_FAILED),
            ("congestion", R.SIP_FAILED),
            ("hung-up", R.UNKNOWN),
        ],
    )
    def test_the_way_back(self, word, reason):
        assert translate("vcon", word).reason is reason

    @pytest.mark.parametrize("reason", R)
    def test_a_conversation_has_none(self, reason):
        found = to_vcon(reason, conversation=True)
        assert found.reason is reason
        assert found.disposition is None
        assert found.lost

    def test_a_word_of_somebody_else(self):
        with pytest.raises(UnknownReasonError) as caught:
            to_vcon("operator-busy")
        assert caught.value.value == "operator-busy"


def test_each_row_says_what_its_copy_says():
    """`to_vcon` says what is lost"""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [f"{line}\t\t".split("\t")[:3] for line in lines if not line.startswith("#")]
    for reason, disposition, lost in rows:
        assert to_vcon(reason) == (reason, disposition or None, lost)
    # One row a reason, in the order of the reasons: in the file as in its copy.
    assert [reason for reason, _, _ in rows] == list(R)
    assert [row.reason for row in _vcon_disposition._DISPOSITIONS] == list(R)
