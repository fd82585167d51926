"""`make fuzz`: every parser that meets outside input, fed damaged real inputs for a while; ends with a table of what was tried.

    python -m tests.fuzz [--seconds N] [--only WORD] [--seed N] [--plain]

--seconds: for each parser (default 20). --only: parsers with this word in their name. --plain: without atheris, which is used
where it is installed (it steers the changes by which lines of the parser they reach). What is found is written to build/fuzz/,
an input a file, to be tried again with --input FILE. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
import os
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fuzz.target import Target

FOUND = Path("build") / "fuzz"
MEMORY = 3_000_000_000
"""Bytes of address space; whoever wants more gets a MemoryError, which is a finding."""
OURS = ("procedures", "storage", "commands", "bot")


@dataclass
class Tally:
    """What became of one parser. `findings`: by where the fault was raised, its words and the file with the input."""

    name: str
    inputs: int = 0
    taken: int = 0
    seconds: float = 0.0
    findings: dict[str, str] = field(default_factory=dict)


class Trial:
    """Feeds one parser and keeps count; inputs that open up something new are kept to go on from."""

    def __init__(self, target: Target, seconds: float, kept: Path) -> None:
        self.target = target
        self.tally = Tally(target.name)
        self._kept = kept
        self._began = time.monotonic()
        self.ends = self._began + seconds

    def feed(self, data: bytes) -> None:
        """Try one input; a finding is written down once for each place in the code."""
        from tests.fuzz.target import attempt

        self.tally.inputs += 1
        try:
            self.tally.taken += attempt(self.target, data)
        except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001  whatever it is, it is what we look for
            where = _where(error)
            if where not in self.tally.findings:
                file = FOUND / f"{hashlib.sha256(data).hexdigest()[:16]}.input"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                self.tally.findings[where] = f"{type(error).__name__}: {str(error)[:300]!r} ({file})"
        self.tally.seconds = time.monotonic() - self._began
        if self.tally.inputs % 256 == 0 or time.monotonic() >= self.ends:
            self._kept.write_text(json.dumps(vars(self.tally)), encoding="utf-8")

    @property
    def over(self) -> bool:
        """Whether its time is up."""
        return time.monotonic() >= self.ends


def _where(error: BaseException) -> str:
    """The innermost line of ours, or of anybody's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        each
        for each in frames
        if any(f"/{part}/" in each.filename for part in OURS) and "/.venv/" not in each.filename
    ]
    last = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def all_targets() -> Iterator[Target]:
    """Every parser; each module makes its own when it is its turn."""
    from tests.fuzz import files, graphs, records, requests, services, teams, words

    for module in (words, files, requests, teams, graphs, services, records):
        yield from module.targets()


def _fuzz_plainly(trial: Trial, seed: int) -> None:
    from tests.fuzz.mutate import mutated

    random = Random(seed)
    for data in trial.target.corpus:
        trial.feed(data)
    while not trial.over:
        trial.feed(mutated(random, trial.target))


def _fuzz_steered(trial: Trial, seed: int, seconds: float) -> None:
    import atheris

    from tests.fuzz.mutate import mutated

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutated(random, trial.target, (data,) if data.strip() else ())[:most]

    corpus = FOUND / "corpus" / "".join(char if char.isalnum() else "-" for char in trial.target.name)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(trial.target.corpus):
        (corpus / f"real-{number}").write_bytes(data)
    options = [
        f"-max_total_time={int(seconds)}",
        f"-seed={seed}",
        "-max_len=60000",
        "-timeout=60",
        "-rss_limit_mb=0",
        "-verbosity=0",
        "-print_final_stats=0",
    ]
    atheris.Setup(["fuzz", *options, str(corpus)], trial.feed, custom_mutator=change)
    atheris.Fuzz()


def _in_child(target: Target, seconds: float, seed: int, *, steered: bool) -> Tally:
    """Fuzz one parser in a process of its own, forked from this one, which has loaded everything."""
    kept = FOUND / "tally.json"
    kept.unlink(missing_ok=True)
    with (FOUND / "last.log").open("wb") as log:
        child = os.fork()
        if child == 0:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            trial = Trial(target, seconds, kept)
            if steered:
                _fuzz_steered(trial, seed, seconds)
            else:
                _fuzz_plainly(trial, seed)
            os._exit(0)
        _, status = os.waitpid(child, 0)
    tally = Tally(**json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else Tally(target.name)
    if status != 0:
        words = (FOUND / "last.log").read_text(encoding="utf-8", errors="replace")[-600:]
        tally.findings[f"ended with {os.waitstatus_to_exitcode(status)}"] = words
    return tally


def _campaign(arguments: argparse.Namespace) -> int:
    steered = not arguments.plain and importlib.util.find_spec("atheris") is not None
    FOUND.mkdir(parents=True, exist_ok=True)
    with _watched() if steered else nullcontext():
        targets = [target for target in all_targets() if arguments.only in target.name]
    logging.disable(logging.CRITICAL)
    sys.stdout.write("Steered by atheris.\n" if steered else "Without atheris: changes at random.\n")
    tallies = []
    for target in targets:
        sys.stdout.flush()
        tally = _in_child(target, arguments.seconds, arguments.seed, steered=steered)
        tallies.append(tally)
        sys.stdout.write(f"{row(tally)}\n")
        sys.stdout.writelines(f"    {where}: {what}\n" for where, what in tally.findings.items())
    total = Tally(
        "together",
        sum(tally.inputs for tally in tallies),
        sum(tally.taken for tally in tallies),
        sum(tally.seconds for tally in tallies),
    )
    findings = sum(len(tally.findings) for tally in tallies)
    sys.stdout.write(f"{row(total, findings)}\n")
    return 1 if findings else 0


def _watched() -> Any:
    """Whatever of ours is imported meanwhile tells atheris which of its lines are reached."""
    import atheris

    return atheris.instrument_imports(include=list(OURS), enable_loader_override=False)


def row(tally: Tally, findings: int | None = None) -> str:
    """One line of the table."""
    found = len(tally.findings) if findings is None else findings
    return f"| {tally.name} | {tally.inputs:,} | {tally.taken:,} | {tally.seconds:.0f} | {found} |"


def _try_again(path: Path, only: str) -> int:
    from tests.fuzz.target import attempt

    for target in all_targets():
        if only in target.name:
            sys.stdout.write(
                f"{target.name}: {'taken' if attempt(target, path.read_bytes()) else 'refused'}\n"
            )
    return 0


def main(argv: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 2**31)
    parser.add_argument("--only", default="")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--input", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.input:
        return _try_again(arguments.input, arguments.only)
    return _campaign(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
