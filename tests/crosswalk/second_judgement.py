"""Which 120 words are judged a second time: drawn from the vendors' lists, with a fixed seed.

One word from each vendor in turn, so that no vendor with six hundred words is most of the sample.
`python -m tests.crosswalk.second_judgement` prints them. They were drawn from the lists of
2026-11-24; from longer lists the same seed draws other words.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LISTS = Path(__file__).parent.parent / "data" / "vendors"
SEED = 20261124
SIZE = 120


class Word(NamedTuple):
    """A word of a vendor's, and where it stands."""

    vendor: str
    field: str
    code: str


def listed() -> dict[str, list[Word]]:
    """Every word of every list, by vendor."""
    found: dict[str, list[Word]] = {}
    for path in sorted(LISTS.glob("*.txt")):
        vendor, field, *release = path.stem.split(".")
        if release:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("# "):
                word = line.removeprefix("~").partition("\t")[0]
                found.setdefault(vendor, []).append(Word(vendor, field, word))
    return found


def digest() -> str:
    """A short name for the lists as they are now."""
    text = "\n".join("\t".join(word) for words in listed().values() for word in words)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def drawn() -> list[Word]:
    """The words to judge, in the order in which they are drawn."""
    chance = random.Random(SEED)
    words = listed()
    for vendor in sorted(words):
        chance.shuffle(words[vendor])
    return list(_in_turn(words))[:SIZE]


def _in_turn(words: dict[str, list[Word]]) -> Iterator[Word]:
    while any(words.values()):
        for vendor in sorted(words):
            if words[vendor]:
                yield words[vendor].pop()


if __name__ == "__main__":
    for one in drawn():
        print("\t".join(one))
