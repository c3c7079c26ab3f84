"""What is attributed: players, and the cases in which some of them take part and others do not.

Three plans of cases are played, all under the same seeds:

- every coalition of the players (functions, switches, levers): for dividends and Shapley values;
- the whole, and the whole without each one (mechanisms, parts): what does the result hang on?
- the whole, and each one weaker and stronger (layers and switches): a tornado.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import Any

from simulation.analysis.attribution import coalition_name, coalitions
from simulation.errors import Fault, InputError, ScenarioError
from simulation.experiment.factors import Factor, Mixture, Role, Setting
from simulation.scenario.fields import all_fields
from simulation.scenario.paths import pattern, split, value_at
from simulation.scenario.schema import Company, Event, Scenario
from simulation.scenario.words import Area, Function

MAINTENANCE = 0.25
"""Share of its money that a function keeps when it does not take part (docs/model.md, §5)."""

STEP = 0.5
"""How far a layer is weakened (by half) and strengthened (half of the way, or by half)."""

WHOLE = "whole"
WITHOUT, WEAKER, STRONGER = "without ", "weaker ", "stronger "


class Kind(StrEnum):
    """What is attributed."""

    FUNCTIONS = "functions"
    SWITCHES = "switches"
    LEVERS = "levers"
    MECHANISMS = "mechanisms"
    PARTS = "parts"
    LAYERS = "layers"


class Plan(StrEnum):
    """Which cases are run."""

    COALITIONS = "coalitions"
    ONE_LEFT_OUT = "one left out"
    BOTH_WAYS = "both ways"


PLANS = {
    Kind.FUNCTIONS: Plan.COALITIONS,
    Kind.SWITCHES: Plan.COALITIONS,
    Kind.LEVERS: Plan.COALITIONS,
    Kind.MECHANISMS: Plan.ONE_LEFT_OUT,
    Kind.PARTS: Plan.ONE_LEFT_OUT,
    Kind.LAYERS: Plan.BOTH_WAYS,
}


@dataclass(frozen=True)
class Scaled:
    """This share of what the scenario says, of whole numbers at least 1 where it says so much."""

    share: float

    def of(self, value: Any) -> Any:
        """Return the changed value."""
        if isinstance(value, int):
            return max(min(1, value), round(value * self.share))
        return value * self.share

    def __str__(self) -> str:
        return f"× {self.share:g}"


@dataclass(frozen=True)
class Raised:
    """Part of the way from what the scenario says to the most there can be, or by that part."""

    by: float
    most: float | None = None

    def of(self, value: Any) -> Any:
        """Return the changed value."""
        if self.most is not None:
            return value + self.by * (self.most - value)
        raised = value * (1.0 + self.by)
        return ceil(raised) if isinstance(value, int) else raised

    def __str__(self) -> str:
        if self.most is None:
            return f"× {1.0 + self.by:g}"
        return f"{100 * self.by:g} % of the way to {self.most:g}"


Changes = Mapping[str, Any]
"""Parameter paths and new values; ``Scaled`` and ``Raised`` follow what the scenario says."""


def packed(changes: Changes) -> dict[str, Any]:
    """Return changes as JSON holds them, so that ``unpacked`` gives the same."""
    found: dict[str, Any] = {}
    for path, change in changes.items():
        if isinstance(change, Scaled):
            found[path] = {"scaled": change.share}
        elif isinstance(change, Raised):
            found[path] = {"raised": change.by, "most": change.most}
        else:
            found[path] = change
    return found


def unpacked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that ``packed`` wrote."""
    found: dict[str, Any] = {}
    for path, change in told.items():
        if isinstance(change, Mapping) and "scaled" in change:
            found[path] = Scaled(change["scaled"])
        elif isinstance(change, Mapping) and "raised" in change:
            found[path] = Raised(change["raised"], change["most"])
        else:
            found[path] = change
    return found


@dataclass(frozen=True)
class Player:
    """Something that takes part or does not.

    Attributes:
        name: short, as in ``I`` or ``who``.
        meaning: what it is, for people.
        absent: what is changed where it does not take part (or is weaker).
        present: what is changed where it does (or is stronger).
        removes: ``touchpoints.call_centre``, ``partners.installer``: what is gone where it is
            absent.
    """

    name: str
    meaning: str
    absent: Changes = field(default_factory=dict)
    present: Changes = field(default_factory=dict)
    removes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A scenario to be run: its name, and who is absent and present in it."""

    name: str
    absent: tuple[Player, ...] = ()
    present: tuple[Player, ...] = ()


@dataclass(frozen=True)
class Game:
    """Players, and how they are played.

    Attributes:
        kind: what is attributed.
        players: who takes part.
        frozen: whether companies get from revenue what they get in the whole (scaled with their
            funding), so that a change feeds back on nobody's budget.
    """

    kind: Kind
    players: tuple[Player, ...]
    frozen: bool = False

    @property
    def plan(self) -> Plan:
        """Which cases are run."""
        return PLANS[self.kind]

    @property
    def names(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(player.name for player in self.players)

    @property
    def whole(self) -> str:
        """The name of the case in which all take part."""
        everyone = coalition_name(frozenset(self.names), self.names)
        return everyone if self.plan is Plan.COALITIONS else WHOLE

    def cases(self) -> tuple[Case, ...]:
        """Return all cases, the whole first."""
        if self.plan is Plan.COALITIONS:
            return tuple(reversed([self._coalition(c) for c in coalitions(self.names)]))
        cases = [Case(WHOLE)]
        for player in self.players:
            if self.plan is Plan.ONE_LEFT_OUT:
                cases.append(Case(WITHOUT + player.name, absent=(player,)))
            else:
                cases.append(Case(WEAKER + player.name, absent=(player,)))
                cases.append(Case(STRONGER + player.name, present=(player,)))
        return tuple(cases)

    def _coalition(self, members: frozenset[str]) -> Case:
        return Case(
            coalition_name(members, self.names),
            absent=tuple(player for player in self.players if player.name not in members),
            present=tuple(player for player in self.players if player.name in members),
        )


def scenario_of(case: Case, scenario: Scenario) -> Scenario:
    """Return the scenario of a case.

    Raises:
        ScenarioError: the scenario cannot be without something that the case removes.
    """
    changes: dict[str, Any] = {}
    for player in case.present:
        changes.update(player.present)
    for player in case.absent:
        changes.update(player.absent)
    removed = [path for player in case.absent for path in player.removes]
    return held(without(scenario, removed), changes)


def held(scenario: Scenario, changes: Changes) -> Scenario:
    """Return the scenario with changes that hold all the time, whatever its events set."""
    if not changes:
        return scenario
    changed = scenario.replace(_resolved(scenario, changes))
    if not scenario.events:
        return changed
    later = [
        Event(month=month, name="held", set=broken)
        for month, now in scenario.timeline()
        if (broken := _broken(_resolved(now, changes), changed, month))
    ]
    return changed.replace({"events": later}) if later else changed


def _resolved(scenario: Scenario, changes: Changes) -> dict[str, Any]:
    """Return the values that changes mean in the scenario that is in force."""
    return {
        path: change.of(_known(scenario, path)) if isinstance(change, Scaled | Raised) else change
        for path, change in changes.items()
    }


def _known(scenario: Scenario, path: str) -> Any:
    """Return a value; what an allocation does not name counts 1."""
    value = value_at(scenario, path)
    return 1.0 if value is None else value


def _broken(wanted: Changes, changed: Scenario, month: int) -> dict[str, Any]:
    """Return the wanted values that the events of a month set to something else."""
    now = dict(changed.timeline())[month]
    return {path: value for path, value in wanted.items() if value_at(now, path) != value}


def without(scenario: Scenario, removed: list[str]) -> Scenario:
    """Return the scenario without some of its touchpoints and partners.

    Raises:
        ScenarioError: what remains is no scenario.
    """
    if not removed:
        return scenario

    def kept(path: str) -> bool:
        return not any(path == gone or path.startswith(f"{gone}.") for gone in removed)

    companies = [
        _company_without(company, [t for t in company.allocation if not kept(f"touchpoints.{t}")])
        for company in scenario.companies
    ]
    events = [
        event.model_copy(update={"set": left})
        for event in scenario.events
        if (left := {path: value for path, value in event.set.items() if kept(path)})
    ]
    rest = scenario.model_copy(
        update={
            "touchpoints": tuple(t for t in scenario.touchpoints if kept(f"touchpoints.{t.name}")),
            "partners": tuple(p for p in scenario.partners if kept(f"partners.{p.name}")),
            "companies": tuple(companies),
            "events": tuple(events),
        }
    )
    return rest.replace({})


def _company_without(company: Company, touchpoints: list[str]) -> Company:
    kept = {name: part for name, part in company.allocation.items() if name not in touchpoints}
    return company.model_copy(update={"allocation": kept}) if touchpoints else company


# --- who plays -----------------------------------------------------------------------------------

LETTERS = {
    Function.INNOVATION: "I",
    Function.MARKETING_SALES: "M",
    Function.EXPERIENCE_PLATFORM: "P",
}
"""The sources' three areas."""


def functions(company: str, maintenance: float = MAINTENANCE) -> Game:
    """Return the game of a company's three functions: v(S) for S ⊆ {I, M, P}.

    A function that does not take part keeps ``maintenance`` of its money, and its starting stock;
    never nothing, since a zero baseline assumes the conclusion.
    """
    players = tuple(
        Player(
            LETTERS[function],
            function.value,
            absent={f"companies.{company}.funding.{function.value}": Scaled(maintenance)},
        )
        for function in Function
    )
    return Game(Kind.FUNCTIONS, players, frozen=True)


SWITCHES = ("who", "what", "when", "where", "why")
HOW = (0.1, 0.9)
"""Outside-in at CRM's and at SCRM's end, as in the scenarios ``crm_classic`` and ``scrm``."""


def switches(company: str) -> Game:
    """Return the game of the six switches of the evolution from CRM to Social CRM."""
    strategy = f"companies.{company}.strategy"
    players = [
        Player(name, f"{name} from CRM to SCRM", {f"{strategy}.{name}": 0.0},
               {f"{strategy}.{name}": 1.0})
        for name in SWITCHES
    ]  # fmt: skip
    path = f"{strategy}.outside_in"
    players.append(Player("how", "how: inside-out to outside-in", {path: HOW[0]}, {path: HOW[1]}))
    return Game(Kind.SWITCHES, tuple(players))


MOST_LEVERS = 8
"""2⁸ = 256 coalitions for every seed; beyond that, screen first."""


def levers(texts: list[str], scenario: Scenario, company: str) -> Game:
    """Return the game of any levers.

    Args:
        texts: ``path=low..high``, or ``path`` for from its least value to what the scenario says;
            a parameter of the company's strategy needs its name only.
        scenario: what the levers belong to.
        company: whose strategy.

    Raises:
        ScenarioError: a lever is no number of the scenario, has no range, or there are too many.
    """
    faults: list[Fault] = []
    players: list[Player] = []
    for text in texts:
        try:
            players.append(_lever(text, scenario, company))
        except InputError as error:
            faults += error.faults
    names = [player.name for player in players]
    faults += [
        Fault("is named twice.", key=name) for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if not 1 <= len(texts) <= MOST_LEVERS:
        hint = "Find the few that matter first: cocreate sensitivity."
        faults.append(Fault(f"must be 1 to {MOST_LEVERS}. Got {len(texts)}.", key="levers",
                            hint=hint))  # fmt: skip
    if faults:
        raise ScenarioError(faults)
    return Game(Kind.LEVERS, tuple(players))


def levers_of(factors: Sequence[Factor]) -> Game:
    """Return the game of an experiment's levers, each from its first level to its last.

    Raises:
        ScenarioError: it has none that goes from one to the other, or too many.
    """
    players = [
        Player(
            short_name(factor.key),
            f"{factor.key} from {_cells(factor.ends()[0])} to {_cells(factor.ends()[-1])}",
            absent=dict(factor.ends()[0].changes),
            present=dict(factor.ends()[-1].changes),
        )
        for factor in factors
        if factor.role is Role.LEVER and not isinstance(factor.domain, Mixture)
    ]
    if not 1 <= len(players) <= MOST_LEVERS:
        message = f"must be 1 to {MOST_LEVERS} with levels of their own. Got {len(players)}."
        raise ScenarioError([Fault(message, key="levers")])
    return Game(Kind.LEVERS, tuple(players))


def _cells(setting: Setting) -> str:
    return ", ".join(str(cell) for cell in setting.cells.values())


def _lever(text: str, scenario: Scenario, company: str) -> Player:
    key, _, ends = text.partition("=")
    path = full_path(key.strip(), company)
    now = value_at(scenario, path)
    if isinstance(now, bool) or not isinstance(now, int | float):
        raise ScenarioError([Fault("is no number, so it cannot be a lever.", key=path)])
    low, high = _ends(ends.strip(), path, now)
    if low == high:
        hint = f"Say from where to where: {key.strip()}=low..high."
        raise ScenarioError([Fault(f"has nowhere to go: it is at {high:g}.", key=path, hint=hint)])
    return Player(short_name(path), f"{path} from {low:g} to {high:g}", {path: low}, {path: high})


def full_path(key: str, company: str) -> str:
    """Return a parameter's path; names of the strategy alone stand for the company's."""
    declared = all_fields().get(f"companies.*.strategy.{key}")
    return f"companies.{company}.strategy.{key}" if declared is not None else key


def short_name(path: str) -> str:
    """Return what tells a parameter among others: its last part, of functions with its section."""
    *rest, last = path.split(".")
    return f"{rest[-1]}.{last}" if last in set(Function) and rest else last


def _ends(text: str, path: str, now: float) -> tuple[float, float]:
    if text:
        low, dots, high = text.partition("..")
        try:
            kind = int if isinstance(now, int) else float
            return (kind(low), kind(high)) if dots else (now, kind(low))
        except ValueError:
            hint = "Write it like companies.focal.price=0.2..0.5."
            raise ScenarioError([Fault(f"is no range: {text}.", key=path, hint=hint)]) from None
    declared = all_fields()[pattern(split(path))]
    if declared.low is None:
        hint = f"Say from where to where: {path}=low..high."
        raise ScenarioError([Fault("has no least value.", key=path, hint=hint)])
    return type(now)(declared.low), now


def mechanisms(company: str) -> Game:
    """Return the game of mechanisms, each switched off: why did it happen?"""
    players = [
        Player(name, meaning, {path.replace("{company}", company): value})
        for name, meaning, path, value in _MECHANISMS
    ]
    players += [
        Player("waiting", "people wait at service desks", {"desks.abandonment": False,
                                                            "desks.patience": 1e9}),
        Player("forgetting", "people forget", {"learn.knowledge_forgotten": 0.0,
                                               "learn.skill_forgotten": 0.0}),
        Player("hype", "promises shape expectations", {"evaluate.hype": 0.0,
                                                       "evaluate.hype_push": 0.0}),
        Player("decay", "capability wears out",
               {f"capability.decay.{function}": 0.0 for function in Function}),
    ]  # fmt: skip
    return Game(Kind.MECHANISMS, tuple(players))


_STRATEGY = "companies.{company}.strategy"
_MECHANISMS: tuple[tuple[str, str, str, float], ...] = (
    ("word_of_mouth", "people tell each other", "blocks.word_of_mouth", 1.0),
    ("advertising", "companies make themselves known", "blocks.advertising", 1.0),
    ("peer_help", "people help each other", "blocks.peer_help", 1.0),
    ("teaching", "companies teach people", "blocks.teaching", 1.0),
    ("doing", "people learn by doing", "learn.practice_exponent", 0.0),
    ("feedback", "functions hear people at touchpoints", "blocks.feedback", 1.0),
    ("insight", "innovation interviews people", "blocks.insight", 1.0),
    ("outside_in", "the company follows what it hears", f"{_STRATEGY}.outside_in", 0.0),
    ("coupling", "the functions agree on what to work on", f"{_STRATEGY}.alignment", 0.0),
    ("coordination_cost", "agreeing costs", "capability.coordination_cost", 0.0),
    ("lens", "functions hear what their profession lets them", "capability.lens", 0.0),
    ("customising", "segments get what they need", f"{_STRATEGY}.customisation", 0.0),
    ("agility", "capability is reconfigured", f"{_STRATEGY}.agility", 0.0),
    ("lean", "effort moves from slack to scarcity", f"{_STRATEGY}.lean", 0.0),
    ("portfolio", "effort follows customers' value", f"{_STRATEGY}.portfolio", 0.0),
    ("partners", "partners bring capability", "blocks.partner_capability", 1.0),
    ("drift", "needs drift", "needs.drift", 0.0),
    ("burden", "taking part is a burden", "encounter.burden", 0.0),
    ("loss_aversion", "losses weigh more than gains", "evaluate.loss_aversion", 1.0),
    ("problems", "problems arise in use", "journey.problem_rate", 0.0),
    ("outages", "the platform fails at times", "calendar.outages", 0.0),
)


def parts(scenario: Scenario) -> Game:
    """Return the game of everything that the value network has, each removed in turn.

    Partners go with their touchpoints; a touchpoint that is its partner's only one goes with the
    partner. Deliverables are blocked; where a touchpoint has a deliverable's name (advertising),
    the deliverable is told as blocked.
    """
    players = [*_partners(scenario), *_touchpoints(scenario)]
    taken = {player.name for player in players}
    for path in all_fields():
        if not path.startswith("blocks."):
            continue
        if scenario.partners or path != "blocks.partner_capability":
            name = path.removeprefix("blocks.")
            name = f"{name} (blocked)" if name in taken else name
            players.append(Player(name, "deliverable", {path: 1.0}))
    return Game(Kind.PARTS, tuple(players))


def _partners(scenario: Scenario) -> Iterator[Player]:
    for partner in scenario.partners:
        own = [f"touchpoints.{t.name}" for t in scenario.touchpoints if t.owner == partner.name]
        yield Player(partner.name, "partner", removes=(f"partners.{partner.name}", *own))


def _touchpoints(scenario: Scenario) -> Iterator[Player]:
    owners = [touchpoint.owner for touchpoint in scenario.touchpoints]
    partners = {partner.name for partner in scenario.partners}
    for touchpoint in scenario.touchpoints:
        if touchpoint.owner not in partners or owners.count(touchpoint.owner) > 1:
            yield Player(touchpoint.name, "touchpoint", removes=(f"touchpoints.{touchpoint.name}",))


def layers(scenario: Scenario, company: str, step: float = STEP) -> Game:
    """Return the game of the seven layers and six switches, each weaker and stronger.

    The layers are those of Buchanan's Social CRM framework, put into parameters as
    docs/howto/attribute.md says. ``strategy`` and the switch ``how`` are the same parameter, so
    they are one player.
    """
    strategy = f"companies.{company}.strategy"
    allocation = f"companies.{company}.allocation"

    def at(area: Area) -> list[str]:
        return [t.name for t in scenario.touchpoints if t.area is area]

    desks = [t.name for t in scenario.touchpoints if t.area is Area.CRM and t.servers > 0]
    found = {
        "strategy (how)": (f"{strategy}.outside_in",),
        "customer to customer": (
            "talk.strong",
            "talk.weak",
            *(f"{allocation}.{name}" for name in at(Area.SOCIAL)),
        ),
        "experience": tuple(f"{allocation}.{name}" for name in at(Area.CEM)),
        "operational channels": (
            f"{strategy}.when",
            *(f"touchpoints.{name}.servers" for name in desks),
        ),
        "people & ecosystem": (
            f"{strategy}.who",
            f"companies.{company}.staff_skill",
            *(f"partners.{partner.name}.capability" for partner in scenario.partners),
        ),
        "lean processes": (f"{strategy}.lean", f"{strategy}.agility"),
        "listening": (f"{strategy}.listening",),
    } | {name: (f"{strategy}.{name}",) for name in SWITCHES}
    players = tuple(_both_ways(name, paths, step) for name, paths in found.items() if paths)
    return Game(Kind.LAYERS, players)


def _both_ways(name: str, paths: tuple[str, ...], step: float) -> Player:
    what = "switch" if name in SWITCHES else "layer"
    bounds = {path: all_fields()[pattern(split(path))].high for path in paths}
    return Player(
        name,
        f"{what}: {', '.join(paths)}",
        absent=dict.fromkeys(paths, Scaled(1.0 - step)),
        present={
            path: Raised(step, most=1.0 if most == 1.0 else None) for path, most in bounds.items()
        },
    )
