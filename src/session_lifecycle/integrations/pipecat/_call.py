"""What is known of one call: the signs that count once it ends, and what takes them back.

A Pipecat pipeline is ended by a command and by nothing else. What happens before it only explains
it, if it still stands when the command comes:

- an error, until the part of the bot that failed is seen to work again;
- a client's leaving, until somebody is there again;
- a failed dial-out or dial-in, until somebody is reached;
- the loss of the bot's own connection, until it is back;
- the call of a tool that is known to end the call, which nothing takes back.

The command settles it. What follows a command is teardown, and says nothing: the sockets that it
closes, the errors of what it stops, the idle timer that finds a stopped pipeline idle. Only our own
words, and prose that is not Pipecat's, are still heard then.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import translate
from session_lifecycle.crosswalk._translate import kept
from session_lifecycle.integrations.pipecat._commands import (
    SOURCE,
    Meanings,
    claim_of,
    is_pipecats,
)
from session_lifecycle.integrations.pipecat._names import Part
from session_lifecycle.integrations.pipecat._record import Record

TRANSPORT = "transport"

R = SessionTerminationReason

# What an error claims, by who reports it, and whose work takes it back. `None`: the bot's voice.
# A service failing is the agent failing; of what a transport or the bot's own processors report,
# whose failure it was is not said.
_ERRORS: Mapping[Part, tuple[SessionTerminationReason, tuple[Part | None, ...]]] = {
    Part.LLM: (R.AGENT_ERROR, (Part.LLM,)),
    Part.TTS: (R.AGENT_ERROR, (Part.TTS,)),
    Part.STT: (R.AGENT_ERROR, (Part.STT,)),
    Part.SERVICE: (R.AGENT_ERROR, (Part.SERVICE,)),
    Part.TRANSPORT: (R.ERROR, (None,)),
    Part.CLIENT: (R.ERROR, (None,)),
    Part.OTHER: (R.ERROR, (None, Part.LLM)),
}

# More than this many at once are not told apart.
_MAX_PRESENT = 256


class Call:
    """The signs of one call."""

    def __init__(self, record: Record, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._clock = clock
        self._came = False
        self._commanded = False
        self._present: dict[str, int] = {}
        self._errors: dict[Part, EndClaim] = {}
        self._signs: dict[str, EndClaim] = {}
        # Whether a client's coming is told: without a transport, nobody tells.
        self.sees_clients = False

    @property
    def troubled(self) -> bool:
        """Whether an error stands."""
        return bool(self._errors)

    @property
    def person_known(self) -> bool:
        """Whether somebody has been there."""
        return self._came

    def command(self, reason: object, by: Part) -> None:
        """End the pipeline, or ask for it; the first command settles the signs before it."""
        if self._commanded and is_pipecats(reason):
            return
        claim = claim_of(reason, by, self._meanings(), self._clock())
        self._close()
        # The worker answers a request with a frame that has the same reason.
        said = {one.raw for one in self._claims()}
        if claim.reason is not R.UNKNOWN or claim.raw is None or claim.raw not in said:
            self._record.add(claim)

    def finish(self) -> None:
        """The pipeline is over. Without a command or a sign, nobody has said why."""
        self._close()
        if not self._claims():
            self._record.add(EndClaim(R.UNKNOWN, self._clock(), SOURCE))

    def error(self, part: Part, text: object) -> None:
        """An error that nobody has mended; the first of each part stands."""
        if part not in self._errors:
            reason, _ = _ERRORS[part]
            word = kept(text).strip() or None
            self._errors[part] = EndClaim(reason, self._clock(), SOURCE, raw=word)

    def works(self, part: Part | None) -> None:
        """A part of the bot has done its job; `None`: the bot was heard."""
        mended = [failed for failed in self._errors if part in _ERRORS[failed][1]]
        for failed in mended:
            del self._errors[failed]

    def person(self) -> None:
        """Somebody is there: whoever was dialled was reached."""
        self._came = True
        self.back("dial")

    def dial_failed(self, reason: SessionTerminationReason, raw: str) -> None:
        """The phone was not reached; of many attempts the last one counts.

        With somebody there already it is another phone, of a transfer say, and ends nothing.
        """
        if not self._came:
            self.back("dial")
            self.sign("dial", reason, raw, TRANSPORT)

    def came(self, who: str) -> None:
        """A client is there, or is there again."""
        self.person()
        if who in self._present or len(self._present) < _MAX_PRESENT:
            self._present[who] = self._present.get(who, 0) + 1
        self.back("left")

    def left(self, who: str, close_code: int | None = None) -> None:
        """A client's connection is gone, which counts when nobody is left.

        Args:
            who: the client, as `came` was told.
            close_code: the WebSocket's, if it was one and has it.
        """
        self.hidden(who)
        if not self._present:
            listed = translate("websocket", close_code, field="close_code")
            known = listed.grade in (TranslationGrade.EXACT, TranslationGrade.NARROWER)
            reason = listed.reason if known else R.PARTICIPANT_LEFT
            raw = None if close_code is None else str(close_code)
            self.sign("left", reason, raw, TRANSPORT)

    def hidden(self, who: str) -> None:
        """A client is not seen any more, and is still there: that is no sign."""
        still = self._present.pop(who, 1) - 1
        if still:
            self._present[who] = still

    def sign(
        self, what: str, reason: SessionTerminationReason, raw: str | None, source: str
    ) -> None:
        """Something that explains an end, if it still stands then; the first of its kind stands."""
        self._signs.setdefault(what, EndClaim(reason, self._clock(), source, raw=raw))

    def back(self, what: str) -> None:
        """A sign is taken back."""
        self._signs.pop(what, None)

    def _close(self) -> None:
        """Settle the signs that stand; what comes after the first command is teardown."""
        if not self._commanded:
            self._commanded = True
            for claim in (*self._errors.values(), *self._signs.values()):
                self._record.add(claim)

    def _claims(self) -> tuple[EndClaim, ...]:
        settled = self._record.settled
        return () if settled is None else settled.claims

    def _meanings(self) -> Meanings:
        """What an idle timer and a silent command mean now."""
        if self._came:
            # Whoever is cut off is not silent.
            cut_off = "connection" in self._signs
            return Meanings(R.PIPELINE_EXIT if cut_off else R.SILENCE_TIMEOUT, R.PIPELINE_EXIT)
        if self.sees_clients:
            return Meanings(R.PARTICIPANT_JOIN_TIMEOUT, R.UNKNOWN)
        return Meanings(R.UNKNOWN, R.PIPELINE_EXIT)
