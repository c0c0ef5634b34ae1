"""`session-lifecycle explain`: a word in plain English, held against the specification."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle._cli import main

SPEC = Path(__file__).parent / "data" / "spec"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["explain", *arguments])
    printed = capsys.readouterr()
    assert printed.err == ""
    return status, printed.out


def cells(name: str) -> list[list[str]]:
    rows = (SPEC / name).read_text(encoding="utf-8").splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row]


TRAITS = {row[0]: row[1:] for row in cells("reasons.md")}
# Each rank's words in tie order; FOREIGN is `unknown` again, with raw.
ORDER = {rank.lower(): words.split(", ") for rank, _, words in cells("settlement.md")}
del ORDER["foreign"]


def test_the_canonical_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "callee_busy") == (
        0,
        "'callee_busy' is the termination reason callee_busy\n"
        "  read      exact: it is the canonical word itself\n"
        "  actor     carrier: the telephone network acted\n"
        "  phase     setup: only before agent and participant are connected\n"
        "  outcome   unreached: nobody was reached\n"
        "  fault     none: nothing failed\n"
        "  status    closed, unless the claimant names another\n"
        "  redial    later: wait first\n"
        "  rank      dialled: the dialled network or a detector measured that no conversation took "
        "place\n"
        "  place     3 of 6 in its rank\n"
        "  at a tie  behind callee_declined, ahead of callee_no_answer\n",
    )


@pytest.mark.parametrize(
    "given",
    [["Participant left"], ["Participant", "left"], ["participantLeft"], [" PARTICIPANT-LEFT "]],
)
def test_another_spelling(capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    """Quoted or not."""
    status, out = run(capsys, *given)
    assert status == 0
    assert out == (
        f"{' '.join(given)!r} is the termination reason participant_left\n"
        "  read      normalized: the same word in another case or with other separators\n"
        "  actor     participant: the person on the call acted\n"
        "  phase     conversation: only once agent and participant are connected\n"
        "  outcome   undetermined: the word itself does not say whether the job was done\n"
        "  fault     none: nothing failed\n"
        "  status    closed, unless the claimant names another\n"
        "  redial    not_applicable: somebody answered, or it was no dial\n"
        "  rank      cause: a command, a timer, a refusal or a failure; "
        "the first of these explains the rest\n"
        "  place     22 of 29 in its rank; a symptom: 3 seconds are added to its time\n"
        "  at a tie  behind join_failure, ahead of client_initiated\n"
    )


def test_an_alias_says_where_it_was_seen(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "DisconnectReason.ROOM_DELETED")
    assert status == 0
    assert out.splitlines()[:2] == [
        "'DisconnectReason.ROOM_DELETED' is the termination reason room_deleted",
        "  read      alias: a spelling from the list of aliases, seen as LiveKit client SDKs: "
        "DisconnectReason.ROOM_DELETED; in Go with a _ (2026-11-23)",
    ]
    found = json.loads(run(capsys, "--json", "DisconnectReason.ROOM_DELETED")[1])
    assert found["via"] == "alias"
    assert found["seen"].startswith("LiveKit client SDKs")


def test_a_word_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "calleebussy") == (
        1,
        "'calleebussy' is no termination reason\n"
        "  read      unrecognized: as a reason it is unknown, and the word is kept as raw\n"
        "  closest   callee_busy: a hint, never an answer\n"
        "  next      session-lifecycle table reasons shows all we know\n",
    )
    assert run(capsys, "zzz") == (
        1,
        "'zzz' is no termination reason\n"
        "  read      unrecognized: as a reason it is unknown, and the word is kept as raw\n"
        "  next      session-lifecycle table reasons shows all we know\n",
    )


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_blank_text_is_nobodys_word(capsys: pytest.CaptureFixture[str], blank: str) -> None:
    status, out = run(capsys, blank)
    assert status == 1
    assert out == (
        f"{blank!r} is no termination reason\n"
        "  read      unrecognized: blank text is nobody's word, and counts as no reason given\n"
        "  next      session-lifecycle table reasons shows all we know\n"
    )


def test_foreign_text_is_cut_and_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("\x1b[31m", "\x1b" * 500, "x" * 100_000):
        for vendor in ([], ["--vendor", "livekit"]):
            status, out = run(capsys, *vendor, word)
            assert status == 1
            assert "\x1b" not in out
            assert all(len(row) < 200 for row in out.splitlines())


def test_a_reason_that_is_a_status_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run(capsys, "transferred")[1].splitlines()
    assert rows[0] == "'transferred' is the termination reason transferred"
    assert rows[-3] == "  place     1 of 1 in its rank"
    assert rows[-2:] == [
        "'transferred' is the session status transferred, live",
        "  possible  return_to_agent, close, expire, fail, supersede",
    ]
    rows = run(capsys, "superseded")[1].splitlines()
    assert rows[0] == "'superseded' is the termination reason superseded"
    assert rows[-1] == (
        "'superseded' is the session status superseded, terminal: nothing leads out of it"
    )


UNREAD = "  read      unrecognized: as a reason it is unknown, and the word is kept as raw\n"


def test_a_status_and_an_event_that_are_no_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """What it is comes first, and no hint at what it is not."""
    assert run(capsys, "Waiting for human") == (
        0,
        "'Waiting for human' is the session status waiting_for_human, live\n"
        "  possible  transfer, return_to_agent, close, expire, fail, supersede\n"
        "'Waiting for human' is no termination reason\n" + UNREAD,
    )
    assert run(capsys, "close") == (
        0,
        "'close' is the session event close\n"
        "  moves     queued, ringing, active, paused, waiting_for_human, transferred, "
        "awaiting_approval to closed\n"
        "'close' is no termination reason\n" + UNREAD,
    )


def test_unknown_stands_higher_with_raw(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "unknown")
    assert status == 0
    assert out.splitlines()[-4:] == [
        "  rank      silent: no information",
        "  place     2 of 2 in its rank",
        "  at a tie  behind unknown_reason",
        "  with raw  foreign: somebody said a word we do not know; teardown may not overwrite it",
    ]


@pytest.mark.parametrize("reason", TRAITS)
def test_every_reason_as_the_specification_has_it(
    capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    status, out = run(capsys, reason)
    assert status == 0
    told = {row[2:12].strip(): row[12:] for row in out.splitlines()[1:] if row.startswith("  ")}
    actor, phase, outcome, fault, leads_to, redial = TRAITS[reason]
    for column, word in (
        ("actor", actor),
        ("phase", phase),
        ("outcome", outcome),
        ("fault", fault),
        ("redial", redial),
    ):
        assert told[column].startswith(f"{word}: ")
        assert len(told[column]) > len(word) + 10  # A sentence is said about it.
    assert told["status"] == f"{leads_to}, unless the claimant names another"
    ((rank, peers),) = (
        (rank, words) for rank, words in ORDER.items() if {reason, f"*{reason}*"} & set(words)
    )
    symptom = f"*{reason}*" in peers
    peers = [word.strip("*") for word in peers]
    place = peers.index(reason)
    assert told["rank"].startswith(f"{rank}: ")
    lag = "; a symptom: 3 seconds are added to its time" if symptom else ""
    assert told["place"] == f"{place + 1} of {len(peers)} in its rank{lag}"
    sides = [f"behind {word}" for word in peers[:place][-1:]]
    sides += [f"ahead of {word}" for word in peers[place + 1 :][:1]]
    assert told.get("at a tie", "") == ", ".join(sides)
    assert ("with raw" in told) is (reason == "unknown")
    found = json.loads(run(capsys, "--json", reason)[1])
    assert found["reason"] == {
        "reason": reason,
        "actor": actor,
        "phase": phase,
        "outcome": outcome,
        "fault": fault,
        "status": leads_to,
        "redial": redial,
        "rank": rank,
        "rank_with_raw": "foreign" if reason == "unknown" else rank,
        "lag": 3 if symptom else 0,
        "place": place + 1,
        "places": len(peers),
        "before": next(iter(peers[:place][-1:]), None),
        "after": next(iter(peers[place + 1 :]), None),
    }


def test_the_specification_has_every_reason_once() -> None:
    ordered = [word.strip("*") for word in chain.from_iterable(ORDER.values())]
    assert sorted(ordered) == sorted(TRAITS)
    assert len(TRAITS) == 46


def test_json_has_one_shape_whatever_the_word(capsys: pytest.CaptureFixture[str]) -> None:
    def read(word: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(run(capsys, "--json", word)[1])
        return found

    assert read("calleebussy") == {
        "word": "calleebussy",
        "via": "unrecognized",
        "seen": None,
        "closest": ["callee_busy"],
        "reason": None,
        "status": None,
        "event": None,
    }
    assert main(["explain", "--json", "calleebussy"]) == 1
    capsys.readouterr()
    assert read("deny")["event"] == {"event": "deny", "from": ["awaiting_approval"], "to": "active"}
    assert read("paused")["status"] == {
        "status": "paused",
        "terminal": False,
        "allowed_events": [
            "resume",
            "request_human",
            "transfer",
            "close",
            "expire",
            "fail",
            "supersede",
        ],
    }
    assert read("Closed")["status"] == {"status": "closed", "terminal": True, "allowed_events": []}
    for word in ("error", "close", "closed", "zzz", ""):
        assert read(word).keys() == read("calleebussy").keys()


@pytest.mark.parametrize("word", ["14", "CONNECTION_TIMEOUT"])
def test_livekits_word_by_name_and_number(capsys: pytest.CaptureFixture[str], word: str) -> None:
    status, out = run(capsys, "--vendor", "livekit", word)
    assert status == 0
    assert out == (
        "livekit's CONNECTION_TIMEOUT means connection_timeout\n"
        "  field     disconnect_reason\n"
        "  grade     exact: the two words say the same\n"
        "  claims    connection_timeout, error, with raw 'CONNECTION_TIMEOUT'\n"
        "  caller    who leaves with it claims connection_timeout\n"
        "  agent     that leaves with it claims nothing: it is no end of the session\n"
        "what connection_timeout says:\n"
        "  actor     unknown: the word does not say who acted\n"
        "  phase     any: before the conversation as well as in it\n"
        "  outcome   undetermined: the word itself does not say whether the job was done\n"
        "  fault     unknown: if something failed, the word does not say whose failure it was\n"
        "  status    error, unless the claimant names another\n"
        "  redial    ask: the word does not say enough: look at the vendor's own code\n"
        "  rank      cause: a command, a timer, a refusal or a failure; "
        "the first of these explains the rest\n"
        "  place     26 of 29 in its rank; a symptom: 3 seconds are added to its time\n"
        "  at a tie  behind agent_error, ahead of server_shutdown\n"
    )


def test_livekits_words_that_are_no_end_or_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--vendor", "livekit", "2") == (
        0,
        "livekit's DUPLICATE_IDENTITY does not end a session\n"
        "  field     disconnect_reason\n"
        "  grade     not_an_end: the session may go on\n"
        "  note      one connection was replaced by another\n"
        "  claims    nothing\n"
        "  caller    who leaves with it claims nothing: it is no end of the session\n"
        "  agent     that leaves with it claims nothing: it is no end of the session\n",
    )
    # A leave without a reason is a leave.
    assert (
        "  caller    who leaves with it claims participant_left\n"
        in (run(capsys, "--vendor", "livekit", "0")[1])
    )
    assert (
        "  agent     that leaves with it claims agent_error\n"
        in (run(capsys, "--vendor", "livekit", "AGENT_ERROR")[1])
    )


@pytest.mark.parametrize("word", ["17", "99999", "room-deleted", "RESOLVED", "-1", "", "²"])
def test_a_vendors_word_is_looked_up_and_never_guessed(
    capsys: pytest.CaptureFixture[str], word: str
) -> None:
    raw = f", with raw {word!r}" if word else ""
    assert run(capsys, "--vendor", "livekit", word) == (
        1,
        f"livekit has no word {word!r} that we know\n"
        "  grade     unlisted: the vendor's table does not have the word\n"
        f"  claims    unknown, closed{raw}\n"
        "  next      session-lifecycle translate livekit lists the words\n",
    )


def test_a_vendors_word_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "--vendor", "livekit", "--json", "14")
    found = json.loads(out)
    assert status == 0
    assert found.pop("described")["reason"] == "connection_timeout"
    assert found == {
        "vendor": "livekit",
        "code": "CONNECTION_TIMEOUT",
        "reason": "connection_timeout",
        "grade": "exact",
        "status": None,
        "note": "",
        "retired": None,
        "field": "disconnect_reason",
        "claim": {"reason": "connection_timeout", "status": "error", "raw": "CONNECTION_TIMEOUT"},
        "leave": {"caller": "connection_timeout", "agent": None},
    }
    status, out = run(capsys, "--vendor", "retell", "--json", "transfer_cancelled")
    found = json.loads(out)
    assert (status, found["claim"], found["described"], found["leave"]) == (0, None, None, None)
    status, out = run(capsys, "--vendor", "retell", "--json", "quantum")
    found = json.loads(out)
    assert (status, found["grade"], found["code"]) == (1, "unlisted", "quantum")


def test_a_vendors_word_in_its_field(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--vendor", "twilio", "unknown")[1]
    assert "which field it stands in decides: answered_by or crelay_session_state\n" in out
    out = run(capsys, "--vendor", "twilio", "--field", "answered_by", "unknown")[1]
    assert "  field     answered_by\n" in out
    assert main(["explain", "--vendor", "twilio", "--field", "nobody", "unknown"]) == 2
    assert "twilio has no field 'nobody', expected one of: call_status, " in capsys.readouterr().err
    assert main(["explain", "--field", "answered_by", "unknown"]) == 2
    assert capsys.readouterr().err == (
        "session-lifecycle: --field needs --vendor: it is one of the vendor's\n"
    )
