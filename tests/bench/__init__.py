"""Benchmarks: `python -m tests.bench` from the project's root.

Every row is a contest between this library and what somebody would write by hand for one purpose.
Both sides give the same answers, take turns in one process, and are compared by the median of many
rounds: a ratio says the same on every machine, a time does not.

    harness.py    what a contest is, how it is measured, the table
    by_hand.py    the other side: the tightest code that gives the same answers
    samples.py    what both are given
    contests.py   the rows
"""
