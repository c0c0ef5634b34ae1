"""Each module has exactly the words of the vendor's list, as it is kept beside these tests."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from session_lifecycle.crosswalk import vendors, vocabulary

LISTS = Path(__file__).parent.parent / "data" / "vendors"


class Listed(NamedTuple):
    words: dict[str, str | None]
    """Each word, and its number if it has one."""
    retired: frozenset[str]


def read(path: Path) -> Listed:
    head, words, retired = [], {}, set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            head.append(line)
            continue
        word, _, number = line.removeprefix("~").partition("\t")
        assert word not in words, f"{path.name}: {word} twice"
        words[word] = number or None
        if line.startswith("~"):
            retired.add(word)
    assert any(line.startswith("# source: ") for line in head), path.name
    assert any(line.startswith("# read: 2026-") for line in head), path.name
    return Listed(words, frozenset(retired))


FIELDS = [(vendor, field) for vendor in vendors() for field in vocabulary(vendor).fields]


@pytest.mark.parametrize(("vendor", "field"), FIELDS, ids=[f"{v}-{f.name}" for v, f in FIELDS])
def test_a_field_has_the_words_of_its_list(vendor, field):
    """equality of each module with the vendor's list kept under `tests/data/vendors/` (verbatim
    values, date and source on the first lines)"""
    listed = read(LISTS / f"{vendor}.{field.name}.txt")
    own = [row.code for row in field.rows]
    also = dict(field.also)
    # Where a number is what is sent, the number is the code and the name another spelling.
    codes = {word: word if word in own else number for word, number in listed.words.items()}
    assert sorted(map(str, codes.values())) == sorted(own)
    assert {codes[word] for word in listed.retired} == {r.code for r in field.rows if r.retired}
    for word, number in listed.words.items():
        if number is not None and number != word:
            assert also.get(number) == word or also.get(word) == number


def test_every_list_belongs_to_a_field():
    names = {path.name for path in LISTS.glob("*.txt")}
    assert {f"{vendor}.{field.name}.txt" for vendor, field in FIELDS} == {
        name for name in names if name.count(".") == 2
    }
