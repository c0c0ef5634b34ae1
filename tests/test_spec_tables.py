"""The tables and word lists of the specification, cell by cell, against the public API.

`tests/data/spec/` holds them as they stand in the specification: no table here was typed twice,
and none was printed from the code under test.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

import pytest

import session_lifecycle
from session_lifecycle import (
    SETTLEMENT_ORDER,
    SETTLEMENT_RANKS,
    TRANSITION_RULES,
    ClaimRank,
    CoercionVia,
    EndActor,
    EndClaim,
    EndFault,
    EndOutcome,
    EndPhase,
    RedialAdvice,
    SessionChange,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
    claim_rank,
    reason_traits,
    settle,
    source_statuses,
    transition,
)

SPEC = Path(__file__).parent / "data" / "spec"

# How many rows each table of the specification has. A parser that loses one must say so.
REASON_ROWS = 46
EVENT_ROWS = 14
RANK_ROWS = 7

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


# --- reading the specification -------------------------------------------------------------------


def read(name: str) -> str:
    return (SPEC / name).read_text(encoding="utf-8")


def table(text: str, header: str, count: int) -> list[list[str]]:
    """Return the cells of a Markdown table's rows; raise if it is not the table expected."""
    lines = text.splitlines()
    columns = header.count("|") - 1
    if lines[:2] != [header, "|" + "---|" * columns]:
        raise ValueError(f"expected the header {header!r}, found {lines[:2]!r}")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    if len(rows) != count:
        raise ValueError(f"expected {count} rows, found {len(rows)}")
    for row in rows:
        if len(row) != columns or not all(row):
            raise ValueError(f"expected {columns} written cells, found {row!r}")
    return rows


REASON_HEADER = "| reason | actor | phase | outcome | fault | status | redial |"
MACHINE_HEADER = "| event | from | to |"
SETTLEMENT_HEADER = (
    "| rank | why | reasons, in tie order (*italic*: a symptom, lag 3 s) |"  # as it stands there
)


def reason_rows() -> list[list[str]]:
    return table(read("reasons.md"), REASON_HEADER, REASON_ROWS)


def machine_rows() -> list[list[str]]:
    return table(read("machine.md"), MACHINE_HEADER, EVENT_ROWS)


class Entry(NamedTuple):
    """One reason of the settlement table."""

    rank: str
    reason: str
    lag: int
    raw: bool | None


def settlement_rows() -> list[list[str]]:
    return table(read("settlement.md"), SETTLEMENT_HEADER, RANK_ROWS)


def settlement_entries() -> list[Entry]:
    """Return the settlement table, one entry a reason, in tie order."""
    entries: list[Entry] = []
    for rank, _, cell in settlement_rows():
        words = cell.replace(", when it carries `raw`", " when it carries raw").split(", ")
        for word in words:
            symptom = re.fullmatch(r"\*([a-z_]+)\*", word)
            with_raw = re.fullmatch(r"([a-z_]+) when it carries raw", word)
            if symptom:
                entries.append(Entry(rank, symptom[1], 3, None))
            elif with_raw:
                entries.append(Entry(rank, with_raw[1], 0, True))
            elif re.fullmatch(r"[a-z_]+", word):
                entries.append(Entry(rank, word, 0, None))
            else:
                raise ValueError(f"cannot read {word!r} in the row of {rank}")
    # A reason that one row takes only with raw is in its other row only without.
    split = {entry.reason for entry in entries if entry.raw}
    entries = [
        entry._replace(raw=False) if entry.reason in split and entry.raw is None else entry
        for entry in entries
    ]
    if len(entries) != REASON_ROWS + len(split):
        raise ValueError(f"expected every reason once, found {len(entries)} entries")
    return entries


def live_statuses() -> list[str]:
    """Return the live statuses: the list of section 1, of which the last four are terminal."""
    assert "The last four are terminal, the rest are live." in read("vocabularies.md")
    return word_lists()["SessionStatus"][:-4]


def spans(text: str) -> list[str]:
    """Return the words of all code spans in a text."""
    return [word for span in re.findall(r"`([^`]*)`", text) for word in span.split()]


def word_lists() -> dict[str, list[str]]:
    """Return the word lists of section 1 by the name of their enum."""
    pattern = r"`([A-Z]\w+)`(?: \([^)]*\))?:\s(?:exactly these 46, in this order:\s+)?`([a-z_\s]+)`"
    found = {name: words.split() for name, words in re.findall(pattern, read("vocabularies.md"))}
    if len(found) != 8:
        raise ValueError(f"expected 8 word lists, found {sorted(found)}")
    if len(found["SessionTerminationReason"]) != REASON_ROWS:
        raise ValueError(f"expected {REASON_ROWS} reasons")
    return found


def one(pattern: str, text: str) -> str:
    """Return the only match of a pattern's group."""
    found = re.findall(pattern, text, flags=re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"expected one match of {pattern!r}, found {len(found)}")
    return found[0]


def later_word_lists() -> dict[type[StrEnum], list[str]]:
    """Return the words that sections 2 to 5 give, by the enum they belong to."""
    text = read("domain-sections.md")
    verdicts = one(r"derived from the rows above:(.*?)The matrix is total", text)
    return {
        # Each column's bullet, up to its first full stop: examples come behind it.
        EndActor: spans(one(r"\n- `actor`, [^:]*:([^.]*)\.", text)),
        EndPhase: spans(one(r"\n- `phase`, [^:]*:([^.]*)\.", text)),
        EndOutcome: spans(one(r"\n- `outcome`, [^:]*:([^.]*)\.", text)),
        EndFault: spans(one(r"\n- `fault`, [^:]*:([^.]*)\.", text)),
        RedialAdvice: spans(one(r"\n- `redial`, [^:]*:([^.]*)\.", text)),
        CoercionVia: spans(one(r"and `via`\s+\(([^)]*)\)", text)),
        # What stands in brackets explains a verdict and is none.
        TransitionVerdict: spans(re.sub(r"\([^)]*\)", "", verdicts)),
        SessionChange: one(r"-> SessionChange`: `([a-z ]+)`", text).split(),
        SessionEvent: [event for event, _, _ in machine_rows()],
        ClaimRank: [rank.lower() for rank, _, _ in settlement_rows()],
    }


# --- the parser itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "header", "count"),
    [
        ("reasons.md", REASON_HEADER, REASON_ROWS),
        ("machine.md", MACHINE_HEADER, EVENT_ROWS),
        ("settlement.md", SETTLEMENT_HEADER, RANK_ROWS),
    ],
)
def test_the_parser_refuses_a_table_that_lost_a_row_or_a_cell(
    name: str, header: str, count: int
) -> None:
    whole = read(name)
    lines = whole.splitlines()
    assert len(table(whole, header, count)) == count
    with pytest.raises(ValueError, match=f"expected {count} rows"):
        table("\n".join(lines[:-1]), header, count)
    with pytest.raises(ValueError, match=f"expected {count} rows"):
        table("\n".join([*lines, lines[-1]]), header, count)
    with pytest.raises(ValueError, match="expected the header"):
        table("\n".join(lines[1:]), header, count)
    with pytest.raises(ValueError, match="written cells"):
        table("\n".join([*lines[:-1], lines[-1].rsplit("|", 2)[0] + "|"]), header, count)
    with pytest.raises(ValueError, match="written cells"):
        table("\n".join([*lines[:-1], lines[-1].rsplit("|", 2)[0] + "| |"]), header, count)


@pytest.mark.parametrize("name", ["reasons.md", "machine.md", "settlement.md", "vocabularies.md"])
def test_the_copies_stand_verbatim_in_the_copied_sections(name: str) -> None:
    assert read(name) in read("domain-sections.md")


# --- section 1: the words ------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(word_lists()))
def test_every_word_list_of_section_1_in_order(name: str) -> None:
    words = getattr(session_lifecycle, name)
    assert issubclass(words, StrEnum)
    assert [member.value for member in words] == word_lists()[name]


@pytest.mark.parametrize("words", later_word_lists(), ids=lambda words: words.__name__)
def test_every_word_list_of_sections_2_to_5_in_order(words: type[StrEnum]) -> None:
    assert [member.value for member in words] == later_word_lists()[words]


def test_the_later_vocabularies_are_public_under_the_names_section_1_gives_them() -> None:
    named = spans(one(r"Of the tables below:(.*?)\. Strict", read("vocabularies.md")))
    assert len(named) == 10
    for name in named:
        assert name in session_lifecycle.__all__
        assert issubclass(getattr(session_lifecycle, name), StrEnum)
    assert {words.__name__ for words in later_word_lists()} - {"SessionEvent"} <= set(named)


@pytest.mark.parametrize(
    "words",
    [*(getattr(session_lifecycle, name) for name in sorted(word_lists())), *later_word_lists()],
    ids=lambda words: words.__name__,
)
def test_names_are_values_in_upper_case_and_values_fit_in_64_characters(
    words: type[StrEnum],
) -> None:
    assert issubclass(words, StrEnum)
    assert len(words.__members__) == len(list(words)), "two names for one value"
    for name, member in words.__members__.items():
        assert name == member.name == member.value.upper()
        assert 0 < len(member.value) <= 64
        assert type(member.value) is str


# --- section 2: the traits -----------------------------------------------------------------------


@pytest.mark.parametrize("row", reason_rows(), ids=lambda row: row[0])
def test_every_cell_of_the_trait_table(row: list[str]) -> None:
    traits = reason_traits(SessionTerminationReason(row[0]))
    columns = [cell.strip() for cell in REASON_HEADER.strip("|").split("|")]
    assert {name: str(getattr(traits, name)) for name in columns} == dict(
        zip(columns, row, strict=True)
    )
    kinds = (SessionTerminationReason, EndActor, EndPhase, EndOutcome, EndFault, SessionStatus)
    assert [type(getattr(traits, name)) for name in columns] == [*kinds, RedialAdvice]


def test_the_trait_table_has_each_reason_once_and_in_order() -> None:
    assert [row[0] for row in reason_rows()] == list(SessionTerminationReason)


# --- section 4: the machine ----------------------------------------------------------------------


def sources_of(cell: str) -> list[str]:
    return live_statuses() if cell == "every live status" else cell.split(", ")


def test_every_cell_of_the_event_table() -> None:
    assert list(TRANSITION_RULES) == [event for event, _, _ in machine_rows()]
    for event, sources, target in machine_rows():
        rule = TRANSITION_RULES[SessionEvent(event)]
        assert rule.event == event
        assert list(rule.sources) == sources_of(sources)
        assert rule.target == target
        assert list(source_statuses(SessionEvent(event))) == sources_of(sources)


def test_a_session_moves_where_the_event_table_says_and_nowhere_else() -> None:
    said = {
        (source, event): target
        for event, sources, target in machine_rows()
        for source in sources_of(sources)
    }
    for status, event in product(SessionStatus, SessionEvent):
        answer = transition(status, event)
        moved = answer.verdict is TransitionVerdict.MOVED
        assert moved is ((status, event) in said), (status, event)
        assert answer.after == said.get((status, event), status)


def test_every_live_status_is_written_out_only_for_the_events_that_end() -> None:
    endings = [event for event, cell, _ in machine_rows() if cell == "every live status"]
    assert endings == ["close", "expire", "fail", "supersede"]
    assert len(live_statuses()) == 7


# --- section 5: the settlement order -------------------------------------------------------------


def test_every_cell_of_the_settlement_table() -> None:
    # Verbatim but for the Markdown: one row a rank, the words of its second column.
    assert [(row.rank, row.why) for row in SETTLEMENT_RANKS.values()] == [
        (rank.lower(), why) for rank, why, _ in settlement_rows()
    ]
    assert [(row.rank.upper(), row.reason, row.lag, row.raw) for row in SETTLEMENT_ORDER] == [
        tuple(entry) for entry in settlement_entries()
    ]


def claim_of(entry: Entry, at: datetime | None = None, source: str = "") -> EndClaim:
    raw = "somebody's word" if entry.raw else None
    return EndClaim(SessionTerminationReason(entry.reason), at, source, None, raw)


@pytest.mark.parametrize("entry", settlement_entries(), ids=lambda entry: entry.reason)
def test_claim_rank_is_the_row_a_reason_stands_in(entry: Entry) -> None:
    assert claim_rank(claim_of(entry)) == entry.rank.lower()
    if entry.raw is None:
        with_raw = EndClaim(SessionTerminationReason(entry.reason), raw="somebody's word")
        assert claim_rank(with_raw) == entry.rank.lower()


@pytest.mark.parametrize("rank", [row[0] for row in settlement_rows()])
def test_the_tie_order_inside_a_rank_decides_between_claims_without_a_time(rank: str) -> None:
    entries = [entry for entry in settlement_entries() if entry.rank == rank]
    for first, second in combinations(entries, 2):
        # The source would decide the other way, were it asked.
        claims = [claim_of(second, source="a"), claim_of(first, source="z")]
        assert settle(claims).reason == first.reason
        assert settle(reversed(claims)).reason == first.reason


def test_a_reason_of_a_higher_row_wins_over_every_reason_of_a_lower_row() -> None:
    entries = settlement_entries()
    for higher, lower in combinations(entries, 2):
        if higher.rank == lower.rank:
            continue
        # An hour's head start and an earlier source do not help.
        claims = [claim_of(lower, NOON, "a"), claim_of(higher, NOON + timedelta(hours=1), "z")]
        assert settle(claims).reason == higher.reason, (higher, lower)


def test_symptoms_and_only_symptoms_lag_by_three_seconds() -> None:
    # The first reason in its rank's tie order wins where the seconds are level, so that the lag is
    # what the other must be ahead by, and one second more.
    for entry in settlement_entries():
        if entry.rank != "CAUSE" or entry.reason == "silence_timeout":
            continue
        level = NOON + timedelta(seconds=entry.lag)
        for at, winner in ((level, "silence_timeout"), (level + timedelta(seconds=1), None)):
            first = EndClaim(SessionTerminationReason.SILENCE_TIMEOUT, at)
            ending = settle([claim_of(entry, NOON), first])
            assert ending.reason == (winner or entry.reason), (entry, at)


def test_only_causes_can_be_symptoms() -> None:
    lagging = [entry for entry in settlement_entries() if entry.lag]
    assert len(lagging) == 8
    assert {entry.rank for entry in lagging} == {"CAUSE"}
