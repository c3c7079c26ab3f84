"""The levers of a scenario, read from its schema: what can be moved, how far, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum
from math import floor, log10
from typing import TYPE_CHECKING, Any

from simulation.report.words import capital, label
from simulation.scenario.fields import Parameter, ValueKind, named_lists, parameters
from simulation.scenario.paths import value_at
from simulation.scenario.units import Units

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

KINDS = (ValueKind.NUMBER, ValueKind.WHOLE, ValueKind.SWITCH, ValueKind.WORD)
SWITCHES = ("who", "what", "when", "where", "why", "outside_in")
STEPS = 100
"""A slider has about so many stops."""

PEERS = "peers"
"""Owner of touchpoints that no company can close."""

HIDDEN = ("run.", "network.file", "population.people")
"""Size has a field of its own, and a page names no files."""


@dataclass(frozen=True)
class PageLever:
    """A parameter that the page moves.

    Attributes:
        path: its path, such as ``companies.focal.price``.
        label: what it is called.
        kind: number, whole number, true or false, or word.
        value: its value in the scenario.
        unit, meaning, source, range: as its declaration states them.
        low, high: ends of the slider: the range worth exploring, stretched to the value.
        step: distance of the slider's stops.
        choices: the words that it may be.
    """

    path: str
    label: str
    kind: str
    value: Any
    unit: str
    meaning: str
    source: str
    range: str
    low: float
    high: float
    step: float
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeverGroup:
    """Levers that belong together; ``form`` says how they are shown."""

    title: str
    owner: str
    form: str
    levers: tuple[PageLever, ...]

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"title": self.title, "owner": self.owner, "form": self.form,
                "levers": [asdict(lever) for lever in self.levers]}  # fmt: skip


def lever_groups(scenario: Scenario) -> list[LeverGroup]:
    """Return the levers of a scenario in groups: the companies' first, then the market's."""
    groups = [group for company in scenario.companies
              for group in _of_company(scenario, company.name, company.label)]  # fmt: skip
    return [group for group in [*groups, *_of_market(scenario)] if group.levers]


def _of_company(scenario: Scenario, name: str, shown: str) -> Iterator[LeverGroup]:
    owner, home = shown or label(name), f"companies.{name}"
    of_companies = [one for one in parameters() if one.path.startswith("companies.*.")]
    strategy = [one for one in of_companies if one.section == "companies.*.strategy"]
    plain = [one for one in of_companies if one.section == "companies.*"]
    funding = [one for one in of_companies if one.section == "companies.*.funding"]
    how = [one for one in strategy if one.name in SWITCHES]
    rest = [one for one in strategy if one.name not in SWITCHES]
    for title, form, chosen in (
        ("Price, costs and staff", "sliders", plain),
        ("Funding of the functions", "triangle", funding),
        ("How it works with its ecosystem", "sliders", rest),
        ("Who, what, when, where, why and how", "sliders", how),
    ):
        below = [(one, one.path.replace("companies.*", home)) for one in chosen]
        yield LeverGroup(title, owner, form, _levers(scenario, below))
    offered = next(one for one in of_companies if one.path.endswith(".offered"))
    paths = [
        (offered, f"{home}.touchpoints.{one.name}.offered")
        for one in scenario.touchpoints
        if one.owner != PEERS
    ]
    levers = _levers(scenario, paths, lambda path: _entry_label(scenario, path.split(".")[3]))
    yield LeverGroup("Touchpoints it offers", owner, "switches", levers)


def _of_market(scenario: Scenario) -> Iterator[LeverGroup]:
    """Yield a group for each section that is no company's, and for each entry of the lists."""
    sections = dict.fromkeys(one.section for one in parameters())
    for section in sections:
        if section.startswith("companies"):
            continue
        chosen = [one for one in parameters() if one.section == section]
        head = section.partition(".")[0]
        if head in named_lists():
            for entry in getattr(scenario, head):
                home = f"{head}.{entry.name}"
                below = [(one, one.path.replace(f"{head}.*", home)) for one in chosen]
                title = f"{head[:-1].capitalize()}: {entry.label or label(entry.name)}"
                yield LeverGroup(title, "", "sliders", _levers(scenario, below))
        else:
            below = [(one, one.path) for one in chosen]
            yield LeverGroup(label(section).capitalize(), "", "sliders", _levers(scenario, below))


def _levers(
    scenario: Scenario, below: list[tuple[Parameter, str]], called: Any = None
) -> tuple[PageLever, ...]:
    """Return the levers at some paths; what is not given has no value to move."""
    levers, units = [], Units.of(scenario)
    for one, path in below:
        if one.kind not in KINDS or path.startswith(HIDDEN) or "*" in path:
            continue
        value = value_at(scenario, path)
        if value is not None:
            lever = _lever(one, path, value, called(path) if called else label(one.name))
            levers.append(replace(lever, unit=units.typed(lever.unit)))
    return tuple(levers)


def _lever(one: Parameter, path: str, value: Any, called: str) -> PageLever:
    if isinstance(value, Enum):
        value = value.value
    number = float(value) if one.kind in (ValueKind.NUMBER, ValueKind.WHOLE) else 0.0
    low, high = _ends(one, number)
    step = 1.0 if one.kind is ValueKind.WHOLE else 10.0 ** floor(log10((high - low) / STEPS))
    return PageLever(
        path, capital(called), one.kind.value, value, one.unit, one.meaning,
        one.source, one.range, low, high, step, one.choices,
    )  # fmt: skip


def _ends(one: Parameter, value: float) -> tuple[float, float]:
    """Return the ends of a slider: what is worth exploring, and the present value in any case."""
    least = 0.0 if one.low is None else float(one.low)
    low, high = one.sweep or (least, one.high or max(2.0 * value, least + 1.0))
    low, high = min(low, value), max(high, value)
    return (low, high) if high > low else (low, low + 1.0)


def _entry_label(scenario: Scenario, name: str) -> str:
    entry = next(one for one in scenario.touchpoints if one.name == name)
    return entry.label or label(name)
