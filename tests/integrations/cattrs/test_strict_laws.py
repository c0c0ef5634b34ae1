"""Laws of the strict door: every fault and no other, for any JSON and for mappings that break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import SessionTerminationReason
from session_lifecycle.integrations.cattrs import parse_request
from session_lifecycle.records import CloseRequest, Conversation, EvalRun, EventRecord
from tests.integrations.cattrs.test_faults import OF_EVENT, faults, refusal

R = SessionTerminationReason

GOOD: dict[str, Any] = {
    "session_id": "a",
    "event": "close",
    "at": "2026-11-23T10:00:00Z",
    "source": "worker",
    "id": "e-1",
    "reason": "error",
    "raw": "486",
    "party": "p",
    "connection": "c",
}
BAD = st.one_of(st.booleans(), st.integers(), st.lists(st.integers()), st.just({}), st.binary())
STRANGE = st.text(min_size=1, max_size=9).filter(lambda name: name not in GOOD)


@given(
    st.dictionaries(st.sampled_from([*GOOD]), BAD),
    st.lists(STRANGE, unique=True, max_size=5),
    st.sets(st.sampled_from(["session_id", "event"])),
    st.randoms(use_true_random=False),
)
def test_every_fault_and_no_other(
    bad: dict[str, Any], strange: list[str], missing: set[str], shuffled: Any
) -> None:
    """Whatever is wrong, in whatever order it is sent: each once, in the order of the fields."""
    cells = list((GOOD | bad | dict.fromkeys(strange, 1)).items())
    shuffled.shuffle(cells)
    sent = {name: value for name, value in cells if name not in missing}
    wrong = [f"$.{name}" for name in GOOD if name in bad or name in missing]
    others = [name for name in sent if name not in GOOD]
    if not wrong and not others:
        assert parse_request(sent, EventRecord).session_id == "a"
        return
    found = faults(sent, EventRecord)
    assert [path for path, *_ in found[: len(wrong)]] == wrong
    assert [expected for *_, expected in found[len(wrong) :]] == [OF_EVENT] * len(others)
    for (path, *_), name in zip(found[len(wrong) :], others, strict=True):
        assert path == f"$.{name}" or repr(name) in path or len(repr(name)) > 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON | st.fixed_dictionaries({}, optional={"reason": JSON}))
def test_a_close_is_taken_or_refused(sent: Any) -> None:
    """Taken exactly if it is null, or an object with at most a reason, of short text or null."""
    if sent is None:
        assert parse_request(None, CloseRequest) == CloseRequest()
        return
    short = isinstance(sent, dict) and sent.get("reason")
    fits = (
        isinstance(sent, dict)
        and set(sent) <= {"reason"}
        and (short is None or (isinstance(short, str) and len(short) <= 64))
    )
    if not fits:
        assert refusal(sent, CloseRequest).faults
        return
    made = parse_request(sent, CloseRequest).reason
    assert made == sent.get("reason") or made in R


class Unheard(Exception):
    """No error that anybody expects."""


class Breaks(Mapping[str, Any]):
    """A mapping that answers at first, and then breaks."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    def _answer(self) -> None:
        self.answers -= 1
        if self.answers < 0:
            raise Unheard

    def __getitem__(self, key: str) -> Any:
        self._answer()
        return "error"

    def __iter__(self) -> Iterator[str]:
        for name in ("reason", "other"):
            self._answer()
            yield name

    def __len__(self) -> int:
        return 2


@pytest.mark.parametrize("kind", [CloseRequest, EventRecord, Conversation, EvalRun])
def test_a_mapping_that_breaks(kind: type[Any]) -> None:
    """Whenever it does, the client hears of a fault, and the service of no other error."""
    for answers in range(20):
        error = refusal(Breaks(answers), kind)
        assert error.faults
        assert str(error).isprintable()
