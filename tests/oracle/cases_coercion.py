"""The vectors about words: every ordinary spelling, every alias, near misses and hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.oracle.case import Case, Group
from tests.oracle.coercion import ALIASES, read_reason, read_word
from tests.oracle.spec import EVENTS, LIVEKIT_NAMES, REASONS, STATUSES

# fmt: off
GROUPS = (
    Group("exact", "specification",
          "a text is looked up as it is; canonical values are fixed points"),
    Group("spelling", "specification",
          "stripped, case-folded, camelCase split, runs of - . / : and white space turned into _"),
    Group("acronym", "decision",
          "the last capital of several begins a new word: SIPFailed is sip_failed"),
    Group("case_first", "decision",
          "a word is looked up with its case ignored before its camelCase is split"),
    Group("white_space", "specification",
          "white space at both ends is stripped and a run within is one joint, in all of Unicode"),
    Group("folding", "specification",
          "case-folded, as Unicode has it: more than lower case"),
    Group("alias", "decision",
          "member names with a class prefix, where they were seen: ours, and LiveKit's"),
    Group("no_alias", "decision",
          "an alias stands for what was seen: LiveKit has no RESOLVED, and statuses have none"),
    Group("near_miss", "specification",
          "no fuzzy matching, ever: operator-busy is not callee_busy"),
    Group("long", "decision",
          "text of more than 64 code points is no word; 63 of them are kept, and an ellipsis"),
    Group("hostile", "specification",
          "nothing a vendor, a user or an old row can contain makes the read path raise"),
    Group("no_text", "specification",
          "null is absent; true, false, numbers, arrays and objects are unrecognised, and kept"),
)
# fmt: on

DOORS: dict[str, Callable[[object], dict[str, Any]]] = {
    "read_reason": read_reason,
    "read_status": lambda value: {"status": read_word(value, STATUSES)},
    "read_event": lambda value: {"event": read_word(value, EVENTS)},
}
WORDS = {"read_reason": REASONS, "read_status": STATUSES, "read_event": EVENTS}


def _case(group: str, name: str, does: str, value: object) -> Case:
    return Case(group, name, does, {"value": value}, DOORS[does](value))


def _titled(word: str, joint: str = "") -> str:
    return joint.join(part.capitalize() for part in word.split("_"))


def _spellings(word: str) -> dict[str, str]:
    """The ordinary spellings of a word, by what each is called."""
    pascal = _titled(word)
    return {
        "upper": word.upper(),
        "kebab": word.replace("_", "-"),
        "upper_kebab": word.replace("_", "-").upper(),
        "dotted": word.replace("_", "."),
        "slashed": word.replace("_", "/"),
        "coloned": word.replace("_", ":"),
        "spaced": word.replace("_", " ").capitalize(),
        "titled": _titled(word, " "),
        "camel": pascal[0].lower() + pascal[1:],
        "pascal": pascal,
        "padded": f"  {word}\n",
        "run": word.replace("_", " - "),
    }


def _ordinary() -> Iterator[Case]:
    for does, words in WORDS.items():
        for word in words:
            yield _case("exact", f"{does}/{word}", does, word)
    for does, words in WORDS.items():
        for word in words:
            seen = {word}
            for called, text in _spellings(word).items():
                if text not in seen:
                    yield _case("spelling", f"{does}/{word}/{called}", does, text)
                seen.add(text)


_ACRONYMS = ("SIPFailed", "SIPTrunkFailure", "SIPDialFailed", "sipTRUNKFailure", "signalCLOSE")
_CASE_FIRST = ("eRROR", "rESOLVED", "RoOm_DeLeTeD", "UNKNOWN_reason", "silence-TIMEOUT")
# White space of Unicode that is white space to every language's own function too, or should be.
_SPACES = {
    "tab": "\t",
    "line_feed": "\n",
    "vertical_tab": "\v",
    "form_feed": "\f",
    "carriage_return": "\r",
    "next_line": "\x85",
    "no_break": "\xa0",
    "ogham": "\u1680",
    "em": "\u2003",
    "thin": "\u2009",
    "line_separator": "\u2028",
    "paragraph_separator": "\u2029",
    "narrow_no_break": "\u202f",
    "mathematical": "\u205f",
    "ideographic": "\u3000",
}
_FOLDED = {
    "long_s": "\u017filence_timeout",
    "long_s_end": "unre\u017folved",
    "ligature_ff": "hando\ufb00_resolved",
    "ligature_st": "\ufb06ale_routing",
    "kelvin_sign": "to\u212aen_mint_failed",
    "sharp_s": "mi\u00df",
    "dotted_i": "P\u0130peline_exit",
    "dotless_i": "p\u0131peline_exit",
    "fullwidth": "\uff45rror",
}


def _letters() -> Iterator[Case]:
    for text in _ACRONYMS:
        yield _case("acronym", text, "read_reason", text)
    yield _case("acronym", "WAITINGForHuman", "read_status", "WAITINGForHuman")
    for text in _CASE_FIRST:
        yield _case("case_first", text, "read_reason", text)
    yield _case("case_first", "aCTIVE", "read_status", "aCTIVE")
    yield _case("case_first", "rING", "read_event", "rING")
    for called, space in _SPACES.items():
        text = f"{space}Room{space}{space}deleted{space}"
        yield _case("white_space", called, "read_reason", text)
        yield _case("white_space", f"status/{called}", "read_status", f"awaiting{space}approval")
    for called, text in _FOLDED.items():
        yield _case("folding", called, "read_reason", text)
    yield _case("folding", "status/long_s", "read_status", "clo\u017fed")
    yield _case("folding", "event/long_s", "read_event", "clo\u017fe")


def _aliases() -> Iterator[Case]:
    for word in REASONS:
        text = f"SessionTerminationReason.{word.upper()}"
        yield _case("alias", f"ours/{word}", "read_reason", text)
    for word in LIVEKIT_NAMES:
        yield _case("alias", f"dotted/{word}", "read_reason", f"DisconnectReason.{word.upper()}")
        yield _case("alias", f"go/{word}", "read_reason", f"DisconnectReason_{word.upper()}")
    yield _case("alias", "upper", "read_reason", "DISCONNECT_REASON_ROOM_DELETED")
    yield _case("alias", "spaced", "read_reason", "disconnect reason: room deleted")
    for word in ("resolved", "error", "callee_busy", "unknown", "silence_timeout"):
        assert f"disconnect_reason_{word}" not in ALIASES
        text = f"DisconnectReason.{word.upper()}"
        yield _case("no_alias", word, "read_reason", text)
    for text in ("CloseReason.ERROR", "Reason.ROOM_DELETED", "SessionTerminationReason."):
        yield _case("no_alias", text, "read_reason", text)
    yield _case("no_alias", "status", "read_status", "SessionStatus.CLOSED")
    yield _case("no_alias", "event", "read_event", "SessionEvent.CLOSE")


_NEAR_MISSES = {
    "operator_busy": "operator-busy",
    "letter_less": "callee_bus",
    "letter_more": "callee_busyy",
    "letter_other": "calles_busy",
    "two_swapped": "erorr",
    "no_joint": "calleebusy",
    "double_joint": "callee__busy",
    "mixed_joint": "callee_-busy",
    "joint_in_front": "-error",
    "joint_behind": "error.",
    "underscore_in_front": "_error",
    "words_swapped": "busy_callee",
    "a_part": "callee",
    "more_words": "callee_busy_now",
    "two_words": "error, unknown",
    "comma": "callee,busy",
    "backslash": "callee\\busy",
    "pipe": "callee|busy",
    "plus": "callee+busy",
    "dash": "callee\u2014busy",
    "middle_dot": "callee\u00b7busy",
    "quoted": '"error"',
    "number": "486",
    "completed": "completed",
    "success": "success",
    "null": "null",
    "none": "None",
    "empty": "",
    "blank": "   ",
    "joints": "-./:",
    "status": "waiting_for_human",
    "event": "supersede",
}
_HOSTILE = {
    "nul": "error\x00",
    "nul_within": "room\x00deleted",
    "bell": "\x07error",
    "escape": "\x1b[31merror\x1b[0m",
    "byte_order_mark": "\ufefferror",
    "zero_width_space": "room\u200bdeleted",
    "zero_width_joiner": "error\u200d",
    "soft_hyphen": "room\u00addeleted",
    "right_to_left": "\u202eerror",
    "combining": "e\u0301rror",
    "cyrillic_e": "\u0435rror",
    "emoji": "error \U0001f600",
    "emoji_alone": "\U0001f4de",
    "sql": "error'; DROP TABLE sessions; --",
    "markup": "<b>error</b>",
    "script": "<script>error</script>",
    "template": "{{error}}",
    "format": "%s%n{0}",
    "json": '{"reason": "error"}',
    "path": "../../error",
    "line_break_header": "error\r\nX-Reason: resolved",
    "replacement": "error\ufffd",
    "noncharacter": "error\uffff",
    "prototype": "__proto__",
    "constructor": "constructor",
    "to_string": "toString",
}
_LONG = {
    "padded_to_64": "participant left".ljust(64),
    "padded_to_65": "participant left".ljust(65),
    "word_then_65": "error" + " " * 60,
    "64_letters": "x" * 64,
    "65_letters": "x" * 65,
    "64_emoji": "\U0001f600" * 64,
    "65_emoji": "\U0001f600" * 65,
    "cut_within_a_word": "callee_busy " * 6,
    "folds_to_more": "\ufb00" * 64,
    "300_letters": "error " * 50,
}
_NO_TEXT = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "five": 5,
    "busy_in_sip": 486,
    "negative": -1,
    "fraction": 1.5,
    "empty_array": [],
    "array": ["room_deleted"],
    "empty_object": {},
    "object": {"reason": "room_deleted"},
}


def _misses() -> Iterator[Case]:
    for group, texts in (
        ("near_miss", _NEAR_MISSES),
        ("long", _LONG),
        ("hostile", _HOSTILE),
        ("no_text", _NO_TEXT),
    ):
        for name, value in texts.items():
            yield _case(group, name, "read_reason", value)
    for name, text in (
        ("status/hibernating", "hibernating"),
        ("status/ended", "ended"),
        ("status/a_reason", "room_deleted"),
        ("status/empty", ""),
    ):
        yield _case("near_miss", name, "read_status", text)
    for name, text in (
        ("event/a_status", "ringing"),
        ("event/past", "answered"),
        ("event/empty", ""),
    ):
        yield _case("near_miss", name, "read_event", text)
    yield _case("long", "status/padded_to_64", "read_status", "closed".rjust(64))
    yield _case("long", "status/padded_to_65", "read_status", "closed".rjust(65))
    for does in ("read_status", "read_event"):
        for name, value in _NO_TEXT.items():
            yield _case("no_text", f"{does}/{name}", does, value)
        for name in ("nul", "prototype", "constructor"):
            yield _case("hostile", f"{does}/{name}", does, _HOSTILE[name])


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the file."""
    yield from _ordinary()
    yield from _letters()
    yield from _aliases()
    yield from _misses()
