"""`session-lifecycle replay`, as a person and as a program would use it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle._cli import main
from session_lifecycle._cli._read import Reader

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["replay", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def write(path: Path, *lines: object) -> str:
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    path.write_text(text, encoding="utf-8")
    return str(path)


def sessions(printed: str) -> dict[str, Any]:
    found = [json.loads(line) for line in printed.splitlines()]
    return {session["session_id"]: session for session in found}


def own(second: int = 0, session_id: str = "a", **what: object) -> dict[str, object]:
    return {"session_id": session_id, "at": f"2026-11-23T10:00:{second:02d}Z", **what}


def test_the_agent_hung_up_and_the_echoes_lost(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--json", str(EXAMPLES / "agent_hang_up.jsonl"))
    assert (status, err) == (0, "")
    session = sessions(out)["agent-hang-up"]
    assert session["status"] == "closed"
    assert session["started_at"] == "2026-11-23T10:00:02Z"
    assert session["ended_at"] == "2026-11-23T10:01:35Z"
    assert session["ending"]["reason"] == "agent_initiated"
    assert session["ending"]["outcome"] == "resolved"
    assert session["ending"]["redial"] == "not_applicable"
    assert session["ending"]["winner"]["source"] == "worker"
    lost = [(claim["reason"], claim["why"]) for claim in session["ending"]["lost"]]
    assert lost == [
        ("room_deleted", "echo ranks below cause"),
        ("room_closed", "echo ranks below cause"),
    ]
    steps = [(s["event"], s["claim"], s["verdict"], s["change"]) for s in session["timeline"]]
    assert steps == [
        ("answer", None, "moved", "moved"),
        (None, "room_deleted", "moved", "ended"),
        (None, "agent_initiated", "late", "corrected"),
        (None, "room_closed", "late", "unchanged"),
    ]
    assert session["evals"] == {
        "total": 2,
        "succeeded": 1,
        "failed": 1,
        "pending": 0,
        "critical_total": 1,
        "critical_succeeded": 1,
        "critical_failed": 0,
        "critical_pending": 0,
        "eval_status": "passed",
        "outcomes": {"pending": 0, "passed": 1, "failed": 0, "no_verdict": 1, "errored": 0},
    }


def test_the_callee_was_busy_and_may_be_redialled(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--json", str(EXAMPLES / "busy_callee.jsonl"))
    session = sessions(out)["busy-callee"]
    assert status == 0
    assert session["ending"]["reason"] == "callee_busy"
    assert session["ending"]["redial"] == "later"
    assert session["ending"]["lost"][0]["reason"] == "user_rejected"
    assert [step["after"] for step in session["timeline"]] == ["ringing"] + ["closed"] * 3
    assert session["evals"] is None


def test_shuffled_and_duplicated_webhooks(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--json", str(EXAMPLES / "shuffled.jsonl"))
    found = sessions(out)
    assert status == 0
    assert found["re-join"]["ending"]["reason"] == "client_initiated"
    assert found["re-join"]["ended_at"] == "2026-11-23T10:03:00Z"
    notes = [step["note"] for step in found["re-join"]["timeline"]]
    assert notes == ["", "", "about an older connection", "", ""]
    assert found["hang-up"]["ending"]["reason"] == "participant_left"
    assert found["hang-up"]["repeated"] > 0


def test_any_order_of_lines_gives_the_same_sessions(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = (EXAMPLES / "shuffled.jsonl").read_text().splitlines()
    expected = sessions(run(capsys, "--json", str(EXAMPLES / "shuffled.jsonl"))[1])
    for turned in range(1, len(lines)):
        file = write(tmp_path / "x.jsonl", *lines[turned:], *lines[:turned])
        assert sessions(run(capsys, "--json", file)[1]) == expected


def test_as_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(
        tmp_path / "x.jsonl",
        own(0, event="answer"),
        own(1, event="resume", source="ui"),
        own(2, event="approve"),
        own(5, claim="error", source="worker"),
        own(2, event="transfer"),
        own(3, claim="Agent error"),
        own(4, claim="agent_error", source="x"),
        own(4, claim="agent_error", source="y"),
        own(3, claim="media_failure"),
        {"session_id": "a", "claim": "user_requested"},
        own(9, event="close", reason="operator-busy"),
        own(0, "b", event="answer"),
        own(1, "b", event="approve"),
        own(2, "b", event="ring"),
        own(3, "b", event="pause"),
        own(4, "b", event="approve"),
    )
    status, out, err = run(capsys, file)
    assert (status, err) == (0, "")
    assert out == (
        "a: error, media_failure (the job: undetermined)\n"
        "  ended     2026-11-23 10:00:03Z\n"
        "    2026-11-23 10:00:00Z        answer                        moved   queued -> active\n"
        "    2026-11-23 10:00:01Z ui     resume                        already active, unchanged\n"
        "    2026-11-23 10:00:02Z        approve                       already active, unchanged\n"
        "    2026-11-23 10:00:02Z        transfer                      moved   "
        "active -> transferred\n"
        "    2026-11-23 10:00:03Z        claim agent_error             moved   "
        "transferred -> error\n"
        "    2026-11-23 10:00:03Z        claim media_failure           late    error, corrected\n"
        "    at no known time            claim user_requested          late    error, unchanged\n"
        "    2026-11-23 10:00:04Z x      claim agent_error             late    error, unchanged\n"
        "    2026-11-23 10:00:04Z y      claim agent_error             late    error, unchanged\n"
        "    2026-11-23 10:00:05Z worker claim error                   late    error, unchanged\n"
        "    2026-11-23 10:00:09Z        claim unknown 'operator-busy' late    error, unchanged\n"
        "  won       media_failure; cause: a command, a timer, a refusal or a failure; "
        "the first of these explains the rest\n"
        "  lost      agent_error; as early, but lower in the order of its rank\n"
        "  lost      agent_error by x; 1 s later\n"
        "  lost      agent_error by y; 1 s later\n"
        "  lost      error by worker; 2 s later\n"
        "  lost      user_requested; gave no time\n"
        "  lost      unknown 'operator-busy'; foreign ranks below cause\n"
        "  redial    ask\n"
        "b: still paused\n"
        "    2026-11-23 10:00:00Z  answer  moved   queued -> active\n"
        "    2026-11-23 10:00:01Z  approve already active, unchanged\n"
        "    2026-11-23 10:00:02Z  ring    late    active, unchanged\n"
        "    2026-11-23 10:00:03Z  pause   moved   active -> paused\n"
        "    2026-11-23 10:00:04Z  approve illegal paused cannot; possible here: resume, "
        "request_human, transfer, close, expire, fail, supersede\n"
    )


@pytest.mark.parametrize(
    ("loser", "why"),
    [
        (
            {"at": "2026-11-23T10:00:04.9Z", "claim": "participant_left"},
            "3 s later, 3 s of it because it is a symptom",
        ),
        (
            {"at": "2026-11-23T10:00:04.9Z", "claim": "silence_timeout"},
            "later within the same second",
        ),
        (
            {"at": "2026-11-23T10:00:04.1Z", "claim": "silence_timeout", "source": "z"},
            "the same claim, otherwise told",
        ),
        (
            {"at": "1970-01-01T00:00:00Z", "claim": "silence_timeout"},
            "its time is before the session's start",
        ),
    ],
)
def test_why_a_claim_lost(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, loser: dict[str, str], why: str
) -> None:
    file = write(
        tmp_path / "x.jsonl",
        own(0, event="answer"),
        {"session_id": "a", "at": "2026-11-23T10:00:04.1Z", "claim": "silence_timeout"},
        {"session_id": "a", **loser},
    )
    ending = sessions(run(capsys, "--json", file)[1])["a"]["ending"]
    assert ending["winner"]["at"] == "2026-11-23T10:00:04.100000Z"
    assert [claim["why"] for claim in ending["lost"]] == [why]


BAD = [
    ("not json", "not JSON: Expecting value at column 1"),
    ("[1]", "a JSON list, expected an object"),
    ('{"a": ' + "1" * 5_000 + "}", "not JSON we can read: ValueError"),
    ('{"a": 1} {"b": 2}', "not JSON: more than one value, the second at column 9"),
    ("[" * 100_000, "not JSON"),
    ({"foo": 1}, "neither ours nor LiveKit's: expected session_id with"),
    ({"event": 5}, "neither ours nor LiveKit's"),
    ({"event": "room_finished"}, "a LiveKit 'room_finished' without room.name"),
    ({"session_id": 5, "event": "answer"}, "session_id is 5, expected text"),
    ({"session_id": "", "event": "answer"}, "session_id is '', expected text"),
    ({"session_id": "a"}, "expected one of event, claim and eval_run, found none of them"),
    ({"session_id": "a", "event": "answer", "claim": "x"}, "found event and claim"),
    ({"session_id": "a", "event": None}, "event is null, expected text"),
    ({"session_id": "a", "event": 5}, "event is 5, expected text"),
    ({"session_id": "a", "claim": 5}, "claim is 5, expected text"),
    ({"session_id": "a", "claim": "x", "source": []}, "source is a list, expected text"),
    ({"session_id": "a", "claim": "x", "status": "active"}, "'active' is a live status"),
    ({"session_id": "a", "claim": "x", "status": "closd"}, "The closest known: 'closed'"),
    ({"session_id": "a", "event": "answer", "at": 5}, "at is 5, expected text like"),
    ({"session_id": "a", "event": "answer", "at": "noon"}, "at is 'noon', expected ISO 8601"),
    (
        {"session_id": "a", "event": "answer", "at": "2026-11-23T10:00:00"},
        "a time without a zone: append Z",
    ),
    (
        {"session_id": "a", "event": "answer", "at": "0001-01-01T00:00:00+14:00"},
        "which UTC cannot express",
    ),
    (
        {"session_id": "a", "eval_run": 5},
        "eval_run is 5, expected an object with status and scores",
    ),
    ({"session_id": "a", "eval_run": {}}, "eval_run is a dict, expected an object with status"),
    (
        {"session_id": "a", "eval_run": {"status": "completed", "scores": 5}},
        "scores is 5, expected a list",
    ),
    (
        {"session_id": "a", "eval_run": {"status": "completed", "scores": [5]}},
        "a score is no object",
    ),
]


@pytest.mark.parametrize(("line", "cause"), BAD, ids=range(len(BAD)))
def test_a_bad_line_is_reported_counted_and_skipped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: object, cause: str
) -> None:
    """With file, line number and cause; the exit status says so; nothing else is lost."""
    file = write(tmp_path / "x.jsonl", own(0, event="answer"), "", line, own(5, claim="resolved"))
    status, out, err = run(capsys, "--json", file)
    assert status == 1
    reported, counted = err.splitlines()
    assert reported.startswith(f"session-lifecycle: {file}:3: ")
    assert cause in reported
    assert len(reported) < 400 + len(file)
    assert counted == "session-lifecycle: 1 of 4 lines skipped"
    assert sessions(out)["a"]["ending"]["reason"] == "resolved"


def test_bytes_that_are_no_text_and_lines_that_are_too_long(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "x.jsonl"
    good = json.dumps(own(0, event="answer")).encode()
    file.write_bytes(b"\xef\xbb\xbf" + good + b"\n\xff{}\n" + b" " * (3 << 20) + b"{}\n" + good)
    status, out, err = run(capsys, "--json", str(file))
    assert status == 1
    assert "x.jsonl:2: not UTF-8: byte 1 of the line" in err
    assert "x.jsonl:3: longer than 1048576 bytes" in err
    assert err.endswith("2 of 4 lines skipped\n")
    assert [step["event"] for step in sessions(out)["a"]["timeline"]] == ["answer", "answer"]


def test_a_file_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = write(tmp_path / "x.jsonl", own(0, event="answer"))
    status, out, err = run(capsys, str(tmp_path / "absent"), good, str(tmp_path))
    assert status == 2
    assert "absent: cannot be read: No such file or directory\n" in err
    assert "cannot be read: Is a directory\n" in err
    assert out.startswith("a: still active\n")


def test_what_a_vendor_wrote_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(
        tmp_path / "x.jsonl",
        {"session_id": "\x1b[31m\ud800", "claim": "\x1b]0;x\x07", "source": "\x9b\u202e"},
    )
    status, out, err = run(capsys, file)
    assert (status, err) == (0, "")
    assert all(character.isprintable() or character == "\n" for character in out)


def test_own_lines_may_say_more(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(
        tmp_path / "x.jsonl",
        own(0, event="answer"),
        own(1, event="expire", source="timer", id="1"),
        own(1, event="expire", source="timer", id="1"),
        own(2, "b", event="fail", reason="weird", raw="weirder"),
        own(2, "c", claim=None),
        own(2, "d", claim="weird", status="expired", raw="weirder"),
        own(2, "e", claim=" "),
    )
    found = sessions(run(capsys, "--json", file)[1])
    endings = {
        name: (s["status"], s["ending"]["reason"], s["ending"]["winner"]["raw"])
        for name, s in found.items()
    }
    assert endings == {
        "a": ("expired", "unknown", None),
        "b": ("error", "unknown", "weirder"),
        "c": ("closed", "unknown", None),
        "d": ("expired", "unknown", "weirder"),
        "e": ("closed", "unknown", None),
    }
    assert found["a"]["repeated"] == 1


def test_what_a_session_is_in_webhooks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    room = {"name": "lobby", "sid": "RM_1"}
    file = write(
        tmp_path / "x.jsonl",
        {"event": "room_started", "room": room},
        {"event": "room_finished", "room": {**room, "sid": "RM_2"}},
        {"event": "egress_ended", "egressInfo": {}},
    )
    by_name = sessions(run(capsys, "--json", file)[1])
    assert {name: s["status"] for name, s in by_name.items()} == {"lobby": "closed"}
    assert capsys.readouterr().err == ""
    _, _, told = run(capsys, "--json", file)
    assert told == (
        "session-lifecycle: 'lobby' is the name of several rooms, told here as one session: "
        "--session-key room.sid tells them apart\n"
    )
    by_life = sessions(run(capsys, "--json", "--session-key", "room.sid", file)[1])
    assert {n: s["status"] for n, s in by_life.items()} == {"RM_1": "queued", "RM_2": "closed"}


def test_repeated_deliveries_are_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(tmp_path / "x.jsonl", *[own(0, event="answer", id="1")] * 3)
    assert run(capsys, file)[1].endswith("  repeated  2 delivered again and dropped\n")


def test_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = json.dumps(own(0, event="answer")).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed)))
    status, out, _ = run(capsys, "-", "-")
    assert status == 0
    assert out.startswith("a: still active\n")


def test_an_ending_event_is_told_by_its_status(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(tmp_path / "x.jsonl", own(0, event="answer"), own(5, event="expire", source="t"))
    rows = run(capsys, file)[1].splitlines()
    assert rows[0] == "a: expired, unknown (the job: undetermined)"
    assert rows[3] == (
        "    2026-11-23 10:00:05Z t claim unknown as expired moved   active -> expired"
    )
    assert rows[4].startswith("  won       unknown as expired by t; cause: ")


def test_evals_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    runs = [
        {"status": "completed", "is_critical": True, "scores": [{"passed": True}]},
        {"status": "completed", "is_critical": True},
        {"status": "cancelled", "scores": None},
        {"status": "running", "is_critical": True, "scores": []},
        {"status": "completed", "scores": [{"passed": 1}]},
    ]
    file = write(tmp_path / "x.jsonl", *({"session_id": "a", "eval_run": run} for run in runs))
    _, out, _ = run(capsys, file)
    assert out == (
        "a: still queued\n"
        "  evals     pending; critical runs: 2 of 3 succeeded, 0 failed, 1 pending; "
        "all: 2 of 5 succeeded, 2 failed, 1 pending\n"
    )


THREE = [own(0, "a", event="answer"), own(0, "b", event="ring"), own(0, "c", event="answer")]


def test_only_the_sessions_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", *THREE)
    status, out, err = run(capsys, "--json", "--only", "c", "--only", "a", file)
    assert (status, err) == (0, "")
    assert list(sessions(out)) == ["a", "c"]


def test_a_session_asked_for_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(tmp_path / "x.jsonl", *THREE)
    status, out, err = run(capsys, "--json", "--only", "b", "--only", "\x1b[31m", file)
    assert status == 2
    assert list(sessions(out)) == ["b"]
    assert err == (
        "session-lifecycle: --only '\\x1b[31m': no line is about a session of this name\n"
    )


def test_sessions_not_asked_for_are_not_kept_but_their_lines_are_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        own(0, "b", event="answer"),
        {"session_id": "b", "eval_run": {"status": "completed"}},
        {"event": "room_started", "room": {"name": "b", "sid": "RM_1"}},
        {"event": "room_finished", "id": "EV_1", "room": {"name": "b", "sid": "RM_1"}},
    ]
    reader = Reader(only=["a"])
    for line in lines:
        reader.take(json.dumps(line).encode())
    assert reader.cases == {}
    file = write(tmp_path / "x.jsonl", own(0, event="answer"), own(0, "b", claim=5))
    status, _, err = run(capsys, "--only", "a", file)
    assert status == 1
    assert "x.jsonl:2: claim is 5, expected text" in err


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-11-23", "abcd"),
        ("2026-11-23T10:00:05Z", "bcd"),
        ("2026-11-23T11:00:05+01:00", "bcd"),
        ("2026-11-23 10:00:05Z", "bcd"),
        ("2026-11-23T10:00:05.000001Z", "cd"),
        ("2026-11-24", "cd"),
        ("9999-12-31", "cd"),
    ],
)
def test_since(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, since: str, expected: str
) -> None:
    """Heard of at this time or later; of what has no time nobody knows that it is older."""
    file = write(
        tmp_path / "x.jsonl",
        own(0, "a", event="answer"),
        own(5, "b", event="answer"),
        own(1, "b", event="ring"),
        {"session_id": "c", "event": "answer"},
        {"session_id": "d", "eval_run": {"status": "completed"}},
    )
    status, out, err = run(capsys, "--json", "--since", since, file)
    assert (status, err) == (0, "")
    assert "".join(sessions(out)) == expected


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("yesterday", "'yesterday'"),
        ("", "''"),
        ("2026-02-30", "'2026-02-30'"),
        ("2026-W48-1", "'2026-W48-1'"),
        ("20261123", "'20261123'"),
        ("2026-11-23T10:00:00", "'2026-11-23T10:00:00'"),
        ("9999-12-31T23:59:59-14:00", "'9999-12-31T23:59:59-14:00'"),
        ("\x1b[31m", "'\\x1b[31m'"),
        ("x" * 5_000, f"'{'x' * 63}…'"),
    ],
)
def test_since_is_a_time(capsys: pytest.CaptureFixture[str], since: str, shown: str) -> None:
    """A date, or a time with its zone: nobody can know which zone else."""
    with pytest.raises(SystemExit) as ended:
        main(["replay", "--since", since, "-"])
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("usage: session-lifecycle replay")
    assert err.splitlines()[-1] == (
        f"session-lifecycle replay: error: argument --since: {shown} is no time that UTC can "
        "express: expected a date like 2026-11-23, or a time with its zone like "
        "2026-11-23T10:00:00Z"
    )


def test_nothing_heard_of_since(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", *THREE)
    told = "session-lifecycle: none of 3 sessions was heard of since 2026-11-24 00:00:00Z\n"
    assert run(capsys, "--since", "2026-11-24", file) == (0, "", told)
    assert run(capsys, "--since", "2026-11-24", "--fail-on", "drift", file) == (2, "", told)


def test_no_session_at_all(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It is said; and a gate that measured nothing is not green."""
    file = write(tmp_path / "x.jsonl", "", {"event": "egress_ended", "egressInfo": {}})
    told = "session-lifecycle: no session in any line\n"
    assert run(capsys, file) == (0, "", told)
    assert run(capsys, "--json", file) == (0, "", told)
    assert run(capsys, "--fail-on", "failed", file) == (2, "", told)


DIRTY = [
    own(0, "red", event="answer"),
    {
        "session_id": "red",
        "eval_run": {"status": "failed", "is_critical": True, "scores": [{"passed": True}]},
    },
    own(0, "odd", event="answer"),
    own(5, "odd", claim="operator-busy"),
    own(0, "new", event="hibernate"),
    own(0, "bug", event="answer"),
    own(1, "bug", event="pause"),
    own(2, "bug", event="approve"),
    own(0, "clean", event="answer"),
    own(5, "clean", claim="resolved"),
]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("failed", "--fail-on failed: 1 session: 'red'"),
        ("drift", "--fail-on drift: 2 sessions: 'odd', 'new'"),
        ("audit", "--fail-on audit: 3 sessions: 'odd', 'new', 'bug'"),
    ],
)
def test_fail_on(capsys: pytest.CaptureFixture[str], tmp_path: Path, what: str, told: str) -> None:
    file = write(tmp_path / "x.jsonl", *DIRTY)
    plain = run(capsys, file)
    assert plain[0] == 0
    status, out, err = run(capsys, "--fail-on", what, file)
    assert (status, out) == (3, plain[1])
    assert err == f"session-lifecycle: {told}\n"
    for only in ("red", "odd", "new", "bug", "clean"):
        expected = 3 if f"'{only}'" in told else 0
        assert run(capsys, "--fail-on", what, "--only", only, file)[0] == expected


def test_fail_on_several_things_tells_each(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(tmp_path / "x.jsonl", *DIRTY)
    status, _, err = run(capsys, "--fail-on", "audit", "--fail-on", "failed", file)
    assert status == 3
    assert err == (
        "session-lifecycle: --fail-on failed: 1 session: 'red'\n"
        "session-lifecycle: --fail-on audit: 3 sessions: 'odd', 'new', 'bug'\n"
    )
    assert run(capsys, "--fail-on", "failed", "--only", "clean", file)[0] == 0


def test_fail_on_names_five_at_most(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for count, rest in ((5, ""), (6, " and 1 more"), (1_205, " and 1,200 more")):
        names = [f"s{number}" for number in range(count)]
        lines = [own(0, name, claim="odd", source="x") for name in names]
        file = write(tmp_path / "x.jsonl", *lines)
        status, _, err = run(capsys, "--fail-on", "drift", file)
        assert status == 3
        assert err == (
            f"session-lifecycle: --fail-on drift: {count:,} sessions: "
            f"'s0', 's1', 's2', 's3', 's4'{rest}\n"
        )


@pytest.mark.parametrize(
    ("absent", "bad", "dirty", "expected"),
    [
        (True, True, True, 2),
        (True, False, False, 2),
        (False, True, True, 3),
        (False, False, True, 3),
        (False, True, False, 1),
        (False, False, False, 0),
    ],
)
@pytest.mark.parametrize("command", [["replay", "--fail-on", "audit"], ["audit"]])
def test_the_most_serious_exit_status_counts(
    tmp_path: Path, command: list[str], absent: bool, bad: bool, dirty: bool, expected: int
) -> None:
    """A call that went wrong, before what was found, before lines that were skipped."""
    lines: list[object] = [own(0, event="answer"), own(5, claim="resolved")]
    lines += ["nonsense"] * bad + [own(6, event="pause")] * dirty
    files = [write(tmp_path / "x.jsonl", *lines)] + [str(tmp_path / "absent")] * absent
    assert main([*command, *files]) == expected


def test_a_huge_name_is_cut_and_escaped_wherever_it_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    name = "\x1b[31m" + "x" * 100_000
    lines = [own(0, name, event="answer", source=name), own(1, name, claim=name, source=name)]
    file = write(tmp_path / "x.jsonl", *lines)
    status, out, err = run(capsys, "--fail-on", "drift", file)
    assert status == 3
    assert out.startswith("\\x1b[31mxxx")
    assert all(len(row) < 300 for row in (out + err).splitlines())
    assert "\x1b" not in out + err
    assert run(capsys, "--only", name + "y", file)[2].startswith(
        "session-lifecycle: --only '\\x1b[31mxxx"
    )
