"""Wrong input by the thousand: each must run or be refused with a place, quickly, without a trace.

    uv run python tests/fuzz/attack.py --raw 100000 --structured 2000 --typos 2000 --corners 200

``raw`` changes bytes of shipped files, ``structured`` puts wrong values at paths of the schema,
``typos`` misspell a key of a shipped file by one edit, ``corners`` run scenarios whose parameters
stand at ends of their ranges: first each end alone, then several at once. Every case is a function
of its number, so each can be done again.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from simulation.errors import CocreateError, InputError, ScenarioError
from simulation.experiment.load import load_experiment
from simulation.scenario.fields import Parameter, ValueKind, parameters
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.simulate import check_record, simulate

ROOT = Path(__file__).parents[2]
SECONDS = 2.0
MEGABYTES = 500
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
WRONG = (
    float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 1e-320, -1, 0, 2**63, 10**400, True,
    "", "x", "\x1b[2J", "../../etc", [], {}, [1, [2, [3]]], {"a": {"b": 1}}, None, b"x", object(),
    "é" * 5000, -0.0, 127, 128, 1.5, "2020-01-01", ["a"] * 300, "\ud800", lambda: 1,
)  # fmt: skip

SIGNS = b"[]{}\"'=.#\n\t ,0123456789eE-_"
ODD_KEYS = (3, None, ("a",), "a" * 9000, "..", "[", "*.*", "companies.*.*")

Outcome = str
Case = Callable[[random.Random, Path, int], Outcome]


def judged(work: Callable[[], object]) -> Outcome:
    """Return ``accepted``, ``refused`` or what went wrong."""
    started = time.process_time()
    try:
        work()
        outcome = "accepted"
    except InputError as error:
        outcome = "refused"
        if any(not fault.message or (fault.key is None and fault.file is None)
               for fault in error.faults):  # fmt: skip
            outcome = "refused without a place"
    except CocreateError:
        outcome = "another error of ours"
    except Exception as error:  # noqa: BLE001  (that is what is looked for)
        outcome = f"TRACEBACK {type(error).__name__}: {error}"[:160]
    took = time.process_time() - started
    return outcome if took < SECONDS else f"SLOW ({outcome})"


def raw(rng: random.Random, folder: Path) -> Outcome:
    """Change some bytes of a shipped file."""
    source = rng.choice(_shipped())
    data = bytearray(source.read_bytes())
    for _ in range(rng.choice((1, 1, 2, 5, 50))):
        at = rng.randrange(len(data))
        match rng.randrange(5):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randrange(1, 40)]
            case 2:
                data[at:at] = bytes(
                    rng.choices(b"[]{}\"'=.#\n\t ,0123456789eE-_", k=rng.randrange(1, 9))
                )
            case 3:
                other = rng.randrange(len(data))
                data[at:at] = data[other : other + rng.randrange(60)]
            case _:
                del data[at:]
        if not data:
            break
    file = folder / source.name
    file.write_bytes(data)
    return judged(lambda: _load(file, source))


def structured(rng: random.Random, _folder: Path) -> Outcome:
    """Put wrong values at paths of the schema."""
    chosen = rng.choices(_parameters(), k=rng.choice((1, 1, 2, 6)))
    changes = {one.path: rng.choice(WRONG) for one in chosen}
    if rng.random() < 0.1:
        changes[rng.choice(ODD_KEYS)] = 1  # type: ignore[index]
    return judged(lambda: load_scenario("base", changes))


def typos(rng: random.Random, folder: Path) -> Outcome:
    """Misspell one key of a scenario by one edit; the right key must be named."""
    source = rng.choice(_names())
    lines = (ROOT / "scenarios" / f"{source}.toml").read_text().splitlines()
    places = [at for at, line in enumerate(lines) if re.match(r"[a-z_]{3,}\s*=", line)]
    at = rng.choice(places)
    key = lines[at].partition("=")[0].strip()
    wrong = edited(key, rng)
    lines[at] = lines[at].replace(key, wrong, 1)
    file = folder / "typo.toml"
    file.write_text("\n".join(lines))
    try:
        load_scenario(file)
    except ScenarioError as error:
        said = [fault.hint or "" for fault in error.faults if fault.line == at + 1]
        if not said:
            return "refused elsewhere"
        right = any(f'"{key}"' in hint for hint in said)
        return "right" if right else f"no hint {key}: {wrong}"
    except Exception as error:  # noqa: BLE001
        return f"TRACEBACK {type(error).__name__}: {error}"[:160]
    return "accepted"


def edited(word: str, rng: random.Random) -> str:
    """Return a word with one letter left out, put in, exchanged or swapped with the next."""
    at = rng.randrange(len(word))
    letter = rng.choice(string.ascii_lowercase)
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    found = rng.choice((word[:at] + word[at + 1 :], word[:at] + letter + word[at:],
                        word[:at] + letter + word[at + 1 :], swapped))  # fmt: skip
    return found if found != word else word + letter


def corners(rng: random.Random, _folder: Path, number: int) -> Outcome:
    """Run a small scenario with some parameters at an end of their range."""
    small = {"population.people": 40, "run.months": 4, "run.warm_up": 0}
    every = _all_ends()
    if number < len(every):
        base, chosen = "base", [every[number]]
    else:
        base, chosen = rng.choice(_names()), rng.choices(every, k=rng.choice((2, 3, 10)))
    changes = dict(chosen)
    try:
        scenario = load_scenario(base, small).replace(changes)
    except ScenarioError:
        return "refused"
    return _ran(scenario, {"scenario": base, **changes})


@cache
def _all_ends() -> list[tuple[str, object]]:
    """Return every end of every parameter's range that does not make a run long."""
    sizes = ("run.months", "run.warm_up", "run.replicates", "population.people")
    return [(one.path, end) for one in _parameters() if one.path not in sizes
            for end in dict.fromkeys(_ends(one))]  # fmt: skip


def _names() -> list[str]:
    return sorted(path.stem for path in ROOT.glob("scenarios/*.toml"))


def _ran(scenario: Scenario, changes: dict[str, object]) -> Outcome:
    try:
        check_record(simulate(scenario, 1))
    except CocreateError as error:
        return f"NOT SOUND {error} {changes}"[:400]
    except Exception as error:  # noqa: BLE001
        return f"TRACEBACK {type(error).__name__}: {error} {changes}"[:400]
    return "sound"


def _ends(one: Parameter) -> list[object]:
    if one.kind is ValueKind.SWITCH:
        return [True, False]
    if one.kind is ValueKind.WORD:
        return list(one.choices)
    if one.kind not in (ValueKind.NUMBER, ValueKind.WHOLE):
        return []
    low = 1e-9 if one.low_open else one.low
    found = [low, one.high if one.high is not None else 1e9, *(one.sweep or ())]
    return [int(end) if one.kind is ValueKind.WHOLE else float(end) for end in found
            if end is not None]  # fmt: skip


def _load(file: Path, source: Path) -> object:
    return load_experiment(file) if source.parent.name == "experiments" else load_scenario(file)


def _shipped() -> list[Path]:
    return sorted([*ROOT.glob("scenarios/*.toml"), *ROOT.glob("experiments/*.toml")])


@cache
def _parameters() -> list[Parameter]:
    return list(parameters())


def _any(case: Callable[[random.Random, Path], Outcome]) -> Case:
    return lambda rng, folder, _number: case(rng, folder)


CASES: dict[str, Case] = {
    "raw": _any(raw), "structured": _any(structured), "typos": _any(typos), "corners": corners,
}  # fmt: skip


def attack(kind: str, n: int, first: int = 0, seconds: float = float("inf")) -> Counter[str]:
    """Do cases of a kind, and count how they end; stop when the time is over."""
    found: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as shelter:
        folder = Path(shelter)
        for number in range(first, first + n):
            if time.monotonic() - started > seconds:
                break
            outcome = CASES[kind](
                random.Random(f"{kind} {number}"),  # noqa: S311
                folder,
                number,
            )
            found[outcome] += 1
            if is_bad(outcome):
                print(f"{kind} {number}: {outcome}", flush=True)  # noqa: T201
        left = [path.name for path in folder.iterdir() if path.suffix != ".toml"]
        if left:
            found[f"LEFT BEHIND {left}"] += 1
    return found


def is_bad(outcome: Outcome) -> bool:
    """Whether a case ended as none may."""
    return outcome.split()[0] in ("TRACEBACK", "SLOW", "NOT", "LEFT") or outcome.endswith("place")


def share_right(found: Counter[str]) -> float:
    """Return the share of misspelt keys of which the right one was named."""
    unnamed = sum(n for outcome, n in found.items() if outcome.startswith("no hint"))
    judged_ones = found["right"] + unnamed
    return found["right"] / judged_ones if judged_ones else 1.0


def _lines(options: argparse.Namespace) -> Iterator[str]:
    for kind in CASES:
        n = getattr(options, kind)
        if not n:
            continue
        started = time.monotonic()
        found = attack(kind, n, options.first, options.seconds)
        took = time.monotonic() - started
        bad = sum(count for outcome, count in found.items() if is_bad(outcome))
        short = Counter({outcome: count for outcome, count in found.items() if count > 1})
        yield f"{kind}: {found.total():,} in {took:.0f} s, {bad} bad; {dict(short.most_common(5))}"
        if kind == "typos":
            yield f"typos: {share_right(found):.1%} right"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"peak memory {peak:.0f} MB (at most {MEGABYTES})"


def main() -> None:
    """Attack, and say how it ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    for kind in CASES:
        parser.add_argument(f"--{kind}", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most, a kind")
    for line in _lines(parser.parse_args()):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
