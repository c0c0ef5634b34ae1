"""`session-lifecycle replay`: what happened, to what it means."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from session_lifecycle._audit import audit_history
from session_lifecycle._cli._case import Case
from session_lifecycle._cli._failures import Failures
from session_lifecycle._cli._input import add_input, read_input
from session_lifecycle._cli._json import story_as_json
from session_lifecycle._cli._output import add_output, shows_sessions
from session_lifecycle._cli._paint import paint_for
from session_lifecycle._cli._progress import Progress
from session_lifecycle._cli._story import story
from session_lifecycle._cli._summary import Summary, unknown_words
from session_lifecycle._cli._tell import FOUND, STATUS, WRONG
from session_lifecycle._history import SessionHistory
from session_lifecycle._words import EvalStatus

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

HELP = """\
Reads JSON Lines, one thing that happened a line, many sessions in one file, in any order of
arrival, and says for each session how it ended; for more than 10 sessions, how many ended in
which way. Lines of these kinds may be mixed:

  {"session_id": "a", "at": "2026-11-23T10:00:00Z", "event": "answer"}
  {"session_id": "a", "at": "2026-11-23T10:05:00Z", "claim": "participant left", "source": "worker"}
      optional: source, id (of the report; repeated ones are dropped), raw, for an ending event
      reason, for a claim status
  {"event": "participant_left", "room": {"name": "a"}, ...}
      a LiveKit webhook body, exactly as LiveKit posts it; a leg that is dialled rings, and LiveKit
      posts no answer: send an answer of your own
  {"session_id": "a", "eval_run": {"status": "completed", "is_critical": true,
                                   "scores": [{"passed": true}]}}
      an eval run; optional: id; retries under other ids are counted as they come

A line that cannot be read is reported with file, line number and cause, and skipped."""

EXAMPLES = """\
examples:
  session-lifecycle replay calls.jsonl
  session-lifecycle replay --only call-17 calls.jsonl
  session-lifecycle replay --json calls.jsonl | jq -r '[.session_id, .ending.reason] | @tsv'
  zcat calls.jsonl.gz | session-lifecycle replay --fail-on drift --fail-on audit -

"""

_FAILURES = {
    "failed": "has the headline failed",
    "drift": "has a word in it that we do not know",
    "audit": "has something wrong in its history: see session-lifecycle audit",
}


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "replay",
        help="what happened, to what it means",
        description=HELP,
        epilog=EXAMPLES + STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_input(parser)
    add_output(
        parser,
        "each session's story",
        _FAILURES,
        "a session " + ", ".join(f"{words} ({kind})" for kind, words in _FAILURES.items()),
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    cases, status = read_input(arguments)
    each = shows_sessions(arguments, len(cases))
    paint = paint_for(sys.stdout, arguments.color)
    failures = Failures(kind for kind in _FAILURES if kind in arguments.fail_on)
    summary = Summary()
    progress = Progress("settling", len(cases), "session")
    for number, (session_id, case) in enumerate(cases.items()):
        history = case.history()
        for kind in failures.kinds:
            if _LOOKS[kind](case, history):
                failures.note(kind, session_id)
        if not each:
            summary.add(case, history)
            progress.tell(number, number)
        elif arguments.json:
            print(json.dumps(story_as_json(session_id, case, history)))
        else:
            print(story(session_id, case, history, paint))
    progress.clear()
    if not each:
        columns = shutil.get_terminal_size().columns
        print(json.dumps(summary.as_json()) if arguments.json else summary.as_text(paint, columns))
        if arguments.show is None and sys.stdout.isatty():
            print("\n--only SESSION tells one session's story, --show sessions tells all of them")
    if failures.kinds and not cases:
        return WRONG  # A gate that measured nothing is not green.
    found = failures.tell()
    return WRONG if status == WRONG else FOUND if found else status


_LOOKS: dict[str, Callable[[Case, SessionHistory], bool]] = {
    "failed": lambda case, _: case.evals.rollup.eval_status is EvalStatus.FAILED,
    "drift": lambda _, history: any(unknown_words(history)),
    "audit": lambda _, history: bool(audit_history(history)),
}
