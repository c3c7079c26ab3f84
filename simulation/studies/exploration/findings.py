"""What the runs of an exploration say of the decision, worked out once and kept beside them.

``exploration.json`` has everything that report, figures and screens show; ``futures.parquet`` a row
per arm and future. Both follow from the tables of the runs alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.decision.regret import joint_draws
from simulation.scenario.units import Units
from simulation.store.files import write_text
from simulation.store.plain import plain
from simulation.store.tables import write_frame
from simulation.studies.exploration.emulators import write_emulators, write_joint
from simulation.studies.exploration.judged_arm import JudgedArm, judged_arm
from simulation.studies.exploration.later import Later
from simulation.studies.exploration.required import Required, required_of
from simulation.studies.exploration.searched import LaterRuns, level_data
from simulation.studies.exploration.workroom import Workroom, workroom_of_folder
from simulation.studies.exploration.worth import correlation, information_of, regret_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario
    from simulation.store import Manifest

FINDINGS = "exploration.json"
FUTURES = "futures.parquet"


def write_findings(folder: Path, manifest: Manifest, scenario: Scenario) -> None:
    """Work out what the runs say, and write it into the folder.

    Args:
        folder: of the result, with the tables of its runs.
        manifest: what was asked.
        scenario: the scenario with its own values, for its units.
    """
    room = workroom_of_folder(folder, manifest)
    explored = manifest.sweep["exploration"]
    later = Later.of_data(explored.get("later", {}))
    searched = LaterRuns(room, later)
    judged = [judged_arm(room, arm, later, searched) for arm in room.arms[1:]]
    required = required_of(room)
    data, frame = findings(room, manifest, judged, searched, required)
    ordered = sorted(judged, key=lambda one: -float(one.data["mean"]))
    write_emulators(folder, [(one.data["name"], one.emulator, one.kept) for one in ordered])
    write_joint(folder, None if required is None else required.emulator, len(room.assumptions))
    units = Units.of(scenario)
    data["units"] = {"currency": units.currency, "per_unit": units.per_unit,
                      "per_person": units.per_person}  # fmt: skip
    data["people"] = scenario.population.people
    write_frame(folder / FUTURES, frame, _MEANINGS)
    text = json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / FINDINGS, text + "\n")


_MEANINGS = {
    "future": ("", "number of the future"),
    "arm": ("", "what is decided"),
    "difference": ("money/month", "mean benefit over the base's, paired by seed"),
    "noise": ("money/month", "standard deviation of that mean from seed to seed"),
    "effect": ("money/month", "posterior mean of the true effect"),
    "spread": ("money/month", "posterior standard deviation of the true effect"),
    "better": ("share", "chance that the true effect exceeds the margin"),
    "same": ("share", "chance that it is within the margin"),
    "worse": ("share", "chance that it is below minus the margin"),
}


def read_findings(folder: Path) -> dict[str, Any]:
    """Return what ``write_findings`` wrote.

    Raises:
        OSError: there is none.
    """
    data: dict[str, Any] = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    return data


def findings(
    room: Workroom, manifest: Manifest, judged: Sequence[JudgedArm], searched: LaterRuns,
    required: Required | None,
) -> tuple[dict[str, Any], pd.DataFrame]:  # fmt: skip
    """Return everything that the runs say, as plain data, and a row per arm and future."""
    import pandas as pd

    explored = manifest.sweep["exploration"]
    decision = explored["decision"]
    draws = joint_draws([one.posterior for one in judged], correlation(room))
    data = {
        "decision": decision,
        "base": room.arms[0],
        "margin": room.margin,
        "gross": room.benefits.gross(room.arms[0]),
        "customers": room.benefits.customers(room.arms[0]),
        "benefits": room.benefits.names,
        "assumptions": room.assumptions,
        "futures": {
            "drawn": int(manifest.sweep["design"]["n"]),
            "set_aside": len(explored["set_aside"]),
            "mapped": len(explored["mapped"]),
            "used": len(room.futures),
            "replicates": len(manifest.seeds),
        },
        "arms": [one.data for one in judged],
        "regret": regret_of(room, draws),
        "information": information_of(room, judged, draws, decision),
        "level": level_data(required, searched),
        "search": searched.data(manifest.sweep),
    }
    return data, pd.concat([one.frame for one in judged], ignore_index=True)
