"""The runs of a question: the arms of its claim in many futures of a market.

Futures and arms are numbered, so that a run's number says what it is: of an arm as it is set or as
it is compared, in a future, with one of its seeds.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, override

from simulation.errors import Fault, ScenarioError
from simulation.execution import RunTask
from simulation.experiment.design import sobol_points
from simulation.experiment.factors import Factor
from simulation.scenario.suggest import file_name
from simulation.simulate import DEFAULT_MODEL, begins_established, model_version
from simulation.store import (
    Identity,
    Measure,
    PlannedRun,
)
from simulation.store.manifest import MANIFEST
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.futures.design import unknowns, with_draws
from simulation.studies.futures.seeds import Seeds, n_twice, seed_in
from simulation.studies.pasts import key_of, past_of
from simulation.studies.question.arms import (
    FuturePlace,
    Markets,
    QuestionArm,
    arms_of,
    place_of,
    present_values,
    with_funding,
)
from simulation.studies.question.asked import AskedQuestion
from simulation.studies.question.cells import CELL_MOST, CELL_SEEDS
from simulation.studies.question.claim import Claim
from simulation.studies.question.shared import KnownFutures
from simulation.studies.question.sifted import Searched, Sifted
from simulation.studies.question.worth import Worth
from simulation.studies.study import Room, Study
from simulation.studies.sweep.plan import sweep_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.scenario.scenario import Scenario

PILOT_SEEDS = 4
"""Seeds with which is seen what levers cost."""
MOST_TRIED = 32
"""Times as many candidates as futures that are wanted, at most."""
BEFORE = " (before evening out)"


@dataclass(frozen=True)
class QuestionDesign(Study):
    """The runs of a question, asked of a market.

    Attributes:
        asked: its experiment and its claim.
        market: the scenario that it is asked of.
        quick: whether it is a quick look.
        sifted: what the first runs showed, once they are done.
        search: cells that are run again to look for reversals, once they are known.
        beside: the folder whose other results have runs that need not be done again.
    """

    command: ClassVar[str] = "ask"

    asked: AskedQuestion
    market: str
    quick: bool = False
    sifted: Sifted = field(default_factory=Sifted)
    search: tuple[Searched, ...] = ()
    beside: Path | None = None
    model: str = DEFAULT_MODEL
    known: dict[tuple[int, int, bool], str] = field(default_factory=dict, compare=False, repr=False)
    """Fingerprints of scenarios that were made already; the study as it goes on shares them."""
    futures: KnownFutures = field(default_factory=KnownFutures, compare=False, repr=False)
    """Those of the market; questions that are asked together share them."""

    @property
    def experiment(self) -> Experiment:
        """What is asked, as an experiment."""
        return self.asked.experiment

    @property
    def claim(self) -> Claim:
        """What is claimed."""
        return self.asked.claim

    @property
    def name(self) -> str:
        """The question's name."""
        return self.experiment.name

    @property
    def scenario(self) -> Scenario:
        """The market's scenario."""
        return self.experiment.base

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every future."""
        return self.experiment.seeds

    @property
    def label(self) -> str:
        """Its name, with what tells a quick look from a full answer."""
        return f"{self.name}-quick" if self.quick else self.name

    @property
    def stem(self) -> str:
        """The name of its folder, within one of its own."""
        return f"{file_name(self.label)}/{file_name(self.market)}-{self.identity[:8]}"

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: more futures or seeds go on with it."""
        parts = ["ask", self.name, self.scenario.fingerprint, model_version(self.model)]
        draws = self.experiment.draws
        parts += [] if draws is None else [draws.digest]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def grows(self) -> bool:
        """Which futures are plausible, only runs can show."""
        return True

    @cached_property
    def unknown(self) -> tuple[Factor, ...]:
        """What is uncertain."""
        return tuple(unknowns(self.experiment))

    @cached_property
    def as_set(self) -> tuple[QuestionArm, ...]:
        """The market as it is, and the arms as the file sets them."""
        return arms_of(self.experiment, self.claim.arms(quick=self.quick))

    @cached_property
    def arms(self) -> tuple[QuestionArm, ...]:
        """The market as it is, and the arms as they are compared."""
        scales = self.sifted.scales
        return tuple(
            with_funding(arm, self.scenario, scales[arm.name]) if arm.name in scales else arm
            for arm in self.as_set
        )

    @property
    def wanted(self) -> int:
        """Number of plausible futures."""
        return self.experiment.design.n or 1

    @cached_property
    def _rows(self) -> list[list[float]]:
        width = sum(factor.width for factor in self.unknown)
        rows = sobol_points(width, MOST_TRIED * self.wanted, self.experiment.design.seed)
        return with_draws(rows.tolist(), self.unknown, self.experiment.draws)

    def place(self, number: int) -> FuturePlace:
        """Return a candidate by its number, from 1; 0 is the market's own values."""
        if number == 0:
            return present_values(self.unknown)
        places = self.futures.places
        if number <= len(self._rows):
            if number not in places:
                places[number] = place_of(number, self._rows[number - 1], self.unknown)
            return places[number]
        for cell in self.search:
            if cell.first <= number < cell.first + CELL_MOST:
                row = cell.row(number, self.unknown, self.experiment.draws)
                return place_of(number, row, self.unknown)
        raise KeyError(number)

    @property
    def established(self) -> bool:
        """Whether the market is there before month 1, so that arms are decided on in it."""
        return bool(self.scenario.run.warm_up) and begins_established(self.model)

    @cached_property
    def _markets(self) -> Markets:
        return Markets(self.scenario, established=self.established)

    @cached_property
    def present_seeds(self) -> tuple[int, ...]:
        """The seeds of the market's own values."""
        return Seeds(self.seeds).present

    @property
    def _width(self) -> int:
        """Numbers of runs that a future takes: every arm, as set and as compared, each seed."""
        return 2 * len(self.as_set) * len(self.present_seeds)

    def _plan(
        self, place: FuturePlace, at: int, seed_place: int, *, pilot: bool = False
    ) -> PlannedRun:
        """Return a run: of an arm in a future with one of its seeds."""
        arm = self.as_set[at] if pilot else self.arms[at]
        key = (place.number, at, pilot)
        if key not in self.known:
            self.known[key] = self._print_of(place, arm)
        row = 2 * at + pilot
        seed = seed_in(place.number, self.present_seeds[seed_place])
        return PlannedRun(
            run=place.number * self._width + row * len(self.present_seeds) + seed_place,
            scenario=self.market,
            identity=Identity(self.known[key], seed, model_version(self.model)),
            parameters={"future": place.number, "arm": f"{arm.name}{BEFORE}" if pilot else arm.name,
                        "replicate": seed_place, **place.point.cells},
        )  # fmt: skip

    def _print_of(self, place: FuturePlace, arm: QuestionArm) -> str:
        """Return the fingerprint of an arm in a future.

        Raises:
            ScenarioError: a rule between parameters is broken there.
        """
        if not arm.is_base or place.number > len(self._rows):
            return self._markets.scenario(place, arm).fingerprint
        prints = self.futures.prints
        if place.number not in prints:
            prints[place.number] = None  # which stays, where a rule is broken
            prints[place.number] = self._markets.scenario(place, arm).fingerprint
        known = prints[place.number]
        if known is None:
            raise ScenarioError([Fault("breaks a rule between parameters.", key="future")])
        return known

    def _decoded(self, run: int) -> tuple[FuturePlace, QuestionArm]:
        number, rest = divmod(run, self._width)
        at, pilot = divmod(rest // len(self.present_seeds), 2)
        return self.place(number), (self.as_set if pilot else self.arms)[at]

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: futures, arms, replicates."""
        every = [*self.of_present_values(), *self.of_costs(), *self.tries(1, self.sifted.tried),
                 *self._of_futures(), *self.of_cells(), *self.cell_tries()]  # fmt: skip
        by_number = {plan.run: plan for plan in every}
        return [by_number[run] for run in sorted(by_number)]

    def of_present_values(self, arms: slice = slice(None)) -> list[PlannedRun]:
        """Return the runs of the market's own values."""
        present = self.place(0)
        places = range(len(self.as_set))[arms]
        return [
            self._plan(present, at, seed)
            for at in places
            for seed in range(len(self.present_seeds))
        ]

    def of_costs(self) -> list[PlannedRun]:
        """Return the runs that show what levers cost, where they are to cost the same."""
        if not self.claim.equal_cost:
            return []
        present = self.place(0)
        return [self._plan(present, at, seed, pilot=True) for at in range(1, len(self.as_set))
                for seed in range(PILOT_SEEDS)]  # fmt: skip

    def tries(self, first: int, last: int) -> list[PlannedRun]:
        """Return the first run of each candidate that breaks no rule."""
        plans = []
        for number in range(first, last + 1):
            try:
                plans.append(self._plan(self.place(number), 0, 0))
            except ScenarioError:
                continue
        return plans

    def _of_futures(self) -> list[PlannedRun]:
        """Return the runs of all arms in the futures that are used."""
        arms, decisive = self._compared, self._decisive
        n = len(self.sifted.futures)
        twice = n if self.sifted.all_seeds else n_twice(n)
        plans = []
        for order, number in enumerate(self.sifted.futures):
            place, seeds = self.place(number), len(self.seeds) if order < twice else 1
            plans += [self._plan(place, at, seed) for at in arms for seed in range(seeds)]
            more = range(seeds, self.sifted.more_seeds.get(number, 0))
            plans += [self._plan(place, at, seed) for at in decisive for seed in more]
            plans += [self._plan(place, 0, 0)] if self._base_apart else []
        return plans

    @property
    def _compared(self) -> list[int]:
        """The places of the arms that the claim compares."""
        return [at for at, arm in enumerate(self.as_set) if not (arm.is_base and self._base_apart)]

    @property
    def _decisive(self) -> list[int]:
        """The places of the arms on which the claim stands, without those shown beside it."""
        names = self.claim.arms(quick=True)
        return [at for at, arm in enumerate(self.as_set) if arm.name in names]

    @property
    def most_seeds(self) -> int:
        """Seeds that a future has at most, where fewer leave the claim undecided."""
        return 1 if len(self.seeds) == 1 else len(self.present_seeds)

    @property
    def _base_apart(self) -> bool:
        """Whether the claim does not compare with the market as it is."""
        return self.as_set[0].name not in self.claim.arms(quick=self.quick)

    def of_arms(self) -> list[PlannedRun]:
        """Return the runs of all arms, at the market's own values and in the futures."""
        return [*self.of_present_values(), *self._of_futures()]

    def cell_tries(self) -> list[PlannedRun]:
        """Return the first run of each candidate in the cells."""
        plans = []
        for cell in self.search:
            plans += self.tries(cell.first, cell.first + cell.tried - 1)
        return plans

    def of_cells(self) -> list[PlannedRun]:
        """Return the runs of all arms in the futures of the cells."""
        arms = self._compared
        return [
            self._plan(self.place(number), at, seed)
            for cell in self.search for number in cell.futures
            for at in arms for seed in range(CELL_SEEDS)
        ]  # fmt: skip

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        place, arm = self._decoded(plan.run)
        scenario = self._markets.scenario(place, arm)
        worth = Worth(self.scenario.market if self._shows_market(plan) else "")
        return RunTask(
            plan.run, plan.identity, scenario, self.model, worth, keep_series=False,
            measures=worth.measures, past=key_of(past_of(scenario), plan.identity.seed),
        )  # fmt: skip

    def _shows_market(self, plan: PlannedRun) -> bool:
        """Whether a run shows what the market looks like.

        With every seed: a question with other seeds of its own may take it as its first.
        """
        return bool(plan.parameters["arm"] == self.as_set[0].name)

    @override
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        place, arm = self._decoded(plan.run)
        words = ["cocreate", "run", self.experiment.scenario_name]
        earlier = {**self.experiment.fixed, **place.point.changes, **arm.founding}
        later = arm.later if self.established else {}
        words += setting_words(earlier if self.established else {**earlier, **arm.later})
        if arm.events:
            every = (*arm.events, *self.scenario.events)
            words += setting_words({"events": [one.model_dump(mode="json") for one in every]})
        words += setting_words(later, "--then")
        return run_alone(words, plan.identity.seed, self.model)

    # --- what is written down --------------------------------------------------------------------

    @override
    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        experiment = self.experiment
        inquiry = {
            "market": self.market,
            "quick": self.quick,
            "arms": [arm.name for arm in self.as_set],
            "own_past": [arm.name for arm in self.as_set if arm.founding],
            "sifted": asdict(self.sifted),
            "search": [asdict(cell) for cell in self.search],
            "wanted": self.wanted,
            "replicates": len(self.seeds),
        }
        return {
            "title": experiment.question,
            "scenario_name": experiment.scenario_name,
            "sweep": {
                **sweep_data(experiment, self.wanted),
                "inquiry": inquiry,
                "exploration": {"unknown": [factor.key for factor in self.unknown]},
            },
        }

    @override
    def again(self, folder: Path) -> str:
        """Return the command that makes all of it again in a new folder."""
        where = ["--out", f"{folder.parent.parent}-again"]
        return shlex.join(["cocreate", self.command, str(folder / MANIFEST), *where])

    @override
    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes runs."""
        measures = {
            "future": Measure("", "number of the future; 0 is the market's own values"),
            "arm": Measure("", "what is decided"),
            "replicate": Measure("", "number of the seed within the future, from 0"),
        }
        for factor in self.unknown:
            measures.update(factor.measures)
        return measures
