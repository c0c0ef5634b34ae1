"""SIP responses and Q.850 causes: an answer for every number, and no number rings anybody again."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_lifecycle import SessionTerminationReason, reason_traits
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import translate

ROOT = Path(__file__).parents[2]
R = SessionTerminationReason

# The responses registered at IANA as of 2026-07-30, and the three that are not and are in use.
# fmt: off
REGISTERED = {
    100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380,
    *range(400, 409), 410, *range(412, 418), *range(420, 426), 428, 429, 430, 433,
    *range(436, 441), 469, 470, *range(480, 490), 491, 493, 494, *range(500, 506), 513, 555, 580,
    600, 603, 604, 606, 607, 608,
}
# fmt: on
UNREGISTERED = {409, 411, 490}
CAUSES = {
    *range(1, 10), 14, *range(16, 32), 33, 34, 35, *range(37, 48), *range(49, 59),
    62, 63, *range(65, 71), 79, *range(81, 94), *range(95, 104), 110, 111, 127,
}  # fmt: skip


def redial(vendor: str, number: int) -> str:
    return reason_traits(translate(vendor, number).reason).redial


class TestEveryNumber:
    """SIP and Q.850: total over the number ranges"""

    @pytest.mark.parametrize("number", range(100, 700))
    def test_sip(self, number):
        found = translate("sip", number)
        assert found.grade is not G.UNLISTED
        assert found == translate("sip", str(number))
        assert found.is_end is (number >= 300 and number != 491), number

    @pytest.mark.parametrize("number", range(128))
    def test_q850(self, number):
        found = translate("q850", number)
        assert found.grade is not G.UNLISTED
        if number not in CAUSES:
            assert found.reason is R.UNKNOWN

    def test_the_registered_ones_have_rows(self):
        assert len(REGISTERED) == 75
        for number in REGISTERED | UNREGISTERED:
            assert "not registered; read as" not in translate("sip", number).note


class TestNobodyIsRungAgain:
    """monotone (`604`, `607`, `608`, unallocated numbers never become redialable)"""

    @pytest.mark.parametrize("number", [603, 604, 606, 607, 608, 404, 410, 484, 403, 401, 407])
    def test_refusals_and_wrong_numbers(self, number):
        assert redial("sip", number) in {"never", "ask"}

    def test_unregistered_responses(self):
        for number in set(range(300, 700)) - REGISTERED:
            assert redial("sip", number) == "ask", number

    def test_unallocated_causes(self):
        for number in set(range(128)) - CAUSES:
            assert redial("q850", number) == "ask", number

    def test_what_may_be_dialled_again(self):
        """An independent list: all that may be dialled again without anybody looking."""
        sip = {number for number in range(100, 700) if redial("sip", number) in {"later", "now"}}
        assert sip == {408, 480, 486, 600}
        q850 = {number for number in range(128) if redial("q850", number) in {"later", "now"}}
        assert q850 == {17, 18, 19, 20}

    def test_never_again(self):
        assert {n for n in range(100, 700) if redial("sip", n) == "never"} == {404, 410, 484, 604}
        assert {n for n in range(128) if redial("q850", n) == "never"} == {1, 22, 28}


def pairs() -> list[list[str]]:
    page = (ROOT / "docs" / "explanation" / "q850-and-sip.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line[:2] == "| " and line[2].isdigit()]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


class TestRfc3398:
    """RFC 3398 pairs agree where the standard says so, and differences are listed."""

    def test_there_are_32(self):
        assert len(pairs()) == 32

    @pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair[0]}-{pair[2]}")
    def test_a_pair(self, pair):
        cause, _, sip, of_cause, of_response, why = pair
        assert translate("q850", cause).reason == of_cause
        if sip == "none":
            assert why
            return
        assert translate("sip", sip).reason == of_response
        assert (of_cause == of_response) is (why == "")

    def test_a_refusal_by_the_user(self):
        assert translate("q850", 21).reason is translate("sip", 603).reason is R.USER_REJECTED
