"""Imports that are put off happen when they are needed, and not before."""

from __future__ import annotations

import builtins
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from simulation.lazy_imports import DeferredModule, deferred

ROOT = Path(__file__).parents[1]


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package that says when it is imported, and a module that imports it and uses nothing."""
    package = tmp_path / "heavy_package"
    package.mkdir()
    code = "import builtins\nbuiltins.n_heavy += 1\nanswer = 42\n"
    (package / "__init__.py").write_text(code + "__version__ = '7'\n__all__ = ['answer']\n")
    (package / "part.py").write_text("from heavy_package import answer\nhalf = answer / 2\n")
    (tmp_path / "light_module.py").write_text("import heavy_package\nimport heavy_package as h\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(builtins, "n_heavy", 0, raising=False)
    yield "heavy_package"
    for name in [*sys.modules]:
        if name.startswith(("heavy_package", "light_module")):
            del sys.modules[name]


def imports() -> int:
    return int(vars(builtins)["n_heavy"])


def test_nothing_is_imported_until_something_is_taken(heavy: str) -> None:
    with deferred([heavy]):
        light = import_module("light_module")
    assert isinstance(sys.modules[heavy], DeferredModule)
    inspect.getmodule(inspect.currentframe())
    assert imports() == 0
    assert light.h.answer == 42
    assert light.heavy_package.__version__ == "7"
    assert imports() == 1
    assert not isinstance(sys.modules[heavy], DeferredModule)
    with pytest.raises(AttributeError, match="question"):
        light.h.question  # noqa: B018  (asking for it is the test)


@pytest.mark.parametrize(
    "statement",
    [
        "from heavy_package import answer",
        "from heavy_package import *",
        "from heavy_package.part import half; answer = int(2 * half)",
        "import heavy_package.part; answer = heavy_package.answer",
        "import heavy_package as h; answer = h.answer",
    ],
)
def test_every_kind_of_import_finds_what_it_asks_for(heavy: str, statement: str) -> None:
    with deferred([heavy]):
        import_module("light_module")
    scope: dict[str, int] = {}
    exec(statement, scope)  # noqa: S102  (a statement of this test)
    assert scope["answer"] == 42
    assert imports() == 1


def test_it_is_taken_at_once_where_it_is_needed_at_once(heavy: str) -> None:
    with deferred([heavy]):
        scope: dict[str, int] = {}
        exec("import heavy_package\nanswer = heavy_package.answer", scope)  # noqa: S102
    assert scope["answer"] == 42
    assert not isinstance(sys.modules[heavy], DeferredModule)


def test_what_is_there_stays_and_what_comes_after_is_imported(heavy: str) -> None:
    there = import_module(heavy)
    with deferred([heavy]):
        assert import_module(heavy) is there
    del sys.modules[heavy]
    assert not isinstance(import_module(heavy), DeferredModule)
    assert not any(type(finder).__name__ == "_Finder" for finder in sys.meta_path)


RUN = """
import sys
from simulation import load_scenario
from simulation.simulate import simulate
small = {"population.people": 50, "run.months": 14, "run.warm_up": 0}
simulate(load_scenario("base", small), 1)
heavy = ("pandas.core", "networkx.classes", "scipy.spatial", "numpy.f2py.crackfortran", "unittest")
print([name for name in heavy if name in sys.modules])
import pandas, mesa, networkx
print(pandas.DataFrame({"a": [1, 2]}).shape, mesa.space.MultiGrid(2, 2, False).width)
from mesa.discrete_space import OrthogonalMooreGrid
print(networkx.path_graph(3).size(), OrthogonalMooreGrid.__name__)
import numpy
from numpy.testing import assert_array_equal
assert_array_equal(numpy.ones(2), 1.0)
print(numpy.f2py.get_include.__name__)
"""


def test_a_run_imports_no_pandas_and_can_have_it_afterwards() -> None:
    told = subprocess.run(  # noqa: S603  (this interpreter, and a program of this test)
        [sys.executable, "-c", RUN], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.splitlines() == ["[]", "(2, 1) 2", "2 OrthogonalMooreGrid", "get_include"]
