"""The crosswalk: whatever a call record holds, a translation, well formed and bounded.

Laws: total for any vendor and any JSON value in any field; a number is read the same as text and as
an `int`, and in other digits it is none; white space around a word counts for nothing; a live
status is never answered with an end; a claim is made of an end and of nothing else, and its raw
word fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from session_lifecycle import SessionStatus, SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import Translation, translate, translate_call, vendors
from session_lifecycle.crosswalk._translate import translate_status
from tests.fuzz import mutations
from tests.fuzz.inputs import VENDORS, as_lines, json_of, vendors_words
from tests.oracle.spec import LIVE

mutate = mutations.json_lines
MAX_LEN = 1_000
_FIELDS = ("code", "status", "sip_status", "q850_cause")
# The longest number that is compared with its text: above, a number is shown and not kept.
_WHOLE = 10**15


def seeds() -> Iterator[bytes]:
    """Yield words of the vendors' lists, alone and in records that contradict themselves."""
    for file in sorted(VENDORS.glob("*.txt")):
        vendor = file.name.partition(".")[0]
        for number, word in enumerate(islice(vendors_words(file.stem), 8)):
            record = {"vendor": vendor, "code": word, "status": word if number % 2 else "completed"}
            yield as_lines([record | {"sip_status": (486, "200", 480)[number % 3]}])
            yield as_lines([{"vendor": vendor, "code": f" {word}\n", "q850_cause": number + 16}])


def check(data: bytes) -> None:
    """Read the bytes as one call record."""
    try:
        record = json_of(data)
    except ValueError:
        return
    if not isinstance(record, dict):
        record = {"vendor": "livekit", "code": record}
    vendor: Any = record.get("vendor", "")
    given = {name: record.get(name) for name in _FIELDS}
    found = translate_call(vendor=vendor, **given)
    _check(found)
    stands = translate_status(vendor, given["status"])
    if stands.status in LIVE and not stands.is_end:
        assert not found.is_end
    assert translate_call(vendor=vendor, **{n: _other(v) for n, v in given.items()}) == found
    for value in given.values():
        one = translate(vendor, value)
        _check(one)
        if isinstance(value, str) and len(value) < 200:
            padded = translate(vendor, f" {value}\n")
            assert (padded.reason, padded.grade) == (one.reason, one.grade)
            if value.isdecimal() and str(int(value)) != value:
                assert one.grade == "unlisted"
        else:
            assert translate(vendor, _other(value)) == one


def _check(found: Translation) -> None:
    assert type(found) is Translation
    assert type(found.reason) is SessionTerminationReason
    assert type(found.grade) is TranslationGrade
    assert found.status is None or type(found.status) is SessionStatus
    assert found.is_end is (found.status not in LIVE) or found.status is None
    assert found.grade == "unlisted" or found.vendor in vendors()
    assert len(found.vendor) <= 64
    assert len(found.code) <= 256
    assert len(found.note) < 600
    assert found.note.isprintable()
    assert repr(found).isprintable()
    claim = found.claim()
    assert (claim is not None) is found.is_end
    if claim is not None:
        assert claim.reason is found.reason
        assert len(claim.raw or "") <= 64
        assert len(repr(claim)) < 500
        assert repr(claim).isprintable()


def _other(value: Any) -> Any:
    """A number as text."""
    return str(value) if type(value) is int and abs(value) < _WHOLE else value
