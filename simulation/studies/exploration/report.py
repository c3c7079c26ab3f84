"""The report of an exploration: what to decide, where that holds, what to find out first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.assumptions import Assumptions, assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.words import count, listing, number, percent, scenario_name
from simulation.studies.exploration.answer import answer, cell_effect, cell_text
from simulation.studies.exploration.figures import figures_of
from simulation.studies.exploration.lever_slider import level_texts
from simulation.studies.exploration.report_tables import tables_of
from simulation.studies.exploration.sliders import sliders_of
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.futures.words import interval_text, of_all

VERDICTS = {
    "supported": "▲ better", "refuted": "▼ worse", "no difference": "◆ no difference",
    "depends": "◆ depends", "undecided": "◆ undecided",
}  # fmt: skip
"""What a card says of a verdict by shares of futures."""


def report_of(tables: ExplorationTables) -> Report:
    """Return the report of an exploration, computed from its stored tables."""
    assumed = assumptions(tables.manifest["scenario"])
    return Report(
        kicker="exploration",
        title=str(tables.manifest.get("title") or tables.sweep["question"]),
        description=f"Question: {tables.sweep['question']}",
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        figures=figures_of(tables),
        tables=tables_of(tables),
        widget=sliders_of(tables),
        chapters=(tables.market_chapter,),
        assumptions=assumed,
        confidence=confidence(tables, assumed),
        failures=Failure.first_of(tables.failures),
        remake=Remake.of(tables.manifest),
    )


def facts(tables: ExplorationTables) -> list[str]:
    """Return the line under the title."""
    futures = tables.findings["futures"]
    return [
        f"scenario {scenario_name(str(tables.manifest['scenario_name']))}",
        count(len(tables.arms) + 1, "arm"),
        f"{tables.n} plausible futures of {futures['drawn']}",
        f"{count(futures['replicates'], 'seed')} a future",
        count(len(tables.runs), "run"),
        count(int(tables.manifest["months"]), "month"),
        str(tables.manifest.get("finished") or "")[:10],
    ]


def cards(tables: ExplorationTables) -> list[Card]:
    """Return the share of futures in which each arm is better for the one who decides."""
    result = []
    for arm in tables.arms[:6]:
        share = arm["shares"][tables.whose]
        better = share["better"]
        interval = interval_text(better)
        verdict = VERDICTS.get(str(arm.get("verdict")), "◆ depends")
        verdict += f" ({tables.n} futures)" if verdict.endswith("undecided") else ""
        title = f"{tables.arm_text(arm)} is better in"
        result.append(Card(title, of_all(better["value"]), "of futures", interval, verdict))
    return result


def _seeds_words(replicates: int) -> str:
    if replicates == 1:
        return "1 seed a future, and 2 in a quarter of them"
    return f"{count(replicates, 'seed')} a future"


def confidence(tables: ExplorationTables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted."""
    futures, arm = tables.findings["futures"], tables.lead
    margin = tables.money(tables.findings["margin"])
    replicates = int(futures["replicates"])
    lines = [
        (
            "A share refers to the stated ranges, each value as likely as any other; it is "
            f"not a probability. Differences up to {margin} count as practically the same, for "
            f"{tables.whom(tables.whose)} and for every actor."
        ),
        (
            f"Every future has its own seeds, which all arms of a future share, so that a "
            f"difference is due to the arm. With {_seeds_words(replicates)}, "
            f"it is unclear in {count(int(arm['unsure']), 'future')} whether "
            f"“{tables.arm_text(arm)}” is better."
        ),
        (
            f"{futures['set_aside']} of {futures['drawn']} futures were set aside: in them the "
            "base does not resemble a real market (published figures missed by more than "
            f"three standard deviations). {futures['mapped']} broke a rule between parameters and "
            "were moved towards the scenario."
        ),
        _emulator_text(tables),
        *level_texts(tables),
        *search_texts(tables),
    ]
    if not any(one["rule"]["tried"] for one in tables.arms):
        lines.append("Rules that say where an arm is better need 256 plausible futures.")
    if tables.lever_levels is not None and not tables.lever_levels["rising"]:
        lines.append("The effect falls between two levels, so the curve was not made to rise.")
    failed = len(tables.failures)
    lines.append(
        f"{count(failed, 'run')} failed and {'is' if failed == 1 else 'are'} not included in any "
        "number." if failed else "No run failed."
    )  # fmt: skip
    lines.append(
        "What this analysis cannot show: assumptions that were not varied (there are "
        f"{assumed.n_parameters - len(tables.findings['assumptions'])} more parameters), "
        "mechanisms that the model does not have, and reversals that the search could miss: by "
        "four assumptions or more together, in parts of the ranges smaller than a sixteenth "
        "of the plane of two assumptions, or by assumptions that the answer does not mention."
    )
    return lines


def search_texts(tables: ExplorationTables) -> list[str]:
    """Say what was run after the design, and what it showed."""
    search = tables.findings.get("search", {})
    if not search.get("wanted"):
        return ["Nothing was run again after the design, and no reversal was searched for."]
    if not search["enough"]:
        return [
            f"No reversal was searched for: that needs {search['least']} plausible futures."
        ]  # fmt: skip
    texts = [_further_text(tables)]
    texts += [
        text
        for arm in tables.arms
        for text in (_cells_text(tables, arm), _radius_text(tables, arm), _left_out(tables, arm))
        if text
    ]
    return texts


def _further_text(tables: ExplorationTables) -> str:
    runs = int(tables.findings["search"]["further_runs"])
    if not runs:
        return "No future was given further seeds: none needed any, or all were at the limit."
    before = listing([
        f"“{tables.arm_text(arm)}”: {arm['unsure_before']} before, {arm['unsure']} after"
        for arm in tables.arms if arm.get("unsure_before") is not None
    ])  # fmt: skip
    return f"Futures without a clear answer got further seeds, {count(runs, 'run')} ({before})."


def _cells_text(tables: ExplorationTables, arm: Mapping[str, Any]) -> str:
    cells = arm["reversals"]
    if not cells:
        return ""
    n, turned = len(cells), sum(one["confirmed"] for one in cells)
    lowest = min(cells, key=lambda one: float(one["mean"]))
    return (
        f"“{tables.arm_text(arm)}”: {count(n, 'part')} of the ranges where the emulator expects a "
        f"reversal most {'was' if n == 1 else 'were'} run again, each in up to 16 fresh futures "
        f"with 2 fresh seeds; {turned or 'none'} of them {'is' if turned == 1 else 'are'} shown to "
        f"be one (95\u00a0% for all at once). Nearest to one is {cell_text(tables, lowest)}: "
        f"{cell_effect(tables, lowest)}."
    )


def _radius_text(tables: ExplorationTables, arm: Mapping[str, Any]) -> str:
    reach, runs = arm["radius"], tables.findings["search"]["radius"].get(arm["name"])
    if reach is None or runs is None:
        return ""
    point = listing([
        f"{tables.name(int(at))} {tables.said(int(at), place)}"
        for at, place in zip(arm["kept"][:3], reach["worst"][:3], strict=False)
    ])  # fmt: skip
    low, high = (tables.amount(runs[end], tables.whose) for end in ("low", "high"))
    interval = f"{tables.amount(runs['mean'], tables.whose)} ({low} to {high})"
    again = f"({point}, …) was run again in {runs['n']} futures: {interval};"
    name = f"“{tables.arm_text(arm)}”"
    if float(reach["value"]) >= 1.0:
        shown = {
            "lost": "the runs show that it is lost there",
            "kept": "the runs confirm that the effect is still there",
            "open": "the runs leave open whether it is",
        }[runs["effect"]]
        return (
            f"{name}: by the emulator the effect stays above the margin in all of the ranges. The "
            f"point where it is least {again} {shown}."
        )
    shown = {
        "lost": "the runs confirm that it is lost there",
        "kept": "the runs do not confirm it: the effect is still there",
        "open": "the runs leave it open",
    }[runs["effect"]]
    return (
        f"{name}: by the emulator the effect stays above the margin while the assumptions stay "
        f"within {percent(reach['value'])} of the way from the scenario to the ends of their "
        f"ranges, and is lost just beyond. The worst point there {again} {shown}."
    )


def _left_out(tables: ExplorationTables, arm: Mapping[str, Any]) -> str:
    lost = tables.findings["search"]["left_out"].get(arm["name"])
    if lost is None:
        return ""
    n = int(lost["assumptions"])
    return (
        f"“{tables.arm_text(arm)}”: the {count(n, 'assumption')} not mentioned jointly account for "
        f"about {percent(max(lost['share'], 0.0))} of the effect's variance, at most "
        f"{percent(max(lost['high'], 0.0))} ({lost['n']} futures run again with only these drawn "
        "anew); a pure interaction among them may have been missed."
    )


def _emulator_text(tables: ExplorationTables) -> str:
    silent = [tables.arm_text(arm) for arm in tables.arms if not arm["emulator"]["speaks"]]
    quality = tables.lead["emulator"]
    text = (
        f"On futures and seeds that it has not seen, the emulator ({quality['kind']}) of "
        f"“{tables.arm_text(tables.lead)}” explains {number(quality['r2'], 2)} of the variance, of "
        f"{number(quality['ceiling'], 2)} that can be known; a quadratic explains "
        f"{number(quality['quadratic_r2'], 2)}. Its 95\u00a0% intervals cover "
        f"{percent(quality['coverage'])} of them."
    )
    if silent:
        text += (
            f" For {listing(silent)} it explains less than half of what can be known, so that no "
            "map, no sensitivities, no radius and no sliders are shown; shares and regret do not "
            "depend on it."
        )
    return text
