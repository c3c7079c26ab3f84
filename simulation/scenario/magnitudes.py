"""How large the numbers of a scenario may be: no product or ratio of some is infinite."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from annotated_types import Gt

from simulation.scenario.broken import Broken
from simulation.scenario.parameter import Section
from simulation.scenario.schema import ScenarioData
from simulation.scenario.tree import Steps

GREATEST, LEAST = 1e9, 1e-9
"""Numbers are at most so large, and those that must be more than 0 at least so: no product or
ratio of some is infinite."""


def numbers_have_a_size(scenario: ScenarioData) -> Iterator[Broken]:
    """No number is above a billion in size; what must be more than 0 is at least a billionth."""
    if _all_sized(scenario):  # nearly always: then nothing has to be said of any place
        return
    for path, number, divides in _numbers(scenario, ()):
        if abs(number) > GREATEST:
            message = f"must be at most {GREATEST:.0f} in size. Got {number:g}."
            yield Broken((path,), message, "Choose a larger unit.")
        elif divides and abs(number) < LEAST:
            message = f"must be at least {LEAST:g}. Got {number:g}."
            yield Broken((path,), message, "Choose a smaller unit.")


def _all_sized(value: object, *, divides: bool = False) -> bool:
    """Return whether every number has a size, those too that the model does not count with.

    Every run asks this of its scenario. Plain types come first, as it takes longer to tell whether
    something is a section.
    """
    kind = type(value)
    if kind is float or kind is int:
        size = abs(cast("float", value))
        return size <= GREATEST and (size >= LEAST or not divides)
    if kind is str or kind is bool or value is None:
        return True
    if isinstance(value, tuple | list):
        return all(map(_all_sized, value))
    if isinstance(value, dict):
        return all(map(_all_sized, value.values()))
    if isinstance(value, Section):
        return all(_all_sized(getattr(value, name), divides=positive)
                   for name, positive in _sized_fields(type(value)))  # fmt: skip
    return True


_UNSIZED = (("run", "seed"), ("population", "represents"), ("currency", "per_unit"))
"""Numbers that the model does not count with."""


def _numbers(
    value: object, path: Steps, *, divides: bool = False
) -> Iterator[tuple[Steps, float, bool]]:
    """Yield the numbers of a section: path, number, whether it must be more than 0."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if path not in _UNSIZED:
            yield path, value, divides
    elif isinstance(value, Section):
        for name, positive in _sized_fields(type(value)):
            yield from _numbers(getattr(value, name), (*path, name), divides=positive)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _numbers(item, (*path, str(name)))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _numbers(item, (*path, index))


@cache
def _sized_fields(section: type[Section]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a section that may hold numbers, and which must be more than 0."""
    return tuple((name, any(isinstance(rule, Gt) for rule in field.metadata))
                 for name, field in section.model_fields.items() if name != "events")  # fmt: skip
