"""Reading what an experiment varies: each factor against the scenario whose keys it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.errors import Fault, ScenarioError
from simulation.experiment.factors import (
    Cell,
    Choices,
    Domain,
    Factor,
    Level,
    Levels,
    Mixture,
    Range,
    Role,
    Scale,
)
from simulation.experiment.reader import Reader, is_number
from simulation.scenario.fields import Parameter, ValueKind, all_fields
from simulation.scenario.paths import PathError, assignments, pattern, resolve, show, split
from simulation.scenario.scenario import Scenario
from simulation.scenario.suggest import listed, shown
from simulation.scenario.tree import Node, Steps, find, plain, plant
from simulation.store.records import Measure

_LEVERS, _UNCERTAINTIES = "levers", "uncertainties"
SECTIONS = {_LEVERS: Role.LEVER, _UNCERTAINTIES: Role.UNCERTAINTY}
_FORMS = ("range", "values", "simplex", "levels")
_KEYS = ("range", "scale", "values", "simplex", "total", "parts", "levels", "links")
_NUMBERS = (ValueKind.NUMBER, ValueKind.WHOLE, ValueKind.TABLE)
_WRITE = {
    ValueKind.SWITCH: "Write { values = [false, true] }.",
    ValueKind.WORD: 'Write {} for all its words, or { values = ["…", "…"] }.',
}


def read_factors(top: Reader, base: Scenario, drawn: Collection[str] = ()) -> tuple[Factor, ...]:
    """Return all factors, levers first; what is wrong goes to the reader's faults.

    Args:
        top: of the whole experiment.
        base: the scenario whose parameters are varied.
        drawn: uncertainties that are a posterior's, which levers may set as well.
    """
    tree = plant(base)
    factors: list[Factor] = []
    written = top.below(_UNCERTAINTIES).node.value  # a line of the file is there to be read
    claims = _Claims(tree, frozenset(path for path in drawn if not _has_line(written.get(path))))
    n_keys = 0
    for section, role in SECTIONS.items():
        below = top.below(section)
        n_keys += len(below.node.value)
        for key in below.node.value:
            factor = _Entry(below.below(key), key, role, base, tree).read()
            if factor is not None:
                claims.note(below, factor)
                factors.append(factor)
    if not n_keys:
        hint = 'Write [levers] and below it "companies.focal.price" = { range = [0.2, 0.5] }.'
        top.fault("levers", "is missing: nothing is varied.", hint)
    return tuple(factors)


def _has_line(node: Node | None) -> bool:
    """Whether a file has it."""
    return node is not None and node.place.file is not None


@dataclass
class _Claims:
    """Which line sets each parameter: two of them would be one too many.

    Attributes:
        tree: of the scenario.
        drawn: uncertainties that are a posterior's: what a lever sets counts, and not their draws.
        lines: section and key of the line that sets each parameter.
    """

    tree: Node
    drawn: frozenset[str]
    lines: dict[Steps, tuple[str, str]] = field(default_factory=dict)

    def note(self, below: Reader, factor: Factor) -> None:
        """Note the parameters that a factor sets, or that another sets one of them already."""
        line = (below.path, factor.key)
        changes = {path for setting in factor.ends() for path in setting.changes}
        for path in sorted(changes):
            for steps in resolve(self.tree, split(path)):
                other = self.lines.setdefault(steps, line)
                if other != line and not (self._is_drawn(line) and other[0] == _LEVERS):
                    self._refuse(below, show(steps), line, other)
                    return

    def _is_drawn(self, line: tuple[str, str]) -> bool:
        return line[0] == _UNCERTAINTIES and line[1] in self.drawn

    def _refuse(
        self, below: Reader, path: str, line: tuple[str, str], other: tuple[str, str]
    ) -> None:
        """Note two lines that set a parameter, at the one that the file has."""
        mine, theirs = (other, line) if self._is_drawn(line) else (line, other)
        if self._is_drawn(theirs):
            message, hint = f"sets {path}, which the posterior draws.", "Remove it."
        elif mine[1] == theirs[1]:
            message, hint = "is a lever and an uncertainty.", "Remove one of the two lines."
        else:
            message = f"sets {path}, which {theirs[1]} sets as well."
            hint = "Remove one of them."
        below.fault(mine[1], message, hint)


@dataclass
class _Entry:
    """One line below ``[levers]`` or ``[uncertainties]`` while it is read."""

    reader: Reader
    key: str
    role: Role
    base: Scenario
    tree: Node

    def read(self) -> Factor | None:
        """Return the factor, or None after noting why there is none."""
        reader = self.reader
        before = len(reader.faults)
        if self._is_unquoted():
            return None
        reader.only(_KEYS)
        given = [form for form in _FORMS if reader.has(form) and not self._counts(form)]
        if len(given) > 1:
            reader.fault("", f"has {listed(given)}.", "Keep one of them.")
            return None
        named = given == ["levels"]
        targets = [] if named else self._targets()
        if len(reader.faults) > before or not (named or targets):
            return None
        domain = self._domain(given[0] if given else "", [parameter for _, parameter in targets])
        if domain is None or (len(reader.faults) > before and not isinstance(domain, Levels)):
            return None  # of named levels, those that can be read are tried beside the others
        factor = self._factor(domain, targets)
        self._try(factor)
        return factor if len(reader.faults) == before else None

    def _is_unquoted(self) -> bool:
        """Note a path without quotes, which TOML takes for tables in tables."""
        table = self.reader.node.value
        below = [key for key, node in table.items() if isinstance(node.value, dict)]
        if self.key not in Scenario.model_fields or not table or len(below) < len(table):
            return False
        hint = f'Put the path in quotes: "{self.key}.{below[0]}" = {{ … }}.'
        self.reader.fault("", "is a table of tables.", hint)
        return True

    def _counts(self, form: str) -> bool:
        """Whether ``levels`` is a number of levels, which says how fine, not what."""
        return form == "levels" and not isinstance(self.reader.node.value["levels"].value, dict)

    def _targets(self) -> list[tuple[str, Parameter | None]]:
        """Return each path that is set, with its declaration (None: a section)."""
        targets = []
        for name, path in (
            ("", self.key),
            *(("links", link) for link in self.reader.texts("links")),
        ):
            try:
                steps = resolve(self.tree, split(path))[0]
            except PathError as error:
                self.reader.fault(name, f"{path} {error.message}" if name else error.message,
                                  error.hint)  # fmt: skip
                continue
            if steps[:2] in (("run", "seed"), ("run", "replicates")):
                self.reader.fault(name, "cannot be varied: every point has the same seeds.",
                                  "Write seed = … and replicates = … at the top.")  # fmt: skip
                continue
            targets.append((path, all_fields().get(pattern(steps))))
        return targets

    def _domain(self, form: str, parameters: list[Parameter | None]) -> Domain | None:
        if form == "levels":
            return self._levels()
        if form == "simplex":
            return self._mixture()
        parameter = parameters[0]
        if parameter is None:
            self.reader.fault("", "is a whole section.", "Name one of its parameters, or give it "
                              "{ simplex = 3, total = 9.0 }.")  # fmt: skip
            return None
        if form == "values":
            return self._choices()
        if not form and parameter.kind in (ValueKind.SWITCH, ValueKind.WORD):
            return Choices(
                (False, True) if parameter.kind is ValueKind.SWITCH else parameter.choices
            )
        return self._interval(parameter)

    def _choices(self) -> Choices | None:
        items = self.reader.items("values", "a list of values, such as [0.2, 0.5]")
        values = [plain(item) for item in items]
        for item, value in zip(items, values, strict=True):
            if not (is_number(value) or isinstance(value, str | bool)):
                self.reader.fault("values", f"must be numbers, words, true or false. Got "
                                  f"{shown(value)}.", at=item)  # fmt: skip
                return None
        if len(values) < 2 or len(set(map(repr, values))) < len(values):
            self.reader.fault(
                "values", f"must be at least two different values. Got {shown(values)}."
            )
            return None
        return Choices(tuple(values))

    def _interval(self, parameter: Parameter) -> Range | None:
        reader = self.reader
        if parameter.kind not in _NUMBERS:
            reader.fault("range", f"needs a number, but {self.key} is {parameter.type}.",
                         _WRITE.get(parameter.kind, "Write { values = […] }."))  # fmt: skip
            return None
        ends = self._bounds(parameter)
        if ends is None:
            return None
        low, high = ends
        scale = reader.word("scale", Scale, Scale.LINEAR) or Scale.LINEAR
        if scale is Scale.LOG and low <= 0:
            reader.fault("range", f"must be above 0 on a log scale. Got {shown(list(ends))}.")
        whole = parameter.kind is ValueKind.WHOLE
        if whole and not (low.is_integer() and high.is_integer()):
            reader.fault("range", f"must be whole numbers. Got {shown(list(ends))}.")
        return Range(low, high, scale, reader.whole("levels", low=2, high=1001), whole)

    def _bounds(self, parameter: Parameter) -> tuple[float, float] | None:
        """Return the range given, or the one that the parameter's declaration says to explore."""
        reader = self.reader
        if not reader.has("range"):
            if parameter.sweep is None:
                reader.fault("", "has no declared range worth exploring.",
                             "Write { range = [low, high] }.")  # fmt: skip
            return parameter.sweep
        items = reader.items("range", "two numbers, [low, high]")
        values = [plain(item) for item in items]
        if len(values) != 2 or not all(map(is_number, values)) or values[0] >= values[1]:
            reader.fault("range", "must be two numbers, the lower one first. Got "
                         f"{shown(values)}.")  # fmt: skip
            return None
        return float(values[0]), float(values[1])

    def _mixture(self) -> Mixture | None:
        reader = self.reader
        n = reader.whole("simplex", low=2, high=10)
        total = reader.number("total", low=0, above=True)
        if total is None and not reader.has("total"):
            reader.fault("total", "is missing.", "Write total = …: what is divided.")
        given = reader.texts("parts")
        node = find(self.tree, resolve(self.tree, split(self.key))[0])
        names = list(node.value) if node is not None and isinstance(node.value, dict) else []
        parts = given or tuple(names)
        if n is not None and len(parts) != n:
            reader.fault("simplex", f"says {n} parts, but {self.key} has {len(parts)}"
                         + (f": {listed(parts)}." if parts else "."),
                         "Name the parts: parts = [\"…\", \"…\"].")  # fmt: skip
            return None
        if n is None or total is None:
            return None
        return Mixture(parts, total, reader.whole("levels", low=2, high=1001))

    def _levels(self) -> Levels | None:
        below = self.reader.below("levels")
        settings: dict[str, Mapping[str, object]] = {}
        for name, node in below.node.value.items():
            if not isinstance(node.value, dict):
                below.fault(name, f"must be a table of paths and values. Got {shown(plain(node))}.",
                            'Write { "companies.focal.price" = 0.3 }, or {} for the scenario as it '
                            "stands.")  # fmt: skip
                continue
            settings[name] = self._assigned(below, name, node)
        if len(settings) < 2 and len(below.node.value) < 2:
            self.reader.fault("levels", "must have at least two named levels.")
        return Levels(tuple(settings), settings)

    def _assigned(self, below: Reader, name: str, node: Node) -> dict[str, object]:
        """Return the changes of a named level, one for each value that it sets."""
        changes: dict[str, object] = {}
        for path, value in node.value.items():
            try:
                for steps, leaf in assignments(self.tree, split(path), value):
                    changes[show(steps)] = plain(leaf)
            except PathError as error:
                below.fault(name, f"{path} {error.message}", error.hint, at=value)
        return changes

    def _factor(self, domain: Domain, targets: list[tuple[str, Parameter | None]]) -> Factor:
        bare = Factor(self.key, self.role, domain, tuple(path for path, _ in targets[1:]))
        measures = {column: self._measure(column) for column in bare.columns}
        return Factor(self.key, self.role, domain, bare.links, measures, self._present(bare))

    def _measure(self, column: str) -> Measure:
        try:
            steps = resolve(self.tree, split(column))[0]
        except PathError:
            return Measure("", f"level of {column}")
        parameter = all_fields().get(pattern(steps))
        return (
            Measure("", column) if parameter is None else Measure(parameter.unit, parameter.meaning)
        )

    def _present(self, factor: Factor) -> dict[str, Cell]:
        """Return what the factor's columns are in the baseline, where they are one."""
        if isinstance(factor.domain, Levels):
            same = [n for n, changes in factor.domain.settings.items() if self._holds(changes)]
            return {factor.key: same[0] if same else "baseline"}
        present: dict[str, Cell] = {}
        for column in factor.columns:
            values = {_cell(find(self.tree, steps)) for steps in resolve(self.tree, split(column))}
            if len(values) == 1 and (value := values.pop()) is not None:
                present[column] = value
        return present

    def _holds(self, changes: Mapping[str, object]) -> bool:
        return all(
            _cell(find(self.tree, steps)) == value
            for path, value in changes.items()
            for steps in resolve(self.tree, split(path))
        )

    def _try(self, factor: Factor) -> None:
        """Make the scenario at each extreme, and note what is wrong with each."""
        for setting in _extremes(factor):
            try:
                self.base.replace(setting.changes)
            except ScenarioError as error:
                for fault in error.faults:
                    self._note(factor, setting, fault)

    def _note(self, factor: Factor, setting: Level, fault: Fault) -> None:
        what = ", ".join(f"{shown(value)}" for value in setting.cells.values())
        key = "" if fault.key in (factor.key, None) else f"{fault.key} "
        form = next((form for form in _FORMS if self.reader.has(form)), "")
        self.reader.fault(form, f"cannot be {what}: {key}{fault.message}", fault.hint)


def _extremes(factor: Factor) -> Iterable[Level]:
    if isinstance(factor.domain, Mixture):
        return factor.ends()[: len(factor.domain.parts)]
    return factor.ends()


def _cell(node: Node | None) -> Any:
    value = None if node is None else plain(node)
    return value if isinstance(value, float | int | str | bool) else None
