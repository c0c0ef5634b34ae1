"""`session-lifecycle audit`: each kind of finding from a seeded defect, and nothing from others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from session_lifecycle._cli import main

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"

CODES = (
    "illegal_edge",
    "revived_after_end",
    "end_moved_later",
    "ended_without_start",
    "unknown_status",
    "unknown_reason",
    "live_past_deadline",
    "decision_too_late",
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["audit", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def lines(*steps: str) -> str:
    """Steps as `second source event=word`, or `claim=word`."""
    rows: list[dict[str, str]] = []
    for step in steps:
        second, source, what = step.split(" ", 2)
        kind, _, word = what.partition("=")
        rows.append(
            {
                "session_id": "a",
                "at": f"2026-11-23T10:00:{int(second):02d}Z",
                "source": source,
                "id": f"{source}-{second}",
                kind: word,
            }
        )
    return "".join(json.dumps(row) + "\n" for row in rows)


# What happened, the id of the step it shows at, and the one line that tells what is wrong.
SEEDED: dict[str, tuple[str, str, str]] = {
    "illegal_edge": (
        lines("0 ui event=answer", "1 ui event=pause", "2 ui event=approve"),
        "ui-2",
        "a: illegal_edge, 2026-11-23 10:00:02Z by ui: approve from paused; possible here: resume, "
        "request_human, transfer, close, expire, fail, supersede",
    ),
    "revived_after_end": (
        lines("0 ui event=answer", "5 worker claim=participant_left", "9 ui event=transfer"),
        "ui-9",
        "a: revived_after_end, 2026-11-23 10:00:09Z by ui: transfer came when it was closed",
    ),
    "end_moved_later": (
        lines("0 ui event=answer", "5 worker claim=media_failure", "7 worker claim=media failure"),
        "worker-7",
        "a: end_moved_later, 2026-11-23 10:00:07Z by worker: "
        "media_failure was claimed for an earlier time before",
    ),
    "ended_without_start": (
        lines("5 worker claim=participant_left"),
        "",
        "a: ended_without_start: it ended and no step shows it begin",
    ),
    "unknown_status": (
        lines("0 ui event=answer", "3 ui event=hibernate"),
        "ui-3",
        "a: unknown_status, 2026-11-23 10:00:03Z by ui: 'hibernate' is no event we know",
    ),
    "unknown_reason": (
        lines("0 ui event=answer", "3 vendor claim=operator-busy"),
        "vendor-3",
        "a: unknown_reason, 2026-11-23 10:00:03Z by vendor: 'operator-busy' is no reason we know",
    ),
    "live_past_deadline": (
        lines("0 ui event=answer", "3 ui event=pause"),
        "",
        "a: live_past_deadline: still paused, last heard of 2026-11-23 10:00:03Z",
    ),
    "decision_too_late": (
        lines(
            "0 ui event=answer",
            "1 ui event=request_approval",
            "5 timer event=expire",
            "6 desk event=approve",
        ),
        "desk-6",
        "a: decision_too_late, 2026-11-23 10:00:06Z by desk: approve came when it was expired",
    ),
}

NOW = ("--now", "2026-11-24T10:00:04Z")


def test_every_kind_of_finding_is_seeded_here() -> None:
    assert set(SEEDED) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_seeded_defect_is_found_and_nothing_else(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, code: str
) -> None:
    text, step_id, told = SEEDED[code]
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    now = NOW if code == "live_past_deadline" else ()
    expected = (3, f"{told}\n1 finding in 1 of 1 session\n", "")
    assert run(capsys, *now, str(file)) == expected
    status, out, err = run(capsys, "--json", *now, str(file))
    assert (status, err) == (3, "")
    source, _, second = step_id.partition("-")
    assert [json.loads(row) for row in out.splitlines()] == [
        {
            "session_id": "a",
            "code": code,
            "message": told.partition(f"a: {code}")[2].partition(": ")[2],
            "at": f"2026-11-23T10:00:{int(second):02d}Z" if second else None,
            "source": source or None,
            "step_id": step_id or None,
        }
    ]


@pytest.mark.parametrize("code", CODES)
def test_what_is_ignored_is_not_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, code: str
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(SEEDED[code][0])
    others = [word for other in CODES if other != code for word in ("--ignore", other)]
    assert run(capsys, *NOW, "--ignore", code, *others, str(file)) == (0, "", "")
    assert run(capsys, *NOW, *others, str(file))[0] == 3


@pytest.mark.parametrize(
    "name",
    [
        "agent_hang_up",
        "busy_callee",
        "failed_warm_transfer",
        "media_failure",
        "rejoin",
        "shuffled",
        "superseded",
    ],
)
def test_clean_data_is_silent(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Echoes, redeliveries, re-joins and contradictions are no findings."""
    assert run(capsys, str(EXAMPLES / f"{name}.jsonl")) == (0, "", "")
    assert run(capsys, "--json", str(EXAMPLES / f"{name}.jsonl")) == (0, "", "")


def test_every_session_is_told_of_under_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "x.jsonl"
    renamed = (
        text.replace('"session_id": "a"', f'"session_id": "{code}"')
        for code, (text, _, _) in SEEDED.items()
    )
    clean = lines("0 ui event=answer", "59 worker claim=resolved")
    file.write_text("".join(renamed) + clean)
    status, out, err = run(capsys, str(file))
    assert (status, err) == (3, "")
    *found, last = out.splitlines()
    expected = [c for c in SEEDED if c != "live_past_deadline"]
    assert [row.partition(":")[0] for row in found] == expected
    assert last == "7 findings in 7 of 9 sessions"
    assert [
        json.loads(row)["code"] for row in run(capsys, "--json", str(file))[1].splitlines()
    ] == (expected)
    assert run(capsys, "--only", "illegal_edge", str(file))[1].endswith(
        "1 finding in 1 of 1 session\n"
    )
    assert run(capsys, "--since", "2026-11-23T10:00:58Z", str(file)) == (0, "", "")


def test_a_finding_without_time_and_source(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"session_id": "\\u001b[31m", "event": "\\u001b[32m"}\n')
    status, out, _ = run(capsys, str(file))
    assert status == 3
    assert out == (
        "\\x1b[31m: unknown_status, at no known time: '\\x1b[32m' is no event we know\n"
        "1 finding in 1 of 1 session\n"
    )


@pytest.mark.parametrize(
    ("now", "deadline", "late"),
    [
        ("2026-11-24T10:00:03Z", None, False),  # 24 hours are not longer than 24 hours.
        ("2026-11-24T10:00:03.000001Z", None, True),
        ("2026-11-24T10:00:04+01:00", None, False),
        ("2026-11-24", None, False),
        ("2026-11-25", None, True),
        ("2026-11-23T10:30:03Z", "0.5", False),
        ("2026-11-23T10:30:04Z", "0.5", True),
        ("2026-11-23T10:30:04Z", "5e-1", True),
        ("2026-11-23T10:00:03Z", "0", False),
        ("2026-11-23T10:00:04Z", "0", True),
        ("2026-11-23T09:00:00Z", "0", False),  # It is not late before it was heard of.
        ("2999-01-01", "1e9", False),
    ],
)
def test_deadlines(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    now: str,
    deadline: str | None,
    late: bool,
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(SEEDED["live_past_deadline"][0])
    given = [] if deadline is None else ["--deadline", deadline]
    status, out, err = run(capsys, "--now", now, *given, str(file))
    assert (status, bool(out), err) == (3 if late else 0, late, "")


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(word, word) for word in ("soon", "-1", "", "nan", "inf", "-inf", "1e300", "1:30")]
    + [("\x1b[31m", "\\x1b[31m")],
)
def test_a_deadline_is_a_number_of_hours(
    capsys: pytest.CaptureFixture[str], hours: str, shown: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", *NOW, f"--deadline={hours}", "-"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "session-lifecycle audit: error: argument --deadline: "
        f"{shown} is no number of hours, expected 24 or 0.5"
    )


def test_a_deadline_needs_to_know_what_time_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(SEEDED["live_past_deadline"][0])
    assert run(capsys, str(file)) == (0, "", "")
    status, out, err = run(capsys, "--deadline", "1", str(file))
    assert (status, out) == (2, "")
    assert "--deadline needs --now" in err


@pytest.mark.parametrize(
    "now", ["now", "2026-11-23T10:00:00", "0001-01-01T00:00:00+14:00", "20261123", "2026-W48-1"]
)
def test_now_is_a_time(capsys: pytest.CaptureFixture[str], now: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", "--now", now, "-"])
    assert ended.value.code == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told == (
        f"session-lifecycle audit: error: argument --now: '{now}' is no time that UTC can express: "
        "expected a date like 2026-11-23, or a time with its zone like 2026-11-23T10:00:00Z"
    )


def test_lines_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(lines("0 ui event=answer", "5 worker claim=resolved") + "nonsense\n")
    status, out, err = run(capsys, str(file))
    assert (status, out) == (1, "")
    assert err.endswith("session-lifecycle: 1 of 3 lines skipped\n")


def test_one_name_for_several_rooms_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is found then may be two calls told as one."""
    file = tmp_path / "x.jsonl"
    hooks = [
        {"event": "room_started", "room": {"name": "lobby", "sid": sid}} for sid in ("RM_1", "RM_2")
    ]
    file.write_text("".join(json.dumps(hook) + "\n" for hook in hooks))
    assert run(capsys, str(file)) == (
        0,
        "",
        "session-lifecycle: 'lobby' is the name of several rooms, told here as one session: "
        "--session-key room.sid tells them apart\n",
    )
    assert run(capsys, "--session-key", "room.sid", str(file)) == (0, "", "")
