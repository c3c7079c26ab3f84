"""What a comparison asks: which outcomes, of whom, and by which rules they are judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulation.analysis.compare import Looks, Rules
from simulation.analysis.interval import CONFIDENCE
from simulation.analysis.sequential import Tolerance

Key = tuple[str, str]
"""An outcome and whose it is: (metric, of)."""

WHOLE: Key = ("co_created_value", "")
BY_ACTOR = ("surplus", "segment_value")
"""Who wins and who loses: money/month of each actor, and of each segment's people."""


@dataclass(frozen=True)
class ComparisonQuestion:
    """What is compared and how it is judged; written down before the runs.

    Attributes:
        base: name of the base.
        what_ifs: names of the what-ifs.
        outcomes: what is to be judged; the first one is what the answer is about.
        margin: differences within it count as practically the same; relative to each outcome's
            base, or absolute, in the unit of the first outcome and for outcomes of that unit only.
        precision: half the width that the first outcome's interval is to have.
        looks: whether the number of pairs was fixed beforehand.
        confidence: chance that all intervals of a family cover.
    """

    base: str
    what_ifs: tuple[str, ...]
    outcomes: tuple[Key, ...] = (WHOLE,)
    margin: Tolerance | None = None
    precision: Tolerance | None = None
    looks: Looks = Looks.ONCE
    confidence: float = CONFIDENCE


def key_of(text: str) -> Key:
    """Return the outcome that ``metric`` or ``metric:of`` names."""
    metric, _, of = text.partition(":")
    return metric, of


def text_of(key: Key) -> str:
    """Return an outcome as ``metric`` or ``metric:of``."""
    return f"{key[0]}:{key[1]}" if key[1] else key[0]


def metrics_of(question: ComparisonQuestion) -> list[str]:
    """Return the metrics that the tables of a comparison are made of."""
    return list(dict.fromkeys([*(key[0] for key in question.outcomes), WHOLE[0], *BY_ACTOR]))


def compared_keys(labels: Iterable[Key], outcomes: Sequence[Key]) -> list[Key]:
    """Return what is compared: the outcomes asked for, then value by actor and segment.

    Args:
        labels: (metric, of) of everything that runs record.
        outcomes: what is asked for.
    """
    known = list(dict.fromkeys((str(metric), str(of)) for metric, of in labels))
    who = [key for metric in BY_ACTOR for key in known if key[0] == metric]
    wanted = [*outcomes, *([WHOLE] if WHOLE in known else []), *who]
    return [key for key in dict.fromkeys(wanted) if key in known]


def rules_of(
    question: ComparisonQuestion,
    unit: Mapping[str, str],
    lower_is_better: frozenset[str] = frozenset(),
) -> Rules:
    """Return the rules by which the outcomes of a question are judged.

    Args:
        question: The question.
        unit: Units by metric.
        lower_is_better: Metrics of which less is better.
    """
    margin, margins = question.margin, {}
    if margin is not None:
        first = unit.get(question.outcomes[0][0], "")
        margins = {
            metric: margin
            for metric, metric_unit in unit.items()
            if margin.relative or metric_unit == first
        }
    return Rules(question.confidence, margins, lower_is_better, question.looks)
