"""What `session-lifecycle replay` says of many sessions: the summary, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle._cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["replay", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def answered(number: int, **more: object) -> dict[str, object]:
    at = f"2026-11-23T10:{number:02d}:00Z"
    return {"session_id": f"s{number}", "at": at, "event": "answer", "id": f"i{number}", **more}


def ended(number: int, word: str, **more: object) -> dict[str, object]:
    at = f"2026-11-23T11:{number:02d}:00.250Z"
    return {"session_id": f"s{number}", "at": at, "claim": word, **more}


def judged(number: int, passed: bool) -> dict[str, object]:
    scores = [{"passed": passed}]
    run = {"status": "completed", "is_critical": True, "scores": scores}
    return {"session_id": f"s{number}", "eval_run": run}


# Twelve sessions: five busy, two hang-ups, one error, one we do not know, one resolved; two live.
DAY = [
    *[ended(number, "callee_busy") for number in range(5)],
    *[line for n in (5, 6) for line in (answered(n), ended(n, "participant left"))],
    *[answered(7), ended(7, "error", source="worker")],
    *[answered(8), ended(8, "operator-busy")],
    *[answered(9), answered(9), ended(9, "resolved"), judged(9, True)],
    *[answered(10), answered(10), {**answered(10), "id": "x", "event": "pause"}],
    *[answered(11), judged(11, False)],
]


@pytest.fixture(autouse=True)
def _a_terminal_of_60_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


@pytest.fixture
def day(tmp_path: Path) -> str:
    return write(tmp_path / "x.jsonl", *DAY)


def test_more_than_ten_sessions_are_summed_up(capsys: pytest.CaptureFixture[str], day: str) -> None:
    status, out, err = run(capsys, day)
    assert (status, err) == (0, "")
    assert out == (
        "12 sessions: 10 ended, 2 live\n"
        "from 2026-11-23 10:05:00Z to 2026-11-23 11:09:00.250Z\n"
        "2 lines delivered again and dropped\n"
        "\n"
        "still             sessions   share\n"
        "active                   1   50.0%  ########################\n"
        "paused                   1   50.0%  ########################\n"
        "\n"
        "reason            sessions   share\n"
        "callee_busy              5   50.0%  ########################\n"
        "participant_left         2   20.0%  ##########\n"
        "error                    1   10.0%  #####\n"
        "resolved                 1   10.0%  #####\n"
        "unknown                  1   10.0%  #####\n"
        "\n"
        "outcome           sessions   share\n"
        "unreached                5   50.0%  ########################\n"
        "undetermined             4   40.0%  ###################\n"
        "resolved                 1   10.0%  #####\n"
        "\n"
        "redial            sessions   share\n"
        "later                    5   50.0%  ########################\n"
        "not_applicable           3   30.0%  ##############\n"
        "ask                      2   20.0%  ##########\n"
        "\n"
        "headline          sessions   share\n"
        "none                    10   83.3%  ########################\n"
        "failed                   1    8.3%  ##\n"
        "passed                   1    8.3%  ##\n"
        "\n"
        "words we do not know: 'operator-busy' 1\n"
    )


SUMMARY = {
    "sessions": 12,
    "ended": 10,
    "live": 2,
    "first_at": "2026-11-23T10:05:00Z",
    "last_at": "2026-11-23T11:09:00.250000Z",
    "repeated": 2,
    "by_status": {"closed": 9, "active": 1, "error": 1, "paused": 1},
    "by_reason": {
        "callee_busy": 5,
        "participant_left": 2,
        "error": 1,
        "resolved": 1,
        "unknown": 1,
    },
    "by_outcome": {"unreached": 5, "undetermined": 4, "resolved": 1},
    "by_redial": {"later": 5, "not_applicable": 3, "ask": 2},
    "by_headline": {"none": 10, "failed": 1, "passed": 1},
    "unknown_words": 1,
    "most_frequent_unknown_words": {"operator-busy": 1},
}


def test_the_summary_as_one_json_object(capsys: pytest.CaptureFixture[str], day: str) -> None:
    status, out, err = run(capsys, "--json", "--show", "summary", day)
    assert (status, err, out.count("\n")) == (0, "", 1)
    found = json.loads(out)
    assert found == SUMMARY
    # Most frequent first, and what is as frequent in the order of the alphabet.
    for name, counts in SUMMARY.items():
        if isinstance(counts, dict):
            assert list(found[name]) == list(counts)


def test_json_is_one_object_a_session_however_many(
    capsys: pytest.CaptureFixture[str], day: str
) -> None:
    for arguments in ([], ["--show", "sessions"]):
        _, out, _ = run(capsys, "--json", *arguments, day)
        names = [json.loads(row)["session_id"] for row in out.splitlines()]
        assert names == [f"s{number}" for number in range(12)]


def test_stories_or_summary(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Up to ten sessions are told, more are summed up; either way on request."""
    for count, told in ((1, True), (10, True), (11, False)):
        file = write(tmp_path / "x.jsonl", *(answered(number) for number in range(count)))
        stories = run(capsys, "--show", "sessions", file)[1]
        summary = run(capsys, "--show", "summary", file)[1]
        assert stories.count(": still active\n") == count
        noun = "session" if count == 1 else "sessions"
        assert summary.startswith(f"{count} {noun}: 0 ended, {count} live\n")
        assert run(capsys, file)[1] == (stories if told else summary)


def table(printed: str, title: str) -> list[tuple[str, int, int]]:
    """The rows under a title: what, how many, and how long the bar is."""
    (part,) = (p for p in printed.split("\n\n") if p.startswith(f"{title} "))
    found = [re.fullmatch(r"(\w+) +([\d,]+) +[\d.]+%  (#+)", row) for row in part.splitlines()[1:]]
    return [(row[1], int(row[2].replace(",", "")), len(row[3])) for row in found if row]


@pytest.mark.parametrize(
    ("columns", "longest"), [(1, 1), (37, 1), (38, 2), (60, 24), (76, 40), (80, 40), (300, 40)]
)
def test_bars_fit_the_terminal_and_are_in_proportion(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    longest: int,
) -> None:
    """The longest stands for the most; and what there is at all can be seen."""
    words = ["participant_left"] * 60 + ["error"] * 30 + ["resolved"] * 7 + ["abandoned"]
    file = write(
        tmp_path / "x.jsonl",
        *({"session_id": str(n), "claim": word} for n, word in enumerate(words)),
    )
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run(capsys, file)[1]
    rows = table(out, "reason")
    assert [(word, count) for word, count, _ in rows] == [
        ("participant_left", 60),
        ("error", 30),
        ("resolved", 7),
        ("abandoned", 1),
    ]
    for _, count, length in rows:
        assert length == longest if count == 60 else length >= 1
        assert abs(length - longest * count / 60) <= 0.5 or length == 1
    assert all(len(row) <= max(columns, 37) for row in out.splitlines())
    # One scale of columns for all tables: the longest bar is as long in each of them.
    for title in ("reason", "outcome", "redial", "headline"):
        assert table(out, title)[0][2] == longest


def test_large_numbers_can_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A summary of a thousand lines that were delivered twice."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = [
        {"session_id": str(n), "id": str(n), "event": "answer"} for _ in "12" for n in range(1_500)
    ]
    assert run(capsys, write(tmp_path / "x.jsonl", *lines))[1] == (
        "1,500 sessions: 0 ended, 1,500 live\n"
        "1,500 lines delivered again and dropped\n"
        "\n"
        f"still     sessions   share\n"
        f"active       1,500  100.0%  {'#' * 40}\n"
        "\n"
        f"headline  sessions   share\n"
        f"none         1,500  100.0%  {'#' * 40}\n"
    )


def test_one_line_delivered_again(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", answered(1), answered(1))
    assert "\n1 line delivered again and dropped\n" in run(capsys, "--show", "summary", file)[1]


def test_words_we_do_not_know_are_counted_and_ten_are_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The most frequent ones, of events as of reasons, escaped and cut."""
    words = [f"word {number}" for number in range(9)]
    lines: list[dict[str, Any]] = [answered(number) for number in range(12)]
    lines += [ended(number, word) for number, word in enumerate(words)]
    lines += [ended(number, "frequent") for number in range(3)]
    lines += [{**answered(number), "id": None, "event": "\x1b[31m"} for number in range(2)]
    lines += [ended(11, "x" * 100), ended(11, "one more")]
    file = write(tmp_path / "x.jsonl", *lines)
    last = run(capsys, file)[1].splitlines()[-1]
    shown = ", ".join(f"'{word}' 1" for word in words[:8])
    assert last == f"words we do not know: 'frequent' 3, '\\x1b[31m' 2, {shown} and 3 more"
    found = json.loads(run(capsys, "--json", "--show", "summary", file)[1])
    assert found["unknown_words"] == 13
    assert found["most_frequent_unknown_words"] == {
        "frequent": 3,
        "\x1b[31m": 2,
        **dict.fromkeys(words[:8], 1),
    }
    ten = write(tmp_path / "y.jsonl", *(ended(n, f"word {n}") for n in range(10)))
    last = run(capsys, "--show", "summary", ten)[1].splitlines()[-1]
    assert last.endswith(", 'word 9' 1")


def test_a_word_that_is_known_is_none_of_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nor is `unknown` itself, nor blank text."""
    file = write(tmp_path / "x.jsonl", *(ended(1, word) for word in ("unknown", " ", "Error")))
    assert "do not know" not in run(capsys, "--show", "summary", file)[1]


def test_no_session(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl")
    status, out, _ = run(capsys, "--show", "summary", file)
    assert (status, out) == (0, "0 sessions: 0 ended, 0 live\n")
    found = json.loads(run(capsys, "--show", "summary", "--json", file)[1])
    assert (found["sessions"], found["first_at"], found["by_reason"]) == (0, None, {})


def test_the_way_to_a_single_story_is_told_on_a_terminal(
    capsys: pytest.CaptureFixture[str], day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = "\n--only SESSION tells one session's story, --show sessions tells all of them\n"
    assert hint not in run(capsys, day)[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(capsys, "--color", "never", day)[1].endswith(hint)
    assert hint not in run(capsys, "--show", "summary", day)[1]
