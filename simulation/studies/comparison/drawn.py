"""What a comparison says over the draws of a posterior: the range that data leave open."""

from __future__ import annotations

import numpy as np

from simulation.analysis.comparison_question import text_of
from simulation.report.words import count, label, number, percent, unit_words
from simulation.scenario.units import MONEY
from simulation.studies.comparison.definition import question_of
from simulation.studies.comparison.tables import ComparedTables

LEAST = 10
"""Pairs that the ends of a 90 % range need at least."""


def drawn_words(tables: ComparedTables) -> list[str]:
    """Say in which range the difference lies over the draws; nothing where there are none.

    The range is of single pairs, so it has what the data leave open of the parameters and the luck
    of a run, and does not shrink with more pairs as an interval of the mean does.
    """
    if not tables.manifest.get("posterior"):
        return []
    outcome = text_of(question_of(tables.definition).outcomes[0])
    measured = tables.series.attrs.get("metrics", {}).get(outcome.partition(":")[0], {})
    stated = str(measured.get("unit", "")).replace(tables.units.currency, MONEY)
    factor, unit = tables.units.total(1.0, stated)  # runs are in model units, whatever is shown
    of = f" {unit_words(unit)}" if unit and unit != "share" else ""
    wide = tables.runs.pivot_table(index="seed", columns="scenario", values=outcome)
    parts = []
    for name in tables.question.what_ifs:
        gaps = (wide[name] - wide[tables.question.base]).dropna().to_numpy()
        if len(gaps) < LEAST:
            parts.append(f"{count(len(gaps), 'draw')} of the posterior are too few for a range; "
                        f"{LEAST} are needed.")  # fmt: skip
            continue
        higher = percent(float((gaps > 0).mean()))
        low, middle, high = factor * np.quantile(gaps, (0.05, 0.5, 0.95))
        parts.append(
            f"Over what your data leave open ({count(len(gaps), 'draw')} of the posterior), "
            f"{label(name)} changes {label(outcome)} by {number(low)} to {number(high)}{of}"
            f" in 90 % of draws (median {number(middle)}); it is higher in {higher}. "
            "This range includes the random variation of a run, and does not narrow with more "
            "draws."
        )
    return parts
