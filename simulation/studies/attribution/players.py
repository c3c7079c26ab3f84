"""Who plays: functions, switches, levers, mechanisms, parts of the network, layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulation.errors import Fault, InputError, ScenarioError
from simulation.experiment.factors import Factor, Level, Mixture, Role
from simulation.scenario.fields import all_fields
from simulation.scenario.loads import AS_FOR_ALL, has_desk, service_level
from simulation.scenario.paths import pattern, split, value_at
from simulation.scenario.scenario import Scenario
from simulation.scenario.words import Area, Function
from simulation.studies.attribution.games import (
    MAINTENANCE,
    STEP,
    ChangedSettings,
    Game,
    GameKind,
    Player,
    Raised,
    Scaled,
)

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
    return Game(GameKind.FUNCTIONS, players, frozen=True)


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
    return Game(GameKind.SWITCHES, tuple(players))


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
    return Game(GameKind.LEVERS, tuple(players))


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
    return Game(GameKind.LEVERS, tuple(players))


def _cells(setting: Level) -> str:
    return ", ".join(str(cell) for cell in setting.cells.values())


def _lever(text: str, scenario: Scenario, company: str) -> Player:
    key, _, ends = text.partition("=")
    path = full_path(key.strip(), company)
    now = value_at(scenario, path)
    if isinstance(now, bool) or not isinstance(now, int | float):
        raise ScenarioError([Fault("is not a number, so it cannot be a lever.", key=path)])
    low, high = _ends(ends.strip(), path, now)
    if low == high:
        hint = f"Give a range: {key.strip()}=low..high."
        raise ScenarioError(
            [Fault(f"cannot be varied: it is already at {high:g}.", key=path, hint=hint)]
        )
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
            raise ScenarioError([Fault(f"is not a range: {text}.", key=path, hint=hint)]) from None
    declared = all_fields()[pattern(split(path))]
    if declared.low is None:
        hint = f"Give a range: {path}=low..high."
        raise ScenarioError([Fault("has no lower bound.", key=path, hint=hint)])
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
    return Game(GameKind.MECHANISMS, tuple(players))


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
    the deliverable is reported as blocked.
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
    return Game(GameKind.PARTS, tuple(players))


def _partners(scenario: Scenario) -> Iterator[Player]:
    for partner in scenario.partners:
        touchpoints = [
            f"touchpoints.{t.name}" for t in scenario.touchpoints if t.owner == partner.name
        ]
        yield Player(partner.name, "partner", removes=(f"partners.{partner.name}", *touchpoints))


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

    by_name = {
        "strategy (how)": (f"{strategy}.outside_in",),
        "customer to customer": (
            "talk.strong",
            "talk.weak",
            *(f"{allocation}.{name}" for name in at(Area.SOCIAL)),
        ),
        "experience": tuple(f"{allocation}.{name}" for name in at(Area.CEM)),
        "operational channels": (f"{strategy}.when",),
        "people & ecosystem": (
            f"{strategy}.who",
            f"companies.{company}.staff_skill",
            *(f"partners.{partner.name}.capability" for partner in scenario.partners),
        ),
        "lean processes": (f"{strategy}.lean", f"{strategy}.agility"),
        "listening": (f"{strategy}.listening",),
    } | {name: (f"{strategy}.{name}",) for name in SWITCHES}
    players = {name: _both_ways(name, paths, step) for name, paths in by_name.items() if paths}
    channels = players["operational channels"]
    weaker, stronger = _staffing(scenario, company, step)
    players["operational channels"] = replace(
        channels,
        meaning=", ".join((channels.meaning, *weaker)),
        absent={**channels.absent, **weaker},
        present={**channels.present, **stronger},
    )
    return Game(GameKind.LAYERS, tuple(players.values()))


def _staffing(
    scenario: Scenario, company: str, step: float
) -> tuple[ChangedSettings, ChangedSettings]:
    """Return the staffing of a company's CRM desks, weaker and stronger.

    Staff that follow the load are moved by the service level, since servers have no effect there.
    The values are stated as they come out: a company may take them over from the market.
    """
    weaker: dict[str, float] = {}
    stronger: dict[str, float] = {}
    owner = next(one for one in scenario.companies if one.name == company)
    for row in scenario.touchpoints:
        stated = owner.touchpoints.get(row.name, AS_FOR_ALL)
        if row.area is not Area.CRM or not stated.offered or not has_desk(scenario, owner, row):
            continue
        path = f"companies.{company}.touchpoints.{row.name}"
        level = service_level(owner, row)
        servers = row.servers if stated.servers is None else stated.servers
        if level > 0.0:
            most = all_fields()["companies.*.touchpoints.*.service_level"].high or 1.0
            weaker[f"{path}.service_level"] = Scaled(1.0 - step).of(level)
            stronger[f"{path}.service_level"] = Raised(step, most=most).of(level)
        elif servers > 0:
            weaker[f"{path}.servers"] = Scaled(1.0 - step).of(servers)
            stronger[f"{path}.servers"] = Raised(step).of(servers)
    return weaker, stronger


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
