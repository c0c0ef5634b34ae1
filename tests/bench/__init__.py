"""Benchmarks: `python -m tests.bench` from the project's root.

Every row is a contest between this library and another way: what somebody would write by hand for
one purpose, or another library. Both sides give the same answers, take turns, and are compared by
the median of many rounds: a ratio says the same on every machine, a time does not.

    harness.py    what a contest is, and how it is measured
    results.py    how what it finds is judged, and the table
    page.py       what was measured, into the documentation
    processes.py  contests of whole processes
    memory.py     contests of bytes
    contests.py   the rows, and those against code by hand
    libraries.py  the rows against other libraries
    replays.py    the rows of the command
    wire.py       the rows of JSON, against other libraries' classes
    requests.py   the rows of a request to the example service
    livekit_events.py, pipecat_frames.py
                  what the recorders add to an event or a frame; each is run by itself, in the
                  environment of tests/voice
    by_hand.py    the other side: the tightest code that gives the same answers
    peers/        the other side: the same machine in other libraries
    shapes.py     the other side: the API's objects as their classes
    bare_service.py  the other side: the request as one writes it without us
    service.py    the example service in this process
    samples.py    what both are given
    bodies.py     the JSON for both
    stream.py     the stream of reports for the command
"""
