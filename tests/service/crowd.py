"""Many clients at once, who fight over a few conversations at a time.

`Work` hands out what is to be sent. A conversation's endings wait until its start, and its handoff,
are answered; then they are up for anybody, in random order among those of a few other
conversations, so that several clients are at the same row at the same moment. After some of them
the next client looks at once, whether what was acknowledged can be seen.

A request that was cut off goes back to the others, and its client gives up: the service is gone.
`Work` outlives a service, so that the next one is asked the rest.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.service.calls import Ask, Call, Told
from tests.service.client import Client

CLIENTS = 8
AHEAD = 48  # Requests at hand before another conversation is started: some four conversations.


class Work:
    """What is still to be sent. Safe to share among threads.

    Attributes:
        endless: whether what was answered is sent again when there is nothing else, so that no
            client is ever idle.
        answers: how many requests were answered.
        cut_off: how many were not.
    """

    def __init__(self, calls: Iterable[Call], seed: int, within: float) -> None:
        self._starts = deque(call.start() for call in calls)
        self._ready: list[Ask] = []
        self._next: deque[Ask] = deque()
        self._flying = 0
        self._chance = random.Random(seed)
        self._changed = threading.Condition()
        self._until = time.monotonic() + within
        self._stopped = False
        self._answered: list[Ask] = []
        self.endless = False
        self.answers = 0
        self.cut_off = 0

    def take(self) -> Ask | None:
        """Return the next request, `None` when there is nothing more to do."""
        with self._changed:
            # With nothing at hand, the answers to come may bring more.
            self._changed.wait_for(self._has_some, max(0.0, self._until - time.monotonic()))
            if self._stopped:
                return None
            if time.monotonic() > self._until:
                raise TimeoutError(f"{len(self)} requests were not sent in time")
            if self._next:
                ask = self._next.popleft()
            elif self._starts and len(self._ready) < AHEAD:
                ask = self._starts.popleft()
            elif self._ready:
                ask = self._ready.pop(self._chance.randrange(len(self._ready)))
            elif self.endless and self._answered:
                ask = self._chance.choice(self._answered)
            else:
                return None
            self._flying += 1
            return ask

    def _has_some(self) -> bool:
        more = self._next or self._starts or self._ready or (self.endless and self._answered)
        return bool(more or not self._flying or self._stopped)

    def done(self, told: Told) -> None:
        """Keep what became of a request, and release what waited for it."""
        call, verb = told.ask.call, told.ask.verb
        with self._changed:
            self._flying -= 1
            call.keep(told)
            if told.answer.status is None:
                self.cut_off += 1
                self._ready.append(told.ask)
            else:
                self.answers += 1
                if (verb == "start" and call.key) or (verb == "handoffs" and call.handoff):
                    self._ready += follow_ups(call)
                if told.ask in call.endings:
                    self._answered.append(told.ask._replace(look=False))
                if told.ask.look:
                    self._next.append(Ask(call, "get"))
            self._changed.notify_all()

    def add(self, *asks: Ask) -> None:
        """Add requests to be sent."""
        with self._changed:
            self._ready += asks
            self._changed.notify_all()

    def has_answers(self, many: int) -> bool:
        """Say whether so many requests have been answered."""
        return self.answers >= many

    def stop(self) -> None:
        """Give nobody anything any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._next) + len(self._starts) + len(self._ready) + self._flying


def follow_ups(call: Call) -> list[Ask]:
    """Return what may be sent once a conversation, or its handoff, is there."""
    if call.hands_over and not call.handoff:
        return [Ask(call, "handoffs")]
    return call.endings


def send_all(work: Work, port: int) -> None:
    """Send requests, one after the other, until there are no more or the service is gone."""
    client = Client(port)
    try:
        while (ask := work.take()) is not None:
            answer = client.send(*ask.sent)
            work.done(Told(ask, answer))
            if answer.status is None:
                return
    except BaseException:
        work.stop()
        raise
    finally:
        client.close()


@contextmanager
def crowd(work: Work, port: int) -> Iterator[None]:
    """Clients at work. Leaving waits for them, and raises what one of them raised."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(send_all, work, port) for _ in range(CLIENTS)]
        try:
            yield
        except BaseException:
            work.stop()
            raise
        for client in clients:
            client.result()
