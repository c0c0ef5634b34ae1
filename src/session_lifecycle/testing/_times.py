"""Times, clustered as the times of one session are.

Independent moments of the whole calendar would never meet. What goes wrong in practice goes wrong
among times that are close: the same whole second, a second's edge, the three seconds of lag that a
symptom gets. A few are far off: an epoch, a clock that is a day behind, a report an hour later.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, overload

from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from session_lifecycle._text import show
from session_lifecycle._value import utc
from session_lifecycle.testing._mix import among, weighted
from session_lifecycle.testing._named import named

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# In seconds, the simplest first.
_CLOSE = (*range(9), -1, -2, -3, -4)
# A quarter of an hour or an hour later, an hour before, a clock that is a day behind.
_FAR = (900, 3_600, -3_600, -86_401)
# Both sides of a whole second, and something between.
_FRACTIONS = (1, 400_000, 999_999)


@overload
def times(
    *,
    around: datetime = ...,
    whole_seconds: bool | None = ...,
    strays: bool = ...,
    allow_none: Literal[False],
) -> SearchStrategy[datetime]: ...
@overload
def times(
    *,
    around: datetime = ...,
    whole_seconds: bool | None = ...,
    strays: bool = ...,
    allow_none: bool = ...,
) -> SearchStrategy[datetime | None]: ...
@named
def times(
    *,
    around: datetime = NOON,
    whole_seconds: bool | None = None,
    strays: bool = True,
    allow_none: bool = True,
) -> SearchStrategy[datetime | None]:
    """Return a strategy for times of one session: aware, in UTC, close together.

    Most lie from four seconds before to eight seconds after `around`, on few moments, so that two
    of them often tie, share a whole second, or lie as far apart as the lag.

    It shrinks to `None`, then to the whole second of `around`.

    Args:
        around: the middle, an aware time.
        whole_seconds: `True` for whole seconds only, as webhooks carry them; `False` for none;
            `None` for both.
        strays: some far off: 1970, a day or an hour before, a quarter of an hour or more after.
        allow_none: some `None`, for reports that give no time.

    Raises:
        ValueError: if `around` has no zone.
        InvalidArgument: if `around` lies within two days of the calendar's ends.

    Example: `times(whole_seconds=True, allow_none=False)`.
    """
    middle = utc(around, "around")
    if middle is None or not datetime.min + _ROOM < middle.replace(tzinfo=None) < _LATEST:
        raise InvalidArgument(f"around is {show(around)}, expected a time inside the calendar")
    whole = middle.replace(microsecond=0)
    micros = {True: (0,), False: _FRACTIONS, None: (0, *_FRACTIONS)}[whole_seconds]
    close = [whole + timedelta(0, second, micro) for micro in micros for second in _CLOSE]
    far = [whole + timedelta(0, second, micro) for micro in micros for second in _FAR]
    far += [EPOCH + timedelta(0, 0, micro) for micro in micros]
    none = [None] * (len(close) // 3)
    return among(weighted((2, none if allow_none else ()), (2, close), (1, far if strays else ())))


_ROOM = timedelta(days=2)
_LATEST = datetime.max - _ROOM
