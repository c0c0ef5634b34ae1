"""A second reading of the specification: plain strings, whole numbers and ISO texts, and no more.

Nothing here imports the package or reads a table of it. The tables are parsed from the verbatim
copy of the specification's own (`tests/data/spec/*.md`), the sentences between them are written
out as functions, one sentence a line. So a slip in the package has a witness, and what the two
agree on can be written down for services in other languages (`docs/reference/vectors`).

    spec.py         the specification's tables and lists of words, parsed
    coercion.py     section 3: what a text comes to
    machine.py      section 4: the verdict on every status and event
    settlement.py   section 5: who wins among claims
    rollup.py       section 6: counts and the headline
    cases_*.py      which questions the vectors ask, and what the oracle answers
    schema.py       the JSON Schema of the vectors
    make_vectors.py writes them: `python -m tests.oracle.make_vectors`
"""
