"""Every list of a vendor's words is the one in the vendor's newest package.

A list is what somebody judged word by word; the package is what the vendor sends today. The
packages come with the `vendors` dependency group; where one is not installed the tests say so, and
fail if `SESSION_LIFECYCLE_REQUIRE_VENDORS` is set.
"""

from __future__ import annotations

import ast
import gzip
import os
import re
import tomllib
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.vendors import (
    ELSEWHERE,
    LEFT_OUT,
    NUMBERED,
    Line,
    Words,
    by_number,
    differences,
    lines_by_number,
    lines_of,
    told,
)
from tests.vendors.installed import (
    ENDING,
    TERMINAL,
    Moved,
    Package,
    Reader,
    Source,
    amd_members,
    by_field,
    classes,
    described,
    installed,
    literals,
    members,
    of,
    prefixed,
    proto_enum,
    registered,
    shape,
    words_of,
)

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "tests" / "data" / "vendors"
REQUIRED = "SESSION_LIFECYCLE_REQUIRE_VENDORS"

# --- Where the words are -------------------------------------------------------------------------

# fmt: off
SOURCES = (
    *of("livekit-protocol", "livekit/protocol/",
        ("livekit.disconnect_reason", proto_enum, "models.py", "DisconnectReason"),
        ("livekit.room_end_reason", proto_enum, "models.py", "RoomEndReason"),
        ("livekit.reconnect_reason", proto_enum, "models.py", "ReconnectReason"),
        ("livekit.job_status", proto_enum, "agent.py", "JobStatus"),
        ("livekit.job_state_reason", proto_enum, "agent.py", "JobStateReason"),
        ("livekit.sip_call_status", proto_enum, "sip.py", "SIPCallStatus"),
        ("livekit.sip_transfer_status", proto_enum, "sip.py", "SIPTransferStatus"),
        ("livekit.sip_transfer_reason", proto_enum, "sip.py", "SIPTransferReason"),
        ("livekit.agents_close_reason", proto_enum, "agent_pb/agent_session.py", "CloseReason"),
        ("livekit.amd_category", proto_enum, "agent_pb/agent_session.py", "AmdCategory"),
        ("sip.response_code", proto_enum, "sip.py", "SIPStatusCode")),
    *of("livekit-agents", "livekit/agents/voice/",
        ("livekit.agents_close_reason", members, "events.py", "CloseReason"),
        ("livekit.amd_category", amd_members, "amd/classifier.py", "AMDCategory")),
    *of("vapi_server_sdk", "vapi/types/",
        ("vapi.ended_reason", literals, "call_ended_reason.py", "CallEndedReason"),
        ("vapi.ended_reason", literals, "server_message_end_of_call_report_ended_reason.py",
         "ServerMessageEndOfCallReportEndedReason"),
        ("vapi.ended_reason", literals, "server_message_status_update_ended_reason.py",
         "ServerMessageStatusUpdateEndedReason"),
        ("vapi.call_status", literals, "call_status.py", "CallStatus"),
        ("vapi.campaign_ended_reason", literals, "campaign_ended_reason.py", "CampaignEndedReason"),
        ("vapi.eval_run_ended_reason", literals, "eval_run_ended_reason.py", "EvalRunEndedReason")),
    *of("retell-sdk", "retell/types/",
        ("retell.disconnection_reason", literals, "phone_call_response.py",
         "PhoneCallResponse.disconnection_reason"),
        ("retell.disconnection_reason", literals, "web_call_response.py",
         "WebCallResponse.disconnection_reason"),
        ("retell.call_status", literals, "phone_call_response.py", "PhoneCallResponse.call_status"),
        ("retell.call_status", literals, "web_call_response.py", "WebCallResponse.call_status")),
    *of("telnyx", "telnyx/types/",
        ("telnyx.hangup_cause", literals, "call_hangup.py", "Payload.hangup_cause"),
        ("telnyx.hangup_source", literals, "call_hangup.py", "Payload.hangup_source")),
    *of("twilio", "twilio/rest/api/v2010/account/",
        ("twilio.call_status", members, "call/__init__.py", "CallInstance.Status"),
        ("twilio.conference_end_reason", members, "conference/__init__.py",
         "ConferenceInstance.ReasonConferenceEnded"),
        ("twilio.stream_status", members, "call/stream.py", "StreamInstance.Status")),
    *of("twilio", "twilio/rest/insights/v1/",
        ("twilio.insights_call_state", members, "call/call_summary.py",
         "CallSummaryInstance.CallState"),
        ("twilio.insights_call_state", members, "call_summaries.py",
         "CallSummariesInstance.CallState"),
        ("twilio.answered_by", members, "call/call_summary.py", "CallSummaryInstance.AnsweredBy"),
        ("twilio.answered_by", members, "call_summaries.py", "CallSummariesInstance.AnsweredBy"),
        ("twilio.crelay_session_state", members, "call/call_summary.py",
         "CallSummaryInstance.CallSummaryCrelaySessionState")),
    *of("elevenlabs", "elevenlabs/types/",
        ("elevenlabs.conversation_status", literals, "get_conversation_response_model_status.py",
         "GetConversationResponseModelStatus"),
        ("elevenlabs.conversation_status", literals,
         "conversation_summary_response_model_status.py", "ConversationSummaryResponseModelStatus"),
        ("elevenlabs.batch_recipient_status", literals, "batch_call_recipient_status.py",
         "BatchCallRecipientStatus"),
        ("elevenlabs.call_successful", literals, "evaluation_success_result.py",
         "EvaluationSuccessResult")),
    *of("pipecat-ai", "pipecat/",
        ("pipecat.terminal_frame", classes, "frames/frames.py", TERMINAL),
        ("pipecat.event", registered, "transports/", ENDING),
        ("pipecat.event", registered, "pipeline/worker.py", ENDING),
        ("pipecat.job_status", members, "pipeline/job_context.py", "JobStatus"),
        ("pipecat.ivr_status", members, "extensions/ivr/ivr_navigator.py", "IVRStatus")),
    *of("vonage-voice", "vonage_voice/models/",
        ("vonage.call_status", members, "enums.py", "CallState")),
    *of("bandwidth-sdk", "bandwidth/models/",
        ("bandwidth.disconnect_cause", described, "disconnect_callback.py",
         "DisconnectCallback.cause"),
        ("bandwidth.disconnect_cause", described, "call_state.py", "CallState.disconnect_cause")),
    *of("signalwire-agents", "signalwire_agents/relay/",
        ("signalwire.end_reason", prefixed, "constants.py", "END_REASON_")),
    *of("websockets", "websockets/",
        ("websocket.close_code", members, "frames.py", "CloseCode")),
    *of("botocore", "botocore/data/connect/2017-08-08/",
        ("amazon_connect.amd_status", shape, "service-2.json.gz",
         "AnsweringMachineDetectionStatus"),
        ("amazon_connect.contact_state", shape, "service-2.json.gz", "ContactState")),
)
# fmt: on
FIELDS = by_field(SOURCES)


# --- The packages --------------------------------------------------------------------------------


def need(name: str) -> Package:
    package = installed(name)
    if package is None:
        reason = (
            f"THE WORDS OF {name} ARE NOT CHECKED: it is not installed; "
            "`pip install --no-deps --group vendors` brings it"
        )
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)
    return package


def release(key: tuple[str, str]) -> str:
    package = installed(key[1])
    return f"{key[0]}-{key[1]}-{package.version if package else 'NOT INSTALLED'}"


fields = pytest.mark.parametrize("key", FIELDS, ids=release)


@fields
def test_the_package_and_the_list_agree(key: tuple[str, str]) -> None:
    field, name = key
    package = need(name)
    file = LISTS / f"{field}.txt"
    assert file.is_file(), f"{field} has a reader of {name}, and no list {file.relative_to(ROOT)}"
    try:
        words = words_of(package, FIELDS[key])
    except Moved as moved:
        pytest.fail(f"{field}: {moved}; find where {name} {package.version} has it: SOURCES")
    lines = lines_of(file.read_text(encoding="utf-8"))
    names = {str(number): word for word, number in words.items() if number}
    if key in NUMBERED:
        words, lines = by_number(words), lines_by_number(lines)
    found = differences(words, lines, ELSEWHERE.get(key, ()), LEFT_OUT.get(key, ()))
    places = "; ".join(f"{one.file}: {one.name}" for one in FIELDS[key])
    assert not found, (
        f"{field}: {package.name} {package.version} ({places}) and "
        f"{file.relative_to(ROOT)} do not agree{told(found, names)}"
    )


@fields
def test_a_doctored_list_is_noticed(key: tuple[str, str]) -> None:
    words = words_of(need(key[1]), FIELDS[key])
    assert differences(words, [Line(*item, False) for item in words.items()]) == {}
    first, *others = words.items()
    last, number = others[-1]
    doctored = [Line(*item, False) for item in others[:-1]]
    doctored += [Line(last, number, True), Line("no_such_word", None, False)]
    found = differences(words, doctored)
    assert found == {"new": [first[0]], "missing": ["no_such_word"], "back": [last]}
    assert f"new: {first[0]} (its name)\n" in told(found, {first[0]: "its name"})
    if number is not None:
        moved = [Line(word, -1 if word == last else at, False) for word, at in words.items()]
        [line] = differences(words, moved)["renumbered"]
        assert line == f"{last} (now {number}, listed as -1)"


@fields
def test_a_list_that_moved_is_not_an_empty_one(key: tuple[str, str]) -> None:
    package = need(key[1])
    for source in FIELDS[key]:
        with pytest.raises(Moved):
            words_of(package, [source._replace(name="no such name")])
        with pytest.raises(Moved):
            words_of(package, [source._replace(file="no/such/file.py")])


@pytest.mark.parametrize(
    "source", [one for one in SOURCES if one.read is proto_enum], ids=lambda one: one.name
)
def test_the_descriptor_has_the_names_of_the_stub(source: Source) -> None:
    package = need(source.package)
    stub = package.tree(source.file + "i")
    [found] = [
        node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == source.name
    ]
    names = [ast.unparse(node.target) for node in found.body if isinstance(node, ast.AnnAssign)]
    assert list(words_of(package, [source])) == names


def test_the_group_brings_every_package() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed: list[str] = groups["dependency-groups"]["vendors"]
    # A minimum each: an older package does not have what the lists have.
    assert {re.split(r">=\d", one)[0] for one in listed} == {one.package for one in SOURCES}


# --- Without a package ---------------------------------------------------------------------------


def test_a_list_and_what_differs() -> None:
    lines = lines_of("# Title\n# source: here\n\na\nb c\t2\n~gone\n~<x> old\t4\nfour\t4\n")
    assert lines == [
        *(Line("a", None, False), Line("b c", 2, False), Line("gone", None, True)),
        *(Line("<x> old", 4, True), Line("four", 4, False)),
    ]
    words: Words = {"b c": 3, "gone": None, "four": 4, "odd": None, "fresh": None}
    assert differences(words, lines, ["a", "four"], ["odd", "nowhere"]) == {
        "new": ["fresh"],
        "back": ["gone"],
        "renumbered": ["b c (now 3, listed as 2)"],
        "excepted in vain": ["nowhere", "four"],
    }
    assert differences(words, lines, ["*"], ["odd", "fresh"]).keys() == {"back", "renumbered"}
    assert differences(words, lines, (), ["odd", "fresh", "gone"])["missing"] == ["a"]
    assert lines_by_number(lines)[1::3] == [Line("2", None, False), Line("4", None, False)]
    assert by_number({"BUSY_HERE": 486}) == {"486": None}


ENUM = (
    r'pool.AddSerializedFile(b"\n\x07e.proto*\x14\n\x01E'
    r'\x12\x05\n\x01\x41\x10\x00\x12\x08\n\x03\x42IG\x10\xac\x02")'
)
MODEL = gzip.compress(b'{"shapes": {"State": {"type": "string", "enum": ["UP", "DOWN"]}}}', mtime=0)
NESTED = "class A:\n    class B(object):\n        X = ('x-y')\n    C = 'c'"
NUMBERS = "class N(IntEnum):\n    'Doc.'\n    X = 1\n    Y = 2"
ALIAS = "R = S\nS = typing.Union[typing.Literal['a', 'b-c'], typing.Any]"
FIELD = "class C(M):\n    s: Optional[Literal['a', 'b']] = None\n    t: Literal['z'] = 'z'"
PROSE = "class C(M):\n    s: str = Field(default=None, description='Why - a, b-c, or d.')"
ROWS = "class C(M):\n    s: str = Field(description='| Why | Is | | `a`| See `x`. | | `b` | B. |')"
FRAMES = "class EndFrame: ...\nclass EndedFrame: ...\nwith old:\n    class StopFrame: ..."
EVENTS = "def f(self):\n  self._register_event_handler('on_left', sync=True)\n  self.call('on_b')"


@pytest.mark.parametrize(
    ("read", "name", "source", "words"),
    [
        (members, "A.B", NESTED, {"x-y": None}),
        (members, "N", NUMBERS, {"X": 1, "Y": 2}),
        (amd_members, "N", "class N(str, Enum):\n    VM = 'a-vm'", {"AMD_A_VM": None}),
        (prefixed, "END_", "END_A = 'a'\nSTATE_B = 'b'\nENDS = (END_A,)", {"a": None}),
        (literals, "S", ALIAS, {"a": None, "b-c": None}),
        (literals, "C.s", FIELD, {"a": None, "b": None}),
        (described, "C.s", PROSE, {"a": None, "b-c": None, "d": None}),
        (described, "C.s", ROWS, {"a": None, "b": None}),
        (classes, "(End|Stop)Frame", FRAMES, {"EndFrame": None}),
        (registered, "(left|b)$", EVENTS, {"on_left": None}),
        (shape, "State", MODEL, {"UP": None, "DOWN": None}),
        (proto_enum, "E", ENUM, {"A": 0, "BIG": 300}),
    ],
)
def test_a_reader(
    read: Reader, name: str, source: str | bytes, words: Words, tmp_path: Path
) -> None:
    metadata = tmp_path / "vendor-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: vendor\nVersion: 1.0\n", encoding="utf-8")
    (tmp_path / "words.py").write_bytes(source if isinstance(source, bytes) else source.encode())
    package = Package(Distribution.at(metadata))
    assert list(read(package, "words.py", name).items()) == list(words.items())
