"""The rows against other libraries: those that keep a session, and those that read text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from session_lifecycle import (
    EndClaim,
    EvalRollup,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    apply_claim,
    coerce_termination_reason,
    next_status,
    start_session,
    transition,
)
from tests.bench import samples
from tests.bench.harness import Contest, NotInstalledError, Walk, calls, walks
from tests.bench.memory import Making, bytes_each, pickled, sizes
from tests.bench.peers import PEERS, answer, load
from tests.bench.peers.rules import WAYS
from tests.bench.results import Target, at_least, at_most


def machines() -> Iterator[Contest]:
    """May it do that now? Asked of a live machine of each library."""
    for name, times in PEERS.items():
        yield walks(
            "next_status, a legal history",
            name,
            next_status,
            samples.HISTORY,
            partial(_walk_of, name),
            partial(check_answers, name),
            target=at_least(times),
        )


def _walk_of(name: str) -> Walk:
    peer = load(name)
    return Walk(peer.make, peer.walk, peer.drop)


def check_answers(name: str) -> None:
    """Raise unless a library's machine gives our answer to each of the 154 pairs."""
    peer = load(name)
    for status in SessionStatus:
        for event in SessionEvent:
            ours = transition(status, event)
            after = None if ours.verdict == "illegal" else ours.after.value
            theirs = answer(peer, WAYS[status.value], event.value)
            if theirs != (status.value, after):
                pair = f"{status.value}, {event.value}"
                raise AssertionError(f"{name}, {pair}: {theirs[1]!r} and {after!r}")


def validators() -> Iterator[Contest]:
    """How did it end? Asked of a library that validates."""
    for name, against, coerce, target in (
        ("pydantic", "pydantic TypeAdapter in a try", coerce_by_pydantic, at_least(3)),
        ("cattrs", "cattrs structure in a try", coerce_by_cattrs, at_least(6)),
    ):
        for words in ("canonical", "unknown"):
            yield _validation(name, against, words, coerce, target)


def _validation(
    name: str, against: str, words: str, make: Callable[[], Callable[[str], Any]], target: Target
) -> Contest:
    texts = samples.CANONICAL if words == "canonical" else samples.UNKNOWN
    work, given = f"coerce_termination_reason, {words}", [(text,) for text in texts]

    def contest() -> Contest:
        return calls(work, against, coerce_termination_reason, make(), given, target=target)

    return Contest(
        work,
        against,
        target,
        lambda: contest().check(),
        lambda: contest().prepare(),
        peer=name,
    )


def coerce_by_pydantic() -> Callable[[str], SessionTerminationReason]:
    """Return a function around an adapter that was built once."""
    try:
        from pydantic import TypeAdapter, ValidationError
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error
    validate = TypeAdapter(SessionTerminationReason).validate_python

    def coerce(value: str) -> SessionTerminationReason:
        try:
            return validate(value)
        except ValidationError:
            return SessionTerminationReason.UNKNOWN

    return coerce


def coerce_by_cattrs() -> Callable[[str], SessionTerminationReason]:
    """Return a function around a converter that was built once."""
    try:
        from cattrs import Converter
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error
    structure = Converter(detailed_validation=False).structure

    def coerce(value: str) -> SessionTerminationReason:
        try:
            return structure(value, SessionTerminationReason)
        except ValueError:
            return SessionTerminationReason.UNKNOWN

    return coerce


def _moment(number: int) -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=number)


def live_session(number: int) -> Session:
    """Make a live session with a start of its own."""
    return start_session(at=_moment(number))


def ended_session(number: int) -> Session:
    """Make one that three reports have ended, each with a time of its own."""
    session = live_session(number)
    for seconds, (reason, _, source) in enumerate(samples.REPORTS, 60):
        session = apply_claim(session, EndClaim(reason, _moment(number + seconds), source))
    return session


def rollup(number: int) -> EvalRollup:
    """Make a rollup of five runs."""
    return EvalRollup(5, 3, 1, 1, 2, 1, 1, 0)


def memory(*, quick: bool = False) -> Iterator[Contest]:
    """What is it to keep one?"""
    many, some = (200, 10) if quick else (10_000, 300)
    for work, size in (("memory", bytes_each), ("pickled size", pickled)):
        for kind, make in (
            ("a live Session", live_session),
            ("a Session ended by 3 claims", ended_session),
            ("an EvalRollup", rollup),
        ):
            limit = at_most(120, "bytes") if (work, kind) == ("memory", "a live Session") else None
            yield sizes(f"{work} of {kind}", "-", size, Making(make, many), target=limit)
        for name in PEERS:
            yield sizes(
                f"{work} of a live Session",
                f"{name}, one machine",
                size,
                Making(live_session, many),
                partial(_making, name, some),
                peer=name,
            )


def _making(name: str, count: int) -> Making:
    peer = load(name)
    return Making(lambda _: peer.make(), count, peer.drop)
