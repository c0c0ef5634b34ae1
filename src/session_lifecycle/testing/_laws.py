"""The laws of a session's life, as data: what the kit checks and says, and what the docs print.

A law is a sentence about what somebody outside can see of a store or a service: which session is
read after which reports. How it is stored is the store's business.
"""

from __future__ import annotations

from typing import NamedTuple

from session_lifecycle._table import index


class Law(NamedTuple):
    """One law.

    Attributes:
        name: how it is called in reports.
        sentence: what must hold, in words.
        why: what goes wrong in real systems where it does not hold.
    """

    name: str
    sentence: str
    why: str


# fmt: off
LIFECYCLE_LAWS: tuple[Law, ...] = (
    # --- moves -----------------------------------------------------------------------------------
    Law("created_as_asked",
        "A session that was created is read back in the status it was created in.",
        "A caller who is still ringing counts as a conversation."),
    Law("live_has_no_end",
        "A live session is read without a reason, an end or a time at which it was closed.",
        "A call that is going on is shown as over, and billed for the one before it."),
    Law("moves_follow_the_machine",
        "A live session that is told a legal event stands in that event's status.",
        "A paused call that says it is active is billed, and nobody answers in it."),
    Law("illegal_changes_nothing",
        "An event that a live session cannot take changes nothing, whether or not it is refused.",
        "A resume that nobody paused for cancels a transfer."),
    Law("late_is_no_error",
        "A report that comes late, again or out of order is no error.",
        "The sender sees a failure and sends it again, for ever."),
    # --- endings ---------------------------------------------------------------------------------
    Law("a_claim_ends_it",
        "A live session is ended by its first claim, with the claim's status and reason.",
        "A call that is over is billed until somebody notices."),
    Law("a_close_closes",
        "A live session that is told an ending event ends in that event's status.",
        "A session closed by an operator shows up as a failure."),
    Law("ended_stays_ended",
        "A session that has ended is never live again.",
        "A late webhook or approval revives a call that is over."),
    Law("stronger_claim_wins",
        "A claim that stands before the winner corrects the ending.",
        "First writer wins: a room's teardown, seconds before, hides that the agent hung up."),
    Law("weaker_claim_changes_nothing",
        "A claim that stands behind the winner changes neither reason nor status.",
        "Last writer wins: a clean end is stored as the failure of its teardown."),
    Law("end_is_the_earliest_time",
        "The end is the earliest time claimed that is not before the start; it only moves earlier.",
        "Durations and bills grow with every webhook."),
    Law("closed_at_never_moves",
        "`closed_at` is when live was first written to ended, and never moves.",
        "A close that is repeated starts retention and post-processing anew."),
    Law("redelivery_changes_nothing",
        "A report about the end that comes again changes nothing.",
        "Four deliveries of one webhook are four billing events."),
    Law("others_are_left_alone",
        "A report about one session changes no other.",
        "An UPDATE without its key ends every call there is."),
    # --- at once, and half done ------------------------------------------------------------------
    Law("none_is_lost_at_once",
        "Of two reports that come at once none is lost: the session stands as after both.",
        "Check, then act: both writers read the live row, and the second overwrites the first."),
    Law("a_crash_loses_nothing",
        "A report whose writer died, and that is made again, leaves what one report does.",
        "A row that is ended without a reason, or a reason without an end."),
    # --- words nobody knows ----------------------------------------------------------------------
    Law("reading_is_total",
        "A session is read and listed whatever word its row holds for a reason.",
        "One unknown value takes a whole list endpoint down."),
    Law("unknown_word_is_kept",
        "A reason that nobody knows is read as `unknown`, kept as `raw`, and outranks teardown.",
        "What a newer service or a vendor said is overwritten by the room's end."),
    Law("unknown_status_is_not_ended",
        "A session in a status nobody knows does not count as ended.",
        "A newer service's status ends live calls on the older one."),
    Law("unknown_status_is_not_live",
        "A session in a status nobody knows does not count as live, and takes no live event.",
        "A call that is over is kept alive, and moved on."),
    Law("the_list_agrees",
        "A list of live or of ended sessions holds each that is read as such, once, and no other.",
        "A sweeper closes calls that are running, or never sees those that hang."),
)

ROLLUP_LAWS: tuple[Law, ...] = (
    Law("rollup_counts_what_ran",
        "Completed with every score true is succeeded, unfinished is pending, the rest failed.",
        "A run in a status from next year counts as nothing at all."),
    Law("only_true_is_a_pass",
        "A score passes only if `passed` is true; 1, \"true\" and nothing are no passes.",
        "A judge that answers in words is always right."),
    Law("critical_decides",
        "The headline is that of the critical runs alone.",
        "A cosmetic eval blocks a release, or a failing critical one does not."),
    Law("a_crashed_judge_is_not_passed",
        "A run that failed, errored or was cancelled is never a pass.",
        "All judges crashed, and it shows up green."),
    Law("nothing_measured_is_not_passed",
        "A critical run that completed without scores does not pass a gate.",
        "An evaluator that measures nothing passes everything."),
    Law("a_retry_counts_once",
        "Of several attempts at one evaluator only the last counts.",
        "A flaky eval that passed at the second attempt is one failure and one success."),
    Law("order_does_not_matter",
        "The rollup is the same whatever order the runs come in.",
        "A headline flickers from one page view to the next."),
)
# fmt: on

LAWS = index((*LIFECYCLE_LAWS, *ROLLUP_LAWS), lambda law: law.name)
"""Every law by its name, read-only."""


class LawBrokenError(AssertionError):
    """Raised when a store or a service breaks a law.

    Attributes:
        law: the law.
        history: what was done, step by step, the last of which broke it.
        found: what was found instead.
    """

    law: Law

    def __init__(self, law: Law, history: tuple[str, ...], found: str) -> None:
        super().__init__(law, history, found)
        self.law = law
        self.history = history
        self.found = found

    def __str__(self) -> str:
        steps = "".join(f"\n  {number}. {step}" for number, step in enumerate(self.history, 1))
        return (
            f"the law {self.law.name} is broken.\n{self.law.sentence}\n{self.found}"
            f"\nThe history:{steps}\nWhat it leads to: {self.law.why}"
        )
