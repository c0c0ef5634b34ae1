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
    by_hand.py    the other side: the tightest code that gives the same answers
    peers/        the other side: the same machine in other libraries
    samples.py    what both are given
    stream.py     the stream of reports for the command
"""
