"""Scripts that no command runs keep up with the package: each of them can at least be imported."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from builders import ROOT

from simulation.experiment.load import load_experiment
from simulation.studies.sweep.plan import Sweep

SCRIPTS = [
    *sorted((ROOT / "docs").glob("make_*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Leave no trace of the modules that a script imports from beside it."""
    before = set(sys.modules)
    yield monkeypatch
    for name in set(sys.modules) - before:
        if is_beside(sys.modules[name]):
            del sys.modules[name]


def is_beside(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    folders = (ROOT / "docs", ROOT / "benchmarks")
    return file is not None and any(folder in Path(file).parents for folder in folders)


def imported(script: Path, alone: pytest.MonkeyPatch) -> dict[str, object]:
    """Return the names of a script that is not run; skip it where a package of others is absent."""
    alone.syspath_prepend(script.parent)
    try:
        return runpy.run_path(str(script), run_name="imported_script")
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package == "simulation" or (script.parent / f"{package}.py").exists():
            raise
        pytest.skip(f"{package} is not installed")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_scripts_can_be_imported(script: Path, alone: pytest.MonkeyPatch) -> None:
    names = imported(script, alone)
    assert names["__doc__"], "says nothing of what it is for"


def test_screening_of_influence_is_an_experiment(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = imported(ROOT / "docs" / "make_influence.py", alone)
    file = tmp_path / "influence.toml"
    file.write_text(names["experiment"](), encoding="utf-8")  # type: ignore[operator]
    study = Sweep(load_experiment(file))
    one_by_one = len(names["screened"]()) + 1  # type: ignore[operator]
    for point in study.experiment.points[:one_by_one]:
        study.scenario_of(point)
