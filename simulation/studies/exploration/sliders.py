"""Sliders without a server: the emulator in the report's page, and how to run what it shows."""

from __future__ import annotations

from typing import Any

from simulation.analysis.decision.places import present_place, value_at
from simulation.report.page import Widget
from simulation.scenario.write import value_text
from simulation.studies.exploration.tables import ExplorationTables


def sliders_of(tables: ExplorationTables) -> Widget | None:
    """Return the sliders, where some arm's emulator knows enough to be read."""
    if not tables.emulators:
        return None
    return Widget("try", "Try it: move the assumptions", "sliders", sliders_data(tables))


def sliders_data(tables: ExplorationTables) -> dict[str, Any]:
    """Return everything that the page needs: emulators, assumptions, and the line to run it."""
    present = present_place(tables.unknown).tolist()
    order = [arm["name"] for arm in sorted(tables.arms, key=lambda arm: -float(arm["mean"]))]
    settings = tables.sweep["exploration"].get("settings", {})
    arms = [
        {
            "name": name,
            "changes": [f"{path}={value_text(value)}"
                        for path, value in settings.get(name, {}).items()],
            **tables.emulators[name],
        }
        for name in order
        if name in tables.emulators
    ]  # fmt: skip
    return {
        "arms": arms,
        "assumptions": [_assumption(tables, at, place) for at, place in enumerate(present)],
        "base": tables.base,
        "whose": tables.whom(tables.whose),
        "margin": float(tables.findings["margin"]),
        "factor": tables.factor if tables.is_money(tables.whose) else 1.0,
        "unit": f"{tables.currency} a month",
        "scenario": str(tables.manifest["scenario_name"]),
        "fixed": [f"{path}={value_text(value)}"
                  for path, value in tables.sweep["asked"].get("set", {}).items()],
    }  # fmt: skip


def _assumption(tables: ExplorationTables, at: int, present: float) -> dict[str, Any]:
    """Return one assumption: what its places stand for, and how it is set."""
    factor = tables.factor_of(at)
    settable = not factor.is_mixture
    links = next(
        (one.get("links", ()) for one in tables.sweep["factors"] if one["key"] == factor.key), ()
    )
    number = factor.kind == "interval"
    return {
        "name": tables.name(at),
        "unit": tables.unit(at),
        "factor": tables.per_unit(at),
        "present": present,
        "paths": [factor.key, *links] if settable and factor.kind != "levels" else [],
        "low": factor.low if number else 0.0,
        "high": factor.high if number else 1.0,
        "log": bool(factor.log),
        "values": [] if number or factor.is_mixture else [
            str(value_at(factor, (place + 0.5) / len(factor.values)))
            for place in range(len(factor.values))
        ],
    }  # fmt: skip
