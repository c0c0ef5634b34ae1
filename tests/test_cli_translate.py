"""`session-lifecycle translate` and `session-lifecycle drift`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from session_lifecycle._cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


class TestTranslate:
    def test_a_word(self, capsys):
        assert run(capsys, "translate", "retell", "telephony_provider_permission_denied") == (
            0,
            "retell's telephony_provider_permission_denied means sip_failed\n"
            "  field     disconnection_reason\n"
            "  grade     narrower: theirs says more than ours\n"
            "  note      the trunk did not accept our credentials\n"
            "  claims    sip_failed, error, with raw 'telephony_provider_permission_denied'\n",
            "",
        )

    def test_a_word_that_is_retired(self, capsys):
        out = run(capsys, "translate", "retell", "machine_detected")[1]
        assert "  retired   last seen in retell-sdk 4.34.0\n" in out

    def test_a_word_that_is_no_end(self, capsys):
        out = run(capsys, "translate", "twilio", "ringing")[1]
        assert out.startswith("twilio's ringing does not end a session\n")
        assert "  status    ringing\n  claims    nothing\n" in out

    def test_a_word_we_do_not_know(self, capsys):
        status, out, _ = run(capsys, "translate", "vapi", "\x1b[31mred")
        assert status == 1
        assert out == (
            "vapi has no word '\\x1b[31mred' that we know\n"
            "  grade     unlisted: the vendor's table does not have the word\n"
            "  claims    unknown, closed, with raw '\\x1b[31mred'\n"
            "  next      session-lifecycle translate vapi lists the words\n"
        )

    def test_a_pattern_keeps_terminals_whole(self, capsys):
        out = run(capsys, "translate", "pipecat", "fatal error: \x1b[31mred")[1]
        assert "\x1b" not in out
        assert out.startswith("pipecat's fatal error: \\x1b[31mred means error\n")

    def test_in_a_field(self, capsys):
        assert run(capsys, "translate", "livekit", "3")[1].startswith("livekit's SERVER_SHUTDOWN")
        out = run(capsys, "translate", "--field", "sip_call_status", "livekit", "3")[1]
        assert out.startswith("livekit's SCS_DISCONNECTED means unknown\n")

    def test_a_field_that_is_none(self, capsys):
        assert run(capsys, "translate", "daily", "x", "--field", "nobody") == (
            2,
            "",
            "session-lifecycle: daily has no field 'nobody', "
            "expected one of: participant_left_reason\n",
        )

    def test_more_evidence_than_one(self, capsys):
        out = run(capsys, "translate", "--sip", "486", "--status", "completed", "twilio")[1]
        assert out.startswith("sip's 486 means callee_busy\n")
        out = run(capsys, "translate", "--q850", "16", "retell", "user_hangup")[1]
        assert out.startswith("retell's user_hangup means participant_left\n")

    def test_evidence_that_nobody_knows(self, capsys):
        status, out, err = run(
            capsys, "translate", "--sip", "999", "--q850", "500", "twilio", "busy"
        )
        assert status == 1
        assert out.startswith("twilio's busy means callee_busy\n")
        assert err == (
            "session-lifecycle: q850 has no word '500' that we know\n"
            "session-lifecycle: sip has no word '999' that we know\n"
        )

    def test_more_evidence_and_a_field(self, capsys):
        status, _, err = run(
            capsys, "translate", "--sip", "486", "--field", "call_status", "twilio"
        )
        assert status == 2
        assert err == (
            "session-lifecycle: --field is for one word alone, without --status, --sip and --q850\n"
        )

    def test_all_words(self, capsys):
        status, out, _ = run(capsys, "translate", "retell")
        lines = out.splitlines()
        assert status == 0
        assert len(lines) == 48
        assert lines[0] == "disconnection_reason  user_hangup  participant_left  exact"
        (one,) = [line for line in lines if "  not_connected  " in line]
        assert one.startswith("call_status  not_connected  ")
        assert (
            len(run(capsys, "translate", "--field", "call_status", "retell")[1].splitlines()) == 5
        )

    def test_all_words_as_json(self, capsys):
        rows = [
            json.loads(line) for line in run(capsys, "translate", "--json", "sip")[1].splitlines()
        ]
        (busy,) = [row for row in rows if row["code"] == "486"]
        assert busy["reason"] == "callee_busy"
        assert busy["claim"] == {"reason": "callee_busy", "status": "closed", "raw": "486"}

    def test_a_status_of_its_own(self, capsys):
        out = run(capsys, "translate", "vonage", "--field", "call_status")[1]
        (one,) = [line for line in out.splitlines() if "  unanswered  " in line]
        assert one.startswith("call_status  unanswered  sip_failed (closed)  ambiguous: ")


class TestDrift:
    def test_words(self, capsys, tmp_path: Path):
        log = tmp_path / "log.txt"
        log.write_text("user_hangup\nuser_hung_up\n\n  user_hung_up  \nquantum\n")
        assert run(capsys, "drift", "retell", str(log)) == (
            3,
            "       2  user_hung_up  nearest: user_hangup\n"
            "       1  quantum\n"
            "3 of 4 words not in the table\n",
            "",
        )

    def test_a_clean_log(self, capsys, monkeypatch):
        class Stdin:
            buffer = io.BytesIO(b"486\n480\n")

        monkeypatch.setattr(sys, "stdin", Stdin)
        assert run(capsys, "drift", "sip", "-") == (0, "0 of 2 words not in the table\n", "")

    def test_objects(self, capsys, tmp_path: Path):
        log = tmp_path / "log.jsonl"
        words = ["customer-busy", "quantum", None, "", 5, ["x"]]
        lines = [json.dumps({"call": {"endedReason": word}}) for word in words]
        log.write_text("\n".join([*lines, '{"call": 5}', "{}", "", "nonsense"]))
        status, out, err = run(capsys, "drift", "--key", "call.endedReason", "vapi", str(log))
        assert status == 3
        assert out == (
            "       1  5\n       1  quantum\n2 of 3 words not in the table; 4 without one\n"
        )
        assert f"{log}:6: the word is a list, expected a text or a whole number\n" in err
        assert f"{log}:10: not JSON" in err
        assert "2 of 10 lines skipped" in err

    def test_json(self, capsys, tmp_path: Path):
        log = tmp_path / "log.txt"
        log.write_text("user_hung_up\n")
        status, out, _ = run(capsys, "drift", "--json", "retell", str(log))
        assert status == 3
        assert json.loads(out) == {"code": "user_hung_up", "seen": 1, "nearest": "user_hangup"}

    def test_a_field(self, capsys, tmp_path: Path):
        log = tmp_path / "log.txt"
        log.write_text("human\n")
        assert run(capsys, "drift", "twilio", str(log))[0] == 0
        assert run(capsys, "drift", "--field", "call_status", "twilio", str(log))[0] == 3
        status, _, err = run(capsys, "drift", "--field", "nobody", "twilio", str(log))
        assert (status, err[:49]) == (2, "session-lifecycle: twilio has no field 'nobody', ")

    def test_nothing_to_look_at(self, capsys, tmp_path: Path):
        log = tmp_path / "log.txt"
        log.write_text("\n")
        told = "session-lifecycle: no word in any line\n"
        assert run(capsys, "drift", "sip", str(log)) == (
            2,
            "0 of 0 words not in the table\n",
            told,
        )
        assert run(capsys, "drift", "--json", "sip", str(log)) == (2, "", told)

    def test_a_misspelt_key(self, capsys, tmp_path: Path):
        """A gate that looked at nothing is not green."""
        log = tmp_path / "log.jsonl"
        log.write_text('{"call": {"endedReason": "voicemail"}}\n')
        status, _, err = run(capsys, "drift", "--key", "call.ended", "vapi", str(log))
        assert status == 2
        assert err == "session-lifecycle: no word in any line: 1 line without 'call.ended'\n"

    def test_no_file(self, capsys, tmp_path: Path):
        status, _, err = run(capsys, "drift", "sip", str(tmp_path / "nobody"))
        assert status == 2
        assert "cannot be read" in err

    def test_words_of_strangers_keep_terminals_whole(self, capsys, tmp_path: Path):
        log = tmp_path / "log.txt"
        log.write_bytes(b"\x1b[31mred\n\xff\n")
        status, out, err = run(capsys, "drift", "sip", str(log))
        assert status == 3
        assert "\x1b" not in out
        assert "not UTF-8" in err
