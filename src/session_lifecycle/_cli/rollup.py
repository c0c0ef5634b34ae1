"""`session-lifecycle rollup`: did the sessions pass their evals?"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from typing import TYPE_CHECKING

from session_lifecycle._cli._case import NO_EVALS, Evals, Tally
from session_lifecycle._cli._failures import Failures
from session_lifecycle._cli._input import add_files, missing, read_files
from session_lifecycle._cli._json import evals_as_json
from session_lifecycle._cli._output import add_output, shows_sessions
from session_lifecycle._cli._paint import Paint, paint_for
from session_lifecycle._cli._runs import RunReader
from session_lifecycle._cli._story import evals_in_words
from session_lifecycle._cli._summary import bars
from session_lifecycle._cli._tell import (
    FOUND,
    OK,
    STATUS,
    WRONG,
    brief,
    complain,
    counted,
)
from session_lifecycle._rollup import eval_status_bounds
from session_lifecycle._words import EvalStatus

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Reads eval runs, one a line, many sessions in one file, and says for each session what its runs
come to; for more than 10 sessions, how many have which headline. A line is either of

  {"session_id": "a", "eval_run": {"status": "completed", "is_critical": true,
                                   "scores": [{"passed": true}]}}
  {"session_id": "a", "status": "completed", "is_critical": true, "scores": [{"passed": true}]}

Both may have an id: a run whose id came before is dropped. Lines of other kinds that replay reads
are passed over.

The headline looks at critical runs only: none without any; failed as soon as one failed; else
pending while one is; else passed. By the letter a completed run without scores has succeeded:
a gate wants --require-scores. Retries count as runs of their own unless --latest tells them."""

_EXAMPLES = """\
examples:
  session-lifecycle rollup runs.jsonl
  session-lifecycle rollup --require-scores --fail-on failed --fail-on pending runs.jsonl
  session-lifecycle rollup --latest evaluator started_at runs.jsonl

"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "rollup",
        help="did the sessions pass their evals?",
        description=_HELP,
        epilog=_EXAMPLES + STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_files(parser)
    parser.add_argument(
        "--require-scores",
        action="store_true",
        help="count a completed run without scores as failed",
    )
    parser.add_argument(
        "--latest",
        nargs=2,
        metavar=("KEY", "ORDER"),
        help="of the runs of a session with one value of the field KEY, count the last by the "
        "field ORDER, a number or a time in ISO 8601; a run without KEY counts as it is",
    )
    add_output(parser, "a line for each session", EvalStatus, "a session has this headline")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    reader = RunReader(arguments.only, arguments.latest, arguments.require_scores)
    status = read_files(arguments.files, reader.take)
    if arguments.only:
        status = max(status, missing(arguments.only, reader.evals))
    elif status == OK and not reader.evals:
        complain("no eval run in any line")
    status = max(status, reader.finish())
    paint = paint_for(sys.stdout, arguments.color)
    failures = Failures(arguments.fail_on)
    found: Counter[EvalStatus] = Counter()
    whole = NO_EVALS
    tally = Tally()
    each = shows_sessions(arguments, len(reader.evals))
    for session_id, evals in reader.evals.items():
        headline = evals.rollup.eval_status
        found[headline] += 1
        whole = tally.merge(whole, evals)
        if headline in failures.kinds:
            failures.note(headline, session_id)
        if each:
            print(
                _as_json(session_id, evals) if arguments.json else _line(session_id, evals, paint)
            )
    if not each:
        print(_summary_as_json(found, whole) if arguments.json else _summary(found, whole, paint))
    if failures.kinds and not reader.evals:
        return WRONG  # A gate that measured nothing is not green.
    failed = failures.tell()
    return WRONG if status == WRONG else FOUND if failed else status


def _line(session_id: str, evals: Evals, paint: Paint) -> str:
    counts = [f"{count:,} {name}" for name, count in evals.by_outcome().items() if count]
    words = evals_in_words(evals.rollup, paint)
    return f"{paint(brief(session_id), 'strong')}: {words}; outcomes: {', '.join(counts)}"


def _as_json(session_id: str, evals: Evals) -> str:
    worst, best = eval_status_bounds(evals.rollup)
    return json.dumps(
        {"session_id": session_id} | evals_as_json(evals) | {"worst": worst, "best": best}
    )


def _summary(found: Counter[EvalStatus], whole: Evals, paint: Paint) -> str:
    columns = shutil.get_terminal_size().columns
    outcomes = Counter({name: count for name, count in whole.by_outcome().items() if count})
    rows = [f"{counted(found.total(), 'session')}, {counted(whole.rollup.total, 'eval run')}"]
    rows += bars({"headline": found}, "sessions", paint, columns)
    rows += bars({"outcome": outcomes}, "runs", paint, columns)
    return "\n".join(rows)


def _summary_as_json(found: Counter[EvalStatus], whole: Evals) -> str:
    return json.dumps(
        {
            "sessions": found.total(),
            "runs": whole.rollup.total,
            "by_headline": {status: found[status] for status in EvalStatus},
            "by_outcome": whole.by_outcome(),
        }
    )
