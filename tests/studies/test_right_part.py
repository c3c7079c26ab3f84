"""Names of a scenario that is refused are as they would be, or nothing is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.studies.right_part import right_part_of

NAMED = 'extends = "base"\n[[companies]]\nname = "third"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_wrong_values_and_events_are_left_out_and_names_stay(tmp_path: Path) -> None:
    text = (
        f'{NAMED}price = -3\n[journey]\nproblem_rate = 7.0\nprize = 1\n[[events]]\nmonth = "soon"\n'
    )
    scenario = right_part_of(written(tmp_path, text), {"desks.wage": -1, "run.months": 24})
    assert scenario is not None
    assert [one.name for one in scenario.companies] == ["focal", "rival", "third"]
    assert scenario.journey.problem_rate <= 1.0
    assert scenario.run.months == 24
    assert scenario.events == ()


@pytest.mark.parametrize("text", [
    'extends = "nowhere"\n', "[journey\n", f"{NAMED}[[companys]]\nname = 'fourth'\n",
    'extends = "base"\n[[companies]]\nname = "no name"\n', 'extends = "base"\ncompanies = 3\n',
    'extends = "base"\n[[jobs]]\nname = "task"\noutcomes = 3\n',
])  # fmt: skip
def test_nothing_is_said_of_names_where_some_may_be_missing(text: str, tmp_path: Path) -> None:
    assert right_part_of(written(tmp_path, text)) is None


def test_rules_that_a_value_breaks_hold_without_it(tmp_path: Path) -> None:
    shares = "".join(f"{name} = {{ share = 0.6 }}\n" for name in ("focal", "third"))
    scenario = right_part_of(written(tmp_path, f"{NAMED}[start.companies]\n{shares}"))
    assert scenario is not None
    assert "third" in [one.name for one in scenario.companies]


def test_a_scenario_that_is_right_is_itself_but_for_its_events() -> None:
    scenario = right_part_of("base", {"population.people": 500})
    assert scenario is not None
    assert scenario.population.people == 500
