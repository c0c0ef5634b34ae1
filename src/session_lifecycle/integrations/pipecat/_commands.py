"""What a command to end claims: the reason it carries, and who gave it.

Pipecat ends with an `EndFrame` or a `CancelFrame`, whose `reason` is prose: Pipecat's own, or
whatever the bot's code wrote. The rules, the first that fits:

1. The reason is one of our words, as a member or exactly as its text: it is claimed.
2. The command came from the language model's service, where a tool pushed it: the agent ended the
   call, in whatever words. From the client's messages: it asked for the bot to be disconnected.
3. The reason is one of Pipecat's own, letter by letter (the crosswalk has them): what that means.
4. Any other prose is not guessed at: `unknown`, the prose kept as `raw`.
5. No reason at all tells how it ended, and not why: `pipeline_exit`, an echo of what came before;
   `unknown` where it is known that nobody ever came, so that a dialler is told to look.

Source: pipecat-ai 1.14.0 pipeline/worker.py, workers/runner.py, processors/frameworks/rtvi/
processor.py (`disconnect-bot`); read 2026-11-30.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from session_lifecycle._ending import EndClaim
from session_lifecycle._text import member
from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import translate
from session_lifecycle.crosswalk._translate import kept
from session_lifecycle.integrations.pipecat._names import Part

SOURCE = "pipecat"

R = SessionTerminationReason

_ASKED_BY: Mapping[Part, SessionTerminationReason] = {
    Part.LLM: R.AGENT_INITIATED,
    Part.CLIENT: R.USER_REQUESTED,
}

# worker.py, `_idle_timeout_detected`.
_IDLE = "idle timeout"

# runner.py, `_cancel_spawned_workers`: what a worker is told that still runs when the runner's own
# task is cancelled, or when another worker's end ends the runner.
_RUNNER_EXITS = "runner exiting"


class Meanings(NamedTuple):
    """What is claimed where the command itself does not say enough.

    Attributes:
        idle: for Pipecat's idle timer.
        unsaid: where nobody gives a reason.
    """

    idle: SessionTerminationReason
    unsaid: SessionTerminationReason


def claim_of(reason: object, by: Part, meanings: Meanings, at: datetime) -> EndClaim:
    """Return what a command claims.

    Args:
        reason: the frame's own.
        by: whose command it is.
        meanings: what is claimed where that is not enough.
        at: when the command was given.
    """
    ours = member(R, reason)
    if ours is not None:
        return EndClaim(ours, at, SOURCE)
    word = kept(reason).strip() or None
    if by in _ASKED_BY:
        return EndClaim(_ASKED_BY[by], at, SOURCE, raw=word)
    if word == _IDLE:
        return EndClaim(meanings.idle, at, SOURCE, raw=word)
    if word is None or word == _RUNNER_EXITS:
        return EndClaim(meanings.unsaid, at, SOURCE, raw=word)
    # One of Pipecat's own; any other is unlisted, which claims `unknown` and keeps the word.
    claim = translate("pipecat", word, field="cancel_reason").claim(at, SOURCE)
    assert claim is not None  # The field has no word that ends nothing.
    return claim


def is_pipecats(reason: object) -> bool:
    """Whether a reason is one that Pipecat itself gives, or none."""
    word = kept(reason).strip()
    listed = translate("pipecat", word, field="cancel_reason")
    return word in ("", _RUNNER_EXITS) or listed.grade is not TranslationGrade.UNLISTED
