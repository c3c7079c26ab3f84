"""The tables of a question's report: comparisons, assumptions by influence, rule, settings."""

from __future__ import annotations

import json
from typing import Any

from simulation.analysis.verdict import Influence, JudgedClaim
from simulation.report.table import Table
from simulation.report.words import label, number, signed
from simulation.studies.question.tables import AskedQuestion


def tables_of(asked: AskedQuestion) -> list[Table]:
    """Return the verdict's claims, the assumptions by influence, and what was set."""
    return [claims_table(asked), influence_table(asked), rule_table(asked), settings_table(asked)]


MOST_CLAIMS = 40


def claims_table(asked: AskedQuestion) -> Table:
    """Return the claims of the baseline, the least clear first."""
    claims = sorted(asked.answer.main.claims, key=lambda claim: claim.clear)
    rows = [
        (claim.name, signed(claim.mean), _ends(claim), number(claim.threshold),
         claim.verdict.value)
        for claim in claims[:MOST_CLAIMS]
    ]  # fmt: skip
    more = (
        f"; the least clear {MOST_CLAIMS} of {len(claims):,}" if len(claims) > MOST_CLAIMS else ""
    )
    caption = (
        f"What the rule compares, in the baseline ({asked.per_head or 'no unit'}); intervals hold "
        f"for all at once (95 %){more}"
    )
    heads = ("comparison", "difference", "95 % interval", "threshold", "verdict")
    return Table(caption, heads, tuple(rows), is_open=True)


def _ends(claim: JudgedClaim) -> str:
    if claim.low != claim.low:
        return "one seed"
    return f"{number(claim.low)} to {number(claim.high)}"


def influence_table(asked: AskedQuestion) -> Table:
    """Return the assumptions by influence: what each does to the effect, and the verdict there."""
    ranked: list[Influence] = sorted(asked.answer.others, key=lambda one: -abs(one.shift.mean))
    at = {turn.alternative: turn.at for turn in asked.turns}
    rows = []
    for one in ranked:
        values = ", ".join(f"{path} = {_text(value)}" for path, value in one.settings.items())
        turn = ""
        if one.alternative in at:
            value = at[one.alternative]
            turn = "yes" if value is None else f"at about {number(value, 2)}"
        rows.append(
            (one.alternative, values, signed(one.finding.deciding.mean), signed(one.shift.mean),
             _ends(one.shift), one.finding.verdict.value, turn)
        )  # fmt: skip
    heads = ("assumption", "changed parameter", "effect", "shift", "95 % interval", "verdict",
             "reverses")  # fmt: skip
    caption = (
        "Assumptions by influence: the effect under alternative assumptions, how far it shifts "
        "against the baseline (paired; intervals hold for all of them at once), and where it "
        "crosses its "
        "threshold"
    )
    return Table(caption, heads, tuple(rows), n_names=2, is_open=True)


def _text(value: Any) -> str:
    return number(float(value), 6) if isinstance(value, int | float) else str(value)


def rule_table(asked: AskedQuestion) -> Table:
    """Return the rule as it was written down before the run."""
    hidden = ("claim", "quick")
    rows = [("claim", asked.claim)]
    for key, value in asked.rule.items():
        if key not in hidden:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            rows.append((str(key), text))
    caption = "The rule, as written down before the run"
    return Table(caption, ("key", "value"), tuple(rows), n_names=2)


MOST_SETTINGS = 200


def settings_table(asked: AskedQuestion) -> Table:
    """Return the mean of every outcome at every setting under every assumption."""
    lines = []
    for results in asked.alternatives:
        means = {name: table.mean() for name, table in results.values.items()}
        for point in results.values[results.main].columns:
            cells = [_cell(results.cells.loc[point, lever]) for lever in asked.levers]
            values = [number(float(means[name][point])) for name in asked.outcomes]
            lines.append((results.name, *cells, *values))
    short = [label(lever.rpartition(".")[2]) for lever in asked.levers]
    names = [label(name) for name in asked.outcomes]
    caption = (
        f"Means at every setting ({asked.per_head or 'no unit'}; money per 1000 people): "
        f"{len(lines)} settings"
    )
    heads = ("assumption", *short, *names)
    return Table(caption, heads, tuple(lines[:MOST_SETTINGS]), n_names=1 + len(short))


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else number(float(value), 6)
