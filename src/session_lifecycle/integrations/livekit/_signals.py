"""What LiveKit Agents' words for an ending claim: a close reason, a job's, a room's, an error's.

The crosswalk decides, and is the one table. What it calls ambiguous claims `unknown`, without the
word: that is silent, and everybody who knows more is believed. `CloseReason.USER_INITIATED` is such
a word: the developer's code, never the caller.

Three words mean more here than alone. The agent's own `CLIENT_INITIATED` is this process leaving
the room: teardown. `PARTICIPANT_DISCONNECTED` comes after the room has said who left and why, and
is believed where it has not. And the text of `ctx.shutdown(reason=...)` is the developer's: one of
our words in it is a claim.

Source: livekit-agents 1.8.9 voice/events.py, ipc/job_proc_lazy_main.py; read 2026-11-30.
"""

from __future__ import annotations

from session_lifecycle._session import read_word
from session_lifecycle._text import show, text_of
from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import Translation, translate
from session_lifecycle.integrations.livekit._sip import Said

R = SessionTerminationReason

NOTHING = Said(R.UNKNOWN, None)
"""An end of which nobody says why."""


def of_close(event: object) -> Said:
    """Return what the session's `close` event claims.

    >>> class Closed:
    ...     reason = "user_initiated"
    >>> print(*of_close(Closed))
    unknown None
    """
    found = translate("livekit", getattr(event, "reason", None), field="agents_close_reason")
    if found.grade is TranslationGrade.UNLISTED:
        return Said(R.UNKNOWN, found.code or None)
    if found.code == "participant_disconnected":
        return Said(R.PARTICIPANT_LEFT, None)
    if found.reason is R.AGENT_ERROR:
        return of_error(getattr(event, "error", None))
    return _word(found)


def of_error(error: object) -> Said:
    """Return what a model's failure claims: `agent_error`, and as `raw` which model and how."""
    model = text_of(getattr(error, "type", None)) or "error"
    cause = getattr(error, "error", None)
    return Said(R.AGENT_ERROR, model if cause is None else f"{model}: {_name_of(cause)}")


def of_job(reason: object) -> Said:
    """Return what the shutdown of the job claims, by its reason: LiveKit's text or a developer's.

    >>> for reason in ("job crashed", "user requested", "silence-timeout", "tea time"):
    ...     print(*of_job(reason))
    agent_error job crashed
    unknown None
    silence_timeout None
    unknown tea time
    """
    found = translate("livekit", reason, field="job_shutdown_reason")
    if found.grade is not TranslationGrade.UNLISTED:
        return _word(found)
    read, raw = read_word(reason)
    return NOTHING if read is None else Said(read, raw)


def _word(found: Translation) -> Said:
    """What a listed word claims. Where it is `unknown`, the word with it would outrank teardown."""
    return NOTHING if found.reason is R.UNKNOWN else Said(found.reason, found.code)


def of_room(reason: object) -> Said:
    """Return what it claims that the agent's own connection to the room is gone."""
    found = translate("livekit", reason, field="disconnect_reason")
    if found.grade is TranslationGrade.UNLISTED:
        return Said(R.UNKNOWN, f"DisconnectReason {text_of(reason) or show(reason)}")
    if found.reason is R.CLIENT_INITIATED:
        return Said(R.PIPELINE_EXIT, None)
    return Said(found.reason, None)


def of_block(error: BaseException) -> Said:
    """Return what it claims that the agent's own code was left by an exception.

    >>> print(*of_block(ZeroDivisionError()))
    agent_error ZeroDivisionError
    """
    if isinstance(error, Exception):
        return Said(R.AGENT_ERROR, _name_of(error))
    return Said(R.PIPELINE_EXIT, _name_of(error))


def _name_of(error: object) -> str:
    return show(error).removeprefix("a ")
