"""What ``cocreate`` prints and writes in small studies of every kind, as text that can be kept.

Only the command line is used, so that the outputs survive any move of modules. What differs from
one run to the next (times, rates, dates, versions, digests of code and files, folders) is masked;
tables and exports are kept as digests of their CSV, figures as the words written on them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shlex
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from unittest import mock

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
OUTPUTS = HERE / "outputs"

QUICK = "--workers 0"
TINY = "--set population.people=80 --months 12 -r 2 --workers 0"
CHEAP = "--what-if 'cheap: companies.focal.price=0.1'"
TAUGHT = "--what-if 'taught: companies.focal.strategy.education=0.9, talk.propensity=0.6'"
COMMANDS = (
    "run", "compare", "sweep", "sensitivity", "attribute", "ask", "report", "plot", "export",
    "verify", "check", "new", "describe", "schema",
)  # fmt: skip
SEVERAL = (
    f"compare lively {CHEAP} {TAUGHT} --outcome surplus:focal --outcome adoption:focal "
    f"--margin 2% --precision 20% {TINY} --out several --no-report"
)
SOBOL = f"sensitivity screening.toml {QUICK} --method sobol --size 4 --out sobol --no-report"


@dataclass(frozen=True)
class Study:
    """Commands run one after another in a folder of their own, and the results they leave."""

    name: str
    commands: tuple[str, ...]
    results: tuple[str, ...] = ()


def _attribution(name: str, options: str) -> tuple[str, ...]:
    command = f"attribute lively {options} --out {name}"
    return (f"{command} --no-report", f"{command} --no-report --json", f"report {name}")


STUDIES = {
    study.name: study
    for study in (
        Study("help", ("--help", *(f"{name} --help" for name in COMMANDS))),
        Study("words", (
            "check lively prices.toml experiments/questions/price-of-nothing.toml",
            "check lively --json",
            "describe talk",
            "describe talk.propensity --json",
            "run livly --workers 0",
            "run lively --set talk.propensty=2 --set population.people=-1 --workers 0",
            "run lively --set talk.propensty=2 --workers 0 --json",
            "run lively --panel atitude --workers 0",
            "compare lively --workers 0",
            "compare lively --outcome awar --what-if 'cheap: companies.focal.prise=0.1'",
            "sweep nothing.toml --workers 0",
            "sweep prices.toml --workers 0 --scheduler tcp://nowhere:1",
            "sensitivity prices.toml --workers 0",
            "attribute lively --levers price=0.1..0.6,nothing --workers 0",
            "ask price-of-nothin",
            "ask --json",
            "ask",
            "report nowhere",
            "plot nowhere --json",
            "export nowhere",
            "verify nowhere",
        )),
        Study("run", (
            f"run lively {QUICK} --panel attitude --out run",
            f"run lively {QUICK} --panel attitude --out run --no-report --json",
            "plot run --list",
            "plot run --list --json",
            "plot run --figure valu",
            "plot run --figure value --json",
            "export run --json",
            "export run --format graphml",
            "verify run --workers 0",
            "verify run --sample 1 --workers 0 --json",
        ), ("run",)),
        Study("compare", (
            f"compare lively {CHEAP} {QUICK} -r 3 --out compare --no-report",
            f"compare lively {CHEAP} {QUICK} -r 3 --out compare --no-report --json",
            "report compare",
            "plot compare --list",
            "export compare",
            "verify compare --sample 1 --workers 0",
        ), ("compare",)),
        Study("compare-several", (
            SEVERAL,
            f"{SEVERAL} --json",
            "report several --json",
        ), ("several",)),
        Study("sweep", (
            f"sweep prices.toml {QUICK} --out sweep",
            f"sweep prices.toml {QUICK} --out sweep --no-report --json",
            "report sweep",
            "plot sweep --list",
            "export sweep",
            "verify sweep --sample 1 --workers 0",
        ), ("sweep",)),
        Study("sensitivity", (
            f"sensitivity screening.toml {QUICK} --out morris --no-report",
            f"sensitivity screening.toml {QUICK} --out morris --no-report --json",
            "report morris --json",
            SOBOL,
            f"{SOBOL} --json",
            "report sobol",
        ), ("morris", "sobol")),
        Study("attribute", (
            *_attribution("functions", f"{TINY} --outcome surplus:focal"),
            "plot functions --list",
            "export functions",
            "verify functions --sample 1 --workers 0",
        ), ("functions",)),
        Study("attribute-others", (
            *_attribution("levers", f"{TINY} --levers "
                          "companies.focal.strategy.education=0..0.8,companies.focal.price=0.1..0.6"),
            *_attribution("mechanisms", f"{TINY} --mechanisms"),
            *_attribution("parts", f"{TINY} --parts"),
            *_attribution("layers", f"{TINY} --layers"),
        ), ("levers", "mechanisms", "parts", "layers")),
        Study("ask", (
            f"ask price-of-nothing --quick --futures 16 {QUICK}",
            f"ask price-of-nothing --quick --futures 16 {QUICK} --no-report --json",
            "ask --findings findings.md",
            "ask --json",
            "report results/questions/price-of-nothing-quick/*",
            "plot results/questions/price-of-nothing-quick/* --list",
            "verify results/questions/price-of-nothing-quick/* --sample 1 --workers 0",
        ), ("results/questions/price-of-nothing-quick/*",)),
    )
}  # fmt: skip


def make(study: Study, folder: Path) -> dict[str, str]:
    """Do a study in an empty folder, and return its outputs by the name of the file that has them.

    The screen of every command is in ``screens.txt``; every result has its report, manifest and
    digests.
    """
    folder = folder.resolve()
    _prepare(folder)
    outputs: dict[str, str] = {}
    with chdir(folder), _plain_surroundings():
        screens = [_screen(command, folder) for command in study.commands]
        outputs["screens.txt"] = _mask("\n".join(screens), folder)
        outputs["files.txt"] = _mask(_names(folder), folder)
        for pattern in study.results:
            (result,) = folder.glob(pattern)
            stem = "" if len(study.results) == 1 else f"{result.name}/"
            outputs |= {f"{stem}{name}": text for name, text in _contents(result, folder)}
        if Path("findings.md").is_file():
            outputs["findings.md"] = _mask(Path("findings.md").read_text(encoding="utf-8"), folder)
    return {f"{study.name}/{name}": text for name, text in outputs.items()}


def _prepare(folder: Path) -> None:
    for path in (HERE / "inputs").glob("*.toml"):
        shutil.copy(path, folder)
    questions = folder / "experiments" / "questions"
    shutil.copytree(HERE / "inputs" / "questions", questions)


@contextmanager
def _plain_surroundings() -> Iterator[None]:
    """Fix width, colour and warnings, whoever calls."""
    fixed = {"COLUMNS": "100", "LINES": "40", "NO_COLOR": "1", "TERM": "dumb"}
    with mock.patch.dict(os.environ, fixed), warnings.catch_warnings():
        for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "PY_COLORS"):
            os.environ.pop(name, None)
        warnings.simplefilter("ignore")
        yield


def _screen(command: str, folder: Path) -> str:
    """Return a command as typed with what it printed, and its exit code."""
    words = [match for word in shlex.split(command) for match in _expanded(word, folder)]
    out, err = io.StringIO(), io.StringIO()
    argv = ["cocreate", *words]
    with mock.patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        code = _exit_code()
    told = _without_passing_progress(err.getvalue())
    parts = [f"$ cocreate {command}", out.getvalue().rstrip("\n")]
    parts += ["--- standard error", told.rstrip("\n")] if told.strip() else []
    return "\n".join([*parts, f"--- exit code {code}", ""])


def _expanded(word: str, folder: Path) -> list[str]:
    """Return the one file a pattern stands for, as a shell would; other words as they are."""
    found = sorted(folder.glob(word)) if "*" in word else []
    return [path.relative_to(folder).as_posix() for path in found] or [word]


def _exit_code() -> object:
    from simulation.cli import main

    try:
        main()
    except SystemExit as end:
        return end.code or 0
    return 0


def _without_passing_progress(text: str) -> str:
    """Leave out lines that are printed every few seconds, before the last run has ended."""
    kept = []
    for line in text.splitlines():
        ended = re.search(r": (\d+) of (\d+) runs?\b", line)
        if "compiling the model" in line or (ended and ended[1] != ended[2]):
            continue
        kept.append(line)
    return "\n".join(kept)


# --- what a result holds -------------------------------------------------------------------------

SHORT = ("sobol", "levers", "mechanisms", "parts", "layers")
"""Results whose page is kept as a digest: their Markdown says the same, in full."""


def _contents(result: Path, folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(result.glob("*")):
        if path.suffix in (".md", ".json", ".toml"):
            yield path.name, _mask(path.read_text(encoding="utf-8"), folder)
        elif path.suffix == ".html":
            page = _mask(_without_figures(path.read_text(encoding="utf-8")), folder)
            yield path.name, page if result.name not in SHORT else f"{_digest(page)}\n"
    yield "figures.txt", _figure_words(result)
    yield "tables.txt", _tables(result, folder)


def _names(folder: Path) -> str:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    kept = (name for name in found if "/" in name)
    masked = (re.sub(r"people/[0-9a-f]+\.npz", "people/<digest>.npz", name) for name in kept)
    return "\n".join(sorted(masked)) + "\n"


def _without_figures(page: str) -> str:
    """Return a page in which figures are their names and descriptions, the style is a digest."""
    page = re.sub(
        r"(<style>)(.*?)(</style>)",
        lambda found: f"{found[1]}{_digest(found[2])}{found[3]}",
        page,
        flags=re.DOTALL,
    )
    page = re.sub(r"(<svg\b[^>]*>).*?</svg>", r"\1</svg>", page, flags=re.DOTALL)
    return re.sub(r"(data:image/\w+;base64,)[^\"]+", r"\1…", page)


def _figure_words(result: Path) -> str:
    """Return the words on every figure in the order in which they are drawn."""
    lines = []
    for path in sorted((result / "figures").rglob("*.svg")):
        words = re.findall(r"<text\b[^>]*>(.*?)</text>", path.read_text("utf-8"), re.DOTALL)
        told = (" ".join(unescape(re.sub(r"<[^>]+>", "", word)).split()) for word in words)
        lines.append(f"{path.relative_to(result).as_posix()}: {' | '.join(told)}\n")
    return "".join(lines)


def _tables(result: Path, folder: Path) -> str:
    """Return size, columns and digest of every table, and of every exported file."""
    lines = [_parquet(path, result) for path in sorted(result.rglob("*.parquet"))]
    exports = sorted(result.glob("export/*.csv")) + sorted(result.glob("export/*.graphml"))
    for path in exports:
        text = _mask(path.read_text(encoding="utf-8"), folder)
        lines.append(f"{path.relative_to(result).as_posix()}: {text.count(chr(10))} lines, "
                     f"{_digest(text)}\n")  # fmt: skip
    return "".join(lines)


MOST_COLUMNS = 60


def _parquet(path: Path, result: Path) -> str:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    frame = table.to_pandas()
    columns = [(field.name, str(field.type), sorted((field.metadata or {}).items()))
               for field in table.schema]  # fmt: skip
    name = path.relative_to(result).as_posix()
    head = (f"{name}: {table.num_rows} rows, {table.num_columns} columns, "
            f"{_digest(_csv(frame))}, schema {_digest(repr(columns))}\n")  # fmt: skip
    if len(columns) > MOST_COLUMNS:
        return head
    return head + "".join(
        f"    {column} ({kind}): {_digest(_csv(frame[[column]]))}\n" for column, kind, _ in columns
    )


def _csv(frame: object) -> str:
    return frame.to_csv(index=False, float_format="%.12g")  # type: ignore[attr-defined]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- what is masked ------------------------------------------------------------------------------

PACKAGES = "python|cocreate|mesa|numba|numpy|pandas|pyarrow|pydantic|scipy|simpy|salib"
Replacement = str | Callable[[re.Match[str]], str]
MASKS: tuple[tuple[str, Replacement], ...] = (
    (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?", "<time>"),
    (r"20\d\d-\d\d-\d\d", "<date>"),
    (r'("elapsed_s": )[\d.e+-]+', r"\1<seconds>"),
    (r"\bin (?:\d+ h )?(?:\d+ min )?\d+(?:\.\d+)? s\b", "in <seconds>"),
    (r"[\d.,]+ runs/(?:s|min), (?:\d+ h )?(?:\d+ min )?\d* ?s? ?left", "<rate>"),
    (r"\d+\.\d+\.\d+[\w.]*\+[0-9a-z]{8,}", "<version>"),
    (rf'("(?:platform|{PACKAGES})": )"[^"]*\d[^"]*"', r'\1"<version>"'),
    (rf"\b({PACKAGES}) \d+\.\d+\.\d+[\w.+-]*", r"\1 <version>"),
    (r"\bplatform [A-Z]\w+-\d[^\s,<]*", "platform <version>"),
    (r'("commit": )(?:null|"\w+")', r"\1<commit>"),
    (r"\b[0-9a-f]{64}\b", "<digest>"),
    (r"people/[0-9a-f]{24}\.npz", "people/<digest>.npz"),
    (r'("experiment": )"[0-9a-f]+"', r'\1"<digest>"'),
    (r"(results/[\w/-]+-)[0-9a-f]{8}\b", r"\1<digest>"),
    (r"-?\d+\.\d{12,}(?:e[+-]?\d+)?", lambda found: f"{float(found[0]):.9g}"),
)
"""Patterns and what stands for them; long numbers are kept to nine digits, as machines
differ in the last."""


def _mask(text: str, folder: Path) -> str:
    text = text.replace(str(folder), "<here>").replace(str(REPOSITORY), "<repository>")
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    return text.rstrip("\n") + "\n"
