"""`session-lifecycle translate`: what a vendor's words mean in ours."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from session_lifecycle._cli._phrases import GRADES
from session_lifecycle._cli._tell import WRONG, complain, escaped
from session_lifecycle._text import show
from session_lifecycle._words import TranslationGrade
from session_lifecycle.crosswalk import Translation, translate, translate_call, vendors, vocabulary

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Says what a vendor's word for an ending means in ours, by the vendor's table, never by guessing.
With more than one piece of evidence of one call, says what the finest of them means: the Q.850
cause, the SIP status, the vendor's word, the vendor's status. Without any, lists all the vendor's
words."""

_EXAMPLES = """\
examples:
  session-lifecycle translate livekit 5
  session-lifecycle translate vapi customer-ended-call
  session-lifecycle translate --field sip_call_status livekit SCS_ERROR
  session-lifecycle translate --sip 486 --status completed twilio
  session-lifecycle translate --json retell

exit status: 0; 1 if a table does not have a word that was given; 2 if the call is wrong"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "translate",
        help="what a vendor's words mean in ours",
        description=_HELP,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "vendor", choices=vendors(), metavar="VENDOR", help=f"one of: {', '.join(vendors())}"
    )
    parser.add_argument("code", nargs="?", metavar="CODE", help="the vendor's word or number")
    parser.add_argument("--field", metavar="NAME", help="the field of the vendor's it stands in")
    parser.add_argument("--status", metavar="WORD", help="the vendor's word for where it stands")
    parser.add_argument("--sip", metavar="NUMBER", help="the call's SIP response code")
    parser.add_argument("--q850", metavar="NUMBER", help="the call's Q.850 cause")
    parser.add_argument("--json", action="store_true", help="print one JSON object a word")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    vendor, code, field = arguments.vendor, arguments.code, arguments.field
    others = (arguments.status, arguments.sip, arguments.q850)
    if (unknown := unknown_field(vendor, field)) is not None:
        complain(unknown)
        return WRONG
    strangers: list[tuple[str, str | None]] = []
    if any(one is not None for one in others):
        if field is not None:
            complain("--field is for one word alone, without --status, --sip and --q850")
            return WRONG
        status, sip, q850 = others
        answers = [
            translate_call(vendor=vendor, code=code, status=status, sip_status=sip, q850_cause=q850)
        ]
        given = (("q850", q850), ("sip", sip), (vendor, code), (vendor, status))
        strangers = [one for one in given if one[1] is not None and _is_unlisted(*one)]
        for whose, word in strangers:
            complain(f"{whose} has no word {show(word)} that we know")
    elif code is None:
        rows = vocabulary(vendor).rows
        answers = [row for row in rows if field is None or row.field == field]
    else:
        answers = [translate(vendor, code, field=field)]
    for answer in answers:
        if arguments.json:
            print(json.dumps(as_json(answer)))
        else:
            print("\n".join(in_words(answer) if len(answers) == 1 else [in_a_line(answer)]))
    unlisted = [answer for answer in answers if answer.grade is TranslationGrade.UNLISTED]
    return 1 if unlisted or strangers else 0


def unknown_field(vendor: str, field: str | None) -> str | None:
    """Return what is wrong with a field's name, `None` if nothing is."""
    names = [one.name for one in vocabulary(vendor).fields]
    if field is None or field in names:
        return None
    return f"{vendor} has no field {show(field)}, expected one of: {', '.join(names)}"


def _is_unlisted(vendor: str, word: object) -> bool:
    return translate(vendor, word).grade is TranslationGrade.UNLISTED


def as_json(found: Translation) -> dict[str, Any]:
    """Return a translation, with its claim, as plain JSON values."""
    claim = found.claim()
    claims = None
    if claim is not None:
        claims = {"reason": claim.reason, "status": claim.status, "raw": claim.raw}
    return found._asdict() | {"claim": claims}


def in_a_line(found: Translation) -> str:
    """Return a translation as one line: its field, word, reason and grade."""
    status = f" ({found.status})" if found.status else ""
    note = f": {found.note}" if found.note else ""
    return f"{found.field}  {escaped(found.code)}  {found.reason}{status}  {found.grade}{note}"


def in_words(found: Translation) -> list[str]:
    """Return a translation in plain English, a row a fact."""
    grade, claim = found.grade, found.claim()
    if grade is TranslationGrade.UNLISTED:
        rows = [f"{found.vendor} has no word {show(found.code)} that we know"]
    elif claim is None:
        rows = [f"{found.vendor}'s {escaped(found.code)} does not end a session"]
    else:
        rows = [f"{found.vendor}'s {escaped(found.code)} means {found.reason}"]
    if found.field:
        rows.append(f"  field     {found.field}")
    rows.append(f"  grade     {grade}: {GRADES[grade]}")
    if found.note and grade is not TranslationGrade.UNLISTED:
        rows.append(f"  note      {found.note}")
    if found.status is not None:
        rows.append(f"  status    {found.status}")
    if found.retired is not None:
        rows.append(f"  retired   last seen in {found.retired}")
    if claim is None:
        rows.append("  claims    nothing")
    else:
        raw = "" if claim.raw is None else f", with raw {show(claim.raw)}"
        rows.append(f"  claims    {claim.reason}, {claim.status}{raw}")
    if grade is TranslationGrade.UNLISTED:
        rows.append(f"  next      session-lifecycle translate {found.vendor} lists the words")
    return rows
