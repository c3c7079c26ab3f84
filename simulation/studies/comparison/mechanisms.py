"""Which mechanisms a difference runs through: what-if and base, with and without each of them.

A comparison says how far a what-if is ahead of its base, d. Let d(S) be how far it is ahead in a
market in which only the mechanisms of S work. The Shapley value of a mechanism is its fair share
of d, and what is left is the difference without any of them,

    d = d(∅) + Σ_i φ_i

(Shapley 1953; see ``analysis.attribution``). All coalitions are run under the seeds of the
comparison, as an attribution of its own in the folder of the comparison's result.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.analysis.comparison_question import text_of
from simulation.errors import Fault, InputError
from simulation.experiment.outcomes import Window
from simulation.scenario.what_if import OwnPastError, later_changes
from simulation.simulate import DEFAULT_MODEL
from simulation.studies.attribution.games import Game, GameKind, Player
from simulation.studies.attribution.plan import Trial
from simulation.studies.attribution.players import mechanisms as all_mechanisms
from simulation.studies.comparison.through import CHANGE, folders_of

if TYPE_CHECKING:
    from simulation.execution import Executor, Watch
    from simulation.scenario.scenario import Scenario
    from simulation.studies.comparison.pairs import Pairs, Side
    from simulation.studies.comparison.plan import Comparison

USUAL = ("word_of_mouth", "advertising", "peer_help", "waiting")
"""The mechanisms that are taken where none is named."""

MOST = 6
"""2⁷ = 128 runs for every seed."""


def chosen_mechanisms(names: Sequence[str], company: str) -> tuple[Player, ...]:
    """Return the mechanisms of these names, the usual ones where there are none.

    Raises:
        InputError: with all names that are none, or there are too many.
    """
    from simulation.scenario.suggest import did_you_mean

    known = {player.name: player for player in all_mechanisms(company).players}
    wanted = tuple(dict.fromkeys(names)) or USUAL
    faults = [
        Fault(f"is not a mechanism: {name}.", key="--mechanisms",
              hint=did_you_mean(name, known) or f"There are {', '.join(known)}.")
        for name in wanted
        if name not in known
    ]  # fmt: skip
    if len(wanted) > MOST:
        message = (
            f"must be at most {MOST}, since all their combinations are run. Got {len(wanted)}."
        )
        faults.append(Fault(message, key="--mechanisms"))
    if faults:
        raise InputError(faults)
    return tuple(known[name] for name in wanted)


def trial_through(pairs: Pairs, side: Side, names: Sequence[str], outcome: str) -> Trial:
    """Return the attribution of a what-if's difference to mechanisms.

    Args:
        pairs: the comparison's; its seeds are taken.
        side: the what-if.
        names: of mechanisms (see ``chosen_mechanisms``).
        outcome: ``metric`` or ``metric:of``.

    Raises:
        InputError: names are wrong, or the what-if is no change from month 1 on, or of the model.
    """
    base = pairs.base.scenario
    company = base.companies[0].name
    change = Player(CHANGE, f"“{side.name}”", {}, _changes(base, side))
    game = Game(GameKind.LEVERS, (change, *chosen_mechanisms(names, company)))
    if pairs.model != DEFAULT_MODEL:
        raise InputError([Fault("exist only in the package's model.", key="--mechanisms")])
    trial = Trial(side.name, base, game, pairs.seeds, Window.parse("last 12 months"), outcome)
    return replace(trial, arguments=pairs.base.arguments or shlex.quote(pairs.base.name))


def _changes(base: Scenario, side: Side) -> dict[str, object]:
    """Return what a what-if sets from month 1 on: by its event of month 1, or by itself."""
    first = {path: value for event in side.scenario.events if event.month == 1
             for path, value in event.set.items()}  # fmt: skip
    try:
        changes = {**later_changes(base, side.scenario), **first}
    except OwnPastError as error:
        message = (
            f"cannot be determined for “{side.name}”: its market differs before month 1 ({error})."
        )
        raise InputError([Fault(message, key="--mechanisms")]) from None
    if not changes:
        raise InputError([Fault(f"“{side.name}” changes nothing.", key="--mechanisms")])
    return changes


def trials_through(study: Comparison, names: Sequence[str]) -> list[Trial]:
    """Return the attribution of each what-if's first difference (see ``trial_through``)."""
    outcome = text_of(study.question.outcomes[0])
    return [trial_through(study.pairs, side, names, outcome) for side in study.pairs.what_ifs]


def run_through(folder: Path, names: Sequence[str], executor: Executor, watch: Watch) -> None:
    """Carry out attributions in the folder of a comparison's result, one a what-if.

    They take the pairs of the result, those with them that were added for a precision.
    """
    from simulation.studies.comparison.plan import stored
    from simulation.studies.study import carry_out

    study = stored(folder)
    places = folders_of(folder, [side.name for side in study.pairs.what_ifs])
    for place, trial in zip(places.values(), trials_through(study, names), strict=True):
        carry_out(trial, place, executor, watch)
