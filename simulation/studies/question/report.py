"""The report of a question: verdict first, the figure that shows it, the sensitivity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.analysis.verdict import JudgedClaim, Verdict
from simulation.report.assumptions import assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.words import count, number, seed_list, signed
from simulation.studies.question.answer import answer, interval
from simulation.studies.question.figures import figures_of
from simulation.studies.question.report_tables import tables_of
from simulation.studies.question.tables import AskedQuestion


def report_of(asked: AskedQuestion) -> Report:
    """Return the report of a question, computed from its stored tables."""
    scenario: Mapping[str, Any] = asked.manifest.get("scenario") or {}
    return Report(
        title=asked.question,
        description=f"The source: {asked.source.strip()}",
        facts=facts(asked),
        answer=answer(asked),
        cards=cards(asked),
        figures=figures_of(asked),
        tables=[table for table in tables_of(asked) if table.rows],
        assumptions=assumptions(scenario),
        confidence=confidence(asked),
        failures=[Failure.of(row) for row in asked.failures.to_dict("records")],
        remake=Remake.of(asked.manifest),
    )


def facts(asked: AskedQuestion) -> list[str]:
    """Return the line under the title."""
    points = int(asked.sweep["design"]["points"])
    lines = [
        f"question {asked.name}",
        f"scenario {asked.manifest.get('scenario_name')}",
        count(points, "setting"),
        count(len(asked.answer.others) + 1, "set of assumptions", "sets of assumptions"),
        count(asked.answer.main.n, "seed"),
        f"{asked.people:,.0f} people",
        count(int(asked.manifest.get("months") or 0), "month"),
        str(asked.manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in lines if fact]


def cards(asked: AskedQuestion) -> list[Card]:
    """Return the verdict and the numbers behind it."""
    judged = asked.answer
    first = Card("verdict", judged.verdict.value, "", f"rule: {asked.rule['rule']}")
    alternatives = len(judged.others) + 1
    share = f"{len(judged.supporting)} of {alternatives}"
    return [
        first,
        _card(asked, "effect in the baseline", judged.effect),
        Card("assumptions that support it", share, "", f"{len(judged.refuting)} refute it"),
        *(_card(asked, f"shift if “{one.alternative}”", one.shift) for one in judged.leaning(2)),
    ]


def _card(asked: AskedQuestion, name: str, claim: JudgedClaim) -> Card:
    ends = interval(claim).partition("(")[2].rstrip(")")
    unit = "a month / 1000 people" if asked.per_head.endswith("per 1000 people") else asked.per_head
    return Card(name, signed(claim.mean), unit, ends, "")


# --- how sure ------------------------------------------------------------------------------------


def confidence(asked: AskedQuestion) -> list[str]:
    """Say how far the verdict can be trusted."""
    judged = asked.answer
    seeds = f"{count(judged.main.n, 'seed')} ({seed_list(asked.setting.seeds)})"
    family = (
        f"All settings were run under the same {seeds}. In the baseline, intervals hold for all "
        "comparisons of the rule at once (95 %); those under the alternative assumptions hold for "
        "all of them together, so that a verdict is not said to depend on an assumption by chance."
    )
    before = (
        "The rule, its margin and the alternative assumptions were written into the question's "
        "file before it was run."
    )
    sentences = [family, before]
    if judged.verdict is Verdict.UNDECIDED:
        width = (judged.effect.high - judged.effect.low) / 2
        gap = abs(judged.effect.clear)
        if gap > 0.0 and width == width:
            needed = judged.main.n * (width / gap) ** 2
            sentences.append(
                f"If the effect is what it seems, about {number(needed, 2)} seeds would decide it."
            )
    failed = len(asked.failures)
    sentences.append("No run failed." if not failed else f"{count(failed, 'run')} failed.")
    sentences.append(
        "Each alternative changes one assumption. Several changes together are not covered, and "
        "neither is anything that the model leaves out."
    )
    return sentences
