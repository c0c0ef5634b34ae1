"""`session-lifecycle explain`: what a word means here, and how it was read."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from session_lifecycle._cli import _phrases as say
from session_lifecycle._cli._tell import WRONG, complain
from session_lifecycle._cli.translate import as_json as as_plain
from session_lifecycle._cli.translate import in_words, unknown_field
from session_lifecycle._coercion import (
    REASON_ALIASES,
    closest_reasons,
    coerce_event,
    coerce_session_status,
    read_termination_reason,
)
from session_lifecycle._machine import TRANSITION_RULES, allowed_events, is_terminal
from session_lifecycle._reasons import reason_traits
from session_lifecycle._settlement import SETTLEMENT_ORDER, SETTLEMENT_RANKS, SettlementRow
from session_lifecycle._spelling import normal_forms
from session_lifecycle._text import show
from session_lifecycle._words import CoercionVia, SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import translate, vendors
from session_lifecycle.integrations.livekit._leaves import leave_reasons

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Says what a word comes to: the reason it reads as and by which door, what is true of that reason,
where it stands in the order of settlement, and its neighbours there; and whether the word is a
session status or event as well.

With --vendor the word is the vendor's own, by name or number, and is looked up in the vendor's
table, never guessed."""

_EXAMPLES = """\
examples:
  session-lifecycle explain "Participant left"
  session-lifecycle explain --json callee_busy
  session-lifecycle explain --vendor livekit 5

exit status: 0; 1 if the word is none we know; 2 if the call is wrong"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "explain",
        help="what a word means here, and how it was read",
        description=_HELP,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "word", nargs="+", metavar="WORD", help="the word, as it was found; several are one text"
    )
    parser.add_argument("--vendor", choices=vendors(), metavar="VENDOR", help="whose word it is")
    parser.add_argument(
        "--field", metavar="NAME", help="with --vendor: the field of the vendor's it stands in"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    word = " ".join(arguments.word)
    if arguments.vendor is not None:
        return _explain_vendors(arguments.vendor, word, arguments.field, arguments.json)
    if arguments.field is not None:
        complain("--field needs --vendor: it is one of the vendor's")
        return WRONG
    found = _look_up(word)
    print(json.dumps(found) if arguments.json else "\n".join(_in_words(word, found)))
    known = found["reason"] is not None or found["status"] is not None
    return 0 if known or found["event"] is not None else 1


def _look_up(word: str) -> dict[str, Any]:
    reading = read_termination_reason(word)
    unread = reading.via is CoercionVia.UNRECOGNIZED
    status, event = coerce_session_status(word), coerce_event(word)
    return {
        "word": reading.raw,
        "via": reading.via,
        "seen": None if unread else _where_seen(word, reading.via),
        "closest": list(closest_reasons(word)) if unread else [],
        "reason": None if unread else describe(reading.reason),
        "status": None
        if status is None
        else {
            "status": status,
            "terminal": is_terminal(status),
            "allowed_events": allowed_events(status),
        },
        "event": None
        if event is None
        else {
            "event": event,
            "from": TRANSITION_RULES[event].sources,
            "to": TRANSITION_RULES[event].target,
        },
    }


def _where_seen(word: str, via: CoercionVia) -> str | None:
    if via is not CoercionVia.ALIAS:
        return None
    row = next(REASON_ALIASES[form] for form in normal_forms(word) if form in REASON_ALIASES)
    return f"{row.seen} ({row.date})"


def describe(reason: SessionTerminationReason) -> dict[str, Any]:
    """Return what is true of a reason, as plain JSON values."""
    traits = reason_traits(reason)
    # What a claim without raw is ranked by; with raw, `unknown` stands higher.
    row = next(row for row in SETTLEMENT_ORDER if row.reason is reason and row.raw is not True)
    carrying = next(
        row for row in SETTLEMENT_ORDER if row.reason is reason and row.raw is not False
    )
    peers = [other for other in SETTLEMENT_ORDER if other.rank is row.rank]
    place = peers.index(row)
    return {
        "reason": reason,
        "actor": traits.actor,
        "phase": traits.phase,
        "outcome": traits.outcome,
        "fault": traits.fault,
        "status": traits.status,
        "redial": traits.redial,
        "rank": row.rank,
        "rank_with_raw": carrying.rank,
        "lag": row.lag,
        "place": place + 1,
        "places": len(peers),
        "before": _reason(peers[place - 1 : place]),
        "after": _reason(peers[place + 1 : place + 2]),
    }


def _reason(rows: list[SettlementRow]) -> SessionTerminationReason | None:
    return rows[0].reason if rows else None


def _in_words(word: str, found: dict[str, Any]) -> list[str]:
    rows: list[str] = []
    if found["reason"] is not None:
        reason = found["reason"]
        seen = f", seen as {found['seen']}" if found["seen"] else ""
        rows.append(f"{show(word)} is the termination reason {reason['reason']}")
        rows.append(f"  read      {found['via']}: {say.DOORS[found['via']]}{seen}")
        rows += reason_in_words(reason)
    if found["status"] is not None:
        status = found["status"]
        kind = "terminal: nothing leads out of it" if status["terminal"] else "live"
        rows.append(f"{show(word)} is the session status {status['status']}, {kind}")
        if status["allowed_events"]:
            rows.append(f"  possible  {', '.join(status['allowed_events'])}")
    if found["event"] is not None:
        event = found["event"]
        rows.append(f"{show(word)} is the session event {event['event']}")
        rows.append(f"  moves     {', '.join(event['from'])} to {event['to']}")
    if found["reason"] is None:
        known = bool(rows)
        rows.append(f"{show(word)} is no termination reason")
        blank = "blank text is nobody's word, and counts as no reason given"
        door = say.DOORS[found["via"]] if word.strip() else blank
        rows.append(f"  read      {found['via']}: {door}")
        if found["closest"] and not known:
            rows.append(f"  closest   {', '.join(found['closest'])}: a hint, never an answer")
        if not known:
            rows.append("  next      session-lifecycle table reasons shows all we know")
    return rows


def reason_in_words(reason: dict[str, Any]) -> list[str]:
    """Return a reason's description, a row a fact."""
    rank = reason["rank"]
    rows = [
        f"  actor     {reason['actor']}: {say.ACTORS[reason['actor']]}",
        f"  phase     {reason['phase']}: {say.PHASES[reason['phase']]}",
        f"  outcome   {reason['outcome']}: {say.OUTCOMES[reason['outcome']]}",
        f"  fault     {reason['fault']}: {say.FAULTS[reason['fault']]}",
        f"  status    {reason['status']}, unless the claimant names another",
        f"  redial    {reason['redial']}: {say.REDIALS[reason['redial']]}",
        f"  rank      {rank}: {SETTLEMENT_RANKS[rank].why}",
    ]
    lag = f"; a symptom: {reason['lag']} seconds are added to its time" if reason["lag"] else ""
    rows.append(f"  place     {reason['place']} of {reason['places']} in its rank{lag}")
    neighbours = [
        f"{side} {reason[key]}"
        for side, key in (("behind", "before"), ("ahead of", "after"))
        if reason[key] is not None
    ]
    if neighbours:
        rows.append(f"  at a tie  {', '.join(neighbours)}")
    if reason["rank_with_raw"] != rank:
        foreign = reason["rank_with_raw"]
        rows.append(f"  with raw  {foreign}: {SETTLEMENT_RANKS[foreign].why}")
    return rows


def _explain_vendors(vendor: str, word: str, field: str | None, as_json: bool) -> int:
    if (unknown := unknown_field(vendor, field)) is not None:
        complain(unknown)
        return WRONG
    found = translate(vendor, word, field=field)
    leave = leave_reasons(word) if vendor == "livekit" else None
    listed = found.grade is not TranslationGrade.UNLISTED
    if as_json:
        left = None if leave is None else {"caller": leave.caller, "agent": leave.agent}
        described = describe(found.reason) if found.is_end else None
        print(json.dumps(as_plain(found) | {"described": described, "leave": left}))
        return 0 if listed else 1
    rows = in_words(found)
    if leave is not None:
        rows.append(f"  caller    who leaves with it {_claims(leave.caller)}")
        rows.append(f"  agent     that leaves with it {_claims(leave.agent)}")
    if listed and found.is_end:
        rows.append(f"what {found.reason} says:")
        rows += reason_in_words(describe(found.reason))
    print("\n".join(rows))
    return 0 if listed else 1


def _claims(reason: SessionTerminationReason | None) -> str:
    return "claims nothing: it is no end of the session" if reason is None else f"claims {reason}"
