"""The report of an exploration: what to decide, where that holds, what to find out first."""

from __future__ import annotations

from simulation.report.assumptions import Assumptions, assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.words import count, listing, number, percent
from simulation.studies.exploration.answer import answer, name_of
from simulation.studies.exploration.figures import figures_of
from simulation.studies.exploration.report_tables import tables_of
from simulation.studies.exploration.tables import ExplorationTables

MOST_FAILURES = 20


def report_of(tables: ExplorationTables) -> Report:
    """Return the report of an exploration, computed from its stored tables."""
    assumed = assumptions(tables.manifest["scenario"])
    failed = tables.failures.head(MOST_FAILURES).to_dict("records")
    return Report(
        title=str(tables.manifest.get("title") or tables.sweep["question"]),
        description=f"Question: {tables.sweep['question']}",
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        figures=figures_of(tables),
        tables=tables_of(tables),
        assumptions=assumed,
        confidence=confidence(tables, assumed),
        failures=[Failure.of(row) for row in failed],
        remake=Remake.of(tables.manifest),
    )


def facts(tables: ExplorationTables) -> list[str]:
    """Return the line under the title."""
    futures = tables.found["futures"]
    return [
        f"scenario {tables.manifest['scenario_name']}",
        count(len(tables.arms) + 1, "arm"),
        f"{tables.n} plausible futures of {futures['drawn']}",
        f"{count(futures['replicates'], 'seed')} a future",
        count(len(tables.runs), "run"),
        count(int(tables.manifest["months"]), "month"),
        str(tables.manifest.get("finished") or "")[:10],
    ]


def cards(tables: ExplorationTables) -> list[Card]:
    """Return the share of futures in which each arm is better for the one who decides."""
    found = []
    for arm in tables.arms[:6]:
        told = arm["shares"][tables.whose]
        better, worse = told["better"], told["worse"]
        interval = f"95\u00a0% interval {percent(better['low'])} to {percent(better['high'])}"
        verdict = "◆ depends"
        if better["value"] >= 0.9:
            verdict = "▲ better"
        elif worse["value"] >= 0.9:
            verdict = "▼ worse"
        elif told["same"]["value"] >= 0.9:
            verdict = "◆ no difference"
        found.append(Card(f"{arm['name']} is better in", percent(better["value"]), "of futures",
                          interval, verdict))  # fmt: skip
    return found


def confidence(tables: ExplorationTables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted."""
    futures, arm = tables.found["futures"], tables.lead
    margin = tables.money(tables.found["margin"])
    replicates = int(futures["replicates"])
    lines = [
        (
            "A share is of the ranges that were stated, each value as likely as any other; it is "
            f"not a probability. Differences up to {margin} count as practically the same, for "
            f"{name_of(tables.whose)} and for every actor."
        ),
        (
            f"Every future has seeds of its own, and all arms of a future share them, so that a "
            f"difference is due to the arm. With {count(replicates, 'seed')} a future, "
            f"{count(int(arm['unsure']), 'future')} cannot tell whether {arm['name']} is better."
        ),
        (
            f"{futures['set_aside']} of {futures['drawn']} futures were set aside: in them the "
            "base does not look like a market that exists (published figures missed by more than "
            f"three standard deviations). {futures['mapped']} broke a rule between parameters and "
            "were drawn towards the scenario."
        ),
        _emulator_text(tables),
    ]
    if not any(one["rule"]["tried"] for one in tables.arms):
        lines.append("Rules that say where an arm is better need 256 plausible futures.")
    if tables.found["level"] is not None and not tables.found["level"]["rising"]:
        lines.append("The effect falls between two levels, so the curve was not made to rise.")
    failed = len(tables.failures)
    lines.append(
        f"{count(failed, 'run')} failed and is in none of the numbers." if failed else
        "No run failed."
    )  # fmt: skip
    lines.append(
        "What this cannot see: assumptions that were not varied (there are "
        f"{assumed.n_parameters - len(tables.found['assumptions'])} more parameters), mechanisms "
        "that the model does not have, and reversals in parts of the ranges so small that few "
        "futures fall into them."
    )
    return lines


def _emulator_text(tables: ExplorationTables) -> str:
    silent = [arm["name"] for arm in tables.arms if not arm["emulator"]["speaks"]]
    told = tables.lead["emulator"]
    text = (
        f"On futures and seeds that it has not seen, the emulator ({told['kind']}) of "
        f"{tables.lead['name']} explains {number(told['r2'], 2)} of the variance, of "
        f"{number(told['ceiling'], 2)} that can be known; a quadratic explains "
        f"{number(told['quadratic_r2'], 2)}. Its 95\u00a0% intervals cover "
        f"{percent(told['coverage'])} of them."
    )
    if silent:
        text += (
            f" For {listing(silent)} it explains less than half of what can be known, so that no "
            "map, no sensitivities and no radius are shown; shares and regret do not depend on it."
        )
    return text
