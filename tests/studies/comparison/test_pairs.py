"""Pairs: what can be compared, in which order, how many, and what persons leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import scenario

from simulation import simulate
from simulation.analysis.sequential import FIRST_LOOK, PAIRS_ALIKE, Tolerance, pairs_needed
from simulation.errors import InputError
from simulation.execution import Serial, Unwatched
from simulation.store import RunStore
from simulation.studies.comparison.criteria import Criteria
from simulation.studies.comparison.pairs import Pairs, Side, each_pair, paired, shared_labels
from simulation.studies.comparison.persons import people_file, read_people
from simulation.studies.comparison.plan import Comparison, comparison_of, held_seeds
from simulation.studies.comparison.precision import Goal, InterimLook, look, values
from simulation.studies.folders import open_store, result_folder
from simulation.studies.study import carry_out, do_waves

MARKET = "paired_stub:Market"
STUB = "stub_model:Stub"


@pytest.fixture(autouse=True)
def _only_the_stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(simulate, "MODEL_SOURCES", ())
    monkeypatch.setattr(simulate, "MODEL_FILES", ())
    simulate._code_digest.cache_clear()
    yield
    simulate._code_digest.cache_clear()


def side(name: str, **changes: Any) -> Side:
    plain = {"run__months": 6, "population__people": 60}
    return Side(name, scenario("base", **(plain | changes)))


BASE = side("base")
CHEAP = side("cheap", companies__focal__price=0.25)
DEAR = side("dear", companies__focal__price=0.45)


def pairs(n: int = 3, *, model: str = MARKET, what_ifs: tuple[Side, ...] = (CHEAP, DEAR)) -> Pairs:
    return paired(BASE, what_ifs, range(1, n + 1), model)


def study(asked: Pairs) -> Comparison:
    return comparison_of(asked, Criteria())


def opened(folder: Path, asked: Pairs) -> RunStore:
    return open_store(study(asked), folder)


def run_pairs(asked: Pairs, store: RunStore) -> int:
    """Do the runs that are missing, and return how many were there."""
    return do_waves(study(asked), store, Serial(), Unwatched())[1]


# --- what can be compared ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what_ifs", "seeds", "words"),
    [
        ([], [1, 2], "needs a what-if"),
        ([side("twin", run__replicates=3)], [1, 2], "twin is the same scenario as base"),
        ([CHEAP, side("other", companies__focal__price=0.25)], [1, 2], "other is the same"),
        ([side("long", run__months=7)], [1, 2], "long simulates 7 months and base 6"),
        ([side("many", population__people=80)], [1, 2], "many has 80 people and base 60"),
        ([side("base", companies__focal__price=0.2)], [1, 2], "base is the name of two"),
        ([CHEAP], [1], "at least 2 pairs for an interval. Got 1"),
        ([CHEAP], [4, 4], "must differ"),
    ],
)
def test_what_cannot_be_paired_is_told(what_ifs: list[Side], seeds: list[int], words: str) -> None:
    with pytest.raises(InputError) as told:
        paired(BASE, what_ifs, seeds, MARKET)
    assert words in str(told.value)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(InputError) as told:
        paired(BASE, [side("x", run__months=7, population__people=80)], [1], MARKET)
    assert len(told.value.faults) == 3


# --- order and identity ------------------------------------------------------------------------


def test_base_has_the_first_numbers_and_stops_leave_whole_pairs() -> None:
    asked = pairs()
    planned = asked.planned()
    assert [plan.run for plan in planned] == list(range(9))
    assert [plan.scenario for plan in planned[:3]] == ["base"] * 3
    turns = [(plan.identity.seed, plan.scenario) for plan in asked.in_turn()]
    assert turns[:4] == [(1, "base"), (1, "cheap"), (1, "dear"), (2, "base")]
    assert len({plan.identity.key for plan in planned}) == 9


def test_more_seeds_make_no_other_experiment_but_other_scenarios_do() -> None:
    asked = pairs()
    assert asked.first(5).seeds == (1, 2, 3, 4, 5)
    assert asked.first(2).seeds == (1, 2)
    assert asked.first(9).experiment == asked.experiment
    assert pairs(what_ifs=(CHEAP,)).experiment != asked.experiment
    assert pairs(what_ifs=(DEAR, CHEAP)).experiment != asked.experiment


def test_folders_take_what_goes_on_and_nothing_else(tmp_path: Path) -> None:
    asked = pairs()
    folder = folder_of(asked, tmp_path)
    assert folder.name.startswith("base-vs-cheap-dear-")
    carry_out(study(asked), folder, Serial(), Unwatched())
    assert folder_of(asked.first(5), tmp_path) == folder
    assert folder_of(asked.first(2), tmp_path) != folder
    growing = replace(study(asked.first(2)), goal=goal("5%"))
    assert result_folder(growing, tmp_path) == folder
    assert held_seeds(folder, asked.first(2)) == (1, 2, 3)
    assert held_seeds(folder, replace(asked, seeds=(2, 3))) == ()
    spaced = pairs(what_ifs=(replace(CHEAP, name="a b/c: 1"),))
    assert "/" not in folder_of(spaced, tmp_path).name


def folder_of(asked: Pairs, root: Path) -> Path:
    return result_folder(study(asked), root)


# --- doing -------------------------------------------------------------------------------------


def test_every_run_leaves_its_persons(tmp_path: Path) -> None:
    asked = pairs()
    with opened(tmp_path / "r", asked) as store:
        assert run_pairs(asked, store) == 0
        assert all(store.has(plan) for plan in asked.planned())
        assert run_pairs(asked, store) == 9
    told = list(each_pair(asked, tmp_path / "r"))
    assert [(name, seed) for name, seed, _, _ in told[:3]] == [
        ("cheap", 1), ("dear", 1), ("cheap", 2),
    ]  # fmt: skip
    _, _, ours, theirs = told[0]
    gain = theirs.surplus - ours.surplus
    assert gain[::2] == pytest.approx(1.0, abs=1e-5)
    assert gain[1::2] == pytest.approx(-0.5, abs=1e-5)
    assert list(ours.segment[:4]) == [0, 1, 2, 0]


def test_run_without_its_persons_is_done_again(tmp_path: Path) -> None:
    asked = pairs()
    with opened(tmp_path / "r", asked) as store:
        run_pairs(asked, store)
        plan = asked.planned()[4]
        people_file(store.folder, plan.identity).unlink()
        assert not store.has(plan)
        assert run_pairs(asked, store) == 8
        assert store.has(plan)


def test_model_without_persons_is_compared_without_them(tmp_path: Path) -> None:
    asked = pairs(model=STUB)
    with opened(tmp_path / "r", asked) as store:
        run_pairs(asked, store)
        assert run_pairs(asked, store) == 9
    assert read_people(tmp_path / "r", asked.planned()[0].identity) is None
    assert list(each_pair(asked, tmp_path / "r")) == []


def test_clear_leaves_nothing_of_ours_and_all_of_others(tmp_path: Path) -> None:
    asked = pairs()
    with opened(tmp_path / "r", asked) as store:
        run_pairs(asked, store)
        (store.folder / "notes.txt").write_text("mine")
        (store.folder / "comparison.json").write_text("{}")
        store.clear()
        assert {path.name for path in store.folder.iterdir()} == {"journal.bin", "notes.txt"}
        assert not any(store.has(plan) for plan in asked.planned())


def test_labels_are_those_that_all_sides_record() -> None:
    labels = shared_labels(pairs())
    assert ("co_created_value", "") in labels
    assert ("adoption", "rival") in labels


# --- until it is precise enough ----------------------------------------------------------------


def goal(precision: str, *, n_intervals: int = 1, most: int = 200) -> Goal:
    return Goal("co_created_value", Tolerance.parse(precision), n_intervals, most)


def noisy(n: int = FIRST_LOOK) -> Pairs:
    """Return pairs whose differences have a standard deviation of √2 · 0.3."""
    base = side("base", companies__focal__cost_to_serve=0.3)
    cheap = side("cheap", companies__focal__cost_to_serve=0.3, companies__focal__price=0.25)
    return paired(base, [cheap], range(1, n + 1), MARKET)


def until(folder: Path, asked: Pairs, target: Goal) -> tuple[Pairs, list[InterimLook]]:
    looks: list[InterimLook] = []
    asking = replace(study(asked), goal=target, on_look=looks.append)
    with opened(folder, asked) as store:
        done, _ = do_waves(asking, store, Serial(), Unwatched())
    assert isinstance(done, Comparison)
    return done.pairs, looks


def test_pairs_are_added_until_the_interval_is_narrow_enough(tmp_path: Path) -> None:
    done, looks = until(tmp_path / "r", noisy(), goal("0.3"))
    assert looks[0].pairs == FIRST_LOOK
    assert not looks[0].reached
    assert looks[-1].reached
    assert looks[-1].half_widths["cheap"] <= 0.3 < looks[-2].half_widths["cheap"]
    expected = pairs_needed(0.3 * np.sqrt(2), 0.3)
    assert expected / 2 < len(done.seeds) < expected * 2
    assert done.seeds == tuple(range(1, len(done.seeds) + 1))


def test_number_of_pairs_depends_on_nothing_but_the_results(tmp_path: Path) -> None:
    first, _ = until(tmp_path / "a", noisy(), goal("0.4"))
    again, _ = until(tmp_path / "b", noisy(), goal("0.4"))
    assert first.seeds == again.seeds
    held, looks = until(tmp_path / "a", noisy(), goal("0.4"))
    assert held.seeds == first.seeds
    assert looks[-1].reached


def test_narrow_intervals_need_no_more_than_the_first_look(tmp_path: Path) -> None:
    done, looks = until(tmp_path / "r", pairs(FIRST_LOOK), goal("1%"))
    assert [seen.pairs for seen in looks] == [FIRST_LOOK]
    assert len(done.seeds) == FIRST_LOOK


def test_differences_that_agree_are_certain_once_enough_pairs_do(tmp_path: Path) -> None:
    base = side("base", companies__focal__cost_to_serve=0.0)
    cheap = side("cheap", companies__focal__cost_to_serve=0.0, companies__focal__price=0.25)
    agreeing = paired(base, [cheap], range(1, FIRST_LOOK + 1), MARKET)
    done, looks = until(tmp_path / "r", agreeing, goal("1%"))
    assert looks[0].half_widths["cheap"] == pytest.approx(0.0, abs=1e-12)
    assert [seen.pairs for seen in looks] == [10, 20, 40, PAIRS_ALIKE]
    assert len(done.seeds) == PAIRS_ALIKE


def test_relative_precision_is_relative_to_the_base(tmp_path: Path) -> None:
    asked = noisy()
    with opened(tmp_path / "r", asked) as store:
        run_pairs(asked, store)
        told = look(asked, store, goal("2%"))
        found = values(store, asked.planned()[:FIRST_LOOK], "co_created_value")
    assert told.asked == pytest.approx(0.02 * np.mean(list(found.values())))


def test_more_intervals_at_once_take_more_pairs(tmp_path: Path) -> None:
    one, _ = until(tmp_path / "one", noisy(), goal("0.35"))
    many, _ = until(tmp_path / "many", noisy(), goal("0.35", n_intervals=20))
    assert len(many.seeds) > len(one.seeds)


def test_adding_ends_at_the_most_and_where_the_goal_has_no_meaning(tmp_path: Path) -> None:
    done, looks = until(tmp_path / "most", noisy(), goal("0.01", most=15))
    assert len(done.seeds) == 15
    assert not looks[-1].reached
    absent = replace(goal("5%"), outcome="happiness")
    done, looks = until(tmp_path / "absent", noisy(), absent)
    assert len(looks) == 1


def test_failed_pairs_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "2,3")
    asked = noisy()
    with opened(tmp_path / "r", asked) as store:
        run_pairs(asked, store)
        assert sum(store.has(plan) for plan in asked.planned()) == 18
        told = look(asked, store, goal("0.3"))
    assert told.pairs == FIRST_LOOK - 2
    assert not told.reached
