"""Each example says what happened, and comes to what its story says; pages show what is printed."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle._cli import main

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "docs" / "examples"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
# This one needs a service that runs meanwhile, and has a test of its own: test_close_tutorial.py.
PAGES.remove(ROOT / "docs" / "tutorial" / "close-a-conversation.md")
# Their python blocks need a framework: tests/voice runs them.
VOICE = {"embed-in-livekit.md", "embed-in-pipecat.md", "gate-on-livekit-judges.md"}
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The maker of the day, imported from its own folder as its own command does."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return importlib.import_module("make_day")


def replayed(capsys: pytest.CaptureFixture[str], name: str) -> dict[str, dict[str, Any]]:
    assert main(["replay", "--json", str(EXAMPLES / name)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    found = [json.loads(line) for line in printed.out.splitlines()]
    return {session["session_id"]: session for session in found}


def ended(session: dict[str, Any]) -> tuple[str, str | None]:
    ending = session["ending"]
    return session["status"], None if ending is None else ending["reason"]


def lost(session: dict[str, Any]) -> list[str]:
    return [claim["reason"] for claim in session["ending"]["lost"]]


def taken(session: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What each step was, the machine's verdict, and the status after it."""
    return [(s["event"] or s["claim"], s["verdict"], s["after"]) for s in session["timeline"]]


def noted(session: dict[str, Any]) -> dict[str, str]:
    return {s["step_id"]: s["note"] for s in session["timeline"] if s["note"]}


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        (
            "failed_warm_transfer.jsonl",
            {"failed-warm-transfer": ("closed", "agent_initiated", "2026-11-23T10:03:10.700000Z")},
        ),
        (
            "approvals.jsonl",
            {
                "denied-approval": ("closed", "resolved", "2026-11-23T10:02:20.500000Z"),
                "approved-too-late": ("expired", "unknown", "2026-11-23T10:02:40Z"),
            },
        ),
        (
            "superseded.jsonl",
            {
                "replaced": ("superseded", "superseded", "2026-11-23T10:00:30Z"),
                "over-before-replaced": ("closed", "client_initiated", "2026-11-23T10:01:15Z"),
            },
        ),
        (
            "rejoin.jsonl",
            {
                "old-leave-comes-late": ("closed", "client_initiated", "2026-11-23T10:03:00Z"),
                "left-and-came-back": ("closed", "agent_initiated", "2026-11-23T10:02:00Z"),
            },
        ),
        (
            "media_failure.jsonl",
            {"media-failure": ("error", "media_failure", "2026-11-23T10:01:20.400000Z")},
        ),
    ],
)
def test_an_example_comes_to_what_its_story_says(
    name: str, outcomes: dict[str, tuple[str, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    found = replayed(capsys, name)
    assert {k: (*ended(s), s["ended_at"]) for k, s in found.items()} == outcomes


def test_a_failed_transfer_leg_is_no_end_of_the_session(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Section 5: a failed transfer leg is no `callee_*`, and the call comes back to the agent."""
    session = replayed(capsys, "failed_warm_transfer.jsonl")["failed-warm-transfer"]
    assert taken(session) == [
        ("answer", "moved", "active"),
        ("request_human", "moved", "waiting_for_human"),
        ("transfer", "moved", "transferred"),
        ("ring", "late", "transferred"),
        ("user_unavailable", "late", "transferred"),
        ("return_to_agent", "moved", "active"),
        ("agent_initiated", "moved", "closed"),
        ("room_deleted", "late", "closed"),
        ("room_closed", "late", "closed"),
    ]
    assert set(noted(session).values()) == {"about another party"}
    assert lost(session) == ["room_deleted", "room_closed"]
    assert session["evals"]["eval_status"] == "passed"


def test_deny_continues_the_call_and_a_late_approval_revives_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = replayed(capsys, "approvals.jsonl")
    assert ("deny", "moved", "active") in taken(found["denied-approval"])
    assert taken(found["approved-too-late"])[-1] == ("approve", "late", "expired")


def test_who_is_superseded_and_who_stays_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    found = replayed(capsys, "superseded.jsonl")
    assert lost(found["replaced"]) == ["room_closed"]
    assert lost(found["over-before-replaced"]) == ["superseded", "room_closed"]


def test_an_older_connections_leave_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for session in replayed(capsys, "rejoin.jsonl").values():
        assert list(noted(session).values()) == ["about an older connection"]
        assert ("answer", "already", "active") in taken(session)


def test_the_first_failure_explains_its_echoes(capsys: pytest.CaptureFixture[str]) -> None:
    session = replayed(capsys, "media_failure.jsonl")["media-failure"]
    assert lost(session) == ["silence_timeout", "client_initiated", "room_closed", "pipeline_exit"]


# What is true of the day: the reasons summed by hand from how often each story is told.
DAY = {
    ("active", None): 10,
    ("closed", "abandoned"): 15,
    ("closed", "agent_initiated"): 158,
    ("closed", "callee_busy"): 55,
    ("closed", "callee_declined"): 10,
    ("closed", "callee_no_answer"): 60,
    ("closed", "client_initiated"): 185,
    ("closed", "escalated"): 35,
    ("closed", "handoff_resolved"): 12,
    ("closed", "max_call_duration"): 15,
    ("closed", "participant_left"): 110,
    ("closed", "resolved"): 110,
    ("closed", "silence_timeout"): 40,
    ("closed", "transferred"): 25,
    ("closed", "unknown"): 12,
    ("closed", "unresolved"): 30,
    ("closed", "voicemail_detected"): 45,
    ("error", "agent_error"): 15,
    ("error", "dispatch_failed"): 7,
    ("error", "media_failure"): 10,
    ("error", "sip_trunk_failure"): 8,
    ("error", "token_mint_failed"): 3,
    ("expired", "participant_join_timeout"): 20,
    ("expired", "unknown"): 5,
    ("superseded", "superseded"): 5,
}
HEADLINES = {"none": 790, "passed": 157, "failed": 28, "pending": 25}


def test_the_day_comes_to_the_truth_of_its_stories(
    maker: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Session by session, and in sum: neither witness asks `settle`."""
    found = replayed(capsys, "day.jsonl")
    truth = maker.make().truth
    assert {name: ended(session) for name, session in found.items()} == {
        name: tuple(told.ending) for name, told in truth.items()
    }
    assert sum(DAY.values()) == 1000
    assert Counter(map(ended, found.values())) == DAY
    headlines = {
        name: session["evals"]["eval_status"] if session["evals"] else "none"
        for name, session in found.items()
    }
    assert headlines == {name: told.headline for name, told in truth.items()}
    assert Counter(headlines.values()) == HEADLINES


def test_the_days_drift_keeps_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    endings = [s["ending"] for s in replayed(capsys, "day.jsonl").values() if s["ending"]]
    unknown = [e["winner"]["raw"] for e in endings if e["reason"] == "unknown"]
    assert unknown.count(None) == 5  # A timer that expired the session, and said no more.
    assert unknown.count("DisconnectReason 23") == 2
    assert {word for word in unknown if word} == {
        "DisconnectReason 23",
        "Fehler 12",
        "assistant-did-not-receive-customer-audio",
        "line-hygiene-17",
        "pipeline.v3",
    }


def test_the_day_is_small_disordered_and_delivered_again(maker: ModuleType) -> None:
    text = (EXAMPLES / "day.jsonl").read_text(encoding="utf-8")
    assert text == maker.as_lines(maker.make())
    assert len(text.encode()) < 700_000
    bodies = [json.loads(line) for line in text.splitlines()]
    posted = [body for body in bodies if "room" in body]
    assert len(posted) > len({body["id"] for body in posted})
    times = [int(body["createdAt"]) for body in posted]
    assert times != sorted(times)


def test_the_days_webhooks_are_livekits(maker: ModuleType) -> None:
    """Written by hand there; LiveKit's own protocol classes read them and write the same."""
    for body in maker.make().lines:
        if "room" in body:
            assert MessageToDict(ParseDict(body, WebhookEvent())) == body


def sandbox(page: Path, folder: Path) -> dict[str, str]:
    """A folder with the documents in it, and an environment that runs what is tested here."""
    (folder / "docs").symlink_to(ROOT / "docs", target_is_directory=True)
    programs = folder / ".bin"
    programs.mkdir()
    for name, arguments in (("python3", ""), ("session-lifecycle", " -m session_lifecycle")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        program.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "80",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page: Path, tmp_path: Path) -> None:
    """A `sh` block with a `text` block behind it prints that, and `cat >` prints nothing.

    A `python` block is a file of its own, which a command has to run.
    """
    blocks = [(found[1], found[2]) for found in FENCE.findall(page.read_text(encoding="utf-8"))]
    environment = sandbox(page, tmp_path)
    programs: dict[str, str] = {}
    commands = ""
    for (language, code), (behind, shown) in pairwise([*blocks, ("", "")]):
        if language == "python" and page.name not in VOICE:
            name = re.match(r"# (\w+\.py)\n", code)
            assert name is not None, "a python block is a program: '# its_name.py' comes first"
            (tmp_path / name[1]).write_text(code, encoding="utf-8")
            programs[name[1]] = code
        elif language == "sh" and (behind == "text" or code.startswith("cat >")):
            done = subprocess.run(
                ["sh", "-c", code],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.stdout == (shown if behind == "text" else ""), code
            commands += code
    # Run by a command, or imported by a program that is.
    used = "".join([commands, *programs.values()])
    for name in programs:
        assert name in commands or f"from {name.removesuffix('.py')} import" in used, name


@pytest.fixture
def handler() -> dict[str, Any]:
    """The tutorial's own program."""
    text = (ROOT / "docs" / "tutorial" / "first-replay.md").read_text(encoding="utf-8")
    program = next(code for _, _, code in FENCE.findall(text) if code.startswith("# handler.py\n"))
    names: dict[str, Any] = {}
    exec(compile(program, "handler.py", "exec"), names)
    return names


def test_the_tutorials_handler_acts_once_on_every_session_of_the_day(
    maker: ModuleType, handler: dict[str, Any]
) -> None:
    """In order of arrival, one report at a time, everything delivered twice."""
    writers = importlib.import_module("compare_writers")
    acted: Counter[str] = Counter()
    sessions = handler["Sessions"](lambda name, _: acted.update([name]))
    for _ in range(2):
        for name, steps in writers.read(EXAMPLES / "day.jsonl").items():
            for step in steps:
                sessions.take(name, step)
    truth = {name: tuple(told.ending) for name, told in maker.make().truth.items()}
    assert acted == {name: 1 for name, (_, reason) in truth.items() if reason is not None}
    found = {name: kept.session for name, kept in sessions.kept.items()}
    assert truth == {
        name: (session.status, session.ending and session.ending.reason)
        for name, session in found.items()
    }


def test_the_tutorials_handler_knows_whose_leave_it_is(
    maker: ModuleType, handler: dict[str, Any]
) -> None:
    writers = importlib.import_module("compare_writers")
    ended_by: dict[str, str] = {}
    sessions = handler["Sessions"](lambda name, s: ended_by.update({name: s.ending.reason}))
    for name in ("failed_warm_transfer.jsonl", "rejoin.jsonl"):
        for session_id, steps in writers.read(EXAMPLES / name).items():
            for step in steps:
                sessions.take(session_id, step)
    assert ended_by == {
        "failed-warm-transfer": "agent_initiated",
        "old-leave-comes-late": "client_initiated",
        "left-and-came-back": "signal_close",  # It cannot know who will be back: the page says so.
    }
