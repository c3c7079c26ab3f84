"""The library refuses what the command line refuses, with errors of one tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from simulation import (
    InputError,
    ask,
    attribute,
    calibrate,
    compare,
    diffuse,
    explore,
    load_scenario,
    open_result,
    optimise,
    sweep,
)
from simulation import run as run_scenario
from simulation.cli import console
from simulation.scenario.suggest import file_name, file_names
from simulation.simulate import DEFAULT_MODEL, trusted_model
from simulation.store.folder import check_folder
from simulation.studies.library import of_experiments, of_scenarios
from simulation.studies.optimisation.aim import Aim, Limit

B = load_scenario("base", {"population.people": 60, "run.months": 2, "run.warm_up": 0})
SPREAD = {"steps": 2, "innovation": 0.1, "imitation": 0.1}
NEGATIVE = sparse.coo_array(([-1.0, -1.0], ([0, 1], [1, 0])), shape=(2, 2))

REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: run_scenario("base"), "Write load_scenario"),  # type: ignore[arg-type]
    (lambda: run_scenario(B, workers=-1), "workers must be a whole number from 0 to 1024"),
    (lambda: run_scenario(B, workers=True), "workers must be"),
    (lambda: run_scenario(B, seeds=[1, 1]), "1 is repeated"),
    (lambda: run_scenario(B, seeds=[]), "seeds must be at least one"),
    (lambda: run_scenario(B, seeds="12"), "seeds must be whole numbers"),  # type: ignore[arg-type]
    (lambda: run_scenario(B, seeds=[2**63]), r"at most 2\*\*62"),
    (lambda: run_scenario(B, model="__main__:X"), "worker processes do not have it"),
    (lambda: run_scenario(B, model="nosuch.pkg:X"), "No such module"),
    (lambda: run_scenario(B, model="..x:Y"), "is not the name of a model"),
    (lambda: run_scenario(B, model="math:pi"), "is no class"),
    (lambda: run_scenario(B, panel=3), "panel must be a list of texts"),  # type: ignore[arg-type]
    (lambda: compare(B, [B]), "what_ifs must be a mapping"),  # type: ignore[arg-type]
    (lambda: compare(B, {"x": 3}), "must be a Scenario"),  # type: ignore[dict-item]
    (lambda: B.replace([1]), "changes must be a mapping"),  # type: ignore[arg-type]
    (lambda: B.replace({3: 1}), "must have texts for keys"),  # type: ignore[dict-item]
    (lambda: B.replace({"title": "\ud800"}), "must be a number of 64 bits, text"),
    (lambda: B.replace({"population.people": 10**400}), "must be a number of 64 bits"),
    (lambda: B.replace({"a." * 9000 + "b": 1}), "is too long for a path"),
    (lambda: sweep("staffing", design="x"), "must be a mapping"),  # type: ignore[arg-type]
    (lambda: sweep(None), "must be a path or a name"),  # type: ignore[arg-type]
    (lambda: ask(None), "must be a path or a name"),  # type: ignore[arg-type]
    (lambda: attribute(B, window=3), "window must be text"),  # type: ignore[arg-type]
    (lambda: attribute("base"), "Write load_scenario"),  # type: ignore[arg-type]
    (lambda: ask("outside-in", market=3), "market must be text"),  # type: ignore[arg-type]
    (lambda: explore("staffing", whose=3), "whose must be text"),  # type: ignore[arg-type]
    (lambda: explore("staffing", rate="5%"), "rate must be a number"),  # type: ignore[type-var]
    (lambda: calibrate("base", "x.csv"), "Write load_scenario"),  # type: ignore[arg-type]
    (lambda: calibrate(B, 3), "data must be a path or a name"),  # type: ignore[arg-type]
    (lambda: calibrate(B, "x", parameters=3), "must be a list of texts"),  # type: ignore[arg-type]
    (lambda: calibrate(B, "x", mapping=3), "must be a path or a name"),  # type: ignore[arg-type]
    (lambda: calibrate(B, "x", effort=3), r"must be Effort\(…\)"),  # type: ignore[arg-type]
    (lambda: calibrate(B, "x", changed=3), "changed must be text"),  # type: ignore[arg-type]
    (lambda: optimise(B), "scenario must be a path or a name"),  # type: ignore[arg-type]
    (lambda: optimise("base", settings=3), "must be a mapping"),  # type: ignore[arg-type]
    (lambda: optimise("base", levers=[1]), "levers must be a mapping"),  # type: ignore[arg-type]
    (lambda: optimise("base", whose=3), "whose must be a list of texts"),  # type: ignore[arg-type]
    (lambda: optimise("base", whose="c"), "--for c is not an actor of the scenario"),
    (lambda: optimise("base", keep=3), "keep must be a list of texts"),  # type: ignore[arg-type]
    (lambda: optimise("base", keep="desk_wait=5"), "--keep desk_wait=5 is no limit"),
    (lambda: optimise("base", nobody_loses=1), "must be text"),  # type: ignore[arg-type]
    (lambda: optimise("base", rungs=[3]), r"list of Rung\(…\)"),  # type: ignore[list-item]
    (lambda: optimise("base", model="math"), "is not the name of a model"),
    (lambda: open_result("a\0b"), "must be a path or a name"),
    (lambda: diffuse([(0, 1)], **SPREAD, seed=-1), r"whole number from 0 to 2\*\*62"),
    (lambda: diffuse([(0, 1)], **SPREAD, adopters=3), "must be a list of person ids"),
    (lambda: diffuse(NEGATIVE, **SPREAD), "must be 0 or more"),
    (lambda: trusted_model("evil:Evil", None), "only if you name it yourself"),
]


@pytest.mark.parametrize(("call", "told"), REFUSED)
def test_wrong_arguments_are_refused_in_a_sentence(call: Callable[[], object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: run_scenario(B, workers=-1),
        lambda: compare(B, {}, workers=-1),
        lambda: sweep("nosuch", workers=-1),
        lambda: attribute(B, "nosuch", workers=-1),
        lambda: ask("nosuch", workers=-1),
        lambda: explore("nosuch", workers=-1),
        lambda: calibrate(B, "nosuch", workers=-1),
        lambda: optimise("nosuch", workers=-1),
    ],
)
def test_workers_are_looked_at_before_any_file(call: Callable[[], object]) -> None:
    with pytest.raises(InputError, match="workers must be a whole number from 0 to 1024"):
        call()


def test_one_text_stands_for_a_list_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Aim] = []
    stated: list[tuple[str, ...]] = []
    for home in (of_experiments, of_scenarios):
        monkeypatch.setattr(home, "carried_out", lambda *_: None)
    monkeypatch.setattr(of_experiments, "optimisation_of", lambda *given: asked.append(given[1]))
    monkeypatch.setattr(of_scenarios, "calibration_of", lambda *given, **_: stated.append(given[3]))
    optimise("base", whose="customers", keep="desk_wait<=5")
    calibrate(B, "x.csv", parameters="encounter.absorb")
    assert asked == [Aim(("customers",), limits=(Limit("desk_wait", 5.0),))]
    assert stated == [("encounter.absorb",)]


def test_loops_of_a_graph_are_dropped() -> None:
    graph = nx.path_graph(4)
    graph.add_edge(1, 1)
    assert diffuse(graph, **SPREAD).n_people == 4


def test_numbers_of_numpy_are_seeds() -> None:
    assert len(run_scenario(B, seeds=np.arange(2), workers=0).runs) == 2


def test_a_model_named_on_the_spot_is_trusted() -> None:
    assert trusted_model("evil:Evil", "mine:Mine") == "mine:Mine"
    assert trusted_model(DEFAULT_MODEL, None) == DEFAULT_MODEL


@pytest.mark.parametrize(
    "text", ["../../../tmp/evil", "/etc/passwd", "..", ".hidden", "a/b\\c", ""]
)
def test_names_from_files_stay_in_their_folder(text: str) -> None:
    name = file_name(text)
    assert name
    assert Path(name).name == name
    assert not name.startswith(".")


def test_names_of_files_are_told_apart() -> None:
    names = file_names(["a/b", "a b", "A b", "a/b", "../a_b", "c"])
    assert list(names.values()) == ["a_b", "a_b-2", "A_b-3", "_a_b", "c"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert console.visible("a\x1b[2Jb\nc") == "a\\x1b[2Jb\nc"


@pytest.mark.parametrize("force", [False, True])
def test_files_of_others_are_not_taken_for_a_result(tmp_path: Path, *, force: bool) -> None:
    for name, content in (("journal.bin", "my diary"), ("manifest.json", '{"name": "their app"}')):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text(content)
        with pytest.raises(InputError, match="not a result of cocreate"):
            check_folder(folder, "x", force=force)
        assert (folder / name).read_text() == content
