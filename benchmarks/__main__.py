"""`make bench`: every measurement, one after the other; status 1 when a limit is not kept."""

from __future__ import annotations

import asyncio
import sys

from benchmarks import click, startup


def main() -> int:
    """Run all; the number of limits that were not kept."""
    kept = [asyncio.run(each.main()) for each in (click, startup)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
