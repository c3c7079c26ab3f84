"""From TOML to a Scenario: the one door through which scenarios come in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.errors import Fault, ScenarioError
from simulation.scenario.accept import accept, locate_rule
from simulation.scenario.files import find_scenario, read_layers, stack
from simulation.scenario.merge import override
from simulation.scenario.oddities import (
    idle_events,
    misspelt_entries,
    oddities,
    servers_without_effect,
)
from simulation.scenario.scenario import Scenario


def load_scenario(path_or_name: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario from a TOML file, with all that it extends.

    Args:
        path_or_name: a file (``scenarios/telecom.toml``), or a name that is looked up here, in
            ``scenarios/`` and among the scenarios that come with the package (``telecom``).
        overrides: parameter paths and values that go on top, such as
            ``{"companies.focal.price": 0.3}``.

    Returns:
        The scenario, checked.

    Raises:
        ScenarioError: with every fault found, each with file, line, column, key and remedy.
    """
    faults: list[Fault] = []
    tree = stack(read_layers(find_scenario(path_or_name)), faults)
    return accept(override(tree, overrides or {}, faults), faults, Scenario)


@dataclass(frozen=True)
class Examined:
    """A scenario that was accepted, with what is odd about it and the files it comes from."""

    scenario: Scenario
    warnings: tuple[Fault, ...]
    files: tuple[Path, ...]


def examine(path_or_name: str | Path, overrides: Mapping[str, Any] | None = None) -> Examined:
    """Read a scenario as ``load_scenario`` does, and look for what is allowed but seems not meant.

    Raises:
        ScenarioError: as ``load_scenario``.
    """
    faults: list[Fault] = []
    layers = read_layers(find_scenario(path_or_name))
    tree = override(stack(layers, faults), overrides or {}, faults)
    scenario = accept(tree, faults, Scenario)
    noticed = (
        *oddities(scenario), *idle_events(scenario), *servers_without_effect(scenario, tree),
    )  # fmt: skip
    odd = [locate_rule(odd, tree) for odd in noticed]
    files = tuple(layer.place.file for layer in layers if layer.place.file is not None)
    return Examined(scenario, (*misspelt_entries(layers), *odd), files)


def parse_setting(text: str) -> tuple[str, Any]:
    """Return the path and value of ``key=value``; the value is TOML, or else a bare string.

    Raises:
        ScenarioError: if there is no ``=`` or no key.
    """
    key, equals, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not key or not equals or not value:
        hint = "Write it like companies.focal.price=0.3."
        raise ScenarioError([Fault("is not a setting.", key=text or '""', hint=hint)])
    try:
        parsed = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        return key, value
    return key, parsed["value"] if set(parsed) == {"value"} else value


def parse_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Return the paths and values of several ``key=value``; of equal keys the last one counts.

    Raises:
        ScenarioError: with all that are no settings.
    """
    settings: dict[str, Any] = {}
    faults: list[Fault] = []
    for text in texts:
        try:
            key, value = parse_setting(text)
        except ScenarioError as error:
            faults += error.faults
        else:
            settings[key] = value
    if faults:
        raise ScenarioError(faults)
    return settings
