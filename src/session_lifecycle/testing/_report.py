"""The table of laws that `--lifecycle-report` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from session_lifecycle.testing._laws import LIFECYCLE_LAWS, ROLLUP_LAWS


def tables(
    checked: Mapping[str, Mapping[str, int]], broken: Mapping[str, set[str]]
) -> Iterator[str]:
    """Yield the lines: a table for each class, a row for each law it could keep.

    Args:
        checked: how often each law was checked, by class.
        broken: the laws that were broken, by class.
    """
    if not checked:
        yield "no test of LifecycleConformance or EvalRollupConformance ran"
    for name in sorted(checked):
        counts, fallen = checked[name], broken.get(name, set())
        of_rollups = any(law.name in counts or law.name in fallen for law in ROLLUP_LAWS)
        yield name
        if not any(counts.values()) and not fallen:
            yield "  no law was checked"
            continue
        for law in ROLLUP_LAWS if of_rollups else LIFECYCLE_LAWS:
            times = counts.get(law.name, 0)
            result = "holds" if times else "not checked"
            if law.name in fallen:
                result = "BROKEN"
            yield f"  {law.name:<32} {result:<12} {f'{times:,}':>9}  {law.sentence}"
