"""120 words judged a second time, and every difference settled in writing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from session_lifecycle import SessionTerminationReason, reason_traits
from session_lifecycle.crosswalk import translate
from tests.crosswalk.second_judgement import Word, digest, drawn, listed

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "data" / "second_judgement.tsv"


class Second(NamedTuple):
    word: Word
    reason: str
    grade: str
    why: str


def judged() -> list[Second]:
    text = FILE.read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("# ")]
    return [Second(Word(*row[:3]), *row[3:]) for row in rows]


class Difference(NamedTuple):
    first: tuple[str, str]
    second: tuple[str, str]
    settled: str


def settled() -> dict[tuple[str, str], Difference]:
    page = (ROOT / "docs" / "explanation" / "judged-twice.md").read_text(encoding="utf-8")
    row = r"^\| (\w+) \| `(.+)` \| `(\w+)`, (\w+) \| `(\w+)`, (\w+) \| (.+) \|$"
    return {
        (vendor, code): Difference((one, grade), (other, second), how)
        for vendor, code, one, grade, other, second, how in re.findall(row, page, re.M)
    }


class TestTheSecondJudgement:
    """120 codes drawn with a fixed seed are judged a second time, blind, from the vendors' docs by
    someone who has not seen the table, the agreement is printed and every difference resolved in
    writing."""

    def test_the_words_are_those_drawn(self):
        words = [second.word for second in judged()]
        assert len(words) == len(set(words)) == 120
        assert set(words) <= {word for of_vendor in listed().values() for word in of_vendor}
        assert all(second.why for second in judged())
        if f"# drawn from: {digest()}" in FILE.read_text(encoding="utf-8"):
            assert words == drawn()
        else:  # The lists have grown since: what was drawn is still listed, and that is all.
            assert len(drawn()) == 120

    @pytest.mark.parametrize("second", judged(), ids=lambda second: "-".join(second.word))
    def test_every_difference_is_settled(self, second):
        vendor, field, code = second.word
        now = translate(vendor, code, field=field)
        ours = (str(now.reason), str(now.grade))
        difference = settled().get((vendor, code))
        if difference is None:
            assert ours == (second.reason, second.grade)
            return
        assert difference.second == (second.reason, second.grade) != difference.first
        if difference.settled.startswith("kept: "):
            assert ours == difference.first
        else:
            assert difference.settled.startswith("changed to ")
            assert ours != difference.first

    def test_no_difference_too_many(self):
        words = {(second.word.vendor, second.word.code) for second in judged()}
        assert settled().keys() <= words

    def test_the_agreement_is_printed(self):
        differences = settled().values()
        reasons = [d for d in differences if d.first[0] != d.second[0]]
        advice = [d for d in reasons if redial(d.first[0]) != redial(d.second[0])]
        page = (ROOT / "docs" / "explanation" / "judged-twice.md").read_text(encoding="utf-8")
        assert f"| the same reason | {120 - len(reasons)} |" in page
        assert f"| the same advice on dialling again | {120 - len(advice)} |" in page
        assert f"| the same reason and the same grade | {120 - len(differences)} |" in page

    def test_how_many_were_changed(self):
        changed = [d for d in settled().values() if d.settled.startswith("changed")]
        page = ROOT / "docs" / "how-to" / "add-a-vendor.md"
        assert len(changed) == 3
        assert "three were changed because of it" in page.read_text(encoding="utf-8")


def redial(reason: str) -> str:
    return reason_traits(SessionTerminationReason(reason)).redial
