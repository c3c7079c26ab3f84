"""Whatever is written into a file, the answer is a scenario or faults with places; no crash."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.errors import ScenarioError
from simulation.scenario.fields import all_fields
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.scenario.write import value_text

BASE = (Path(__file__).parents[2] / "scenarios" / "base.toml").read_text(encoding="utf-8")
LINES = BASE.splitlines()
SCENARIO = load_scenario("base")


def answer(text: str) -> Scenario | ScenarioError:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "case.toml"
        file.write_text(text, encoding="utf-8", newline="")
        try:
            return load_scenario(file)
        except ScenarioError as error:
            for fault in error.faults:
                assert fault.file == file
                assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1
            return error


SNIPPETS = st.sampled_from(
    ["", "=", "[", "]]", '"', "'''", "\\", "{", "x", "0", ".", "#", "\n", "-"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(BASE) - 1), st.integers(0, 30), SNIPPETS)
def test_a_damaged_file(start: int, length: int, put: str) -> None:
    answer(BASE[:start] + put + BASE[start + length :])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_line_with_another_value(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from([i for i, line in enumerate(LINES) if " = " in line]))
    value = data.draw(
        st.sampled_from(
            ["-1", "1e9", "true", '"x"', "[]", "{}", '["use"]', "nan", "[[1]]", "07:30:00"]
        )
    )
    key = LINES[number].partition(" = ")[0]
    lines = [*LINES[:number], f"{key} = {value}", *LINES[number + 1 :]]
    if '"""' not in LINES[number]:
        answer("\n".join(lines))


WRONG: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats()
    | st.sampled_from(["", "x", "50%", "0,5", "Focal"])
    | st.lists(st.integers(0, 3), max_size=2)
    | st.dictionaries(st.sampled_from(["name", "x", "innovation", ""]), st.integers(), max_size=2)
)


def outcome(path: str, value: Any) -> Scenario | ScenarioError:
    try:
        return SCENARIO.replace({path: value})
    except ScenarioError as error:
        return error


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(all_fields())), WRONG)
def test_any_value_at_any_path(path: str, value: Any) -> None:
    found = outcome(path, value)
    if isinstance(found, Scenario):
        assert found.replace({}) == found
    else:
        assert all(fault.message and fault.key is not None for fault in found.faults)


@settings(deadline=None)
@given(st.text(max_size=20), st.integers())
def test_any_text_as_a_path(path: str, value: int) -> None:
    found = outcome(path, value)
    assert isinstance(found, Scenario) or all(fault.message for fault in found.faults)


def test_values_written_by_the_fuzzer_are_toml() -> None:
    assert value_text({"x": [1, 2.5]}) == "{ x = [1, 2.5] }"
