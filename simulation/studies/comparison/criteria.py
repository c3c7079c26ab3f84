"""How a comparison is judged: outcomes, margin, precision, and whose benefit decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.analysis.bridge import EVERYONE
from simulation.analysis.comparison_question import (
    key_of,
    text_of,
)
from simulation.analysis.sequential import Tolerance
from simulation.errors import Fault, InputError
from simulation.studies.comparison.precision import MOST_PAIRS
from simulation.studies.decider import decider

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Criteria:
    """How a comparison is judged.

    Attributes:
        outcomes: what it is judged by, each as ``metric`` or ``metric:of``; the first one is what
            the answer is about. Value by actor and segment is always reported besides.
        margin: differences within it are practically the same: ``"2%"`` of the base, or a number.
        precision: add pairs until the first outcome's difference is known to ± this: ``"5%"`` of
            the base, or a number.
        most: pairs at which adding ends.
        for_whom: whose benefit decides which what-if is best: ``everyone``, ``customers`` (all
            people), a company, or ``partner:NAME``. Of a company or partner, its surplus is what
            the answer is about unless outcomes are given.
    """

    outcomes: tuple[str, ...] = ()
    margin: str | None = None
    precision: str | None = None
    most: int = MOST_PAIRS
    for_whom: str = EVERYONE

    def decider(self, scenario: Scenario) -> str:
        """Return the name of whose benefit decides.

        Raises:
            InputError: there is no such actor in the scenario.
        """
        return decider(self.for_whom, scenario)

    def tolerances(self) -> tuple[Tolerance | None, Tolerance | None]:
        """Return margin and precision as distances, None where they are not given.

        Raises:
            InputError: with those that are no numbers above 0.
        """
        result: list[Tolerance | None] = []
        faults: list[Fault] = []
        for name, text in (("margin", self.margin), ("precision", self.precision)):
            try:
                result.append(None if text is None else Tolerance.parse(text, f"--{name}"))
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(faults)
        return result[0], result[1]


def find_outcomes(
    asked: Sequence[str], labels: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return the outcomes that texts such as ``adoption:focal`` name.

    A metric without a name behind it is the whole where that is recorded, else every owner of it.

    Raises:
        InputError: with all that are not recorded.
    """
    result: list[tuple[str, str]] = []
    faults = []
    for text in asked:
        metric, of = key_of(text)
        labelled = [label for label in labels if label[0] == metric]
        chosen = [label for label in labelled if label[1] == of]
        if not chosen and not of:
            chosen = labelled
        if not chosen:
            faults.append(_unknown(text, metric, labelled, labels))
        result += chosen
    if faults:
        raise InputError(faults)
    return tuple(dict.fromkeys(result))


def _unknown(
    text: str, metric: str, labelled: Sequence[tuple[str, str]], labels: Sequence[tuple[str, str]]
) -> Fault:
    from simulation.scenario.suggest import listed, near

    if labelled:
        names = [text_of(label) for label in labelled]
        guess = near(text, names)
        hint = f"Did you mean {guess}?" if guess else f"There are {listed(names[:12])}."
        return Fault("is not recorded in all scenarios.", key=f"--outcome {text}", hint=hint)
    metrics = list(dict.fromkeys(label[0] for label in labels))
    guess = near(metric, metrics)
    hint = f"Did you mean {guess}?" if guess else f"There are {listed(metrics)}."
    return Fault("is not a metric.", key=f"--outcome {text}", hint=hint)


def criteria_of(definition: Mapping[str, Any]) -> Criteria:
    """Return how a definition's comparison is judged."""
    whose = str(definition.get("for_whom") or EVERYONE)
    partners = definition["base"]["scenario"].get("partners") or ()
    if whose in {str(partner["name"]) for partner in partners}:
        whose = f"partner:{whose}"
    return Criteria(
        tuple(definition["outcomes"]),
        definition["margin"],
        definition["precision"],
        most=int(definition.get("most", MOST_PAIRS)),
        for_whom=whose,
    )
