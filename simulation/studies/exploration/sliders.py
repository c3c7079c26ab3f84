"""Sliders without a server: the emulator in the report's page, and how to run what it shows."""

from __future__ import annotations

from typing import Any

from simulation.analysis.decision.places import present_place, value_at
from simulation.report.page import Widget
from simulation.scenario.write import value_text
from simulation.studies.exploration.lever_slider import (
    arm_quality,
    joint_arm,
    lever_input,
    why_no_lever,
)
from simulation.studies.exploration.tables import ExplorationTables


def sliders_of(tables: ExplorationTables) -> Widget | None:
    """Return the sliders, where some emulator knows enough to be read."""
    if not tables.emulators and not tables.joint:
        return None
    what = "the lever and the assumptions" if tables.joint else "the assumptions"
    return Widget("try", f"Try it: move {what}", "sliders", sliders_data(tables))


def sliders_data(tables: ExplorationTables) -> dict[str, Any]:
    """Return everything that the page needs: emulators, sliders, and the line to run it.

    The last of the sliders is the lever's, where one emulator is over level and assumptions;
    elsewhere each arm has an emulator of its own.
    """
    present = present_place(tables.unknown).tolist()
    assumptions = [_assumption(tables, at, place) for at, place in enumerate(present)]
    return {
        "arms": [joint_arm(tables)] if tables.joint else _arms(tables),
        "inputs": [*assumptions, *([lever_input(tables)] if tables.joint else [])],
        "lever": len(assumptions) if tables.joint else None,
        "why": "" if tables.joint else why_no_lever(tables),
        "base": tables.base,
        "whose": tables.whom(tables.whose),
        "margin": float(tables.findings["margin"]),
        "factor": tables.factor if tables.is_money(tables.whose) else 1.0,
        "unit": f"{tables.currency} a month",
        "scenario": str(tables.manifest["scenario_name"]),
        "fixed": [f"{path}={value_text(value)}"
                  for path, value in tables.sweep["asked"].get("set", {}).items()],
    }  # fmt: skip


def _arms(tables: ExplorationTables) -> list[dict[str, Any]]:
    """Return the arms whose emulators are carried, the best one first."""
    settings = tables.sweep["exploration"].get("settings", {})
    return [
        {
            "name": tables.arm_text(arm),
            "changes": [f"{path}={value_text(value)}"
                        for path, value in settings.get(arm["name"], {}).items()],
            "quality": arm_quality(arm["emulator"]),
            **tables.emulators[arm["name"]],
        }
        for arm in sorted(tables.arms, key=lambda arm: -float(arm["mean"]))
        if arm["name"] in tables.emulators
    ]  # fmt: skip


def _assumption(tables: ExplorationTables, at: int, present: float) -> dict[str, Any]:
    """Return one assumption: what its places stand for, and how it is set."""
    factor = tables.factor_of(at)
    settable = not factor.is_mixture and factor.kind != "levels"
    stated: dict[str, Any] = next(
        (one for one in tables.sweep["factors"]
         if one["key"] == factor.key and one["role"] == factor.role), {},
    )  # fmt: skip
    number = factor.kind == "interval"
    return {
        "name": tables.name(at),
        "unit": tables.unit(at),
        "factor": tables.per_unit(at),
        "present": present,
        "paths": [factor.key, *stated.get("links", ())] if settable else [],
        "low": factor.low if number else 0.0,
        "high": factor.high if number else 1.0,
        "log": bool(factor.log),
        "whole": number and bool(stated.get("whole")),
        "values": [] if number or factor.is_mixture else [
            str(value_at(factor, (place + 0.5) / len(factor.values)))
            for place in range(len(factor.values))
        ],
    }  # fmt: skip
