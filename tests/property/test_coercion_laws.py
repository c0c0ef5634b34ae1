"""Section 3, "Three doors, one normalisation": its laws, against a second reading of the spec.

The words, the aliases and the normalisation are written out here once more, from the spec's text
and with `re`, so that a slip in the package's tables or string handling has a witness.
"""

from __future__ import annotations

import copy
import pickle
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from session_lifecycle import (
    REASON_ALIASES,
    CoercionVia,
    SessionEvent,
    SessionLifecycleError,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    coerce_session_status,
    coerce_termination_reason,
    parse_session_event,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
)
from session_lifecycle import testing as kit


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


REASON_WORDS = _listed(
    """
    voicemail_detected silence_timeout max_call_duration participant_left pipeline_exit
    user_requested agent_initiated resolved unresolved abandoned escalated handoff_resolved
    transferred error unknown callee_busy callee_no_answer callee_unavailable callee_declined
    callee_not_found sip_failed unknown_reason client_initiated duplicate_identity server_shutdown
    participant_removed room_deleted state_mismatch join_failure migration signal_close
    room_closed user_unavailable user_rejected sip_trunk_failure connection_timeout media_failure
    agent_error dispatch_failed token_mint_failed sip_dial_failed participant_join_timeout
    setup_error stale_routing superseded duplicate_dispatch
    """
)
STATUS_WORDS = _listed(
    """
    queued ringing active paused waiting_for_human transferred awaiting_approval closed expired
    error superseded
    """
)
EVENT_WORDS = _listed(
    """
    ring answer pause resume request_human request_approval approve deny transfer return_to_agent
    close expire fail supersede
    """
)
# LiveKit's DisconnectReason: the proto's names, as livekit_models.proto lists them.
LIVEKIT_WORDS = _listed(
    """
    unknown_reason client_initiated duplicate_identity server_shutdown participant_removed
    room_deleted state_mismatch join_failure migration signal_close room_closed user_unavailable
    user_rejected sip_trunk_failure connection_timeout media_failure agent_error
    """
)
# "member names with a class prefix like DisconnectReason.ROOM_DELETED or
# SessionTerminationReason.ERROR"
ALIASES = {f"session_termination_reason_{word}": word for word in REASON_WORDS} | {
    f"disconnect_reason_{word}": word for word in LIVEKIT_WORDS
}


def _separated(text: str) -> str:
    """ "runs of `-`, `.`, `/`, `:` and white space turned into one `_`"."""
    return re.sub(r"[-./:\s]+", "_", text)


def _camel_split(text: str) -> str:
    """Put a "_" where a word begins: after a small letter, and at the end of an acronym."""
    # `re` has no classes for letter case, so the boundaries are found in the shape of the text.
    shape = "".join("U" if c.isupper() else "l" if c.islower() else "." for c in text)
    cuts = [m.start() for m in re.finditer(r"(?<=l)(?=U)|(?<=U)(?=Ul)", shape)]
    return "_".join(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True))


def _normalised(text: str) -> tuple[str, str]:
    """Both readings of the spec's order, the one that ignores case alone first.

    "then stripped, case-folded, camelCase split": after folding there is no camel case left to
    split. So case is ignored first; a camelCase boundary counts as a separator only if ignoring
    case alone did not give a word.
    """
    stripped = re.sub(r"\A\s+|\s+\Z", "", text)
    return _separated(stripped.casefold()), _separated(_camel_split(stripped).casefold())


def reading_by_the_letter(text: str) -> tuple[str, str]:
    """What section 3 says of a text: the reason, and the door."""
    if len(text) > 64:
        return "unknown", "unrecognized"
    if text in REASON_WORDS:
        return text, "exact"
    forms = _normalised(text)
    for form in forms:
        if form in REASON_WORDS:
            return form, "normalized"
    for form in forms:
        if form in ALIASES:
            return ALIASES[form], "alias"
    return "unknown", "unrecognized"


def _one_of_by_the_letter(text: str, words: tuple[str, ...]) -> str | None:
    if len(text) > 64:
        return None
    return next((form for form in (text, *_normalised(text)) if form in words), None)


# Characters that fold to letters of our words, and white space that is not ASCII.
_LOOKALIKES = {
    "s": "ſ",
    "k": "\N{KELVIN SIGN}",
    "ff": "ff",
    "st": "st",
    "fi": "fi",
    "ss": "ẞ",
}
_GAPS = ("_", "_", "-", ".", "/", ":", " ", "\t", "\u00a0", "\u2003", "\x1f", "--", " - ", "")
_ODD_GAPS = ("__", "_-", "-_", "·", "—", "\u200b", "\x00", "\\", "|")
_CASES = (str.lower, str.upper, str.capitalize, str.title, str.swapcase)


# By another hand than `drifted_reasons`, whose spellings are all read.
@st.composite
def spellings(draw: st.DrawFn, words: tuple[str, ...] = REASON_WORDS) -> str:
    """Draw a text near one of our words: ordinary spellings, odd ones, and near misses."""
    word = draw(st.sampled_from(words))
    prefix = draw(
        st.sampled_from(("", "", "", "", "SessionTerminationReason", "disconnect_reason"))
    )
    if prefix:
        word = f"{prefix}_{word}"
    gap = st.sampled_from(_GAPS if draw(st.integers(0, 4)) else _GAPS + _ODD_GAPS)
    one_gap = draw(st.one_of(st.none(), gap))
    one_case = draw(st.one_of(st.none(), st.sampled_from(_CASES)))
    text = ""
    for place, part in enumerate(word.split("_")):
        if place:
            text += draw(gap) if one_gap is None else one_gap
        kept = part == prefix  # A camel-case class name stays as the class spells it.
        case = one_case or draw(st.sampled_from(_CASES))
        text += part if kept else case(part)
    if not draw(st.integers(0, 3)):
        old, new = draw(st.sampled_from(sorted(_LOOKALIKES.items())))
        text = re.sub(old, new, text, flags=re.IGNORECASE)
    if not draw(st.integers(0, 3)):
        pad = st.text(st.sampled_from(" \t\n\u3000\x85-._"), max_size=4)
        text = draw(pad) + text + draw(pad)
    if not draw(st.integers(0, 5)):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.characters(codec="utf-8")) + text[place:]
    return text


ANY_TEXT = st.one_of(
    spellings(),
    spellings(STATUS_WORDS),
    spellings(EVENT_WORDS),
    kit.drifted_reasons(),
    kit.drifted_statuses(),
    st.text(max_size=80),
    st.sampled_from(sorted(ALIASES)),
)


class PlainColour(Enum):
    ERROR = "error"


class NumberedWord(IntEnum):
    ROOM_DELETED = 5


ANY_OBJECT = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=True),
        st.complex_numbers(),
        st.binary(max_size=80),
        ANY_TEXT,
        st.datetimes(timezones=st.just(UTC)),
        st.sampled_from((object(), PlainColour.ERROR, NumberedWord.ROOM_DELETED, str, Enum, len)),
        st.builds(Decimal, st.integers()),
        st.builds(Fraction, st.integers()),
        st.builds(ValueError, st.text(max_size=5)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_leaves=5,
)


class TestTheThreeDoors:
    """ "Three doors, one normalisation"."""

    @given(ANY_OBJECT)
    def test_coercion_is_total(self, value: object) -> None:
        """ "total. Never raises, for any object whatever." """
        assert type(coerce_termination_reason(value)) is SessionTerminationReason

    @given(ANY_OBJECT)
    def test_reading_is_the_same_answer_with_the_evidence(self, value: object) -> None:
        """ "`read_termination_reason(value)`: the same answer with the evidence"."""
        reading = read_termination_reason(value)
        assert reading.reason is coerce_termination_reason(value)
        assert type(reading.via) is CoercionVia
        assert (reading.via == "absent") is (value is None)

    @given(ANY_OBJECT)
    def test_parsing_raises_for_what_is_not_exact_normalized_or_an_alias(
        self, value: object
    ) -> None:
        """ "Raises `UnknownReasonError` (a `ValueError`) ... for anything that is not exact,
        normalized or an alias."
        """
        reading = read_termination_reason(value)
        if reading.via in {"exact", "normalized", "alias"}:
            assert parse_termination_reason(value) is reading.reason
            return
        assert reading.reason is SessionTerminationReason.UNKNOWN
        with pytest.raises(UnknownReasonError) as caught:
            parse_termination_reason(value)
        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, SessionLifecycleError)

    def test_none_gives_unknown(self) -> None:
        """ "`None` and everything unrecognised give `UNKNOWN`." """
        assert read_termination_reason(None) == (SessionTerminationReason.UNKNOWN, None, "absent")

    @given(ANY_TEXT)
    def test_raw_is_the_text_as_given(self, text: str) -> None:
        """ "`raw` (the value as given, exactly, up to 64 characters of text; longer text is kept
        truncated and marked)".
        """
        raw = read_termination_reason(text).raw
        assert type(raw) is str
        assert raw == (text if len(text) <= 64 else text[:63] + "…")

    @given(ANY_OBJECT)
    def test_raw_is_the_value_as_given(self, value: object) -> None:
        """ "`raw` (the value as given, exactly...)", for what is no text."""
        assume(not isinstance(value, str))
        assert read_termination_reason(value).raw is value

    @given(ANY_OBJECT)
    def test_a_reading_can_be_kept_and_printed(self, value: object) -> None:
        """ "how a service counts drift without losing data": it prints short, and pickles."""
        reading = read_termination_reason(value)
        assert len(repr(reading)) < 250
        assert str(reading).isprintable()
        if isinstance(value, (str, int, bytes)):
            assert pickle.loads(pickle.dumps(reading)) == reading


class TestNormalisation:
    """ "Normalisation, in order: an enum member is itself; a `str` is looked up as it is; then
    stripped, case-folded, camelCase split, and runs of `-`, `.`, `/`, `:` and white space turned
    into one `_`; then looked up again; then in the alias table".
    """

    @given(ANY_TEXT)
    @example("room deleted")
    @example("DisconnectReason.ROOM_DELETED")
    @example("SessionTerminationReason.ERROR")
    @example("SIPTrunkFailure")
    @example("sip.trunk/failure")
    @example("callee - busy")
    @example("-callee-busy-")
    @example("callee_-busy")
    @example("participant left" + " " * 48)
    @example("participant left" + " " * 49)
    @example("handoffResolved")
    @example("")
    @example("ſilence_timeout")
    @example("ſILENCE TIMEOUT")
    def test_agrees_with_the_letter_of_the_spec(self, text: str) -> None:
        """A reading written from the spec with `re` gives the same reason and the same door."""
        reading = read_termination_reason(text)
        assert (reading.reason.value, reading.via.value) == reading_by_the_letter(text)
        # The quick door too, which may have short cuts of its own.
        assert coerce_termination_reason(text) is reading.reason

    @given(st.one_of(spellings(STATUS_WORDS), ANY_TEXT))
    def test_statuses_are_read_the_same_way(self, text: str) -> None:
        """ "one normalisation": statuses too, without the reasons' aliases."""
        assert coerce_session_status(text) == _one_of_by_the_letter(text, STATUS_WORDS)

    @given(st.one_of(spellings(EVENT_WORDS), ANY_TEXT))
    def test_events_are_read_the_same_way(self, text: str) -> None:
        """ "Strict readers for the words that cross a wire: ... `parse_session_event`"."""
        expected = _one_of_by_the_letter(text, EVENT_WORDS)
        if expected is not None:
            assert parse_session_event(text) is SessionEvent(expected)
            return
        with pytest.raises(UnknownEventError):
            parse_session_event(text)

    @given(spellings())
    def test_surrounding_white_space_and_case_change_no_answer(self, text: str) -> None:
        """ "stripped, case-folded": a word stays the same word padded, shouted or whispered."""
        assume(len(text) < 40 and text.casefold() == text.upper().casefold())
        reason = coerce_termination_reason(text.casefold())
        assert coerce_termination_reason(f"  {text.casefold()}\n") is reason
        assert coerce_termination_reason(text.upper()) is reason

    @pytest.mark.parametrize("word", REASON_WORDS)
    def test_every_ordinary_spelling_of_every_word(self, word: str) -> None:
        """Snake, kebab, spaced, dotted, slashed, coloned, camel, Pascal, acronym: normalized."""
        first, *others = word.split("_")
        camel = first + "".join(part.capitalize() for part in others)
        spelled = {word.replace("_", gap) for gap in "-./: \t"}
        spelled |= {s.upper() for s in spelled} | {s.title() for s in spelled}
        spelled |= {word.upper(), word.capitalize(), camel, camel[0].upper() + camel[1:]}
        spelled |= {first.upper() + camel[len(first) :]}
        for text in spelled - {word}:
            reading = read_termination_reason(text)
            assert (reading.reason, reading.via) == (word, "normalized"), text

    def test_every_white_space_there_is(self) -> None:
        """ "runs of ... white space": whatever Unicode calls one, at the ends and in between."""
        spaces = [chr(n) for n in range(sys.maxunicode + 1) if re.match(r"\s", chr(n))]
        assert len(spaces) > 20
        for space in spaces:
            text = f"{space}Room{space}{space}deleted{space}"
            assert read_termination_reason(text)[::2] == ("room_deleted", "normalized"), ascii(text)
            assert coerce_session_status(f"awaiting{space}approval") == "awaiting_approval"


class TestTheLawsOfCoercion:
    """ "Laws: idempotent; canonical values are fixed points; an alias never shadows a canonical
    value; cost is bounded whatever the length of the input".
    """

    @given(ANY_OBJECT)
    def test_idempotent(self, value: object) -> None:
        """Coercing what coercion gave, as a member or as its text, gives it again."""
        once = coerce_termination_reason(value)
        assert coerce_termination_reason(once) is once
        assert coerce_termination_reason(str(once)) is once

    @given(ANY_OBJECT)
    def test_status_coercion_is_idempotent(self, value: object) -> None:
        """The statuses' own door: what it gave, it gives again, `None` included."""
        once = coerce_session_status(value)
        assert coerce_session_status(once) is once

    def test_the_words_are_these(self) -> None:
        """ "exactly these 46, in this order"; 11 statuses; 14 events."""
        assert tuple(SessionTerminationReason) == REASON_WORDS
        assert tuple(SessionStatus) == STATUS_WORDS
        assert tuple(SessionEvent) == EVENT_WORDS
        assert len(REASON_WORDS) == 46

    @pytest.mark.parametrize("reason", SessionTerminationReason)
    def test_canonical_values_are_fixed_points(self, reason: SessionTerminationReason) -> None:
        """ "canonical values are fixed points", as a member and as text, at all three doors."""
        for value in (reason, reason.value):
            assert coerce_termination_reason(value) is reason
            assert parse_termination_reason(value) is reason
            assert read_termination_reason(value) == (reason, reason.value, "exact")
        assert read_termination_reason(reason).raw is reason

    @pytest.mark.parametrize("status", SessionStatus)
    def test_canonical_statuses_are_fixed_points(self, status: SessionStatus) -> None:
        """ "canonical values are fixed points" at the statuses' doors."""
        for value in (status, status.value):
            assert coerce_session_status(value) is status
            assert parse_session_status(value) is status

    def test_an_alias_never_shadows_a_canonical_value(self) -> None:
        """ "an alias never shadows a canonical value", in whatever spelling."""
        assert not set(REASON_ALIASES) & set(REASON_WORDS)
        # A word that normalises to a canonical value must never be caught by an alias.
        squeezed = {word.replace("_", "") for word in REASON_WORDS}
        assert not {alias.replace("_", "") for alias in REASON_ALIASES} & squeezed

    def test_the_alias_table(self) -> None:
        """ "small, dated, each alias with the place where it was seen"; keyed by what it says."""
        assert {key: row.reason for key, row in REASON_ALIASES.items()} == ALIASES
        for key, row in REASON_ALIASES.items():
            assert key == row.alias
            assert row.seen
            assert datetime.fromisoformat(row.date).year >= 2024
            assert len(key) <= 64, "an alias longer than what is read could never be found"

    @given(spellings(), st.integers(65, 500))
    def test_long_text_is_unrecognised_whatever_it_holds(self, text: str, length: int) -> None:
        """ "cost is bounded whatever the length of the input (text over 64 characters is never
        scanned whole)": padding cannot be stripped off unseen, so that no answer depends on it.
        """
        for padded in (text.ljust(length), text.rjust(length), text * length):
            if len(padded) > 64:
                assert read_termination_reason(padded).via == "unrecognized"
                assert coerce_session_status(padded) is None


class TestWhatIsRefused:
    """ "No fuzzy matching, ever: `operator-busy` is not `callee_busy`." """

    @given(st.data())
    def test_no_fuzzy_matching_ever(self, data: st.DataObject) -> None:
        """One letter more, less or other makes no word of ours, unless it makes another one."""
        word = data.draw(st.sampled_from(REASON_WORDS))
        place = data.draw(st.integers(0, len(word) - 1))
        letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
        edited = data.draw(
            st.sampled_from(
                (
                    word[:place] + word[place + 1 :],
                    word[:place] + letter + word[place:],
                    word[:place] + letter + word[place + 1 :],
                )
            )
        )
        assume(edited not in REASON_WORDS)
        assert read_termination_reason(edited).via == "unrecognized"
        assert coerce_termination_reason("operator-busy") is SessionTerminationReason.UNKNOWN

    @given(
        st.one_of(
            st.booleans(),
            st.integers(),
            st.floats(),
            st.binary(),
            st.sampled_from([word.encode() for word in REASON_WORDS]),
            st.sampled_from([bytearray(word.encode()) for word in REASON_WORDS]),
            st.just(NumberedWord.ROOM_DELETED),
        )
    )
    def test_bool_numbers_and_bytes_are_unrecognised(self, value: object) -> None:
        """ "`bool`, numbers and `bytes` are unrecognised here"."""
        assert read_termination_reason(value).via == "unrecognized"
        assert coerce_session_status(value) is None

    def test_another_vocabularys_member_is_read_as_its_text(self) -> None:
        """A `StrEnum` member is a `str` and is looked up as it is; a plain `Enum` is no text."""

        class Theirs(StrEnum):
            ROOM = "room_deleted"

        reading = read_termination_reason(Theirs.ROOM)
        assert (reading.reason, reading.raw, reading.via) == (
            SessionTerminationReason.ROOM_DELETED,
            "room_deleted",
            "exact",
        )
        assert read_termination_reason(PlainColour.ERROR).via == "unrecognized"


class TestStatuses:
    """ "Statuses get the opposite default, and so their own door"."""

    @given(ANY_OBJECT)
    def test_strict_and_total_door_agree(self, value: object) -> None:
        """ "`parse_session_status` is strict, `coerce_session_status` returns `None` for what it
        does not know, because an unknown status must neither end a live call nor count as live."
        """
        known = coerce_session_status(value)
        if known is not None:
            assert parse_session_status(value) is known
            return
        with pytest.raises(UnknownStatusError) as caught:
            parse_session_status(value)
        assert isinstance(caught.value, ValueError)


class TestTheErrors:
    """Section 8: "Facts as attributes ... they pickle, copy, and never print more than 64
    characters of foreign text, escaped."
    """

    @given(st.one_of(st.text(max_size=200), st.integers(), st.binary(max_size=99), st.none()))
    def test_facts_as_attributes_that_survive_pickle_and_copy(self, value: object) -> None:
        """`.value` is what was given, text of more than 64 characters cut and marked."""
        raised = []
        for parse in (parse_termination_reason, parse_session_status, parse_session_event):
            try:
                parse(value)
            except (UnknownReasonError, UnknownStatusError, UnknownEventError) as error:
                raised.append(error)
        long = isinstance(value, str) and len(value) > 64
        for error in raised:
            assert error.value == (f"{value[:63]}…" if long else value)  # type: ignore[index]
            for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
                assert type(twin) is type(error)
                assert (twin.value, twin.suggestions) == (error.value, error.suggestions)
                assert str(twin) == str(error)
            assert str(error).isprintable()
            assert len(str(error)) < 600

    @given(st.sampled_from(REASON_WORDS), st.data())
    def test_the_closest_known_values(self, word: str, data: st.DataObject) -> None:
        """ "with the closest known values": one wrong letter, and the word is suggested."""
        place = data.draw(st.integers(1, len(word) - 1))
        edited = word[:place] + "x" + word[place:]
        with pytest.raises(UnknownReasonError) as caught:
            parse_termination_reason(edited)
        assert word in caught.value.suggestions
        assert set(caught.value.suggestions) <= set(REASON_WORDS)
        assert word in str(caught.value)
