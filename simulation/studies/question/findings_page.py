"""The page of findings: the verdicts of full runs, as they are stored; no verdict by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.report.templating import markdown
from simulation.report.words import number, seed_list

ABOUT = (
    "The model's answers to the questions of its sources. This page is written by "
    "`cocreate ask --findings docs/findings.md` from stored runs; nothing on it is written by "
    "hand. The rule of each verdict stands in `experiments/questions/` and was written before the "
    "run. A simulation shows what follows from its assumptions; it does not measure any company."
)

LEGEND = (
    "Effects are of the least clear comparison of each rule, in money a month per 1000 people "
    "where not said otherwise; *depends* means supported under some assumptions and refuted under "
    "others."
)


def findings_page(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Return Markdown of verdicts, each with effect, interval, replicates and how to remake it.

    Args:
        verdicts: as result folders keep them (see ``ask_verdict.verdict_data``).
    """
    versions = sorted({str(verdict["model_version"]) for verdict in verdicts})
    lines = [
        "# Findings",
        "",
        ABOUT,
        "",
        f"Model version {', '.join(versions)}.",
        "",
        "| question | verdict | effect | 95 % interval | threshold | seeds | most sensitive to |",
        "| --- | --- | ---: | --- | ---: | ---: | --- |",
        *map(_row, verdicts),
        "",
        LEGEND,
        "",
    ]
    for verdict in verdicts:
        lines += _section(verdict)
    return "\n".join(lines).rstrip() + "\n"


def _row(verdict: Mapping[str, Any]) -> str:
    leans = ", ".join(str(one["alternative"]) for one in verdict["leaning"])
    cells = [
        f"[{verdict['name']}](#{verdict['name']})", f"**{verdict['verdict']}**",
        _number(verdict["effect"]), _ends(verdict), _number(verdict["threshold"]),
        str(verdict["replicates"]), markdown(leans or "–"),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "–" if value is None else number(value)


def _ends(verdict: Mapping[str, Any]) -> str:
    if verdict["low"] is None:
        return "–"
    return f"{number(verdict['low'])} to {number(verdict['high'])}"


def _section(verdict: Mapping[str, Any]) -> list[str]:
    how = (
        f"Verdict: **{verdict['verdict']}** by the rule `{verdict['rule']}`; "
        f"{verdict['replicates']} seeds ({seed_list(verdict['seeds'])}), "
        f"{verdict['people']:,.0f} people, {verdict['months']} months; "
        f"inputs `{str(verdict['fingerprint'])[:12]}`."
    )
    return [
        f"## {verdict['name']}",
        "",
        f"**{markdown(verdict['question'])}**",
        "",
        f"> {markdown(str(verdict['source']).strip())}",
        "",
        *(f"{place}. {markdown(text)}" for place, text in enumerate(verdict["answer"], start=1)),
        "",
        how,
        "",
        f"    {verdict['remake']}",
        "",
    ]
