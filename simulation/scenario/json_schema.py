"""The JSON Schema of a scenario file: editors complete and check scenarios with it.

A file may extend another and then lists differences only, so that nothing but names is required.
"""

from __future__ import annotations

from typing import Any

from simulation.scenario.fields import named_lists
from simulation.scenario.scenario import Scenario
from simulation.scenario.suggest import number_text

JsonObject = dict[str, Any]


def json_schema() -> JsonObject:
    """Return the JSON Schema of scenario files (draft 2020-12)."""
    schema: JsonObject = Scenario.model_json_schema()
    schema["title"] = "A scenario of cocreate"
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema.pop("required", None)
    schema["properties"] = {
        "extends": {
            "type": "string",
            "description": "name of the scenario that this one changes, or its path",
        },
        **schema["properties"],
    }
    entries = {entry.__name__ for entry in named_lists().values()}
    for name, part in schema["$defs"].items():
        if name in entries:
            _allow_differences(part)
        elif name == "PerFunction":
            part.pop("required", None)
    _explain(schema)
    return schema


def _allow_differences(entry: JsonObject) -> None:
    entry["required"] = ["name"]
    entry["properties"]["name"]["description"] = (
        "its name; an inherited entry of that name is changed"
    )
    entry["properties"]["remove"] = {
        "const": True,
        "description": "drop the inherited entry of that name",
    }


def _explain(node: Any) -> None:
    """Put unit, source and the range worth exploring into the text that editors show."""
    if isinstance(node, dict):
        if "source" in node and isinstance(node["source"], str):
            _describe(node)
        for item in node.values():
            _explain(item)
    elif isinstance(node, list):
        for item in node:
            _explain(item)


def _describe(node: JsonObject) -> None:
    unit, source, sweep = node.pop("unit", ""), node.pop("source"), node.pop("sweep", None)
    founding = node.pop("founding", False)
    text = node.get("description", "")
    text += f" [{unit}]" if unit else ""
    text += (
        f". Worth exploring: {number_text(sweep[0])} to {number_text(sweep[1])}" if sweep else ""
    )
    text += f". Source: {source}."
    text += " No event can change it." if founding else ""
    node["description"] = text
