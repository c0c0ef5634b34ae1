"""What can happen to one session of the generated day, and what the truth is each time.

Each story is a function of a `Scene`: it sends the lines its reporters would send, and
returns the truth as the person who wrote the story knows it, a status and a reason. Nothing here
asks `session_lifecycle`. A story is told only where the truth is knowable: no false claims, no
two causes seconds apart on two clocks. `docs/explanation/what-no-order-can-know.md` is about those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from _day_scene import Scene

# Words of vendors that the vocabulary does not have: drift.
DRIFT = ("line-hygiene-17", "assistant-did-not-receive-customer-audio", "Fehler 12", "pipeline.v3")


class Truth(NamedTuple):
    """How a session really stands: its status, and why it ended, `None` while it is live."""

    status: str
    reason: str | None


Story = Callable[[Scene], Truth]


def agent_hangs_up(scene: Scene) -> Truth:
    """The room tells first, in whole seconds; the agent's own word follows."""
    end = scene.talk()
    scene.leave(end, "ROOM_DELETED")
    scene.own(end + 0.3, claim=scene.pick("agent_initiated", "agentInitiated"), source="worker")
    return Truth("closed", "agent_initiated")


def caller_hangs_up(scene: Scene) -> Truth:
    """The pipeline errors while it tears down."""
    end = scene.talk()
    scene.leave(end, "CLIENT_INITIATED")
    if scene.chance.random() < 0.3:
        scene.own(end + 1.5, claim="error", source="worker")
    return Truth("closed", "client_initiated")


def caller_leaves_bridge(scene: Scene) -> Truth:
    """No LiveKit here: a bridge of our own reports, in words of its own."""
    scene.own(1, event="answer", source="bridge")
    end = scene.between(15, 300)
    word = scene.pick("participant left", "participant-left", "participantLeft")
    scene.own(end, claim=word, source="bridge", id=f"{scene.name}-end")
    if scene.chance.random() < 0.2:
        scene.own(end, claim=word, source="bridge", id=f"{scene.name}-end")
    scene.own(end + 0.9, claim="pipeline_exit", source="worker")
    return Truth("closed", "participant_left")


def job_done(reason: str) -> Story:
    """The worker's verdict on the job, then teardown."""

    def story(scene: Scene) -> Truth:
        end = scene.talk()
        scene.own(end, claim=reason, source="worker")
        scene.leave(end + 1, "ROOM_DELETED")
        return Truth("closed", reason)

    return story


def unreached(reason: str, livekit: str) -> Story:
    """The dialled network answered; LiveKit folds several of its answers into one word."""

    def story(scene: Scene) -> Truth:
        end = scene.dial()
        scene.leave(end, livekit)
        scene.own(end + 0.2, claim=reason, source="dialler")
        return Truth("closed", reason)

    return story


def voicemail(scene: Scene) -> Truth:
    """A machine answered. The agent hangs up on it before the detector has written its line."""
    scene.dial()
    scene.own(9, event="answer", source="dialler")
    end = scene.between(12, 20)
    scene.own(end, claim="agent_initiated", source="worker")
    scene.own(end + 0.8, claim="voicemail_detected", source="detector")
    scene.hook(end + 2, "room_finished")
    return Truth("closed", "voicemail_detected")


def timer(reason: str) -> Story:
    """A timer ends a conversation; the caller is thrown out."""

    def story(scene: Scene) -> Truth:
        end = scene.talk(60, 600)
        scene.own(end, claim=reason, source="timer")
        scene.leave(end + 1, "PARTICIPANT_REMOVED")
        return Truth("closed", reason)

    return story


def nobody_comes(scene: Scene) -> Truth:
    """The participant never joins: expired, by the reason's own status."""
    scene.own(30, claim="participant_join_timeout", source="timer")
    scene.hook(31, "room_finished")
    return Truth("expired", "participant_join_timeout")


def setup_fails(reason: str) -> Story:
    """We failed before the phone could ring."""

    def story(scene: Scene) -> Truth:
        scene.own(scene.between(0, 2), claim=reason, source="dispatcher")
        return Truth("error", reason)

    return story


def failure(reason: str) -> Story:
    """Something failed; the silence timer and the caller's leave come seconds after."""

    def story(scene: Scene) -> Truth:
        end = scene.talk()
        scene.own(end, claim=reason, source="monitor")
        scene.own(end + 15, claim="silence_timeout", source="timer")
        scene.leave(end + 17, "CLIENT_INITIATED")
        return Truth("error", reason)

    return story


def trunk_fails(scene: Scene) -> Truth:
    """The trunk fails, and the room calls it the client's own leave."""
    end = scene.talk()
    scene.leave(end, "CLIENT_INITIATED")
    scene.own(end + 0.4, claim="sip_trunk_failure", source="dialler")
    return Truth("error", "sip_trunk_failure")


def transferred(scene: Scene) -> Truth:
    """The call went on elsewhere; our own leg fell silent before the worker had written it down."""
    end = scene.talk(60, 300)
    scene.own(end, event="transfer", source="worker")
    scene.own(end + 15, claim="silence_timeout", source="timer")
    scene.own(end + 20, claim="transferred", source="worker")
    scene.leave(end + 21, "CLIENT_INITIATED")
    return Truth("closed", "transferred")


def transfer_fails(scene: Scene) -> Truth:
    """The transfer comes back, and the agent finishes the call."""
    end = scene.talk(60, 300)
    scene.own(end, event="transfer", source="worker")
    scene.own(end + 25, event="return_to_agent", source="worker")
    scene.own(end + 90, claim="agent_initiated", source="worker")
    scene.hook(end + 91, "room_finished")
    return Truth("closed", "agent_initiated")


def handed_off(scene: Scene) -> Truth:
    """A person took over and finished; the worker, left alone, hung up before."""
    end = scene.talk(60, 300)
    scene.own(end, event="request_human", source="worker")
    scene.own(end + 5, claim="agent_initiated", source="worker")
    scene.own(end + 200, claim="handoff_resolved", source="desk")
    return Truth("closed", "handoff_resolved")


def replaced(scene: Scene) -> Truth:
    """A router replaced the session; only teardown had told of an end before."""
    end = scene.talk(5, 40)
    scene.hook(end, "room_finished")
    scene.own(end + 2, event="supersede", source="router")
    return Truth("superseded", "superseded")


def approved_too_late(scene: Scene) -> Truth:
    """A timer expired the session; the approval came in seconds later."""
    end = scene.talk()
    scene.own(end, event="request_approval", source="worker")
    scene.own(end + 120, event="expire", source="timer")
    scene.own(end + 124, event="approve", source="desk")
    return Truth("expired", "unknown")


def rejoins(scene: Scene) -> Truth:
    """The line drops, the caller is back, and the old connection's leave comes late."""
    end = scene.talk(60, 300)
    again = {**scene.caller(), "sid": f"PA_{scene.number}b"}
    scene.hook(30, "participant_joined", again)
    scene.hook(45, "participant_left", scene.caller("CONNECTION_TIMEOUT"))
    scene.hook(end, "participant_left", {**again, "disconnectReason": "CLIENT_INITIATED"})
    scene.hook(end + 1, "room_finished")
    return Truth("closed", "client_initiated")


def foreign_word(scene: Scene) -> Truth:
    """A vendor's word that we do not know; teardown may not overwrite it."""
    end = scene.talk()
    scene.own(end, claim=scene.pick(*DRIFT), source="vendor")
    scene.hook(end + 1, "room_finished")
    return Truth("closed", "unknown")


def newer_livekit(scene: Scene) -> Truth:
    """A leave with a number that LiveKit's protocol does not have yet."""
    scene.leave(scene.talk(), 23)
    return Truth("closed", "unknown")


def still_talking(scene: Scene) -> Truth:
    """Nothing has ended it when the day is over."""
    scene.talk()
    return Truth("active", None)
