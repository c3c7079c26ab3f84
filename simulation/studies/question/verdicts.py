"""The verdict over each horizon, by shares of futures, and over both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import ceil
from typing import Any

from simulation.analysis.decision import prim
from simulation.analysis.decision.by_shares import Evidence, Judged, ShareVerdict, judge
from simulation.analysis.decision.cross_fit import Guide, chance_by_runs, guides_without
from simulation.analysis.decision.emulator import sample_of
from simulation.analysis.decision.reversals import Reversal
from simulation.analysis.decision.screening import spoken_of
from simulation.analysis.decision.shares import edge_weights, enough, shares_data
from simulation.analysis.decision.splits import splits
from simulation.studies.question.claim import Claim
from simulation.studies.question.horizons import HORIZONS
from simulation.studies.question.judging import JudgedHorizon, QuestionRuns, judged_horizons
from simulation.studies.question.search import reversals_of

LEADING = 3
"""Assumptions that the edge-weighted measure weights: more would leave too few futures."""


def verdict_of(
    runs: QuestionRuns,
    claim: Claim,
    one: JudgedHorizon,
    search: Sequence[Mapping[str, Any]] = (),
    *,
    quick: bool = False,
) -> dict[str, Any]:
    """Return the verdict over one horizon, by shares of futures; a quick look never decides."""
    evidence = evidence_of(runs, claim, one, search)
    judgement = Judged(ShareVerdict.UNDECIDED) if quick else judge(evidence)
    return {
        "verdict": judgement.verdict.value,
        "shares": shares_data(evidence.uniform),
        "edge": None if evidence.edge is None else shares_data(evidence.edge),
        "futures_needed": judgement.futures_needed,
        "seeds_needed": ceil((2.0 * one.seed_spread) ** 2),
        "except_where": [
            _reversal(where, one.margins[one.critical]) for where in judgement.except_where
        ],
        "rule": _rule(runs, claim, one),
        "splits": [asdict(one) for one in splits(runs.x, one.seen(claim), one.judgement)],
    }


def _rule(runs: QuestionRuns, claim: Claim, one: JudgedHorizon) -> dict[str, Any]:
    """Return where the claim holds or fails, sought by emulators without the futures scored."""
    samples = [sample_of(runs.x, differences) for differences in one.differences]
    chance = one.chance_of(claim)
    without = (
        guides_without(samples, chance, one.surface.kind, spoken_of, one.critical)
        if len(runs.x) >= prim.LEAST_FOR_RULES else ()
    )  # fmt: skip
    whole = Guide(one.kept, one.judgement.chance)
    return prim.rule_of_rarer_side(runs.x, chance_by_runs(samples, chance), whole, without)


def evidence_of(
    runs: QuestionRuns, claim: Claim, one: JudgedHorizon, search: Sequence[Mapping[str, Any]] = ()
) -> Evidence:
    """Return what the verdict over one horizon rests on; noise and reversals in margins."""
    edge = edge_weights(runs.x[:, list(one.kept[:LEADING])])
    weighted = one.judgement.shares(edge) if enough(edge) else None
    down, up = (reversals_of(runs, claim, one, search, upward=way) for way in (False, True))
    return Evidence(
        one.judgement.shares(), weighted, len(runs.futures), one.seed_error, 1.0,
        reversed_down=down, reversed_up=up,
    )  # fmt: skip


def is_undecided(runs: QuestionRuns, claim: Claim) -> bool:
    """Return whether the runs so far leave a claim undecided over either horizon."""
    verdicts = (judge(evidence_of(runs, claim, one)).verdict
                for one in judged_horizons(runs, claim))  # fmt: skip
    return ShareVerdict.UNDECIDED in verdicts


def _reversal(where: Reversal, margin: float) -> dict[str, Any]:
    """Return a reversal as plain data, in the unit of the effect on which the claim hangs."""
    return {
        "assumptions": list(where.cell.assumptions), "low": list(where.cell.low),
        "high": list(where.cell.high), "mean": where.mean * margin, "upper": where.high * margin,
        "n": where.n,
    }  # fmt: skip


def together(verdicts: Sequence[str]) -> tuple[str, str]:
    """Return the verdict of all horizons, and why if they differ."""
    if len(set(verdicts)) == 1:
        return verdicts[0], ""
    words = ", ".join(f"{verdict} by the {HORIZONS[name]}"
                      for verdict, name in zip(verdicts, HORIZONS, strict=True))  # fmt: skip
    undecided = ShareVerdict.UNDECIDED.value
    return (undecided if undecided in verdicts else ShareVerdict.DEPENDS.value), words
