"""Coverage-guided fuzzing: `python -m tests.fuzz`. Bytes in, laws out.

A target is a module with `check(data)`, which raises if a law is broken for these bytes, with
`seeds()`, made from what is in the repository, and with `MAX_LEN`. A target never asks for atheris:
`tests/fuzz/test_targets.py` calls each in the ordinary suite, so that none can rot.

    coercion.py     the doors of section 3, beside the oracle
    webhooks.py     LiveKit's webhooks, beside an oracle of a few lines
    replay.py       lines into histories, shuffled, repeated, settled by the oracle
    commands.py     the commands that read lines, whole: status, output, complaints
    records.py      records and requests by the two doors of cattrs
    calls.py        call records through the crosswalk

    inputs.py       bytes into text and JSON, the seeds, the words of the dictionary
    mutate.py       changes JSON where bytes alone would seldom give JSON again
    shrink.py       the shortest bytes that fail in the same way
    found.py        what was found, kept
    engine.py       one target under atheris, in a process of its own: the only one to import it
    __main__.py     runs the engines and prints the table
"""

TARGETS = ("coercion", "webhooks", "replay", "commands", "records", "calls")
