"""`session-lifecycle audit`: what is wrong with recorded histories."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from session_lifecycle._audit import AuditFinding, audit_history
from session_lifecycle._cli._input import add_input, read_input, time_argument
from session_lifecycle._cli._tell import FOUND, STATUS, WRONG, brief, complain, counted, iso, when
from session_lifecycle._words import AuditCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Reads the lines that replay reads, and names what is wrong with the histories in them: one finding
a line, nothing for clean data. Redeliveries and late webhooks are no findings.

  illegal_edge         an event that a live session cannot take: a bug of whoever recorded it
  revived_after_end    a live move reported for a time after the end
  decision_too_late    an approval or a denial after the end
  end_moved_later      one reporter gives the same ending a later time
  ended_without_start  no step shows that it began, and its reason is none of the setup's
  unknown_status       an event we do not know
  unknown_reason       a reason we do not know
  live_past_deadline   still live, and nothing heard of it for longer than --deadline; only --now
                       says what time it is"""

_EXAMPLES = """\
examples:
  session-lifecycle audit calls.jsonl
  session-lifecycle audit --now 2026-11-24T00:00:00Z --deadline 2 calls.jsonl
  session-lifecycle audit --ignore unknown_reason --json calls.jsonl

"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "audit",
        help="what is wrong with recorded histories",
        description=_HELP,
        epilog=_EXAMPLES + STATUS.replace("what it was to look for", "something wrong"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_input(parser)
    parser.add_argument(
        "--now", type=time_argument, metavar="TIME", help="the present, to judge deadlines by"
    )
    parser.add_argument(
        "--deadline",
        type=_hours,
        metavar="HOURS",
        help="how long a live session may go without a step, with --now (24)",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        choices=tuple(map(str, AuditCode)),
        metavar="FINDING",
        help="leave out findings of this kind; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a finding")
    parser.set_defaults(run=run)


def _hours(text: str) -> float:
    try:
        hours = float(text)
        timedelta(hours=hours)
    except (ValueError, OverflowError):
        hours = -1.0
    if not hours >= 0:
        raise argparse.ArgumentTypeError(f"{brief(text)} is no number of hours, expected 24 or 0.5")
    return hours


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    if arguments.deadline is not None and arguments.now is None:
        complain("--deadline needs --now: nothing in the lines says what time it is")
        return WRONG
    cases, status = read_input(arguments)
    deadline = timedelta(hours=24 if arguments.deadline is None else arguments.deadline)
    found = sessions = 0
    for session_id, case in cases.items():
        findings = [
            finding
            for finding in audit_history(case.history(), now=arguments.now, deadline=deadline)
            if finding.code not in arguments.ignore
        ]
        found += len(findings)
        sessions += bool(findings)
        for finding in findings:
            if arguments.json:
                print(json.dumps(_as_json(session_id, finding)))
            else:
                print(_as_text(session_id, finding))
    if found and not arguments.json:
        print(f"{counted(found, 'finding')} in {sessions:,} of {counted(len(cases), 'session')}")
    return WRONG if status == WRONG else FOUND if found else status


def _as_text(session_id: str, finding: AuditFinding) -> str:
    step = None if finding.entry is None else finding.entry.step
    where = ""
    if step is not None:
        where = f", {when(step.at)}" + (f" by {brief(step.source)}" if step.source else "")
    return f"{brief(session_id)}: {finding.code}{where}: {finding.message}"


def _as_json(session_id: str, finding: AuditFinding) -> dict[str, Any]:
    step = None if finding.entry is None else finding.entry.step
    return {
        "session_id": session_id,
        "code": finding.code,
        "message": finding.message,
        "at": None if step is None else iso(step.at),
        "source": None if step is None else step.source,
        "step_id": None if step is None else step.step_id,
    }
