"""The slider over the level of a lever: what it needs, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.analysis.decision.level import LEAST_LEVELS
from simulation.analysis.points import Varied, factors_of
from simulation.experiment.factors import Role
from simulation.report.words import count, listing, number, percent
from simulation.scenario.write import value_text
from simulation.studies.exploration.tables import ExplorationTables


def joint_arm(tables: ExplorationTables) -> dict[str, Any]:
    """Return the emulator over level and assumptions as the page's only arm."""
    lever = str(tables.findings["level"]["lever"])
    moved = _paths(tables, lever)
    settings = tables.sweep["exploration"].get("settings", {})
    others = settings.get(tables.lead["name"], {}).items()  # the same in all arms
    return {
        "name": tables.name_of(lever),
        "changes": [f"{path}={value_text(value)}" for path, value in others if path not in moved],
        "quality": level_quality(tables),
        **tables.joint,
    }


def lever_input(tables: ExplorationTables) -> dict[str, Any]:
    """Return the lever as one of the page's sliders: what its places stand for, how it is set.

    It begins at the level of the leading arm.
    """
    level = tables.findings["level"]
    lever, values = str(level["lever"]), level["values"]
    low, high = float(values[0]), float(values[-1])
    lead = tables.runs.loc[tables.runs["arm"] == tables.lead["name"], lever].iloc[0]
    base = level["base"]

    def place(value: float) -> float:
        return (value - low) / (high - low)

    return {
        "name": tables.name_of(lever),
        "unit": tables.unit_of(lever),
        "factor": tables.per_unit_of(lever),
        "present": place(float(lead)),
        "base": None if base is None else place(float(base)),
        "paths": _paths(tables, lever),
        "low": low,
        "high": high,
        "log": False,
        "whole": bool(level["whole"]),
        "values": [],
        "run": [number(float(value) * tables.per_unit_of(lever)) for value in values],
    }


def _paths(tables: ExplorationTables, lever: str) -> list[str]:
    links = next((one.get("links", ()) for one in tables.sweep["factors"]
                  if one["key"] == lever and one["role"] == Role.LEVER), ())  # fmt: skip
    return [lever, *links]


def level_quality(tables: ExplorationTables) -> str:
    """Say how good the emulator that the page carries is on futures that it has not seen."""
    check = tables.findings["level"]["emulator"]["carried"]
    name = tables.name_of(str(tables.findings["level"]["lever"]))
    least = number(float(check["least_level"])
                   * tables.per_unit_of(str(tables.findings["level"]["lever"])))  # fmt: skip
    return (
        f"On futures and seeds that it has not seen, this emulator explains "
        f"{_of_ceiling(check['r2'], check['ceiling'])}, and "
        f"{number(check['r2_within'], 2)} of {number(check['ceiling_within'], 2)} at one level. "
        f"Its 95\u00a0% intervals cover {percent(check['coverage'])} of the "
        f"{check['n']} effects left out; least at {name} {least}, "
        f"{percent(check['least_coverage'])}."
    )


def arm_quality(quality: Mapping[str, Any]) -> str:
    """Say how good the emulator of an arm is on futures that it has not seen."""
    return (
        "On futures and seeds that it has not seen, this emulator explains "
        f"{_of_ceiling(quality['r2'], quality['ceiling'])}. Its 95\u00a0% intervals cover "
        f"{percent(quality['coverage'])} of the {quality['checked']} effects left out."
    )


def _of_ceiling(r2: float, ceiling: float) -> str:
    return f"{number(r2, 2)} of the variance, of {number(ceiling, 2)} that can be known"


def why_no_lever(tables: ExplorationTables) -> str:
    """Say why there is no slider over a lever, where there is a lever that is a number."""
    levers = [one for one in factors_of(tables.sweep) if one.role == Role.LEVER]
    level = tables.findings["level"]
    if level is not None:
        return _why_silent(tables, level)
    if not any(_is_number(one) for one in levers):
        return ""  # named what-ifs, which are chosen
    names = listing([_name(tables, one) for one in levers])
    if len(levers) > 1 or levers[0].is_mixture:
        return (
            f"The arms differ in more than one number ({names}), and the emulator over a level "
            "is of one: there is no slider over it, and arms are chosen."
        )
    return (
        f"A slider over {names} needs at least {LEAST_LEVELS} levels, and there are "
        f"{count(len(tables.arms) + 1, 'arm')}: write levels = {LEAST_LEVELS} or more under "
        "[levers]."
    )


def _why_silent(tables: ExplorationTables, level: Mapping[str, Any]) -> str:
    name = tables.name_of(str(level["lever"]))
    if "emulator" not in level:
        return f"An earlier version made this result, without an emulator over {name}."
    check = level["emulator"]["carried"]
    if check["moves"]:
        return ""
    start = f"There is no slider over {name}: the emulator over its levels and the assumptions"
    if not check["speaks"]:
        return (f"{start} explains {_of_ceiling(check['r2'], check['ceiling'])}, which is less "
                "than half.")  # fmt: skip
    within = _of_ceiling(check["r2_within"], check["ceiling_within"])
    return f"{start} explains {within} at one level, which is less than half."


def level_texts(tables: ExplorationTables) -> list[str]:
    """Say how far the emulator over the level of a lever can be trusted."""
    level = tables.findings["level"]
    if level is None or "emulator" not in level:
        return []
    silent = _why_silent(tables, level)
    if not silent:
        text = level_quality(tables).replace("this emulator", "the emulator of the lever's slider")
        return [text]
    shown = level["emulator"]["speaks"]
    return [silent if shown else f"{silent} No required level is shown either."]


def _is_number(factor: Varied) -> bool:
    numbers: Sequence[Any] = factor.values
    return factor.kind in ("interval", "mixture") or (
        factor.kind == "choices"
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers)
    )


def _name(tables: ExplorationTables, factor: Varied) -> str:
    return tables.name_of(factor.columns[0]) if len(factor.columns) == 1 else factor.key
