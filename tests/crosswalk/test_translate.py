"""`translate`: total, verbatim, and never a guess."""

from __future__ import annotations

import copy
import enum
import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import EndClaim, SessionStatus, SessionTerminationReason
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import (
    Translation,
    UnknownVendorError,
    VendorField,
    VendorVocabulary,
    _translate,
    drift,
    translate,
    translate_call,
    vendors,
    vocabulary,
)

R = SessionTerminationReason


class Name(enum.StrEnum):
    DELETED = "ROOM_DELETED"


class Number(enum.IntEnum):
    DELETED = 5


class Plain(enum.Enum):
    BY_NAME = "ROOM_DELETED"
    BY_NUMBER = 5


class LyingText(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("ROOM_CLOSED")

    def __str__(self):
        raise RuntimeError("no text for you")

    def strip(self, chars=None):
        raise RuntimeError("no text for you")


class TestANumberAndAName:
    """Numbers and names both work where the vendor has both (LiveKit `5` and `ROOM_DELETED`; SIP
    `486`)."""

    @pytest.mark.parametrize(
        "code", ["ROOM_DELETED", 5, "5", " ROOM_DELETED\n", *Name, *Number, *Plain], ids=repr
    )
    def test_livekit(self, code):
        found = translate("livekit", code)
        assert (found.reason, found.grade, found.code) == (R.ROOM_DELETED, G.EXACT, "ROOM_DELETED")

    @pytest.mark.parametrize("code", [486, "486", "SIP_STATUS_BUSY_HERE"])
    def test_sip(self, code):
        found = translate("sip", code)
        assert (found.reason, found.grade, found.code) == (R.CALLEE_BUSY, G.EXACT, "486")

    def test_a_bare_number_is_the_first_fields(self):
        """Bare numbers are those of the first field that has numbers"""
        assert translate("livekit", 3).reason is R.SERVER_SHUTDOWN
        other = translate("livekit", 3, field="sip_call_status")
        assert (other.code, other.field) == ("SCS_DISCONNECTED", "sip_call_status")

    @pytest.mark.parametrize("code", ["0486", "+486", "486.0", 486.0, "4٨6", b"486", True])
    def test_no_other_number(self, code):
        assert translate("sip", code).grade is G.UNLISTED


class TestTotal:
    """Total: an unlisted code gives `UNKNOWN`, grade `unlisted`, the raw code kept."""

    @pytest.mark.parametrize("vendor", vendors())
    def test_a_stranger(self, vendor):
        found = translate(vendor, "quantum hang-up")
        assert found == (
            *(vendor, "quantum hang-up", R.UNKNOWN, G.UNLISTED, None),
            *("no row for this word", None, ""),
        )
        assert found.claim() == EndClaim(R.UNKNOWN, source=vendor, raw="quantum hang-up")

    @given(st.sampled_from([*vendors(), "nobody"]), st.one_of(st.text(), st.integers(), st.none()))
    def test_any_text_or_number(self, vendor, code):
        found = translate(vendor, code)
        assert type(found) is Translation
        assert found.vendor == vendor
        if found.grade is G.UNLISTED:
            assert found.reason is R.UNKNOWN
            assert found.code == ("" if code is None else str(code)[:256])
        claim = found.claim()
        assert (claim is None) is (found.grade is G.NOT_AN_END)

    @pytest.mark.parametrize(
        "code",
        [None, True, 1.5, b"486", [], {}, object(), float("nan"), 10**5000, type, ("a",), {1}],
        ids=lambda code: type(code).__name__,
    )
    def test_any_object(self, code):
        found = translate("sip", code)
        assert (found.reason, found.grade) == (R.UNKNOWN, G.UNLISTED)
        assert len(found.code) <= 80
        assert found.claim() is not None

    def test_an_object_that_lies_about_its_class(self):
        class Lies:
            @property
            def __class__(self):
                return enum.Enum

        class Raises:
            @property
            def __class__(self):
                raise RuntimeError("no class for you")

        class Hashless(str):
            __slots__ = ()

            def __hash__(self):
                raise RuntimeError("no hash for you")

        for code in (Lies(), Raises()):
            assert translate("sip", code).grade is G.UNLISTED
            assert translate_call(vendor="sip", code=code, status=code).grade is G.UNLISTED
            assert len(drift("sip", [code])) == 1
        assert translate(Hashless("livekit"), 5).reason is R.ROOM_DELETED
        assert translate_call(vendor=Hashless("livekit"), status=3).code == "SCS_DISCONNECTED"
        assert vocabulary(Hashless("livekit")) is vocabulary("livekit")

    def test_a_text_that_lies(self):
        found = translate("livekit", LyingText("quantum"))
        assert (found.grade, found.code) == (G.UNLISTED, "quantum")
        assert translate("livekit", LyingText("ROOM_DELETED")).reason is R.ROOM_DELETED

    @pytest.mark.parametrize("vendor", ["nobody", "", "LiveKit", 5, None, [], "x" * 1000])
    def test_a_vendor_without_a_table(self, vendor):
        found = translate(vendor, "ROOM_DELETED")
        assert (found.reason, found.grade, found.code) == (R.UNKNOWN, G.UNLISTED, "ROOM_DELETED")
        assert found.note.startswith("no table for vendor ")
        assert len(found.note) < 100

    @pytest.mark.parametrize("field", ["nobody", "", "*", 5, [], "x" * 1000])
    def test_a_field_the_vendor_does_not_have(self, field):
        found = translate("daily", "leftCall", field=field)
        assert found.grade is G.UNLISTED
        assert found.note.startswith("daily has no field ")
        assert len(found.note) < 110

    def test_a_long_text_costs_nothing(self):
        found = translate("pipecat", "x" * 50_000_000)
        assert (found.grade, len(found.code)) == (G.UNLISTED, 256)

    def test_nothing_is_guessed(self):
        for vendor, code in [
            ("livekit", "room_deleted"),
            ("livekit", "Room deleted"),
            ("twilio", "no_answer"),
            ("retell", "User_Hangup"),
            ("vapi", "customer-busy!"),
        ]:
            assert translate(vendor, code).grade is G.UNLISTED, (vendor, code)


class TestAClaim:
    """`Translation.claim(at, source)` makes the `EndClaim`, or `None` where the word is not an
    end."""

    NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def test_it_keeps_the_word(self):
        claim = translate("sip", 486).claim(self.NOON, "dialler")
        assert claim == EndClaim(R.CALLEE_BUSY, self.NOON, "dialler", raw="486")

    def test_the_vendor_said_it_unless_somebody_else_did(self):
        assert translate("sip", 486).claim().source == "sip"
        assert translate("sip", 486).claim(source="").source == ""

    def test_no_end_no_claim(self):
        for vendor, code in [
            ("livekit", "MIGRATION"),
            ("livekit", 2),
            ("twilio", "in-progress"),
            ("sip", 180),
            ("daily", "hidden"),
        ]:
            assert translate(vendor, code).claim(self.NOON) is None

    def test_a_time_needs_a_zone(self):
        with pytest.raises(ValueError, match="zone"):
            translate("sip", 486).claim(datetime(2026, 11, 24))
        plus_two = timezone(timedelta(hours=2))
        claim = translate("sip", 486).claim(datetime(2026, 11, 24, 14, tzinfo=plus_two))
        assert claim.at == self.NOON

    def test_a_long_word_is_cut(self):
        code = "call.in-progress.error-vapifault-" + "x" * 100
        claim = translate("vapi", code).claim()
        assert claim.raw == code[:63] + "…"

    def test_nothing_said_is_no_word(self):
        assert translate("sip", None).claim() == EndClaim(R.UNKNOWN, source="sip")
        assert translate("sip", "").claim().raw is None


def vendor_of(*fields: tuple[str, dict[str, tuple[object, ...]]]) -> VendorVocabulary:
    """A vendor whose fields have these words, each with reason, grade and status."""
    return VendorVocabulary(
        "made_up",
        "Made up",
        tuple(
            VendorField(
                *(name, "reason", name, "1", "here", "2026-11-24"),
                tuple(
                    Translation("made_up", code, *cells, "why", None, name)  # type: ignore[arg-type]
                    for code, cells in words.items()
                ),
                (),
            )
            for name, words in fields
        ),
    )


class TestAWordInTwoFields:
    """Where they differ, the word without a field is `ambiguous`, and means what is true in all of
    them."""

    def merged(self, one, other):
        from session_lifecycle.crosswalk._tables import index_of

        index = index_of(vendor_of(("one", {"word": one}), ("other", {"word": other})))
        found = index.by_code["word"]
        assert found.claim() is None or found.claim().raw == "word"
        return found

    def test_the_same(self):
        same = (R.CALLEE_BUSY, G.EXACT, None)
        assert self.merged(same, same)[2:5] == same

    def test_two_reasons(self):
        found = self.merged((R.CALLEE_BUSY, G.EXACT, None), (R.CALLEE_DECLINED, G.EXACT, None))
        assert found[2:5] == (R.UNKNOWN, G.AMBIGUOUS, None)
        assert found.note == "which field it stands in decides: one or other"
        assert found.field == "one or other"

    def test_two_grades(self):
        found = self.merged((R.ERROR, G.EXACT, None), (R.ERROR, G.NARROWER, None))
        assert found[2:5] == (R.ERROR, G.AMBIGUOUS, None)

    def test_an_end_and_none(self):
        found = self.merged(
            (R.UNKNOWN, G.NOT_AN_END, SessionStatus.ACTIVE), (R.ERROR, G.EXACT, None)
        )
        assert found[2:5] == (R.UNKNOWN, G.NOT_AN_END, None)
        assert found.claim() is None

    def test_two_live_statuses(self):
        live = [(R.UNKNOWN, G.NOT_AN_END, s) for s in (SessionStatus.ACTIVE, SessionStatus.PAUSED)]
        assert self.merged(*live)[2:5] == (R.UNKNOWN, G.NOT_AN_END, None)


class TestVocabulary:
    """`vocabulary(vendor)` (rows, source, date)"""

    def test_daily(self):
        words = vocabulary("daily")
        assert (words.vendor, words.title) == ("daily", "Daily")
        (field,) = words.fields
        assert (field.name, field.kind) == ("participant_left_reason", "reason")
        assert field.read == "2026-11-24"
        assert [row.code for row in words.rows] == ["leftCall", "hidden"]

    @pytest.mark.parametrize("vendor", ["LiveKit", "live-kit", "lievkit"])
    def test_a_misspelt_vendor(self, vendor):
        for ask in (vocabulary, lambda vendor: drift(vendor, [])):
            with pytest.raises(UnknownVendorError) as caught:
                ask(vendor)
            assert caught.value.value == vendor
            assert caught.value.suggestions == ("livekit",)
            assert str(caught.value).startswith(
                f"'{vendor}' is not a vendor with a table. The closest known: 'livekit'. "
                "Expected one of: sip, q850,"
            )

    @pytest.mark.parametrize("vendor", [None, 5, [], "", "x" * 10_000])
    def test_no_vendor_at_all(self, vendor):
        with pytest.raises(UnknownVendorError) as caught:
            vocabulary(vendor)
        assert caught.value.suggestions == ()
        assert len(str(caught.value)) < 400

    def test_values_travel(self):
        for thing in (translate("daily", "leftCall"), vocabulary("daily").rows):
            assert pickle.loads(pickle.dumps(thing)) == thing
            assert copy.deepcopy(thing) == thing
        with pytest.raises(UnknownVendorError) as caught:
            vocabulary("nobody")
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
        assert issubclass(UnknownVendorError, ValueError)


class CountingDict(dict):
    """Counts how often something is looked up in it."""

    looked_up = 0

    def __getitem__(self, key):
        CountingDict.looked_up += 1
        return super().__getitem__(key)

    def get(self, key, default=None):
        CountingDict.looked_up += 1
        return super().get(key, default)


@pytest.mark.parametrize("field", [None, "disconnect_reason"])
@pytest.mark.parametrize("code", [5, "5", "ROOM_DELETED"])
def test_at_most_three_lookups(monkeypatch, code, field):
    """`translate` costs at most 3 dict lookups on a hit"""
    translate("livekit", code, field=field)
    counting = CountingDict(_translate._INDEXES)
    for key, index in counting.items():
        counting[key] = index._replace(by_code=CountingDict(index.by_code))
    monkeypatch.setattr(_translate, "_INDEXES", counting)
    CountingDict.looked_up = 0
    assert translate("livekit", code, field=field).reason is R.ROOM_DELETED
    assert CountingDict.looked_up == 2
