"""What a reason's traits, and the grade of a translation, say in plain English."""

from __future__ import annotations

from collections.abc import Mapping

from session_lifecycle._words import (
    CoercionVia,
    EndActor,
    EndFault,
    EndOutcome,
    EndPhase,
    RedialAdvice,
    TranslationGrade,
)

DOORS: Mapping[CoercionVia, str] = {
    CoercionVia.EXACT: "it is the canonical word itself",
    CoercionVia.NORMALIZED: "the same word in another case or with other separators",
    CoercionVia.ALIAS: "a spelling from the list of aliases",
    CoercionVia.ABSENT: "no word at all",
    CoercionVia.UNRECOGNIZED: "as a reason it is unknown, and the word is kept as raw",
}

ACTORS: Mapping[EndActor, str] = {
    EndActor.AGENT: "the agent acted",
    EndActor.PARTICIPANT: "the person on the call acted",
    EndActor.OPERATOR: "a human operator acted",
    EndActor.POLICY: "a rule acted: a timer, a limit, a detector",
    EndActor.PLATFORM: "the platform acted",
    EndActor.CARRIER: "the telephone network acted",
    EndActor.ROUTER: "the router acted: another connection or session took over",
    EndActor.UNKNOWN: "the word does not say who acted",
}

PHASES: Mapping[EndPhase, str] = {
    EndPhase.SETUP: "only before agent and participant are connected",
    EndPhase.CONVERSATION: "only once agent and participant are connected",
    EndPhase.ANY: "before the conversation as well as in it",
}

OUTCOMES: Mapping[EndOutcome, str] = {
    EndOutcome.RESOLVED: "the job was done",
    EndOutcome.UNRESOLVED: "the job was not done",
    EndOutcome.ABANDONED: "the person gave up",
    EndOutcome.ESCALATED: "it was handed up",
    EndOutcome.TRANSFERRED: "the call went on elsewhere",
    EndOutcome.UNREACHED: "nobody was reached",
    EndOutcome.VOID: "this was never the real session, another one was",
    EndOutcome.UNDETERMINED: "the word itself does not say whether the job was done",
}

FAULTS: Mapping[EndFault, str] = {
    EndFault.NONE: "nothing failed",
    EndFault.AGENT: "the agent failed",
    EndFault.PLATFORM: "the platform failed",
    EndFault.CARRIER: "the carrier failed",
    EndFault.UNKNOWN: "if something failed, the word does not say whose failure it was",
}

REDIALS: Mapping[RedialAdvice, str] = {
    RedialAdvice.NOT_APPLICABLE: "somebody answered, or it was no dial",
    RedialAdvice.LATER: "wait first",
    RedialAdvice.NOW: "we failed before the phone could ring",
    RedialAdvice.NEVER: "this number reaches nobody",
    RedialAdvice.ASK: "the word does not say enough: look at the vendor's own code",
}

GRADES: Mapping[TranslationGrade, str] = {
    TranslationGrade.EXACT: "the two words say the same",
    TranslationGrade.BROADER: "theirs says less than ours",
    TranslationGrade.NARROWER: "theirs says more than ours",
    TranslationGrade.AMBIGUOUS: "another field of the vendor's decides",
    TranslationGrade.NOT_AN_END: "the session may go on",
    TranslationGrade.UNLISTED: "the vendor's table does not have the word",
}
