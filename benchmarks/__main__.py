"""`make bench`: every measurement, one after the other; status 1 when a limit is not kept.

`python -m benchmarks NAME …` runs only those named; `NAME=number` gives one the size that its docstring speaks of.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys

import structlog

ALL = ("click", "startup", "workdays", "free_slots", "claiming", "delivery", "memory", "sweep")


def main(wanted: list[str]) -> int:
    """Run these, or all; 1 when a limit was not kept, 2 for an unknown name."""
    # The log's lines would be measured too; what matters is in the figures.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    chosen = [each.partition("=") for each in wanted or ALL]
    unknown = [name for name, _, _ in chosen if name not in (*ALL, "due_list")]
    if unknown:
        print(f"There is no measurement {unknown[0]}. There are: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    kept = []
    for name, _, size in chosen:
        measure = importlib.import_module(f"benchmarks.{name}").main
        sized = bool(inspect.signature(measure).parameters) and size
        done = measure(int(size)) if sized else measure()
        kept.append(asyncio.run(done) if inspect.iscoroutine(done) else done)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
