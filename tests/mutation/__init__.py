"""Tests of the tests: break the code, one thing at a time, and see that a test says so.

`mutmut` mutates the bodies of functions and leaves the tables alone, which here are the program:

    python -m tests.mutation.tables       re-points every cell of every table in turn
    python -m tests.mutation.functions    runs mutmut, and again what it could not kill

Both work on a copy of the tree, and end with an error if a mutant survives that is not known to be
equivalent. `pip install --group mutation` brings what they need.

    source.py       a file's text, cut and put together again by its syntax tree
    cells.py        which cells a table has, and what else could stand in each
    bodies.py       the mutants mutmut makes of functions, as text
    runner.py       one mutant in one forked process: the tests, those that know it best first
    report.py       the score, and who survived
    equivalent.py   reads tables.txt and functions.txt: the mutants that no test can tell from the
                    code, each with its reason
"""
