"""What a vendor's call record offers, as the arguments of `translate_call`.

The words of a record contradict each other, and that is what the records are for: a call that was
`completed` with SIP 486, or an agent that hung up on a voicemail.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, TypedDict

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from session_lifecycle._text import show
from session_lifecycle.testing._drift import drifted_reasons
from session_lifecycle.testing._mix import among, mixed
from session_lifecycle.testing._named import named
from session_lifecycle.testing._vendor_words import vendor_words

if TYPE_CHECKING:
    from session_lifecycle.crosswalk import FieldKind


class CallRecord(TypedDict, total=False):
    """The arguments of `translate_call`, those that the record has: `translate_call(**record)`.

    Attributes:
        vendor: whose record it is.
        code: the vendor's word or number for why it ended, or for who picked up.
        status: the vendor's word for where the call stands.
        sip_status: a SIP response code, as a number or as text.
        q850_cause: a Q.850 cause, likewise.
    """

    vendor: str
    code: object
    status: object
    sip_status: object
    q850_cause: object


# They have tables, but no calls of their own; the simplest of the others first.
_STANDARDS = ("sip", "q850", "websocket", "vcon")
_SIP = (486, 200, 480, 487, 404, 408, 503, 603, 600, 183, 999)
_Q850 = (16, 17, 18, 19, 21, 1, 31, 34, 102, 127)


@named
def call_records(
    *, vendors: Iterable[str] | None = None, drifted: bool = False
) -> SearchStrategy[CallRecord]:
    """Return a strategy for call records: what `translate_call` takes, of every vendor.

    Some fields are left out, and some are `None`. Words come from the vendor's own table, numbers
    as numbers and as text. It shrinks to a record that names the vendor alone.

    Args:
        vendors: only records of these vendors, as in `crosswalk.vendors()`.
        drifted: some words that the vendor's table does not have, text or not.

    Raises:
        InvalidArgument: if a vendor has no table, or there are none.

    Example: `call_records(vendors=["twilio", "telnyx"])`.
    """
    from session_lifecycle.crosswalk import vendors as every_vendor

    names = [name for name in every_vendor() if name not in _STANDARDS]
    if vendors is not None:
        wanted = [vendors] if isinstance(vendors, str) else list(vendors)
        for name in wanted:
            if name not in every_vendor():
                expected = ", ".join(every_vendor())
                raise InvalidArgument(f"vendors has {show(name)}, expected some of: {expected}")
        if not wanted:
            raise InvalidArgument("vendors is empty: leave it out for all, or name at least one")
        names = [name for name in every_vendor() if name in wanted]
    return among(names).flatmap(lambda name: _of_vendor(name, drifted))


# Made once for each vendor: to make a strategy anew takes longer than to draw from it.
@cache
def _of_vendor(vendor: str, drifted: bool) -> SearchStrategy[CallRecord]:
    record: SearchStrategy[CallRecord] = st.fixed_dictionaries(  # type: ignore[assignment]
        {"vendor": st.just(vendor)},
        optional={
            "code": _words(vendor, ("reason", "detector", "event"), drifted),
            "status": _words(vendor, ("status",), drifted),
            "sip_status": _numbers(_SIP),
            "q850_cause": _numbers(_Q850),
        },
    )
    return record


def _words(vendor: str, kinds: tuple["FieldKind", ...], drifted: bool) -> SearchStrategy[object]:
    words = vendor_words(vendor, kinds)
    numbers = [int(word) for word in words if word.isdecimal()]
    parts: list[tuple[int, SearchStrategy[object]]] = [(1, st.none())]
    if words:
        parts.append((6, among(words)))
    if numbers:
        parts.append((2, among(numbers)))
    if drifted:
        parts.append((3, drifted_reasons(text_only=False)))
    return mixed(*parts)


def _numbers(numbers: tuple[int, ...]) -> SearchStrategy[object]:
    return mixed(
        (4, among(numbers)),
        (2, among([str(number) for number in numbers])),
        (1, st.none()),
    )
