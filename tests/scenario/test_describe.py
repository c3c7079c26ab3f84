"""The list of parameters, and everything that is read from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulation.scenario.describe import (
    FILE_KEYS,
    ValueKind,
    as_dict,
    default_text,
    matching,
    nearest,
    parameter_table_markdown,
    parameters,
    section_titles,
    snippet,
)
from simulation.scenario.fields import all_fields
from simulation.scenario.json_schema import json_schema
from simulation.scenario.load import load_scenario
from simulation.scenario.paths import value_at
from simulation.scenario.scenario import Scenario

BY_PATH = {parameter.path: parameter for parameter in parameters()}


def test_a_parameter_is_as_it_was_declared() -> None:
    price = BY_PATH["companies.*.price"]
    assert (price.default, price.unit, price.low, price.high) == (0.35, "money/month", 0, None)
    assert (price.sweep, price.source, price.founding) == ((0.1, 0.8), "assumption", False)
    assert (price.type, price.range, price.section) == ("number", "at least 0", "companies.*")
    area = BY_PATH["touchpoints.*.area"]
    assert (area.type, area.founding) == ("one of crm | cem | social", True)
    gain = BY_PATH["capability.gain.innovation"]
    assert (gain.default, gain.sweep, gain.section) == (0.057, (0.02, 0.15), "capability")
    assert gain.meaning == "gain of all teams at reference spend: innovation"
    coupling = BY_PATH["companies.*.strategy.coupling.innovation_marketing_sales"]
    assert (coupling.optional, coupling.low, coupling.high) == (True, 0, 1)
    assert BY_PATH["encounter.offering_elasticity"].low_open
    assert BY_PATH["encounter.floor"].range == "more than 0, at most 0.5"


def test_names_titles_and_events_are_no_parameters() -> None:
    assert set(all_fields()) - set(BY_PATH) == {
        "title",
        "description",
        "market",
        "currency.name",
        "currency.per_unit",
        "population.represents",
        *(
            f"{kind}.*.{name}"
            for kind in ("segments", "jobs", "companies", "partners", "touchpoints")
            for name in ("name", "label")
        ),
        "events.*.month",
        "events.*.name",
        "events.*.set",
    }


@pytest.mark.parametrize("parameter", parameters(), ids=lambda parameter: parameter.path)
def test_every_parameter_explains_itself(parameter) -> None:
    assert parameter.meaning
    assert parameter.source
    if parameter.sweep is not None:
        low, high = parameter.sweep
        assert low < high
        assert parameter.low is None or parameter.low <= low
        assert parameter.high is None or high <= parameter.high
    if parameter.default is not None and parameter.kind in (ValueKind.NUMBER, ValueKind.WHOLE):
        assert parameter.low is None or parameter.low <= parameter.default
        assert parameter.high is None or parameter.default <= parameter.high


def test_defaults_are_the_scenarios_defaults(write) -> None:
    small = load_scenario("small")
    for parameter in parameters():
        if "*" not in parameter.path:
            assert value_at(small, parameter.path) == parameter.default


@pytest.mark.parametrize("parameter", all_fields().values(), ids=lambda parameter: parameter.path)
def test_every_snippet_can_be_loaded(write, parameter) -> None:
    text = 'extends = "base"\n' + "\n".join(snippet(parameter)) + "\n"
    if parameter.path.startswith("events"):
        text = 'extends = "base"\n[[events]]\nmonth = 24\nset = { "reach.fade" = 0.1 }\n'
    load_scenario(write(text))


def test_keys_of_files_are_explained_as_well(write) -> None:
    (extends,) = matching("extends")
    assert snippet(extends) == ['extends = "base"']
    assert snippet(matching("remove")[0])[-1] == "remove = true"
    assert set(FILE_KEYS) == {"extends", "remove"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("encounter.elasticity", ["encounter.elasticity"]),
        ("companies.focal.price", ["companies.*.price"]),
        ("companies[0].price", ["companies.*.price"]),
        ("companies.strategy.alignment", ["companies.*.strategy.alignment"]),
        ("companies.focal.allocation.shop", ["companies.*.allocation"]),
        (
            "companies.focal.touchpoints.call_centre.servers",
            ["companies.*.touchpoints.*.servers"],
        ),
        ("fade", ["reach.fade"]),
        (
            "Fixed-Cost",
            [
                "companies.*.touchpoints.*.fixed_cost",
                "partners.*.fixed_cost",
                "touchpoints.*.fixed_cost",
            ],
        ),
        ("*elasticity", ["encounter.elasticity", "encounter.offering_elasticity"]),
        ("events", ["events.*.month", "events.*.name", "events.*.set"]),
        ("title", ["title"]),
        ("nonsense", []),
        ("", []),
    ],
)
def test_matching(text: str, found: list[str]) -> None:
    assert sorted(parameter.path for parameter in matching(text)) == sorted(found)


def test_a_section_is_found_whole() -> None:
    choice = {path for path in BY_PATH if path.startswith("choice.")}
    assert {parameter.path for parameter in matching("choice")} == choice
    strategy = {path for path in BY_PATH if path.startswith("companies.*.strategy.")}
    for text in (
        "strategy",
        "companies.strategy",
        "companies.focal.strategy",
        "companies.*.strategy",
    ):
        assert {parameter.path for parameter in matching(text)} == strategy


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("elastcity", "encounter.elasticity"),
        ("companies.focal.alignment", "companies.*.strategy.alignment"),
        ("price a month", "companies.*.price"),
        ("churn", "journey.churn_a"),
    ],
)
def test_nearest(text: str, first: str) -> None:
    assert nearest(text)[0].path == first


def test_nothing_comes_near_nonsense() -> None:
    assert nearest("qqqq") == []


def test_the_table_has_a_row_for_each_parameter() -> None:
    table = parameter_table_markdown()
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) == len(parameters())
    assert all(row.replace("\\|", "").count("|") == 8 for row in rows)
    headings = [line for line in table.splitlines() if line.startswith("### ")]
    assert len(headings) == len(set(headings))
    assert "### `companies.*.strategy`" in headings
    assert "| `price` | 0.35 | money/month | at least 0 | 0.1 to 0.8 | price a month |" in table
    assert "e+" not in table


def test_parameters_are_plain_data_for_programs() -> None:
    data = [as_dict(parameter) for parameter in parameters()]
    assert json.loads(json.dumps(data, allow_nan=False))[0]["path"] == "run.months"


def test_defaults_are_shown_as_toml() -> None:
    shown = {path: default_text(parameter) for path, parameter in BY_PATH.items()}
    assert shown["population.people"] == "10_000"
    assert shown["network.kind"] == '"small_world"'
    assert shown["desks.abandonment"] == "true"
    assert shown["reach.hazard"] == shown["companies.*.allocation"] == "not given"
    assert shown["touchpoints.*.stages"] == "required"
    assert "companies.*" in section_titles()


# --- the JSON Schema -----------------------------------------------------------------------------


def test_a_file_needs_no_key_but_names() -> None:
    schema = json_schema()
    assert "required" not in schema
    assert schema["properties"]["extends"]["type"] == "string"
    parts = schema["$defs"]
    for part in ("CompanySection", "Touchpoint", "Segment", "Job", "PartnerSection"):
        assert parts[part]["required"] == ["name"]
        assert parts[part]["properties"]["remove"] == {
            "const": True,
            "description": "drop the inherited entry of that name",
        }
    assert "required" not in parts["PerFunction"]
    assert parts["Event"]["required"] == ["month", "set"]


def test_editors_see_unit_range_and_source() -> None:
    price = json_schema()["$defs"]["CompanySection"]["properties"]["price"]
    assert price["description"] == (
        "price a month [money/month]. Worth exploring: 0.1 to 0.8. Source: assumption."
    )
    assert price["minimum"] == 0
    assert set(price) == {"default", "description", "minimum", "title", "type"}


def test_every_parameter_is_in_the_schema() -> None:
    parts = json_schema()["$defs"]
    described = sum(
        "Source: " in field.get("description", "")
        for part in parts.values()
        for field in part.get("properties", {}).values()
    )
    spelt_out = 3 * 3 - 3  # gain, decay and duration are declared once for three functions
    spelt_out += 9 * 3 - 3  # weights of operant resources, platform and time for nine stages
    assert described == len(parameters()) - spelt_out


def test_the_schema_knows_all_sections() -> None:
    properties = json_schema()["properties"]
    assert set(properties) == {"extends", *Scenario.model_fields}
    assert Path(json_schema()["$schema"]).name == "schema"
