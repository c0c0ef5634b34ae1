"""What a production log contains that a vendor's table does not."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from session_lifecycle._text import show
from session_lifecycle.crosswalk._tables import index_of, vocabulary
from session_lifecycle.crosswalk._translate import kept, look_up
from session_lifecycle.crosswalk._values import VendorVocabulary

# Nearest words are looked for among all that a vendor has: only for so many strangers.
HINTED = 50
# How alike two words are at least: below it, a hint would mislead.
_ALIKE = 0.6


class UnlistedCode(NamedTuple):
    """A word that a vendor's table does not have.

    Attributes:
        code: the word as it was seen, up to 256 characters, without white space around it.
        seen: how often it was seen.
        nearest: the listed word most like it, a hint for a person and never an answer; `""` for
            numbers, if none is much like it, and for all but the 50 most frequent words.
    """

    code: str
    seen: int
    nearest: str


def drift(
    vendor: str | VendorVocabulary,
    seen_codes: Iterable[object] | Mapping[object, int],
    *,
    field: str | None = None,
) -> tuple[UnlistedCode, ...]:
    """Return what a log contains that a vendor's table does not, the most frequent first.

    Args:
        vendor: one of `vendors()`, or a vocabulary, one kept from an older release say.
        seen_codes: the words as they were seen, `None` or a blank for a record without one; or
            how often each was seen.
        field: the field they stood in; without it, a word that any field has is listed.

    Raises:
        UnknownVendorError: if there is no such vendor.
        ValueError: if the vendor has no such field.
        TypeError: if `seen_codes` is a text, whose letters are no words.

    >>> drift("retell", ["user_hangup", "user_hung_up", "user_hung_up"])
    (UnlistedCode(code='user_hung_up', seen=2, nearest='user_hangup'),)
    """
    words = vendor if isinstance(vendor, VendorVocabulary) else vocabulary(vendor)
    if field is not None:
        chosen = tuple([one for one in words.fields if one.name == field])
        if not chosen:
            names = ", ".join([one.name for one in words.fields])
            raise ValueError(f"{words.vendor} has no field {show(field)}, expected one of: {names}")
        words = words._replace(fields=chosen)
    index = index_of(words)
    listed = [str(code) for code in index.by_code]
    if issubclass(type(seen_codes), str | bytes):
        raise TypeError(f"seen_codes is {show(seen_codes)}, expected a list of words or counts")
    counts: dict[str, int] = {}
    for code, count in _counted(seen_codes):
        word = kept(code).strip()
        if word and look_up(index, code) is None:
            counts[word] = counts.get(word, 0) + count
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        [
            UnlistedCode(code, count, _nearest(code, listed) if place < HINTED else "")
            for place, (code, count) in enumerate(ranked)
        ]
    )


def _counted(
    seen_codes: Iterable[object] | Mapping[object, int],
) -> Iterable[tuple[object, int]]:
    if isinstance(seen_codes, Mapping):
        return cast("Mapping[object, int]", seen_codes).items()
    return ((code, 1) for code in seen_codes)


def _nearest(code: str, listed: list[str]) -> str:
    from difflib import get_close_matches

    if code.removeprefix("-").isdecimal():
        return ""  # A number much like another says nothing.
    return "".join(get_close_matches(code, listed, 1, _ALIKE))
