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
    versions = sorted({str(told["model_version"]) for told in verdicts})
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
    for told in verdicts:
        lines += _section(told)
    return "\n".join(lines).rstrip() + "\n"


def _row(told: Mapping[str, Any]) -> str:
    leans = ", ".join(str(one["world"]) for one in told["leaning"])
    cells = [
        f"[{told['name']}](#{told['name']})", f"**{told['verdict']}**", _number(told["effect"]),
        _ends(told), _number(told["bar"]), str(told["replicates"]), markdown(leans or "–"),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "–" if value is None else number(value)


def _ends(told: Mapping[str, Any]) -> str:
    if told["low"] is None:
        return "–"
    return f"{number(told['low'])} to {number(told['high'])}"


def _section(told: Mapping[str, Any]) -> list[str]:
    how = (
        f"Verdict: **{told['verdict']}** by the rule `{told['rule']}`; "
        f"{told['replicates']} seeds ({seed_list(told['seeds'])}), {told['people']:,.0f} people, "
        f"{told['months']} months; inputs `{str(told['fingerprint'])[:12]}`."
    )
    return [
        f"## {told['name']}",
        "",
        f"**{markdown(told['question'])}**",
        "",
        f"> {markdown(str(told['source']).strip())}",
        "",
        *(f"{place}. {markdown(text)}" for place, text in enumerate(told["answer"], start=1)),
        "",
        how,
        "",
        f"    {told['remake']}",
        "",
    ]
