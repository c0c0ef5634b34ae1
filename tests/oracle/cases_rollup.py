"""The vectors about eval runs: counts and headline, and what may be done with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import Any

from tests.oracle.case import Case, Draw, Group
from tests.oracle.rollup import (
    COUNTS,
    Run,
    accepted_strictly,
    latest,
    merge,
    replace,
    rollup,
    valid,
)
from tests.oracle.spec import words

STATUSES = words("EvalRunStatus")

# fmt: off
GROUPS = (
    Group("one_run", "specification",
          "what one run established, by its status and its scores"),
    Group("few_runs", "specification",
          "every set of up to two runs that succeeded, failed or wait, critical or not"),
    Group("headline", "specification",
          "none without criticals; else failed, pending, passed, in that order"),
    Group("require_scores", "specification",
          "a completed run without scores succeeded; where scores are required it failed"),
    Group("new_word", "specification",
          "whatever is neither unfinished nor completed has failed, a word from next year too"),
    Group("odd_value", "specification",
          "a passed that is not true or false counts as null; null scores are none"),
    Group("truth_value", "decision",
          "is_critical decides by its truth value"),
    Group("drawn", "specification",
          "sets of runs as they are drawn, with their bounds"),
    Group("merge", "specification",
          "merging shards equals rolling up the whole, in any order"),
    Group("replace", "specification",
          "one run is changed, added or taken out without a recount"),
    Group("latest", "specification",
          "the last attempt of each key, so that a retry is not counted twice"),
    Group("latest_tie", "decision",
          "of two attempts with the same order the later in the list counts"),
    Group("strict", "specification",
          "strict reading refuses what the total reading only reads past"),
    Group("build", "specification",
          "a rollup with negative or inconsistent counts cannot be built"),
)
# fmt: on


def run(status: Any, is_critical: Any = True, *passed: Any, scores: bool = True) -> Run:
    """Return a run; without `scores` they are `None` instead of empty."""
    found = [{"passed": one} for one in passed] if scores else None
    return {"status": status, "is_critical": is_critical, "scores": found}


def _rollup(group: str, name: str, runs: list[Run], required: bool = False) -> Case:
    given = {"runs": runs, "require_scores": required}
    return Case(group, name, "rollup", given, rollup(runs, required))


# One run of each kind that counts.
_KINDS: dict[str, tuple[Any, ...]] = {
    "succeeded": ("completed", True),
    "failed": ("completed", False),
    "pending": ("running",),
}


def _kind(kind: str, is_critical: bool) -> Run:
    status, *passed = _KINDS[kind]
    return run(status, is_critical, *passed)


def _small() -> Iterator[Case]:
    verdicts = ((), (True,), (False,), (None,), (True, None), (True, False), (None, False))
    for status in STATUSES:
        for passed in verdicts:
            # Only a completed run's scores decide; one line for each other status shows it.
            if status == "completed" or passed in ((), (True,), (False,)):
                name = "/".join([status, *[str(one).lower() for one in passed]])
                yield _rollup("one_run", name, [run(status, True, *passed)])
    alphabet = list(product(_KINDS, (True, False)))
    for size in (0, 1, 2):
        for drawn in combinations_with_replacement(alphabet, size):
            parts = [kind if critical else f"other_{kind}" for kind, critical in drawn]
            runs = [_kind(kind, critical) for kind, critical in drawn]
            yield _rollup("few_runs", "/".join(parts) or "none", runs)
    for present in product((False, True), repeat=3):
        kinds = [kind for kind, here in zip(_KINDS, present, strict=True) if here]
        runs = [_kind("failed", False), _kind("pending", False)]
        runs += [_kind(kind, True) for kind in kinds]
        yield _rollup("headline", "/".join(kinds) or "none", runs)


def _traps() -> Iterator[Case]:
    for required in (False, True):
        mode = "required" if required else "not_required"
        for status in STATUSES:
            yield _rollup("require_scores", f"{mode}/{status}", [run(status)], required)
        nothing = [run("completed", True, scores=False)]
        yield _rollup("require_scores", f"{mode}/null", nothing, required)
        mixed = [run("completed", True, True), run("completed"), run("completed", False)]
        yield _rollup("require_scores", f"{mode}/mixed", mixed, required)
    for name, word in {
        "cancelled": "cancelled",
        "skipped": "skipped",
        "empty": "",
        "other_case": "COMPLETED",
        "blank_behind": "completed ",
        "null": None,
        "number": 7,
        "prototype": "__proto__",
    }.items():
        yield _rollup("new_word", name, [run(word, True, True), run("completed", True, True)])
    for name, passed in {
        "one": 1,
        "zero": 0,
        "text_true": "true",
        "text_false": "False",
        "empty": "",
        "array": [],
        "object": {"passed": True},
    }.items():
        yield _rollup("odd_value", f"passed/{name}", [run("completed", True, True, passed)])
    yield _rollup("odd_value", "passed/one_and_false", [run("completed", True, 1, False)])
    yield _rollup("odd_value", "critical/null", [run("completed", None, False)])
    for name, critical in {"one": 1, "zero": 0, "text": "yes", "empty": ""}.items():
        yield _rollup("truth_value", name, [run("completed", critical, False)])


_DRAWN_STATUSES = (*("completed",) * 7, "queued", "pending", "running", "failed", "errored", "lost")
_DRAWN_SCORES = ((), (True,), (True,), (True, True), (True, False), (True, None), (False,), (None,))


def _drawn(draw: Draw) -> Run:
    critical = draw.one_of((True, False, False, None))
    return run(draw.one_of(_DRAWN_STATUSES), critical, *draw.one_of(_DRAWN_SCORES))


def _several() -> Iterator[Case]:
    draw = Draw(seed=6)
    for number in range(60):
        runs = [_drawn(draw) for _ in range(2 + draw.below(7))]
        yield _rollup("drawn", f"{number:02}", runs, required=number % 3 == 2)
    for number in range(16):
        shards = [[_drawn(draw) for _ in range(draw.below(4))] for _ in range(2 + draw.below(3))]
        required = number % 2 == 1
        given = {"shards": shards, "require_scores": required}
        yield Case("merge", f"{number:02}", "merge", given, merge(shards, required))
    nothing: dict[str, list[list[Run]]] = {"no_shards": [], "empty_shards": [[], []]}
    for name, empty in nothing.items():
        given = {"shards": empty, "require_scores": False}
        yield Case("merge", name, "merge", given, merge(empty, False))
    for number in range(24):
        runs = [_drawn(draw) for _ in range(1 + draw.below(4))]
        way = ("change", "add", "take_out")[number % 3]
        old = None if way == "add" else draw.below(len(runs))
        new = None if way == "take_out" else _drawn(draw)
        required = number % 2 == 1
        given = {"runs": runs, "old": old, "new": new, "require_scores": required}
        answer = replace(runs, old, new, required)
        yield Case("replace", f"{way}/{number // 3}", "replace", given, answer)


def _attempts(text: str) -> list[dict[str, Any]]:
    """Attempts like `tone:1 tone:2`: a key, and the number of the attempt."""
    pairs = (part.split(":") for part in text.split())
    return [{"key": key, "order": int(order)} for key, order in pairs]


def _others() -> Iterator[Case]:
    for group, name, text in (
        ("latest", "none", ""),
        ("latest", "one", "tone:1"),
        ("latest", "in_order", "tone:1 tone:2 tone:3"),
        ("latest", "backwards", "tone:3 tone:2 tone:1"),
        ("latest", "two_keys", "tone:1 facts:1 tone:2"),
        ("latest", "interleaved", "facts:2 tone:1 facts:1 tone:3 tone:2 facts:3"),
        ("latest", "numbers_not_text", "tone:9 tone:10"),
        ("latest_tie", "two", "tone:1 tone:1"),
        ("latest_tie", "among_others", "tone:2 facts:1 tone:2 tone:1"),
    ):
        attempts = _attempts(text)
        expect = {"kept": latest(attempts)}
        yield Case(group, name, "latest", {"attempts": attempts}, expect)
    for name, one in {
        "fine": run("completed", True, True, False, None),
        "new_word": run("cancelled", False, True),
        "passed_one": run("completed", True, 1),
        "passed_text": run("completed", True, "true"),
        "no_scores": run("completed", True),
        "null_scores": run("completed", True, scores=False),
        "null_critical": run("completed", None, True),
        "unfinished_null_scores": run("running", True, scores=False),
    }.items():
        runs = [run("completed", True, True), one]
        expect_strict = {"accepted": accepted_strictly(runs)}
        yield Case("strict", name, "read_strictly", {"runs": runs}, expect_strict)
    for name, cells in {
        "empty": (0, 0, 0, 0, 0, 0, 0, 0),
        "all_kinds": (6, 3, 2, 1, 3, 1, 1, 1),
        "all_critical": (3, 1, 1, 1, 3, 1, 1, 1),
        "negative": (0, 1, -1, 0, 0, 0, 0, 0),
        "negative_critical": (1, 1, 0, 0, 0, 1, -1, 0),
        "sum_too_small": (3, 1, 1, 0, 0, 0, 0, 0),
        "sum_too_large": (1, 1, 1, 0, 0, 0, 0, 0),
        "critical_sum": (2, 1, 1, 0, 1, 0, 0, 0),
        "more_critical": (1, 1, 0, 0, 2, 2, 0, 0),
        "more_critical_failed": (2, 2, 0, 0, 1, 0, 1, 0),
        "more_critical_pending": (2, 1, 1, 0, 1, 0, 0, 1),
    }.items():
        counts = dict(zip(COUNTS, cells, strict=True))
        yield Case("build", name, "build", {"counts": counts}, {"valid": valid(counts)})


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the file."""
    yield from _small()
    yield from _traps()
    yield from _several()
    yield from _others()
