"""Which trial is meant: what is attributed to what, as somebody says it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from simulation.errors import Fault, FaultList, InputError
from simulation.experiment.outcomes import Window
from simulation.studies.attribution import games, players
from simulation.studies.attribution.games import MAINTENANCE, Game
from simulation.studies.attribution.plan import Trial

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

OUTCOME = "co_created_value"
WINDOW = "last 12 months"


@dataclass(frozen=True)
class Wanted:
    """What is attributed, and to what.

    Attributes:
        to: functions, switches, levers, mechanisms, parts or layers.
        levers: parameters with their ranges, or the name of an experiment file.
        company: whose; the first if not given.
        maintenance: share of its money that a function keeps when it takes no part.
        outcome: ``metric`` or ``metric:of``.
        window: months that count.
    """

    to: str = "functions"
    levers: str = ""
    company: str | None = None
    maintenance: float = MAINTENANCE
    outcome: str = OUTCOME
    window: str = WINDOW

    def words(self) -> list[str]:
        """Return what is wanted as one would type it."""
        words = ["--levers", self.levers] if self.to == "levers" else []
        words += [f"--{self.to}"] if self.to not in ("levers", "functions") else []
        for one in fields(self)[2:]:
            value = getattr(self, one.name)
            words += [f"--{one.name}", str(value)] if value != one.default else []
        return words


def trial_of(
    name: str, scenario: Scenario, wanted: Wanted, seeds: tuple[int, ...], *, arguments: str = ""
) -> Trial:
    """Return the trial that is meant.

    Raises:
        InputError: with what is wrong.
    """
    faults = FaultList()
    window = faults.attempt(check_wanted, wanted)
    game = faults.attempt(_game, wanted, scenario)
    game, window = faults.accepted(game), faults.accepted(window)
    return Trial(name, scenario, game, seeds, window, wanted.outcome, arguments)


def check_wanted(wanted: Wanted) -> Window:
    """Return the months that count, once that and the outcome can be had of any scenario.

    Raises:
        InputError: with what is wrong.
    """
    faults = FaultList()
    faults.attempt(_check_outcome, wanted.outcome)
    return faults.accepted(faults.attempt(_window, wanted.window))


def _window(text: str) -> Window:
    try:
        return Window.parse(text)
    except ValueError:
        hint = 'Write "whole", "last 12 months" or "months 13-24".'
        fault = Fault(f"is not a window: {text}.", key="--window", hint=hint)
        raise InputError([fault]) from None


def _check_outcome(outcome: str) -> None:
    """Refuse a metric that is not recorded; whose it is can only be known after the runs."""
    from simulation.recorder import METRICS
    from simulation.scenario.suggest import did_you_mean

    metric = outcome.partition(":")[0]
    if metric not in METRICS and metric != "gain":
        hint = did_you_mean(metric, METRICS) or f"There are {', '.join(METRICS)}."
        raise InputError([Fault(f"names an unknown metric: {metric}.", key="--outcome", hint=hint)])


def _game(wanted: Wanted, scenario: Scenario) -> Game:
    company = company_of(wanted, scenario)
    match wanted.to:
        case "functions":
            return players.functions(company, wanted.maintenance)
        case "levers":
            return _levers(wanted.levers, scenario, company)
        case "switches":
            return players.switches(company)
        case "mechanisms":
            return players.mechanisms(company)
        case "parts":
            return players.parts(scenario)
        case "layers":
            return players.layers(scenario, company)
    from simulation.scenario.suggest import did_you_mean

    kinds = [kind.value for kind in games.GameKind]
    hint = did_you_mean(wanted.to, kinds) or f"There are {', '.join(kinds)}."
    raise InputError([Fault(f"is nothing to attribute to: {wanted.to}.", key="to", hint=hint)])


def company_of(wanted: Wanted, scenario: Scenario) -> str:
    """Return the name of the company that is meant; the first if none is named.

    Raises:
        InputError: there is no such company.
    """
    names = [company.name for company in scenario.companies]
    if wanted.company is None:
        return names[0]
    if wanted.company not in names:
        hint = f"There are {', '.join(names)}."
        raise InputError(
            [Fault(f"names an unknown company: {wanted.company}.", key="--company", hint=hint)]
        )
    return wanted.company


def _levers(text: str, scenario: Scenario, company: str) -> Game:
    """Return the game of levers given as text, or of those of an experiment file."""
    if not text.endswith(".toml"):
        named = [part.strip() for part in text.split(",") if part.strip()]
        return players.levers(named, scenario, company)
    from simulation.experiment.load import load_experiment

    return players.levers_of(load_experiment(text).factors)
