"""Where experiment files are: by path, or by a name that is looked up in folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulation.errors import ExperimentError, ScenarioError
from simulation.paths import from_home
from simulation.scenario.files import EXPERIMENT_KEYS, find_file, missing_file, read_file
from simulation.scenario.files import folders as scenario_folders

FOLDER = "experiments"


def is_experiment(file: Path) -> bool:
    """Return whether a file has a section that only experiments have; one with faults may not."""
    try:
        tree = read_file(file)
    except ScenarioError:
        return False
    return any(key in tree.value for key in EXPERIMENT_KEYS)


def names_experiment(path_or_name: str | Path) -> bool:
    """Return whether a path or name means an experiment; a scenario of that name comes first."""
    file = find_file(path_or_name, scenario_folders())
    if file is not None:
        return is_experiment(file)
    return find_file(path_or_name, (Path(), *folders())) is not None


def find_experiment(path_or_name: str | Path) -> Path:
    """Return the file of an experiment, given as a path or as a name without ``.toml``.

    Raises:
        ExperimentError: there is no such file, with names that come near.
    """
    file = find_file(path_or_name, (Path(), *folders()))
    if file is not None:
        return file
    fault = missing_file("experiment", from_home(path_or_name), available())
    if find_file(path_or_name, scenario_folders()) is not None:
        fault = replace(fault, hint=f"It is a scenario. Run it: cocreate run {path_or_name}")
    raise ExperimentError([fault])


def folders() -> tuple[Path, ...]:
    """Return where names of experiments are looked up: in ``experiments/``, and the shipped."""
    package = Path(__file__).resolve().parents[1]
    return (Path(FOLDER), package / FOLDER, package.parent / FOLDER)


def available() -> dict[str, Path]:
    """Return the experiment files that a name could mean, by name."""
    paths: dict[str, Path] = {}
    for folder in folders():
        for file in sorted(folder.glob("*.toml")):
            paths.setdefault(file.stem, file)
    return paths
