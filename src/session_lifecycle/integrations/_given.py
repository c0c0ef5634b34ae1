"""What a recorder is given, looked at when it is given.

A listener that cannot be called, or a time that is no number, would be noticed at the end of the
call, and then nobody would be told how it ended.
"""

from __future__ import annotations

from session_lifecycle._text import show


def check_listener(listener: object, name: str) -> None:
    """Check that something can be told of an ending.

    Raises:
        TypeError: if it cannot be called.
    """
    if not callable(listener):
        raise TypeError(f"{name} is {show(listener)}, expected a function that takes an Ending")


def check_seconds(seconds: object, name: str) -> None:
    """Check that something is a span of time.

    Raises:
        TypeError: if it is no number.
        ValueError: if it is negative, or not a number after all.
    """
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise TypeError(f"{name} is {show(seconds)}, expected a number of seconds")
    if not seconds >= 0:
        raise ValueError(f"{name} is {show(seconds)}, expected seconds, 0 or more")


def check_object(thing: object, name: str, *methods: str, kind: str) -> None:
    """Check that something has the methods that are used of it.

    Raises:
        TypeError: if one is missing.
    """
    for method in methods:
        if not callable(getattr(thing, method, None)):
            raise TypeError(f"{name} is {show(thing)}, which has no {method}(): expected {kind}")
