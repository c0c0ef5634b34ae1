"""`session-lifecycle rollup`, as a person and as a gate would use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle._cli import main

Line = dict[str, Any]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["rollup", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def write(path: Path, *lines: object) -> str:
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    path.write_text(text, encoding="utf-8")
    return str(path)


def flat(session_id: str, *passed: object, **more: object) -> Line:
    scores = [{"passed": verdict} for verdict in passed]
    line = {"session_id": session_id, "status": "completed", "is_critical": True, "scores": scores}
    return line | more


def nested(session_id: str, *passed: object, **more: object) -> Line:
    line = flat(session_id, *passed, **more)
    return {"session_id": line.pop("session_id"), "eval_run": line}


FOUR = [
    flat("green", True, True),
    flat("green", False, is_critical=False),
    flat("red", True, False),
    flat("red", True),
    flat("waiting", status="running"),
    flat("nothing critical", True, is_critical=None),
    flat("nothing critical", status="cancelled", is_critical=False),
    flat("nothing critical", None, is_critical=False),
]

TOLD = (
    "green: passed; critical runs: 1 of 1 succeeded, 0 failed, 0 pending; "
    "all: 1 of 2 succeeded, 1 failed, 0 pending; outcomes: 1 passed, 1 failed\n"
    "red: failed; critical runs: 1 of 2 succeeded, 1 failed, 0 pending; "
    "all: 1 of 2 succeeded, 1 failed, 0 pending; outcomes: 1 passed, 1 failed\n"
    "waiting: pending; critical runs: 0 of 1 succeeded, 0 failed, 1 pending; "
    "all: 0 of 1 succeeded, 0 failed, 1 pending; outcomes: 1 pending\n"
    "nothing critical: none; critical runs: 0 of 0 succeeded, 0 failed, 0 pending; "
    "all: 1 of 3 succeeded, 2 failed, 0 pending; outcomes: 1 passed, 1 no_verdict, 1 errored\n"
)


def test_a_line_for_each_session(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, write(tmp_path / "x.jsonl", *FOUR)) == (0, TOLD, "")


def test_either_form_of_line_comes_to_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = [{"session_id": line["session_id"], "eval_run": dict(line)} for line in FOUR]
    assert run(capsys, write(tmp_path / "x.jsonl", *other)) == (0, TOLD, "")
    assert run(capsys, write(tmp_path / "x.jsonl", *FOUR[:3], *other[3:])) == (0, TOLD, "")


def test_what_is_no_eval_run_is_passed_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write(
        tmp_path / "x.jsonl",
        {"session_id": "a", "event": "close", "status": "closed"},
        {"session_id": "a", "claim": "resolved", "status": "closed"},
        "",
        {"event": "room_finished", "room": {"name": "a"}},
        {"event": "egress_ended", "status": "completed"},
        *FOUR,
    )
    assert run(capsys, file) == (0, TOLD, "")


BAD = [
    ("nonsense", "not JSON: Expecting value"),
    ({"foo": 1}, "neither ours nor LiveKit's"),
    ({"status": "completed"}, "neither ours nor LiveKit's"),
    ({"session_id": 5, "status": "completed"}, "session_id is 5, expected text"),
    ({"session_id": "", "eval_run": {}}, "session_id is '', expected text"),
    ({"session_id": "e", "evalrun": {"status": "completed"}}, "found none of them"),
    ({"session_id": "e", "event": "close", "eval_run": {}}, "found event and eval_run"),
    ({"session_id": "e", "eval_run": {}}, "expected an object with status and scores"),
    ({"session_id": "e", "eval_run": {"scores": []}}, "expected an object with status and scores"),
    (flat("e") | {"id": []}, "id is a list, expected text"),
    (flat("e") | {"scores": 5}, "scores is 5, expected a list"),
    (flat("e") | {"scores": [5]}, "a score is no object"),
]


@pytest.mark.parametrize(("line", "cause"), BAD, ids=range(len(BAD)))
def test_a_bad_line_is_reported_counted_and_skipped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: object, cause: str
) -> None:
    """A gate must not be green because of a word misspelled."""
    file = write(tmp_path / "x.jsonl", *FOUR[:2], line, *FOUR[2:])
    status, out, err = run(capsys, file)
    assert (status, out) == (1, TOLD)
    reported, counted = err.splitlines()
    assert reported.startswith(f"session-lifecycle: {file}:3: ")
    assert cause in reported
    assert counted == "session-lifecycle: 1 of 9 lines skipped"


def test_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = run(capsys, "--json", write(tmp_path / "x.jsonl", *FOUR))
    assert (status, err) == (0, "")
    found = [json.loads(row) for row in out.splitlines()]
    assert [(s["session_id"], s["eval_status"], s["worst"], s["best"]) for s in found] == [
        ("green", "passed", "passed", "passed"),
        ("red", "failed", "failed", "failed"),
        ("waiting", "pending", "failed", "passed"),
        ("nothing critical", "none", "none", "none"),
    ]
    assert found[0] == {
        "session_id": "green",
        "total": 2,
        "succeeded": 1,
        "failed": 1,
        "pending": 0,
        "critical_total": 1,
        "critical_succeeded": 1,
        "critical_failed": 0,
        "critical_pending": 0,
        "eval_status": "passed",
        "outcomes": {"pending": 0, "passed": 1, "failed": 1, "no_verdict": 0, "errored": 0},
        "worst": "passed",
        "best": "passed",
    }


def test_a_gate_asks_for_scores(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for line in (flat("a"), nested("a"), flat("a", scores=None)):
        file = write(tmp_path / "x.jsonl", line)
        assert run(capsys, file)[1].startswith("a: passed; critical runs: 1 of 1 succeeded")
        strict = run(capsys, "--require-scores", file)[1]
        assert strict.startswith("a: failed; critical runs: 0 of 1 succeeded, 1 failed")
        assert strict.endswith("; outcomes: 1 no_verdict\n")
    file = write(tmp_path / "x.jsonl", *FOUR)
    assert run(capsys, "--require-scores", file) == (0, TOLD, "")


def test_odd_values_are_never_a_pass(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Whatever equals `true` without being it; and what was read before does not rub off."""
    odd: list[Line] = [
        flat("x", True),
        flat("x", 1),
        flat("x", "true"),
        flat("x", 1.0),
        flat("x", True, is_critical=1),
        flat("x", status=1),
        flat("x", status="completed" + " " * 100),
        flat("x", *[True] * 20),
        flat("x", True, status=None),
    ]
    for order in (odd, odd[::-1]):
        _, out, _ = run(capsys, "--json", write(tmp_path / "x.jsonl", *order))
        found = json.loads(out)
        assert (found["total"], found["succeeded"], found["critical_total"]) == (9, 3, 9)
        assert found["outcomes"] == {
            "pending": 0,
            "passed": 3,
            "failed": 0,
            "no_verdict": 3,
            "errored": 3,
        }


def test_a_run_delivered_again_counts_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By the id of its line, within its session."""
    again = [flat("a", True, id="1"), nested("a", True) | {"id": "1"}, flat("b", True, id="1")]
    file = write(tmp_path / "x.jsonl", *again, flat("a", True, id="2"))
    found = [json.loads(row) for row in run(capsys, "--json", file)[1].splitlines()]
    assert [(s["session_id"], s["total"]) for s in found] == [("a", 2), ("b", 1)]
    # Databases count theirs.
    file = write(tmp_path / "x.jsonl", *[flat("a", True, id=number) for number in (17, 17, 18)])
    assert json.loads(run(capsys, "--json", file)[1])["total"] == 2
    assert main(["replay", "--json", write(tmp_path / "y.jsonl", *again[1:2] * 3)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["evals"]["total"], told["repeated"]) == (1, 2)


LATEST = ("--latest", "evaluator", "n")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 2),
        (9, 10),
        (1.5, 2),
        (-1, 0),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.500Z"),
        ("2026-11-23T11:00:00+02:00", "2026-11-23T10:00:00Z"),
        ("2026-11-23T10:00:00Z", "2026-11-23T09:30:00-01:00"),
        (7, 7),  # Of two with the same order the later line counts.
    ],
)
def test_the_latest_attempt_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, first: object, second: object
) -> None:
    """By number or by time, whatever order they come in."""
    old, new = flat("a", False, evaluator="x", n=first), flat("a", True, evaluator="x", n=second)
    expected = (
        "a: passed; critical runs: 1 of 1 succeeded, 0 failed, 0 pending; "
        "all: 1 of 1 succeeded, 0 failed, 0 pending; outcomes: 1 passed\n"
    )
    assert run(capsys, *LATEST, write(tmp_path / "x.jsonl", old, new)) == (0, expected, "")
    if first != second:
        assert run(capsys, *LATEST, write(tmp_path / "x.jsonl", new, old)) == (0, expected, "")
    assert run(capsys, write(tmp_path / "x.jsonl", old, new))[1].startswith("a: failed")
    both = [nested("a", False, evaluator="x", n=first), nested("a", True, evaluator="x", n=second)]
    assert run(capsys, *LATEST, write(tmp_path / "x.jsonl", *both)) == (0, expected, "")


def test_attempts_at_different_things_all_count(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A key may be anything, 1 and "1" are two; what has none counts as it is."""
    keys: list[object] = [1, "1", ["a", 1], {"b": 1, "a": 2}, True, "x"]
    lines = [flat("a", False, evaluator=key, n=1) for key in keys]
    lines += [flat("a", True, evaluator=key, n=2) for key in keys]
    lines += [flat("a", True, evaluator={"a": 2, "b": 1}, n=3), flat("b", True, evaluator="x")]
    lines += [flat("a", True), flat("a", True, evaluator=None, n="nonsense")]
    status, out, err = run(capsys, "--json", *LATEST, write(tmp_path / "x.jsonl", *lines))
    assert (status, err) == (0, "")
    found = [json.loads(row) for row in out.splitlines()]
    assert [(s["session_id"], s["total"], s["succeeded"]) for s in found] == [
        ("a", 8, 8),
        ("b", 1, 1),
    ]


NOT_COMPARED = (
    "which cannot be compared: give a start time or an attempt number for every run of a key"
)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (None, 1, "a run's order is None, expected a number or a time"),
        (1, None, "a run's order is None, expected a number or a time"),
        (9, "10", "a run's order is '10', expected a number or a time"),
        (
            "2026-11-23T10:00:00",
            "2026-11-23T10:00:01Z",
            "a run's order is '2026-11-23T10:00:00', expected a number or a time",
        ),
        (True, 2, "a run's order is True, expected a number or a time"),
        ([1], 2, "a run's order is a list, expected a number or a time"),
        (1, "2026-11-23T10:00:00Z", f"order gave a datetime and 1, {NOT_COMPARED}"),
        (float("nan"), 1, f"order gave 1 and nan, {NOT_COMPARED}"),
    ],
)
def test_what_cannot_be_put_in_order_is_told_and_left_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, first: object, second: object, why: str
) -> None:
    """To pick one would be a guess; the other sessions are told."""
    lines = [flat("a", False, evaluator="x", n=first), flat("a", True, evaluator="x", n=second)]
    file = write(tmp_path / "x.jsonl", flat("\x1b", True), *lines, flat("b", True))
    status, out, err = run(capsys, *LATEST, file)
    assert status == 1
    assert [row.partition(":")[0] for row in out.splitlines()] == ["\\x1b", "b"]
    assert err == f"session-lifecycle: 'a': left out: {why}\n"
    assert run(capsys, *LATEST, "--fail-on", "passed", file)[0] == 3


def test_only(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", *FOUR)
    told = TOLD.splitlines(keepends=True)
    asked = run(capsys, "--only", "waiting", "--only", "green", file)
    assert asked == (0, told[0] + told[2], "")
    status, out, err = run(capsys, "--only", "blue", "--only", "green", file)
    assert (status, out) == (2, told[0])
    assert err == "session-lifecycle: --only 'blue': no line is about a session of this name\n"


@pytest.mark.parametrize(
    ("headline", "session"),
    [
        ("failed", "red"),
        ("pending", "waiting"),
        ("passed", "green"),
        ("none", "nothing critical"),
    ],
)
def test_fail_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, headline: str, session: str
) -> None:
    file = write(tmp_path / "x.jsonl", *FOUR)
    told = f"session-lifecycle: --fail-on {headline}: 1 session: '{session}'\n"
    assert run(capsys, "--fail-on", headline, file) == (3, TOLD, told)
    for only in ("red", "waiting", "green", "nothing critical"):
        status, _, err = run(capsys, "--fail-on", headline, "--only", only, file)
        assert (status, err) == ((3, told) if only == session else (0, ""))


def test_fail_on_several_headlines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", *FOUR)
    status, _, err = run(
        capsys, "--fail-on", "pending", "--fail-on", "failed", "--fail-on", "failed", file
    )
    assert status == 3
    assert sorted(err.splitlines()) == [
        "session-lifecycle: --fail-on failed: 1 session: 'red'",
        "session-lifecycle: --fail-on pending: 1 session: 'waiting'",
    ]
    for extra, expected in ((["absent"], 2), ([write(tmp_path / "y.jsonl", "nonsense")], 3)):
        assert run(capsys, "--fail-on", "failed", file, *extra)[0] == expected


def test_no_eval_run_at_all(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It is said; and a gate that measured nothing is not green."""
    file = write(tmp_path / "x.jsonl", {"session_id": "a", "event": "answer"})
    told = "session-lifecycle: no eval run in any line\n"
    assert run(capsys, file) == (0, "", told)
    assert run(capsys, "--fail-on", "failed", file) == (2, "", told)
    assert run(capsys, "--show", "summary", file) == (0, "0 sessions, 0 eval runs\n", told)


def test_more_than_ten_sessions_are_summed_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    lines = [flat(f"s{number}", True) for number in range(8)]
    lines += [flat("s8", False), flat("s9", status="running"), flat("s9", True)]
    file = write(tmp_path / "x.jsonl", *lines)
    stories = run(capsys, file)[1]
    assert stories.count("\n") == 10
    file = write(tmp_path / "x.jsonl", *lines, flat("s10", is_critical=False))
    expected = (
        "11 sessions, 12 eval runs\n"
        "\n"
        "headline  sessions   share\n"
        "passed           8   72.7%  ######################\n"
        "failed           1    9.1%  ###\n"
        "none             1    9.1%  ###\n"
        "pending          1    9.1%  ###\n"
        "\n"
        "outcome     runs   share\n"
        "passed         9   75.0%  ########################\n"
        "failed         1    8.3%  ###\n"
        "no_verdict     1    8.3%  ###\n"
        "pending        1    8.3%  ###\n"
    )
    assert run(capsys, file) == (0, expected, "")
    assert run(capsys, "--show", "sessions", file)[1].startswith(stories)
    status, out, _ = run(capsys, "--json", "--show", "summary", file)
    assert status == 0
    assert json.loads(out) == {
        "sessions": 11,
        "runs": 12,
        "by_headline": {"none": 1, "pending": 1, "passed": 8, "failed": 1},
        "by_outcome": {"pending": 1, "passed": 9, "failed": 1, "no_verdict": 1, "errored": 0},
    }
    assert run(capsys, "--json", file)[1].count("\n") == 11


def test_very_many_kinds_of_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """More kinds and sums than are remembered come to the same counts."""
    lines = [flat(f"s{n}", *[True] * (n % 3), status=f"word {n}") for n in range(1_200)]
    lines += [flat(f"s{n}", True) for n in range(1_200)]
    out = run(capsys, "--json", "--show", "summary", write(tmp_path / "x.jsonl", *lines))[1]
    assert json.loads(out)["by_outcome"] == {
        "pending": 0,
        "passed": 1_200,
        "failed": 0,
        "no_verdict": 0,
        "errored": 1_200,
    }
