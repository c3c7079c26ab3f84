"""The text of a new scenario: it extends another one and lists the most useful levers."""

from __future__ import annotations

from simulation.scenario.fields import all_fields
from simulation.scenario.paths import pattern, split, value_at
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import Touchpoint
from simulation.scenario.write import value_text

_STRATEGY = (
    "alignment",
    "outside_in",
    "education",
    "listening",
    "customisation",
    "agility",
    "lean",
    "portfolio",
)
_SWITCHES = ("who", "what", "when", "where", "why")
_COMMENT_AT = 34


def what_if_text(scenario: Scenario, *, extends: str, title: str, schema: str | None) -> str:
    """Return the text of a scenario that changes nothing yet.

    Args:
        scenario: the one it extends, whose values are shown.
        extends: how the new file names it.
        title: the new title.
        schema: where the JSON Schema is, seen from the new file, if there is one.

    Returns:
        TOML in which every lever is commented out: take the ``#`` away to use it.
    """
    lines = [f"#:schema {schema}"] if schema else []
    lines += [f"extends = {value_text(extends)}", f"title = {value_text(title)}", ""]
    lines += [
        "# State only what differs. Remove the # from the lines that you want to change,",
        "# and from the [header] above them. Each line shows the current value.",
        "# `cocreate describe NAME` explains a parameter, `cocreate check FILE` checks this file.",
        "",
    ]
    lines += _table(scenario, "run", ("months", "replicates"))
    lines += _table(scenario, "population", ("people",))
    lines += _company(scenario)
    lines += _touchpoint(scenario)
    lines += _table(scenario, "encounter", ("elasticity", "offering_elasticity"))
    lines += _event(scenario)
    return "\n".join(lines)


def _lever(scenario: Scenario, path: str) -> str:
    parameter = all_fields()[pattern(split(path))]
    setting = f"#{parameter.name} = {value_text(value_at(scenario, path))}"
    closed = parameter.high is not None
    details = ", ".join(
        part for part in (parameter.unit, parameter.range if closed else "") if part
    )
    comment = f"# {parameter.meaning}" + (f" [{details}]" if details else "")
    return f"{setting:<{_COMMENT_AT}}{comment}"


def _table(scenario: Scenario, path: str, names: tuple[str, ...], header: str = "") -> list[str]:
    levers = [_lever(scenario, f"{path}.{name}") for name in names]
    return [f"#[{header or path}]", *levers, ""]


def _company(scenario: Scenario) -> list[str]:
    focal = scenario.companies[0].name
    path = f"companies.{focal}"
    functions = ("innovation", "marketing_sales", "experience_platform")
    return [
        "#[[companies]]",
        f"#name = {value_text(focal)}",
        _lever(scenario, f"{path}.price"),
        *_table(scenario, f"{path}.funding", functions, "companies.funding")[:-1],
        *_table(scenario, f"{path}.strategy", _STRATEGY + _SWITCHES, "companies.strategy"),
    ]


def _touchpoint(scenario: Scenario) -> list[str]:
    """Show the touchpoint with the most servers: its staffing is a lever.

    Where staff follow the load, servers have no effect and the service level is the lever.
    """
    if not scenario.touchpoints:
        return []
    shown: Touchpoint = max(scenario.touchpoints, key=lambda touchpoint: touchpoint.servers)
    path = f"touchpoints.{shown.name}"
    staffing = "service_level" if shown.service_level > 0.0 else "servers"
    levers = (staffing, "handling", "cost", "listens", "teaches")
    head = ["#[[touchpoints]]", f"#name = {value_text(shown.name)}"]
    return [*head, *(_lever(scenario, f"{path}.{name}") for name in levers), ""]


def _event(scenario: Scenario) -> list[str]:
    path = f"companies.{scenario.companies[0].name}.strategy.alignment"
    month = min(24, scenario.run.months)
    return [
        "# A timeline: what changes at the start of a month.",
        "#[[events]]",
        f"#month = {month}",
        f"#set = {{ {value_text(path)} = 0.9 }}",
        "",
    ]
